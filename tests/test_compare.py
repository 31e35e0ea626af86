"""One item in the plans of several years: what stands in one line, what stays apart, and where the page leads."""

import csv
import io
import re
from collections.abc import Iterator, Sequence
from html import unescape
from pathlib import Path
from urllib.parse import quote

import httpx
import pytest
from playwright.sync_api import expect
from test_years import DISTRICT, LAW, NEWER, OLDER, stored
from web_browser import ask, browsing, enlarged, faults, visit
from web_server import application, serving, visiting

from knowledge.across import alike
from knowledge.answer import of_years
from knowledge.compare import Line, lines, shared
from knowledge.errors import QuestionError
from knowledge.lexicon import Lexicon
from knowledge.scope import bureaus
from knowledge.store import Store

OLDEST = """云湖市2039年教育工作要点
2039年的工作安排如下。
一、办好学校
（一）增加学位供给。新增学位800个，其中小学450个、初中300个、高中50个。
（二）建设智慧教室。建设智慧教室60间以上。
（三）招聘教师。招聘教师120名。
（四）改善午休条件。更换午休课桌椅600套。
"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("three")


@pytest.fixture(scope="module")
def store(folder: Path) -> Store:
    return stored(folder, OLDEST, OLDER, NEWER, DISTRICT, LAW)


@pytest.fixture(scope="module")
def visitor(
    store: Store,  # noqa: ARG001 — it is the index
    folder: Path,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[httpx.Client]:
    with visiting(folder / "plans.db", tmp_path_factory.mktemp("web")) as client:
        yield client


def table(store: Store, item: str, words: Lexicon) -> list[Line]:
    return lines(of_years(item, bureaus(store.listed())[0], store, words))


def told(some: Sequence[Line]) -> list[tuple[str | None, dict[int, str]]]:
    return [(line.newest.figure.part, {year: row.figure.raw for year, row in line.cells.items()}) for line in some]


# --- what stands in one line


def test_only_bureaus_with_plans_of_several_years_are_compared(store: Store) -> None:
    [years] = bureaus(store.listed())
    assert [p.year for p in years] == [2041, 2040, 2039]


def test_an_item_stands_in_one_line_and_each_part_of_it_in_another(store: Store, shipped_words: Lexicon) -> None:
    assert told(table(store, "新增学位", shipped_words)) == [
        (None, {2041: "1200个", 2040: "900个", 2039: "800个"}),
        ("小学", {2041: "700个", 2040: "500个", 2039: "450个"}),
        ("初中", {2041: "500个", 2040: "400个", 2039: "300个"}),
        ("高中", {2039: "50个"}),
    ]


@pytest.mark.parametrize("item", ["小学新增学位", "2040年小学新增学位", "今年小学新增多少学位", "小學新增學位"])
def test_the_item_is_understood_as_the_chat_understands_it(item: str, store: Store, shipped_words: Lexicon) -> None:
    assert told(table(store, item, shipped_words)) == [("小学", {2041: "700个", 2040: "500个", 2039: "450个"})]


@pytest.mark.parametrize("item", ["托位", "普惠园补助标准", "教师培训"])
def test_what_counts_another_thing_or_in_another_measure_is_no_pair(
    item: str, store: Store, shipped_words: Lexicon
) -> None:
    some = table(store, item, shipped_words)
    assert some
    assert [line.compares for line in some] == [False] * len(some)


@pytest.mark.parametrize(
    "item",
    [
        "新增学位",
        "招聘教师",
        "智慧教室",
        "托位",
        "督查检查事项",
        "普惠园",
        "参赛队伍",
        "课桌椅",
        "学校",
        "多少钱",
        "跳绳",
    ],
)
def test_whatever_stands_in_one_line_is_alike_and_of_one_figure_a_year(
    item: str, store: Store, shipped_words: Lexicon
) -> None:
    for line in table(store, item, shipped_words):
        rows = list(line.cells.values())
        assert all(alike(rows[0], row) for row in rows)
        assert [row.clause.year for row in rows] == sorted(line.cells, reverse=True)


def test_of_several_years_in_a_line_each_counts_the_same_as_each_other(tmp_path: Path, shipped_words: Lexicon) -> None:
    said = {2041: "计划招聘教师120名", 2040: "招聘教师150名", 2039: "实际招聘教师90名"}
    text = "云湖市{}年教育工作要点\n一、教师\n（一）补充教师。{}。\n（二）减轻负担。督查检查事项压减到20项。\n"
    years = stored(tmp_path, *(text.format(year, of) for year, of in said.items()))
    found = [cells for _, cells in told(table(years, "招聘教师", shipped_words))]
    assert found == [{2041: "120名", 2040: "150名"}, {2039: "90名"}]  # as planned and as it was are two things


@pytest.mark.parametrize(("parts", "lines"), [(34, 35), (60, 41)])
def test_as_many_parts_as_there_are_provinces_are_told_and_no_endless_list(
    parts: int, lines: int, tmp_path: Path, shipped_words: Lexicon
) -> None:
    names = [a + b + "区" for a in "甲乙丙丁戊己庚辛" for b in "东南西北山河湖海"][:parts]
    text = "云湖市{}年教育工作要点\n一、学位\n（一）扩大学位。新增学位{}个，其中{}。\n（二）减轻负担。督查检查事项压减到20项。\n"
    years = stored(tmp_path, *(
        text.format(year, each * parts, "、".join(f"{name}{each}个" for name in names))
        for year, each in ((2041, 30), (2040, 20))
    ))  # fmt: skip
    assert len(table(years, "新增学位", shipped_words)) == lines


def test_what_is_offered_is_counted_by_several_years(store: Store) -> None:
    offered = shared([store.clauses_of(p.title) for p in bureaus(store.listed())[0]])
    assert offered[0] == "新增学位"
    assert "智慧教室" in offered
    assert "参赛队伍" in offered
    assert "高中" not in "".join(offered)
    assert shared([]) == []


def test_what_names_nothing_is_told_so(store: Store, shipped_words: Lexicon) -> None:
    with pytest.raises(QuestionError):
        table(store, "？？", shipped_words)


def test_pairs_of_a_real_plan_and_the_one_before_it_are_right(
    data: Path, shipped_words: Lexicon, tmp_path: Path
) -> None:
    texts = [(data / "eval/planc" / f"chenghaiwan-{y}.txt").read_text(encoding="utf8") for y in (2023, 2024)]
    both = stored(tmp_path, *texts)
    for item, newer, older in (
        ("新增学位", "21600个", "18200个"),
        ("招老师", "1260名", "1080名"),
        ("智慧教室", "900间", "600间"),
    ):
        first = told(table(both, item, shipped_words))[0]
        assert first == (None, {2024: newer, 2023: older})


# --- the page


def cells(html: str) -> list[list[str]]:
    """The rows of the table as text."""
    rows = re.findall(r"<tr>(.*?)</tr>", html, re.DOTALL)
    plain = [
        [re.sub(r"<[^>]+>", "", c).strip() for c in re.findall(r"<t[hd].*?</t[hd]>", row, re.DOTALL)] for row in rows
    ]
    return [[unescape(c) for c in row] for row in plain]


def test_the_table_goes_from_the_oldest_year_to_the_newest_with_differences_that_say_they_are_computed(
    visitor: httpx.Client,
) -> None:
    head, total, *parts = cells(visitor.get("/compare?item=新增学位").text)
    assert head == ["数的是什么", "2039年", "2040年", "2041年"]
    assert total == ["新增学位", "800个", "900个比2039年多100个（算出来的）", "1200个比2040年多300个（算出来的）"]
    assert parts[-1] == ["高中", "50个", "没有", "没有"]


def test_less_and_as_much_are_told_too(visitor: httpx.Client) -> None:
    [_, row] = cells(visitor.get("/compare?item=招聘教师").text)
    assert row[2:] == ["150名比2039年多30名（算出来的）", "120名比2040年少30名（算出来的）"]


def test_where_a_year_says_nothing_the_one_before_it_is_compared_with(visitor: httpx.Client) -> None:
    [_, row] = cells(visitor.get("/compare?item=午休课桌椅").text)
    assert row[1:] == ["600套", "没有", "900套比2039年多300套（算出来的）"]


def test_every_number_leads_to_its_clause(visitor: httpx.Client, store: Store) -> None:
    html = visitor.get("/compare?item=新增学位").text
    linked = re.findall(r'<a class="raw" href="([^"]+)">([^<]+)</a>', html)
    assert len(linked) == 10
    for href, raw in linked:
        plan, number = re.fullmatch(r"/plan\?plan=([^#]+)#clause-(\d+)", unescape(href)).groups()  # type: ignore[union-attr]
        page = visitor.get(f"/plan?plan={plan}").text
        assert f'id="clause-{number}"' in page
        title = next(t for t in store.titles() if quote(t) in plan)
        assert raw in store.clause(title, int(number)).text  # type: ignore[union-attr]


def test_bars_are_as_long_as_their_numbers_and_stand_beside_them(visitor: httpx.Client) -> None:
    html = visitor.get("/compare?item=新增学位").text
    names = re.findall(r'class="name">([^<]+)</span> <span class="raw">([^<]+)', html)
    assert names == [("2039年", "800个"), ("2040年", "900个"), ("2041年", "1200个")]
    assert re.findall(r'class="fill" width="([\d.]+)%', html) == ["66.7", "75.0", "100.0"]


def test_the_table_is_taken_away_as_csv(visitor: httpx.Client) -> None:
    html = visitor.get("/compare?item=新增学位").text
    response = visitor.get(unescape(re.findall(r'href="(/compare\.csv[^"]+)"', html)[0]))
    assert response.headers["content-type"].startswith("text/csv")
    rows = list(csv.reader(io.StringIO(response.content.decode("utf-8-sig"))))
    assert rows[0][3:] == ["2039年", "2040年", "2041年", "2040年减2039年（算出来的）", "2041年减2040年（算出来的）"]
    assert rows[1] == ["新增学位", "", "个", "800", "900", "1200", "100", "300"]
    assert rows[-1] == ["新增学位", "高中", "个", "50", "", "", "", ""]
    hired = visitor.get("/compare.csv?item=招聘教师").content.decode("utf-8-sig")
    assert hired.splitlines()[1].endswith("30,-30")  # a number, no formula
    rooms = list(csv.reader(io.StringIO(visitor.get("/compare.csv?item=智慧教室").content.decode("utf-8-sig"))))
    assert rooms[1][3] == "60间以上"  # no plain number


@pytest.mark.parametrize(
    ("item", "sentence"),
    [
        ("量子计算", "这几年的计划里都没有写“量子计算”的数"),
        ("高中新增学位", "只有2039年的计划写了这个数"),
        ("托位", "这几年写的不是同一件事"),
        ("？", "请写一句想问的话"),
    ],
)
def test_where_nothing_compares_one_sentence_says_why_and_others_are_offered(
    visitor: httpx.Client, item: str, sentence: str
) -> None:
    response = visitor.get("/compare", params={"item": item})
    assert response.status_code == 200
    assert sentence in response.text
    assert 'class="picture' not in response.text
    assert 'class="change"' not in response.text
    offered = re.findall(r'class="chip" href="([^"]+)"', response.text)
    assert offered
    for href in offered:
        assert 'class="change"' in visitor.get(unescape(href)).text


def test_of_one_plan_there_is_nothing_to_compare(shipped_db: Path, tmp_path: Path) -> None:
    with visiting(shipped_db, tmp_path) as one:
        assert "手头只有一年的计划" in one.get("/compare?item=新增学位").text
        assert one.get("/compare.csv?item=新增学位").status_code == 200
        assert "/compare" not in one.get("/figures").text


def test_an_answer_of_several_years_leads_to_a_table_with_its_figures(tmp_path: Path) -> None:
    years = stored(tmp_path, OLDEST, OLDER, NEWER)
    with visiting(tmp_path / "plans.db", tmp_path) as visitor:

        def card(question: str) -> str:
            return visitor.get("/", params={"q": question}, headers={"X-Requested-With": "fetch"}).text

        for question in (
            "今年新增学位比去年多多少",
            "历年招聘教师",
            "去年和今年小学新增学位各多少",
            "历年小学和初中新增学位各多少",
        ):
            html = card(question)
            [href] = re.findall(r'href="(/compare[^"]+)"', html)
            numbers = re.findall(r'<div class="big">.*?class="number">([^<]+)', html, re.DOTALL)
            assert len(numbers) > 1
            compared = re.findall(r'class="raw" href="[^"]+">(\d+)', visitor.get(unescape(href)).text)
            assert {*numbers} <= {*compared}
        for question in ("新增学位多少", "去年和今年的托位各多少", "去年和今年新增学位和招聘教师各多少"):
            assert "/compare" not in card(question)
    assert years.count_plans() == 3


def test_no_answer_leads_to_a_table_that_lacks_its_figures(visitor: httpx.Client) -> None:
    for question in (
        "今年新增学位比去年多多少",
        "这两年招聘教师各多少",
        "历年新增学位",
    ):  # the district's, and the city's
        html = visitor.get("/", params={"q": question}, headers={"X-Requested-With": "fetch"}).text
        numbers = re.findall(r'<div class="big">.*?class="number">([^<]+)', html, re.DOTALL)
        for href in re.findall(r'href="(/compare[^"]+)"', html):
            assert {*numbers} <= {*re.findall(r'class="raw" href="[^"]+">(\d+)', visitor.get(unescape(href)).text)}


def test_the_ledger_leads_to_the_table_where_the_bureau_has_other_years(visitor: httpx.Client) -> None:
    page = visitor.get("/figures", params={"plan": "云湖市2040年教育工作要点", "words": "学位"}).text
    [href] = re.findall(r'href="(/compare[^"]+)"', page)
    assert "新增学位" in visitor.get(unescape(href)).text
    assert "/compare" not in visitor.get("/figures", params={"plan": "校园饮水安全管理规定"}).text


@pytest.mark.parametrize(
    "address", ["/compare?item=" + "学" * 3000, "/compare?plan=x&item=学位", "/compare?item=%00%ff"]
)
def test_whatever_stands_in_the_address_a_page_comes_back(visitor: httpx.Client, address: str) -> None:
    assert visitor.get(address).status_code == 200


@pytest.mark.usefixtures("store")  # it is the index
def test_the_page_is_read_on_a_phone_in_large_letters_and_with_keys(folder: Path, tmp_path: Path) -> None:
    with serving(application(folder / "plans.db", tmp_path)) as address, browsing() as browser:
        for width, scheme in ((320, "light"), (360, "dark"), (1280, "light")):
            with visit(
                browser,
                f"{address}/compare?item=新增学位",
                viewport={"width": width, "height": 700},
                color_scheme=scheme,
                java_script_enabled=width != 360,
            ) as page:
                if width != 360:
                    assert faults(page) == []
                    enlarged(page, 200)
                    assert [f for f in faults(page) if not f.startswith("small")] == []
                page.fill("#item", "招聘教师")
                page.press("#item", "Enter")
                page.get_by_role("link", name="120名").last.click()
                page.wait_for_url("**/plan?plan=*#clause-5")
        with visit(browser, address) as page:
            ask(page, "2040年和2039年新增学位各多少")
            page.get_by_role("link", name="几年放在一张表里看").click()
            expect(page.locator("caption")).to_be_visible()
