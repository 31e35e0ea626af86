import re
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indexer.lines import unbroken
from indexer.numbering import marks
from indexer.split import split
from knowledge.model import Plan


def refs(plan: Plan) -> list[tuple[int, str, str]]:
    return [(c.number, c.ref, c.title) for c in plan.clauses]


def test_clauses_are_numbered_on_across_chapters_and_preamble_and_tail_are_none() -> None:
    plan, odd = split(
        "前言。\n一、甲\n（一）上学。正文。\n二、乙\n（二）吃饭。正文。\n（三）睡觉。正文。\n某某局\n2021年3月1日"
    )
    assert refs(plan) == [(1, "（一）", "上学"), (2, "（二）", "吃饭"), (3, "（三）", "睡觉")]
    assert (plan.preamble, plan.tail, odd) == ("前言。", "某某局\n2021年3月1日", [])
    assert plan.chapters == ("一、甲", "二、乙")


@pytest.mark.parametrize("brackets", ["（{}）", "({})"])
def test_full_and_half_width_brackets_open_a_clause(brackets: str) -> None:
    text = "\n".join(f"{brackets.format(n)}标题{n}。正文。" for n in "一二三")
    assert [c.title for c in split(text)[0].clauses] == ["标题一", "标题二", "标题三"]


def test_a_number_in_running_text_opens_no_clause() -> None:
    plan, _ = split("（一）甲。按第\n（三）项要求办，见（二）款。\n（二）乙。正文。")
    assert [c.ref for c in plan.clauses] == ["（一）", "（二）"]


def test_two_clauses_on_one_line_are_two_clauses() -> None:
    plan, _ = split("（一）甲。正文。（二）乙。正文。\n（三）丙。正文。")
    assert [c.title for c in plan.clauses] == ["甲", "乙", "丙"]


def test_a_document_on_one_line_is_split_by_the_numbers_that_follow_each_other() -> None:
    plan, _ = split("关于若干措施的通知 一、减负 1.减税。免2个月。 2.减租。减50%。 二、服务 3.办事。快。")
    assert [(c.ref, c.title) for c in plan.clauses] == [("1.", "减税"), ("2.", "减租"), ("3.", "办事")]


def test_a_clause_may_follow_the_heading_of_its_part_on_the_same_line() -> None:
    said = "一、工作成效（一）提升质量，促进公平一是扩大供给。新增学位800个。（二）保障安全。排查9次。二、工作计划（一）改革。做好。（二）开放。做好。"
    plan, _ = split("学校2022年工作总结\n2022年，成绩喜人。" + said)
    assert plan.chapters == ("一、工作成效", "二、工作计划")
    assert [(c.path + c.ref, c.title) for c in plan.clauses] == [
        ("一、（一）", "提升质量，促进公平"),
        ("一、（二）", "保障安全"),
        ("二、（一）", "改革"),
        ("二、（二）", "开放"),
    ]
    assert [m.ref for m in marks("一、按照第（三）项要求做好。\n二、（略）")] == ["一、", "二、"]


def test_a_chapter_whose_heading_runs_into_its_text_has_that_as_a_clause() -> None:
    said = "今年工作思路认真学习有关精神，" + "聚焦各方面的要求，坚持在发展中保障和改善民生，" * 4
    plan, _ = split(f"一、{said}再上台阶。\n（一）甲。{'正文。' * 20}\n（二）乙。正文。")
    assert (plan.chapters, plan.clauses[0].ref, plan.clauses[0].text) == (("一、",), "一、", f"{said}再上台阶。")


def test_articles_are_clauses_and_their_items_are_not() -> None:
    plan, _ = split("第一章 总则\n第一条 为了上学：\n（一）甲；\n（二）乙。\n第二条 第一条规定的除外。")
    assert [c.ref for c in plan.clauses] == ["第一条", "第二条"]


def test_a_gap_and_a_repeat_in_the_numbering_are_reported() -> None:
    _, odd = split("（一）甲。正文。\n（三）丙。正文。\n（三）丁。正文。")
    assert ["不连续" in odd[0], "重复" in odd[1], len(odd)] == [True, True, 2]


def test_what_a_chapter_says_before_its_first_clause_is_kept_as_a_clause() -> None:
    plan, _ = split("一、总体要求\n坚持质量。\n二、任务\n（一）甲。正文。")
    assert [(c.ref, c.text) for c in plan.clauses] == [("一、", "坚持质量。"), ("（一）", "甲。正文。")]


def test_an_introduction_that_states_figures_is_a_clause_before_the_first() -> None:
    told = "2021年是开局之年。主要目标是：毕业率达到95%以上，社团增至12个，各项工作再上台阶。\n主要任务是："
    tasks = "\n1. 招生。做好招生。\n2. 教学。做好教学。"
    plan, odd = split("东湖中学2021年工作要点\n" + told + tasks)
    assert [(c.number, c.ref, c.text) for c in plan.clauses[:2]] == [(0, "引言", told), (1, "1.", "招生。做好招生。")]
    assert (plan.preamble, odd) == ("东湖中学2021年工作要点", [])


def test_a_line_of_a_sentence_before_the_first_heading_is_an_introduction_from_thirty_characters_on() -> None:
    tasks = "\n1. 招生。做好招生。\n2. 教学。做好教学。"
    said = ["全校共有教职工320人。" + "团结一心，" * n + "努力工作。" for n in (1, 3)]
    assert [len(line) for line in said] == [22, 32]
    assert [split(line + tasks)[0].clauses[0].number for line in said] == [1, 0]


@pytest.mark.parametrize(
    "said", ["", "2021年5月1日起实行，学校制度共分为四个方面，", "结合“十四五”规划，现提出以下12条意见，"]
)
def test_an_introduction_without_figures_stays_before_the_clauses(said: str) -> None:
    told = f"为深入贯彻有关会议精神，推动各项工作再上新台阶，{said}请各学校认真组织落实，抓出成效。"
    plan, _ = split(f"工作要点\n{told}\n（一）甲。正文。\n（二）乙。正文。")
    assert (plan.preamble, len(plan.clauses)) == (f"工作要点\n{told}", 2)


def test_a_list_of_further_reports_belongs_to_no_clause() -> None:
    plan, _ = split("（一）甲。正文。\n再说一段。\n（二）乙。正文。\n再说一段。\n相关报道：\n教育局召开工作会议")
    assert plan.tail == "相关报道：\n教育局召开工作会议"


def test_a_document_without_clauses_gives_none() -> None:
    assert split("暂无内容")[0].clauses == ()


@given(st.lists(st.text(alphabet="学位教师。，57个\n", max_size=30), min_size=1, max_size=8))
def test_splitting_loses_no_character(bodies: list[str]) -> None:
    numbers = "一二三四五六七八"
    text = "\n".join(f"（{numbers[i]}）标题。{body}" for i, body in enumerate(bodies))
    plan, _ = split(text)
    kept = plan.preamble + "".join(plan.chapters) + "".join(c.ref + c.text for c in plan.clauses) + plan.tail
    assert sorted(re.sub(r"\s", "", kept)) == sorted(re.sub(r"\s", "", text))


@pytest.mark.parametrize(
    "printed",
    [
        ["一、", "二、", "三、"],
        ["（一）", "（二）", "（三）"],
        ["1.", "2.", "3."],
        ["1、", "2、", "3、"],
        ["（1）", "（2）", "（3）"],
        ["壹、", "贰、", "叁、"],
        ["第一条", "第二条", "第三条"],
        ["第一节", "第二节", "第三节"],
        ["第一部分", "第二部分", "第三部分"],
        ["1.1", "1.2", "1.3"],
        ["1.1.1", "1.1.2", "1.1.3"],
        ["【任务1】", "【任务2】", "【任务3】"],
        ["143.", "144.", "145."],
    ],
)
def test_every_style_numbers_clauses(printed: list[str]) -> None:
    above = "1.1总纲\n" if printed[0] == "1.1.1" else ""
    text = above + "\n".join(f"{ref}建设学校{n}所。按计划做好各项工作。" for n, ref in enumerate(printed, 1))
    clauses = split(text)[0].clauses
    assert [c.ref for c in clauses][-3:] == printed
    assert clauses[-1].text == "建设学校3所。按计划做好各项工作。"


@pytest.mark.parametrize("first", "中及与和所种类条至或的项目")
def test_a_heading_may_begin_with_any_character(first: str) -> None:
    text = f"一、{first}小学教育\n（一）{first}小学教育。甲。（二）{first}小学教育。乙。\n二、其他\n（三）{first}小学教育。丙。"
    if first in "项目":
        text = text.replace(first, first + "目标"[first == "目"])
    assert [c.ref for c in split(text)[0].clauses] == ["（一）", "（二）", "（三）"]


def test_a_part_that_begins_anew_at_one_is_not_odd_however_short_the_one_before() -> None:
    plan, odd = split("一、学位\n（一）建校。建12所。\n二、教师\n（一）减负。清理30张。\n（三）招人。招5名。")
    assert (len(plan.clauses), odd) == (3, ["二、（三）之前应是第2条，编号不连续"])


def test_a_plan_in_three_levels_is_cut_where_readers_cite_it() -> None:
    text = "".join(
        f"{c}、第{c}部分\n" + "".join(f"（{s}）事项{s}。\n1.做好甲。\n2.做好乙。\n" for s in "一二三") for c in "一二"
    )
    plan, odd = split(text)
    assert [(c.path, c.ref) for c in plan.clauses] == [
        (c, s) for c in ("一、", "二、") for s in ("（一）", "（二）", "（三）")
    ]
    assert ("1.做好甲。\n2.做好乙。" in plan.clauses[0].text, odd) == (True, [])


def test_a_unit_that_holds_no_clause_is_one() -> None:
    tasks = "".join(f"【任务{n}】事项。{'认真做好有关工作。' * 5}\n" for n in (1, 2, 3))
    plan, _ = split(f"一、总则\n（一）目标。全面。\n（二）原则。坚持。\n二、任务\n{tasks}")
    assert [(c.ref, c.chapter) for c in plan.clauses] == [
        ("（一）", "一、总则"),
        ("（二）", "一、总则"),
        *((f"【任务{n}】", "二、任务") for n in (1, 2, 3)),
    ]
    assert plan.chapters == ("一、总则", "二、任务")


def test_headings_without_numbers_above_numbered_paragraphs_are_chapters() -> None:
    plan, _ = split("教育\n143. 办学。\n再说一段。\n招生\n144. 入学。\n经费\n145. 拨款。\n再说一段。")
    assert [(c.ref, c.chapter, c.text) for c in plan.clauses] == [
        ("143.", "", "办学。\n再说一段。"),
        ("144.", "招生", "入学。"),
        ("145.", "经费", "拨款。\n再说一段。"),
    ]
    feet = "（一）甲。正文。\n基教处 人事处\n（二）乙。正文。\n财务处\n（三）丙。正文。\n安全处"
    assert "财务处" in split(feet)[0].clauses[1].text


def test_numbers_inside_lines_are_items_where_others_open_lines() -> None:
    text = "一、甲。要做到：1.快；2.好；3.省。\n二、乙。要做到：1.多；2.广。\n三、丙。"
    assert [c.ref for c in split(text)[0].clauses] == ["一、", "二、", "三、"]


def test_decimals_at_the_start_of_a_line_number_nothing() -> None:
    text = "1.1 学位。毛入园率提高\n9.1个百分点，人均\n4.2平方米，今年再增\n1.2倍。\n1.2 教师。\n1.3 经费。"
    assert [c.ref for c in split(text)[0].clauses] == ["1.1", "1.2", "1.3"]


def test_a_table_of_contents_is_no_clause() -> None:
    chapters = [("第一章", "总则"), ("第二章", "学位"), ("第三章", "附则")]
    contents = "\n".join(f"{ref} {name}" for ref, name in chapters)
    body = "\n".join(f"{ref} {name}\n{'按照规定办理有关事项。' * 20}" for ref, name in chapters)
    plan, _ = split(f"规划\n目 录\n{contents}\n{body}")
    assert [c.ref for c in plan.clauses] == ["第一章", "第二章", "第三章"]
    assert "附则" in plan.preamble


def test_the_plan_is_found_behind_the_notice_that_sends_it_out() -> None:
    plan_text = "\n".join(f"（{n}）事项{n}。{'认真做好有关工作。' * 6}" for n in "一二三四")
    notice = "关于印发要点的通知\n各学校：\n一、认真学习。\n二、抓好落实。\n某某局\n2021年3月1日"
    plan, _ = split(f"{notice}\n附件1\n工作要点\n{plan_text}\n附件2\n责任表\n1.甲 2.乙")
    assert [c.ref for c in plan.clauses] == ["（一）", "（二）", "（三）", "（四）"]
    assert ("抓好落实" in plan.preamble, plan.tail) == (True, "附件2\n责任表\n1.甲 2.乙")


def test_a_signature_and_its_date_are_not_the_last_clause() -> None:
    text = "（一）甲。正文。\n再说一段。\n（二）乙。正文。\n再说一段。\n东湖市教育局\n2021年3月1日"
    plan, _ = split(text)
    assert (plan.clauses[-1].text, plan.tail) == ("乙。正文。\n再说一段。", "东湖市教育局\n2021年3月1日")


def test_questions_and_answers_are_a_clause_each() -> None:
    text = "答记者问\n问：学位够不够？\n答：新增学位300个。\n问：几时开学？\n答：按校历办。"
    assert [c.title for c in split(text)[0].clauses] == ["学位够不够？", "几时开学？"]


def test_a_text_without_numbers_is_cut_at_its_headings_or_else_at_its_paragraphs() -> None:
    told = "认真做好有关工作。" * 30
    headed = split(f"工作安排\n学位供给\n{told}\n教师队伍\n{told}")[0]
    assert ([c.title for c in headed.clauses], headed.preamble) == (["学位供给", "教师队伍"], "工作安排")
    plain = split(f"工作安排\n{told}\n{told}\n简短一段。\n{told}")[0]
    assert [len(c.text) > 200 for c in plain.clauses] == [True, True, True]
    assert plain.preamble == "工作安排"


@given(st.integers(12, 40), st.text(alphabet="学位教师，57个", min_size=400, max_size=600))
def test_lines_that_a_page_has_broken_are_whole_again(width: int, text: str) -> None:
    text = text.replace("5", "五").replace("7", "七")
    broken = "\n".join(text[i : i + width] for i in range(0, len(text), width))
    assert unbroken(broken, set()) == text
    written = "学" * 200 + "。\n" + "短行。\n" * 9
    assert unbroken(written, set()) == written


NASTY = [
    "一",
    "（一）",
    "一、",
    "1.",
    "1.1",
    "第一条",
    "第一章",
    "问：",
    "【1】",
    "\n",
    " ",
    "。",
    "附件\n",
    "1\n",
    "1学\n",
    "—1—",
    "目录\n",
    "#",
    "> ",
    "（",
    "第",
]


@pytest.mark.parametrize("piece", NASTY)
def test_hostile_text_takes_linear_time(piece: str) -> None:
    def seconds(size: int) -> float:
        text = (piece * size)[:size]
        start = time.process_time()
        split(text)
        return time.process_time() - start

    assert seconds(40_000) < 8 * max(seconds(10_000), 0.02)


def test_a_reference_at_the_start_of_a_broken_line_opens_nothing() -> None:
    assert [m.ref for m in marks("（一）甲。按照\n（二）项的规定，\n（二）、（三）两项除外。\n（二）乙。")] == [
        "（一）",
        "（二）",
    ]
