"""The bank of subjects as the asking side sees it: one read-only file, made of subjects/*/*.toml by tests/fit_bank, of which
nothing is read but what a question holds."""

import sqlite3
from array import array
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

FILE = Path(__file__).with_name("subjects.db")
# How near an everyday expression comes to the official words that it may mean.
MEANT = 0.85
# Grams kept of those that questions have held: some megabytes at the most.
_KEPT = 20_000
# A topic is a subject: one that plans speak of, one of school life or one of daily life that they hardly ever do; or it is
# an official word with expressions of its own. Subjects come first.
PLANS, SCHOOL, LIFE, WORD = "plans", "school", "life", "word"
SCHEMA = """
CREATE TABLE topics (id INTEGER PRIMARY KEY, name TEXT NOT NULL, kind TEXT NOT NULL, official TEXT, bias REAL NOT NULL);
CREATE TABLE grams (gram TEXT PRIMARY KEY, rarity REAL NOT NULL, odds REAL NOT NULL, topics BLOB, weights BLOB) WITHOUT ROWID;
CREATE TABLE expressions (everyday TEXT, topic INTEGER REFERENCES topics(id), PRIMARY KEY (everyday, topic)) WITHOUT ROWID;
CREATE TABLE made (digest TEXT);
"""


@dataclass(frozen=True, slots=True)
class Topic:
    """`bias` is what a text that says nothing speaks for it."""

    name: str
    kind: str
    official: str
    bias: float


@dataclass(frozen=True, slots=True)
class Gram:
    """A character or a pair of characters: how rare it is, the log odds that a text which holds it is about what plans
    speak of, and for which topics it speaks by how much (a signed byte)."""

    rarity: float
    odds: float
    topics: Sequence[int]
    weights: Sequence[int]


class Bank:
    """What the bank tells of grams and of expressions, and its topics."""

    def __init__(self, file: Path) -> None:
        uri = f"{file.resolve().as_uri()}?mode=ro&immutable=1"
        self._connection = sqlite3.connect(uri, uri=True, check_same_thread=False)
        self.topics = tuple(
            Topic(*row) for row in self._all("SELECT name, kind, official, bias FROM topics ORDER BY id")
        )
        self.biases = [t.bias for t in self.topics]
        self.subjects = [t.name for t in self.topics if t.kind != WORD]
        self.count_subjects = len(self.subjects)
        self.planned = [float(t.kind == PLANS) for t in self.topics[: self.count_subjects]]
        self._grams: dict[str, Gram | None] = {}

    @property
    def official(self) -> frozenset[str]:
        """Every official word of the bank."""
        return frozenset(word for topic in self.topics for word in (topic.official or "").split())

    def grams(self, names: Iterable[str]) -> dict[str, Gram]:
        """What is told of these; those that the bank does not hold are left out."""
        wanted = list(names)
        if len(self._grams) > _KEPT:
            self._grams.clear()
        missing = [name for name in wanted if name not in self._grams]
        self._grams |= dict.fromkeys(missing)
        for gram, rarity, odds, topics, weights in self._asked("gram, rarity, odds, topics, weights", "grams", missing):
            self._grams[gram] = Gram(rarity, odds, array("H", topics), array("b", weights))
        return {name: gram for name in wanted if (gram := self._grams[name]) is not None}

    def expressions(self, names: Iterable[str]) -> dict[str, tuple[str, ...]]:
        """Which of these are everyday expressions, each with the official words that it may mean."""
        found: dict[str, tuple[str, ...]] = {}
        for everyday, topic in self._asked("everyday, topic", "expressions", list(names)):
            found[everyday] = (*found.get(everyday, ()), *self._meant(self.topics[topic]))
        return found

    def _meant(self, topic: Topic) -> tuple[str, ...]:
        return (topic.official,) if topic.kind == WORD else tuple(topic.official.split())

    def _asked(self, columns: str, table: str, names: Sequence[str]) -> list[Any]:
        """The rows of a table whose first column is one of these."""
        key, rows = columns.split(",", maxsplit=1)[0], []
        for start in range(0, len(names), 500):
            some = names[start : start + 500]
            rows += self._all(f"SELECT {columns} FROM {table} WHERE {key} IN ({','.join('?' * len(some))})", some)
        return rows

    def _all(self, query: str, values: Sequence[str] = ()) -> list[Any]:
        return self._connection.execute(query, values).fetchall()


@cache
def shipped() -> Bank:
    return Bank(FILE)
