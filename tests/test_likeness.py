import pytest
from bot.likeness import alike, grouped
from hypothesis import given
from hypothesis import strategies as st

from knowledge.wording import fold


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("学区怎么划分", "學區怎麼劃分？"),
        ("什么时候开学", "请问几号开学呀？？？"),
        ("实验小学怎么报名", "怎么报名实验小学"),
        ("校车几点来", "校车几点"),
        ("？", "?"),
    ],
)
def test_the_same_question_is_known_in_other_words(one: str, other: str) -> None:
    assert alike(one, other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("什么时候开学", "什么时候放学"),
        ("教师节放假吗", "食堂有鱼吗"),
        ("有没有500个", "有没有600个"),
        ("第十七条在哪", "第十八条在哪"),
        ("第一中学怎么样", "第二中学怎么样"),
        ("学位", ""),
    ],
)
def test_questions_about_other_things_are_not_alike(one: str, other: str) -> None:
    assert not alike(one, other)


@given(st.sets(st.text("学位校车几点来12 ", min_size=1, max_size=9).map(fold)))
def test_leaders_are_unlike_each_other_and_like_all_that_follow_them(texts: set[str]) -> None:
    groups = grouped(sorted(texts))
    assert sorted(t for group in groups for t in group) == sorted(texts)
    assert [group for group in groups if not all(alike(group[0], t) for t in group)] == []
    assert [(a, b) for a, *_ in groups for b, *_ in groups if a != b and alike(a, b)] == []
