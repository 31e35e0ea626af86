"""The types that flow: a document becomes a Plan, a question becomes an Answer. Nothing here imports the rest."""

from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum


class PartKind(StrEnum):
    """What a 其中 split is made by."""

    AREA = "area"
    STAGE = "stage"
    OTHER = "other"


class Status(StrEnum):
    """How an answer stands to its question."""

    ANSWERED = "answered"
    NO_FIGURE = "no_figure"
    NOT_COVERED = "not_covered"
    AMBIGUOUS = "ambiguous"


@dataclass(frozen=True, slots=True)
class Quantity:
    """A number with its unit as it stands in a text: 10家以上 → value 10, unit 家, qualifier 以上.

    `start` and `end` are character offsets; `raw` is the text between them. `value` is the plain number
    (1.5亿元 → 150000000), `value_max` the upper end of a range (2-3期 → 3), `label` marks a number that is part of a
    name, a date or an order (“三联三查”, 2021年, 第七条) and states no quantity.
    """

    value: Decimal
    value_max: Decimal | None
    unit: str
    qualifier: str | None
    raw: str
    start: int
    end: int
    label: bool = False


@dataclass(frozen=True, slots=True)
class Figure:
    """A stated quantity of a clause: 新增学位 · 小学 7020个.

    `what` names the thing counted, `part` one item of a 其中 split and `total` the place (0, 1, …) of the split's total
    among the clause's figures. `start` and `end` are offsets in the clause's text.
    """

    clause: int
    what: str
    part: str | None
    part_kind: PartKind | None
    value: Decimal
    value_max: Decimal | None
    unit: str
    qualifier: str | None
    raw: str
    start: int
    end: int
    total: int | None


@dataclass(frozen=True, slots=True)
class Clause:
    """One clause of a plan. `number` runs through the plan from 1, `ref` is what is printed (（七）), `text` holds the
    title and all that follows, `key` is the clause's row in the store (0 before it is stored) and `id` a name that
    came with it."""

    number: int
    ref: str
    chapter: str
    title: str
    text: str
    figures: tuple[Figure, ...] = ()
    plan: str = ""
    edition: str = ""
    key: int = 0
    id: str | None = None


@dataclass(frozen=True, slots=True)
class Plan:
    """A document split: what stands before the first heading is `preamble`, what follows the last clause `tail`."""

    title: str
    issuer: str
    year: int | None
    edition: str
    chapters: tuple[str, ...]
    clauses: tuple[Clause, ...]
    preamble: str = ""
    tail: str = ""


class Wants(StrEnum):
    """What a question asks for."""

    CLAUSE = "clause"
    CHAPTER = "chapter"
    FIGURE = "figure"
    MEANING = "meaning"  # 57个是啥: the number is given, its clause is asked
    COMPARE = "compare"
    SUM = "sum"
    MOST = "most"
    LEAST = "least"
    SHARE = "share"
    WITHOUT = "without"  # 除市本级外


@dataclass(frozen=True, slots=True)
class Term:
    """A word of the question that carries meaning, with the official words it may stand for.

    `weight` is how much of the question rests on it (0 and up), `others` pairs of (official word, closeness 0–1).
    """

    text: str
    weight: float
    known: bool
    others: tuple[tuple[str, float], ...] = ()


@dataclass(frozen=True, slots=True)
class Question:
    """A question understood. `text` is what the person typed, `plain` the same folded for matching, `stated` the
    numbers that it names itself, `units` those in which the answer may be, `asks` its stretches that ask for a number,
    `doubtful` that its 几 may only mean some (几个老师在说), `elsewhere` the
    places and years that it names and no plan at hand speaks of, `danger` that a person may be in it."""

    text: str
    plain: str
    wants: Wants
    terms: tuple[Term, ...] = ()
    parts: tuple[str, ...] = ()
    stated: tuple[Quantity, ...] = ()
    units: tuple[str, ...] = ()
    refs: tuple[int, ...] = ()
    chapter: int | None = None
    asks: tuple[str, ...] = ()
    doubtful: bool = False
    danger: bool = False
    elsewhere: tuple[str, ...] = ()
    lists: bool = False


@dataclass(frozen=True, slots=True)
class Match:
    """A clause that may answer, its score (a number in [0, 100]) and the words that brought it."""

    clause: Clause
    score: float
    why: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Derived:
    """A number computed from stated figures."""

    kind: str
    value: Decimal
    unit: str
    of: tuple[Figure, ...]


@dataclass(frozen=True, slots=True)
class Answer:
    """What is known about a question: `matches` answer it, `nearest` are the best clauses whatever the status.

    `reason` says more of it: no_such_clause and no_such_chapter (of `count`), no_such_number, other_split, elsewhere, talk (谢谢);
    of an answer that points at the last one: source, detail, reason, others, no_others."""

    question: Question
    status: Status
    matches: tuple[Match, ...] = ()
    figures: tuple[tuple[Clause, Figure], ...] = ()
    derived: Derived | None = None
    nearest: tuple[Match, ...] = field(default=())
    reason: str | None = None
    count: int | None = None
