"""A clerk who has never seen the desk publishes a plan and teaches a word, in a real browser, with script and without."""

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from conftest import LAKE
from playwright.sync_api import Browser, Page, expect
from web_browser import browsing, enlarged, faults, visit
from web_clerk import PASSWORD, application
from web_server import serving

from bot.records import Records
from bot.records.schema import IDLE_SECONDS

PAGES = (
    "/desk",
    "/desk/words",
    "/desk/words?everyday=小区&official=新增学位",
    "/desk/plans",
    "/desk/counts",
    "/desk/changes",
)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with browsing() as browser:
        yield browser


@pytest.fixture
def bot(shipped_db: Path, tmp_path: Path) -> Iterator[str]:
    db = Path(shutil.copy(shipped_db, tmp_path / "plan.db"))
    with serving(application(db, tmp_path)) as address:
        records = Records(tmp_path / "chats.db")
        for question in ("泥鳅苗多少个", "校服多少钱一套", "校服多少钱"):
            records.unanswered.note(question)
        records.unanswered.picked("校服多少钱", "第（一）条 办好学校")
        records.feedback.vote("a", "anna", "新增学位多少", "第（七）条 持续增加学位资源供给", up=False)
        records.feedback.note("anna", "看不懂“双减”是什么")
        records.close()
        yield address


def log_in(page: Page) -> None:
    page.get_by_label("怎么称呼您").fill("王老师")
    page.get_by_label("口令").fill(PASSWORD)
    page.get_by_role("button", name="登录").click()
    expect(page.get_by_role("heading", name="没答上的问题")).to_be_visible()


@pytest.mark.parametrize("script", [True, False], ids=["script", "none"])
def test_a_clerk_publishes_a_plan_and_teaches_a_word_and_takes_both_back(
    browser: Browser, bot: str, tmp_path: Path, *, script: bool
) -> None:
    (tmp_path / "青湖.txt").write_text(LAKE, encoding="utf8")
    with visit(browser, f"{bot}/desk", java_script_enabled=script) as page:
        page.set_default_timeout(90_000)
        log_in(page)
        page.get_by_role("link", name="计划", exact=True).click()
        page.get_by_label("文档").set_input_files(tmp_path / "青湖.txt")
        page.get_by_role("button", name="读一遍看看").click()
        expect(page.get_by_text("读到 2 个部分、5 条")).to_be_visible(timeout=90_000)
        page.get_by_role("button", name="发布").click()
        expect(page.get_by_text("发布了：大家现在问到的")).to_be_visible(timeout=90_000)
        page.goto(f"{bot}/?q=改造食堂几个")
        expect(page.locator(".card .number")).to_have_text("30")

        page.goto(f"{bot}/desk")
        page.locator("li", has_text="泥鳅苗").get_by_role("link", name="教一个词").click()
        page.get_by_label("大家的叫法").fill("泥鳅苗")
        page.get_by_label("计划里的词").fill("新增学位")
        page.get_by_role("button", name="先看看会怎样").click()
        expect(page.get_by_role("row", name="泥鳅苗多少个")).to_contain_text("答得上")
        page.get_by_role("button", name="记住这个词").click()
        expect(page.get_by_text("记住了")).to_be_visible()
        page.get_by_role("button", name="撤回").click()
        expect(page.get_by_text("忘掉了")).to_be_visible()

        page.get_by_role("link", name="计划", exact=True).click()
        page.get_by_role("button", name="退回上一版").click()
        expect(page.get_by_text("退回去了")).to_be_visible()
        page.get_by_role("link", name="改动", exact=True).click()
        back, *before = page.locator("main h2").all_inner_texts()
        assert (back[:4], before) == ("退回到 ", ["忘掉一个词", "教了一个词", "发布了计划"])
        page.get_by_role("button", name="退出").click()
        expect(page.get_by_role("heading", name="后台登录")).to_be_visible()


def test_the_login_lasts_while_a_clerk_types(browser: Browser, bot: str, tmp_path: Path) -> None:
    records = Records(tmp_path / "chats.db")
    with visit(browser, f"{bot}/desk") as page:
        log_in(page)
        page.goto(f"{bot}/desk/plans")
        records.database.change(("UPDATE sessions SET at = at - ?", (IDLE_SECONDS - 30,)))
        with page.expect_response(f"{bot}/desk/plans"):
            page.get_by_label("或者把文字粘贴在这里").press_sequentially("工作要点")
        ((idle,),) = records.database.rows("SELECT ? - at FROM sessions", (records.database.seconds(),))
        assert idle < 60
    records.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [320, 768, 1280])
def test_every_page_of_the_desk_can_be_read_and_tapped_by_anybody(
    browser: Browser, bot: str, width: int, scheme: Any
) -> None:
    with visit(browser, f"{bot}/desk", viewport={"width": width, "height": 700}, color_scheme=scheme) as page:
        assert faults(page) == []
        log_in(page)
        for path in PAGES:
            page.goto(f"{bot}{path}")
            page.evaluate("document.querySelectorAll('details').forEach((d) => { d.open = true; })")
            assert (path, faults(page)) == (path, [])
            enlarged(page, 200)
            assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), path


def test_a_document_of_50_mb_is_refused_in_a_sentence_on_a_page(browser: Browser, bot: str, tmp_path: Path) -> None:
    large = tmp_path / "large.pdf"
    with large.open("wb") as file:
        file.truncate(50_000_000)
    with visit(browser, f"{bot}/desk", "413") as page:
        log_in(page)
        page.goto(f"{bot}/desk/plans")
        page.get_by_label("文档").set_input_files(large)
        page.get_by_role("button", name="读一遍看看").click()
        expect(page.get_by_text("超过 20 MB")).to_be_visible(timeout=30_000)
        expect(page.get_by_role("link", name="回到后台")).to_be_visible()
