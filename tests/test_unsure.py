"""Between what is answered and what is refused: nothing is claimed, some clauses are offered, and one may be chosen."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from fit_weights import example, signs

from bot.assistant import Assistant
from bot.library import Library
from bot.records import Records
from bot.replies.blocks import plain
from bot.replies.compose import reply
from bot.replies.refusals import CHOOSE_ONE, UNSURE
from bot.telegram.views import answer_view, shown_of
from bot.web.cards import Choices, Links, answer_card
from knowledge import finding, verdict
from knowledge.model import Answer, Status
from knowledge.store import Store

ASKED = "减轻教师负担"


@pytest.fixture
def doubtful(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every likelihood lies between the two bounds."""
    monkeypatch.setattr(finding, "answers", lambda _likely: False)
    monkeypatch.setattr(finding, "may_answer", lambda _likely: True)


@pytest.mark.usefixtures("doubtful")
def test_nothing_is_claimed_and_up_to_three_clauses_are_offered(
    ask_small: Callable[[str], Answer], small: Store
) -> None:
    answer = ask_small(ASKED)
    assert (answer.status, answer.matches, answer.figures) == (Status.UNSURE, (), ())
    offered = answer.findings[0].offered
    assert 1 <= len(offered) <= 3
    assert answer.nearest[: len(offered)] == offered
    lines = reply(answer, small.plan()).split("\n\n")
    assert (lines[0], lines[-1]) == (UNSURE, CHOOSE_ONE)
    assert lines[1].split("\n")[0].startswith("1. （三）")


@pytest.mark.usefixtures("doubtful")
def test_a_number_chooses_one_which_then_answers_the_question_and_is_counted(
    assistant: Assistant, records: Records
) -> None:
    asked = assistant.answer("chat", ASKED).answer
    taken = assistant.answer("chat", "1").answer
    assert taken.status is Status.ANSWERED
    assert taken.matches[0].clause == asked.findings[0].offered[0].clause
    (group,) = records.unanswered.groups()
    assert (group.question, [n for _, n in group.picked]) == (ASKED, [1])
    again = assistant.answer("chat", "1").answer
    assert again.matches[0].clause.number == 1  # a clause by its number, as ever


@pytest.mark.usefixtures("doubtful")
def test_a_clause_that_is_opened_of_those_offered_counts_as_chosen(assistant: Assistant, records: Records) -> None:
    asked = assistant.answer("chat", ASKED).answer
    assistant.opened("chat", asked.findings[0].offered[0].clause)
    assert [n for _, n in records.unanswered.groups()[0].picked] == [1]


@pytest.mark.usefixtures("doubtful")
def test_telegram_offers_them_as_buttons_and_the_page_as_links(assistant: Assistant, small: Store) -> None:
    turn = assistant.answer("chat", ASKED)
    offered = turn.answer.findings[0].offered
    view = answer_view("token", shown_of(turn, small))
    assert [row[0].data for row in view.rows[: len(offered)]] == [f"f:token:{i}:0" for i in range(len(offered))]
    card = answer_card(turn.answer, turn.reply, small, Links())
    (choices,) = (part for part in card.parts if isinstance(part, Choices))
    assert len(choices.items) == len(offered)


def test_the_bounds_part_answers_from_offers_from_refusals() -> None:
    bounds = verdict.weights()["bounds"]
    assert 0 < bounds["unsure"] < bounds["answered"] < 1
    for likely, said in ((0.0, (False, False)), (bounds["unsure"], (False, True)), (bounds["answered"], (True, True))):
        assert (verdict.answers(likely), verdict.may_answer(likely)) == said


def test_the_weights_are_those_that_the_fit_has_written() -> None:
    """A weight changed by hand no longer comes to what the fit noted."""
    assert example() == pytest.approx(verdict.weights()["example"], abs=1e-4)


def test_what_is_found_of_a_clause_is_what_the_weights_were_fitted_on() -> None:
    """Else run `uv run --group fit python tests/fit_weights.py`: weights hold for signs that are made as they were."""
    found, fitted = signs(), verdict.weights()["signs"]
    assert found.keys() == fitted.keys()
    assert {text: said for text, said in found.items() if said != pytest.approx(fitted[text], abs=0.002)} == {}


def test_what_a_clause_holds_more_of_makes_it_nearer() -> None:
    some = verdict.Signs(**dict(zip(verdict.NEAR, (0.3, 0.3, 0.4, 0.8, 0.1, 0.1, 0.3, 0.3, 0.3, 0.3), strict=True)))
    for name in verdict.NEAR:
        assert verdict.nearness(replace_sign(some, name, 1.3)) > verdict.nearness(some) + 0.05, name


@pytest.mark.parametrize("sign", ["gap", "whole", "strength", "sentence_mark", "unsaid_speaks", "unsaid_mark"])
def test_what_a_clause_holds_more_of_never_makes_it_less_likely(sign: str) -> None:
    assert verdict.weights()["verdict"][sign] > 0.1


def replace_sign(signs: verdict.Signs, name: str, times: float) -> verdict.Signs:
    return signs._replace(**{name: getattr(signs, name) * times})


def test_a_plan_that_speaks_of_it_is_told_from_one_that_does_not(ask_small: Callable[[str], Answer]) -> None:
    assert ask_small("老师填不完的表格能不能少一点").status is Status.ANSWERED
    for question in (
        "明天下雨吗",
        "给我讲个笑话",
        "红烧肉怎么做",
        "从城东区到城西区坐几路车",
        "7:20叫我起床",
        "三加五等于几",
    ):
        answer = ask_small(question)
        assert (answer.status in {Status.NOT_COVERED, Status.UNSURE}, answer.figures) == (True, ()), question


def test_a_refusal_of_a_school_matter_says_whom_to_ask(small: Store, small_file: Path, records: Records) -> None:
    question = "中考分数线多少"
    told = Assistant(Library(small_file.with_suffix(".db")), records).answer("a", question)
    assert "“中考分数线”这类事，可以打 12345 问。" in plain(told.reply)
    lines = {"中考分数线": "请打招生办 0519-1234。", "其他": "请打服务热线。"}
    helped = Assistant(Library(small_file.with_suffix(".db"), (), lines), records)
    assert "“中考分数线”这类事，请打招生办 0519-1234。" in plain(helped.answer("b", question).reply)
    other = Assistant(Library(small_file.with_suffix(".db"), (), {"其他": "请打服务热线。"}), records)
    assert "请打服务热线。" in plain(other.answer("c", question).reply)
    assert small.count()


@pytest.mark.parametrize(
    ("question", "says"),
    [
        ("这份文件讲什么", "一、增加学位，办好学校\n二、关心教师成长"),
        ("目录", "一、增加学位，办好学校\n二、关心教师成长"),
        ("这份计划是哪年的", "《东湖市2030年教育工作要点》是2030年的。"),
        ("文件一共有几条", "《东湖市2030年教育工作要点》分 2 个部分，一共 3 条。"),
        ("文件里有多少个数字", "《东湖市2030年教育工作要点》里一共记着"),
        ("谁发的", "没有写明是谁发的。"),
    ],
)
def test_questions_about_the_document_itself_are_answered(
    question: str, says: str, ask_small: Callable[[str], Answer], small: Store
) -> None:
    assert says in reply(ask_small(question), small.plan())


def test_several_plans_ask_which_one_is_meant(ask_small: Callable[[str], Answer]) -> None:
    assert "请把是哪一份也写上" in reply(replace(ask_small("这份文件讲什么")), None)


@pytest.mark.usefixtures("doubtful")
def test_a_clause_that_was_chosen_is_not_noted_once_more_where_it_does_not_state_what_was_asked(
    assistant: Assistant, records: Records
) -> None:
    assert assistant.answer("chat", "培训机构的老师电话多少").answer.status is Status.UNSURE
    assert assistant.answer("chat", "1").answer.status is Status.NO_DETAIL
    assert [(g.question, g.count) for g in records.unanswered.groups()] == [("培训机构的老师电话多少", 1)]
