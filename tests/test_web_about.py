"""What the page says of itself is true: what is kept and for how long, in the browser and on the server; and every page leads there."""

import re
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import unquote

import httpx
import pytest
from playwright.sync_api import Browser
from test_web_everyone import WIDTHS
from test_years import NEWER, OLDER, stored
from web_browser import ask, browsing, visit
from web_html import seen
from web_server import application, serving

from bot.assistant import Assistant
from bot.library import Library
from bot.records import Records
from bot.records.schema import MEMORY_MINUTES, SHOWN_DAYS
from bot.settings import Web
from bot.web import picker
from bot.web.about import kept_of_clerks, kept_of_nobody, kept_of_people
from bot.web.app import create_app
from bot.web.guard import COOKIE
from knowledge.store import Store

PAGES = ("/about", "/privacy", "/accessibility")


@pytest.fixture(scope="module")
def chats(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("chats") / "chats.db"


@pytest.fixture(scope="module")
def visitor(db: Path, chats: Path) -> Iterator[httpx.Client]:
    """A visitor of a page that keeps things for 33 days and names whom to call."""
    assistant = Assistant(Library(db, elsewhere={"其他": "请打东湖市教育局 0519-1234。"}), Records(chats, 33))
    with (
        serving(create_app(Web(per_minute=0), assistant)) as address,
        httpx.Client(base_url=address, trust_env=False) as client,
    ):
        yield client


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with browsing() as browser:
        yield browser


def test_every_table_of_the_records_is_told_and_no_other(visitor: httpx.Client, chats: Path) -> None:
    visitor.post("/ask", data={"q": "新增学位多少"})
    with sqlite3.connect(chats) as connection:
        tables = {name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
        coded = {t for t in tables if any(row[1] == "who" for row in connection.execute(f"PRAGMA table_info({t})"))}
    told = [table for kept in kept_of_people(90) for table in kept.tables]
    clerks = {*kept_of_clerks(90).tables}
    assert sorted(told) == sorted(coded - clerks)
    assert {table for kept in kept_of_nobody(90) for table in kept.tables} == tables - coded - clerks - {"salt"}


def test_how_long_is_kept_is_what_is_set(visitor: httpx.Client) -> None:
    assert seen(visitor, "/privacy").texts("td.term") == [
        f"{MEMORY_MINUTES} 分钟", f"{SHOWN_DAYS} 天", "33 天", "33 天", "33 天", "33 天", "一直留着", "33 天",
    ]  # fmt: skip
    assert [kept.term for kept in kept_of_people(3)][1:] == ["3 天"] * 3  # nothing outlives what is set


def test_what_a_browser_keeps_is_what_is_told(browser: Browser, visitor: httpx.Client) -> None:
    assert seen(visitor, "/privacy").texts("code") == [COOKIE, picker.COOKIE]
    with visit(browser, str(visitor.base_url)) as page:
        ask(page, "新增学位多少")
        page.get_by_role("button", name="大字").click()
        cookies = page.context.cookies()
        assert [(c["name"], c["expires"], c["httpOnly"]) for c in cookies] == [(COOKIE, -1, True)]
        assert page.evaluate("[Object.keys(sessionStorage), Object.keys(localStorage)]") == [
            ["yaodian:chat"],
            ["yaodian:large"],
        ]
        page.get_by_role("button", name="新对话").click()
        page.wait_for_load_state()
        assert "新增" not in page.evaluate("JSON.stringify(sessionStorage)")


def test_the_plan_that_was_chosen_stands_in_a_cookie_until_all_are_or_the_browser_ends(
    browser: Browser, tmp_path: Path
) -> None:
    stored(tmp_path, OLDER, NEWER)
    with serving(application(tmp_path / "plans.db", tmp_path)) as address, visit(browser, address) as page:

        def kept() -> list[tuple[str, str, float, bool]]:
            cookies = page.context.cookies()
            return [
                (c["name"], unquote(c["value"]), c["expires"], c["httpOnly"]) for c in cookies if c["name"] != COOKIE
            ]

        page.get_by_role("button", name="2040年").click()
        page.wait_for_load_state()
        assert kept() == [(picker.COOKIE, "云湖市2040年教育工作要点", -1, True)]
        page.get_by_role("button", name=picker.EVERY).click()
        page.wait_for_load_state()
        assert kept() == []
        told = httpx.get(f"{address}/privacy", trust_env=False).text
        assert re.search(f"<code>{picker.COOKIE}</code>.*选“{picker.EVERY}”或者关掉浏览器就没了", told)


def test_what_is_typed_for_suggestions_is_neither_kept_nor_counted(visitor: httpx.Client, chats: Path) -> None:
    def written() -> bytes:
        return b"".join(file.read_bytes() for file in sorted(chats.parent.iterdir()))

    visitor.post("/ask", data={"q": "新增学位多少"})
    before = written()
    assert visitor.get("/suggest", params={"q": "学位"}).status_code == 200
    assert written() == before


def test_no_address_of_a_visitor_is_written_down(visitor: httpx.Client, chats: Path) -> None:
    visitor.post("/ask", data={"q": "食堂谁管"})
    written = b"".join(file.read_bytes() for file in chats.parent.iterdir())
    assert b"127.0.0.1" not in written
    assert visitor.cookies[COOKIE].encode() not in written
    assert "食堂谁管".encode() in written  # what is asked is kept as it was typed


def test_the_line_to_call_is_the_operators_own(visitor: httpx.Client, db: Path, tmp_path: Path) -> None:
    for path in ("/about", "/accessibility"):
        assert "请打东湖市教育局 0519-1234。" in visitor.get(path).text
    with serving(application(db, tmp_path)) as address:
        assert "可以打 12345 问。" in httpx.get(f"{address}/about", trust_env=False).text


def test_what_was_tested_is_what_the_tests_do(visitor: httpx.Client) -> None:
    page = visitor.get("/accessibility").text
    assert f"{'、'.join(map(str, WIDTHS))} 像素" in page
    assert "100% 和 200%" in page


def test_what_there_is_is_counted(visitor: httpx.Client, small: Store) -> None:
    told = re.findall(r"\d+", next(text for text in seen(visitor, "/about").texts("p") if text.startswith("现在")))
    assert list(map(int, told)) == [1, small.count(), small.count_figures()]


@pytest.mark.parametrize("path", ["/", "/plan", "/plans", "/figures", "/no", "/?q=新增学位", *PAGES])
def test_every_page_leads_there(visitor: httpx.Client, path: str) -> None:
    html = visitor.get(path).text
    assert re.findall(r'href="(/about|/privacy|/accessibility)"', html)[-3:] == list(PAGES)


@pytest.mark.parametrize("path", PAGES)
def test_a_page_of_ours_says_which_it_is_and_gives_nobody_a_cookie(visitor: httpx.Client, path: str) -> None:
    page, response = seen(visitor, path), httpx.get(f"{visitor.base_url}{path}", trust_env=False)
    assert [a["href"] for a in page.all("a") if "aria-current" in a] == [path]
    assert "set-cookie" not in response.headers
    assert len(page.all("h1")) == 1
    links = {str(a["href"]) for a in page.all("a") if str(a["href"]).startswith("/")}
    assert {visitor.get(link).status_code for link in links} == {200}
