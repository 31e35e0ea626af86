import re
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.replies.compose import reply
from indexer.build import build
from indexer.document import read_document
from knowledge.answer import ask, converse
from knowledge.errors import QuestionError
from knowledge.lexicon import Lexicon
from knowledge.model import Answer, Status
from knowledge.store import Store

Ask = Callable[[str], Answer]


def shown(answer: Answer) -> tuple[str, list[int], list[str]]:
    return answer.status.value, [m.clause.number for m in answer.matches], [f.raw for _, f in answer.figures]


@pytest.mark.parametrize(
    ("question", "numbers"),
    [
        ("新增学位多少个", ["300个"]),
        ("小学新增学位有多少", ["100个"]),
        ("小学几个", ["3个", "100个"]),
        ("城西建几所学校", ["5个"]),
        ("今年竣工几所", ["7个"]),
        ("竣工的初中", ["4个"]),
        ("初中竣工几个，新增学位多少", ["4个", "200个"]),
        ("投入多少钱", ["1.5亿元"]),
        ("心理讲座办几期", ["2-3期"]),
        ("新增學位多少個", ["300个"]),
    ],
)
def test_a_question_about_a_number_gets_that_number_alone(question: str, numbers: list[str], ask_small: Ask) -> None:
    answer = ask_small(question)
    assert (answer.status, [f.raw for _, f in answer.figures]) == (Status.ANSWERED, numbers)


@pytest.mark.parametrize(
    ("question", "number"),
    [
        ("第三条", 3),
        ("（三）", 3),
        ("3", 3),
        ("三", 3),
        ("最后一条", 3),
        ("第3条讲了什么", 3),
        ("倒数第二条", 2),
        ("第③条", 3),
        ("翻到3", 3),
        ("第二部分最后那条", 3),
        ("一、（二）", 2),
        ("no.3", 3),
    ],
)
def test_a_clause_is_found_by_its_number_in_any_way_of_writing_it(question: str, number: int, ask_small: Ask) -> None:
    assert shown(ask_small(question)) == ("answered", [number], [])


@pytest.mark.parametrize(
    "question",
    [
        "第四条",
        "0",
        "-1",
        "/clause -1",
        "第九十九条",
        "9" * 400,
        "第99999999999999999999条",
        "五、（三）",
        "翻到36",
        "5-8条",
    ],
)
def test_a_clause_that_does_not_exist_is_said_not_to(question: str, ask_small: Ask, small: Store) -> None:
    answer = ask_small(question)
    assert (answer.status, answer.matches) == (Status.NOT_COVERED, ())
    assert "没有" in reply(answer, small.plan())


def test_a_chapter_is_listed_whole(ask_small: Ask) -> None:
    assert shown(ask_small("第一部分"))[1] == [1, 2]
    assert shown(ask_small("办好学校有哪些"))[1] == [1, 2]


@pytest.mark.parametrize(
    ("question", "found"),
    [
        ("9个是啥", ["9个"]),
        ("哪条提到1.5亿", ["1.5亿元"]),
        ("一亿五千万", ["1.5亿元"]),
        ("20名", ["20名"]),
        ("150,000,000元是什么", ["1.5亿元"]),
    ],
)
def test_a_number_leads_back_to_what_it_counts(question: str, found: list[str], ask_small: Ask) -> None:
    assert shown(ask_small(question))[2] == found


def test_a_number_that_stands_in_two_places_shows_both(ask_small: Ask) -> None:
    assert [f.part for _, f in ask_small("4个是什么").figures] == ["城东区", "初中"]


@pytest.mark.parametrize(
    ("question", "kind", "value"),
    [
        ("城东和城西一共建几所", "sum", 9),
        ("城西占几成", "share", "55.6"),
        ("除了城东区外建几所学校", "difference", 5),
        ("小学和初中竣工各几个", None, None),
        ("城东加城西几所", "sum", 9),
        ("初中比小学多几个学位", "difference", 100),
        ("城东和城西哪个多", "most", 5),
        ("哪个区建的学校最多", "most", 5),
        ("哪个学段新增学位最少", "least", 100),
    ],
)
def test_what_is_computed_is_said_to_be(
    question: str, kind: str | None, value: float | str | None, ask_small: Ask
) -> None:
    derived = ask_small(question).derived
    assert (derived.kind, derived.value) == (kind, Decimal(value or 0)) if derived else (kind is None)


@pytest.mark.parametrize(
    "question",
    [
        "城东区新增学位多少",
        "名校长评几个",
        pytest.param(
            "培训机构有多少家交了保证金",
            marks=pytest.mark.xfail(strict=True, reason="what the plan is silent on does not count yet"),
        ),
    ],
)
def test_a_number_that_the_plan_does_not_state_is_not_made_up(question: str, ask_small: Ask) -> None:
    answer = ask_small(question)
    refused = {Status.NO_FIGURE, Status.NOT_COVERED, Status.UNSURE}
    assert (answer.status in refused, answer.figures) == (True, ())


@pytest.mark.parametrize("question", ["明天下雨吗", "中考分数线", "局长电话是多少", "食堂几点开门", "hello world"])
def test_what_the_plan_does_not_cover_is_refused(question: str, ask_small: Ask) -> None:
    assert shown(ask_small(question)) == ("not_covered", [], [])


@pytest.mark.parametrize("question", ["", "  \n", "。。？！", "👍🏽", "学校还有位子吗" * 200])
def test_a_question_of_nothing_or_of_too_much_is_told_so(question: str, ask_small: Ask) -> None:
    with pytest.raises(QuestionError):
        ask_small(question)


@pytest.mark.parametrize(
    "question",
    [
        "学位' OR '1'='1' --",
        "-学位",
        "title:学位 AND {text}:^竣工 NEAR/3",
        '"学位',
        "学位*",
        "\x00学\u202e位\ufeff",
        "<b>学位</b>",
        "⼩学新增学位",
    ],
)
def test_signs_of_other_languages_are_plain_text(question: str, ask_small: Ask) -> None:
    assert [m.clause.number for m in ask_small(question).matches][:1] in ([1], [])


ODD = st.text(alphabet="学位小学城东竣工多少几个第条一二三57.亿%（）/-*\"' aZ?？\n", max_size=25)


@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(question=st.one_of(ODD, st.text(max_size=20)))
def test_a_reply_holds_no_number_that_its_clauses_do_not_hold(question: str, ask_small: Ask, small: Store) -> None:
    try:
        answer = ask_small(question)
    except QuestionError:
        return
    assert all(f.raw in c.text for c, f in answer.figures)
    refused = any(f.status is not Status.ANSWERED for f in answer.findings)
    if refused or answer.derived or len(answer.matches) > 1:
        return
    said = set(re.findall(r"\d+", reply(answer, small.plan())))
    held = set(re.findall(r"\d+", "".join(m.clause.text + m.clause.plan for m in answer.matches)))
    assert said <= held


def test_which_part_has_most_is_found_behind_many_clauses_that_share_its_words(
    tmp_path: Path, shipped_words: Lexicon
) -> None:
    others = "".join(
        f"（{n}）推进第{n}项工作项目。项目{'和项目' * 5}都要做好，办好{n}个项目。\n" for n in "一二三四五六七八九"
    )
    split = "（十）建设学校。全年安排学校建设项目9个，其中城东区4个、城西区5个。\n"
    (tmp_path / "many.txt").write_text(f"东湖市2030年教育工作要点\n一、项目\n{others}{split}", encoding="utf8")
    build([read_document(tmp_path / "many.txt")], tmp_path / "many.db")
    store = Store(tmp_path / "many.db")
    for before in (None, converse("五个项目是什么", None, store, shipped_words)[1]):
        answer, _ = converse("哪个区项目最多", before, store, shipped_words)
        assert [(f.part, f.raw) for _, f in answer.figures] == [("城西区", "5个")]


def test_an_item_or_a_paragraph_inside_a_clause_is_quoted_alone(tmp_path: Path) -> None:
    file = tmp_path / "rules.txt"
    file.write_text(
        "东湖市学校规定\n第一条 为了安全，制定本规定。\n第二条 有下列情形的，责令改正：\n（一）门卫脱岗；\n（二）没有巡查。\n"
        "情节严重的，通报批评。\n第三条 自印发之日起施行。",
        encoding="utf8",
    )
    build([read_document(file)], tmp_path / "rules.db")
    store = Store(tmp_path / "rules.db")
    told = {
        question: ask(question, store, Lexicon()).findings[0].evidence[0].text
        for question in ("第二条第（二）项", "第2条第一款", "第二条第1项说什么")
    }
    assert told["第二条第（二）项"].startswith("（二）没有巡查。")
    assert told["第2条第一款"] == "有下列情形的，责令改正："
    assert told["第二条第1项说什么"] == "（一）门卫脱岗；"


def test_a_clause_of_a_part_is_the_one_printed_so_where_the_part_says_something_before_it(tmp_path: Path) -> None:
    file = tmp_path / "plan.txt"
    parts = "".join(
        f"{c}、第{c}项任务\n先讲总的要求。\n（一）建校。建{n}所。\n（二）招人。招{n}名。\n"
        for n, c in enumerate("一二三", 3)
    )
    file.write_text(f"东湖市2030年教育工作要点\n{parts}", encoding="utf8")
    build([read_document(file)], tmp_path / "plan.db")
    store = Store(tmp_path / "plan.db")
    for question in ("二、（一）", "第二部分第一条"):
        answer = ask(question, store, Lexicon())
        assert [m.clause.text for m in answer.matches] == ["建校。建4所。"]
        assert "二、（一）" in reply(answer, store.plan())


def test_where_numbers_run_on_through_the_parts_the_place_in_the_part_is_meant(tmp_path: Path) -> None:
    file = tmp_path / "plan.txt"
    numbers = iter("一二三四五六七八")
    parts = "".join(
        f"{c}、任务\n" + "".join(f"（{next(numbers)}）事项。做好工作。\n" for _ in range(4)) for c in "一二"
    )
    file.write_text(f"东湖市2030年教育工作要点\n{parts}", encoding="utf8")
    build([read_document(file)], tmp_path / "plan.db")
    store = Store(tmp_path / "plan.db")
    assert [m.clause.ref for m in ask("第二部分第三条", store, Lexicon()).matches] == ["（七）"]
