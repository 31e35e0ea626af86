"""The types that flow: a document becomes a Plan, a question becomes an Answer. Nothing here imports the rest."""

from collections.abc import MutableSequence
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum
from typing import NamedTuple


class PartKind(StrEnum):
    """What a 其中 split is made by. A question may name a level of government (省里), by whatever its part is kept."""

    AREA = "area"
    STAGE = "stage"
    OTHER = "other"
    LEVEL = "level"


class Status(StrEnum):
    """How an answer stands to its question."""

    ANSWERED = "answered"
    NO_FIGURE = "no_figure"
    NO_DETAIL = "no_detail"
    NOT_COVERED = "not_covered"
    AMBIGUOUS = "ambiguous"
    UNSURE = "unsure"


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
    among the clause's figures, None too for a split whose total is not stated. `split` numbers the splits of a clause
    (0, 1, …): parts of one split share it. `start` and `end` are offsets in the clause's text; several parts share them
    where one number is stated for 各 of several names.
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
    split: int | None = None

    def __hash__(self) -> int:
        return hash((self.clause, self.start, self.part))  # quick: every question asks about many


@dataclass(frozen=True, slots=True)
class Clause:
    """One clause of a plan. `number` runs through the plan from 1 (0: its introduction), `ref` is what is printed (（七）), `path` the number of its
    chapter (五、) where others are printed so too, `text` holds the title and all that follows, `key` is the clause's row in
    the store (0 before it is stored) and `id` a name that came with it."""

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
    path: str = ""
    year: int | None = None

    def __hash__(self) -> int:
        return hash((self.plan, self.number, self.key))


@dataclass(frozen=True, slots=True)
class Plan:
    """A document split: what stands before the first heading is `preamble`, what follows the last clause `tail`; `date` is
    that of its writing (2021-03-05), `number` its own among documents (苏教〔2021〕5号), "" where it says none."""

    title: str
    issuer: str
    year: int | None
    edition: str
    chapters: tuple[str, ...]
    clauses: tuple[Clause, ...]
    preamble: str = ""
    tail: str = ""
    date: str = ""
    number: str = ""


@dataclass(frozen=True, slots=True)
class Listed:
    """A plan as the index lists it: `key` is its row in the store."""

    key: int
    title: str
    issuer: str
    year: int | None


class Speaking(NamedTuple):
    """The keys of the clauses that speak of a topic, with how likely each does (0–1) and its mark (indexer.subjects)."""

    keys: MutableSequence[int]
    degrees: MutableSequence[float]
    marks: MutableSequence[float]


class Told(NamedTuple):
    """What a clause speaks of, per level of topics how likely it does of each (0–1), with its mark; where its pieces lie in
    the embedding; and by which `subjects` (their places) its sentences are marked, and how much (0–255); each of these one
    after another (indexer.subjects)."""

    topics: dict[str, dict[str, tuple[float, float]]]
    pieces: MutableSequence[int]
    subjects: MutableSequence[int]
    marks: MutableSequence[int]


class Spoken(NamedTuple):
    """How likely the likeliest clause speaks of a topic (0–1), and the sums over all clauses of how likely each does and of
    the squares of their marks."""

    most: float
    degrees: float
    marks: float


@dataclass(frozen=True, slots=True)
class Year:
    """A year as a question names it: 2022年 by its `number`; 去年 by how many years it is `from_now` (-1)."""

    number: int | None = None
    from_now: int = 0


@dataclass(frozen=True, slots=True)
class Term:
    """A word of the question that carries meaning, with the official words it may stand for.

    `weight` is how much of the question rests on it (0 and up), `others` pairs of (official word, closeness 0–1).
    """

    text: str
    weight: float
    known: bool
    others: tuple[tuple[str, float], ...] = ()


class Asks(StrEnum):
    """What kind of answer a question wants."""

    CLAUSE = "clause"
    FIGURE = "figure"
    SPLIT = "split"  # 怎么分的: the parts of a total
    DATE = "date"
    PLACE = "place"
    NAMES = "names"  # 有哪些
    ROLL = "roll"  # 名单, 哪几所: who or which institutions
    WHICH = "which"  # 哪个区: one part or one name
    BODY = "body"
    OFFICE = "office"
    CONTACT = "contact"
    REASON = "reason"
    MEANING = "meaning"  # 57个是啥: a number is given, what it counts is asked
    CHAPTER = "chapter"
    # What is asked of the last answer itself.
    SOURCE = "source"
    DETAIL = "detail"
    OTHERS = "others"


# What a clause may or may not state of what it speaks of.
DETAILS = frozenset({Asks.DATE, Asks.PLACE, Asks.NAMES, Asks.ROLL, Asks.WHICH, Asks.BODY, Asks.OFFICE, Asks.CONTACT})


class Op(StrEnum):
    """What is done with a list of figures."""

    SUM = "sum"
    DIFFERENCE = "difference"
    RATIO = "ratio"
    SHARE = "share"
    AVERAGE = "average"
    EXCEPT = "except"
    REST = "rest"
    NOT = "not"  # 不是骨干的有几名
    WORTH = "worth"  # 折合多少人
    MOST = "most"
    LEAST = "least"
    RANK = "rank"
    TOP = "top"
    BOTTOM = "bottom"
    GROWTH = "growth"  # 涨了几成
    DOWN = "down"  # 从多到少
    UP = "up"
    ABOVE = "above"
    BELOW = "below"


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a split as a question names it: 武进 → names 武进区, 武进. `kind` is None where nothing tells."""

    text: str
    kind: PartKind | None
    names: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Ref:
    """A clause by its place: `number` as printed (-1: the last), up to `to`; in a chapter; or a `step` from the clause
    that the chat stands at. A chapter alone has no number. `item` is one inside the clause, by its number or, where it is a
    `paragraph` (第二款), by its place."""

    number: int | None = None
    to: int | None = None
    chapter: int | None = None
    step: int = 0
    item: int | None = None
    paragraph: bool = False


@dataclass(frozen=True, slots=True)
class Frame:
    """What one question asks, in slots."""

    # The stretch of the message that says it.
    text: str
    # The words of its subject, the parts of splits that it names, the kind of part that it asks for each of, how many of
    # which ending (四个县: 4, 县), and whether every one of what it names is asked for.
    about: tuple[Term, ...] = ()
    parts: tuple[Part, ...] = ()
    by: PartKind | None = None
    few: tuple[int, str] | None = None
    each: bool = False
    # The kind of answer it wants, and the units that a figure may have (empty: any).
    asks: Asks = Asks.CLAUSE
    units: tuple[str, ...] = ()
    # What is done with a list of figures, what is chosen from it before (前三名平均几个: top, average), the number that either
    # needs, and the numbers that the question names itself.
    op: Op | None = None
    first: tuple[Op, ...] = ()
    value: Decimal | None = None
    stated: tuple[Quantity, ...] = ()
    # The clauses that it names by their place, and two subjects that are compared or added.
    refs: tuple[Ref, ...] = ()
    sides: tuple[tuple[Term, ...], ...] = ()
    # The titles of the plans and the years that it names, how many of the newest years it sets side by side (这两年: 2),
    # whether it asks for a change in hundredths (涨了几成) or whether there is one (涨了还是降了), what is done with the figures of
    # several years, and the years and places that no plan at hand is about.
    named: tuple[str, ...] = ()
    years: tuple[Year, ...] = ()
    span: int = 0
    grows: bool = False
    moves: bool = False
    over: Op | None = None
    elsewhere: tuple[str, ...] = ()
    # Whether it says that it goes on, whether its 几 may mean some, whether it asks how, whether or in which grade and so for no
    # number, and whether its when is a wish (啥时候能躺着睡) rather than a question for a date.
    leans: bool = False
    doubtful: bool = False
    how: bool = False
    wishes: bool = False
    # The thing of each of which it asks (每个集团带几所), what of a thing (男的 of 老师里男的几个), what it counts by its own word (学位 of
    # 幼儿园加多少学位), how many there are in all (True) or are added (False), and what one is wanted of (医院 of 哪家医院).
    per: str = ""
    among: tuple[Term, ...] = ()
    counted: Term | None = None
    stock: bool | None = None
    which: Term | None = None
    # Whether it asks what a number was before it changed, and the year whose number it wants where no plan is of that year,
    # but one may state it (由上年的318名增至390名).
    former: bool = False
    past: int | None = None
    # What numbers it asks for besides (新设几间，一间补多少钱).
    also: tuple["Frame", ...] = ()
    # Its text without what asks for a number or does something with numbers.
    told: str = ""
    # What it does with the chat (back, correct).
    turn: str = ""


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
class Evidence:
    """The sentences of a clause that an answer rests on, word for word, and the words in them that were asked about."""

    clause: Clause
    text: str
    said: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Finding:
    """What is known about one frame: `matches` answer it, `figures` are those that do, each with its clause."""

    frame: Frame
    status: Status
    matches: tuple[Match, ...] = ()
    figures: tuple[tuple[Clause, Figure], ...] = ()
    derived: Derived | None = None
    # More of the status: no_such_clause and no_such_chapter (of `count`), no_such_number, other_split, no_operands (nothing
    # to compute with), none_such (nothing above or below), elsewhere, talk (谢谢); of no_detail what is not stated (date, place,
    # roll …, or a section of details.toml); of what is asked about the last answer: source, detail, reason, others, no_others.
    reason: str | None = None
    count: int | None = None
    # The sentences that it rests on, one for each clause, and the clauses to choose from where it is unsure which is meant.
    evidence: tuple[Evidence, ...] = ()
    offered: tuple[Match, ...] = ()
    # Of a refusal the subject that a bureau answers elsewhere, and whom an operator says to ask.
    subject: str = ""
    elsewhere: str = ""
    # Where there are several plans those that were asked, and that no year was named: that the newest answers, or an older
    # one since the newest does not.
    plans: tuple[Plan, ...] = ()
    led: str = ""


@dataclass(frozen=True, slots=True)
class Answer:
    """What is known about a message: a finding for each of its questions, in the order asked. `nearest` are the best
    clauses whatever the status, `danger` that a person may be in it."""

    text: str
    findings: tuple[Finding, ...]
    nearest: tuple[Match, ...] = field(default=())
    danger: bool = False

    @property
    def status(self) -> Status:
        """That of the first finding that answers, else of the first."""
        told = [f.status for f in self.findings]
        return next((s for s in told if s in {Status.ANSWERED, Status.AMBIGUOUS}), told[0])

    @property
    def matches(self) -> tuple[Match, ...]:
        found = {m.clause.key: m for f in reversed(self.findings) for m in reversed(f.matches)}
        return tuple(dict.fromkeys(found[m.clause.key] for f in self.findings for m in f.matches))

    @property
    def figures(self) -> tuple[tuple[Clause, Figure], ...]:
        return tuple(dict.fromkeys(pair for f in self.findings for pair in f.figures))

    @property
    def derived(self) -> Derived | None:
        """The first number that was computed."""
        return next((f.derived for f in self.findings if f.derived), None)

    @property
    def reason(self) -> str | None:
        return self.findings[0].reason

    @property
    def frames(self) -> tuple[Frame, ...]:
        return tuple(f.frame for f in self.findings)
