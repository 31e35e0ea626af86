"""A reply as a card of the page: big figures, bars, sentences with what was asked marked, clauses to tap."""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import ClassVar
from urllib.parse import urlencode

from bot.blocks import Block, Chart, Clauses, Numbers, Quote, Reply, Say, Whole, plain, shortened
from bot.naming import line, source, titled
from bot.replies import HELPLINES
from knowledge.model import Answer, Clause, Status

# As many other clauses are offered, as long as they share so much with the question.
_OFFERED, _NEAR = 4, 15
# A bar's name has the width of a narrow phone, less its number.
_NAME = 13
# More figures than these are a list.
_LARGE = 3
_FIGURE = re.compile(r"(?:(?P<place>\d+)\. )?(?P<what>.+)：(?P<raw>.+?)")
_RAW = re.compile(r"(?P<before>\D*?)(?P<number>\d[\d.,]*(?:[-–—~～至到]\d[\d.,]*)?)(?P<unit>.*)")
_COMPUTED = re.compile(r"(?P<told>.+?)(?:（(?P<how>.+)）)?")
_ALSO = "也可以看："


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
    """A bar of a chart: its name, cut where it is too long, the number as printed, its width in percent."""

    name: str
    raw: str
    percent: float
    marked: bool


@dataclass(frozen=True, slots=True)
class Picture:
    kind: ClassVar[str] = "picture"
    title: str
    told: str
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
    `readings` the answers to choose from, `shared` the link that opens this one."""

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


@dataclass(frozen=True, slots=True)
class Links:
    """Where clauses are read; the plan is always named, since another one may be the newest when a link is opened."""

    def plan(self, clause: Clause) -> str:
        """Its place in the plan as a page."""
        return f"/plan?{urlencode({'plan': clause.plan})}#clause-{clause.number}"

    def clause(self, clause: Clause) -> str:
        """The clause as a card."""
        return f"/clause?{urlencode({'number': clause.number, 'plan': clause.plan})}"


def answer_card(answer: Answer, reply: Reply, links: Links) -> Card:
    """The card of an answer, with other clauses that are near to its question."""
    gentle = answer.status in {Status.NOT_COVERED, Status.NO_FIGURE, Status.NO_DETAIL, Status.UNSURE}
    lost = answer.status is Status.NOT_COVERED and len(answer.findings) == 1
    if lost:  # its nearest clause is named by what there is to tap
        reply = replace(reply, blocks=tuple(_first_paragraph(block) for block in reply.blocks))
    shown = {m.clause.key for m in answer.matches[:1]} | _said_already(reply.blocks)
    also = [m.clause for m in answer.matches[1:]]
    near = [m.clause for m in answer.nearest if m.score >= _NEAR]
    related = [c for c in dict.fromkeys([*also, *near]) if c.key not in shown][:_OFFERED]
    return replace(card(reply, links), related=_choices(related, links, reply.written), gentle=gentle, lost=lost)


def card(reply: Reply, links: Links) -> Card:
    """The card of a reply."""
    blocks = [b for b in reply.blocks if not (isinstance(b, Say) and b.text.startswith(_ALSO))]
    brief = tuple(b for b in blocks if not isinstance(b, (Chart, Whole)))
    parts = tuple(_parts(blocks, links, reply.written))
    lang = "zh-Hant" if reply.traditional else "zh-Hans"
    return Card(parts, reply.written, lang, _said(parts), plain(replace(reply, blocks=brief)))


def _first_paragraph(block: Block) -> Block:
    return replace(block, text=block.text.split("\n\n")[0]) if isinstance(block, Say) else block


def _said_already(blocks: Sequence[Block]) -> set[int]:
    """The clauses that are quoted or listed."""
    listed = {clause.key for b in blocks if isinstance(b, Clauses) for _, clause in b.lines}
    return listed | {b.clause.key for b in blocks if isinstance(b, Quote)}


def _choices(clauses: Iterable[Clause], links: Links, written: Script) -> tuple[tuple[str, str], ...]:
    return tuple((written(line(c)), links.clause(c)) for c in clauses)


def _parts(blocks: Sequence[Block], links: Links, written: Script) -> Iterator[Part]:
    before: Block | None = None
    for place, block in enumerate(blocks):
        after = blocks[place + 1] if place + 1 < len(blocks) else None
        match block:
            case Say(text) if text == HELPLINES:
                yield Help(written(text), tuple(re.findall(r"\d{3,5}", text)))
            case Say(heading=True) if isinstance(after, Quote):
                yield _place(after.clause, links, written)
            case Say(text, heading):
                yield Words(tuple(written(p) for p in text.split("\n") if p), heading)
            case Numbers(lines):
                yield Figures(tuple(sorted((_big(written(x)) for x in lines), key=lambda b: not b.computed)))
            case Chart():
                yield _picture(block, before, written)
            case Quote(text, _, clause, said):
                headed = isinstance(before, Say) and before.heading
                sentences = tuple(_marked(s, said, written) for s in text.split("\n") if s)
                yield Passage(sentences, None if headed else _place(clause, links, written))
            case Whole(text):
                yield Fold(tuple(written(p) for p in text.split("\n") if p))
            case Clauses(lines):
                yield Choices(tuple((written(name), links.clause(clause)) for name, clause in lines))
        before = block


def _big(told: str) -> Big:
    """新增学位 · 小学：7020个 → 7020 large, 个 small, what it counts above; 合计19个（由…算出）: how as well."""
    if stated := _FIGURE.fullmatch(told):
        number = _RAW.fullmatch(stated["raw"])
        parts = (number["before"] + number["number"], number["unit"]) if number else (stated["raw"], "")
        return Big(stated["what"], *parts, place=stated["place"] or "")
    line = _COMPUTED.fullmatch(told)
    words, how = (line["told"], line["how"] or "") if line else (told, "")
    number = _RAW.fullmatch(words)
    if number is None or len(number["unit"]) > 3:
        return Big("", words, how=how, computed=True)
    return Big(number["before"].rstrip("，"), number["number"], number["unit"], how, computed=True)


def _picture(chart: Chart, before: Block | None, written: Script) -> Picture:
    """The bars; the total is not named again right below itself."""
    rows = tuple(
        Row(shortened(written(b.name), _NAME), written(b.raw), max(1.5, round(float(b.share) * 100, 1)), b.marked)
        for b in chart.bars
    )
    told = f"{chart.title}：" + "，".join(f"{b.name}{b.raw}" for b in chart.bars)
    above = isinstance(before, Numbers) and [x.replace("：", " ") for x in before.lines] == [chart.title]
    return Picture(written("其中" if above else chart.title), written(told), rows)


def _place(clause: Clause, links: Links, written: Script) -> Place:
    plan = titled(clause.plan, clause.edition)
    return Place(written(source(clause).removeprefix(plan)), written(plan), links.plan(clause))


def _marked(text: str, said: Sequence[str], written: Script) -> tuple[tuple[str, bool], ...]:
    """The sentence in pieces, those that were asked about marked.

    The sentence is brought into the other script as a whole, since single words are often converted otherwise.
    """
    whole = written(text)
    if not said or len(whole) != len(text):
        return ((whole, False),)
    words = "|".join(_alone(word) for word in sorted(said, key=len, reverse=True))
    pieces, end = [], 0
    for found in re.finditer(f"(?:{words})+", text):
        pieces += [(whole[end : found.start()], False), (whole[found.start() : found.end()], True)]
        end = found.end()
    return tuple((piece, marked) for piece, marked in [*pieces, (whole[end:], False)] if piece)


def _alone(word: str) -> str:
    """The pattern of a word; 7个 is no part of 57个."""
    return (r"(?<![\d.])" if word[0].isdigit() else "") + re.escape(word)


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
