"""The page for everybody: on small screens, in large letters, in colours of one's own, by ear, by voice, on paper; and the chat
that stays wherever one goes."""

import re
import shutil
import subprocess
import tarfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route
from web_browser import ask, browsing, enlarged, faults, number_in_view, visit
from web_server import application, serving

from indexer.build import build
from indexer.document import read_document

WIDTHS = {320: 568, 360: 740, 768: 1024, 1280: 800}
PAGES = (
    "/",
    "/plan",
    "/plan?search=减负",
    "/plans",
    "/figures",
    "/figures?plan=*",
    "/nowhere",
    "/frame",
    "/?q=今年新增多少学位",
    "/about",
    "/privacy",
    "/accessibility",
    "/embed",
    "/developers",
)
QUESTIONS = (
    "今年新增多少学位",
    "我想替在外地上班的家里人问一句，武进区的重点建设项目今年一共有几个，谢谢",
    "小学学位占百分之几",
    "24个是啥",
)
YEARS = (
    "云湖市2040年教育工作要点\n一、办好学校\n（一）增加学位供给。新增学位900个，其中小学500个、初中400个。\n",
    "云湖市2041年教育工作计划\n一、扩大资源\n（一）扩大学位资源。新增学位1200个，其中小学700个、初中500个。\n",
)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with browsing() as browser:
        yield browser


@pytest.fixture(scope="module")
def bot(shipped_db: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with serving(application(shipped_db, tmp_path_factory.mktemp("chats"))) as address:
        yield address


@pytest.fixture
def page(browser: Browser, bot: str) -> Iterator[Page]:
    with visit(browser, bot, reduced_motion="reduce") as page:
        yield page


@pytest.fixture(scope="session")
def axe(tmp_path_factory: pytest.TempPathFactory) -> str:
    """The source of axe-core; the test is skipped where npm cannot fetch it."""
    folder = tmp_path_factory.mktemp("axe")
    if (npm := shutil.which("npm")) is None:
        pytest.skip("npm is not there to fetch axe-core")
    fetched = subprocess.run(
        [npm, "pack", "axe-core@4.14.1"], cwd=folder, capture_output=True, timeout=120, check=False
    )
    if fetched.returncode:
        pytest.skip("npm cannot fetch axe-core")
    with tarfile.open(folder / "axe-core-4.14.1.tgz") as packed:
        source = packed.extractfile("package/axe.min.js")
        assert source
        return source.read().decode()


def bubbles(page: Page) -> list[str]:
    return page.locator(".bubble").all_inner_texts()


# --- the chat stays


def test_a_chat_stays_on_every_page_and_a_reload_until_a_new_one_begins(page: Page) -> None:
    expect(page.get_by_role("button", name="新对话")).to_be_hidden()
    ask(page, "今年新增多少学位")
    ask(page, "那小学呢")
    for name in ("读计划", "数字账", "提问"):
        page.get_by_role("link", name=name).click()
    expect(page.locator(".number")).to_have_text(["16500", "7020"])
    expect(page.locator(".turn").last).to_be_in_viewport()
    page.reload()
    expect(page.locator(".bubble")).to_have_text(["今年新增多少学位", "那小学呢"])
    ask(page, "那初中呢")
    expect(page.locator(".number").last).to_have_text("2250")
    page.get_by_role("button", name="新对话").click()
    page.wait_for_load_state()
    for _ in range(2):
        expect(page.locator(".chip").first).to_be_visible()
        assert bubbles(page) == []
        page.reload()
    ask(page, "那初中呢")
    assert "2250" not in page.locator(".card").inner_text()


def test_a_link_is_the_newest_turn_of_the_chat_that_is_open(page: Page, bot: str) -> None:
    ask(page, "投入多少钱")
    page.goto(f"{bot}/?q=今年新增多少学位")
    for _ in range(2):
        expect(page.locator(".bubble")).to_have_text(["投入多少钱", "今年新增多少学位"])
        page.reload()
    ask(page, "那小学呢")
    expect(page.locator(".number").last).to_have_text("7020")
    page.reload()
    expect(page.locator(".bubble")).to_have_text(["投入多少钱", "今年新增多少学位", "那小学呢"])


def test_two_people_and_two_tabs_share_nothing(page: Page, browser: Browser, bot: str) -> None:
    ask(page, "今年新增多少学位")
    tab = page.context.new_page()
    tab.goto(bot)
    with visit(browser, bot) as stranger:
        for other in (tab, stranger):
            ask(other, "那小学呢")
            assert bubbles(other) == ["那小学呢"]
            assert "7020" not in other.locator(".card").inner_text()
    ask(page, "那小学呢")
    expect(page.locator(".number").last).to_have_text("7020")


def test_a_question_that_had_no_answer_is_still_there_after_a_reload(browser: Browser, bot: str) -> None:
    with visit(browser, bot, "Failed to load resource") as page:
        ask(page, "今年新增多少学位")
        page.route("**/ask", lambda route: route.fulfill(status=500, body="no"))
        ask(page, "那小学呢")
        page.unroute("**/ask")
        page.reload()
        expect(page.locator(".bubble")).to_have_text(["今年新增多少学位", "那小学呢"])
        page.get_by_role("button", name="再试一次").click()
        expect(page.locator(".number")).to_have_text(["16500", "7020"])
        page.reload()
        expect(page.locator(".number")).to_have_text(["16500", "7020"])
        assert page.locator(".trouble").count() == 0


@pytest.fixture
def school(browser: Browser, shipped_db: Path, tmp_path: Path) -> Iterator[tuple[Page, Callable[[], None]]]:
    """A page of a school's site, of two, with the chat in its corner, and what takes from that site the leave to show it."""
    where: dict[str, str] = {}

    async def home(request: Request) -> Response:
        other = "/b" if request.url.path == "/" else "/"
        script = f'<script src="{where["bot"]}/widget.js" data-label="问问教育局"></script>'
        return HTMLResponse(f'<!doctype html><title>学校</title><h1>学校</h1><a href="{other}">下一页</a>{script}')

    routes = [Route("/", home), Route("/b", home), Route("/favicon.ico", lambda _: Response(status_code=204))]
    with serving(Starlette(routes=routes)) as address:
        site = address.replace("127.0.0.1", "localhost")
        with (
            serving(application(shipped_db, tmp_path / "named", origins=(site,))) as named,
            serving(application(shipped_db, tmp_path / "unnamed")) as unnamed,
        ):
            where["bot"] = named
            with visit(browser, site, "frame-ancestors", "要点：", viewport={"width": 1280, "height": 800}) as page:

                def forbid() -> None:
                    where["bot"] = unnamed
                    page.reload()

                yield page, forbid


def test_the_corner_keeps_the_chat_on_the_next_page_and_the_whole_page_opens_it(
    school: tuple[Page, Callable[[], None]],
) -> None:
    page, _ = school
    frame = page.frame_locator("iframe")
    page.get_by_role("button", name="问问教育局").click()
    for question, number in (("今年新增多少学位", "16500"), ("那小学呢", "7020")):
        frame.locator("#question").fill(question)
        frame.locator("#question").press("Enter")
        expect(frame.locator(".number").last).to_have_text(number)
    page.get_by_role("link", name="下一页").click()
    page.get_by_role("button", name="问问教育局").click()
    expect(frame.locator(".number")).to_have_text(["16500", "7020"])
    with page.context.expect_page() as opened:
        frame.get_by_role("link", name="打开整页").click()
    whole = opened.value
    expect(whole.locator(".number")).to_have_text(["16500", "7020"])
    ask(whole, "那初中呢")
    expect(whole.locator(".number").last).to_have_text("2250")


def test_a_site_without_leave_is_told_what_to_do(school: tuple[Page, Callable[[], None]]) -> None:
    page, forbid = school
    forbid()
    told: list[str] = []
    page.on("console", lambda message: told.append(message.text))
    page.get_by_role("button", name="问问教育局").click()
    expect(page.get_by_text("这个网站还没有开通问答")).to_be_visible()
    expect(page.get_by_role("link", name="到整页去问")).to_have_attribute("href", re.compile("^http://127.0.0.1"))
    assert any(f'origins = ["{page.url.rstrip("/")}"]' in line for line in told)
    page.get_by_role("button", name="关闭").click()
    page.get_by_role("button", name="问问教育局").click()


# --- small screens, large letters, colours


@pytest.mark.parametrize("percent", [100, 200])
@pytest.mark.parametrize("width", WIDTHS)
def test_nothing_is_wider_than_the_screen_and_the_number_is_in_view(
    browser: Browser, bot: str, width: int, percent: int
) -> None:
    size = {"width": width, "height": WIDTHS[width]}
    with visit(browser, bot, "404", viewport=size, reduced_motion="reduce") as page:
        for address in PAGES:
            page.goto(bot + address)
            enlarged(page, percent)
            assert [f for f in faults(page) if f.startswith("wider")] == [], address
        page.goto(bot)
        enlarged(page, percent)
        assert page.evaluate("question.clientHeight < 2.9 * parseFloat(getComputedStyle(question).lineHeight)")
        for question in QUESTIONS:
            ask(page, question)
            assert number_in_view(page), question
            assert [f for f in faults(page) if not f.startswith("small")] == []


def test_large_letters_stay_and_go_again(page: Page) -> None:
    small = page.evaluate("parseFloat(getComputedStyle(question).fontSize)")
    page.get_by_role("button", name="大字").click()
    for name in ("读计划", "数字账", "提问"):
        page.get_by_role("link", name=name).click()
        button = page.get_by_role("button", name="大字")
        expect(button).to_have_attribute("aria-pressed", "true")
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert page.evaluate("parseFloat(getComputedStyle(question).fontSize)") > 1.3 * small
    button.press("Enter")
    page.reload()
    assert page.evaluate("parseFloat(getComputedStyle(question).fontSize)") == small


def test_axe_finds_nothing_on_any_page_in_any_colours(browser: Browser, bot: str, axe: str) -> None:
    plain: dict[str, Any] = {"color_scheme": "light", "forced_colors": "none", "contrast": "no-preference"}
    colours = [{"color_scheme": "dark"}, {"forced_colors": "active"}, {"contrast": "more"}]
    run = "(rules) => axe.run(rules).then((r) => r.violations.map((v) => v.id + ' ' + v.nodes[0].html))"
    with visit(browser, bot, "404", viewport={"width": 360, "height": 740}) as page:
        page.goto(f"{bot}/?q=小学学位")
        page.get_by_role("button", name="存成图片").click()
        page.locator("img.drawn").wait_for()
        picture = page.url.removeprefix(bot)
        for address in (*PAGES, "/?q=孩子被打了", picture, picture.removesuffix("/picture")):
            page.goto(bot + address)
            page.evaluate("document.querySelectorAll('details').forEach((d) => { d.open = true; })")
            page.evaluate(axe)
            assert page.evaluate(run, {}) == [], address
            for setting in colours:
                page.emulate_media(**plain | setting)
                assert page.evaluate(run, {"runOnly": ["color-contrast", "link-in-text-block"]}) == [], (
                    address,
                    setting,
                )
            page.emulate_media(**plain)


def test_what_a_ground_tells_has_a_line_where_colours_are_forced(browser: Browser, bot: str) -> None:
    with visit(browser, f"{bot}/?q=今年新增多少学位", forced_colors="active") as page:
        for selector in (".bubble", ".card", ".send", ".votes button", "button.large"):
            assert page.locator(selector).first.evaluate(
                "(e) => [e, ...e.children].some((x) => getComputedStyle(x).borderStyle.includes('solid'))"
            ), selector
        fills = [
            page.locator(f".row .{name}").first.evaluate("(e) => getComputedStyle(e).fill")
            for name in ("fill", "track")
        ]
        assert len(set(fills)) == 2


@pytest.mark.parametrize("percent", [100, 200])
def test_with_keys_alone_everything_is_reached_and_in_sight(browser: Browser, bot: str, percent: int) -> None:
    with visit(browser, bot, viewport={"width": 360, "height": 740}, reduced_motion="reduce") as page:
        enlarged(page, percent)
        ask(page, "今年新增多少学位")
        page.locator(".skip").focus()
        reached = set()
        for _ in range(26):
            page.keyboard.press("Tab")
            name, seen = page.evaluate("""() => {
              const e = document.activeElement, box = e.getClientRects()[0];
              const top = document.elementFromPoint(box.x + box.width / 2, box.y + box.height / 2);
              return [(e.getAttribute("aria-label") || e.innerText || e.id).trim(), e.contains(top)];
            }""")
            assert seen, name
            reached.add(name)
        assert {
            "大字",
            "读计划",
            "看全文",
            "从多到少",
            "相关条款",
            "有用",
            "朗读",
            "存成图片",
            "分享",
            "新对话",
            "发送",
        } <= reached


# --- by ear and by voice


def test_an_answer_is_read_aloud_until_it_is_told_to_stop(page: Page) -> None:
    page.evaluate("speechSynthesis.speak = (speech) => { window.spoken = speech; }")
    ask(page, "今年新增多少学位")
    page.get_by_role("button", name="朗读").click()
    spoken = page.evaluate("[window.spoken.text, window.spoken.lang]")
    assert (spoken[0].startswith("新增学位：16500个"), spoken[1]) == (True, "zh-CN")
    stop = page.get_by_role("button", name="停下")
    expect(stop).to_have_attribute("aria-pressed", "true")
    stop.click()
    page.get_by_role("button", name="朗读").click()
    page.evaluate("window.spoken.onend()")
    expect(page.get_by_role("button", name="朗读")).to_have_attribute("aria-pressed", "false")


_EAR = """window.webkitSpeechRecognition = class {
  start() { window.ear = this; }
  stop() { this.onend(); }
}; delete window.SpeechRecognition;"""


def test_a_question_is_spoken_looked_at_and_sent(page: Page) -> None:
    page.add_init_script(_EAR)
    page.reload()
    voice = page.get_by_role("button", name="语音输入")
    voice.click()
    expect(voice).to_have_attribute("aria-pressed", "true")
    page.evaluate("ear.onresult({ results: [[{ transcript: '新增' }], [{ transcript: '多少学位' }]] }); ear.onend()")
    expect(voice).to_have_attribute("aria-pressed", "false")
    expect(page.locator("#question")).to_have_value("新增多少学位")
    expect(page.locator("#question")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator(".number")).to_have_text("16500")
    voice.click()
    page.evaluate("ear.onerror({ error: 'not-allowed' }); ear.onend()")
    expect(page.locator("#heard")).to_contain_text("话筒的权限")


def test_a_browser_that_cannot_speak_or_hear_shows_no_button_for_it(page: Page) -> None:
    page.add_init_script(
        "delete window.webkitSpeechRecognition; delete window.SpeechRecognition; delete window.SpeechSynthesisUtterance;"
    )
    page.reload()
    ask(page, "今年新增多少学位")
    expect(page.locator("#voice")).to_be_hidden()
    expect(page.locator(".speak")).to_be_hidden()


# --- the next step


def test_what_may_be_asked_next_is_asked_in_the_same_chat_of_the_answer_it_stands_under(page: Page) -> None:
    ask(page, "今年新增多少学位")
    ask(page, "武进几个项目")
    assert page.locator(".onward").all_inner_texts() == ["从多到少", "从多到少", "占比"]
    page.get_by_role("button", name="从多到少").first.click()
    expect(page.locator(".turn").nth(2).locator(".number")).to_have_text(["7020", "6030", "2250", "1200"])
    page.get_by_role("button", name="占比").click()
    expect(page.locator(".turn").nth(3).locator(".number").first).to_have_text("12.3")


def test_what_may_be_asked_next_works_without_script(browser: Browser, bot: str) -> None:
    with visit(browser, bot, java_script_enabled=False) as page:
        page.fill("#question", "武进几个项目")
        page.get_by_role("button", name="发送").click()
        page.get_by_role("button", name="占比").click()
        expect(page.locator(".number").first).to_have_text("12.3")
        page.get_by_role("button", name="新对话").click()
        expect(page.locator(".bubble")).to_have_count(0)
        page.fill("#question", "占比")
        page.get_by_role("button", name="发送").click()
        assert "12.3" not in page.locator(".card").inner_text()


def test_of_several_years_the_year_before_is_offered(browser: Browser, tmp_path: Path) -> None:
    for place, text in enumerate(YEARS):
        (tmp_path / f"{place}.txt").write_text(text, encoding="utf8")
    build([read_document(tmp_path / f"{place}.txt") for place in range(2)], tmp_path / "years.db")
    with serving(application(tmp_path / "years.db", tmp_path)) as address, visit(browser, address) as page:
        ask(page, "新增多少学位")
        page.get_by_role("button", name="和去年比").click()
        expect(page.locator(".turn").nth(1)).to_contain_text("900")
        expect(page.locator(".turn").nth(1)).to_contain_text("算出来的")


# --- reading, and paper


def test_a_plan_is_searched_by_what_is_meant_with_what_is_written_first(page: Page, bot: str) -> None:
    page.goto(f"{bot}/plan")
    for typed, first in (
        ("减负", "呵护教师身心健康"),
        ("減負", "呵护教师身心健康"),
        ("补习班", "加强校外培训机构管理"),
        ("xuewei", "持续增加学位资源供给"),
    ):
        page.fill("#search", typed)
        expect(page.locator("#found")).to_contain_text("说的是这件事")
        expect(page.locator("#meant .clause:visible")).to_contain_text([first])
        expect(page.locator(".chapter:visible")).to_have_count(1)
    page.fill("#search", "")
    expect(page.locator("#meant")).to_be_hidden()
    numbers = page.eval_on_selector_all(".clause", "(all) => all.map((c) => Number(c.id.slice(7)))")
    assert numbers == sorted(numbers)


def test_the_search_by_meaning_works_without_script(browser: Browser, bot: str) -> None:
    with visit(browser, f"{bot}/plan?search=减负", java_script_enabled=False) as page:
        expect(page.locator("#found")).to_contain_text("说的是这件事")
        expect(page.locator(".clause:visible")).to_have_count(1)


def test_paper_holds_an_answer_on_one_page_with_its_day_and_its_address(page: Page) -> None:
    ask(page, "今年新增多少学位")
    assert len(re.findall(rb"/Type\s*/Page\b", page.pdf(format="A4"))) == 1
    page.emulate_media(media="print")
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    expect(page.locator(".printed")).to_contain_text(re.compile(r"\d{4}年\d+月\d+日印自 http"))
    assert (
        page.locator(".share")
        .evaluate("(e) => getComputedStyle(e, '::after').content")
        .endswith('/?q=今年新增多少学位"')
    )
    assert page.locator(".asked").evaluate("(e) => getComputedStyle(e).breakAfter") == "avoid"


def test_the_composer_is_a_landmark_and_every_page_describes_itself(page: Page, bot: str) -> None:
    expect(page.get_by_role("form", name="提问")).to_be_visible()
    told = set()
    for address in ("/", "/plan", "/plans", "/figures"):
        page.goto(bot + address)
        told.add(page.locator("meta[name=description]").get_attribute("content"))
    assert len(told) == 4
