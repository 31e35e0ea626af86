"""The chat in the corner of another site: in that site's colour and words, moved about and enlarged, by mouse, finger and keys; and
the page that shows how to put it there."""

import html
import re
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import parse_qs

import httpx
import pytest
from playwright.sync_api import Browser, Locator, Page, expect
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route
from test_years import NEWER, OLDER, stored
from web_browser import browsing, visit
from web_html import seen
from web_server import application, serving

from bot.web.embed import ICONS, KEPT
from bot.web.site import STATIC
from knowledge.store import Store

DESKTOP = {"width": 1280, "height": 800}
GREETING = '今年的<b>计划</b> & "要点"<img src=x onerror=alert(1)>'


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with browsing() as browser:
        yield browser


class School:
    """A site that shows in its page whatever line it is given, under rules of its own for whatever a page holds."""

    def __init__(self) -> None:
        self.line, self.address, self.bot = "", "", ""

    async def home(self, _request: Request) -> Response:
        rules = "<style>div { display: none; position: static; opacity: 0 } button { display: none } * { all: unset }</style>"
        return HTMLResponse(
            f"<!doctype html><meta name=viewport content=width=device-width><title>学校</title>{rules}<h1>学校</h1><a href=/>下一页</a>{self.line}"
        )


@pytest.fixture(scope="module")
def school(small: Store, small_file: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[School]:  # noqa: ARG001
    site = School()
    routes = [Route("/", site.home), Route("/favicon.ico", lambda _: Response(status_code=204))]
    with serving(Starlette(routes=routes)) as address:
        site.address = address.replace("127.0.0.1", "localhost")
        app = application(small_file.with_suffix(".db"), tmp_path_factory.mktemp("chats"), origins=(site.address,))
        with serving(app) as bot:
            site.bot = bot
            yield site


@pytest.fixture
def page(browser: Browser, school: School) -> Iterator[Page]:
    school.line = f'<script src="{school.bot}/widget.js" data-label="问问教育局" defer></script>'
    with visit(browser, school.address, viewport=DESKTOP, reduced_motion="reduce") as page:
        yield page


def opener(page: Page, name: str = "问问教育局") -> Locator:
    return page.get_by_role("button", name=name)


def place(locator: Locator) -> tuple[float, float]:
    box = locator.bounding_box()
    assert box
    return box["x"], box["y"]


def drag(page: Page, locator: Locator, right: float, down: float) -> None:
    x, y = place(locator)
    page.mouse.move(x + 20, y + 20)
    page.mouse.down()
    page.mouse.move(x + 20 + right / 2, y + 20 + down / 2)
    page.mouse.move(x + 20 + right, y + 20 + down)
    page.mouse.up()


# --- in its own colour and words


@pytest.mark.parametrize(
    "color", ["#fff", "#000000", "#757575", "#777777", "#ff0000", "#0000FF", "#0a0", "#ffd700", "#a8322d", "#7a7a7a"]
)
def test_what_stands_on_any_colour_can_be_read(browser: Browser, school: School, color: str) -> None:
    school.line = f'<script src="{school.bot}/widget.js" data-color="{color}"></script>'
    with visit(browser, school.address) as page:
        opener(page, "提问").click()
        for part in (".round", ".bar", ".bar button"):
            paint = page.locator(part).first.evaluate(
                "(e) => [getComputedStyle(e.closest('.bar') || e).backgroundColor, getComputedStyle(e).color]"
            )
            assert contrast(*paint) >= 4.5, part
        wanted = color[1:] if len(color) == 7 else "".join(2 * c for c in color[1:])
        assert channels(paint[0]) == [int(wanted[n : n + 2], 16) for n in (0, 2, 4)]


def channels(paint: str) -> list[int]:
    return [int(c) for c in re.findall(r"\d+", paint)[:3]]


def contrast(one: str, other: str) -> float:
    """WCAG's contrast of two colours, 1 to 21."""

    def luminance(paint: str) -> float:
        parts = [c / 255 for c in channels(paint)]
        linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts]
        return sum(weight * c for weight, c in zip((0.2126, 0.7152, 0.0722), linear, strict=True))

    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("color", ["red", "#12", "#12345", "red;} * {display:none", "${1}", "#ggg"])
def test_what_is_no_colour_is_told_and_leaves_the_usual_one(browser: Browser, school: School, color: str) -> None:
    school.line = f'<script src="{school.bot}/widget.js" data-color="{color}"></script>'
    with visit(browser, school.address, "data-color 要写成") as page:
        paint = opener(page, "提问").evaluate("(e) => getComputedStyle(e).backgroundColor")
        assert channels(paint) == [0x0B, 0x6B, 0x5B]


@pytest.mark.parametrize(
    ("icon", "shown"), [("book", ""), ("问", "问"), ("<b>", "<b"), ("constructor", "co"), ("🏫", "🏫")]
)
def test_an_icon_is_one_of_ours_or_two_letters(browser: Browser, school: School, icon: str, shown: str) -> None:
    school.line = f'<script src="{school.bot}/widget.js" data-icon="{html.escape(icon)}"></script>'
    with visit(browser, school.address) as page:
        assert opener(page, "提问").inner_text() == shown
        assert opener(page, "提问").locator("svg").count() == (not shown)


def test_the_icons_that_are_offered_are_those_there_are() -> None:
    script = (STATIC / "widget.js").read_text(encoding="utf8")
    drawn = script[script.index("ICONS = {") : script.index("};", script.index("ICONS = {"))]
    assert re.findall(r"^\s+(\w+):", drawn, re.MULTILINE) == list(ICONS)


def test_a_greeting_is_text_opens_the_chat_and_does_not_come_again(browser: Browser, school: School) -> None:
    school.line = f'<script src="{school.bot}/widget.js" data-greeting="{html.escape(GREETING)}"></script>'
    with visit(browser, school.address) as page:
        bubble = page.get_by_role("button", name="今年的<b>计划</b>")
        expect(bubble).to_have_text(GREETING)
        bubble.click()
        expect(page.frame_locator("iframe").locator("#question")).to_be_visible()
        page.reload()
        expect(opener(page, "提问")).to_be_visible()
        expect(bubble).to_have_count(0)
    with visit(browser, school.address) as page:
        page.get_by_role("button", name="不用了").click()
        expect(opener(page, "提问")).to_be_focused()
        page.reload()
        expect(opener(page, "提问")).to_be_visible()
        expect(page.get_by_role("button", name="不用了")).to_have_count(0)


def test_all_that_it_keeps_in_a_browser_is_told(page: Page, school: School) -> None:
    opener(page).click()
    stored = (
        "[Object.keys(sessionStorage), Object.keys(JSON.parse(sessionStorage['yaodian:corner'])), localStorage.length]"
    )
    names = [name for some in KEPT for name in some]
    assert page.evaluate(stored) == [["yaodian:corner"], names, 0]
    for path in ("/embed", "/privacy"):
        assert f"浏览器里记着{'、'.join(KEPT.values())}，" in httpx.get(f"{school.bot}{path}", trust_env=False).text


# --- moved about and enlarged


def test_it_is_dragged_and_stays_there_for_the_visit(page: Page) -> None:
    x, y = place(opener(page))
    drag(page, opener(page), -300, -200)
    assert place(opener(page)) == (x - 300, y - 200)
    expect(page.locator("section")).to_be_hidden()
    page.get_by_role("link", name="下一页").click()
    assert place(opener(page)) == (x - 300, y - 200)
    opener(page).click()
    expect(page.locator("section")).to_be_visible()
    left, top = place(page.locator("section"))
    drag(page, page.locator(".grip"), -100, 0)
    assert place(page.locator("section")) == (left - 100, top)
    page.get_by_role("button", name="关闭").click()
    assert place(opener(page)) == (x - 400, y - 200)


@pytest.mark.parametrize(("right", "down"), [(5000, 0), (-5000, 0), (0, 5000), (0, -5000)])
def test_it_cannot_be_lost_behind_an_edge(page: Page, right: float, down: float) -> None:
    drag(page, opener(page), right, down)
    for size in (DESKTOP, {"width": 500, "height": 500}):
        page.set_viewport_size(size)
        x, y = place(opener(page))
        assert 0 <= x <= size["width"] - 56
        assert 0 <= y <= size["height"] - 56
        opener(page).click()
        box = page.locator("section").bounding_box()
        assert box
        assert box["x"] >= 0 <= box["y"]
        assert box["x"] + box["width"] <= size["width"]
        assert box["y"] + box["height"] <= size["height"]
        page.get_by_role("button", name="关闭").click()


def test_it_is_moved_with_the_arrow_keys(page: Page) -> None:
    x, y = place(opener(page))
    for key in ("ArrowLeft", "ArrowLeft", "ArrowUp"):
        opener(page).press(key)
    assert place(opener(page)) == (x - 32, y - 16)
    opener(page).press("ArrowRight")
    assert place(opener(page)) == (x - 16, y - 16)
    opener(page).press("Enter")
    expect(page.locator("section")).to_be_visible()


def test_it_is_enlarged_and_goes_to_the_other_side_without_dragging(page: Page) -> None:
    opener(page).click()
    small = page.locator("section").bounding_box()
    enlarge = page.get_by_role("button", name="放大")
    enlarge.click()
    large = page.locator("section").bounding_box()
    assert small
    assert large
    assert (large["width"], large["height"] > small["height"]) == (760, True)
    expect(enlarge).to_have_attribute("aria-pressed", "true")
    page.get_by_role("button", name="换到另一边").click()
    assert place(page.locator("section"))[0] == 16
    page.reload()
    assert place(opener(page))[0] == 16
    opener(page).click()
    assert page.locator("section").bounding_box() == large | {"x": 16}
    enlarge.click()
    expect(enlarge).to_have_attribute("aria-pressed", "false")


@pytest.mark.parametrize("side", ["left", "right"])
def test_keys_alone_open_it_go_through_it_and_close_it(browser: Browser, school: School, side: str) -> None:
    school.line = f'<script src="{school.bot}/widget.js" data-side="{side}" data-label="问问教育局"></script>'
    with visit(browser, school.address, viewport=DESKTOP) as page:
        for _ in range(2):
            page.keyboard.press("Tab")
        expect(opener(page)).to_be_focused()
        assert (
            page.evaluate(
                "getComputedStyle(document.querySelector('[data-yaodian]').shadowRoot.activeElement).outlineStyle"
            )
            == "solid"
        )
        page.keyboard.press("Enter")
        frame = page.frame_locator("iframe")
        frame.locator("#question").fill("新增学位多少")
        frame.locator("#question").press("Enter")
        expect(frame.locator(".number")).to_have_text("300")
        frame.locator("#question").press("Escape")
        expect(opener(page)).to_be_focused()
        page.keyboard.press("Enter")
        page.get_by_role("button", name="放大").focus()
        page.keyboard.press("Escape")
        expect(opener(page)).to_be_focused()
        assert (place(opener(page))[0] < 640) == (side == "left")


@pytest.mark.parametrize("size", [{"width": 360, "height": 740}, {"width": 320, "height": 568}])
def test_on_a_phone_it_is_a_full_sheet(browser: Browser, school: School, size: dict[str, int]) -> None:
    school.line = f'<script src="{school.bot}/widget.js" data-side="left" data-greeting="{"问" * 100}"></script>'
    with visit(browser, school.address, viewport=size, has_touch=True, is_mobile=True) as page:
        assert page.evaluate("document.documentElement.scrollWidth") <= size["width"]
        drag(page, opener(page, "提问"), 100, -100)
        opener(page, "提问").tap()
        assert page.locator("section").bounding_box() == {"x": 0, "y": 0, **size}
        expect(page.get_by_role("button", name="放大")).to_be_hidden()
        page.get_by_role("button", name="关闭").tap()
        expect(page.locator("section")).to_be_hidden()


# --- the page for who looks after the site


def test_the_line_that_is_copied_does_what_was_chosen(browser: Browser, school: School) -> None:
    with visit(browser, f"{school.bot}/embed", permissions=["clipboard-read", "clipboard-write"]) as page:
        expect(page.locator("#line")).to_have_text(f'<script src="{school.bot}/widget.js" defer></script>')
        page.fill("#label", '问问"教育局"')
        page.fill("#greeting", GREETING)
        page.fill("#color", "#ffd700")
        page.select_option("#icon", "book")
        page.select_option("#side", "left")
        page.get_by_role("button", name="复制").click()
        expect(page.locator("#copied")).to_have_text("已复制")
        school.line = page.evaluate("navigator.clipboard.readText()")
        page.get_by_role("button", name="试一试").click()
        here = described(page)
    with visit(browser, school.address) as page:
        there = described(page)
    assert here == there == ('问问"教育局"', GREETING, [255, 215, 0], True, True)


def described(page: Page) -> tuple[str, str, list[int], bool, bool]:
    """The button: its name, its greeting, its colour, whether it has a picture, whether it stands on the left."""
    button = page.locator(".round")
    return (
        str(button.get_attribute("aria-label")),
        page.locator(".greeting .say").inner_text(),
        channels(button.evaluate("(e) => getComputedStyle(e).backgroundColor")),
        button.locator("svg").count() == 1,
        place(button)[0] < 100,
    )


def test_of_several_plans_the_one_that_was_chosen_is_asked_in_the_corner(browser: Browser, tmp_path: Path) -> None:
    stored(tmp_path, OLDER, NEWER)
    with serving(application(tmp_path / "plans.db", tmp_path)) as address, visit(browser, f"{address}/embed") as page:
        assert page.locator("#plan option").all_inner_texts() == [
            "全部",
            "云湖市2041年教育工作计划",
            "云湖市2040年教育工作要点",
        ]
        for title, number in (("云湖市2040年教育工作要点", "900"), ("全部", "1200")):
            page.select_option("#plan", title)
            assert (f'data-plan="{title}"' in page.locator("#line").inner_text()) == (title != "全部")
            page.get_by_role("button", name="试一试").click()
            opener(page, "提问").click()
            frame = page.frame_locator("iframe")
            frame.locator("#question").fill("新增学位多少")
            frame.locator("#question").press("Enter")
            expect(frame.locator(".turn:last-child .number")).to_have_text(number)
            whole = parse_qs(str(frame.locator(".open").get_attribute("href")).partition("?")[2])
            assert ("t" in whole, whole.get("plan")) == (True, [title] if title != "全部" else None)
            page.get_by_role("button", name="关闭").click()


def test_of_one_plan_none_is_chosen_in_the_corner(school: School) -> None:
    assert 'name="plan"' not in httpx.get(f"{school.bot}/embed", trust_env=False).text


def test_it_is_tried_on_the_page_itself(browser: Browser, school: School) -> None:
    with visit(browser, f"{school.bot}/embed", viewport=DESKTOP) as page:
        for color in ("#112233", "#ffd700"):
            page.fill("#color", color)
            page.get_by_role("button", name="试一试").click()
            expect(page.locator(".round")).to_be_focused()
            expect(page.locator(".round")).to_have_count(1)
        page.keyboard.press("Enter")
        frame = page.frame_locator("iframe")
        frame.locator("#question").fill("新增学位多少")
        frame.locator("#question").press("Enter")
        expect(frame.locator(".number")).to_have_text("300")


def test_the_page_can_be_read_without_javascript(browser: Browser, school: School) -> None:
    with visit(browser, f"{school.bot}/embed", java_script_enabled=False) as page:
        expect(page.locator("#line")).to_contain_text("/widget.js")
        expect(page.get_by_role("button")).to_have_count(0)


def test_who_may_show_the_chat_is_told(school: School, small_file: Path, tmp_path: Path) -> None:
    with httpx.Client(base_url=school.bot, trust_env=False) as visitor:
        assert seen(visitor, "/embed").texts("code")[-1] == school.address
    with (
        serving(application(small_file.with_suffix(".db"), tmp_path)) as address,
        httpx.Client(base_url=address, trust_env=False) as visitor,
    ):
        assert "现在一个网站也没有写上" in visitor.get("/embed").text


def test_only_that_page_may_hold_a_frame_and_only_of_ours(school: School) -> None:
    policies = {
        path: httpx.get(f"{school.bot}{path}", trust_env=False).headers["content-security-policy"]
        for path in ("/embed", "/", "/frame", "/about")
    }
    assert {path for path, policy in policies.items() if "frame-src" in policy} == {"/embed"}
    assert "frame-src 'self'" in policies["/embed"]
    assert "frame-ancestors 'none'" in policies["/embed"]
