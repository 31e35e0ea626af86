"""What breaks under the pages costs nobody more than it must, and whoever asks is told in a sentence."""

import asyncio
import logging
import re
import shutil
import socket
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import httpx
import pytest
from starlette.types import Receive, Scope, Send
from web_server import visiting

from bot import assistant, serving
from bot.assistant import SORRY, Assistant
from bot.web import guard
from bot.web.site import OUT_OF_ORDER
from knowledge.errors import StoreError
from knowledge.store import Store

FETCH = {"X-Requested-With": "fetch"}
LINK = "/?q=" + quote("新增学位多少")


@pytest.fixture
def db(small: Store, small_file: Path, tmp_path: Path) -> Path:  # noqa: ARG001 — it is the index that is asked
    return Path(shutil.copy(small_file.with_suffix(".db"), tmp_path / "plan.db"))


@pytest.fixture
def visitor(db: Path, tmp_path: Path) -> Iterator[httpx.Client]:
    with visiting(db, tmp_path) as client:
        yield client


def test_a_question_that_we_fail_on_is_told_so_and_the_next_one_is_answered(
    visitor: httpx.Client, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(*_anything: object) -> None:
        raise RuntimeError("/secret/path")

    visitor.get("/")
    with monkeypatch.context() as patch, caplog.at_level(logging.ERROR):
        patch.setattr(assistant, "converse", fail)
        card = visitor.post("/ask", data={"q": "新增学位多少"}, headers=FETCH)
        link, page = visitor.get(LINK), visitor.post("/ask", data={"q": "新增学位多少"})
        programs = [visitor.get(f"/api/ask?q=新增学位多少{chat}") for chat in ("", "&chat=a")]
    assert [r.status_code for r in (card, link, page, *programs)] == [500] * 5
    assert card.headers["x-fragment"] == "card"
    assert [SORRY in r.text for r in (card, link, page)] == [True] * 3
    assert [r.json()["detail"] for r in programs] == [SORRY] * 2
    assert "data-token" not in card.text + link.text + page.text
    assert ("新增学位" in caplog.text, "RuntimeError" in caplog.text) == (False, True)
    assert "300" in visitor.post("/ask", data={"q": "新增学位多少"}, headers=FETCH).text
    assert [visitor.get(path).status_code for path in (LINK, "/api/ask?q=新增学位多少")] == [200, 200]


@pytest.mark.parametrize("damage", ["nothing", "noise", "half"])
def test_an_index_that_is_replaced_by_a_damaged_one_costs_no_answer(
    visitor: httpx.Client, db: Path, tmp_path: Path, damage: str
) -> None:
    assert visitor.get("/api/ask?q=新增学位多少").json()["status"] == "answered"
    content = db.read_bytes()
    damaged = {"nothing": b"", "noise": b"no index" * 4000, "half": content[: len(content) // 2]}[damage]
    (tmp_path / "damaged.db").write_bytes(damaged)
    (tmp_path / "damaged.db").replace(db)
    for question in ("新增学位多少", "小学学位", "竣工几个", "减轻教师负担"):
        assert visitor.get(f"/api/ask?q={question}").json()["status"] == "answered"
        assert visitor.get(f"/?q={question}").status_code == 200
    assert [visitor.get(path).status_code for path in ("/", "/plan", "/figures", "/plans", "/healthz")] == [200] * 5


def test_the_state_is_told_as_it_is(visitor: httpx.Client, monkeypatch: pytest.MonkeyPatch) -> None:
    assert visitor.get("/healthz").text == "ok\n"
    monkeypatch.setattr(Assistant, "healthy", lambda _: False)
    assert visitor.get("/healthz").status_code == 503


def test_an_index_that_cannot_be_read_is_told_in_a_sentence_without_its_place(
    visitor: httpx.Client, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def unreadable(*_anything: object, **_more: object) -> None:
        raise StoreError("/secret/plan.db 读不出来")

    monkeypatch.setattr(Store, "titles", unreadable)
    monkeypatch.setattr(Assistant, "look", unreadable)
    with caplog.at_level(logging.ERROR):
        responses = [visitor.get(path) for path in ("/plans", "/api/clauses", "/?q=教室", "/api/ask?q=教室")]
    assert [r.status_code for r in responses] == [503] * 4
    assert all(OUT_OF_ORDER in r.text and "retry-after" in r.headers for r in responses)
    assert ("/secret" in "".join(r.text for r in responses), "Traceback" in caplog.text) == (False, False)


ODD = ["9" * 5000, "第" + "9" * 5000 + "条", "\0", "新增\0学位", "％００", "小學\ud800學位", "學\udfff位多少個",
       '=HYPERLINK("http://x")', "\x1b[31m学位", "\u202e位学", "q:²", "{{7*7}}", "1e999", "-1", "٣"]  # fmt: skip


@pytest.mark.parametrize("typed", ODD, ids=lambda odd: ascii(odd)[:20])
def test_whatever_is_typed_anywhere_is_answered_in_words(
    visitor: httpx.Client, typed: str, caplog: pytest.LogCaptureFixture
) -> None:
    raw = quote(typed.encode("utf8", "surrogatepass"))
    pages = ["/?q={}", "/?t={}", "/turns?t={}", "/clause?number={}", "/clause?number=1&plan={}", "/plan?plan={}",
             "/plan?search={}", "/plans?search={}", "/plans?page={}", "/figures?words={}", "/figures?sort={}",
             "/figures.csv?words={}", "/figures.json?plan={}", "/api/ask?q={}", "/api/ask?q=a&chat={}",
             "/api/ask?q=a&limit={}", "/api/clauses/{}", "/api/clauses?offset={}", "/api/figures?words={}", "/{}"]  # fmt: skip
    with caplog.at_level(logging.ERROR):
        told = [visitor.get(page.format(raw)) for page in pages]
        form = {"q": typed.encode("utf8", "surrogatepass"), "after": typed.encode("utf8", "surrogatepass")}
        told += [visitor.post(page, data=form, headers=FETCH) for page in ("/ask", "/frame", "/vote")]
    assert {r.status_code for r in told} <= {200, 404, 422}
    assert caplog.text == ""
    assert all("Traceback" not in r.text for r in told)


def test_of_more_than_can_be_served_at_once_some_are_asked_to_come_back_and_the_others_answered(
    visitor: httpx.Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    """600 at once, none of which is answered until those too many have been told."""
    told, look = threading.Event(), Assistant.look
    monkeypatch.setattr(Assistant, "look", lambda *given: told.wait(30) and look(*given))
    answers = asyncio.run(_at_once(visitor, 600, told))
    busy = [answer for answer in answers if answer.startswith("HTTP/1.1 503 ")]
    assert len(busy) == 100
    assert all("retry-after: 5" in answer for answer in busy)
    assert sum('"status": "answered"' in answer for answer in answers) == 500
    assert visitor.get("/healthz").status_code == 200


async def _at_once(visitor: httpx.Client, many: int, told: threading.Event) -> list[str]:
    async def asked() -> str:
        reader, writer = await asyncio.open_connection(visitor.base_url.host, visitor.base_url.port)
        writer.write(
            b"GET /api/ask?q=%E6%96%B0%E5%A2%9E%E5%AD%A6%E4%BD%8D HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"
        )
        answer = await reader.read()
        writer.close()
        return answer.decode()

    asking = [asyncio.create_task(asked()) for _ in range(many)]
    while sum(t.done() for t in asking) < many - guard._AT_ONCE:  # noqa: ASYNC110, SLF001 — as many as it says
        await asyncio.sleep(0.02)
    told.set()
    return await asyncio.gather(*asking)


@pytest.mark.parametrize(
    "sent", ["", "GET / HTTP/1.1\r\nHo", "GET /healthz HTTP/1.1\r\nHost: a\r\n\r\nGET / HTTP/1.1\r\nHo"]
)
def test_a_connection_on_which_no_whole_request_comes_is_closed(
    db: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, sent: str
) -> None:
    monkeypatch.setattr(serving, "_PATIENCE", {False: 0.5, True: 60.0})
    monkeypatch.setattr(serving, "_BETWEEN_LOOKS", 1)
    with visiting(db, tmp_path) as visitor:
        where = (visitor.base_url.host, visitor.base_url.port or 0)
        with socket.create_connection(where, timeout=10) as connection:
            connection.sendall(sent.encode())
            began = time.monotonic()
            heard = b""
            try:
                while more := connection.recv(65536):
                    heard += more
            except ConnectionResetError:
                pass
            assert time.monotonic() - began < 5
            assert heard.startswith(b"HTTP/1.1 200") == sent.startswith("GET /healthz")


def test_whoever_is_being_answered_is_not_taken_for_gone(
    db: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(serving, "_PATIENCE", {False: 0.3, True: 60.0})
    monkeypatch.setattr(serving, "_BETWEEN_LOOKS", 1)
    look = Assistant.look
    monkeypatch.setattr(Assistant, "look", lambda *given: time.sleep(1.5) or look(*given))
    with visiting(db, tmp_path) as visitor:
        assert visitor.get("/api/ask?q=新增学位多少").json()["status"] == "answered"


def test_a_proxy_is_known_however_the_socket_tells_its_address() -> None:
    heard: list[str] = []

    async def app(scope: Scope, _receive: Receive, _send: Send) -> None:
        heard.append(f"{scope['client'][0]} {scope['scheme']}")

    config = serving.server_of(app, ["10.0.0.0/8"]).config
    config.load()
    told = [(b"x-forwarded-for", b"198.51.100.1, 203.0.113.9, 10.0.0.5"), (b"x-forwarded-proto", b"https")]
    for client in ("10.0.0.1", "::ffff:10.0.0.1", "192.0.2.1"):
        scope = {"type": "http", "client": (client, 1), "scheme": "http", "headers": told}
        asyncio.run(config.loaded_app(scope, None, None))
    assert heard == ["203.0.113.9 https", "203.0.113.9 https", "192.0.2.1 http"]


@pytest.mark.parametrize(
    ("address", "counted"),
    [("203.0.113.9", "203.0.113.9"), ("::ffff:203.0.113.9", "203.0.113.9"), ("2001:db8:1:2:3::4", "2001:db8:1:2::/64"),
     ("2001:db8:1:2:ffff::1", "2001:db8:1:2::/64"), ("nobody", "nobody")],
)  # fmt: skip
def test_a_visitor_is_counted_under_what_is_theirs_alone(address: str, counted: str) -> None:
    assert guard.who({"client": (address, 1)}) == counted
    assert re.fullmatch(r"[0-9a-f:./]+|nobody", counted)
