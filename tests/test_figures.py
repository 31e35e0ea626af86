from decimal import Decimal

import pytest

from indexer.figures import check_sums, find_figures
from knowledge.model import Clause, PartKind


def clause(text: str) -> Clause:
    return Clause(1, "（一）", "", "", text)


def test_a_split_is_tied_to_its_total_and_to_what_that_counts() -> None:
    figures = find_figures(clause("新增学位300个，其中小学100个、初中200个。"))
    assert [(f.what, f.part, f.part_kind, f.total) for f in figures] == [
        ("新增学位", None, None, None),
        ("新增学位", "小学", PartKind.STAGE, 0),
        ("新增学位", "初中", PartKind.STAGE, 0),
    ]


@pytest.mark.parametrize(
    ("text", "verdict"),
    [
        ("新建学校9个，其中城东区4个、城西区5个。", "ok"),
        ("新建学校9个，其中城东区4个。", "short"),
        ("新建学校9个，其中城东区4个、城西区6个。", "over"),
    ],
)
def test_a_sum_that_does_not_add_up_is_told_apart_from_one_that_is_not_whole(text: str, verdict: str) -> None:
    assert [s.verdict for s in check_sums(find_figures(clause(text)))] == [verdict]


@pytest.mark.parametrize("text", ["新建24所（小学6所、初中18所）。", "新建24所。其中：小学6所，初中18所。"])
def test_a_split_in_brackets_or_in_a_sentence_of_its_own_has_its_total(text: str) -> None:
    figures = find_figures(clause(text))
    assert [(f.part, f.total) for f in figures] == [(None, None), ("小学", 0), ("初中", 0)]


def test_a_split_belongs_to_the_total_that_it_adds_up_to() -> None:
    figures = find_figures(clause("实施项目12个，计划竣工3个，其中幼儿园7个、小学5个。"))
    assert [f.total for f in figures] == [None, None, 0, 0]


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("开发50门劳动课程。", "劳动课程"),
        ("创建健康学校60所。", "健康学校"),
        ("健康学校计划创建60所。", "健康学校"),
        ("计划投入1.5亿元，重点改善装备。", "投入"),
        ("推进3所“双高计划”高职院和5所中职校建设。", "“双高计划”高职院"),
        ("建设职教集团（联盟）1-2个。", "职教集团（联盟）"),
        ("培训人次达到在校生规模的2.5倍。", "培训人次"),
    ],
)
def test_what_a_figure_counts_is_found_behind_it_or_before_it(text: str, what: str) -> None:
    assert find_figures(clause(text))[0].what == what


def test_the_first_lot_is_a_qualifier() -> None:
    assert find_figures(clause("挂牌首批基地50个。"))[0].qualifier == "首批"


def test_every_figure_stands_where_it_says() -> None:
    text = "新增学位1.65万个，其中小学7020个；约36亿元，2-3期，10家以上。"
    figures = find_figures(clause(text))
    assert [text[f.start : f.end] for f in figures] == ["1.65万个", "7020个", "约36亿元", "2-3期", "10家以上"]
    assert figures[0].value == Decimal(16500)
