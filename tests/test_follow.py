from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest

from bot.replies import reply
from knowledge.answer import converse
from knowledge.lexicon import Lexicon
from knowledge.model import Answer, Status
from knowledge.store import Store

if TYPE_CHECKING:
    from knowledge.follow import Memory

Chat = Callable[..., list[Answer]]


@pytest.fixture
def chat(small: Store, shipped_words: Lexicon) -> Chat:
    def chat(*questions: str) -> list[Answer]:
        answers: list[Answer] = []
        memory: Memory | None = None
        for question in questions:
            answer, memory = converse(question, memory, small, shipped_words)
            answers.append(answer)
        return answers

    return chat


def raws(answer: Answer) -> list[str]:
    return [f.raw for _, f in answer.figures]


@pytest.mark.parametrize(
    ("first", "then", "numbers"),
    [
        ("新增学位多少个", "那小学呢", ["100个"]),
        ("新增学位多少个", "里面初中几个", ["200个"]),
        ("小学新增学位多少", "初中呢？", ["200个"]),
        ("新建学校几个", "城西呢", ["5个"]),
        ("新增学位多少个", "那竣工的呢", ["7个"]),
        ("心理讲座办几期", "名教师呢", ["20名"]),
        ("心理讲座办几期", "那新增学位呢", ["300个"]),
    ],
)
def test_a_short_question_is_about_what_the_one_before_was(
    first: str, then: str, numbers: list[str], chat: Chat
) -> None:
    assert raws(chat(first, then)[1]) == numbers


def test_a_chain_of_short_questions_keeps_its_thread(chat: Chat) -> None:
    assert [raws(a) for a in chat("新增学位多少个", "小学呢", "初中呢", "竣工的呢")[1:]] == [
        ["100个"],
        ["200个"],
        ["4个"],
    ]


@pytest.mark.parametrize(("then", "reason"), [("哪条说的", "source"), ("详细点", "detail"), ("为什么", "reason")])
def test_what_is_asked_of_the_last_answer_stays_with_its_clause(
    then: str, reason: str, chat: Chat, small: Store
) -> None:
    answer = chat("投入多少钱", then)[1]
    assert ([m.clause.number for m in answer.matches], answer.reason) == ([2], reason)
    assert "第（二）条 管好培训机构" in reply(answer, small.plan())


def test_more_of_the_same_is_another_clause_or_none(chat: Chat) -> None:
    answer = chat("新增学位多少个", "还有别的吗")[1]
    assert answer.reason in {"others", "no_others"}


@pytest.mark.parametrize(
    ("then", "kind", "value"), [("哪个多", "most", 5), ("差多少", "difference", 1), ("加起来呢", "sum", 9)]
)
def test_what_was_asked_one_by_one_is_compared(then: str, kind: str, value: int, chat: Chat) -> None:
    derived = chat("城东新建学校几个", "城西呢", then)[2].derived
    assert derived is not None
    assert (derived.kind, derived.value) == (kind, value)


def test_a_new_subject_that_only_looks_like_a_follow_up_is_a_new_subject(chat: Chat) -> None:
    answer = chat("新增学位多少个", "那报表怎么管")[1]
    assert [m.clause.number for m in answer.matches] == [3]


def test_a_refusal_does_not_lose_the_thread(chat: Chat) -> None:
    answers = chat("新增学位多少个", "明天下雨吗", "那小学呢")
    assert (answers[1].status, raws(answers[2])) == (Status.NOT_COVERED, ["100个"])


def test_without_a_question_before_it_a_follow_up_stands_alone(chat: Chat) -> None:
    assert raws(chat("那小学呢")[0]) in ([], ["3个", "100个"])
