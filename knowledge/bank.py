"""The bank of subjects as the asking side sees it: one read-only file, made of subjects/*/*.toml by tests/fit_bank, of which
nothing is read but what a question holds."""

import sqlite3
from array import array
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from itertools import accumulate
from pathlib import Path
from struct import calcsize, unpack, unpack_from
from typing import Any
from zlib import compress, decompress

FILE = Path(__file__).with_name("subjects.db")
# How near an everyday expression comes to the official words that it may mean.
MEANT = 0.85
# Grams kept of those that questions have held: some megabytes at the most.
_KEPT = 8_000
# The weights for all matters, or of all dimensions, stand in one long number, so many bits each: they are multiplied and added
# all at once. Sums stay far below half of what fits: a thousand grams of the rarest come to 20 % of it.
_LANE = 32
_HALF = 1 << _LANE - 1
# A topic is a subject: one that plans speak of, one of school life or one of daily life that they hardly ever do; or a
# matter, what one clause is usually about: some subjects each.
PLANS, SCHOOL, LIFE, MATTER = "plans", "school", "life", "matter"
# A gram's own (`own`): its rarity, its odds, the size of its place in the embedding; behind them that place in half bytes. For
# topics: by how far each is behind the one before, and behind all of these their weights.
OWN = "<BbB"
_TOPIC = "(id INTEGER PRIMARY KEY, name TEXT, kind TEXT, planned INTEGER, bias REAL, base REAL, mean REAL, spread REAL)"
SCHEMA = f"""
CREATE TABLE subjects {_TOPIC};
CREATE TABLE matters {_TOPIC};
CREATE TABLE grams (gram TEXT PRIMARY KEY, own BLOB, subjects BLOB, matters BLOB) WITHOUT ROWID;
CREATE TABLE dimensions (id INTEGER PRIMARY KEY, subjects BLOB, matters BLOB);
CREATE TABLE made (digest TEXT, bias REAL, unit REAL, meant BLOB);
"""


@dataclass(frozen=True)
class Topics:
    """All subjects, or all matters: their names and kinds, what the machines (`biases`) and the embedding (`bases`) score for
    each of a text that says nothing, and how much each dimension of the embedding tells for all of them, in lanes (`heads`);
    of those that plans speak of the places (`planned`), and mean and spread of the scores of the bank's lines."""

    names: list[str]
    kinds: list[str]
    biases: list[float]
    bases: list[float]
    heads: list[int]
    planned: list[int]
    means: list[float]
    spreads: list[float]

    @classmethod
    def of(cls, rows: Sequence[tuple[str, str, int, float, float, float, float]], heads: Iterable[bytes]) -> "Topics":
        """From rows of (name, kind, planned, bias, base, mean, spread), and a signed byte for each of them of each dimension."""
        planned = [place for place, row in enumerate(rows) if row[2]]
        return cls(
            [row[0] for row in rows],
            [row[1] for row in rows],
            [row[3] for row in rows],
            [row[4] for row in rows],
            [lanes(array("b", head)) for head in heads],
            planned,
            [rows[place][5] for place in planned],
            [rows[place][6] for place in planned],
        )

    @cached_property
    def names_planned(self) -> frozenset[str]:
        """The names of those that plans speak of."""
        return frozenset(self.names[place] for place in self.planned)

    def names_of(self, kind: str) -> frozenset[str]:
        """The names of those of a kind."""
        return frozenset(name for name, of in zip(self.names, self.kinds, strict=True) if of == kind)


@dataclass(frozen=True, slots=True)
class Gram:
    """A character or a pair of characters: how rare it is (in tenths), how much it tells that a question asks for what plans
    may say, for which subjects it speaks by how much (a signed byte), and, in lanes, for all matters and in all dimensions of
    the `embedding`."""

    rarity: int
    odds: int
    subjects: Sequence[int]
    subject_weights: Sequence[int]
    matters: int
    embedding: int


class Bank:
    """What the bank tells of grams and of expressions, its subjects and its matters."""

    def __init__(self, file: Path) -> None:
        uri = f"{file.resolve().as_uri()}?mode=ro&immutable=1"
        self._connection = sqlite3.connect(uri, uri=True, check_same_thread=False)
        self.subjects, self.matters = self._topics("subjects"), self._topics("matters")
        ((self.bias, self.unit),) = self._all("SELECT bias, unit FROM made")
        self._grams: dict[str, Gram | None] = {}

    def _topics(self, table: str) -> Topics:
        heads = self._all(f"SELECT {table} FROM dimensions ORDER BY id")
        rows = self._all(f"SELECT name, kind, planned, bias, base, mean, spread FROM {table} ORDER BY id")
        return Topics.of(rows, (head for (head,) in heads))

    @cached_property
    def official(self) -> frozenset[str]:
        """Every official word of the bank."""
        return frozenset(piece for words, _ in self._meant for word in words for piece in word.split())

    @cached_property
    def expressions(self) -> Mapping[str, tuple[str, ...]]:
        """Everyday expressions, each with the official words that it may mean."""
        found: dict[str, tuple[str, ...]] = {}
        for official, everyday in self._meant:
            for expression in everyday:
                found[expression] = (*found.get(expression, ()), *official)
        return found

    @property
    def _meant(self) -> list[tuple[tuple[str, ...], tuple[str, ...]]]:
        ((packed,),) = self._all("SELECT meant FROM made")
        return _unpacked(packed)

    def grams(self, names: Iterable[str]) -> list[Gram]:
        """What is told of these; those that the bank does not hold are left out."""
        wanted = list(names)
        if len(self._grams) > _KEPT:
            self._grams.clear()
        missing = [name for name in wanted if name not in self._grams]
        self._grams |= dict.fromkeys(missing)
        for gram, own, *told in self._rows(missing):
            (rarity, odds, size), halves = unpack_from(OWN, own), own[calcsize(OWN) :]
            embedding = lanes(size * half for byte in halves for half in (byte % 16 - 8, byte // 16 - 8))
            (subjects, weights), of_matters = map(_weighed, told)
            matters = sum(w << _LANE * place for place, w in zip(*of_matters, strict=True))
            self._grams[gram] = Gram(rarity, odds, subjects, weights, matters, embedding)
        return [known for name in wanted if (known := self._grams[name]) is not None]

    def _rows(self, names: Sequence[str]) -> Iterator[tuple[str, bytes, bytes, bytes]]:
        for start in range(0, len(names), 500):
            some = names[start : start + 500]
            marks = ",".join("?" * len(some))
            yield from self._all(f"SELECT gram, own, subjects, matters FROM grams WHERE gram IN ({marks})", some)

    def _all(self, query: str, values: Sequence[str] = ()) -> list[Any]:
        return self._connection.execute(query, values).fetchall()


def packed(meant: Iterable[tuple[Iterable[str], Iterable[str]]]) -> bytes:
    """Pairs of official words with the expressions that may mean any of them, a line for each of both, in a quarter of the room
    that rows would take."""
    return compress("\n".join("\t".join(some) for both in meant for some in both).encode(), 9)


def _unpacked(meant: bytes) -> list[tuple[tuple[str, ...], tuple[str, ...]]]:
    lines = [tuple(line.split("\t")) for line in decompress(meant).decode().split("\n")]
    return list(zip(lines[::2], lines[1::2], strict=True))


@cache
def shipped() -> Bank:
    return Bank(FILE)


def _weighed(told: bytes) -> tuple["array[int]", "array[int]"]:
    """The places of the topics that a gram speaks for, and by how much it does."""
    half = len(told) // 2
    return array("H", accumulate(told[:half])), array("b", told[half:])


def lanes(values: Iterable[int]) -> int:
    """One long number of them, which apart() takes apart again."""
    raised = array("I", [value + _HALF for value in values])
    return int.from_bytes(raised.tobytes(), "little") - _halves(len(raised))


def apart(whole: int, count: int) -> list[int]:
    """What a sum of so many lanes comes to in each.

    >>> apart(2 * lanes([1, -2, 3]) + lanes([0, 0, 5]), 3)
    [2, -4, 11]
    """
    raised = (whole + _halves(count)).to_bytes(count * _LANE // 8, "little")
    return [lane - _HALF for lane in unpack(f"<{count}I", raised)]


@cache
def _halves(count: int) -> int:
    """What no lane is below 0 with."""
    return sum(_HALF << _LANE * place for place in range(count))
