"""A reply as blocks that every channel draws in its own way, and as plain text. A block holds what is told, never a printed
line that would have to be taken apart again. What is kept for good is kept as these blocks are called: what is renamed or
taken away here is not read any more (bot/replies/shared)."""

import re
from dataclasses import dataclass
from decimal import Decimal
from unicodedata import east_asian_width

from msgspec import Struct

from knowledge.model import Clause, Figure
from knowledge.wording import traditional

_BAR = 14
_EIGHTHS = " ▏▎▍▌▋▊▉█"
# From so many characters on the whole of a clause is cut short where it cannot be folded away.
_LONG = 600


class Say(Struct, frozen=True, tag=True):
    """Words of ours; those of a heading say what the rest is about."""

    text: str
    heading: bool = False


class Help(Struct, frozen=True, tag=True):
    """Words that say whom to call, and the numbers to dial."""

    text: str
    dials: tuple[str, ...]


class Number(Struct, frozen=True, tag=True):
    """A number that answers: what it counts (新增学位 · 小学), the number as printed (约1.5亿) and its unit (元); `note` what else
    the plan says of it, `place` its number where several are to choose from, `figure` and `clause` where it stands."""

    what: str
    number: str
    unit: str
    note: str = ""
    place: int = 0
    figure: Figure | None = None
    clause: Clause | None = None

    @property
    def line(self) -> str:
        """新增学位 · 小学：7020个"""
        place = f"{self.place}. " if self.place else ""
        return f"{place}{self.what}：{self.number}{self.unit}{self.note}"


class Computed(Struct, frozen=True, tag=True):
    """What was computed: what it says before the number (合计), the number and its unit, empty where only two are compared
    (一样多), and how it was computed from which figures."""

    what: str
    number: str
    unit: str
    how: str

    @property
    def line(self) -> str:
        """合计19个（由12个 + 7个算出，计划里没有直接写这个数）"""
        return f"{self.what}{self.number}{self.unit}（{self.how}）"


class Numbers(Struct, frozen=True, tag=True):
    """The figures that answer, and what was computed from them."""

    items: tuple[Number | Computed, ...]

    @property
    def lines(self) -> tuple[str, ...]:
        return tuple(item.line for item in self.items)


class Bar(Struct, frozen=True):
    """One part of a split; `share` is its length beside the longest (0–1), `value` the number that `raw` says, in `unit`."""

    name: str
    raw: str
    share: Decimal
    marked: bool
    value: Decimal = Decimal(0)
    unit: str = ""


class Chart(Struct, frozen=True, tag=True):
    """A total and its parts, the longest first."""

    title: str
    bars: tuple[Bar, ...]


class Quote(Struct, frozen=True, tag=True):
    """What a clause says, word for word, and where it stands; `said` are the words in it that were asked about."""

    text: str
    source: str
    clause: Clause
    said: tuple[str, ...] = ()


class Whole(Struct, frozen=True, tag=True):
    """All of a clause, folded away where a channel can."""

    text: str
    clause: Clause


class Clauses(Struct, frozen=True, tag=True):
    """Clauses to choose from, each with the line that names it."""

    lines: tuple[tuple[str, Clause], ...]


class Also(Struct, frozen=True, tag=True):
    """Words that point to other clauses, for a channel that does not offer those themselves."""

    text: str
    clauses: tuple[Clause, ...]


Block = Say | Help | Numbers | Chart | Quote | Whole | Clauses | Also


@dataclass(frozen=True, slots=True)
class Reply:
    """What a person is sent, in traditional script where the question was in it."""

    blocks: tuple[Block, ...]
    traditional: bool = False

    def written(self, text: str) -> str:
        """A text in the script of the reply."""
        return traditional(text) if self.traditional else text


def plain(reply: Reply) -> str:
    """The reply as plain text."""
    return reply.written("\n\n".join(_plain(block) for block in reply.blocks).strip())


def _plain(block: Block) -> str:
    match block:
        case Say(text) | Help(text) | Also(text):
            return text
        case Numbers():
            return "\n".join(block.lines)
        case Chart():
            return drawn(block)
        case Quote(text, source):
            return f"{text}\n——{source}" if source else text
        case Whole(text):
            return f"全文：{shortened(text, _LONG)}"
        case Clauses(lines):
            return "\n".join(line for line, _ in lines)


def drawn(chart: Chart) -> str:
    """The chart in text: names and numbers line up where a Chinese character is two columns wide.

    Names are filled up with ideographic spaces, which stay as wide as the characters above and below them in any font.
    """
    names = max(width(b.name) for b in chart.bars)
    numbers = max(width(b.raw) for b in chart.bars)
    lines = [chart.title]
    for bar in chart.bars:
        missing = names - width(bar.name)
        name = bar.name + "\u3000" * (missing // 2) + " " * (missing % 2)
        lines.append(
            f"{'▸' if bar.marked else ' '} {name} {_bar(bar.share)} {bar.raw.rjust(numbers - width(bar.raw) + len(bar.raw))}"
        )
    return "\n".join(lines)


def _bar(share: Decimal) -> str:
    eighths = max(1, round(share * _BAR * 8))
    bar = "█" * (eighths // 8) + (_EIGHTHS[eighths % 8] if eighths % 8 else "")
    return bar + " " * (_BAR - len(bar))


def width(text: str) -> int:
    """How many columns of a terminal a text takes."""
    return sum(2 if east_asian_width(c) in "WF" else 1 for c in text)


def shortened(text: str, length: int = 30) -> str:
    return text if len(text) <= length else re.sub(r"[，、；：]?$", "", text[:length]) + "……"
