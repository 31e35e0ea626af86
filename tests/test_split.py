import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indexer.split import split
from knowledge.model import Plan


def refs(plan: Plan) -> list[tuple[int, str, str]]:
    return [(c.number, c.ref, c.title) for c in plan.clauses]


def test_clauses_are_numbered_on_across_chapters_and_preamble_and_tail_are_none() -> None:
    plan, odd = split(
        "前言。\n一、甲\n（一）上学。正文。\n二、乙\n（二）吃饭。正文。\n（三）睡觉。正文。\n某某局\n2021年3月1日", {}
    )
    assert refs(plan) == [(1, "（一）", "上学"), (2, "（二）", "吃饭"), (3, "（三）", "睡觉")]
    assert (plan.preamble, plan.tail, odd) == ("前言。", "某某局\n2021年3月1日", [])
    assert plan.chapters == ("一、甲", "二、乙")


@pytest.mark.parametrize("brackets", ["（{}）", "({})"])
def test_full_and_half_width_brackets_open_a_clause(brackets: str) -> None:
    text = "\n".join(f"{brackets.format(n)}标题{n}。正文。" for n in "一二三")
    assert [c.title for c in split(text, {})[0].clauses] == ["标题一", "标题二", "标题三"]


def test_a_number_in_running_text_opens_no_clause() -> None:
    plan, _ = split("（一）甲。按第\n（三）项要求办，见（二）款。\n（二）乙。正文。", {})
    assert [c.ref for c in plan.clauses] == ["（一）", "（二）"]


def test_two_clauses_on_one_line_are_two_clauses() -> None:
    plan, _ = split("（一）甲。正文。（二）乙。正文。\n（三）丙。正文。", {})
    assert [c.title for c in plan.clauses] == ["甲", "乙", "丙"]


def test_a_document_on_one_line_is_split_by_the_numbers_that_follow_each_other() -> None:
    plan, _ = split("关于若干措施的通知 一、减负 1.减税。免2个月。 2.减租。减50%。 二、服务 3.办事。快。", {})
    assert [(c.ref, c.title) for c in plan.clauses] == [("1.", "减税"), ("2.", "减租"), ("3.", "办事")]


def test_articles_are_clauses_and_their_items_are_not() -> None:
    plan, _ = split("第一章 总则\n第一条 为了上学：\n（一）甲；\n（二）乙。\n第二条 第一条规定的除外。", {})
    assert [c.ref for c in plan.clauses] == ["第一条", "第二条"]


def test_a_gap_and_a_repeat_in_the_numbering_are_reported() -> None:
    _, odd = split("（一）甲。正文。\n（三）丙。正文。\n（三）丁。正文。", {})
    assert ["不连续" in odd[0], "重复" in odd[1], len(odd)] == [True, True, 2]


def test_what_a_chapter_says_before_its_first_clause_is_kept_as_a_clause() -> None:
    plan, _ = split("一、总体要求\n坚持质量。\n二、任务\n（一）甲。正文。", {})
    assert [(c.ref, c.text) for c in plan.clauses] == [("一、", "坚持质量。"), ("（一）", "甲。正文。")]


def test_a_document_without_clauses_gives_none() -> None:
    assert split("今天天气很好。", {})[0].clauses == ()


@given(st.lists(st.text(alphabet="学位教师。，57个\n", max_size=30), min_size=1, max_size=8))
def test_splitting_loses_no_character(bodies: list[str]) -> None:
    numbers = "一二三四五六七八"
    text = "\n".join(f"（{numbers[i]}）标题。{body}" for i, body in enumerate(bodies))
    plan, _ = split(text, {})
    kept = plan.preamble + "".join(c.ref + c.text for c in plan.clauses) + plan.tail
    assert re.sub(r"\s", "", kept) == re.sub(r"\s", "", text)
