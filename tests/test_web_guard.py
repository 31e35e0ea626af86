"""What stands before every page holds against whoever plays tricks with it."""

import logging
import re
import socket
import threading
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import httpx
import pytest
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route
from web_server import visiting

from bot.assistant import Assistant
from bot.limits import Limiter
from bot.web import guard

ORIGIN = "https://school.example.org"
SCRIPT = "<script>alert(1)</script>"


@pytest.fixture(scope="module")
def visitor(db: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[httpx.Client]:
    with visiting(db, tmp_path_factory.mktemp("web"), origins=(ORIGIN,)) as client:
        yield client


@pytest.fixture
def failing(monkeypatch: pytest.MonkeyPatch) -> str:
    """A fault in the program, and what only its log may tell."""

    def fail(*_anything: object, **_more: object) -> None:
        raise RuntimeError("/secret/path")

    monkeypatch.setattr(Assistant, "answer", fail)
    monkeypatch.setattr(Assistant, "look", fail)
    return "/secret/path"


PATHS = ["/", "/?q=学位", "/plan", "/plan?plan=无", "/plans", "/figures", "/figures.csv", "/figures.json", "/healthz",
         "/api/ask?q=学位", "/api/ask", "/api/no", "/api/openapi.json", "/static/pages.css", "/static/no", "/no",
         "/widget.js", "/frame", "/embed", "/about", "/developers"]  # fmt: skip


@pytest.mark.parametrize("method", ["GET", "HEAD", "DELETE"])
@pytest.mark.parametrize("path", PATHS)
def test_every_response_forbids_what_a_page_does_not_need(visitor: httpx.Client, method: str, path: str) -> None:
    headers = visitor.request(method, path).headers
    policy = dict(part.strip().split(" ", 1) for part in headers["content-security-policy"].split(";"))
    assert (policy["default-src"], policy["script-src"], policy["style-src"]) == ("'none'", "'self'", "'self'")
    assert "unsafe" not in headers["content-security-policy"]
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "same-origin"
    assert "cache-control" in headers
    assert "server" not in headers
    if path == "/frame":
        assert policy["frame-ancestors"] == f"'self' {ORIGIN}"
        assert "x-frame-options" not in headers
    else:
        assert (policy["frame-ancestors"], headers["x-frame-options"]) == ("'none'", "DENY")


@pytest.mark.parametrize("path", ["/", "/plan", "/figures", "/api/ask", "/api/plans", "/healthz", "/static/pages.css"])
@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH", "TRACE"])
def test_methods_that_nobody_needs_are_refused_by_name(visitor: httpx.Client, path: str, method: str) -> None:
    assert visitor.request(method, path).status_code == 405


@pytest.mark.parametrize("path", ["/", "/plan", "/figures", "/figures.csv", "/healthz", "/api/ask?q=学位"])
def test_head_tells_the_same_as_get_without_the_body(visitor: httpx.Client, path: str) -> None:
    head, get = visitor.head(path), visitor.get(path)
    assert (head.status_code, head.headers["content-type"], head.content) == (200, get.headers["content-type"], b"")


def test_who_asks_too_fast_is_asked_to_wait(db: Path, tmp_path: Path) -> None:
    with visiting(db, tmp_path, per_minute=3) as visitor:
        assert [visitor.get("/plan").status_code for _ in range(4)] == [200, 200, 200, 429]
        page, problem = visitor.get("/plan"), visitor.get("/api/ask?q=学位")
        assert 1 <= int(page.headers["retry-after"]) <= 20
        assert re.search(r"请等 \d+ 秒再问", page.text)
        assert problem.json()["status"] == problem.status_code == 429
        assert problem.headers["content-type"] == "application/problem+json"
        assert [visitor.get(path).status_code for path in ("/static/pages.css", "/healthz")] == [200, 200]


def test_an_invented_address_buys_nobody_more_questions(db: Path, tmp_path: Path) -> None:
    def asked(visitor: httpx.Client) -> list[int]:
        return [visitor.get("/plan", headers={"x-forwarded-for": f"192.0.2.{n}"}).status_code for n in range(4)]

    with visiting(db, tmp_path, per_minute=2) as visitor:
        assert asked(visitor) == [200, 200, 429, 429]
    with visiting(db, tmp_path, per_minute=2, trusted_proxies=("127.0.0.1",)) as visitor:
        assert asked(visitor) == [200, 200, 200, 200]
        # A visitor who writes the header too is known by what the proxy adds behind it.
        forged = [{"x-forwarded-for": f"198.51.100.{n}, 203.0.113.9"} for n in range(3)]
        assert [visitor.get("/plan", headers=f).status_code for f in forged] == [200, 200, 429]


def test_a_minutes_worth_is_heard_at_once_and_then_at_an_even_pace() -> None:
    now = [0.0]
    limiter = Limiter(3, lambda: now[0])

    def waits(who: str) -> tuple[int, bool]:
        fast = limiter.too_fast(who)
        return (fast.seconds, fast.first) if fast else (0, False)

    assert [waits("a") for _ in range(5)] == [(0, False)] * 3 + [(20, True), (20, False)]
    now[0] = 20.0
    assert [waits("a"), waits("a"), waits("b")] == [(0, False), (20, True), (0, False)]
    now[0] = 1000.0
    assert [waits("a")[0] for _ in range(4)] == [0, 0, 0, 20]
    assert [Limiter(0).too_fast("a") for _ in range(1000)] == [None] * 1000


def test_those_who_are_quiet_are_forgotten() -> None:
    now = [0.0]
    limiter = Limiter(60, lambda: now[0])
    for n in range(20_000):
        limiter.too_fast(n)
        now[0] += 0.01
    assert len(limiter._due) < 11_000  # noqa: SLF001 — what is held cannot be seen from outside


@pytest.mark.parametrize("chunked", [False, True])
def test_a_body_that_is_too_long_is_refused(visitor: httpx.Client, chunked: bool) -> None:
    body = b"q=" + b"a" * 20_000
    content = iter([body[:9000], body[9000:]]) if chunked else body
    response = visitor.post("/ask", content=content, headers={"content-type": "application/x-www-form-urlencoded"})
    assert response.status_code == 413


def test_who_stops_in_the_middle_of_a_question_holds_up_nobody(
    visitor: httpx.Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(guard, "_PATIENCE", 0.1)
    head = "POST /ask HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\nConnection: close\r\n\r\nq=1"
    assert raw(visitor, head).startswith("HTTP/1.1 408 ")


def test_a_question_that_is_too_long_is_told_so(visitor: httpx.Client) -> None:
    response = visitor.post("/ask", data={"q": "学位" * 600})
    assert response.status_code == 422
    assert "太长" in response.text


def test_the_chat_lies_in_a_cookie_that_no_script_and_no_other_site_gets(db: Path, tmp_path: Path) -> None:
    with visiting(db, tmp_path, trusted_proxies=("127.0.0.1",)) as visitor:
        plain = visitor.get("/").headers["set-cookie"]
        assert re.fullmatch(r"yaodian=[A-Za-z0-9_-]{43}; Path=/; HttpOnly; SameSite=Lax", plain)
        assert "set-cookie" not in visitor.get("/").headers
        visitor.cookies.clear()
        assert visitor.get("/", headers={"x-forwarded-proto": "https"}).headers["set-cookie"].endswith("; Secure")


@pytest.mark.parametrize("forged", ["1", "a" * 44, "../../etc/passwd", "web:" + "a" * 43, "学" * 43, ""])
def test_a_cookie_that_was_not_made_here_is_replaced(visitor: httpx.Client, forged: str) -> None:
    visitor.cookies.clear()
    response = visitor.get("/", headers={"cookie": f"yaodian={forged}".encode()})
    assert re.match(r"yaodian=[A-Za-z0-9_-]{43};", response.headers["set-cookie"])


def test_a_page_without_a_chat_gives_no_cookie(visitor: httpx.Client) -> None:
    visitor.cookies.clear()
    pages = ("/plan", "/figures", "/plans", "/compare", "/compare.csv?item=学位")
    for path in (*pages, "/suggest?q=学位", "/static/pages.css", "/healthz", "/widget.js", "/sitemap.xml"):
        assert "set-cookie" not in visitor.get(path).headers


@pytest.mark.parametrize(
    "headers",
    [
        {"origin": "https://evil.example.org"},
        {"origin": "null"},
        {"sec-fetch-site": "cross-site"},
        {"sec-fetch-site": "same-site"},
        {"sec-fetch-site": "cross-site", "origin": "http://127.0.0.1"},
    ],
)
@pytest.mark.parametrize("path", ["/ask", "/vote"])
def test_a_form_on_another_site_cannot_ask_or_vote(visitor: httpx.Client, headers: dict[str, str], path: str) -> None:
    assert visitor.post(path, data={"q": "学位"}, headers=headers).status_code == 403


def test_our_own_form_and_a_program_can(visitor: httpx.Client) -> None:
    ours = [{}, {"sec-fetch-site": "same-origin"}, {"origin": str(visitor.base_url).rstrip("/")}]
    assert [visitor.post("/ask", data={"q": "新增学位多少"}, headers=h).status_code for h in ours] == [303, 303, 303]


@pytest.mark.parametrize(
    "path",
    ["/static/../desk.py", "/static/..%2fdesk.py", "/static/%2e%2e/desk.py", "/static/..%5cdesk.py",
     "/static//etc/passwd", "/static/%00", "/static/", "/static/....//desk.py", "/static/" + "a" * 5000],
)  # fmt: skip
def test_nothing_but_the_static_files_is_given_away(visitor: httpx.Client, path: str) -> None:
    response = raw(visitor, f"GET {path} HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
    assert re.match(r"HTTP/1.1 40[04] ", response)
    assert "import" not in response


@pytest.mark.parametrize("host", ["evil.example.org", "evil.example.org/a?b", "[", "a b", "", "evil.example.org:99999"])
@pytest.mark.parametrize(
    "path",
    [
        "/",
        "/?q=%E5%AD%A6%E4%BD%8D",
        "/plan/",
        "/figures",
        "/embed",
        "/developers",
        "/no",
        "/api/ask?q=1",
        "/static/pages.css",
    ],
)
def test_no_page_and_no_redirect_is_built_from_the_host_that_a_request_names(
    visitor: httpx.Client, host: str, path: str
) -> None:
    response = raw(visitor, f"GET {path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n")
    assert "evil" not in response
    assert not response.startswith("HTTP/1.1 5")


@pytest.mark.parametrize("path", ["/?q={}", "/plan?search={}", "/plan?plan={}", "/plans?search={}", "/figures?words={}",
                                  "/figures?plan={}", "/figures?sort={}", "/figures?area={}", "/figures?plan=*&unit={}", "/{}", "/clause?number={}", "/?t={}"])  # fmt: skip
def test_what_is_typed_is_text_on_every_page(visitor: httpx.Client, path: str) -> None:
    for typed in (SCRIPT, f"新增学位{SCRIPT}", '" onmouseover="alert(1)', "{{ 1234 * 5678 }}"):
        card = visitor.post("/ask", data={"q": typed, "after": typed, "embedded": "1"})
        for response in (visitor.get(path.format(quote(typed, safe=""))), card):
            assert response.status_code in {200, 404, 422}
            assert SCRIPT not in response.text
            assert ' onmouseover="alert' not in response.text
            assert str(1234 * 5678) not in response.text


def test_a_fault_is_told_kindly_to_the_person_and_fully_to_the_operator(
    visitor: httpx.Client, failing: str, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.ERROR):
        page, problem = visitor.get("/?q=教室"), visitor.get("/api/ask?q=教室&chat=a")
    assert (page.status_code, problem.status_code, problem.json()["status"]) == (500, 500, 500)
    assert "请过一会儿再试" in page.text
    assert failing not in page.text + problem.text
    assert page.headers["x-frame-options"] == problem.headers["x-frame-options"] == "DENY"
    assert failing in caplog.text
    assert "教室" not in caplog.text


def test_a_page_waits_for_nobodys_answer(visitor: httpx.Client, monkeypatch: pytest.MonkeyPatch) -> None:
    answered = threading.Event()
    monkeypatch.setattr(Assistant, "answer", lambda *_, **__: answered.wait(10))
    slow = threading.Thread(target=httpx.get, args=(visitor.base_url.join("/api/ask?q=学位&chat=a"),))
    slow.start()
    paths = ("/plan", "/figures", "/plans", "/healthz", "/api/plans", "/static/pages.css")
    assert [visitor.get(path).status_code for path in paths] == [200] * len(paths)
    assert slow.is_alive()
    answered.set()
    slow.join()


def test_who_comes_when_there_are_too_many_is_told_in_a_page_and_a_program_in_json(
    visitor: httpx.Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(guard, "_AT_ONCE", 0)
    page, problem = visitor.get("/"), visitor.get("/api/ask?q=学位")
    assert (page.status_code, problem.json()["status"], problem.headers["retry-after"]) == (503, 503, "5")
    assert "现在问的人很多" in page.text


def test_routes_of_others_look_after_themselves(db: Path, tmp_path: Path) -> None:
    async def hook(request: Request) -> Response:
        return PlainTextResponse(str(len(await request.body())))

    extra = [Route(path, hook, methods=["POST"]) for path in ("/telegram", "/")]
    with visiting(db, tmp_path, extra, per_minute=1) as visitor:
        long = b"a" * 30_000
        assert [visitor.post(path, content=long).text for path in ("/telegram", "/", "/telegram")] == ["30000"] * 3
        assert visitor.get("/").headers["x-frame-options"] == "DENY"


def raw(visitor: httpx.Client, request: str) -> str:
    """What comes back for a request that no client would send."""
    address = (visitor.base_url.host, visitor.base_url.port or 80)
    with socket.create_connection(address, timeout=10) as connection:
        connection.sendall(request.encode())
        return b"".join(iter(lambda: connection.recv(65536), b"")).decode(errors="replace")


def test_an_origin_that_is_no_address_is_another_site(visitor: httpx.Client) -> None:
    assert visitor.post("/ask", data={"q": "学位"}, headers={"Origin": "http://["}).status_code == 403
