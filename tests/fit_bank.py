"""Fit the models of the bank: `uv run --group fit python tests/fit_bank.py` writes knowledge/subjects.db anew, and the questions
that a word is tried on before it is taught at the desk.

In: knowledge/subjects/{plans,school,life}/*.toml. Out: over characters and pairs of them one linear support vector machine a
subject, one a matter (what one clause is usually about, some subjects each), an embedding in few dimensions from which both are
told, and a logistic regression of what plans say.
"""

import hashlib
import sqlite3
import tomllib
from array import array
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import log, sqrt
from pathlib import Path
from struct import pack
from typing import Any

from bot.web.desk.words import OFF_TOPIC
from knowledge.bank import FILE, MATTER, OWN, PLANS, SCHEMA, packed
from knowledge.concepts import EMBEDDED, EMBEDDED_MATTER, ODDS, SCALE, grams
from knowledge.wording import fold

FOLDER = FILE.with_name("subjects")
# How closely the lines are followed; .1 and 1 find fewer subjects of questions that were held out.
_CLOSELY, _CLOSELY_SAID = 0.3, 1.0
# A pair in fewer lines is left out, to stay within 2 MB: of 5,200 everyday questions about twenty plans as many find their clause
# with pairs in 20.
_LINES = 28
# Weights below that (in 1/SCALE) are left out, to stay within 2 MB: of a matter, of a subject of plans, of another subject. Beside
# the embedding fewer find as many clauses; below 12 of a subject of plans one in a hundred of the same questions less does.
_LEAST_MATTER, _LEAST_PLANS, _LEAST_OTHER = 16, 10, 12
# The embedding: so many dimensions; so often all lines are gone through, so many at a time, this share of their grams left out
# each time, at steps of this size. The topic of a line is taken for so little doubtful, and its matter counts half as much as its
# subject. On 1,900 everyday questions about eight plans 32 to 64 dimensions, a share of .3 to .6 and 4 to 8 times find as many clauses
# within 1 %, three beginnings too.
_DIMENSIONS, _TIMES, _AT_A_TIME, _LEFT_OUT, _STEP = 48, 5, 512, 0.4, 0.01
_DOUBT, _OF_MATTER = 0.05, 0.5
# Each gram's place is kept in half bytes, from the spread of its dimensions at most so many times that: in bytes it finds no more.
_REACH, _HALF_BYTE = 2.3, 7
# A question beside the point counts so often as one that no plan answers.
_BESIDE = 3.0
# Questions of each subject that plans do not cover, on which a word is tried.
_TRIED = 8


@dataclass(frozen=True, slots=True)
class Subject:
    """One subject: the matter it belongs to, the words that an official text uses where it speaks of it, expressions that
    people use for it, whole questions about it, official sentences about it (`written`), questions in its words about what
    plans never say (`beside`), and expressions for one official word alone (`said`)."""

    name: str
    kind: str
    matter: str
    official: tuple[str, ...]
    everyday: tuple[str, ...]
    questions: tuple[str, ...]
    written: tuple[str, ...]
    beside: tuple[str, ...]
    said: Mapping[str, tuple[str, ...]]

    @property
    def lines(self) -> tuple[str, ...]:
        """All that tells the subject, each once."""
        said = (expression for some in self.said.values() for expression in some)
        told = (self.name, *self.official, *self.everyday, *self.questions, *self.written, *said)
        return tuple(dict.fromkeys(told))


def read_bank(folder: Path = FOLDER) -> tuple[Subject, ...]:
    """All subjects, in the order of their files and lines."""
    return tuple(
        Subject(
            name,
            file.parent.name,
            told.get("matter", file.stem),
            tuple(told["official"].lower().split()),
            tuple(told["everyday"].lower().split()),
            tuple(told["ask"].splitlines()),
            tuple(told.get("written", "").splitlines()),
            tuple(told.get("beside", "").splitlines()),
            {word.lower(): tuple(said.lower().split()) for word, said in told.get("said", {}).items()},
        )
        for file in sorted(folder.glob("*/*.toml"))
        for name, told in tomllib.loads(file.read_text(encoding="utf8")).items()
    )


def digest(folder: Path = FOLDER) -> str:
    """What tells one version of the bank's files from another."""
    return hashlib.sha256(b"".join(file.read_bytes() for file in sorted(folder.glob("*/*.toml")))).hexdigest()


def off_topic(subjects: Sequence[Subject]) -> list[str]:
    """Some questions of each subject that plans do not cover, from all over its list."""
    strange = (s.questions for s in subjects if s.kind != PLANS)
    return [question for some in strange for question in some[:: max(1, len(some) // _TRIED)][:_TRIED]]


class Lines:
    """The bank's lines as vectors: the rarity of each gram that they hold, to length 1."""

    def __init__(self, lines: Sequence[str]) -> None:
        self._held = [grams(fold(line)) for line in lines]
        spread, total = Counter(gram for line in self._held for gram in line), len(lines)
        rare = {g: round(1 + log((1 + total) / (1 + n)), 2) for g, n in spread.items() if n >= _LINES or len(g) != 2}
        self.rarity = dict(sorted(rare.items()))
        self.names = list(self.rarity)

    def vectors(self) -> Any:
        from scipy.sparse import csr_matrix

        column = {gram: place for place, gram in enumerate(self.names)}
        values: list[float] = []
        columns: list[int] = []
        starts = [0]
        for line in self._held:
            known = [gram for gram in line if gram in column]
            length = sqrt(sum(self.rarity[g] ** 2 for g in known)) or 1.0
            values += [self.rarity[g] / length for g in known]
            columns += [column[g] for g in known]
            starts.append(len(columns))
        return csr_matrix((values, columns, starts), shape=(len(self._held), len(self.names)))


def write_bank(subjects: Sequence[Subject], file: Path, made: str) -> None:
    """Fit the models and write them for questions to read, in the place of those that are there."""
    said = [line for s in subjects for line in s.lines]
    lines = Lines([*said, *(line for s in subjects for line in s.beside)])
    vectors = lines.vectors()
    subject_of = [place for place, s in enumerate(subjects) for _ in s.lines]
    matters = list(dict.fromkeys(s.matter for s in subjects))
    matter_of = [matters.index(subjects[place].matter) for place in subject_of]
    least = [_LEAST_PLANS if s.kind == PLANS else _LEAST_OTHER for s in subjects]
    planned = {s.matter: s.kind == PLANS for s in subjects}
    told = vectors[: len(said)]
    embedding = embedded(told, [subject_of, matter_of])
    by_subject = _fitted(told, subject_of, least, embedding.logits(told, 0), EMBEDDED)
    by_matter = _fitted(told, matter_of, [_LEAST_MATTER] * len(matters), embedding.logits(told, 1), EMBEDDED_MATTER)
    odds, bias = _odds(subjects, vectors)
    scratch = file.with_name(f".{file.name}.new")
    scratch.unlink(missing_ok=True)
    connection = sqlite3.connect(scratch)
    connection.execute("PRAGMA page_size = 4096")
    connection.executescript(SCHEMA)
    named = [(s.name, s.kind, s.kind == PLANS) for s in subjects]
    connection.executemany(
        "INSERT INTO subjects VALUES (?, ?, ?, ?, ?, ?, ?, ?)", _numbered(named, by_subject, embedding.bases[0])
    )
    named = [(m, MATTER, planned[m]) for m in matters]
    connection.executemany(
        "INSERT INTO matters VALUES (?, ?, ?, ?, ?, ?, ?, ?)", _numbered(named, by_matter, embedding.bases[1])
    )
    for column, gram in enumerate(lines.names):
        size, place = embedding.of(column)
        own = pack(OWN, round(10 * lines.rarity[gram]), round(ODDS * odds[column]), size) + place
        row = (gram, own, by_subject.of(column), by_matter.of(column))
        connection.execute("INSERT INTO grams VALUES (?, ?, ?, ?)", row)
    heads = zip(*(head.T for head in embedding.heads), strict=True)
    connection.executemany(
        "INSERT INTO dimensions VALUES (?, ?, ?)", ((n, *(h.tobytes() for h in two)) for n, two in enumerate(heads))
    )
    row = [made, round(bias, 4), embedding.unit, packed(_meant(subjects))]
    connection.execute("INSERT INTO made VALUES (?, ?, ?, ?)", row)
    connection.commit()
    connection.execute("VACUUM")
    connection.close()
    scratch.replace(file)


def _meant(subjects: Sequence[Subject]) -> Iterator[tuple[tuple[str, ...], tuple[str, ...]]]:
    """Official words with the expressions that may mean any of them."""
    for s in subjects:
        if s.official:
            yield s.official, s.everyday
        for word, said in s.said.items():
            yield (word,), said


@dataclass(frozen=True, slots=True)
class Fitted:
    """One machine a topic: its weights of the grams in 1/SCALE, its intercept, and mean and spread of its scores."""

    weights: Any
    intercepts: Sequence[float]
    means: Sequence[float]
    spreads: Sequence[float]

    def of(self, column: int) -> bytes:
        """The topics that a gram speaks for, each by how far it is behind the one before, and behind these by how much; where
        that is too far for a byte one between them has no weight."""
        steps, weights, last = array("B"), array("b"), 0
        for topic in map(int, self.weights[:, column].nonzero()[0]):
            far, rest = divmod(topic - last, 255)
            steps.extend([255] * far + [rest])
            weights.extend([0] * far + [int(self.weights[topic, column])])
            last = topic
        return steps.tobytes() + weights.tobytes()


def _numbered(named: Sequence[tuple[str, str, bool]], fitted: Fitted, bases: Any) -> Iterator[tuple[object, ...]]:
    scores = zip(fitted.intercepts, bases.tolist(), fitted.means, fitted.spreads, strict=True)
    for place, (name, score) in enumerate(zip(named, scores, strict=True)):
        yield place, *name, *(round(value, 4) for value in score)


def _fitted(vectors: Any, topic_of: Sequence[int], least: Sequence[int], logits: Any, share: float) -> Fitted:
    """One machine a topic; mean and spread are those of its scores with `logits`, those of an embedding, which count that much."""
    import numpy as np
    from scipy.sparse import csr_matrix
    from sklearn.multiclass import OneVsRestClassifier
    from sklearn.svm import LinearSVC

    machines = OneVsRestClassifier(LinearSVC(C=_CLOSELY, tol=2e-3), n_jobs=-1).fit(vectors, topic_of).estimators_
    rows = [np.clip(np.round(SCALE * m.coef_[0]), -127, 127).astype(np.int8) for m in machines]
    weights, intercepts = np.array(rows), np.array([float(m.intercept_[0]) for m in machines])
    weights[abs(weights) < np.array(least)[:, None]] = 0
    scores = np.asarray(vectors @ csr_matrix(weights.T.astype(float) / SCALE) + intercepts)
    scores += share * (logits - np.log(np.exp(logits).sum(1, keepdims=True)))
    return Fitted(weights, intercepts.tolist(), scores.mean(0).tolist(), scores.std(0).tolist())


# --- the embedding


@dataclass(frozen=True, slots=True)
class Embedding:
    """Where each gram lies, in half bytes that its `sizes` are times as large, and a signed byte for each dimension of each
    topic, of subjects and of matters (`heads`), with what they score for a text that says nothing (`bases`); `unit` is what
    one of such a product tells."""

    sizes: Any
    places: Any
    heads: Sequence[Any]
    bases: Sequence[Any]
    unit: float

    def logits(self, vectors: Any, level: int) -> Any:
        """What it scores for the topics of a level, a row for each vector."""
        hidden = vectors @ (self.places * self.sizes[:, None]).astype(float)
        return hidden @ self.heads[level].T.astype(float) * self.unit + self.bases[level]

    def of(self, column: int) -> tuple[int, bytes]:
        """The size of a gram's place, and that in half bytes."""
        low, high = (self.places[column] + _HALF_BYTE + 1).reshape(-1, 2).T
        return int(self.sizes[column]), (low + 16 * high).astype("uint8").tobytes()


def embedded(vectors: Any, topics: Sequence[Sequence[int]]) -> Embedding:
    """A place for each gram such that from the mean place of a line's both its topics are told, its subject and its matter: two
    softmax regressions over few dimensions, fitted by Adam, with grams left out at random."""
    import numpy as np

    chance = np.random.default_rng(0)
    rows, of = vectors.tocsr().astype(np.float32), [np.array(level) for level in topics]
    counts = [int(level.max()) + 1 for level in of]
    shapes = [(rows.shape[1], _DIMENSIONS), *((count, _DIMENSIONS) for count in counts)]
    weights = [chance.normal(0, 0.1, shape).astype(np.float32) for shape in shapes]
    weights += [np.zeros(count, np.float32) for count in counts]
    place, *rest = weights
    heads, bases = rest[: len(of)], rest[len(of) :]
    means, squares = [np.zeros_like(w) for w in weights], [np.zeros_like(w) for w in weights]
    steps, step, each = _TIMES * (rows.shape[0] // _AT_A_TIME), 0, np.arange(_AT_A_TIME)
    for _ in range(_TIMES):
        order = chance.permutation(rows.shape[0])
        for start in range(0, len(order) - _AT_A_TIME + 1, _AT_A_TIME):
            some = order[start : start + _AT_A_TIME]
            line = rows[some]
            line.data = line.data * (chance.random(len(line.data)) > _LEFT_OUT) / (1 - _LEFT_OUT)
            hidden, back = line @ place, 0
            of_heads, of_bases = [], []
            for head, base, level, count, part in zip(heads, bases, of, counts, (1, _OF_MATTER), strict=True):
                scores = hidden @ head.T + base
                wrong = np.exp(scores - scores.max(1, keepdims=True))
                wrong = wrong / wrong.sum(1, keepdims=True) - _DOUBT / count
                wrong[each, level[some]] -= 1 - _DOUBT
                wrong *= part / _AT_A_TIME
                of_heads.append(wrong.T @ hidden)
                of_bases.append(wrong.sum(0))
                back = back + wrong @ head
            step += 1
            pace = _STEP * min(1, 10 * step / steps) * max(0.02, 1 - step / steps)
            slopes = (line.T @ back, *of_heads, *of_bases)
            for weight, slope, mean, square in zip(weights, slopes, means, squares, strict=True):
                mean += 0.1 * (slope - mean)  # noqa: PLW2901 - in place
                square += 0.01 * (slope**2 - square)  # noqa: PLW2901
                weight -= pace * mean / (1 - 0.9**step) / (np.sqrt(square / (1 - 0.99**step)) + 1e-6)  # noqa: PLW2901
    reach = _REACH * place.std(1) / _HALF_BYTE
    sizes = np.clip(np.round(reach / reach.max() * 255), 1, 255).astype(int)
    unit = float(reach.max()) / 255
    halves = np.clip(np.round(place / unit / sizes[:, None]), -_HALF_BYTE, _HALF_BYTE).astype(int)
    most = max(float(abs(head).max()) for head in heads)
    signed = [np.round(127 * head / most).astype(np.int8) for head in heads]
    return Embedding(sizes, halves, signed, bases, unit * most / 127)


def _odds(subjects: Sequence[Subject], vectors: Any) -> tuple[list[float], float]:
    """How much each gram tells that a question asks for what plans may say, and the log odds of one that says nothing."""
    from sklearn.linear_model import LogisticRegression

    questions = [frozenset((*s.everyday, *s.questions)) for s in subjects]
    asked = [line in some for s, some in zip(subjects, questions, strict=True) for line in s.lines]
    planned = [s.kind == PLANS for s in subjects for _ in s.lines]
    beside = vectors.shape[0] - len(asked)
    rows = [place for place, is_one in enumerate(asked) if is_one] + list(range(len(asked), vectors.shape[0]))
    labels = [planned[place] for place in rows[: len(rows) - beside]] + [False] * beside
    counts = [1.0] * (len(rows) - beside) + [_BESIDE] * beside
    model = LogisticRegression(C=_CLOSELY_SAID, max_iter=500).fit(vectors[rows], labels, sample_weight=counts)
    return model.coef_[0].tolist(), float(model.intercept_[0])


if __name__ == "__main__":
    bank = read_bank()
    write_bank(bank, FILE, digest())
    OFF_TOPIC.write_text("\n".join(off_topic(bank)) + "\n", encoding="utf8")
