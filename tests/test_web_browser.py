"""The page in a real browser: as a parent taps it on a phone, as somebody uses it with keys alone or without script."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, Route, expect
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route as Path_
from web_browser import ask, browsing, faults, visit
from web_server import application, serving

PHONE, SMALL, DESKTOP = ({"viewport": {"width": w, "height": h}} for w, h in ((390, 844), (320, 568), (1280, 800)))
EVERYTHING = (
    "今年新增多少学位",
    "那小学呢",
    "武进和新北加起来几个",
    "24个是啥",
    "15个",
    "第五部分",
    "孩子被打了怎么办",
    "近视率降多少",
    "心理健康",
    "增加學位",
)


@pytest.fixture(scope="module")  # as long as it is open, other tests in this thread have no event loop of their own
def browser() -> Iterator[Browser]:
    with browsing() as browser:
        yield browser


@pytest.fixture(scope="module")
def school() -> Iterator[tuple[str, dict[str, str]]]:
    """A school's site that shows the chat in its corner, under a policy of its own: its address and what it fetches."""
    where: dict[str, str] = {}

    async def home(request: Request) -> Response:
        script = f"{where['bot']}/widget.js"
        policy = f"default-src 'self'; script-src {where['bot']}; frame-src {where['bot']}"
        side = request.query_params.get("side", "right")
        html = f'<!doctype html><title>学校</title><h1>学校</h1><button>报名</button><script src="{script}" data-side="{side}" data-label="问问教育局"></script>'
        return HTMLResponse(html, headers={"Content-Security-Policy": policy})

    with serving(
        Starlette(routes=[Path_("/", home), Path_("/favicon.ico", lambda _: Response(status_code=204))])
    ) as address:
        yield address.replace("127.0.0.1", "localhost"), where


@pytest.fixture(scope="module")
def bot(
    shipped_db: Path, tmp_path_factory: pytest.TempPathFactory, school: tuple[str, dict[str, str]]
) -> Iterator[str]:
    address, where = school
    with serving(application(shipped_db, tmp_path_factory.mktemp("chats"), origins=(address,))) as bot:
        where["bot"] = bot
        yield bot


@pytest.fixture
def page(browser: Browser, bot: str) -> Iterator[Page]:
    with visit(browser, bot) as page:
        yield page


def bigs(page: Page, place: int = -1) -> list[str]:
    return page.locator(".card").nth(place).locator(".number").all_inner_texts()


def test_a_parent_asks_and_follows_up(page: Page) -> None:
    page.get_by_role("link", name="今年新增多少学位").click()
    expect(page.locator(".card .number")).to_have_text("16500")
    ask(page, "那小学呢")
    assert bigs(page) == ["7020"]
    expect(page.locator(".turn:last-child .sought .name")).to_have_text("小学")
    expect(page.locator(".turn:last-child mark").last).to_have_text("小学7020个")
    expect(page.locator("#status")).to_contain_text("7020个")
    expect(page.locator("#question")).to_have_value("")
    expect(page.locator("#question")).to_be_focused()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", [SMALL, PHONE, DESKTOP], ids=["320", "390", "1280"])
def test_every_kind_of_card_can_be_read_and_tapped_by_anybody(
    browser: Browser, bot: str, size: dict[str, Any], scheme: Any
) -> None:
    with visit(browser, bot, color_scheme=scheme, **size) as page:
        assert faults(page) == []
        for question in EVERYTHING:
            ask(page, question)
        page.evaluate("document.querySelectorAll('details').forEach((d) => { d.open = true; })")
        assert faults(page) == []


def test_every_button_does_what_it_says(browser: Browser, bot: str) -> None:
    with visit(browser, bot, permissions=["clipboard-read", "clipboard-write"]) as page:
        ask(page, "今年新增多少学位")
        card = page.locator(".card")
        card.get_by_text("看全文").click()
        expect(card.get_by_text("学校三年建设计划持续推进")).to_be_visible()
        up, down = card.get_by_role("button", name="有用", exact=True), card.get_by_role("button", name="没帮上忙")
        up.click()
        expect(card.locator(".thanks")).to_be_visible()
        down.click()
        expect(down).to_have_attribute("aria-pressed", "true")
        expect(up).to_have_attribute("aria-pressed", "false")
        card.get_by_role("button", name="复制").click()
        expect(card.get_by_role("button", name="已复制")).to_be_visible()
        copied = page.evaluate("navigator.clipboard.readText()")
        assert copied.startswith("新增学位：16500个\n")
        assert "第（七）条" in copied
        card.get_by_role("link", name="分享").click()
        expect(card.get_by_role("link", name="链接已复制")).to_be_visible()
        shared = page.evaluate("navigator.clipboard.readText()")
        card.get_by_text("相关条款").click()
        card.locator(".related .choice").first.click()
        expect(page.locator(".card").nth(1).locator("blockquote")).to_be_visible()
    with visit(browser, shared) as opened:
        assert bigs(opened) == ["16500"]
        expect(opened.locator("h1")).to_have_text("新增学位：16500个")
        expect(opened.locator("body")).not_to_contain_text("今年新增多少学位")


def test_a_phone_shares_in_its_own_way(page: Page) -> None:
    page.evaluate("navigator.share = async (what) => { window.shared = what; }")
    ask(page, "小学学位")
    page.get_by_role("link", name="分享").click()
    shared = page.evaluate("window.shared")
    assert (shared["title"], re.sub("[0-9a-f]{16}$", "…", shared["url"])) == ("小学学位", f"{page.url}a/…")


def test_a_reading_is_chosen_with_one_tap(page: Page) -> None:
    ask(page, "24个是啥")
    page.get_by_role("link", name="高品质项目：24个").click()
    expect(page.locator(".card").nth(1)).to_contain_text("第（十六）条")


def test_a_refusal_is_kind_and_leads_on(page: Page) -> None:
    ask(page, "高中分数线多少")
    page.locator(".near .choice").first.click()
    expect(page.locator(".card").nth(1).locator("blockquote")).to_be_visible()


def test_everything_works_without_script(browser: Browser, bot: str) -> None:
    with visit(browser, bot, java_script_enabled=False, **SMALL) as page:
        for question, number in (("今年新增多少学位", "16500"), ("那小学呢", "7020")):
            page.fill("#question", question)
            page.get_by_role("button", name="发送").click()
            expect(page.locator(".number")).to_have_text(number)
        expect(page.get_by_role("button", name="复制")).to_be_hidden()
        page.get_by_role("button", name="有用", exact=True).click()
        expect(page.locator(".notice")).to_have_text("谢谢，记下了。")
        page.get_by_role("link", name="分享").click()
        expect(page.locator(".number")).to_have_text("7020")
        page.get_by_text("相关条款").click()
        page.locator(".choice").first.click()
        expect(page.locator("blockquote")).to_be_visible()


def test_keys_alone_are_enough(browser: Browser, bot: str) -> None:
    with visit(browser, bot, has_touch=True, is_mobile=True) as page:  # no pointer: nothing has the focus to begin with
        _use_keys(page)


def _use_keys(page: Page) -> None:
    page.keyboard.press("Tab")
    expect(page.locator(".skip")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("#question")).to_be_focused()
    page.keyboard.type("今年新增多少学位")
    page.keyboard.press("Enter")
    page.locator(".card .number").wait_for()
    reached = []
    for _ in range(16):
        page.keyboard.press("Shift+Tab")
        reached.append(
            page.evaluate(
                "(document.activeElement.getAttribute('aria-label') || document.activeElement.innerText).trim()"
            )
        )
        outline = page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
        assert outline != "none"
        if reached[-1] == "看全文":
            page.keyboard.press("Enter")
            expect(page.locator(".whole div")).to_be_visible()
    told = [
        "无障碍",
        "隐私",
        "关于",
        "新对话",
        "分享",
        "存成图片",
        "复制",
        "朗读",
        "没帮上忙",
        "有用",
        "相关条款",
        "从多到少",
        "看全文",
    ]
    assert reached[: len(told)] == told
    assert "第（七）条" in reached[len(told)]


def test_a_tag_that_somebody_types_is_shown_and_not_run(page: Page) -> None:
    typed = "<script>alert(1)</script><img src=x onerror=alert(2)>学位"
    ask(page, typed)
    expect(page.locator(".bubble")).to_have_text(typed)
    page.goto(f"{page.url}?q={typed}")
    expect(page.locator(".bubble")).to_have_text([typed, typed])
    assert page.locator(".turn script, .turn img").count() == 0


def test_enter_that_ends_a_composition_sends_nothing(page: Page) -> None:
    page.fill("#question", "学位")
    for how in ("isComposing: true", "keyCode: 229"):
        page.evaluate(
            f"question.dispatchEvent(new KeyboardEvent('keydown', {{ key: 'Enter', bubbles: true, cancelable: true, {how} }}))"
        )
    page.press("#question", "Shift+Enter")
    assert page.locator(".bubble").count() == 0
    expect(page.locator("#question")).to_have_value("学位\n")


def test_who_is_offline_is_told_so_and_asks_again_with_one_tap(browser: Browser, bot: str) -> None:
    with visit(browser, bot, "ERR_INTERNET_DISCONNECTED") as page:
        page.context.set_offline(True)
        ask(page, "投入多少钱")
        expect(page.locator(".trouble")).to_contain_text("网络好像断了")
        expect(page.locator("#question")).to_have_value("投入多少钱")
        page.context.set_offline(False)
        page.get_by_role("button", name="再试一次").click()
        expect(page.locator(".card .number")).to_have_text("1.5")
        expect(page.locator(".trouble")).to_have_count(0)
        expect(page.locator("#question")).to_have_value("")
        assert page.locator(".bubble").count() == 1


@pytest.mark.parametrize(
    ("status", "told"), [(429, "7 秒"), (500, "再试一次"), (413, "太长"), (404, "打不开了"), (200, "再试一次")]
)
def test_what_goes_wrong_at_the_server_is_told_in_a_kind_sentence(
    browser: Browser, bot: str, status: int, told: str
) -> None:
    with visit(browser, bot, "Failed to load resource") as page:
        page.route(
            "**/ask",
            lambda route: route.fulfill(status=status, headers={"Retry-After": "7"}, body="<h1>login to the café</h1>"),
        )
        ask(page, "投入多少钱")
        expect(page.locator(".trouble .words")).to_contain_text(told)
        assert page.locator("h1").count() == 1


def test_a_slow_answer_shows_dots_and_a_second_tap_sends_nothing_more(page: Page) -> None:
    waiting: list[Route] = []
    page.route("**/ask", lambda route: waiting.append(route))  # noqa: PLW0108 — a bound method of list has no signature
    page.fill("#question", "投入多少钱")
    page.press("#question", "Enter")
    expect(page.locator(".waiting")).to_be_visible()
    page.fill("#question", "小学学位")
    page.press("#question", "Enter")
    page.get_by_role("link", name="武进几个项目").click()
    assert (len(waiting), page.locator(".bubble").count()) == (1, 1)
    waiting[0].continue_()
    expect(page.locator(".card .number")).to_have_text("1.5")
    expect(page.locator(".waiting")).to_have_count(0)
    expect(page.locator("#question")).to_have_value("小学学位")


def test_nothing_moves_for_who_wants_it_calm(browser: Browser, bot: str) -> None:
    with visit(browser, bot, reduced_motion="reduce") as page:
        page.route("**/ask", lambda _: None)
        page.fill("#question", "投入多少钱")
        page.press("#question", "Enter")
        page.locator(".waiting").wait_for()
        assert page.evaluate("document.getAnimations().length") == 0


def test_the_newest_question_is_in_sight_below_the_heading(browser: Browser, bot: str) -> None:
    with visit(browser, bot, reduced_motion="reduce") as page:
        for question in ("今年新增多少学位", "武进几个项目", "第五部分"):
            ask(page, question)
            box = page.locator(".turn:last-child .bubble").bounding_box()
            top = page.evaluate("document.querySelector('.top').getBoundingClientRect().bottom")
            assert box
            assert top < box["y"] < 600


def test_who_reads_the_plan_and_comes_back_finds_the_chat_as_it_was(page: Page) -> None:
    ask(page, "今年新增多少学位")
    ask(page, "那小学呢")
    page.locator(".source").last.click()
    page.wait_for_url("**/plan?plan=*#clause-7")
    page.go_back()
    expect(page.locator(".bubble")).to_have_text(["今年新增多少学位", "那小学呢"])
    page.reload()
    expect(page.locator(".number")).to_have_text(["16500", "7020"])
    ask(page, "那初中呢")
    assert bigs(page) == ["2250"]


def test_the_line_grows_and_counts_near_its_limit(page: Page) -> None:
    low = page.locator("#question").bounding_box()
    page.fill("#question", "小学学位有多少" * 12)
    high = page.locator("#question").bounding_box()
    assert low
    assert high
    assert low["height"] < high["height"] < 160
    expect(page.locator("#left")).to_be_hidden()
    page.fill("#question", "学" * 950)
    expect(page.locator("#left")).to_have_text("还能写 50 个字")


def test_a_card_in_traditional_script_says_so(page: Page) -> None:
    ask(page, "今年新增多少個小學學位？")
    expect(page.locator(".card")).to_have_attribute("lang", "zh-Hant")
    expect(page.locator(".card dt")).to_have_text("新增學位 · 小學")


def test_paper_holds_the_question_and_its_answer_alone(page: Page) -> None:
    ask(page, "今年新增多少学位")
    page.emulate_media(media="print")
    for selector in (".bubble", ".number", ".chart", "blockquote", ".source"):
        expect(page.locator(selector)).to_be_visible()
    for selector in (".composer", ".votes", ".copy", ".fresh", ".welcome", ".top nav", ".related"):
        expect(page.locator(selector)).to_be_hidden()


def test_a_page_at_twice_the_size_loses_nothing(browser: Browser, bot: str) -> None:
    with visit(browser, bot, viewport={"width": 640, "height": 800}) as page:
        ask(page, "武进和新北加起来几个")
        page.evaluate("document.documentElement.style.fontSize = '200%'")
        assert [f for f in faults(page) if not f.startswith("small")] == []


@pytest.mark.usefixtures("bot")  # the school has to know where it is
def test_the_corner_of_a_school_holds_the_whole_chat(browser: Browser, school: tuple[str, dict[str, str]]) -> None:
    with visit(browser, school[0], **DESKTOP) as page:
        opener = page.get_by_role("button", name="问问教育局")
        expect(opener).to_have_attribute("aria-expanded", "false")
        assert (
            page.locator("iframe").count(),
            page.evaluate("Object.keys(window).filter((k) => /yaodian/i.test(k))"),
        ) == (0, [])
        opener.click()
        frame = page.frame_locator("iframe")
        for question, number in (("今年新增多少学位", "16500"), ("那小学呢", "7020")):  # without a cookie
            frame.locator("#question").fill(question)
            frame.locator("#question").press("Enter")
            expect(frame.locator(".number").last).to_have_text(number)
        expect(frame.locator("#question")).to_be_focused()
        frame.locator("#question").press("Escape")
        expect(page.locator("section")).to_be_hidden()
        expect(opener).to_be_focused()
        assert page.context.cookies() == []
        opener.click()
        expect(frame.locator(".bubble")).to_have_count(2)
        page.get_by_role("button", name="关闭").click()
        expect(opener).to_have_attribute("aria-expanded", "false")


@pytest.mark.usefixtures("bot")  # the school has to know where it is
def test_on_a_phone_the_corner_fills_the_screen_and_can_be_closed(
    browser: Browser, school: tuple[str, dict[str, str]]
) -> None:
    with visit(browser, f"{school[0]}/?side=left", **SMALL) as page:
        page.get_by_role("button", name="问问教育局").click()
        assert page.locator("section").bounding_box() == {"x": 0, "y": 0, "width": 320, "height": 568}
        frame = page.frames[-1]
        frame.wait_for_selector("#question")
        assert frame.evaluate("document.documentElement.scrollWidth") <= 320
        page.get_by_role("button", name="关闭").click()
        expect(page.get_by_role("button", name="报名")).to_be_visible()


def test_a_site_that_the_settings_do_not_name_cannot_frame_the_chat(
    browser: Browser, shipped_db: Path, tmp_path: Path, school: tuple[str, dict[str, str]]
) -> None:
    address, where = school
    before = dict(where)
    with serving(application(shipped_db, tmp_path)) as other:
        where["bot"] = other
        with visit(browser, address, "frame-ancestors") as page:
            page.get_by_role("button", name="问问教育局").click()
            page.wait_for_timeout(500)
            assert page.frame_locator("iframe").locator("#question").count() == 0
    where.update(before)


def test_a_link_starts_a_chat_of_its_own_and_a_reload_goes_on_with_it(page: Page, bot: str) -> None:
    ask(page, "今年新增多少学位")
    other = page.context.new_page()
    other.goto(f"{bot}/?q=57个是啥")
    ask(page, "那小学呢")
    assert bigs(page) == ["7020"]
    ask(other, "那武进呢")
    assert bigs(other) == ["7"]
    other.reload()
    expect(other.locator(".bubble")).to_have_text(["57个是啥", "那武进呢"])
    ask(other, "新北呢")
    assert bigs(other) == ["12"]


def test_what_is_asked_while_an_earlier_chat_is_brought_back_stays(page: Page) -> None:
    ask(page, "今年新增多少学位")
    held: list[Route] = []
    page.route("**/turns?*", lambda route: held.append(route))  # noqa: PLW0108 — it takes no built-in
    page.reload()
    ask(page, "武进几个项目")
    expect(page.locator(".bubble")).to_have_text(["武进几个项目"])
    held[0].continue_()
    expect(page.locator(".bubble")).to_have_text(["今年新增多少学位", "武进几个项目"])
    page.unroute("**/turns?*")
    page.reload()
    expect(page.locator(".bubble")).to_have_text(["今年新增多少学位", "武进几个项目"])
