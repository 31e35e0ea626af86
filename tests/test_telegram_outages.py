"""What only a whole process shows: the network, signals, secrets, ports. Each test has a Telegram of its own."""

import json
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest
from fake_telegram import FakeTelegram, Person
from telegram_bot import ROOT, Bot, free_port

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


def test_fetching_outlasts_what_breaks_and_an_update_nobody_can_read_and_no_secret_is_printed(
    fake: FakeTelegram, anna: Person, db: Path, tmp_path: Path
) -> None:
    with Bot(fake, tmp_path / "bot", db).waits() as bot:
        anna.asks("/start")
        for break_it in (
            lambda: fake.fail_next("sendMessage", status=429, retry_after=1),
            lambda: fake.drop_next("sendMessage"),
            lambda: fake.drop_next("getUpdates"),
            lambda: fake.fail_next("getUpdates", status=502),
            lambda: fake.world.push("message", {"message_id": 7, "text": "我叫欧阳震华"}),
        ):
            break_it()
            anna.says("小学新增学位多少")
            assert "小学：100个" in anna.hears(timeout=15)[0].text
        anna.hears_nothing()
        with fake.outage():
            anna.says("初中新增学位多少")
            time.sleep(1.5)
        assert "初中：200个" in anna.hears(timeout=30)[0].text
        anna.hears_nothing()
        last = anna.says("竣工几个")
        anna.hears()
        assert bot.said.count("cannot be read and is skipped: KeyError") == 1
        assert bot.stop() == 0
    assert fake.world.updates == []  # all of them confirmed: a restart begins with what is new
    assert (fake.token in bot.said, fake.token.split(":")[1] in bot.said) == (False, False)
    assert ("欧阳震华" in bot.said, last.text in bot.said, "Traceback" in bot.said) == (False, False, False)


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


def test_told_to_end_it_does_so_whatever_waits(fake: FakeTelegram, anna: Person, db: Path, tmp_path: Path) -> None:
    with Bot(fake, tmp_path / "bot", db).waits() as bot:
        group = fake.group("热闹的群")
        fake.methods.closed[group.id] = 30
        anna.says(f"@{fake.username} 竣工几个", chat=group)
        bot.says("takes nothing more")
        assert "小学：100个" in anna.asks("小学新增学位多少").text
        started = time.monotonic()
        assert bot.stop() == 0
        assert time.monotonic() - started < 4  # two for what is in hand, and the process itself
        assert "Traceback" not in bot.said


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


def test_a_token_that_telegram_does_not_know_is_told_without_printing_it(
    fake: FakeTelegram, db: Path, tmp_path: Path
) -> None:
    for wrong in ("654321:" + "B" * 35, "not-a-token"):
        with Bot(fake, tmp_path / "bot", db, token=wrong) as bot:
            assert bot.ends() == 2
        assert "不认这个口令" in bot.said
        assert (wrong in bot.said, "Traceback" in bot.said) == (False, False)


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
        assert ("Traceback" in bot.said, "欧阳震华" in bot.said) == (False, False)


def _posted(url: str, body: bytes, secret: str | None = None) -> int:
    headers = {"X-Telegram-Bot-Api-Secret-Token": secret} if secret else {}
    try:
        with urllib.request.urlopen(urllib.request.Request(url, body, headers), timeout=5) as response:
            return int(response.status)
    except urllib.error.HTTPError as error:
        return error.code


def test_by_webhook_it_answers_as_by_polling_and_believes_nobody_without_the_secret(
    hook: str, anna: Person, fake: FakeTelegram
) -> None:
    reply = anna.asks("小学新增学位多少")
    assert "小学：100个" in reply.text
    anna.presses(reply, "全文")
    anna.sees_edited(reply)
    with urllib.request.urlopen(f"{hook}/healthz", timeout=5) as response:
        assert json.load(response) == {"status": "ok"}
    assert fake.unanswered == []
    chat = {"id": anna.id, "type": "private"}
    message = {"message_id": 77, "date": 1, "text": "竣工几个", "chat": chat, "from": anna.user}
    update = json.dumps({"update_id": 999_999, "message": message}).encode()
    secret, url = fake.calls_to("setWebhook")[-1].parameters["secret_token"], f"{hook}/telegram"
    assert [_posted(url, update), _posted(url, update, "wrong")] == [403, 403]
    assert [_posted(url, body, secret) for body in (b"{", b"[]", b"[" * 100_000, b"\xff")] == [400] * 4
    assert _posted(url, b" " * 2_000_000, secret) == 413
    assert _posted(f"{hook}/elsewhere", update, secret) == 404
    anna.hears_nothing()
    assert [_posted(url, update, secret) for _ in range(3)] == [200] * 3
    assert "竣工：7个" in anna.hears()[0].text
    anna.hears_nothing()
    # What cannot be read is taken all the same, or Telegram would bring it again and again.
    for number, wrong in enumerate(({"date": 1e400}, {"chat": [1], "text": "欧阳震华"}, {"from": {}}), 1_000_000):
        late = json.dumps({"update_id": number, "message": message | wrong}).encode()
        assert _posted(url, late, secret) == 200
    assert "初中：200个" in anna.asks("初中新增学位多少").text


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
