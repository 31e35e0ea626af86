"""What is the same for everybody is made once: nothing is written for it, nothing waits for it, and it is told when it has not
changed."""

import asyncio
import gzip
import re
import sqlite3
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

import httpx
import pytest
from web_server import visiting

from bot.assistant import Assistant
from bot.records import Records
from bot.web.site import Made, Ready
from indexer.build import build
from indexer.document import read_document

LINK = "/?q=" + quote("新增学位多少")
SAME = ["/", LINK, "/plan", "/plan?search=学位", "/plans", "/figures", "/static/style.css", "/widget.js"]


@pytest.fixture
def visitor(db: Path, tmp_path: Path) -> Iterator[httpx.Client]:
    with visiting(db, tmp_path) as client:
        yield client


def numbers(html: str) -> list[str]:
    return re.findall(r'class="number[^"]*">([^<]*)</span>', html)


@pytest.mark.parametrize("path", SAME)
def test_a_page_is_the_same_for_all_and_whoever_has_it_is_not_sent_it_again(visitor: httpx.Client, path: str) -> None:
    plain = {"accept-encoding": "identity"}
    first = visitor.get(path, headers=plain)
    visitor.cookies.clear()
    again, zipped = visitor.get(path, headers=plain), visitor.get(path)
    assert first.content == again.content == zipped.content
    assert ("content-encoding" in first.headers, zipped.headers["content-encoding"]) == (False, "gzip")
    assert int(zipped.headers["content-length"]) < len(first.content)
    assert first.headers["vary"] == "Accept-Encoding"
    known = visitor.get(path, headers={"if-none-match": first.headers["etag"]})
    assert (known.status_code, known.content, known.headers["etag"]) == (304, b"", first.headers["etag"])
    assert visitor.get(path, headers={"if-none-match": 'W/"other"'}).status_code == 200


def test_what_a_browser_has_is_told_to_be_old_when_the_plan_is_another(small_file: Path, tmp_path: Path) -> None:
    db = tmp_path / "plan.db"
    build([read_document(small_file)], db)
    with visiting(db, tmp_path) as visitor:
        known = {path: {"if-none-match": visitor.get(path).headers["etag"]} for path in ("/plan", LINK)}
        renewed = tmp_path / small_file.name
        renewed.write_text(small_file.read_text(encoding="utf8").replace("学位300个", "学位400个"), encoding="utf8")
        build([read_document(renewed)], db)
        for path, headers in known.items():
            response = visitor.get(path, headers=headers)
            assert (response.status_code, "400" in response.text) == (200, True)


def test_whoever_opens_the_first_page_is_given_a_chat_of_their_own(visitor: httpx.Client) -> None:
    chats = set()
    for _ in range(3):
        visitor.cookies.clear()
        chats.add(visitor.get("/").headers["set-cookie"])
    assert len(chats) == 3
    assert "private" in visitor.get("/").headers["cache-control"]


def test_a_link_that_is_opened_again_writes_nothing_and_waits_for_nobody(
    visitor: httpx.Client, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = visitor.get(LINK).text
    answered = threading.Event()
    monkeypatch.setattr(Assistant, "answer", lambda *_, **__: answered.wait(10))
    slow = threading.Thread(target=httpx.post, args=(visitor.base_url.join("/ask"),), kwargs={"data": {"q": "学位"}})
    slow.start()
    with sqlite3.connect(tmp_path / "chats.db") as chats:
        version = chats.execute("PRAGMA data_version").fetchone()
        assert [visitor.get(f"{LINK}{n % 3 * '&from=friend'}").text for n in range(30)] == [first] * 30
        assert chats.execute("PRAGMA data_version").fetchone() == version
    assert (slow.is_alive(), numbers(first)) == (True, ["300"])
    answered.set()
    slow.join()


def test_all_who_open_a_link_may_judge_its_answer(visitor: httpx.Client, tmp_path: Path) -> None:
    for up in ("1", "0"):
        visitor.cookies.clear()
        [token] = re.findall(r'data-token="([^"]+)"', visitor.get(LINK).text)
        assert visitor.post("/vote", data={"token": token, "up": up}).status_code == 303
    [vote] = Records(tmp_path / "chats.db", forgiving=False).feedback.votes()
    assert (vote.question, vote.up, vote.down) == ("新增学位多少", 1, 1)


def test_who_asks_on_under_a_link_is_understood_without_script(visitor: httpx.Client) -> None:
    [after] = re.findall(r'name="after" value="([^"]*)"', visitor.get(LINK).text)
    response = visitor.post("/ask", data={"q": "那小学呢", "after": after})
    assert numbers(visitor.get(response.headers["location"]).text) == ["100"]
    response = visitor.post("/ask", data={"q": "初中呢"})
    assert numbers(visitor.get(response.headers["location"]).text) == ["200"]


def test_a_link_that_asks_nothing_is_told_so_and_asked_on_under(visitor: httpx.Client) -> None:
    page = visitor.get("/?q=？？？")
    assert (page.status_code, "data-token" in page.text) == (422, False)
    response = visitor.post("/ask", data={"q": "新增学位多少", "after": "？？？"})
    assert numbers(visitor.get(response.headers["location"]).text) == ["300"]


def test_an_answer_to_a_program_is_made_once_and_counted_every_time(db: Path, tmp_path: Path) -> None:
    with visiting(db, tmp_path) as visitor:
        first, *others = (visitor.get("/api/ask?q=校服多少钱一套") for _ in range(5))
        visitor.head("/api/ask?q=校服多少钱一套")
        assert {r.text for r in others} == {first.text}
        assert len(visitor.get("/api/ask?q=校服多少钱一套&limit=1").json()["nearest"]) < len(first.json()["nearest"])
    records = Records(tmp_path / "chats.db", forgiving=False)
    assert [(g.question, g.count) for g in records.unanswered.groups()] == [("校服多少钱一套", 7)]
    assert sum(records.feedback.days()[0].statuses.values()) == 7


@pytest.mark.parametrize("path", ["/api/figures", "/api/clauses", "/api/openapi.json", "/figures.csv", "/frame"])
def test_what_is_made_for_one_person_is_sent_zipped_too(visitor: httpx.Client, path: str) -> None:
    response = visitor.get(path)
    assert response.headers["content-encoding"] == "gzip"
    plain = visitor.get(path, headers={"accept-encoding": "identity"})
    assert "content-encoding" not in plain.headers
    assert len(plain.content) == len(response.content)


def test_what_is_packed_already_is_kept_and_sent_as_it_is() -> None:
    picture = gzip.compress(bytes(range(256)) * 40)
    sent: list[Any] = []

    async def send(message: Any) -> None:
        sent.append(message)

    page = Ready(picture, "image/png")
    asyncio.run(page({"headers": [(b"accept-encoding", b"gzip")]}, None, send))  # type: ignore[arg-type]
    assert (page.size, sent[1]["body"]) == (len(picture), picture)
    assert b"content-encoding" not in dict(sent[0]["headers"])


def test_what_is_kept_ready_is_bounded_and_what_is_used_most_stays() -> None:
    def asked(path: str) -> dict[str, object]:
        return {"type": "http", "method": "GET", "path": path, "query_string": b"", "headers": []}

    made, page = Made(lambda: 1, most=20_000), lambda: Ready(gzip.compress(bytes(range(256))) * 4, "text/plain")
    for n in range(200):
        made.made((str(n), b""), page)
        assert made.get(asked("0"))
        assert made.get(asked(str(n)))
    assert sum(made.get(asked(str(n))) is not None for n in range(200)) * page().size <= 20_000


def test_what_is_too_large_or_went_wrong_is_not_kept() -> None:
    made = Made(lambda: 1, most=1000)
    for page in (Ready(bytes(1000), "text/plain"), Ready("", "text/plain", status=500)):
        made.made(("/", b""), lambda page=page: page)
        assert made.find(("/", b"")) is None
