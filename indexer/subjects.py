"""Of which subjects and of which matters of the bank does a clause speak?

It is what knowledge.concepts tells of a question, told of every sentence of every clause: so the models are held as a
processor holds a vector. A gram is one long number, some bits of it for each topic, and a sentence's are added up in one step
each.
"""

import re
import struct
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from functools import cache, lru_cache
from heapq import nlargest
from math import exp, log, sqrt
from typing import NamedTuple

from knowledge.bank import Bank, Gram, Topics, shipped
from knowledge.concepts import _LIKELY, _MARKED, _SHARP, _SHARP_MATTER, SCALE, Thought, grams, unit
from knowledge.model import Clause
from knowledge.wording import fold

# So many topics are noted of a clause; a heading marks it half as much as all of its sentences together.
_KEPT, _HEADING = 12, 0.5
_LEAST = 0.003
# Sentences and grams that are kept: what a collection says again and again.
_SAID, _GRAMS = 1000, 100_000
_RARITIES = 10  # of a gram: tenths
_MIDDLE = 1 << 31  # of what the 32 bits of a topic hold: it never comes to so much


class Spoken(NamedTuple):
    """A topic of a level (subject or matter) with how likely a clause, by one of its sentences, speaks of it (0–1) and how
    far it is marked by it (0–1)."""

    level: str
    topic: str
    degree: float
    mark: float


def spoken(clause: Clause) -> Iterator[Spoken]:
    """What a clause speaks of."""
    pieces = [fold(clause.title), *re.split("[。;；]", fold(clause.text))]
    thoughts = [_thoughts(piece) for piece in pieces if piece.strip()]
    # Of a clause without a word there is none.
    for level, of_level in zip(("subject", "matter"), zip(*thoughts, strict=True), strict=False):
        degrees, marks = _degrees(of_level), _marks(of_level)
        for topic in sorted(degrees.keys() | marks.keys()):
            yield Spoken(level, topic, round(degrees.get(topic, 0.0), 4), round(marks.get(topic, 0.0), 4))


def _degrees(thoughts: Iterable[Thought]) -> dict[str, float]:
    degrees: dict[str, float] = {}
    for thought in thoughts:
        for topic, likely in thought.likely.items():
            degrees[topic] = max(likely, degrees.get(topic, 0.0))
    return _most(degrees)


def _marks(thoughts: Sequence[Thought]) -> dict[str, float]:
    """The first piece is the heading."""
    shares = [_HEADING, *(1 / (len(thoughts) - 1) for _ in thoughts[1:])]
    marks = defaultdict[str, float](float)
    for share, thought in zip(shares, thoughts, strict=True):
        for topic, mark in thought.marked.items():
            marks[topic] += share * mark
    return unit(_most(marks))


def _most(degrees: dict[str, float]) -> dict[str, float]:
    return dict(sorted(degrees.items(), key=lambda item: -item[1])[:_KEPT])


@lru_cache(_SAID)
def _thoughts(piece: str) -> tuple[Thought, Thought]:
    """Which subjects and which matters that plans speak of a folded text may be about, and by which it is marked."""
    return _models().thoughts(piece)


@cache
def _models() -> "_Models":
    return _Models(shipped())


class _Models:
    """The bank's models of subjects and of matters."""

    def __init__(self, bank: Bank) -> None:
        self._bank = bank
        self._matters = _Level(bank.matters, _SHARP_MATTER, 0)
        self._subjects = _Level(bank.subjects, _SHARP, self._matters.end)
        self._grams: dict[str, tuple[int, int]] = {}
        self._sums, self._lane = struct.Struct(f"<{self._subjects.end}i"), struct.Struct("<I")
        self._zero = self._lane.pack(_MIDDLE) * self._subjects.end
        self._signs = int.from_bytes(self._zero, "little")

    def thoughts(self, text: str) -> tuple[Thought, Thought]:
        known = self._known(grams(text))
        times = 1 / ((sqrt(sum(square for _, square in known)) or 1.0) * SCALE)
        # Every topic begins in the middle of what its bits hold, so that none borrows from the next.
        added = sum((packed for packed, _ in known), self._signs) ^ self._signs
        sums = self._sums.unpack(added.to_bytes(self._sums.size, "little"))
        return self._subjects.thought(sums, times), self._matters.thought(sums, times)

    def _known(self, names: Sequence[str]) -> list[tuple[int, int]]:
        """Of each gram its weights for all topics and the square of its rarity, nothing where the bank does not hold it."""
        if len(self._grams) > _GRAMS:
            self._grams.clear()
        if missing := [name for name in names if name not in self._grams]:
            self._bank.grams(missing)  # at once
            self._grams |= {name: self._packed(self._bank.grams([name])) for name in missing}
        return [self._grams[name] for name in names]

    def _packed(self, held: Sequence[Gram]) -> tuple[int, int]:
        row, square = bytearray(self._zero), 0
        for gram in held:
            rarity = round(gram.rarity * _RARITIES)
            square = rarity**2
            weights = (*self._subjects.placed(gram.subjects, gram.subject_weights),)
            weights += (*self._matters.placed(gram.matters, gram.matter_weights),)
            for place, weight in weights:
                self._lane.pack_into(row, place * self._lane.size, _MIDDLE + rarity * weight)
        return int.from_bytes(row, "little") - self._signs, square


class _Level:
    """All subjects, or all matters, those that plans speak of first; they stand in a row of all topics from `start` to `end`."""

    def __init__(self, topics: Topics, sharp: float, start: int) -> None:
        others = sorted(set(range(len(topics.names))).difference(topics.planned))
        order = [*topics.planned, *others]
        self.end = start + len(order)
        self._row, self._sharp = slice(start, self.end), sharp
        self._place = {topic: place for place, topic in enumerate(order, start)}
        self._planned = [topics.names[topic] for topic in topics.planned]
        self._biases = [sharp * topics.biases[topic] for topic in order]
        self._means = [-mean / spread for mean, spread in zip(topics.means, topics.spreads, strict=True)]
        self._spreads = [1 / (sharp * spread) for spread in topics.spreads]

    def placed(self, topics: Sequence[int], weights: Sequence[int]) -> Iterator[tuple[int, int]]:
        return zip(map(self._place.__getitem__, topics), weights, strict=True)

    def thought(self, sums: Sequence[int], times: float) -> Thought:
        times *= self._sharp
        scores = [bias + times * added for bias, added in zip(self._biases, sums[self._row], strict=True)]
        return Thought(self._likely(scores), self._marked(scores))

    def _likely(self, scores: Sequence[float]) -> dict[str, float]:
        whole = sum(map(exp, scores))
        least = log(_LEAST * whole)
        above = [(score, -place) for place, score in enumerate(scores) if score > least]
        likeliest = nlargest(_LIKELY, above) if len(above) > _LIKELY else above
        return {self._planned[-place]: exp(score) / whole for score, place in likeliest if -place < len(self._planned)}

    def _marked(self, scores: Sequence[float]) -> dict[str, float]:
        """Those that the scores stand out by; planned topics come first among all."""
        told = zip(scores, self._spreads, self._means, strict=False)
        beyond = [score * spread + mean for score, spread, mean in told]
        least = max(sorted(beyond)[-_MARKED:][0], 0.0)
        far = sorted(((far, -place) for place, far in enumerate(beyond) if far >= least), reverse=True)
        return unit({self._planned[-place]: far**2 for far, place in far})
