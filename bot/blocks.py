"""A reply as blocks that every channel renders in its own way, and as plain text."""

import re
from dataclasses import dataclass
from decimal import Decimal
from unicodedata import east_asian_width

from knowledge.model import Clause
from knowledge.wording import traditional

_BAR = 14
_EIGHTHS = " ▏▎▍▌▋▊▉█"
# From so many characters on the whole of a clause is cut short where it cannot be folded away.
_LONG = 600


@dataclass(frozen=True, slots=True)
class Say:
    """Words of ours; those of a heading say what the rest is about."""

    text: str
    heading: bool = False


@dataclass(frozen=True, slots=True)
class Numbers:
    """The figures that answer, one a line (新增学位 · 小学：7020个), and what was computed from them."""

    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Bar:
    """One part of a split; `share` is its length beside the longest (0–1)."""

    name: str
    raw: str
    share: Decimal
    marked: bool


@dataclass(frozen=True, slots=True)
class Chart:
    """A total and its parts, the longest first."""

    title: str
    bars: tuple[Bar, ...]


@dataclass(frozen=True, slots=True)
class Quote:
    """What a clause says, word for word, and where it stands; `said` are the words in it that were asked about."""

    text: str
    source: str
    clause: Clause
    said: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Whole:
    """All of a clause, folded away where a channel can."""

    text: str
    clause: Clause


@dataclass(frozen=True, slots=True)
class Clauses:
    """Clauses to choose from, each with the line that names it."""

    lines: tuple[tuple[str, Clause], ...]


Block = Say | Numbers | Chart | Quote | Whole | Clauses


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
        case Say(text):
            return text
        case Numbers(lines):
            return "\n".join(lines)
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
