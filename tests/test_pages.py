import pytest
from hypothesis import given
from hypothesis import strategies as st

from indexer.pages import without_pages
from indexer.split import split

_LINE = "各学校按照职责认真抓好各项工作落实，统筹安排人员经费场地"  # as wide as its page
_PAGE = [_LINE] * 20


def _book(ends: list[str], join: str = "\n") -> str:
    """Full pages, each ended as told."""
    return "\n".join("\n".join(_PAGE) + join + end for end in ends)


@pytest.mark.parametrize("printed", ["{}", "— {} —", "-{}-", "第{}页", "第 {} 页 共 9 页"])
def test_the_numbers_of_pages_are_taken_out_and_kept(printed: str) -> None:
    numbers = [printed.format(n) for n in (7, 8, 9, 10)]
    assert without_pages(_book(numbers)) == (_book([""] * 4, "").rstrip("\n"), "\n".join(numbers))


def test_a_number_with_a_blank_inside_and_blank_lines_around_is_a_pages_too() -> None:
    text, taken = without_pages(_book(["\n9\n", "\n1 0\n", "\n1 1\n"]))
    assert (set(text.split("\n")), taken) == ({_LINE}, "9\n1 0\n1 1")


def test_the_head_that_stands_beside_them_goes_with_the_numbers() -> None:
    text, taken = without_pages(_book([f"东湖市议事录 ─ 2021年3月5日\n\n{n}" for n in (311, 312, 313)]))
    assert (set(text.split("\n")), taken.count("东湖市")) == ({_LINE}, 3)


def test_a_sentence_goes_on_over_the_end_of_its_page() -> None:
    said = [f"保障义务教育阶段学生就近入学，全年新增公办{stage}学位" for stage in ("小学", "初中", "高中")]
    pages = ["\n".join([*_PAGE, line, str(n), f"{n}00个。"]) for n, line in enumerate(said, 1)]
    plan, _ = split("（一）学位。\n" + "\n".join(pages) + "\n（二）教师。招聘。")
    assert all(f"{line}{n}00个。" in plan.clauses[0].text for n, line in enumerate(said, 1))
    assert plan.tail == "1\n2\n3"


def test_numbers_that_run_into_the_first_line_of_each_page_are_told_by_their_places() -> None:
    pages = [[f"{n}{_LINE[: -len(str(n))]}", *_PAGE] for n in (8, 9, 10, 11)]
    text, taken = without_pages("\n".join(line for page in pages for line in page))
    assert (taken.split("\n"), any(line[0].isdigit() for line in text.split("\n"))) == (["8", "9", "10", "11"], False)
    counted = "\n".join(
        [*_PAGE, "5所学校建成", *_PAGE, *_PAGE[:7], "6所学校动工", *_PAGE[:12], "7所学校开学", "8所学校获奖"]
    )
    assert without_pages(counted) == (counted, "")


def test_fewer_than_four_such_numbers_may_be_figures() -> None:
    text = "\n".join(line for n in (8, 9, 10) for line in (f"{n}{_LINE[: -len(str(n))]}", *_PAGE))
    assert without_pages(text) == (text, "")


def test_rows_of_a_table_are_no_pages() -> None:
    table = "\n".join(f"{n}\n建设学校\n基建处" for n in range(1, 12))
    assert without_pages(table) == (table, "")


def test_a_number_set_below_its_line_joins_no_other() -> None:
    lines = [*_PAGE, "各测点细颗粒物（PM ）全年平均浓度继续走低，今年已经降到 41", "2.5", "微克/立方米，继续向好。"]
    plan, _ = split("\n".join(["（一）空气。", *lines, "（二）水。好。"]))
    assert "降到 41微克/立方米" in plan.clauses[0].text


def test_feet_inside_a_line_are_taken_out_where_they_count_on() -> None:
    assert without_pages("抓好落实。—1—（二）教师。—2—招聘。") == ("抓好落实。（二）教师。招聘。", "—1—\n—2—")
    assert without_pages("第18—20页、2020—5—6") == ("第18—20页、2020—5—6", "")


@given(st.lists(st.text(alphabet="学位教师。，157— \n", max_size=60), max_size=12))
def test_nothing_is_lost_and_no_page_is_taken_twice(lines: list[str]) -> None:
    text = "\n".join(line.strip() for line in lines)
    kept, taken = without_pages(text)
    assert sorted("".join((kept + taken).split())) == sorted("".join(text.split()))
