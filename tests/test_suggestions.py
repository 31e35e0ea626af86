"""What is suggested while somebody types: it is found in any way of typing it, and it is answered."""

import time
from pathlib import Path

import pytest
from conftest import Index
from hypothesis import given
from hypothesis import strategies as st
from test_years import NEWER, OLDER, stored

from bot.replies.compose import reply
from bot.suggestions import LONGEST_TYPED, SHOWN, Suggestions, candidates
from knowledge.answer import ask
from knowledge.errors import QuestionError
from knowledge.lexicon import Lexicon
from knowledge.model import Answer, Status
from knowledge.store import Store
from knowledge.wording import fold, pinyin, traditional

PARTS = """南湖市2032年教育工作要点
2032年的工作安排如下。
（一）扩大资源。新增学位1000个，其中小学100个、初中200个、高中300个、中职150个、特教250个。
（二）关心教师。新增教师公寓500套，其中东城区200套、西城区300套。
"""


def grown(store: Store, words: Lexicon) -> Suggestions:
    suggestions = Suggestions(store, lambda text: ask(text, store, words, 1))
    while not suggestions.whole:
        suggestions.grow()
    return suggestions


@pytest.fixture(scope="module")
def shown(shipped: Store, shipped_words: Lexicon) -> Suggestions:
    return grown(shipped, shipped_words)


@pytest.fixture(scope="module")
def years(tmp_path_factory: pytest.TempPathFactory) -> Store:
    return stored(tmp_path_factory.mktemp("years"), OLDER, NEWER)


def test_every_suggestion_is_answered_in_either_script(
    shown: Suggestions, shipped_db: Path, shipped_words: Lexicon
) -> None:
    anew = Store(shipped_db)
    assert len(shown.kept) > 100
    for text in shown.kept:
        assert ask(text, anew, shipped_words).status is Status.ANSWERED, text
        for other in shown.find(traditional(text)[:LONGEST_TYPED]):
            assert ask(other, anew, shipped_words).status is Status.ANSWERED, other


def test_a_figure_that_is_suggested_stands_in_the_answer(
    shown: Suggestions, shipped: Store, shipped_words: Lexicon
) -> None:
    [plan] = shipped.titles()
    told = 0
    for clause in shipped.clauses_of(plan):
        for figure in clause.figures:
            for ending in ("多少钱？", "是多少？", f"有多少{figure.unit}？"):
                if (text := f"{figure.part or ''}{figure.what}{ending}") in shown.kept:
                    told += 1
                    assert figure.raw in reply(ask(text, shipped, shipped_words), shipped.plan())
    assert told > 30


def test_every_suggestion_is_found_by_its_characters_and_its_pinyin(shown: Suggestions) -> None:
    for one in shown.kept.values():
        sounds = pinyin(one.name)
        if len(sounds) != len(one.name) or len(one.name) > LONGEST_TYPED:
            continue
        others = [s for s in shown.kept.values() if s.name == one.name]
        assert {s.text for s in others} & set(shown.find(one.name)), one.text
        assert {s.text for s in others} & set(shown.find("".join(sounds)[:LONGEST_TYPED])), one.text


@pytest.mark.parametrize(
    "typed",
    [
        "学位",
        "新增学",
        "xuewei",
        "xinzengxw",
        "xzxw",
        "學位",
        "學",
        "小学学位",
        "今年新增学",
        "XUEWEI",
        "xue wei",
        "小学xw",
    ],
)
def test_seats_at_school_are_found_however_they_are_typed(typed: str, shown: Suggestions) -> None:
    assert any("学位" in fold(text) for text in shown.find(typed))


@pytest.mark.parametrize("typed", ["", " ", "x", "?", "9999", "zzzz", "量子力学", "学" * (LONGEST_TYPED + 1)])
def test_nothing_is_suggested_to_what_no_question_holds(typed: str, shown: Suggestions) -> None:
    assert shown.find(typed) == []


def test_what_people_call_it_finds_what_the_plan_calls_it(shown: Suggestions) -> None:
    assert any("培训机构" in text for text in shown.find("补习班"))


def test_who_types_traditional_script_is_answered_in_it(shown: Suggestions) -> None:
    assert "新增學位有多少個？" in shown.find("學位")
    assert "新增学位有多少个？" in shown.find("学位")


def test_a_thing_with_many_parts_leaves_room_for_others(index: Index, shipped_words: Lexicon) -> None:
    shown = grown(index(PARTS), shipped_words)
    found = shown.find("新增")
    assert found[:2] == ["新增学位有多少个？", "新增教师公寓有多少套？"]
    assert {text for text in found if "公寓" in text} > {found[1]}
    assert len(found) == SHOWN


def test_only_an_answer_that_holds_what_was_asked_for_makes_a_suggestion(lake: Store, shipped_words: Lexicon) -> None:
    said = {text: ask(text, lake, shipped_words) for text in ("新增学位有多少个？", "改造食堂多少个", "食堂收费多少钱")}
    made = {c.text: c for c in candidates(lake)}
    assert [made["新增学位有多少个？"].holds(answer) for answer in said.values()] == [True, False, False]
    assert [made["建设学校"].holds(answer) for answer in said.values()] == [True, False, False]


def test_a_subject_is_suggested_where_the_clause_says_every_word_of_it(
    shown: Suggestions, shipped: Store, shipped_words: Lexicon
) -> None:
    subjects = [one for one in shown.kept.values() if one.text.endswith("有什么安排？")]
    assert len(subjects) > 20
    for one in subjects:
        answer = ask(one.text, shipped, shipped_words)
        assert {t.text for f in answer.frames for t in f.about} <= set(answer.matches[0].why), one.text


def test_a_subject_is_suggested_where_a_clause_is_likely_enough_to_speak_of_it(shown: Suggestions) -> None:
    assert "综合素质评价有什么安排？" in shown.kept  # 0.37
    assert "境外家庭入学有什么安排？" not in shown.kept  # 0.30, of a clause on exchanges


def test_a_character_is_spelt_as_it_is_often_read_and_not_as_it_is_hardly_ever(
    shown: Suggestions, index: Index, shipped_words: Lexicon
) -> None:
    trades = "西岭市2033年教育工作要点\n一、教师\n（一）聘请导师。聘请行业导师30名。\n"
    assert "行业导师有多少名？" in grown(index(trades), shipped_words).find("hangye")
    assert shown.find("xuexiao")
    assert shown.find("xueqiao") == []


def test_the_total_comes_before_its_parts(shown: Suggestions) -> None:
    found = shown.find("学位")
    assert found.index("新增学位有多少个？") < found.index("小学新增学位有多少个？")


def test_a_number_comes_before_a_heading_and_both_before_a_subject(shown: Suggestions) -> None:
    number, heading, *subjects = shown.find("劳动实践")
    assert (number, heading) == ("劳动教育基地课程开发有多少门？", "实施劳动实践教育")
    assert subjects == ["劳动教育有什么安排？", "劳动实践有什么安排？"]


@given(st.text(max_size=60) | st.text("学位新增xw zz'。9", max_size=12))
def test_whatever_is_typed_some_few_questions_come_back(shown: Suggestions, typed: str) -> None:
    found = shown.find(typed)
    assert len(found) == len(set(found)) <= SHOWN


def test_what_an_older_plan_says_is_suggested_where_that_is_asked(years: Store, shipped_words: Lexicon) -> None:
    newest, older = years.listed()
    both, alone = grown(years, shipped_words), grown(years.narrowed([older]), shipped_words)
    assert {"智慧教室有多少间？", "扩大学位资源"} <= both.kept.keys()
    assert ("办好赛事" in alone.kept, "扩大学位资源" in alone.kept) == (True, False)
    assert newest.year == 2041


def test_a_question_is_suggested_in_time(shown: Suggestions) -> None:
    typed = [name[:n] for s in shown.kept.values() for name in (s.name, "".join(pinyin(s.name))) for n in (1, 2, 5)]
    for text in ("學", "学"):
        shown.find(text)  # the tables of both scripts are read once

    def taken(text: str) -> float:
        start = time.process_time()
        shown.find(text)
        return time.process_time() - start

    times = sorted(map(taken, typed))
    assert times[len(times) * 95 // 100] < 0.03


def test_what_fails_to_be_answered_is_left_out(small: Store) -> None:
    def ask_none(_text: str) -> Answer:
        raise QuestionError("...")

    suggestions = Suggestions(small, ask_none)
    while not suggestions.whole:
        suggestions.grow()
    assert (suggestions.kept, suggestions.find("学位")) == ({}, [])
