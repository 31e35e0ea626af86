"""The ledger: chosen from, sorted and taken away without JavaScript, the same with it."""

import csv
import io
import json
import time
from collections.abc import Iterator, Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any

import httpx
import pytest
from conftest import LAKE as LAKE_TEXT
from hypothesis import given
from hypothesis import strategies as st
from playwright.sync_api import Browser, Page, expect
from web_browser import browsing, visit
from web_html import Parsed, seen
from web_server import visiting, visiting_clauses

from bot.replies.contract import as_json, figure_record
from bot.web.figures import PAGE
from bot.web.ledger import SORTS, in_order, sorting
from indexer.build import build
from indexer.document import read_document
from knowledge.lookup import Entry
from knowledge.store import Store

SMALL, LAKE = "东湖市2030年教育工作要点", "青湖市2031年教育工作计划"
EVERY = "/figures?plan=*"


@pytest.fixture(scope="module")
def db(small_file: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two plans of two cities and two years."""
    folder = tmp_path_factory.mktemp("two")
    (folder / "青湖.txt").write_text(LAKE_TEXT, encoding="utf8")
    build([read_document(small_file), read_document(folder / "青湖.txt")], folder / "two.db")
    return folder / "two.db"


@pytest.fixture(scope="module")
def store(db: Path) -> Store:
    return Store(db)


@pytest.fixture(scope="module")
def entries(store: Store) -> list[Entry]:
    return [(c, f) for plan in store.titles() for c in store.clauses_of(plan) for f in c.figures]


@pytest.fixture(scope="module")
def visitor(db: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[httpx.Client]:
    with visiting(db, tmp_path_factory.mktemp("web")) as client:
        yield client


@pytest.fixture(scope="module")
def long(tmp_path_factory: pytest.TempPathFactory) -> Iterator[httpx.Client]:
    """A visitor of eighteen plans of a hundred figures each."""
    rows = [
        {"id": f"{n}#{k}", "plan": f"第{n:02}号通知", "text": f"办好{n + k}所学校，第{k}批培训{k}名教师。"}
        for n in range(1, 19)
        for k in range(1, 51)
    ]
    with visiting_clauses(rows, tmp_path_factory.mktemp("long")) as client:
        yield client


def numbers(page: Parsed) -> list[str]:
    """The figures that are shown, in their order."""
    return page.texts("td.raw")


def raws(entries: Sequence[Entry]) -> list[str]:
    return [f.raw for _, f in entries]


def chosen(page: Parsed) -> dict[str, list[str]]:
    """What is offered to choose from, by what it is of."""
    return {str(s["name"]): page.options(str(s["name"])) for s in page.all("select")}


# --- what is shown


def test_the_ledger_has_every_figure_of_the_newest_plan_with_its_clause(
    visitor: httpx.Client, entries: list[Entry]
) -> None:
    page = seen(visitor, "/figures")
    assert numbers(page) == [f.raw for c, f in entries if c.plan == LAKE]
    assert len(page.all("caption")) == 1
    assert {h.get("scope") for h in page.all("th")} == {"col", "row"}
    links = [str(a["href"]) for a in page.all("a") if "#clause-" in str(a["href"])]
    assert len(links) == len(numbers(page))
    assert visitor.get(links[0]).status_code == 200


def test_all_plans_stand_in_one_table_each_figure_with_its_year_and_plan(
    visitor: httpx.Client, entries: list[Entry]
) -> None:
    page = seen(visitor, EVERY)
    assert numbers(page) == raws(entries)
    assert page.texts("td.of") == [c.plan for c, _ in entries]
    assert [y for y in page.texts("span.note") if y.endswith("年")] == [f"{c.year}年" for c, _ in entries]
    assert page.texts("h1") == ["全部计划：数字账"]
    one = seen(visitor, f"/figures?plan={SMALL}")
    assert numbers(one) == [f.raw for c, f in entries if c.plan == SMALL]
    assert one.texts("td.of") == []


def test_the_ledger_shows_what_goes_with_the_words(visitor: httpx.Client) -> None:
    def shown(words: str) -> list[str]:
        return numbers(Parsed(visitor.get("/figures", params={"plan": SMALL, "words": words}).text))

    assert shown("学位") == ["300个", "100个", "200个"]
    assert shown("學位 小学") == ["100个"]
    assert shown("减轻") == ["2-3期", "20名"]
    assert shown("食堂") == []
    assert "没有这样的数" in visitor.get("/figures?words=飞船").text


# --- facets


def test_a_plan_without_a_number_is_told_so(tmp_path: Path) -> None:
    (tmp_path / "plan.txt").write_text("西岭市2033年教育工作要点\n一、学校\n（一）信访。回应来信。\n", encoding="utf8")
    build([read_document(tmp_path / "plan.txt")], tmp_path / "plan.db")
    with visiting(tmp_path / "plan.db", tmp_path) as client:
        assert "这里没有写明的数。" in client.get("/figures").text


@pytest.mark.parametrize(
    ("facet", "of"),
    [
        ("area", lambda c, f: f.part if f.part_kind == "area" else None),  # noqa: ARG005
        ("stage", lambda c, f: f.part if f.part_kind == "stage" else None),  # noqa: ARG005
        ("unit", lambda c, f: f.unit),  # noqa: ARG005
        ("year", lambda c, f: str(c.year)),  # noqa: ARG005
    ],
)
def test_every_value_of_a_facet_shows_its_figures_and_their_count(
    visitor: httpx.Client, entries: list[Entry], facet: str, of: Any
) -> None:
    offered = chosen(seen(visitor, EVERY))[facet]
    values = {value for entry in entries if (value := of(*entry))}
    assert {o.partition("（")[0] for o in offered} == {"不限", *values}
    for value in values:
        page = Parsed(visitor.get(EVERY, params={"plan": "*", facet: value}).text)
        fitting = [entry for entry in entries if of(*entry) == value]
        assert numbers(page) == raws(fitting)
        assert f"{value}（{len(fitting)}）" in offered
        assert page.options(facet, selected=True) == [f"{value}（{len(fitting)}）"]


def test_facets_are_chosen_together_and_each_counts_beside_the_others(visitor: httpx.Client) -> None:
    page = seen(visitor, f"{EVERY}&stage=小学&unit=个")
    assert numbers(page) == ["600个", "3个", "100个"]
    assert chosen(page)["year"] == ["不限", "2031（1）", "2030（2）"]
    assert chosen(page)["stage"][:2] == ["不限", "小学（3）"]
    assert chosen(seen(visitor, f"{EVERY}&year=2031&stage=初中"))["year"] == ["不限", "2031（1）", "2030（2）"]


def test_what_is_chosen_and_is_not_there_can_be_given_up(visitor: httpx.Client) -> None:
    page = seen(visitor, f"/figures?plan={SMALL}&area=东城区")
    assert (numbers(page), page.options("area", selected=True)) == ([], ["东城区（0）"])
    anew = next(str(a["href"]) for a in page.all("a") if str(a["href"]).startswith("/figures?"))
    assert len(numbers(seen(visitor, anew))) > 10


def test_a_part_is_an_area_by_the_ledgers_word_alone(visitor: httpx.Client, entries: list[Entry]) -> None:
    areas = {f.part for _, f in entries if f.part_kind == "area"}
    assert "城东区" in areas
    assert "骨干教师" not in {o.partition("（")[0] for o in chosen(seen(visitor, EVERY))["area"]}


# --- order


def test_numbers_are_sorted_within_their_unit(visitor: httpx.Client, entries: list[Entry]) -> None:
    values = {(c.plan, f.raw): (f.unit, f.value) for c, f in entries}
    for sort, falls in (("value", False), ("-value", True)):
        page = seen(visitor, f"{EVERY}&sort={sort}")
        shown = [values[key] for key in zip(page.texts("td.of"), numbers(page), strict=True)]
        assert sorted(shown, key=lambda pair: pair[0]) == shown
        for (unit, one), (other_unit, other) in pairwise(shown):
            assert unit != other_unit or (one >= other if falls else one <= other)


def test_several_columns_sort_the_first_counts_most(visitor: httpx.Client, entries: list[Entry]) -> None:
    page = seen(visitor, f"{EVERY}&sort=part,-plan,value")
    expected = sorted(entries, key=lambda e: (e[1].part or "", -(e[0].year or 0), e[1].unit, e[1].value))
    assert numbers(page) == raws(expected)
    assert [h["aria-sort"] for h in page.all("th") if "aria-sort" in h] == ["ascending"]
    assert page.texts("sup") == ["1", "3", "2"]


def test_a_head_sorts_first_and_what_sorted_before_comes_after(visitor: httpx.Client) -> None:
    def heads(path: str) -> dict[str, str]:
        return {str(a["id"])[5:]: str(a["href"]) for a in seen(visitor, path).all("a") if "data-sort" in a}

    first = heads(f"{EVERY}&words=学位&unit=个")
    assert all("words=" in href and "unit=" in href for href in first.values())
    assert first["value"].endswith("sort=-value")
    assert heads(first["value"])["value"].endswith("sort=value")
    then = heads(heads(first["value"])["what"])
    assert then["what"].endswith("sort=-what%2C-value")
    assert then["part"].endswith("sort=part%2Cwhat%2C-value")
    assert heads(then["part"])["plan"].endswith("sort=plan%2Cpart%2Cwhat")
    assert "sort=" not in then["place"]


@given(st.lists(st.sampled_from([sign + name for name in (*SORTS, "nothing") for sign in ("", "-")]), max_size=6))
def test_a_sort_names_each_column_once_and_names_itself(keys: list[str]) -> None:
    sort = sorting(",".join(keys))
    assert sorting(",".join(sort)) == sort
    assert 1 <= len({key.lstrip("-") for key in sort}) == len(sort) <= 3


def test_an_order_loses_no_figure_and_keeps_equal_ones_in_their_places(entries: list[Entry]) -> None:
    for sort in (("place",), ("-place",), ("part",), ("-unit", "value")):
        assert sorted(map(repr, in_order(entries, sort))) == sorted(map(repr, entries))
    assert in_order(entries, ("-place",)) == entries[::-1]
    same = [entry for entry in in_order(entries, ("-part",)) if not entry[1].part]
    assert same == [entry for entry in entries if not entry[1].part]


# --- pages


def test_a_long_ledger_comes_in_pages_and_is_made_quickly(long: httpx.Client) -> None:
    address, found = f"{EVERY}&sort=-value,what", []
    started = time.process_time()
    while address:
        page = seen(long, address)
        assert 0 < len(numbers(page)) <= PAGE
        found += list(zip(page.texts("td.of"), numbers(page), strict=True))
        address = next((str(a["href"]) for a in page.all("a") if a.get("rel") == "next"), "")
    assert (len(found), len({plan for plan, _ in found})) == (18 * 100, 18)
    assert (time.process_time() - started) / 9 < 0.15
    assert long.get(f"{EVERY}&page=10").status_code == 404
    assert len(long.get(f"{EVERY}&page=2").content) < 110_000


# --- to take away


def test_what_is_taken_away_is_what_is_shown(visitor: httpx.Client, entries: list[Entry]) -> None:
    every = as_json([figure_record(c, f) for c, f in entries if c.plan == LAKE])
    assert visitor.get("/figures.json").json() == json.loads(every)
    page = seen(visitor, f"{EVERY}&words=学位&unit=个&sort=-value,what")
    links = [str(a["href"]) for a in page.all("a") if str(a["href"]).startswith(("/figures.csv", "/figures.json"))]
    table, records = (visitor.get(link) for link in links)
    assert [f["raw"] for f in records.json()] == numbers(page)
    assert table.content.startswith(b"\xef\xbb\xbf")
    assert table.headers["content-type"] == "text/csv; charset=utf-8"
    assert table.headers["content-disposition"].startswith("attachment; filename*=UTF-8''%E5%85%A8")
    rows = list(csv.DictReader(io.StringIO(table.content.decode("utf-8-sig"))))
    assert [row["原文的数"] for row in rows] == numbers(page)
    assert [(row["年份"], row["条"], row["其中"], row["数值"], row["单位"]) for row in rows[:2]] == [
        ("2031", "（一）", "", "1000", "个"),
        ("2031", "（一）", "小学", "600", "个"),
    ]


def test_what_is_taken_away_is_all_pages_of_it(long: httpx.Client) -> None:
    assert len(long.get("/figures.json?plan=*&unit=名").json()) == 18 * 50


def test_no_cell_is_a_formula_to_a_spreadsheet(tmp_path: Path) -> None:
    row = {"id": "=1", "plan": '=HYPERLINK("http://x")', "text": "+学校3个。@教师20名。-学位5个。"}
    with visiting_clauses([row], tmp_path) as visitor:
        cells = [cell for line in csv.reader(io.StringIO(visitor.get("/figures.csv").text)) for cell in line]
    assert "'" + row["plan"] in cells
    assert [cell for cell in cells if cell.startswith(("=", "+", "-", "@"))] == []


# --- in a browser


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with browsing() as browser:
        yield browser


@pytest.fixture
def phone(browser: Browser, visitor: httpx.Client) -> Iterator[Page]:
    with visit(browser, f"{visitor.base_url}{EVERY}", viewport={"width": 360, "height": 740}) as page:
        yield page


def shown(page: Page) -> list[str]:
    return [text.split("\n")[0] for text in page.locator(".raw").all_inner_texts()]


def test_what_is_chosen_typed_and_sorted_is_shown_at_once_as_the_server_does_it(
    phone: Page, visitor: httpx.Client
) -> None:
    phone.evaluate("window.same = true")
    steps = (
        lambda: phone.select_option("#stage", "小学"),
        lambda: phone.fill("#search", "学位"),
        lambda: phone.select_option("#unit", "个"),
        lambda: phone.click("#sort-value"),
        lambda: phone.click("#sort-value"),
        lambda: phone.click("#sort-what"),
        lambda: phone.select_option("#plan", SMALL),
    )
    for step in steps:
        before = phone.url
        step()
        phone.wait_for_function("before => location.href !== before", arg=before)
        path = phone.url.removeprefix(str(visitor.base_url))
        page = seen(visitor, path)
        assert shown(phone) == numbers(page)
        expect(phone.locator("#found")).to_have_text(f"有 {len(numbers(page))} 个数。")
    assert phone.evaluate("window.same") is True
    assert phone.input_value("#stage") == ""  # another plan has other stages


def test_a_head_that_was_pressed_and_a_list_that_was_chosen_from_keep_the_focus(phone: Page) -> None:
    for name, step in (("sort-value", lambda: phone.press("#sort-value", "Enter")), ("unit", None)):
        before = phone.url
        if step:
            step()
        else:
            phone.focus("#unit")
            phone.select_option("#unit", "个")
        phone.wait_for_function("before => location.href !== before", arg=before)
        assert phone.evaluate("document.activeElement.id") == name


def test_what_could_not_be_fetched_is_told_and_leaves_what_is_shown(browser: Browser, visitor: httpx.Client) -> None:
    with visit(browser, f"{visitor.base_url}{EVERY}", "Failed to load resource") as page:
        before = shown(page)
        page.route("**/figures?*", lambda route: route.fulfill(status=503, body="no"))
        page.select_option("#stage", "小学")
        expect(page.locator("#found")).to_have_text("刚才没有取到，请再试一次。")
        assert shown(page) == before


def test_the_ledger_is_chosen_from_and_sorted_without_javascript(browser: Browser, visitor: httpx.Client) -> None:
    with visit(browser, f"{visitor.base_url}{EVERY}", java_script_enabled=False) as page:
        page.select_option("#stage", "初中")
        page.fill("#search", "学位")
        page.get_by_role("button", name="找").click()
        assert shown(page) == ["300个", "200个"]
        page.click("#sort-value")
        page.select_option("#unit", "个")
        page.get_by_role("button", name="找").click()
        assert shown(page) == ["300个", "200个"]
        assert page.get_attribute("th:has(#sort-value)", "aria-sort") == "descending"


@pytest.mark.parametrize("width", [320, 360])
def test_on_a_phone_the_number_is_in_sight_and_what_is_not_is_told(
    browser: Browser, visitor: httpx.Client, width: int
) -> None:
    with visit(browser, f"{visitor.base_url}{EVERY}", viewport={"width": width, "height": 740}) as page:
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        right = page.evaluate(
            "Math.max(...[...document.querySelectorAll('.raw')].map((c) => c.firstChild.parentNode.getBoundingClientRect().left))"
        )
        assert right < width - 40
        expect(page.get_by_text("表格可以左右滑。")).to_be_visible()
        page.goto(f"{visitor.base_url}/figures")
        expect(page.get_by_text("表格可以左右滑。")).to_be_hidden()
