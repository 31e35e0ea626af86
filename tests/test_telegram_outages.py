"""What breaks around the bot: restarts, the network, the index, secrets, many people at once. Each test has a Telegram of its own."""

import json
import signal
import socket
import sqlite3
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest
from conftest import SMALL
from fake_telegram import FakeTelegram, Person
from telegram_bot import ROOT, Bot, Inside, free_port

from bot.assistant import Assistant
from indexer.build import build
from indexer.document import read_document
from knowledge.store import Store


@pytest.fixture
def fake() -> Iterator[FakeTelegram]:
    with FakeTelegram() as fake:
        yield fake
        assert fake.violations == []


@pytest.fixture
def db(small: Store, small_file: Path) -> Path:  # noqa: ARG001 — it is the index that is asked
    return small_file.with_suffix(".db")


@pytest.fixture
def anna(fake: FakeTelegram) -> Person:
    return fake.person("安娜")


def test_buttons_and_memory_outlast_a_restart(fake: FakeTelegram, anna: Person, db: Path, tmp_path: Path) -> None:
    with Bot(fake, tmp_path / "bot", db).waits():
        reply = anna.asks("小学新增学位多少")
    asked = anna.says("那初中呢")  # while nobody is there
    with Bot(fake, tmp_path / "bot", db).waits():
        assert "初中：200个" in anna.hears()[0].text
        anna.presses(reply, "全文")
        assert "全年新建学校9个" in anna.sees_edited(reply).text
        anna.edits(asked, "那小学呢")
        fake.wait_for(
            lambda: any("小学：100个" in str(c.parameters.get("text")) for c in fake.calls_to("editMessageText"))
        )
        assert fake.unanswered == []


def test_a_new_index_is_answered_from_at_once_and_old_buttons_still_work_or_say_that_they_are_too_old(
    fake: FakeTelegram, anna: Person, tmp_path: Path
) -> None:
    source, db = tmp_path / "东湖.txt", tmp_path / "one.db"
    source.write_text(SMALL, encoding="utf8")
    build([read_document(source)], db)
    with Bot(fake, tmp_path / "bot", db).waits():
        first, third = anna.asks("小学新增学位多少"), anna.asks("减轻教师负担")
        source.write_text(
            SMALL.replace("小学100个、初中200个", "小学120个、初中180个").split("二、")[0], encoding="utf8"
        )
        build([read_document(source)], db)
        assert "小学：120个" in anna.asks("小学新增学位多少").text
        anna.presses(first, "全文")
        assert "小学120个" in anna.sees_edited(first).text
        assert "太久了" in fake.callback_answer(anna.presses(third, "全文"))
        (tmp_path / "broken").write_bytes(b"no index at all")
        (tmp_path / "broken").replace(db)
        assert "小学：120个" in anna.asks("小学新增学位多少").text


def test_a_button_of_another_version_or_of_long_ago_says_so_kindly(
    fake: FakeTelegram, anna: Person, db: Path, tmp_path: Path
) -> None:
    with Bot(fake, tmp_path / "bot", db).waits() as bot:
        reply = anna.asks("小学新增学位多少")
        for data in (
            "a:gone:0",
            "a",
            "f:gone:0:0",
            "nonsense",
            "t:0000000000:0",
            "k:1",
            "p:none",
            "f::x:y",
            "q:99",
            "l:x",
        ):
            toast = fake.callback_answer(anna.presses_data(reply, data))
            assert "太久了" in toast, data
        data = reply.button("全文")["callback_data"]
        fake.callback_answer(anna.presses_data(reply, data, inaccessible=True))
        fake.expire(anna.presses_data(reply, data))
        assert "小学：100个" in anna.asks("小学新增学位多少").text
        assert "Traceback" not in bot.said


def test_two_hundred_people_at_once_each_get_their_own_answer(fake: FakeTelegram, db: Path, tmp_path: Path) -> None:
    asked = {
        "小学新增学位多少": "新增学位 · 小学：100个",
        "竣工的初中几个": "竣工 · 初中：4个",
        "评选名教师多少名": "名教师：20名",
        "城西区新建几个": "新建学校 · 城西区：5个",
    }
    people = [fake.person(f"第{i}位") for i in range(200)]
    with Bot(fake, tmp_path / "bot", db).waits():
        questions = [list(asked)[i % 4] for i in range(200)]
        for person, question in zip(people, questions, strict=True):
            person.says(question)
        for person, question in zip(people, questions, strict=True):
            [reply] = person.hears(timeout=60)
            assert reply.text.startswith(asked[question])
        for person in people:
            person.hears_nothing(0)


def test_what_one_person_sends_quickly_is_answered_in_its_order(
    fake: FakeTelegram, anna: Person, db: Path, tmp_path: Path
) -> None:
    with Bot(fake, tmp_path / "bot", db).waits():
        for question in ("新增学位多少", "那小学呢", "那初中呢"):
            anna.says(question)
        said = [m.text.split("\n")[0] for m in anna.hears(3)]
        assert said == ["新增学位：300个", "新增学位 · 小学：100个", "新增学位 · 初中：200个"]


def test_a_reply_outlasts_a_flood_limit_a_bad_gateway_and_a_dropped_connection(
    fake: FakeTelegram, anna: Person, db: Path, tmp_path: Path
) -> None:
    with Bot(fake, tmp_path / "bot", db).waits():
        anna.asks("/start")
        for break_it in (
            lambda: fake.fail_next("sendMessage", status=429, retry_after=1),
            lambda: fake.fail_next("sendMessage", status=502),
            lambda: fake.drop_next("sendMessage"),
            lambda: fake.drop_next("getUpdates"),
            lambda: fake.fail_next("getUpdates", status=502),
        ):
            break_it()
            anna.says("小学新增学位多少")
            assert "小学：100个" in anna.hears(timeout=15)[0].text
        anna.hears_nothing()


def test_a_network_that_goes_away_costs_no_question(fake: FakeTelegram, anna: Person, db: Path, tmp_path: Path) -> None:
    with Bot(fake, tmp_path / "bot", db).waits():
        anna.asks("/start")
        with fake.outage():
            anna.says("小学新增学位多少")
            time.sleep(1.5)
        assert "小学：100个" in anna.hears(timeout=30)[0].text
        anna.hears_nothing()


def test_a_network_that_is_not_there_at_the_start_is_waited_for(
    fake: FakeTelegram, anna: Person, db: Path, tmp_path: Path
) -> None:
    with fake.outage():
        bot = Bot(fake, tmp_path / "bot", db).starts()
        bot.says("连不上", timeout=20)
    with bot:
        assert "小学：100个" in (anna.says("小学新增学位多少"), anna.hears(timeout=20))[1][0].text


@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGINT])
def test_told_to_end_it_answers_what_is_in_hand(
    how: signal.Signals, fake: FakeTelegram, anna: Person, db: Path, tmp_path: Path
) -> None:
    with Bot(fake, tmp_path / "bot", db).waits() as bot:
        anna.asks("/start")
        fake.slow_next("sendMessage", 1)
        anna.says("小学新增学位多少")
        fake.wait_for(lambda: fake.calls_to("getUpdates"))
        time.sleep(0.3)
        assert bot.stop(how) == 0
        assert "小学：100个" in anna.hears(timeout=1)[0].text
        assert "Traceback" not in bot.said


def test_who_blocks_the_bot_or_deletes_the_question_breaks_nothing(
    fake: FakeTelegram, anna: Person, db: Path, tmp_path: Path
) -> None:
    ben = fake.person("小本")
    with Bot(fake, tmp_path / "bot", db).waits() as bot:
        anna.asks("/start")
        fake.slow_next("sendMessage", 0.3)
        ben.says("竣工几个")
        anna.says("小学新增学位多少")
        anna.blocks()
        ben.hears()
        group = fake.group("家长群")
        asked = ben.says(f"@{fake.username} 竣工几个", chat=group)
        ben.deletes(asked)
        assert "竣工：7个" in group.hears()[0].text
        assert "Traceback" not in bot.said


def test_who_asks_too_fast_is_told_once(fake: FakeTelegram, anna: Person, db: Path, tmp_path: Path) -> None:
    with Bot(fake, tmp_path / "bot", db, per_minute="3").waits():
        for _ in range(6):
            anna.says("小学新增学位多少")
        said = [m.text.split("\n")[0] for m in anna.hears(4)]
        assert (said[:3], said[3]) == (["新增学位 · 小学：100个"] * 3, "您问得有点快，歇一会儿再问我吧。")
        anna.hears_nothing()
        assert "竣工" in fake.person("小本").asks("竣工几个").text


def test_an_administrator_sees_how_it_goes_and_teaches_a_word(
    fake: FakeTelegram, anna: Person, db: Path, tmp_path: Path
) -> None:
    with Bot(fake, tmp_path / "bot", db, admins=f"[{anna.id}]").waits():
        anna.says("托老所的事")
        anna.hears()
        ben = fake.person("小本")
        ben.asks("云朵屋几所")
        reply = ben.asks("小学新增学位多少")
        fake.callback_answer(ben.presses(reply, "👎"))
        ben.asks("/feedback 请说得\n短一点")
        assert "云朵屋几所" in anna.asks("/unanswered").text
        told = anna.asks("/stats").text
        assert ("2 人" in told, "1 次 小学新增学位多少" in told, "请说得 短一点" in told) == (True, True, True)
        assert "请写：/teach" in anna.asks("/teach 云朵").text
        assert "学会了" in anna.asks("/teach 云朵屋 新建学校").text
        assert "新建学校：9个" in fake.person("小丙").asks("云朵屋几所").text
        assert "已经有" in anna.asks("/teach 云朵屋 新建学校").text
        assert "1 份计划，3 条" in anna.asks("/reload").text


def test_who_asks_to_be_forgotten_is(fake: FakeTelegram, anna: Person, db: Path, tmp_path: Path) -> None:
    with Bot(fake, tmp_path / "bot", db).waits():
        group = fake.group("家长群")
        anna.says(f"@{fake.username} 新增学位多少", chat=group)
        group.hears()
        reply = anna.asks("小学新增学位多少")
        fake.callback_answer(anna.presses(reply, "👍"))
        anna.asks("/feedback 很好")
        file = tmp_path / "bot" / "chats.db"
        assert _kept(file) > 0
        assert str(anna.id).encode() not in file.read_bytes() + file.with_name("chats.db-wal").read_bytes()
        assert "忘掉了" in anna.asks("/forget").text
        assert _kept(file) == 0
        assert "太久了" in fake.callback_answer(anna.presses(reply, "全文"))


def _kept(file: Path) -> int:
    """How many rows are kept of people."""
    connection = sqlite3.connect(file)
    tables = ("memory", "chosen", "shown", "votes", "notes", "asked")
    count = sum(connection.execute(f"SELECT count(*) FROM {table}").fetchone()[0] for table in tables)
    connection.close()
    return count


def test_the_token_is_never_printed(fake: FakeTelegram, anna: Person, db: Path, tmp_path: Path) -> None:
    with Bot(fake, tmp_path / "bot", db).waits() as bot:
        fake.fail_next("getUpdates", status=502)
        fake.drop_next("sendMessage")
        anna.says("小学新增学位多少")
        anna.hears(timeout=15)
        bot.stop()
        assert fake.token not in bot.said
        assert fake.token.split(":")[1] not in bot.said


def test_a_token_that_telegram_does_not_know_is_told_without_printing_it(
    fake: FakeTelegram, db: Path, tmp_path: Path
) -> None:
    for wrong in ("654321:" + "B" * 35, "not-a-token"):
        with Bot(fake, tmp_path / "bot", db, token=wrong) as bot:
            assert bot.ends() == 2
        assert "不认这个口令" in bot.said
        assert (wrong in bot.said, "Traceback" in bot.said) == (False, False)


def test_the_menu_of_commands_is_set_for_everybody_for_groups_and_for_administrators(
    fake: FakeTelegram, anna: Person, db: Path, tmp_path: Path
) -> None:
    anna.says("/start")
    with Bot(fake, tmp_path / "bot", db, admins=f"[{anna.id}, 77]").waits():
        fake.expects("chat not found")  # 77 has never written
        menus = [
            (
                c.parameters.get("scope", {}).get("type"),
                c.parameters.get("language_code", ""),
                [x["command"] for x in c.parameters["commands"]],
            )
            for c in fake.calls_to("setMyCommands")
        ]
    assert {(scope, language) for scope, language, _ in menus} >= {
        (None, "zh"),
        ("all_group_chats", "zh"),
        ("chat", "zh"),
    }
    everybody = next(names for scope, _, names in menus if scope is None)
    admins = next(names for scope, _, names in menus if scope == "chat")
    assert {"start", "help", "toc", "clause", "figures", "plans", "feedback", "privacy", "forget"} <= set(everybody)
    assert set(admins) - set(everybody) == {"stats", "unanswered", "teach", "reload"}


def test_without_a_token_one_sentence_tells_how_to_get_one(db: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "bot", "telegram", "--db", str(db)],
        cwd=ROOT,
        capture_output=True,
        encoding="utf8",
        check=False,
    )
    assert done.returncode == 2
    assert "BotFather" in done.stderr
    assert "不需要口令" in done.stderr
    assert len(done.stderr.strip().split("\n")) == 1


def test_a_token_may_lie_in_a_file(fake: FakeTelegram, anna: Person, db: Path, tmp_path: Path) -> None:
    (tmp_path / "config.toml").write_text(
        f'db = "{db}"\nchats = "chats.db"\n[telegram]\ntoken_file = "token.txt"\napi_url = "{fake.url}"\n'
    )
    (tmp_path / "token.txt").write_text(f"{fake.token}\n")
    command = [sys.executable, "-m", "bot", "telegram", "--config", str(tmp_path / "config.toml")]
    process = subprocess.Popen(command, cwd=ROOT, stderr=subprocess.PIPE, text=True)
    anna.says("小学新增学位多少")
    assert "小学：100个" in anna.hears(timeout=20)[0].text
    process.terminate()
    process.communicate(timeout=20)
    assert process.returncode == 0


@pytest.fixture
def hook(fake: FakeTelegram, db: Path, tmp_path: Path) -> Iterator[str]:
    """The address of a bot that Telegram posts to."""
    port = free_port()
    settings = {"webhook_url": f'"http://127.0.0.1:{port}/telegram"', "webhook_port": str(port)}
    with Bot(fake, tmp_path / "bot", db, **settings) as bot:
        bot.waits()
        yield f"http://127.0.0.1:{port}"
        assert bot.stop() == 0
        assert "Traceback" not in bot.said


def _posted(url: str, body: bytes, secret: str | None = None) -> int:
    headers = {"X-Telegram-Bot-Api-Secret-Token": secret} if secret else {}
    try:
        with urllib.request.urlopen(urllib.request.Request(url, body, headers), timeout=5) as response:
            return int(response.status)
    except urllib.error.HTTPError as error:
        return error.code


def test_by_webhook_it_answers_as_by_polling(hook: str, anna: Person, fake: FakeTelegram) -> None:
    reply = anna.asks("小学新增学位多少")
    assert "小学：100个" in reply.text
    anna.presses(reply, "全文")
    anna.sees_edited(reply)
    with urllib.request.urlopen(f"{hook}/healthz", timeout=5) as response:
        assert json.load(response) == {"status": "ok"}
    assert fake.unanswered == []


def test_by_webhook_nobody_is_believed_without_the_secret(hook: str, anna: Person, fake: FakeTelegram) -> None:
    anna.asks("/start")
    update = json.dumps(
        {
            "update_id": 1,
            "message": {
                "message_id": 1,
                "date": 1,
                "text": "竣工几个",
                "chat": {"id": anna.id, "type": "private"},
                "from": anna.user,
            },
        }
    ).encode()
    secret = fake.calls_to("setWebhook")[-1].parameters["secret_token"]
    url = f"{hook}/telegram"
    assert [
        _posted(url, update),
        _posted(url, update, "wrong"),
        _posted(url, b"{", secret),
        _posted(url, b"[]", secret),
    ] == [403, 403, 400, 400]
    assert _posted(url, b" " * 2_000_000, secret) == 413
    assert _posted(f"{hook}/elsewhere", update, secret) == 404
    anna.hears_nothing()
    assert _posted(url, update, secret) == 200
    assert "竣工：7个" in anna.hears()[0].text


def test_a_port_that_is_taken_is_told_in_a_sentence(fake: FakeTelegram, db: Path, tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with Bot(fake, tmp_path / "bot", db, webhook_url=f'"http://127.0.0.1:{port}/"', webhook_port=str(port)) as bot:
            assert bot.ends() == 2
        assert f"127.0.0.1 的 {port} 端口用不了" in bot.said
        assert "Traceback" not in bot.said


def test_two_bots_with_one_token_say_so(fake: FakeTelegram, db: Path, tmp_path: Path) -> None:
    with Bot(fake, tmp_path / "one", db).waits() as one, Bot(fake, tmp_path / "two", db).waits() as two:
        fake.wait_for(lambda: "another process" in one.said + two.said, timeout=20)
        assert "Traceback" not in one.said + two.said


def test_an_answer_that_takes_long_is_announced(
    fake: FakeTelegram, anna: Person, db: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    answer = Assistant.answer
    monkeypatch.setattr(Assistant, "answer", lambda *words: time.sleep(0.5) or answer(*words))
    monkeypatch.setattr("bot.telegram.questions._SLOW", 0.1)
    with Inside(fake, tmp_path / "bot", db):
        assert "小学：100个" in anna.asks("小学新增学位多少").text
    assert [c.parameters["action"] for c in fake.calls_to("sendChatAction")] == ["typing"]


def test_a_token_that_is_taken_back_ends_the_bot_with_a_sentence(
    fake: FakeTelegram, anna: Person, db: Path, tmp_path: Path
) -> None:
    with Bot(fake, tmp_path / "bot", db) as bot:
        bot.waits()
        anna.asks("/start")
        fake.fail_next("getUpdates", status=401)
        assert bot.ends() == 2
    assert "不认这个口令" in bot.said
    assert "Traceback" not in bot.said


def test_a_group_that_asks_a_lot_is_told_once_and_keeps_nobody_else_waiting(
    fake: FakeTelegram, anna: Person, db: Path, tmp_path: Path
) -> None:
    with Bot(fake, tmp_path / "bot", db) as bot:
        bot.waits()
        group = fake.group("热闹的群")
        members = [fake.person(f"第{i}位") for i in range(10)]
        for _ in range(4):
            for member in members:
                member.says(f"@{fake.username} 竣工几个", chat=group)
        assert "小学：100个" in (anna.says("小学新增学位多少"), anna.hears(timeout=5))[1][0].text
        said = [m.text for m in group.hears(11, timeout=20)]
        assert sum("歇一会儿" in text for text in said) == 1
        group.hears_nothing()
        started = time.monotonic()
        assert bot.stop() == 0
        assert time.monotonic() - started < 10


@pytest.mark.parametrize("command", ["/figures 学位", "/toc", "/feedback 很好", "/clause x"])
def test_commands_count_as_questions_do(
    command: str, fake: FakeTelegram, anna: Person, db: Path, tmp_path: Path
) -> None:
    with Bot(fake, tmp_path / "bot", db, per_minute="3") as bot:
        bot.waits()
        for _ in range(5):
            anna.says(command)
        assert [("歇一会儿" in m.text) for m in anna.hears(4)] == [False, False, False, True]
        anna.hears_nothing()


def test_who_presses_like_mad_is_told_so_and_delays_nobody(
    fake: FakeTelegram, anna: Person, db: Path, tmp_path: Path
) -> None:
    with Bot(fake, tmp_path / "bot", db) as bot:
        bot.waits()
        reply = anna.asks("小学新增学位多少")
        data = [reply.button("全文")["callback_data"], reply.button("👍")["callback_data"]]
        queries = [anna.presses_data(reply, data[i % 2]) for i in range(100)]
        ben = fake.person("小本")
        assert "竣工：7个" in (ben.says("竣工几个"), ben.hears(timeout=10))[1][0].text
        assert "歇一会儿" in fake.callback_answer(queries[-1], timeout=30)


def test_chats_that_cannot_be_kept_cost_nobody_the_answer(
    fake: FakeTelegram, anna: Person, db: Path, tmp_path: Path
) -> None:
    with Bot(fake, tmp_path / "bot", db) as bot:
        bot.waits()
        reply = anna.asks("小学新增学位多少")
        lock = sqlite3.connect(tmp_path / "bot" / "chats.db", isolation_level=None)
        lock.execute("BEGIN EXCLUSIVE")
        assert "初中：200个" in (anna.says("初中新增学位多少"), anna.hears(timeout=40))[1][0].text
        fake.callback_answer(anna.presses(reply, "👍"), timeout=2)
        anna.hears_nothing(1)
        lock.execute("ROLLBACK")
        lock.close()


def test_what_telegram_refuses_is_told_to_the_person(
    fake: FakeTelegram, anna: Person, db: Path, tmp_path: Path
) -> None:
    fake.expects("Bad Request")
    with Bot(fake, tmp_path / "bot", db) as bot:
        bot.waits()
        fake.fail_next("sendMessage", status=400)
        anna.says("小学新增学位多少")
        assert "对不起" in anna.hears()[0].text


def test_a_lost_word_to_telegram_does_not_lose_the_press(
    fake: FakeTelegram, anna: Person, db: Path, tmp_path: Path
) -> None:
    with Bot(fake, tmp_path / "bot", db) as bot:
        bot.waits()
        reply = anna.asks("小学新增学位多少")
        fake.drop_next("answerCallbackQuery", times=2)
        anna.presses(reply, "全文")
        assert "全年新建学校9个" in anna.sees_edited(reply).text


def test_an_update_that_is_brought_again_is_answered_once(hook: str, anna: Person, fake: FakeTelegram) -> None:
    anna.asks("/start")
    secret = fake.calls_to("setWebhook")[-1].parameters["secret_token"]
    message = {
        "message_id": 77,
        "date": 1,
        "text": "竣工几个",
        "chat": {"id": anna.id, "type": "private"},
        "from": anna.user,
    }
    update = json.dumps({"update_id": 999_999, "message": message}).encode()
    assert [_posted(f"{hook}/telegram", update, secret) for _ in range(3)] == [200] * 3
    assert len(anna.hears()) == 1
    anna.hears_nothing()
    late = json.dumps({"update_id": 1_000_000, "message": message | {"date": 1e400}}).encode()
    assert _posted(f"{hook}/telegram", late, secret) == 200


def test_nothing_of_what_people_wrote_is_left_when_they_are_forgotten_or_logged(
    fake: FakeTelegram, anna: Person, db: Path, tmp_path: Path
) -> None:
    with Bot(fake, tmp_path / "bot", db) as bot:
        bot.waits()
        anna.asks("小学新增学位多少，我叫欧阳震华")
        file = tmp_path / "bot" / "chats.db"
        assert "欧阳震华".encode() in _bytes(file)
        anna.asks("/forget")
        assert "欧阳震华".encode() not in _bytes(file)
        assert "欧阳震华" not in bot.said
        assert str(anna.id) not in bot.said


def _bytes(file: Path) -> bytes:
    return b"".join(f.read_bytes() for f in file.parent.glob("chats.db*"))


def test_one_process_serves_the_page_and_telegram_with_one_health_check(
    fake: FakeTelegram, anna: Person, db: Path, tmp_path: Path
) -> None:
    port = free_port()
    address = f"http://127.0.0.1:{port}"
    command = ("web", "--telegram", "--port", str(port))
    with Bot(fake, tmp_path / "bot", db, command=command, webhook_url=f'"{address}/hook"') as bot:
        bot.waits()
        assert "小学：100个" in anna.asks("小学新增学位多少").text
        for path, says in (
            ("/healthz", "ok"),
            ("/api/ask?q=%E7%AB%A3%E5%B7%A5%E5%87%A0%E4%B8%AA", "7个"),
            ("/", "<form"),
        ):
            with urllib.request.urlopen(address + path, timeout=10) as response:
                assert says in response.read().decode()
        assert _posted(f"{address}/hook", b"{}", "wrong") == 403
        fake.slow_next("sendMessage", 1)
        anna.says("初中新增学位多少")
        fake.wait_for(lambda: len(fake.calls_to("sendMessage")) >= 1)
        time.sleep(0.5)
        assert bot.stop() == 0
        assert "初中：200个" in anna.hears(timeout=1)[0].text
        assert "Traceback" not in bot.said


def test_the_page_does_not_wait_for_a_telegram_that_cannot_be_reached(
    fake: FakeTelegram, db: Path, tmp_path: Path
) -> None:
    port = free_port()
    command = ("web", "--telegram", "--port", str(port))
    settings = {"webhook_url": f'"http://127.0.0.1:{port}/hook"', "api_url": '"http://127.0.0.1:9"'}
    with Bot(fake, tmp_path / "bot", db, command=command, **settings) as bot:
        bot.says("连不上", timeout=20)
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/", timeout=10) as response:
            assert "<form" in response.read().decode()
        with pytest.raises(urllib.error.HTTPError, match="503"):
            urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz", timeout=10)
        assert bot.stop() == 0
        assert "Traceback" not in bot.said
