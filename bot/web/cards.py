"""A reply as a card of the page: big figures, bars, sentences with what was asked marked, clauses to tap."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import ClassVar
from urllib.parse import urlencode

from bot.replies import blocks
from bot.replies.blocks import (
    Also,
    Block,
    Chart,
    Clauses,
    Computed,
    Number,
    Numbers,
    Quote,
    Reply,
    Say,
    Whole,
    plain,
    shortened,
)
from bot.replies.naming import line, plan_names, ref_of, titled
from bot.replies.passages import marked
from bot.replies.related import related
from knowledge.model import Answer, Clause, Plan, Status
from knowledge.store import Store

# So many other clauses are offered.
_OFFERED = 4
# More figures than these are a list.
_LARGE = 3
# The narrowest bar, in percent.
_NARROWEST = 1.5


@dataclass(frozen=True, slots=True)
class Words:
    """Sentences of ours."""

    kind: ClassVar[str] = "words"
    paragraphs: tuple[str, ...]
    heading: bool = False


@dataclass(frozen=True, slots=True)
class Place:
    """Where a clause stands: its name (第（七）条 …), the plan with its edition, the address to read it at."""

    kind: ClassVar[str] = "place"
    name: str
    plan: str
    href: str


@dataclass(frozen=True, slots=True)
class Help:
    """Whom to call, and the numbers to dial."""

    kind: ClassVar[str] = "help"
    text: str
    numbers: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Big:
    """A number to be seen from afar: what it counts, itself, its unit, and how it was computed where it was."""

    what: str
    number: str
    unit: str = ""
    how: str = ""
    computed: bool = False
    place: str = ""


@dataclass(frozen=True, slots=True)
class Figures:
    kind: ClassVar[str] = "figures"
    bigs: tuple[Big, ...]

    @property
    def computed(self) -> bool:
        return any(b.computed for b in self.bigs)

    @property
    def listed(self) -> bool:
        """Are they so many that they read best as lines?"""
        return sum(not b.computed for b in self.bigs) > _LARGE


@dataclass(frozen=True, slots=True)
class Row:
    """A bar of a chart: its name, the number as printed, its width in percent."""

    name: str
    raw: str
    percent: float
    marked: bool


@dataclass(frozen=True, slots=True)
class Picture:
    kind: ClassVar[str] = "picture"
    title: str
    rows: tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class Passage:
    """Sentences of a clause in pieces, each marked or not, and where they stand, unless a heading has told it."""

    kind: ClassVar[str] = "passage"
    sentences: tuple[tuple[tuple[str, bool], ...], ...]
    place: Place | None


@dataclass(frozen=True, slots=True)
class Fold:
    kind: ClassVar[str] = "fold"
    paragraphs: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Choices:
    """Clauses to tap."""

    kind: ClassVar[str] = "choices"
    items: tuple[tuple[str, str], ...]


Part = Words | Place | Help | Figures | Picture | Passage | Fold | Choices
Script = Callable[[str], str]


@dataclass(frozen=True, slots=True)
class Card:
    """What the template shows: `said` is what a screen reader says at once, `copied` what goes into the clipboard,
    `related` other clauses; `gentle` that the plan does not say it, `lost` that it says nothing near to it;
    `readings` the answers to choose from, `shared` the link that opens this one, `kept` that which opens it for good once it is
    shared (empty where there is none); `offers` that what is to be chosen answers the question, `onward` what may be asked
    next, `table` where its years stand in a table, `plans` the short names of those that it is from where there are
    several."""

    parts: tuple[Part, ...]
    written: Script
    lang: str
    said: str
    copied: str
    related: tuple[tuple[str, str], ...] = ()
    gentle: bool = False
    lost: bool = False
    readings: tuple[tuple[str, str], ...] = ()
    shared: str = ""
    kept: str = ""
    offers: bool = False
    onward: tuple[str, ...] = ()
    table: str = ""
    plans: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Links:
    """Where clauses are read; the plan is always named, since another one may be the newest when a link is opened."""

    def plan(self, clause: Clause) -> str:
        """Its place in the plan as a page."""
        return f"/plan?{urlencode({'plan': clause.plan})}#clause-{clause.number}"

    def clause(self, clause: Clause) -> str:
        """The clause as a card."""
        return f"/clause?{urlencode({'number': clause.number, 'plan': clause.plan})}"


def answer_card(answer: Answer, reply: Reply, store: Store, links: Links, asked: Plan | None = None) -> Card:
    """The card of an answer, with other clauses to go on with; `asked` is the only plan that it was looked for in."""
    made = card(reply, links)
    gentle = answer.status in {Status.NOT_COVERED, Status.NO_FIGURE, Status.NO_DETAIL, Status.UNSURE}
    lost = answer.status is Status.NOT_COVERED and len(answer.findings) == 1
    said = {m.clause.key for m in answer.matches[:1]} | _said_already(reply.blocks)
    others = dict.fromkeys([*(m.clause for m in answer.matches[1:]), *related(answer, store)])
    offered = [(reply.written(line(c)), links.clause(c)) for c in others if c.key not in said]
    offers = answer.status is Status.UNSURE and len(answer.findings) == 1
    titles = [m.clause.plan for m in answer.matches] or [p.title for p in [asked] if p]
    plans = tuple(map(reply.written, plan_names(titles, tuple(store.listed()))))
    return replace(made, related=tuple(offered[:_OFFERED]), gentle=gentle, lost=lost, offers=offers, plans=plans)


def card(reply: Reply, links: Links) -> Card:
    """The card of a reply; other clauses stand at its foot, so that nothing in it points to them."""
    told = [b for b in reply.blocks if not isinstance(b, Also)]
    brief = tuple(b for b in told if not isinstance(b, (Chart, Whole)))
    parts = tuple(_parts(told, links, reply.written))
    lang = "zh-Hant" if reply.traditional else "zh-Hans"
    return Card(parts, reply.written, lang, _said(parts), plain(replace(reply, blocks=brief)))


def _said_already(told: Sequence[Block]) -> set[int]:
    """The clauses that are quoted or listed."""
    listed = {clause.key for b in told if isinstance(b, Clauses) for _, clause in b.lines}
    return listed | {b.clause.key for b in told if isinstance(b, Quote)}


def _parts(told: Sequence[Block], links: Links, written: Script) -> Iterator[Part]:
    for before, block, after in zip((None, *told), told, (*told[1:], None), strict=False):
        match block:
            case blocks.Help(text, dials):
                yield Help(written(text), dials)
            case Say(heading=True) if isinstance(after, Quote):
                yield _place(after.clause, links, written)
            case Say(text, heading):
                yield Words(_paragraphs(text, written), heading)
            case Numbers(items):
                bigs = (_big(item, written) for item in items)
                yield Figures(tuple(sorted(bigs, key=lambda b: not b.computed)))
            case Chart():
                yield _picture(block, before, written)
            case Quote(text, _, clause, said):
                headed = isinstance(before, Say) and before.heading
                sentences = tuple(marked(s, said, written) for s in text.split("\n") if s)
                yield Passage(sentences, None if headed else _place(clause, links, written))
            case Whole(text):
                yield Fold(_paragraphs(text, written))
            case Clauses(lines):
                yield Choices(tuple((written(name), links.clause(clause)) for name, clause in lines))


def _paragraphs(text: str, written: Script) -> tuple[str, ...]:
    return tuple(written(p) for p in text.split("\n") if p)


def _big(item: Number | Computed, written: Script) -> Big:
    """7020 large, 个 small, what it counts above; what was computed without a number (一样多) is words alone."""
    if isinstance(item, Number):
        place = str(item.place or "")
        return Big(written(item.what), written(item.number), written(item.unit + item.note), place=place)
    if not item.number:
        return Big("", written(item.what), how=written(item.how), computed=True)
    return Big(written(item.what), written(item.number), written(item.unit), written(item.how), computed=True)


def _picture(chart: Chart, before: Block | None, written: Script) -> Picture:
    """The bars; the total is not named again right below itself."""
    rows = tuple(bar(written(b.name), written(b.raw), b.share, marked=b.marked) for b in chart.bars)
    above = isinstance(before, Numbers) and [_titled(item) for item in before.items] == [chart.title]
    return Picture(written("其中" if above else chart.title), rows)


def bar(name: str, raw: str, share: Decimal, *, marked: bool) -> Row:
    """A bar as long as its share of the longest (0–1), and never too narrow to be seen."""
    return Row(name, raw, max(_NARROWEST, round(float(share) * 100, 1)), marked)


def _titled(item: Number | Computed) -> str:
    """A number as a chart of its parts is titled."""
    return f"{item.what} {item.number}{item.unit}"


def _place(clause: Clause, links: Links, written: Script) -> Place:
    name, plan = f"{ref_of(clause)} {clause.title}".strip(), titled(clause.plan, clause.edition)
    return Place(written(name), written(plan), links.plan(clause))


def _said(parts: Iterable[Part]) -> str:
    """The card in a sentence or two, for who listens."""
    told: list[str] = []
    for part in parts:
        match part:
            case Words(paragraphs):
                told += paragraphs
            case Place(name):
                told.append(name)
            case Help(text):
                told.append(text)
            case Figures(bigs):
                told += [f"{b.what} {b.number}{b.unit}".strip() for b in bigs]
            case Passage(sentences) if not any(isinstance(p, Figures) for p in parts):
                told.append("".join(piece for pieces in sentences for piece, _ in pieces))
            case _:
                pass
    return shortened("。".join(s.rstrip("。：:") for s in told), 160)
