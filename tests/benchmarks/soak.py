"""Fifty people, a bot that is restarted, an index that is made anew, a network that comes and goes: is every message answered,
and none twice? `uv run python tests/benchmarks/soak.py --minutes 10` says so at the end; its exit status is 0 only then."""

import argparse
import random
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT / "tests"))
sys.path.insert(0, str(ROOT))

from conftest import SMALL  # noqa: E402 — they stand with the tests
from fake_telegram import FakeTelegram  # noqa: E402
from telegram_bot import Bot  # noqa: E402
from telegram_people import Person  # noqa: E402

from indexer.build import build  # noqa: E402
from indexer.document import read_document  # noqa: E402

_PEOPLE, _NAME = 50, "第{}位"
# Seconds between what goes wrong, and between two messages of one person.
_CALM, _THINKING = (3, 8), (1, 6)
_QUESTIONS = {
    "新增学位多少": "新增学位：300个",
    "小学新增学位": "新增学位 · 小学：100个",
    "竣工几个": "竣工：7个",
    "新建学校几个": "新建学校：9个",
}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--minutes", type=float, default=10)
    parser.add_argument("--seed", type=int, default=1)
    arguments = parser.parse_args()
    some = random.Random(arguments.seed)
    with tempfile.TemporaryDirectory() as folder, FakeTelegram() as fake:
        plan = Path(folder) / "plan.txt"
        plan.write_text(SMALL, encoding="utf8")
        db = plan.with_suffix(".db")
        build([read_document(plan)], db)
        people = [fake.person(_NAME.format(place)) for place in range(_PEOPLE)]
        end = time.monotonic() + arguments.minutes * 60
        asked: list[tuple[Person, str]] = []
        with Bot(fake, Path(folder) / "bot", db) as bot:
            bot.waits()
            talking = threading.Thread(target=_talk, args=(people, asked, end, some.random()))
            talking.start()
            happened = Counter(_trouble(_troubles(fake, bot, plan), end, some))
            talking.join()
            silent, twice, wrong = _judged(fake, people, asked)
            traceback = "Traceback" in bot.said
    print(f"{len(asked)} 条消息；{'，'.join(f'{what} {times} 次' for what, times in happened.items())}")
    print(f"没有回答 {silent}，答了两遍 {twice}，答错 {wrong}，{'有' if traceback else '没有'}报错堆栈")
    sys.exit(bool(silent or twice or wrong or traceback))


def _talk(people: list[Person], asked: list[tuple[Person, str]], end: float, seed: float) -> None:
    some = random.Random(seed)
    due = {place: time.monotonic() + some.uniform(*_THINKING) for place in range(len(people))}
    while time.monotonic() < end:
        place = min(due, key=due.__getitem__)
        time.sleep(max(0.0, due[place] - time.monotonic()))
        question = some.choice(list(_QUESTIONS))
        people[place].says(question)
        asked.append((people[place], question))
        due[place] = time.monotonic() + some.uniform(*_THINKING) * 3


def _troubles(fake: FakeTelegram, bot: Bot, plan: Path) -> dict[str, Callable[[], object]]:
    def restart() -> None:
        bot.stop()
        bot.starts()

    def index_anew() -> None:
        build([read_document(plan)], plan.with_suffix(".db"))

    def outage() -> None:
        with fake.outage():
            time.sleep(2)

    return {
        "重启": restart,
        "重建索引": index_anew,
        "断网": outage,
        "限速": lambda: fake.fail_next("sendMessage", status=429, retry_after=1),
        "网关出错": lambda: fake.fail_next("getUpdates", status=502),
        "没收到就断": lambda: fake.drop_next("sendMessage"),
        "聊天记录被删": lambda: (bot.folder / "chats.db").unlink(missing_ok=True),
    }


def _trouble(troubles: dict[str, Callable[[], object]], end: float, some: random.Random) -> Iterator[str]:
    while time.monotonic() < end:
        what = some.choice(list(troubles))
        troubles[what]()
        yield what
        time.sleep(some.uniform(*_CALM))


def _judged(fake: FakeTelegram, people: list[Person], asked: list[tuple[Person, str]]) -> tuple[int, int, int]:
    """How many messages were not answered within a minute, how many answers there are too many, how many are others."""
    silent = twice = wrong = 0
    for place, person in enumerate(people):
        questions = [question for who, question in asked if who is person]
        wanted = Counter(_QUESTIONS[q] for q in questions)
        deadline = time.monotonic() + 60
        told = Counter[str]()
        while True:
            said = [said["text"] for said in fake.transcript(person) if said["who"] != _NAME.format(place)]
            told = Counter(text.split("\n")[0] for text in said)
            if sum(told.values()) >= len(questions) or time.monotonic() > deadline:
                break
            time.sleep(0.2)
        silent += sum((wanted - told).values())
        extra = told - wanted
        twice += sum(count for text, count in extra.items() if text in wanted)
        wrong += sum(count for text, count in extra.items() if text not in wanted)
    return silent, twice, wrong


if __name__ == "__main__":
    main()
