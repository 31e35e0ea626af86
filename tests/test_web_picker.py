"""Which of several plans is asked and read: chosen once, kept on every page, with script and without."""

import re
from collections.abc import Iterator
from html import unescape
from pathlib import Path
from urllib.parse import quote

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st
from playwright.sync_api import Browser, Page, expect
from test_compare import OLDEST
from test_web_suggest import whole
from test_years import DISTRICT, LAW, NEWER, OLDER, stored
from web_browser import ask, browsing, faults, number_in_view, visit
from web_server import application, serving, visiting

from bot.replies.naming import short_names
from bot.web.ledger import EVERY
from knowledge.model import Listed

NEW, OLD, NEAR, RULES = (
    "云湖市2041年教育工作计划",
    "云湖市2040年教育工作要点",
    "云湖市东湖区2041年教育工作要点",
    "校园饮水安全管理规定",
)
OLDER_STILL, EVERY_ONE = "云湖市2039年教育工作要点", ""
FETCH = {"X-Requested-With": "fetch"}


@pytest.fixture(scope="module")
def db(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("four")
    stored(folder, OLDER, NEWER, DISTRICT, LAW)
    return folder / "plans.db"


@pytest.fixture
def visitor(db: Path, tmp_path: Path) -> Iterator[httpx.Client]:
    with visiting(db, tmp_path) as client:
        yield client


@pytest.fixture
def three(tmp_path: Path) -> Iterator[httpx.Client]:
    """A visitor where the city has plans of three years and the district one."""
    stored(tmp_path, OLDEST, OLDER, NEWER, DISTRICT)
    with visiting(tmp_path / "plans.db", tmp_path) as client:
        yield client


@pytest.fixture(scope="module")
def bot(db: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with serving(application(db, tmp_path_factory.mktemp("chats"))) as address:
        yield address


@pytest.fixture(scope="module")  # as long as it is open, other tests in this thread have no event loop of their own
def browser() -> Iterator[Browser]:
    with browsing() as browser:
        yield browser


def choose(visitor: httpx.Client, plan: str, page: str = "/") -> httpx.Response:
    return visitor.post("/choose", data={"plan": plan, "page": page})


def picks(html: str) -> list[tuple[str, bool]]:
    """The short names of the plans to choose from, and whether each is chosen."""
    found = re.findall(r'<button name="plan" value="[^"]*" aria-pressed="(true|false)"[^>]*>([^<]+)', html)
    return [(name, chosen == "true") for chosen, name in found]


def chosen(html: str) -> list[str]:
    return [name for name, on in picks(html) if on]


def numbers(html: str) -> list[str]:
    return re.findall(r'class="number">([^<]+)', html)


# --- what plans are called


def listed(*titles: tuple[str, int | None]) -> tuple[Listed, ...]:
    return tuple(Listed(key, title, "", year) for key, (title, year) in enumerate(titles))


@pytest.mark.parametrize(
    ("plans", "names"),
    [
        ([(NEW, 2041), (OLD, 2040), (NEAR, 2041), (RULES, None)], ["2041年", "2040年", "东湖区", RULES]),
        ([("甲市2022年教育工作要点", 2022), ("乙县2022年教育工作要点", 2022)], ["甲市", "乙县"]),
        (
            [(f"{place}{year}年教育工作要点", year) for place in ("甲市", "乙县") for year in (2022, 2021)],
            ["甲市2022年", "甲市2021年", "乙县2022年", "乙县2021年"],
        ),
        (
            [("甲市2022年教育工作要点", 2022), ("甲市2022年教育工作计划", 2022)],
            ["甲市教育工作要点", "甲市教育工作计划"],
        ),
    ],
)
def test_a_plan_is_called_by_what_tells_it_from_the_others(
    plans: list[tuple[str, int | None]], names: list[str]
) -> None:
    assert list(short_names(listed(*plans)).values()) == names


@given(
    st.lists(
        st.tuples(
            st.sampled_from(["甲市", "乙县", "丙区", ""]),
            st.integers(2020, 2023),
            st.sampled_from(["教育工作要点", "教育工作计划", "安全管理规定", "教育工作要点和任务分工以及责任清单"]),
        ),
        unique=True,
        max_size=12,
    )
)
def test_no_two_plans_are_called_alike(made: list[tuple[str, int, str]]) -> None:
    plans = listed(*((f"{place}{year}年{kind}", year) for place, year, kind in made))
    names = short_names(plans)
    assert names.keys() == {p.title for p in plans}
    assert len(set(names.values())) == len(plans)


# --- without script


def test_one_plan_leaves_nothing_to_choose(shipped_db: Path, tmp_path: Path) -> None:
    with visiting(shipped_db, tmp_path) as one:
        for page in ("/", "/plan", "/figures", "/frame"):
            assert 'class="picker"' not in one.get(page).text
        assert 'class="of"' not in one.get("/?q=小学学位").text


def test_the_plans_of_one_bureau_stand_together_behind_all_of_them(visitor: httpx.Client) -> None:
    assert picks(visitor.get("/").text) == [
        ("全部", True),
        ("2041年", False),
        ("2040年", False),
        ("东湖区", False),
        (RULES, False),
    ]


def test_a_plan_that_was_chosen_is_asked_and_read_on_every_page(visitor: httpx.Client) -> None:
    response = choose(visitor, OLD)
    assert (response.status_code, response.headers["location"]) == (303, f"/?plan={quote(OLD)}")
    for page in ("/", "/plan", response.headers["location"]):
        assert chosen(visitor.get(page).text) == ["2040年"], page
    assert "跳绳" in visitor.get("/plan").text
    assert f'name="plan" value="{OLD}"' in visitor.get("/").text
    answered = visitor.post("/ask", data={"q": "新增学位多少", "plan": OLD})
    page = visitor.get(answered.headers["location"]).text
    assert (numbers(page), chosen(page)) == (["900"], ["2040年"])


def test_the_ledger_is_of_the_plan_that_was_chosen_until_its_own_list_says_another(visitor: httpx.Client) -> None:
    choose(visitor, OLD)
    assert f"<option selected>{OLD}" in visitor.get("/figures").text
    assert f"<option selected>{NEW}" in visitor.get("/figures", params={"plan": NEW}).text
    every = visitor.get("/figures", params={"plan": EVERY}).text
    assert f'<option value="{EVERY}" selected>' in every
    assert picks(every) == []


def test_what_is_taken_away_is_of_the_plan_that_was_chosen_too(visitor: httpx.Client) -> None:
    choose(visitor, NEAR)
    assert {row["plan"] for row in visitor.get("/figures.json").json()} == {NEAR}
    assert {line.split(",")[0] for line in visitor.get("/figures.csv").text.splitlines()[1:]} == {NEAR}
    assert {row["plan"] for row in visitor.get("/figures.json", params={"plan": OLD}).json()} == {OLD}


def test_all_plans_are_asked_again_where_that_is_chosen(visitor: httpx.Client) -> None:
    choose(visitor, OLD)
    response = choose(visitor, "")
    assert response.headers["location"] == "/"
    assert chosen(visitor.get("/").text) == ["全部"]
    assert numbers(visitor.post("/ask", data={"q": "补助标准每生每月多少", "plan": ""}, headers=FETCH).text) == ["80"]


def test_who_goes_over_to_all_plans_stays_at_none_of_them(visitor: httpx.Client) -> None:
    for plan, number in ((OLD, "30"), ("", "24")):
        html = visitor.post("/ask", data={"q": "参赛队伍多少", "plan": plan}, headers=FETCH).text
        assert numbers(html) == [number]


def test_it_is_chosen_where_one_reads_too(visitor: httpx.Client) -> None:
    response = choose(visitor, NEAR, "/plan")
    assert "260" in visitor.get(response.headers["location"]).text
    assert chosen(visitor.get("/").text) == ["东湖区"]


def test_the_source_of_an_answer_chooses_nothing(visitor: httpx.Client) -> None:
    choose(visitor, NEW)
    assert chosen(visitor.get("/plan", params={"plan": OLD}).text) == ["2040年"]  # what is read there
    assert chosen(visitor.get("/").text) == ["2041年"]


def test_a_link_that_was_sent_means_the_same_to_everybody(visitor: httpx.Client) -> None:
    before = visitor.get("/?q=督查检查事项多少").text
    choose(visitor, OLD)
    assert visitor.get("/?q=督查检查事项多少").text == before
    assert numbers(visitor.get("/", params={"q": "督查检查事项多少", "plan": OLD}).text) == ["20"]


@pytest.mark.parametrize("kept", ["没有这份", "%E4%", "%00", "x" * 3000, "a=b; Path=/x"])
def test_a_choice_that_is_no_plan_is_passed_over(visitor: httpx.Client, kept: str) -> None:
    headers = {"Cookie": f"yaodian-plan={quote(kept)}"}
    for page in ("/", "/plan", "/figures"):
        assert visitor.get(page, headers=headers).status_code == 200
    assert choose(visitor, kept).headers["location"] == "/"


@pytest.mark.parametrize("page", ["https://example.org/", "//example.org", "/vote", "", "/plan?x"])
def test_choosing_leads_to_no_other_page(visitor: httpx.Client, page: str) -> None:
    assert choose(visitor, OLD, page).headers["location"] == f"/?plan={quote(OLD)}"


def test_no_other_site_chooses_for_somebody(visitor: httpx.Client) -> None:
    refused = visitor.post("/choose", data={"plan": OLD}, headers={"Origin": "https://example.org"})
    assert (refused.status_code, "yaodian-plan" in visitor.cookies) == (403, False)


def test_what_is_chosen_leaves_the_page_of_others_as_it_is(db: Path, tmp_path: Path) -> None:
    with serving(application(db, tmp_path)) as address:
        one, other = (httpx.Client(base_url=address, trust_env=False) for _ in range(2))
        choose(one, OLD)
        assert chosen(one.get("/").text) == ["2040年"]
        assert chosen(other.get("/").text) == ["全部"]
        assert "跳绳" in one.get("/plan").text
        assert "跳绳" not in other.get("/plan").text
        one.close()
        other.close()


def test_a_chat_goes_on_in_the_plan_that_is_chosen_now(visitor: httpx.Client) -> None:
    def asked(question: str, plan: str) -> list[str]:
        return numbers(visitor.post("/ask", data={"q": question, "plan": plan}, headers=FETCH).text)

    assert asked("小学新增学位多少", NEW) == ["700"]
    assert asked("新增学位多少", OLD) == ["900"]
    assert asked("那初中呢", OLD) == ["400"]
    assert asked("那滤芯多少天换一次", RULES) == ["60"]


@pytest.mark.parametrize(
    ("plan", "question", "compared"),
    [
        (NEW, "新增学位多少", ["300", "1200", "900"]),
        (OLD, "小学新增学位多少", ["50", "500", "450"]),
        (EVERY_ONE, "2040年招聘教师多少", ["30", "150", "120"]),
        (OLDER_STILL, "新增学位多少", None),  # nothing is older
        (NEAR, "新增学位多少", None),  # the year before is another bureau's
        (EVERY_ONE, "东湖区新增学位多少", None),
    ],
)
def test_a_number_is_compared_with_that_of_the_year_before_whatever_is_chosen(
    three: httpx.Client, plan: str, question: str, compared: list[str] | None
) -> None:
    def asked(**fields: str) -> str:
        return three.post("/ask", data={"plan": plan, **fields}, headers=FETCH).text

    first = asked(q=question)
    assert ('value="和去年比"' in first) == (compared is not None)
    if compared:
        [token] = re.findall(r'data-token="([^"]+)"', first)
        asked(q="减轻负担")
        new = asked(next="和去年比", after=token)
        assert numbers(new) == compared
        [link] = re.findall(r'class="share" href="([^"]+)"', new)
        assert (numbers(three.get(unescape(link)).text) == compared) == (
            plan == NEW
        )  # else no question asks for both years
        assert numbers(asked(q=question)) == numbers(first)


def test_every_card_says_of_which_plan_it_is(visitor: httpx.Client) -> None:
    def names(question: str, plan: str = "") -> list[str]:
        visitor.cookies.clear()
        html = visitor.post("/ask", data={"q": question, "plan": plan}, headers=FETCH).text
        [of] = re.findall(r'<p class="of">(.*?)</p>', html) or [""]
        return re.findall(r'class="tag">([^<]+)', of)

    assert names("2040年新增学位多少") == ["2040年"]
    assert names("2041年和2040年督查检查事项各多少") == ["2041年", "2040年"]
    assert names("减轻负担", OLD) == ["2040年"]
    assert names("滤芯多久换一次") == [RULES]
    assert names("食堂阿姨工资多少", NEW) == ["2041年"]
    assert names("東湖區新增學位多少") == ["東湖區"]
    clause = visitor.get("/clause", params={"number": "1", "plan": NEAR}, headers=FETCH).text
    assert '<p class="of"><span class="tag">东湖区</span></p>' in clause


def test_an_answer_that_is_shared_says_of_which_plans_it_was_whatever_plans_there_are_later(
    visitor: httpx.Client, db: Path, tmp_path: Path
) -> None:
    html = visitor.post("/ask", data={"q": "2041年和2040年督查检查事项各多少"}, headers=FETCH).text
    [token], [link] = re.findall(r'data-token="([^"]+)"', html), re.findall(r'data-kept="([^"]+)"', html)
    visitor.post("/share", data={"token": token})
    stored(tmp_path, NEWER)
    for index in (db, tmp_path / "plans.db"):
        with visiting(index, tmp_path) as other:
            page = other.get(link).text
            assert '<span class="tag">2041年</span><span class="tag">2040年</span>' in page


def test_what_is_chosen_in_a_frame_needs_no_cookie(visitor: httpx.Client) -> None:
    response = choose(visitor, OLD, "/frame")
    visitor.cookies.clear()
    page = visitor.get(response.headers["location"]).text
    assert chosen(page) == ["2040年"]
    assert f'class="open" href="/?plan={quote(OLD)}"' in page
    chat, *_ = re.findall(r'name="chat" value="([^"]+)"', page)
    form = {"q": "新增学位多少", "chat": chat, "embedded": "1", "plan": OLD}
    told = visitor.post("/frame", data=form).text
    assert (numbers(told), chosen(told)) == (["900"], ["2040年"])


def test_examples_and_suggestions_are_of_the_plan_that_is_chosen(visitor: httpx.Client) -> None:
    assert "办好赛事" in whole(visitor, "赛事", OLD)
    assert "办好赛事" not in whole(visitor, "赛事", NEW)
    assert whole(visitor, "赛事", "没有这份") == whole(visitor, "赛事")
    html = visitor.get("/", params={"plan": RULES}).text
    hrefs = re.findall(r'class="chip" href="([^"]+)"', html)
    assert hrefs
    for href in hrefs:
        assert RULES in visitor.get(href.replace("&amp;", "&"), headers=FETCH).text


# --- in a browser


def test_a_choice_stays_when_pages_change_and_are_loaded_again(browser: Browser, bot: str) -> None:
    with visit(browser, bot) as page:
        page.get_by_role("button", name="2040年").click()
        ask(page, "新增学位多少")
        expect(page.locator(".card .number")).to_have_text("900")
        page.reload()
        expect(page.get_by_role("button", name="2040年")).to_have_attribute("aria-pressed", "true")
        page.get_by_role("link", name="读计划").click()
        expect(page.locator("h1")).to_contain_text("2040年")
        page.get_by_role("button", name="2041年").click()
        expect(page.locator("h1")).to_contain_text("2041年")
        page.get_by_role("link", name="提问").click()
        expect(page.locator(".bubble")).to_have_text("新增学位多少")
        ask(page, "新增学位多少")
        expect(page.locator(".card .number").last).to_have_text("1200")
        expect(page.locator(".card .of").last).to_have_text("2041年")
        page.get_by_role("button", name="全部").click()
        expect(page.locator(".bubble")).to_have_count(2)
        _types(page, "滤芯")


def _types(page: Page, typed: str) -> None:
    page.locator("#question").press_sequentially(typed)
    page.wait_for_timeout(300)
    expect(page.locator("#question")).to_have_value(typed)


def test_a_choice_stays_without_script(browser: Browser, bot: str) -> None:
    with visit(browser, bot, java_script_enabled=False) as page:
        page.get_by_role("button", name="2040年").click()
        for question, number in (("新增学位多少", "900"), ("那小学呢", "500")):
            page.fill("#question", question)
            page.get_by_role("button", name="发送").click()
            expect(page.locator(".number")).to_have_text(number)
        page.locator(".source").first.click()
        page.get_by_role("link", name="提问").click()
        expect(page.get_by_role("button", name="2040年")).to_have_attribute("aria-pressed", "true")


@pytest.mark.parametrize("large", [False, True])
@pytest.mark.parametrize("size", [(320, 568), (360, 740), (1280, 800)])
def test_the_row_of_plans_keeps_nobody_out(browser: Browser, bot: str, size: tuple[int, int], large: bool) -> None:
    with visit(browser, bot, viewport={"width": size[0], "height": size[1]}, reduced_motion="reduce") as page:
        if large:
            page.click("#large")
        ask(page, "2040年新增学位多少")
        assert number_in_view(page)
        assert [f for f in faults(page) if not (large and f.startswith("small"))] == []


def test_the_row_is_walked_with_keys(browser: Browser, bot: str) -> None:
    with visit(browser, bot) as page:
        page.get_by_role("button", name="全部").focus()
        page.keyboard.press("Tab")
        page.keyboard.press("Enter")
        expect(page.get_by_role("button", name="2041年")).to_have_attribute("aria-pressed", "true")
        expect(page.get_by_role("button", name=RULES)).to_have_attribute("title", RULES)
