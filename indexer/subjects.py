"""Of which subjects and of which matters of the bank does a clause speak, and each of its sentences, and where do its pieces lie
in the embedding?"""

import re
from array import array
from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from knowledge.bank import shipped
from knowledge.concepts import MARKED, Concepts, Thought, concepts, direction, unit
from knowledge.model import Clause
from knowledge.wording import fold, sentences

# So many topics are noted of a clause; a heading marks it half as much as all of its sentences together.
_KEPT, _HEADING = 12, 0.5
_LEAST = 0.003
# A piece of fewer characters says too little: 小学, 科技类.
_PIECE = 4


class Spoken(NamedTuple):
    """A topic of a level (subject or matter) with how likely a clause, by one of its sentences, speaks of it (0–1) and how
    far it is marked by it (0–1)."""

    level: str
    topic: str
    degree: float
    mark: float


def spoken(clause: Clause) -> Iterator[Spoken]:
    """What a clause speaks of."""
    thoughts = _thoughts(clause)
    if not thoughts:  # a clause without a word
        return
    for level, of_level, topics in (
        ("subject", [t.subjects for t in thoughts], shipped().subjects),
        ("matter", [t.matters for t in thoughts], shipped().matters),
    ):
        degrees, marks = _degrees(of_level, topics.names_planned), _marks(of_level)
        for topic in sorted(degrees.keys() | marks.keys()):
            yield Spoken(level, topic, round(degrees.get(topic, 0.0), 4), round(marks.get(topic, 0.0), 4))


def marked(clause: Clause) -> bytes:
    """The subjects that its heading and each of its sentences are marked by: MARKED places of two bytes, and behind them as
    many marks of one byte (0–255)."""
    told = [thought.subjects.marks for thought in _thoughts(clause)]
    topics = array("H", [topic for some in told for topic in _filled(list(some))])
    return topics.tobytes() + bytes(mark for some in told for mark in _filled([round(255 * m) for m in some.values()]))


def _filled(some: list[int]) -> list[int]:
    return some + [0] * (MARKED - len(some))


def _thoughts(clause: Clause) -> list[Concepts]:
    said = [fold(clause.title), *sentences(fold(clause.text), "。;")]
    return [concepts(sentence, shipped()) for sentence in said if sentence.strip()]


def _degrees(thoughts: Sequence[Thought], planned: frozenset[str]) -> dict[str, float]:
    degrees: dict[str, float] = {}
    for thought in thoughts:
        for topic, likely in thought.likely.items():
            if topic in planned and likely > _LEAST:
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


def pieces(clause: Clause) -> bytes:
    """Where the pieces of a clause between two commas lie in the embedding, one after another (concepts.direction)."""
    said = (piece.strip() for piece in re.split("[。;；,，、\n]", fold(clause.text)))
    return b"".join(direction(piece, shipped()).tobytes() for piece in said if len(piece) >= _PIECE)
