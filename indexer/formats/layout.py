"""From pieces of text that lie on pages to the paragraphs that they were: PDF, OFD and scans have places, no paragraphs."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from statistics import median

from indexer.formats.tables import join

# Shares of the size of the type. Word sets digits beside Chinese a quarter apart, a blank between words is as wide.
_ONE_LINE = 0.5
_BLANK_IN_LATIN = 0.18
_BLANK_IN_CHINESE = 0.8
_SLACK = 0.6
_INDENT = 1.2
# False bold: the same character again, hardly moved, in shares of its own width.
_DRAWN_TWICE = 0.5
_ONE_GLYPH = "—…-fit"  # of which fonts make one glyph for two: ——, ……, ff
# A page of short lines shows no right margin: it is taken to be as wide as the left one, or nearly so.
_TYPE_AREA = 0.8
# Heads and feet of pages: how many lines from the edge they stand in, and to which share of a page's width at one place.
_EDGE = 2
_PLACES = 40
PAGE_NUMBER = re.compile(
    r"(?:[-—–－―─·•~]\s?)+\d{1,4}(?:\s?[-—–－―─·•~])+|第\s?\d{1,4}\s?页(?:[,，/／\s]*共\s?\d{1,4}\s?页)?"
)
_NUMBER = re.compile(r"(?<!\d)\d{1,4}(?!\d)")
_NUMBERED = re.compile(r"第?[一二三四五六七八九十]+[、章条节]|[（(][一二三四五六七八九十\d]+[）)]|\d+[.、．]")
# What stands in one line with its first character: a word, a number, a bracket and what it holds first.
_FIRST = re.compile(r"[（《“‘〔【(\[]*(?:[!-~]+|.)[，。；：！？、）》”’〕】)\]]*")
_SENTENCE_END = tuple("。；：！？")


@dataclass(frozen=True, slots=True)
class Piece:
    """Text on a page: from `left` to `right` on the line `y`, which grows downwards, `size` high."""

    text: str
    left: float
    right: float
    y: float
    size: float


@dataclass(frozen=True, slots=True)
class Line:
    text: str
    left: float
    right: float
    y: float
    size: float
    is_row: bool = False  # of a table: never joined to another


@dataclass(frozen=True, slots=True)
class Page:
    """Its width in the unit of its lines, and these from the top to the bottom."""

    width: float
    lines: tuple[Line, ...]


def lines_of(pieces: Iterable[Piece]) -> list[Line]:
    """The lines that pieces of one page make, from its top to its bottom."""
    lines: list[list[Piece]] = []
    for piece in sorted(pieces, key=lambda p: (p.y, p.left)):
        if lines and piece.y - lines[-1][0].y <= _ONE_LINE * min(piece.size, lines[-1][0].size):
            lines[-1].append(piece)
        else:
            lines.append([piece])
    return [_line(sorted(line, key=lambda p: p.left)) for line in lines]


def _line(pieces: Sequence[Piece]) -> Line:
    """A line from its pieces: what is drawn twice (false bold) once, a blank where there is a gap."""
    size = median(p.size for p in pieces)
    text, last = "", pieces[0]
    for n, piece in enumerate(pieces):
        if n and _is_again(piece, last):
            continue
        if text and piece.left - last.right > _blank(text[-1], piece.text[:1]) * size:
            text += " "
        text += piece.text
        last = piece
    return Line(text, pieces[0].left, max(p.right for p in pieces), pieces[0].y, size)


def _is_again(piece: Piece, last: Piece) -> bool:
    moved = piece.left - last.left
    return piece.text == last.text and piece.text not in _ONE_GLYPH and moved < _DRAWN_TWICE * (last.right - last.left)


def _blank(before: str, behind: str) -> float:
    return _BLANK_IN_LATIN if before.isascii() and behind.isascii() else _BLANK_IN_CHINESE


def paragraphs(pages: Sequence[Page]) -> Iterator[str]:
    """The paragraphs of all pages, without page numbers, heads and feet: a line goes on in the next where the first word
    of that had no room left in it, unless that is indented or opens with a number behind a full stop."""
    pages = _without_edges(pages)
    margins = [_margin(pages[parity::2]) for parity in (0, 1)]  # those of a left page and of a right one
    parts: list[str] = []
    above: Line | None = None
    room = 0.0  # left in the line above
    for n, page in enumerate(pages):
        left, right = margins[n % 2]
        for line in page.lines:
            if above is None or not _goes_on(above, line, left) or room > _first(line):
                yield join(parts)
                parts = []
            parts.append(line.text)
            above, room = line, right - line.right
    yield join(parts)


def _goes_on(above: Line, line: Line, left: float) -> bool:
    opens = bool(_NUMBERED.match(line.text)) and above.text.endswith(_SENTENCE_END)
    alike = max(above.size, line.size) < 1.3 * min(above.size, line.size)
    return not (line.is_row or above.is_row) and not opens and alike and line.left - left < _INDENT * line.size


def _first(line: Line) -> float:
    """How wide the first word of a line is."""
    found = _FIRST.match(line.text)
    return (_SLACK + sum(0.5 if c.isascii() else 1.0 for c in (found[0] if found else ""))) * line.size


def _margin(pages: Sequence[Page]) -> tuple[float, float]:
    """Where lines begin that are not indented, and where those end that are full."""
    lines = [line for page in pages for line in page.lines if not line.is_row]
    if not lines:
        return 0.0, 0.0
    size = median(line.size for line in lines)
    often = Counter(round(line.left / size * 2) for line in lines)
    least = max(2, len(lines) // 20)
    left = min((n for n, count in often.items() if count >= least), default=min(often)) * size / 2
    # A stop or a comma at the end of a line may hang over the margin.
    rights = sorted([line.right for line in lines if line.text[-1:].isalnum()] or [line.right for line in lines])
    width = max(page.width for page in pages)
    return left, max(rights[len(rights) * 9 // 10], left + _TYPE_AREA * (width - 2 * left))


def _without_edges(pages: Sequence[Page]) -> list[Page]:
    """The pages without their numbers and without what stands at the same place at the edge of half of them."""
    begins = _first_number(pages)
    seen = Counter(
        key for n, page in enumerate(pages) for key in {_key(line, page, begins + n) for line in _edges(page)}
    )
    often = max(2, (len(pages) + 1) // 2)
    kept = []
    for n, page in enumerate(pages):
        dropped = [
            line
            for line in _edges(page)
            if PAGE_NUMBER.fullmatch(line.text)
            or line.text == str(begins + n)
            or (seen[_key(line, page, begins + n)] >= often and not line.text.isdecimal())
        ]
        kept.append(replace(page, lines=tuple(line for line in page.lines if line not in dropped)))
    return kept


def _first_number(pages: Sequence[Page]) -> int:
    """The number of the first page, where the numbers at the edges count on with the pages; else 1."""
    found = Counter(
        first
        for n, page in enumerate(pages)
        for first in {int(number) - n for line in _edges(page) for number in _NUMBER.findall(line.text)}
    )
    return next((first for first, count in found.most_common(1) if count > 1 and count * 2 >= len(pages)), 1)


def _edges(page: Page) -> list[Line]:
    lines = [line for line in page.lines if not line.is_row]
    return [*lines[:_EDGE], *lines[-_EDGE:]]


def _key(line: Line, page: Page, number: int) -> tuple[str, int]:
    """What is the same for the same head on another page: its place and its text, whatever the number of the page."""
    text = _NUMBER.sub(lambda found: "#" if int(found[0]) == number else found[0], line.text)
    return text, round(line.y / page.width * _PLACES)
