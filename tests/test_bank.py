import sqlite3
from collections import Counter
from math import sqrt
from operator import mul

import pytest
from fit_bank import FOLDER, Subject, digest, off_topic, read_bank
from hypothesis import given
from hypothesis import strategies as st

from bot.web.desk.words import OFF_TOPIC
from knowledge.bank import FILE, LIFE, PLANS, SCHOOL, apart, lanes, shipped
from knowledge.concepts import SCALE, concepts, direction, grams, joined, logits
from knowledge.store import VERSION


@pytest.fixture(scope="module")
def bank() -> tuple[Subject, ...]:
    return read_bank()


def test_the_bank_holds_subjects_that_plans_speak_of_and_as_many_that_they_do_not(bank: tuple[Subject, ...]) -> None:
    kinds = Counter(s.kind for s in bank)
    assert kinds.keys() == {PLANS, SCHOOL, LIFE}
    assert len(bank) > 1_380  # as the README says
    assert kinds[PLANS] >= 400
    assert kinds[SCHOOL] + kinds[LIFE] >= 400
    assert sum(len(s.questions) for s in bank) >= 270_000  # as the README says
    assert min(len(s.questions) for s in bank) >= 16


def test_a_subject_of_plans_says_what_clauses_write_of_it_and_what_they_never_do(bank: tuple[Subject, ...]) -> None:
    of_plans = [s for s in bank if s.kind == PLANS]
    assert min(len(s.written) for s in of_plans) >= 9
    assert min(len(s.beside) for s in of_plans) >= 7
    matters = Counter(s.matter for s in of_plans)
    assert 70 <= len(matters) <= 100
    assert min(matters.values()) >= 2


def test_nothing_stands_twice_in_the_bank_and_every_line_is_short(bank: tuple[Subject, ...]) -> None:
    for told in ([s.name for s in bank], [q for s in bank for q in (*s.questions, *s.written, *s.beside)]):
        assert [t for t, n in Counter(told).items() if n > 1] == []
    for said in (s.everyday for s in bank), (words for s in bank for words in s.said.values()):
        assert [e for words in said for e, n in Counter(words).items() if n > 1] == []
    assert [q for s in bank for q in s.questions if not 3 <= len(q) <= 40] == []
    lines = [line for file in FOLDER.glob("*/*.toml") for line in file.read_text(encoding="utf8").splitlines()]
    assert max(map(len, lines)) <= 200


def test_what_questions_read_is_made_of_the_bank_as_it_is(bank: tuple[Subject, ...]) -> None:
    """Else run `uv run --group fit python tests/fit_bank.py` and then tests/fit_weights.py."""
    (made,) = sqlite3.connect(FILE).execute("SELECT digest FROM made").fetchone()
    assert made == digest()
    assert shipped().subjects.names == [s.name for s in bank]
    assert set(shipped().matters.names) == {s.matter for s in bank}
    assert FILE.stat().st_size <= 2 * 2**20


def test_another_bank_is_another_version_of_the_index() -> None:
    """An index holds where its clauses lie in the bank's embedding: fitted anew, raise VERSION and write both down here."""
    assert (VERSION, digest()[:8]) == (10, "661b1648")


def test_a_word_is_tried_on_questions_of_the_bank_as_it_is(bank: tuple[Subject, ...]) -> None:
    """Else run `uv run --group fit python tests/fit_bank.py`."""
    tried = OFF_TOPIC.read_text(encoding="utf8").splitlines()
    assert tried == off_topic(bank)
    of = {q: s for s in bank for q in s.questions}
    assert Counter(of[q].kind for q in tried).keys() == {SCHOOL, LIFE}
    assert {of[q].name for q in tried} == {s.name for s in bank if s.kind != PLANS}


@pytest.mark.parametrize(
    ("text", "subject", "matter"),
    [
        ("孩子眼镜度数又涨了", "近视防控", "视力健康"),
        ("四点半就放学，谁来看孩子", "延时看护", "课后服务"),
        ("地铁几点收车", "地铁出行", "travel"),
    ],
)
def test_a_question_in_everyday_words_is_told_its_subject_and_its_matter(text: str, subject: str, matter: str) -> None:
    thought = concepts(text, shipped())
    assert (next(iter(thought.subjects.likely)), next(iter(thought.matters.likely))) == (subject, matter)


def test_probabilities_are_those_of_all_topics_of_a_level() -> None:
    thought = concepts("老师职称什么时候评", shipped())
    for level in (thought.subjects, thought.matters):
        shares = list(level.likely.values())
        assert shares == sorted(shares, reverse=True)
        assert 0.5 < sum(shares) <= 1 + 1e-9
        assert sum(mark**2 for mark in level.marked.values()) == pytest.approx(1)


def test_what_plans_say_of_a_matter_is_told_from_what_lies_beside_it() -> None:
    for asked, beside in (
        ("学校会配心理老师吗", "心理老师能给孩子开药吗"),
        ("乡村教师有补贴吗", "乡村教师买房有优惠伐"),
    ):
        assert concepts(asked, shipped()).sayable > concepts(beside, shipped()).sayable + 1


def test_what_says_nothing_is_about_nothing() -> None:
    thought = concepts("……", shipped())
    assert grams("……") == []
    assert thought.clear < 0.1
    assert max(thought.subjects.likely.values()) < 0.2


@given(st.lists(st.lists(st.integers(-4000, 4000), min_size=3, max_size=3), min_size=1), st.integers(0, 200))
def test_what_stands_in_lanes_is_added_and_multiplied_as_if_each_stood_alone(rows: list[list[int]], times: int) -> None:
    assert apart(times * sum(map(lanes, rows)), 3) == [times * sum(column) for column in zip(*rows, strict=True)]


def test_words_that_are_used_alike_lie_in_one_direction() -> None:
    """Which no character tells: 戴眼镜 and 近视 share none."""
    asked, near, far = (direction(text, shipped()) for text in ("娃戴眼镜了", "近视防控", "工资待遇"))
    cosine, other = (sum(map(mul, asked, said)) / 127**2 for said in (near, far))
    assert (cosine > 0.5, other < 0.3) == (True, True)
    assert sum(map(mul, near, near)) == pytest.approx(127**2, rel=0.02)


def test_the_embedding_counts_beside_the_machines_as_much_as_was_found_best() -> None:
    """A third more or less of its share shows in how sure a subject is."""
    level = concepts("眼睛看不清黑板", shipped()).subjects
    assert level.scores == pytest.approx(joined(*_apart("眼睛看不清黑板"), 1 / 15))


def _apart(text: str) -> tuple[list[float], list[float]]:
    """What the machines and the embedding score for the subjects, worked out one by one."""
    known = shipped().grams(grams(text))
    length = sqrt(sum(g.rarity**2 for g in known))
    machines = shipped().subjects.biases.copy()
    hidden = [0.0] * len(shipped().subjects.heads)
    for gram in known:
        for topic, weight in zip(gram.subjects, gram.subject_weights, strict=True):
            machines[topic] += gram.rarity / length * weight / SCALE
        told = apart(gram.embedding, len(hidden))
        hidden = [sum_ + gram.rarity * value / length for sum_, value in zip(hidden, told, strict=True)]
    return machines, logits([round(h) for h in hidden], shipped().subjects, shipped().unit)
