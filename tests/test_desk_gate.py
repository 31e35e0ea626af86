"""A stranger does not come to the desk, whatever they try."""

import re
import threading
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from starlette.applications import Starlette
from starlette.routing import Route
from web_clerk import COOKIE, PASSWORD, Clerk, application, stranger
from web_server import serving, visiting

from bot.records import Records
from bot.records.schema import ATTEMPT_SECONDS, IDLE_SECONDS
from bot.records.sessions import OF_ALL, OF_ONE
from bot.web.desk import TOO_SHORT
from knowledge.errors import SettingsError

PROXY = {"trusted_proxies": ("127.0.0.1",)}


@pytest.fixture
def app(db: Path, tmp_path: Path) -> Starlette:
    return application(db, tmp_path, **PROXY)


@pytest.fixture
def address(app: Starlette) -> Iterator[str]:
    with serving(app, PROXY["trusted_proxies"]) as address:
        yield address


@pytest.fixture
def someone(address: str) -> Iterator[Clerk]:
    with stranger(address) as one:
        yield one


def routes(app: Starlette) -> list[tuple[str, str]]:
    """Every method and path of the desk."""
    found = [r for r in app.routes if isinstance(r, Route) and r.path.startswith("/desk")]
    return [(m, re.sub(r"\{.*?\}", "x" * 12, r.path)) for r in found for m in sorted(r.methods or ())]


def test_there_is_no_desk_without_a_password(db: Path, tmp_path: Path, app: Starlette) -> None:
    with visiting(db, tmp_path) as visitor:
        told = {visitor.request(method, path).status_code for method, path in routes(app)}
        for page in (visitor.get("/desk"), visitor.post("/desk", headers={"origin": "https://evil.example"})):
            assert ("后台" in page.text, '<a href="/">回到首页提问</a>' in page.text) == (False, True)
    assert told == {404}


def test_what_is_not_at_the_desk_leads_back_to_it(someone: Clerk) -> None:
    assert '<a href="/desk">回到后台</a>' in someone.get("/desk/nothing").text


@pytest.mark.parametrize("password", ["1234567", "口令"])
def test_a_password_that_is_soon_guessed_is_refused_at_the_start(db: Path, tmp_path: Path, password: str) -> None:
    with pytest.raises(SettingsError, match=TOO_SHORT):
        application(db, tmp_path, password)


def test_the_password_may_stand_in_the_environment(db: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("YAODIAN_DESK_PASSWORD", "another password")
    with serving(application(db, tmp_path)) as address, stranger(address) as one:
        assert (one.log_in().status_code, one.log_in("another password").status_code) == (403, 303)


def test_no_page_and_no_deed_of_the_desk_is_for_who_has_not_logged_in(app: Starlette, someone: Clerk) -> None:
    every = routes(app)
    assert len(every) >= 25
    for method, path in every:
        told = someone.client.request(method, path, data={"token": someone.token()} if method == "POST" else None)
        if path != "/desk":
            assert (told.status_code, told.headers.get("location")) in {(303, "/desk"), (403, None)}, (method, path)
        assert "退出" not in told.text


def test_who_knows_the_password_comes_in_and_who_does_not_is_told_kindly(someone: Clerk) -> None:
    assert "后台登录" in someone.get("/desk").text
    for wrong in ("", PASSWORD[:-1], PASSWORD + " ", PASSWORD.upper(), "\0"):
        told = someone.log_in(wrong)
        assert (told.status_code, "口令不对" in told.text) == (403, True)
        assert PASSWORD not in told.text
        assert someone.get("/desk/unanswered.csv").status_code == 303
        if wrong == PASSWORD.upper():
            break
    assert someone.log_in(who="  ").status_code == 422
    assert someone.log_in().status_code == 303
    assert "没答上的问题" in someone.get("/desk").text


def test_whoever_tries_passwords_is_made_to_wait_however_many_at_once(address: str, someone: Clerk) -> None:
    with stranger(address) as other:
        token, cookies = other.token(), dict(other.client.cookies)
        told: list[int] = []

        def guess(n: int) -> None:
            fields = {"token": token, "who": "x", "password": f"guess number {n}"}
            told.append(
                httpx.post(f"{address}/desk", data=fields, cookies=cookies, trust_env=False, timeout=60).status_code
            )

        guesses = [threading.Thread(target=guess, args=(n,)) for n in range(3 * OF_ONE)]
        for one in guesses:
            one.start()
        for one in guesses:
            one.join()
    assert (told.count(403), told.count(429)) == (OF_ONE, 2 * OF_ONE)
    late = someone.log_in()
    assert (late.status_code, "分钟再来" in late.text) == (429, True)
    assert 1 <= int(late.headers["retry-after"]) <= ATTEMPT_SECONDS


def test_who_tries_from_one_address_keeps_nobody_else_out_but_all_together_are_held_back(
    someone: Clerk, tmp_path: Path
) -> None:
    def come(address: str, password: str) -> int:
        someone.client.headers["x-forwarded-for"] = address
        return someone.log_in(password).status_code

    assert [come("203.0.113.1", "wrong guess") for _ in range(OF_ONE + 1)] == [403] * OF_ONE + [429]
    assert come("203.0.113.2", PASSWORD) == 303
    assert come("203.0.113.1", PASSWORD) == 429
    records = Records(tmp_path / "chats.db")
    for n in range(OF_ALL - OF_ONE):
        assert records.sessions.wait(f"198.51.100.{n}") == 0
    assert records.sessions.wait("198.51.100.99") > 0
    assert come("203.0.113.3", PASSWORD) == 429
    records.close()


def test_nothing_is_done_without_the_token_of_the_page_that_was_shown_to_this_session(
    app: Starlette, someone: Clerk
) -> None:
    strange = someone.token()  # of the page before the login
    someone.log_in()
    assert someone.token() != strange
    for method, path in routes(app):
        if method == "POST":
            for fields in ({}, {"token": ""}, {"token": strange}, {"token": "学" * 64}):
                told = someone.client.post(path, data=fields | {"who": "x", "password": PASSWORD})
                assert (told.status_code, "没有照做" in told.text) == (403, True), path
    assert "退出" in someone.get("/desk").text


def test_what_another_site_sends_is_refused(someone: Clerk) -> None:
    someone.log_in()
    for headers in ({"Origin": "https://evil.example.org"}, {"Sec-Fetch-Site": "cross-site"}):
        told = someone.client.post("/desk/logout", data={"token": someone.token()}, headers=headers)
        assert told.status_code == 403
    assert "退出" in someone.get("/desk").text


def test_a_session_that_somebody_laid_there_before_the_login_is_worth_nothing_after_it(address: str) -> None:
    laid = "a" * 43
    with stranger(address) as one, stranger(address) as attacker:
        one.client.cookies.set(COOKIE, laid, domain="127.0.0.1", path="/desk")
        assert one.log_in().status_code == 303
        assert one.client.cookies[COOKIE] != laid
        for session in (laid, "", "x", "學" * 43):
            told = attacker.client.get("/desk", headers={"cookie": f"{COOKIE}={session}".encode()})
            assert "退出" not in told.text


def test_a_stolen_cookie_is_worth_nothing_after_the_logout_nor_after_the_next_login(address: str) -> None:
    with stranger(address) as one, stranger(address) as thief:
        for leave in (lambda: one.post("/desk/logout"), one.log_in):
            one.log_in()
            stolen = {"cookie": f"{COOKIE}={one.client.cookies[COOKIE]}"}
            assert "退出" in thief.client.get("/desk", headers=stolen).text
            assert leave().status_code == 303
            assert "退出" not in thief.client.get("/desk", headers=stolen).text


def test_the_cookie_is_for_the_desk_alone_and_no_script_reads_it(address: str, someone: Clerk) -> None:
    for scheme in ("http", "https"):
        someone.client.headers["x-forwarded-proto"] = scheme
        fresh = httpx.get(f"{address}/desk", headers={"x-forwarded-proto": scheme}, trust_env=False)
        (before,) = fresh.headers.get_list("set-cookie")
        given, taken = someone.log_in().headers.get_list("set-cookie")
        assert ("max-age=0" in taken.lower(), taken.split("=")[0]) == (True, before.split("=")[0])
        for cookie in (before, given):
            said = {part.strip().lower() for part in cookie.split(";")[1:]}
            assert {"httponly", "path=/desk", "samesite=strict"} <= said
            assert ("secure" in said) == (scheme == "https")
            assert not {part for part in said if part.startswith(("expires", "max-age", "domain"))}


def test_a_link_on_another_site_leaves_the_clerk_in_and_leads_to_a_login_that_works(
    address: str, someone: Clerk
) -> None:
    someone.log_in()
    with stranger(address) as follower:  # with a strict cookie no browser follows such a link
        token, given = follower.token(), follower.client.cookies
    session = someone.client.cookies[COOKIE]
    someone.client.cookies.update(given)
    assert "退出" in someone.get("/desk").text
    again = someone.client.post("/desk", data={"token": token, "who": "王老师", "password": PASSWORD})
    assert again.status_code == 303
    assert "退出" in someone.get("/desk").text
    with stranger(address) as thief:
        assert "退出" not in thief.client.get("/desk", headers={"cookie": f"{COOKIE}={session}"}).text


def test_the_desk_ends_with_the_server(db: Path, tmp_path: Path) -> None:
    app = application(db, tmp_path)
    with serving(app) as address, stranger(address) as one:
        one.log_in()
        begun = {thread for thread in threading.enumerate() if thread.name.startswith("desk")}
    assert (len(begun) > 0, [thread for thread in begun if thread.is_alive()]) == (True, [])


def test_a_name_is_kept_where_the_password_has_to_wait(someone: Clerk) -> None:
    told = [someone.log_in("wrong guess", "王老师") for _ in range(OF_ONE + 1)][-1]
    assert (told.status_code, 'value="王老师"' in told.text) == (429, True)


def test_a_session_ends_by_itself_and_with_another_password(db: Path, tmp_path: Path) -> None:
    with serving(application(db, tmp_path)) as address, stranger(address) as one:
        one.log_in()
        records = Records(tmp_path / "chats.db")
        records.database.change(("UPDATE sessions SET at = at - ?", (IDLE_SECONDS - 100,)))
        assert "退出" in one.get("/desk").text  # and lasts again from here
        records.database.change(("UPDATE sessions SET at = at - ?", (IDLE_SECONDS - 100,)))
        assert "退出" in one.get("/desk").text
        records.database.change(("UPDATE sessions SET at = at - ?", (IDLE_SECONDS + 1,)))
        assert "退出" not in one.get("/desk").text
        one.log_in()
        records.database.change(("UPDATE sessions SET began = began - ?", (12 * 3600 + 1,)))
        assert "退出" not in one.get("/desk").text
        one.log_in()
        cookie = {"cookie": f"{COOKIE}={one.client.cookies[COOKIE]}"}
    with serving(application(db, tmp_path, "quite another password")) as address, stranger(address) as one:
        assert "退出" not in one.client.get("/desk", headers=cookie).text
    with serving(application(db, tmp_path)) as address, stranger(address) as one:
        assert "退出" in one.client.get("/desk", headers=cookie).text  # another process finds it
    assert cookie["cookie"].split("=")[1].encode() not in (tmp_path / "chats.db").read_bytes()
    records.close()


def test_nothing_of_the_desk_is_kept_or_found(app: Starlette, someone: Clerk) -> None:
    for _ in range(2):
        for method, path in routes(app):
            headers = someone.client.request(method, path).headers
            assert headers["cache-control"] == "no-store", path
            assert "noindex" in headers["x-robots-tag"]
            assert "frame-ancestors 'none'" in headers["content-security-policy"]
            assert "unsafe" not in headers["content-security-policy"]
        someone.log_in()
    assert "desk" not in someone.get("/robots.txt").text
    assert 'href="/desk' not in someone.get("/").text


@pytest.mark.parametrize(
    "name", ["<script>alert(1)</script>", '"><img src=x>', "{{ 70001 * 190001 }}", "\x1b[31m" * 9, "长" * 500]
)
def test_a_name_is_text(someone: Clerk, name: str) -> None:
    assert someone.log_in(who=name).status_code == 303
    page = someone.get("/desk").text
    assert not re.search(r"<script>alert|<img|13300260001|\x1b|长{21}", page)
