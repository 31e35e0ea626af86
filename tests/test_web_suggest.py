"""Suggestions on the page: as the server tells them, then as a browser shows them to a finger, to keys and to a screen reader."""

import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from playwright.sync_api import Browser, Page, expect
from web_browser import ask, browsing, faults, visit
from web_server import application, serving, visiting


def whole(client: httpx.Client, typed: str, plan: str = "") -> list[str]:
    """What is suggested from the time on when all suggestions are made."""
    for _ in range(400):
        response = client.get("/suggest", params={"q": typed, "plan": plan} if plan else {"q": typed})
        if response.headers["cache-control"] != "no-store":
            found: list[str] = response.json()
            return found
        time.sleep(0.05)
    pytest.fail("the suggestions are never whole")


@pytest.fixture(scope="module")
def bot(shipped_db: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with serving(application(shipped_db, tmp_path_factory.mktemp("suggest"))) as address:
        with httpx.Client(base_url=address, trust_env=False) as client:
            whole(client, "学位")
        yield address


@pytest.fixture(scope="module")  # as long as it is open, other tests in this thread have no event loop of their own
def browser() -> Iterator[Browser]:
    with browsing() as browser:
        yield browser


@pytest.fixture
def page(browser: Browser, bot: str) -> Iterator[Page]:
    with visit(browser, bot) as page:
        yield page


def options(page: Page) -> list[str]:
    return page.locator("#suggestions li span:first-child").all_inner_texts()


def start(page: Page, typed: str) -> None:
    page.locator("#question").press_sequentially(typed)
    page.locator("#suggestions li").first.wait_for()


def test_the_server_tells_questions_and_keeps_nothing_of_who_types(shipped_db: Path, tmp_path: Path) -> None:
    with visiting(shipped_db, tmp_path) as client:
        growing = client.get("/suggest?q=学位")
        assert (growing.status_code, growing.headers["cache-control"]) == (200, "no-store")
        assert whole(client, "学位")[0] == "新增学位有多少个？"
        assert whole(client, "xw")[0] == "新增学位有多少个？"
        again = client.get("/suggest?q=学位")
        same = client.get("/suggest?q=学位", headers={"If-None-Match": again.headers["etag"]})
        assert (again.headers["content-type"], same.status_code) == ("application/json", 304)
        assert client.get("/suggest").json() == []
        assert client.get("/suggest", params={"q": "学" * 5000}).json() == []
        assert not client.cookies


def test_typing_is_not_counted_as_asking_but_has_an_end(shipped_db: Path, tmp_path: Path) -> None:
    with visiting(shipped_db, tmp_path, per_minute=3) as client:
        assert {client.get(f"/suggest?q={n}").status_code for n in range(40)} == {200}
        whole_list = client.get("/suggest?q=新增学位").json()
        assert client.get("/?q=小学学位").status_code == 200
        assert whole_list == []  # more than thirty times a minute nothing is looked for


def test_a_server_that_ends_while_suggestions_are_made_ends_at_once(
    shipped_db: Path, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    began = time.monotonic()
    with visiting(shipped_db, tmp_path) as client:
        client.get("/suggest?q=学位")
    assert time.monotonic() - began < 10
    assert not [r for r in caplog.records if r.levelname in {"ERROR", "CRITICAL"}]


@pytest.mark.usefixtures("small")  # it is the index that comes
def test_another_index_has_other_suggestions(shipped_db: Path, small_file: Path, tmp_path: Path) -> None:
    db = tmp_path / "index.db"
    db.write_bytes(shipped_db.read_bytes())
    with visiting(db, tmp_path) as client:
        assert "新增学位有多少个？" in whole(client, "学位")
        assert whole(client, "食育")
        (tmp_path / "new.db").write_bytes(small_file.with_suffix(".db").read_bytes())
        (tmp_path / "new.db").replace(db)
        assert whole(client, "食育") == []
        assert "小学新增学位有多少个？" in whole(client, "学位")


def test_a_parent_taps_what_is_suggested_and_gets_the_answer(page: Page) -> None:
    start(page, "学位")
    assert options(page)[0] == "新增学位有多少个？"
    assert len(options(page)) <= 6
    assert faults(page) == []
    page.locator("#suggestions li").first.click()
    expect(page.locator(".card .number")).to_have_text("16500")
    expect(page.locator("#suggestions")).to_be_hidden()
    expect(page.locator("#question")).to_have_value("")


def test_keys_choose_and_a_screen_reader_is_told(page: Page) -> None:
    box = page.locator("#question")
    start(page, "xw")
    expect(page.locator("#suggested")).to_contain_text(f"有 {len(options(page))} 句")
    box.press("ArrowDown")
    box.press("ArrowDown")
    chosen = page.locator('#suggestions [aria-selected="true"]')
    expect(chosen).to_have_count(1)
    assert box.get_attribute("aria-activedescendant") == chosen.get_attribute("id")
    question = chosen.inner_text()
    box.press("Enter")
    expect(page.locator(".bubble")).to_have_text(question)
    expect(page.locator("#suggestions")).to_be_hidden()
    assert box.get_attribute("aria-activedescendant") is None


def test_up_and_down_go_round_and_back_to_what_was_typed(page: Page) -> None:
    start(page, "学位")
    box = page.locator("#question")
    box.press("ArrowUp")
    expect(page.locator("#suggestions li").last).to_have_attribute("aria-selected", "true")
    box.press("ArrowDown")
    expect(page.locator('#suggestions [aria-selected="true"]')).to_have_count(0)
    box.press("Enter")
    expect(page.locator(".bubble")).to_have_text("学位")


def test_escape_and_leaving_the_line_put_the_list_away(page: Page) -> None:
    start(page, "学位")
    page.press("#question", "Escape")
    expect(page.locator("#suggestions")).to_be_hidden()
    expect(page.locator("#question")).to_have_value("学位")
    start(page, "新")
    page.press("#question", "Tab")
    expect(page.locator("#suggestions")).to_be_hidden()


def test_a_letter_of_a_composition_asks_for_nothing(page: Page) -> None:
    start(page, "学位")
    asked: list[str] = []
    page.on("request", lambda r: asked.append(r.url))
    page.evaluate("question.dispatchEvent(new InputEvent('input', { isComposing: true, bubbles: true }))")
    page.evaluate(
        "question.dispatchEvent(new KeyboardEvent('keydown', { key: 'ArrowDown', isComposing: true, bubbles: true }))"
    )
    page.wait_for_timeout(300)
    assert asked == []
    assert page.locator('#suggestions [aria-selected="true"]').count() == 0


def test_a_question_of_this_chat_leads_back_to_its_answer(page: Page) -> None:
    ask(page, "武进几个项目")
    for question in ("高中分数线多少", "投入多少钱", "第五部分"):
        ask(page, question)
    start(page, "武进")
    expect(page.locator("#suggestions li").first).to_contain_text("问过")
    page.locator("#suggestions li").first.click()
    expect(page.locator(".turn").first.locator(".number").first).to_be_in_viewport()
    expect(page.locator("#question")).to_have_value("")
    assert page.locator(".turn").count() == 4
    page.fill("#question", "")
    page.locator("#question").press_sequentially("分数线")
    page.wait_for_timeout(400)
    assert "高中分数线多少" not in options(page)  # it was not answered


@pytest.mark.parametrize("size", [(320, 568), (360, 740), (1280, 800)])
def test_the_list_covers_nothing_of_the_answer(browser: Browser, bot: str, size: tuple[int, int]) -> None:
    with visit(browser, bot, viewport={"width": size[0], "height": size[1]}, reduced_motion="reduce") as page:
        ask(page, "新增学位多少")
        page.evaluate("scrollTo(0, document.body.scrollHeight)")
        above = "Math.round(document.querySelector('.composer').getBoundingClientRect().top - document.querySelector('.actions').getBoundingClientRect().bottom)"
        before = page.evaluate(above)
        start(page, "学位")
        assert abs(page.evaluate(above) - before) <= 1
        assert faults(page) == []
        page.press("#question", "Escape")
        assert abs(page.evaluate(above) - before) <= 1


def test_the_number_is_in_sight_after_a_suggestion_was_tapped(browser: Browser, bot: str) -> None:
    with visit(browser, bot, viewport={"width": 320, "height": 568}, reduced_motion="reduce") as page:
        for typed in ("学位", "武进", "心理健康"):
            start(page, typed)
            page.locator("#suggestions li").last.click()
            page.locator(f".turn:nth-child({page.locator('.turn').count()}) .card:not(.waiting)").wait_for()
            expect(page.locator(".turn:last-child .bubble, .turn:last-child .number").last).to_be_in_viewport()


def test_a_slow_server_never_shows_what_belongs_to_other_letters(page: Page) -> None:
    ask(page, "学位多少")
    page.route("**/suggest?q=%E5%AD%A6&**", lambda route: (time.sleep(0.6), route.continue_()))
    page.locator("#question").press_sequentially("学")
    page.wait_for_timeout(200)
    page.fill("#question", "")
    page.wait_for_timeout(900)
    expect(page.locator("#suggestions")).to_be_hidden()


def test_without_the_server_one_asks_as_before(browser: Browser, bot: str) -> None:
    with visit(browser, bot, "Failed to load resource") as page:
        page.route("**/suggest?*", lambda route: route.fulfill(status=503, body="x"))
        page.locator("#question").press_sequentially("小学学位")
        page.wait_for_timeout(300)
        page.press("#question", "Enter")
        expect(page.locator(".card .number")).to_have_text("7020")


def test_nothing_is_loaded_for_it_until_somebody_types(browser: Browser, bot: str) -> None:
    with visit(browser, "about:blank") as page:
        asked: list[str] = []
        page.on("request", lambda r: asked.append(r.url))
        page.goto(bot)
        page.wait_for_load_state("networkidle")
        assert not [url for url in asked if "suggest" in url]
        start(page, "学")
        assert [url for url in asked if "suggest" in url]
