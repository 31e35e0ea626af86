import re
import sqlite3
from collections import Counter

import pytest
from fit_bank import FOLDER, Subject, digest, read_bank

from knowledge.bank import FILE, LIFE, PLANS, SCHOOL, WORD, shipped
from knowledge.concepts import concepts, grams


@pytest.fixture(scope="module")
def bank() -> tuple[Subject, ...]:
    return read_bank()


def test_the_bank_holds_subjects_that_plans_speak_of_and_as_many_that_they_do_not(bank: tuple[Subject, ...]) -> None:
    kinds = Counter(s.kind for s in bank)
    assert kinds.keys() == {PLANS, SCHOOL, LIFE}
    assert kinds[PLANS] >= 400
    assert kinds[SCHOOL] + kinds[LIFE] >= 400
    assert sum(len(s.questions) for s in bank) >= 40_000
    assert min(len(s.questions) for s in bank) >= 16


def test_nothing_stands_twice_in_the_bank_and_every_line_is_short(bank: tuple[Subject, ...]) -> None:
    for told in ([s.name for s in bank], [q for s in bank for q in s.questions]):
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
    assert [t.name for t in shipped().topics if t.kind != WORD] == [s.name for s in bank]
    assert FILE.stat().st_size <= 2 * 2**20


@pytest.mark.parametrize(
    ("text", "subject"),
    [
        ("孩子眼镜度数又涨了", "近视防控"),
        ("四点半就放学，谁来看孩子", "课后服务"),
        ("明天下雨不", "天气预报"),
    ],
)
def test_a_question_in_everyday_words_is_told_its_subject(text: str, subject: str) -> None:
    (first, likely), *_ = concepts(text, shipped()).subjects
    assert (first, likely > 0.3) == (subject, True)


def test_probabilities_are_those_of_all_topics_of_a_kind() -> None:
    thought = concepts("老师职称什么时候评", shipped())
    for likely in (thought.subjects, thought.words):
        shares = [share for _, share in likely]
        assert shares == sorted(shares, reverse=True)
        assert 0.5 < sum(shares) <= 1 + 1e-9


def test_what_says_nothing_is_about_nothing() -> None:
    thought = concepts("……", shipped())
    assert (thought.odds, thought.here, grams("……")) == (0.0, 0.0, [])
    assert re.fullmatch(r"[01](\.\d+)?", str(round(thought.subjects[0][1], 3)))
