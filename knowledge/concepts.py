"""Which subjects and which matters of the bank is a text about? Two models over its characters and pairs of them, fitted by
tests/fit_bank on the bank's lines: a linear machine for each topic, which knows its words, and an embedding in few dimensions,
which knows what words are used alike (A. Joulin and others, “Bag of Tricks for Efficient Text Classification”, 2017)."""

import re
from array import array
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from heapq import nlargest
from math import exp, log, sqrt
from typing import TypeVar

from knowledge.bank import Bank, Topics, apart
from knowledge.wording import HAN

Topic = TypeVar("Topic")
SCALE = 32  # a weight between -4 and 4 is stored as a byte
ODDS = 8  # one between -16 and 16 too
# From a model's scores to odds: exp(FLAT · score). So flat, since many subjects that are less likely each tell together whether
# a question is of one kind or another.
FLAT = 4.0
# How much a log probability by the embedding counts beside a score of the machines, and from odds to probabilities so many times
# as sharp, of subjects and of matters. Flat: with a half more of the first and a fifth less of the second, or with a third more
# of the second, the right clause comes first for at most three more or fewer of a thousand everyday questions.
EMBEDDED, EMBEDDED_MATTER = 1 / 15, 1 / 10
_SHARP, _SHARP_MATTER = 1.8, 1.2
# So many topics are kept, the likeliest, and those that a text stands out by.
_LIKELY, MARKED = 24, 36
_LEAST = 1e-3
_ASKED = 64  # questions in hand: search, thread and refusal ask it of the same one
_RUN = re.compile(rf"[{HAN}]+|[a-z]+|\d+")


@dataclass(frozen=True)
class Thought:
    """What a text may be about, among the subjects or among the matters, by its `scores` for all of them; their odds are
    exp(FLAT · score), and `sharp` is the power of these that is proportional to probabilities."""

    scores: Sequence[float]
    topics: Topics
    sharp: float

    @cached_property
    def likely(self) -> Mapping[str, float]:
        """The likeliest, best first, with their probabilities (0–1)."""
        weighed = [exp(FLAT * self.sharp * score) for score in self.scores]
        whole, names = sum(weighed), self.topics.names
        first = nlargest(_LIKELY, range(len(weighed)), key=weighed.__getitem__)
        return {names[topic]: weighed[topic] / whole for topic in first}

    @cached_property
    def marks(self) -> Mapping[int, float]:
        """Those of plans that it is marked by (their places), as it stands out among the bank's lines, a vector of length 1."""
        scores = self.scores
        told = zip(self.topics.planned, self.topics.means, self.topics.spreads, strict=True)
        beyond = {t: (scores[t] - mean) / spread for t, mean, spread in told if scores[t] > mean}
        marked = nlargest(MARKED, beyond, key=beyond.__getitem__)
        return unit({t: beyond[t] ** 2 for t in marked})

    @cached_property
    def marked(self) -> Mapping[str, float]:
        """The same by their names."""
        return {self.topics.names[topic]: mark for topic, mark in self.marks.items()}


@dataclass(frozen=True)
class Concepts:
    """What a text may be about, the log odds that it asks for what plans may say of it (`sayable`), and how clearly it is about
    its first subject (`clear`, about 0–2)."""

    subjects: Thought
    matters: Thought
    sayable: float
    clear: float

    @cached_property
    def planned(self) -> float:
        """The log odds that it is about what plans speak of."""
        odds = [exp(FLAT * score) for score in self.subjects.scores]
        return log_odds(sum([odds[topic] for topic in self.subjects.topics.planned]) / sum(odds))


@lru_cache(_ASKED)
def concepts(text: str, bank: Bank) -> Concepts:
    """What a folded text may be about."""
    known = bank.grams(grams(text))
    length = sqrt(sum([gram.rarity**2 for gram in known])) or 1.0
    sayable, matters, embedded = bank.bias, 0, 0
    subjects = bank.subjects.biases.copy()
    for gram in known:
        sayable += gram.rarity / length * gram.odds / ODDS
        times = gram.rarity / length / SCALE
        for topic, weight in zip(gram.subjects, gram.subject_weights, strict=True):
            subjects[topic] += times * weight
        matters += gram.rarity * gram.matters
        embedded += gram.rarity * gram.embedding
    hidden = [round(told / length) for told in apart(embedded, len(bank.subjects.heads))]
    by_machine = zip(bank.matters.biases, apart(matters, len(bank.matters.names)), strict=True)
    of_matters = [bias + told / length / SCALE for bias, told in by_machine]
    subjects = joined(subjects, logits(hidden, bank.subjects, bank.unit), EMBEDDED)
    of_matters = joined(of_matters, logits(hidden, bank.matters, bank.unit), EMBEDDED_MATTER)
    of_subjects = Thought(subjects, bank.subjects, _SHARP)
    return Concepts(of_subjects, Thought(of_matters, bank.matters, _SHARP_MATTER), sayable, max(subjects) + 1)


@lru_cache(_ASKED)
def direction(text: str, bank: Bank) -> "array[int]":
    """Where a folded text lies in the embedding, as seen from what says nothing: a signed byte for each dimension, of a vector
    of length 127, so that two of the same direction multiply to 127²."""
    embedded = apart(sum(gram.rarity * gram.embedding for gram in bank.grams(grams(text))), len(bank.subjects.heads))
    length = sqrt(sum(value**2 for value in embedded)) or 1.0
    return array("b", [round(127 * value / length) for value in embedded])


def logits(hidden: Sequence[int], topics: Topics, unit: float) -> list[float]:
    """What the dimensions of an embedding score for each topic."""
    told = apart(sum(value * head for value, head in zip(hidden, topics.heads, strict=True)), len(topics.names))
    return [base + unit * value for base, value in zip(topics.bases, told, strict=True)]


def joined(by_machine: Sequence[float], by_embedding: Sequence[float], share: float) -> list[float]:
    """The scores of the machines with the log probabilities of the embedding, which count that much."""
    most = max(by_embedding)
    whole = most + log(sum([exp(score - most) for score in by_embedding]))
    return [one + share * (other - whole) for one, other in zip(by_machine, by_embedding, strict=True)]


def unit(vector: Mapping[Topic, float]) -> dict[Topic, float]:
    """The vector brought to length 1."""
    length = sqrt(sum(value**2 for value in vector.values())) or 1.0
    return {name: value / length for name, value in vector.items()}


def log_odds(share: float) -> float:
    """Of a share of all (0–1), as far as it can be told from none and from all."""
    return log((share + _LEAST) / (max(0.0, 1 - share) + _LEAST))


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
