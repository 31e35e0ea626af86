"""A chat that goes on, whatever its memory holds."""

import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import msgspec
import pytest

from bot.assistant import Assistant
from bot.library import Library
from bot.records import Records
from knowledge.answer import ask
from knowledge.lexicon import Lexicon
from knowledge.model import Status
from knowledge.store import Store
from knowledge.thread import Memory


def raws(assistant: Assistant, text: str) -> list[str]:
    return [f.raw for _, f in assistant.answer("anna", text).answer.figures]


def test_what_was_asked_before_is_remembered_and_of_two_questions_the_last(assistant: Assistant) -> None:
    assert raws(assistant, "新增学位多少") == ["300个"]
    assert raws(assistant, "那小学呢") == ["100个"]
    assert raws(assistant, "投入多少钱？新建学校几个？") == ["1.5亿元", "9个"]
    assert raws(assistant, "城东区呢") == ["4个"]


@pytest.mark.parametrize(
    "kept",
    [
        '{"question":"新增学位","terms":[],"wants":"figure","plan":"东湖市2030年教育工作要点","number":1,"shown":[1]}',
        '{"topics":[{"frame":{"text":"学位","asks":"horoscope"},"plan":"东湖市2030年教育工作要点","number":1}]}',
        '{"topics":[{"frame":{"text":"学位"},"plan":"没有这份计划","number":99,"rows":[["没有这份计划",99,99]]}]}',
        '{"topics":[]}',
        "[1, 2]",
        "not json at all",
        "\ud800",
    ],
)
def test_what_another_version_remembered_is_ignored_quietly(kept: str, assistant: Assistant, records: Records) -> None:
    records.memories.remember("anna", kept)
    assert raws(assistant, "那小学新增学位呢") == ["100个"]
    assert raws(assistant, "那初中呢") == ["200个"]


def test_what_is_remembered_is_read_back_as_it_was(assistant: Assistant, records: Records) -> None:
    for text in ("第一条", "300个是啥", "新增学位超过150个的", "小学和初中新增学位哪个多", "2-3期是什么"):
        after = assistant.answer("anna", text).after
        kept = records.memories.recall("anna")
        assert kept == after
        assert msgspec.json.encode(msgspec.json.decode(after, type=Memory)).decode() == after


def test_a_clause_that_was_opened_is_what_the_next_question_is_about(assistant: Assistant, small: Store) -> None:
    assistant.opened("anna", small.clauses_of("东湖市2030年教育工作要点")[1])
    answer = assistant.answer("anna", "哪条说的").answer
    assert (answer.reason, answer.matches[0].clause.number) == ("source", 2)
    assert raws(assistant, "投入多少钱") == ["1.5亿元"]


def test_what_the_plan_does_not_state_is_noted_as_unanswered_and_talk_is_not(
    assistant: Assistant, records: Records
) -> None:
    unanswered = ("培训机构电话多少", "新建学校几个？培训机构电话多少？")
    for text in (*unanswered, "新建学校几个", "谢谢", "你好"):
        assistant.answer("anna", text)
    assert assistant.answer("ben", unanswered[0]).answer.status is Status.NO_DETAIL
    assert {w for g in records.unanswered.groups() for w in g.wordings} == set(unanswered)


def test_an_edited_question_is_answered_as_it_would_have_been_and_leaves_what_was_said_since(
    assistant: Assistant,
) -> None:
    first = assistant.answer("anna", "新增学位多少")
    second = assistant.answer("anna", "那小学呢")
    assistant.answer("anna", "竣工几个")
    edited = assistant.answer("anna", "那初中呢", earlier=(second.before, second.after))
    assert [f.raw for _, f in edited.answer.figures] == ["200个"]
    assert edited.before == first.after
    assert raws(assistant, "小学呢") == ["3个"]


def test_questions_asked_at_once_are_answered_as_one_after_the_other(
    small_file: Path, small: Store, records: Records, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The index is slow here, as it is where it is large: what one question looks up, another one must not take for nothing."""
    questions = (
        "新增学位多少",
        "小学新增学位",
        "竣工几个",
        "城西区新建几个",
        "补习班谁来管",
        "评选名教师多少名",
        "明天下雨吗",
        "减负",
    )
    wanted = {q: ask(q, small, Lexicon()) for q in questions}
    look_up = Store._all  # noqa: SLF001 — what every look-up goes through
    monkeypatch.setattr(Store, "_all", lambda *words: (time.sleep(0.005), look_up(*words))[1])
    with ThreadPoolExecutor(4) as threads:
        for question in questions:
            assistant = Assistant(Library(small_file.with_suffix(".db")), records)
            for turn in threads.map(lambda _, a=assistant, q=question: a.told(a.converse(q, None)[0]), range(4)):
                assert turn.answer == wanted[question], question
