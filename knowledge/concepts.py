"""Which of the topics of the bank is a text about? A linear model (one support vector machine a topic) over its characters
and pairs of them, fitted by tests/fit_bank on the bank's lines."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from heapq import nlargest
from math import exp, log, sqrt
from operator import mul

from knowledge.bank import Bank
from knowledge.wording import HAN

SCALE = 32  # a weight between -4 and 4 is stored as a byte
# From a model's scores to probabilities: exp(_FLAT · score) tells best whether a question is of one kind or another, that to
# the power of _SHARPER which topic of all it is about.
_FLAT, _SHARPER = 4.0, 3
# Topics less likely than the first so many are left out of account.
_MOST = 40
_LEAST = 1e-6
_RUN = re.compile(rf"[{HAN}]+|[a-z]+|\d+")


@dataclass(frozen=True, slots=True)
class Concepts:
    """What a text may be about: its likeliest subjects and its likeliest official words, each with its probability among
    its kind (0–1); the log odds that it is about what plans speak of (`planned`, and by its characters `odds`) and about
    what the clauses `here` do; how much it is `like` a subject of theirs, and `unlike` them a subject of another sort."""

    subjects: tuple[tuple[str, float], ...]
    words: tuple[tuple[str, float], ...]
    planned: float
    here: float
    like: float
    unlike: float
    odds: float


def concepts(text: str, bank: Bank, spoken: Sequence[float] = ()) -> Concepts:
    """What a folded text may be about; `spoken` is for each subject of the bank how likely the clauses at hand speak of it."""
    known = bank.grams(grams(text))
    length = SCALE * sqrt(sum(gram.rarity**2 for gram in known.values()))
    scores = list(bank.biases)
    for gram in known.values():
        times = gram.rarity / length
        for topic, weight in zip(gram.topics, gram.weights, strict=True):
            scores[topic] += times * weight
    subjects, words = scores[: bank.count_subjects], scores[bank.count_subjects :]
    flat = [exp(_FLAT * score) for score in subjects]
    return Concepts(
        _likeliest(subjects, sum(f**_SHARPER for f in flat), 0, bank),
        _likeliest(words, sum(exp(_FLAT * _SHARPER * score) for score in words), bank.count_subjects, bank),
        _odds(flat, bank.planned),
        _odds(flat, spoken) if spoken else 0.0,
        max(((score + 1) * inside for score, inside in zip(subjects, spoken, strict=False)), default=0.0),
        max(((score + 1) * (1 - inside) for score, inside in zip(subjects, spoken, strict=False)), default=0.0),
        sum(gram.odds for gram in known.values()),
    )


def _likeliest(scores: Sequence[float], whole: float, first: int, bank: Bank) -> tuple[tuple[str, float], ...]:
    """The topics with the highest scores, likeliest first, with their probabilities; `first` is the place of the first."""
    best = nlargest(_MOST, range(len(scores)), key=scores.__getitem__)
    return tuple((bank.topics[first + t].name, exp(_FLAT * _SHARPER * scores[t]) / whole) for t in best)


def _odds(weighed: Sequence[float], inside: Sequence[float]) -> float:
    """The log odds of being inside, by how likely each subject is and how far it is inside."""
    within = sum(map(mul, weighed, inside))
    return log((within + _LEAST) / (sum(weighed) - within + _LEAST))


def grams(text: str) -> list[str]:
    """The characters and pairs of a folded text that tell what it is about, each once; a number is only a number.

    >>> grams("晚托3班")
    ['晚', '托', '晚托', '#', '班']
    """
    return list(dict.fromkeys(_grams(text)))


def _grams(text: str) -> Iterator[str]:
    for run in _RUN.findall(text):
        if run[0].isascii():
            yield "#" if run.isdigit() else run
        else:
            yield from run
            yield from (run[i : i + 2] for i in range(len(run) - 1))
