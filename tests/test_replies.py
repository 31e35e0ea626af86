import re
from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal

import pytest
from conftest import Index

from bot.replies.blocks import Quote, Say, drawn, width
from bot.replies.compose import NOT_ALIKE, compose, reply
from bot.replies.computed import computed
from bot.replies.explained import NOTHING, explained
from bot.replies.passages import chart
from bot.replies.related import related
from knowledge.answer import ask
from knowledge.lexicon import Lexicon
from knowledge.model import Answer, Asks, Derived, Evidence, Finding, Frame, Match, Op, PartKind, Status
from knowledge.store import Store


def test_the_figure_comes_first_then_the_split_the_sentence_and_the_source(
    ask_small: Callable[[str], Answer], small: Store
) -> None:
    lines = reply(ask_small("小学新增学位"), small.plan()).split("\n")
    assert lines[0] == "新增学位 · 小学：100个"
    assert "▸ 小学 " in lines[4]
    assert "新增学位300个，其中小学100个、初中200个。" in lines[6]
    assert lines[7] == "——《东湖市2030年教育工作要点》第（一）条 扩大学位供给"


def test_the_bars_of_a_chart_line_up(small: Store) -> None:
    clause = small.clauses_of("东湖市2030年教育工作要点")[0]
    rows = drawn(chart(clause, clause.figures[0], [])).split("\n")[1:]
    assert len({width(row) for row in rows}) == 1


def test_who_asks_in_traditional_script_is_answered_in_it(ask_small: Callable[[str], Answer], small: Store) -> None:
    assert "學位" in reply(ask_small("新增學位多少個"), small.plan())
    assert "学位" in reply(ask_small("新增学位多少个"), small.plan())


def test_a_split_of_another_kind_is_named(ask_small: Callable[[str], Answer], small: Store) -> None:
    text = reply(ask_small("城东区新增学位多少"), small.plan())
    assert text.startswith("新增学位这个数，计划只按学段分，没有单独写城东区的。总数是300个：")


def test_two_questions_are_answered_one_after_the_other_each_with_its_source(
    ask_small: Callable[[str], Answer], small: Store
) -> None:
    text = reply(ask_small("小学新增学位多少？投入多少钱？"), small.plan())
    places = [text.index(said) for said in ("小学：100个", "第（一）条", "1.5亿元", "第（二）条")]
    assert places == sorted(places)


def test_two_questions_about_one_sentence_quote_it_once_and_fold_the_clause_once(
    ask_small: Callable[[str], Answer], small: Store
) -> None:
    text = reply(ask_small("小学新增学位多少？初中新增学位多少？"), small.plan())
    assert text.startswith("新增学位 · 小学：100个\n新增学位 · 初中：200个\n")
    assert [text.count(said) for said in ("——《", "全文：", "新增学位300个，其中")] == [1, 1, 2]


def test_a_question_that_is_refused_beside_one_that_is_answered_is_named(
    ask_small: Callable[[str], Answer], small: Store
) -> None:
    text = reply(ask_small("新建学校几个？培训机构电话多少？"), small.plan())
    assert text.startswith("新建学校：9个")
    assert "“培训机构电话多少”：计划没有写电话或网址。关于这件事，写的是：" in text


@pytest.mark.parametrize(
    ("asks", "says"),
    [
        (Asks.DATE, "计划没有写具体时间。"),
        (Asks.PLACE, "计划没有写具体地点。"),
        (Asks.ROLL, "计划没有写是哪几个，也没有列名单。"),
        (Asks.NAMES, "计划没有一一列出有哪些。"),
        (Asks.WHICH, "计划没有写是哪一个。"),
        (Asks.BODY, "计划没有写由哪个部门负责。"),
        (Asks.OFFICE, "计划没有写由哪个处室负责。"),
        (Asks.CONTACT, "计划没有写电话或网址。"),
    ],
)
def test_what_the_plan_does_not_state_is_said_in_a_sentence_and_then_what_it_does(
    asks: Asks, says: str, small: Store
) -> None:
    clause = small.clauses_of("东湖市2030年教育工作要点")[1]
    quote = Evidence(clause, "投入1.5亿元", ("投入",))
    finding = Finding(
        Frame("投入", asks=asks), Status.NO_DETAIL, (Match(clause, 90),), reason=asks.value, evidence=(quote,)
    )
    blocks = compose(Answer("投入", (finding,)), small.plan()).blocks
    assert blocks[:2] == (
        Say(f"{says}关于这件事，写的是："),
        Quote("投入1.5亿元", "《东湖市2030年教育工作要点》第（二）条 管好培训机构", clause, ("投入",)),
    )


def test_where_there_is_nothing_to_compute_with_it_is_told_kindly(small: Store) -> None:
    clause = small.clauses_of("东湖市2030年教育工作要点")[2]
    finding = Finding(Frame("", op=Op.RATIO), Status.NO_FIGURE, (Match(clause, 90),), reason="no_operands")
    assert reply(Answer("几倍", (finding,)), small.plan()).startswith("这个没法算：计划里没有写明可以拿来一起算的数。")


@pytest.mark.parametrize(
    ("op", "parts", "value", "says"),
    [
        (Op.SUM, (1, 2), "9", "合计9个（由4个 + 5个算出，计划里没有直接写这个数）"),
        (Op.DIFFERENCE, (1, 2), "1", "城西区比城东区多1个（5个 − 4个，按计划里的数算出）"),
        (Op.EXCEPT, (0, 1), "5", "除城东区外共5个（9个 − 4个，按计划里的数算出）"),
        (Op.REST, (0, 1), "5", "除去城东区还剩下5个（9个 − 4个，按计划里的数算出）"),
        (Op.RATIO, (4, 7), "33.3", "新增学位 · 小学是竣工 · 小学的33.3个（100个 ÷ 3个 ≈ 33.3个，按计划里的数算出）"),
        (Op.RATIO, (8, 7), "2.0", "初中是小学的2个（200个 ÷ 100个，按计划里的数算出）"),
        (Op.SHARE, (6, 7), "33.3", "小学占新增学位的33.3个（100个 ÷ 300个 ≈ 33.3个，按计划里的数算出）"),
        (Op.AVERAGE, (1, 2), "4.5", "平均4.5个（(4个 + 5个) ÷ 2，按计划里的数算出）"),
        (Op.MOST, (1, 2), "5", "城西区多，多1个（5个 − 4个，按计划里的数算出）"),
        (Op.LEAST, (1, 2), "4", "城东区少，少1个（5个 − 4个，按计划里的数算出）"),
        (Op.MOST, (2,), "5", "城西区最多（是5个，按计划里的数比出）"),
    ],
)  # fmt: skip
def test_what_was_computed_names_its_figures_and_says_so(
    op: Op, parts: tuple[int, ...], value: str, says: str, small: Store
) -> None:
    kind = "difference" if op in {Op.EXCEPT, Op.REST} else op.value
    clause = small.clauses_of("东湖市2030年教育工作要点")[0]
    of = tuple(clause.figures[i] for i in parts)
    pairs = tuple((clause, f) for f in of)
    finding = Finding(Frame("", op=op), Status.ANSWERED, figures=pairs, derived=Derived(kind, Decimal(value), "个", of))
    assert computed(finding).line == says


def test_rows_that_were_sorted_are_shown_in_their_order(shipped: Store, shipped_words: Lexicon) -> None:
    lines = reply(ask("各区重点建设项目从少到多", shipped, shipped_words), shipped.plan()).split("\n\n")[0].split("\n")
    numbers = [int(re.findall(r"(\d+)个", line)[0]) for line in lines]
    assert (len(numbers), numbers) == (8, sorted(numbers))
    assert all(line.startswith("重点建设项目 · ") for line in lines)


def test_parts_that_share_one_number_are_marked_one_by_one(small: Store) -> None:
    clause = small.clauses_of("东湖市2030年教育工作要点")[0]
    one, other = clause.figures[1:3]
    shared = replace(clause, figures=(clause.figures[0], one, replace(other, start=one.start, end=one.end)))
    bars = chart(shared, shared.figures[0], [shared.figures[2]]).bars
    assert {b.name: b.marked for b in bars} == {"城东区": False, "城西区": True}


def test_what_was_understood_is_told_in_a_line_for_each_question(ask_small: Callable[[str], Answer]) -> None:
    told = explained(ask_small("小学新增学位多少？培训机构电话多少？"))
    assert told.split("\n")[0] == "问的是：新增学位 · 小学 · 数"
    assert told.split("\n")[1].startswith("问的是：培训机构")
    assert told.endswith(" · 电话或网址")
    assert explained(ask_small("第三条")) == "问的是：第3条"
    assert explained(ask_small("谢谢")) == "问的是：打招呼，不是问题"


@pytest.mark.parametrize("question", ["前三名是哪几个区", "从多到少排一下", "谁牵头"])
def test_who_does_not_say_about_what_is_asked_for_it(
    question: str, ask_small: Callable[[str], Answer], small: Store
) -> None:
    assert reply(ask_small(question), small.plan()) == "您问的是哪件事？请把事情也写上，比如：各区项目、小学学位。"


def test_figures_that_count_different_things_are_not_computed_with(small: Store) -> None:
    clause = small.clauses_of("东湖市2030年教育工作要点")[2]
    pairs = tuple((clause, f) for f in clause.figures[:2])
    quote = Evidence(clause, "开展2-3期心理讲座，评选名教师20名")
    finding = Finding(Frame("", op=Op.RATIO), Status.ANSWERED, (Match(clause, 90),), figures=pairs, evidence=(quote,))
    told = reply(Answer("几倍", (finding,)), small.plan())
    assert "这几个数的单位不同，或者只写了范围，我没有替您算。" in told


def test_every_kind_of_answer_and_every_operation_has_a_name() -> None:
    for asks in Asks:
        for op in Op:
            finding = Finding(Frame("学位", by=PartKind.AREA, asks=asks, op=op), Status.NOT_COVERED)
            assert NOTHING not in explained(Answer("学位", (finding,)))


def test_an_answer_leads_on_to_four_clauses_around_its_own_and_a_refusal_to_three_at_most(index: Index) -> None:
    titles = ("修缮操场", "添置图书", "改善食堂", "更换课桌", "安装路灯", "种植树木", "粉刷围墙")
    lines = (f"（{n}）{title}。{title}，做好这件事。" for n, title in zip("一二三四五六七", titles, strict=True))
    store = index("北湖市2030年教育工作要点\n一、办好学校\n" + "\n".join(lines))
    answer = replace(ask("更换课桌", store, Lexicon()), nearest=())
    assert [c.number for c in related(answer, store)] == [5, 3, 6, 2]
    near = tuple(Match(clause, 40.0) for clause in store.clauses_of(store.titles()[0]))
    refused = replace(ask("明天下雨吗", store, Lexicon()), nearest=near)
    assert [c.number for c in related(refused, store)] == [1, 2, 3]


@pytest.mark.parametrize(("question", "said"), [("幼儿园今年有没有多开几个班", False), ("幼儿园加起来几个", True)])
def test_whether_there_is_more_of_a_thing_computes_nothing(
    question: str, said: bool, index: Index, shipped_words: Lexicon
) -> None:
    store = index(
        "东岭市2033年教育工作要点\n一、学校\n（一）班级。计划竣工7个，其中幼儿园2个、小学5个；新增学位900个，其中幼儿园300个、小学600个。\n"
    )
    assert (NOT_ALIKE in reply(ask(question, store, shipped_words), store.plan())) is said
