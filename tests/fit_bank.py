"""Fit the model of the bank: `uv run --group fit python tests/fit_bank.py` writes knowledge/subjects.db anew.

In: knowledge/subjects/{plans,school,life}/*.toml. One linear support vector machine a topic, over characters and pairs.
"""

import hashlib
import sqlite3
import tomllib
from array import array
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import log, sqrt
from pathlib import Path

from knowledge.bank import FILE, PLANS, SCHEMA, WORD
from knowledge.concepts import SCALE, grams
from knowledge.wording import fold

FOLDER = FILE.with_name("subjects")
# How closely the lines are followed; .1 and 1 find fewer subjects of questions that were held out.
_CLOSELY = 0.3
# A pair in fewer lines tells nothing that others do not; a weight below that (of SCALE) is left out.
_LINES, _LEAST = 3, 8
# Added to how often a gram stands on either side: what stands on one side alone, once, tells little.
_SMOOTHED = 1.0


@dataclass(frozen=True, slots=True)
class Subject:
    """One subject: the words that an official text uses where it speaks of it, expressions that people use for it, whole
    questions about it, and expressions for one official word alone (`said`)."""

    name: str
    kind: str
    official: tuple[str, ...]
    everyday: tuple[str, ...]
    questions: tuple[str, ...]
    said: Mapping[str, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Labelled:
    """A topic with the lines that tell it; subjects come before words."""

    name: str
    kind: str
    official: tuple[str, ...]
    everyday: tuple[str, ...]
    lines: tuple[str, ...]


def read_bank(folder: Path = FOLDER) -> tuple[Subject, ...]:
    """All subjects, in the order of their files and lines."""
    return tuple(
        Subject(
            name,
            file.parent.name,
            tuple(told["official"].lower().split()),
            tuple(told["everyday"].lower().split()),
            tuple(told["ask"].splitlines()),
            {word.lower(): tuple(said.lower().split()) for word, said in told.get("said", {}).items()},
        )
        for file in sorted(folder.glob("*/*.toml"))
        for name, told in tomllib.loads(file.read_text(encoding="utf8")).items()
    )


def digest(folder: Path = FOLDER) -> str:
    """What tells one version of the bank's files from another."""
    return hashlib.sha256(b"".join(file.read_bytes() for file in sorted(folder.glob("*/*.toml")))).hexdigest()


def labelled(subjects: Sequence[Subject]) -> Iterator[Labelled]:
    for s in subjects:
        yield Labelled(s.name, s.kind, s.official, s.everyday, (s.name, *s.official, *s.everyday, *s.questions))
    for s in subjects:
        for word, said in s.said.items():
            yield Labelled(word, WORD, (word,), said, (word.replace(" ", ""), *said))


def write_bank(subjects: Sequence[Subject], file: Path, made: str) -> None:
    """Fit the model and write it for questions to read, in the place of the one that is there."""
    topics = list(labelled(subjects))
    held = [[grams(fold(line)) for line in dict.fromkeys(topic.lines)] for topic in topics]
    spread = Counter(gram for lines in held for line in lines for gram in line)
    total = sum(map(len, held))
    rare = {g: round(1 + log((1 + total) / (1 + n)), 3) for g, n in spread.items() if n >= _LINES or len(g) != 2}
    words = next((place for place, t in enumerate(topics) if t.kind == WORD), len(topics))
    biases, told = [], defaultdict(list)
    for first, some in ((0, held[:words]), (words, held[words:])):
        if some:
            weights, intercepts = _fitted(some, rare)
            biases += intercepts
            for topic, gram, weight in weights:
                told[gram].append((first + topic, weight))
    scratch = file.with_name(f".{file.name}.new")
    scratch.unlink(missing_ok=True)
    connection = sqlite3.connect(scratch)
    connection.execute("PRAGMA page_size = 4096")
    connection.executescript(SCHEMA)
    numbered = (
        (i, t.name, t.kind, " ".join(t.official), round(b, 4))
        for i, (t, b) in enumerate(zip(topics, biases, strict=True))
    )
    connection.executemany("INSERT INTO topics VALUES (?, ?, ?, ?, ?)", numbered)
    odds = _odds(topics, held)
    rows = (
        (
            g,
            rare[g],
            round(odds.get(g, 0.0), 3),
            array("H", [t for t, _ in w]).tobytes(),
            array("b", [b for _, b in w]).tobytes(),
        )
        for g, w in sorted(told.items())
    )
    connection.executemany("INSERT INTO grams VALUES (?, ?, ?, ?, ?)", rows)
    meant = sorted({(e, place) for place, t in enumerate(topics) if t.official for e in t.everyday})
    connection.executemany("INSERT INTO expressions VALUES (?, ?)", meant)
    connection.execute("INSERT INTO made VALUES (?)", [made])
    connection.commit()
    connection.execute("VACUUM")
    connection.close()
    scratch.replace(file)


def _odds(topics: Sequence[Labelled], held: Sequence[Sequence[Sequence[str]]]) -> dict[str, float]:
    """How much each gram tells that a line is about what plans speak of, rather than about what they hardly ever do."""
    counts = {inside: Counter[str]() for inside in (True, False)}
    for topic, lines in zip(topics, held, strict=True):
        if topic.kind != WORD:
            counts[topic.kind == PLANS].update(gram for line in lines for gram in line)
    inside, outside = (sum(counts[side].values()) for side in (True, False))
    return {
        gram: log(
            (counts[True][gram] / inside + _SMOOTHED / inside) / (counts[False][gram] / outside + _SMOOTHED / outside)
        )
        for gram in counts[True] | counts[False]
    }


def _fitted(
    held: Sequence[Sequence[Sequence[str]]], rare: Mapping[str, float]
) -> tuple[list[tuple[int, str, int]], list[float]]:
    """(topic, gram, weight in SCALE) of all weights that matter, and the intercepts of the topics."""
    import numpy as np
    from scipy.sparse import csr_matrix
    from sklearn.svm import LinearSVC

    names = sorted({g for lines in held for line in lines for g in line} & rare.keys())
    column = {gram: place for place, gram in enumerate(names)}
    values, columns, rows, labels = [], [], [], []
    for topic, lines in enumerate(held):
        for line in lines:
            known = [gram for gram in line if gram in column]
            length = sqrt(sum(rare[g] ** 2 for g in known)) or 1.0
            values += [rare[g] / length for g in known]
            columns += [column[g] for g in known]
            rows += [len(labels)] * len(known)
            labels.append(topic)
    lines_by_grams = csr_matrix((values, (rows, columns)), shape=(len(labels), len(names)))
    model = LinearSVC(C=_CLOSELY, tol=1e-3).fit(lines_by_grams, labels)
    weights = np.clip(np.round(SCALE * model.coef_), -127, 127).astype(int)
    kept = [(int(t), names[g], int(weights[t, g])) for t, g in zip(*np.nonzero(abs(weights) >= _LEAST), strict=True)]
    return kept, [float(b) for b in model.intercept_]


if __name__ == "__main__":
    write_bank(read_bank(), FILE, digest())
