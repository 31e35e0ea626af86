"""A sheet that is drawn on from its top down, and what it is as SVG. Texts are put into lines by us, since no SVG does that."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from itertools import groupby
from typing import NamedTuple

from bot.pictures.lines import lines, shortened

# The colours of the page in daylight.
INK, SOFT, LINE, ACCENT, TINT = "#17211d", "#53625b", "#d6ded9", "#0b6b5b", "#e2f1ec"
BAR, TRACK, GROUND = "#a3cfc2", "#edf1ee", "#ffffff"
COMPUTED, COMPUTED_INK = "#edeefb", "#3d4194"
WIDTH, EDGE = 720, 48
ROOM = WIDTH - 2 * EDGE
_LEADING = 1.5
UNIT = 0.42
# Where letters stand in their line, from its top.
BASELINE = 1.1
# What XML cannot hold: most control characters, halves of characters, what is no character.
_NOT_XML = re.compile("[^\t\n\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
Pieces = Sequence[tuple[str, bool]]
Box = tuple[float, float, float, float]  # x, y, width, height


@dataclass(frozen=True, slots=True)
class Picture:
    """An SVG and its size in pixels."""

    svg: str
    width: int
    height: int


class Pen(NamedTuple):
    """How letters look: their size in pixels, their colour, whether they are bold."""

    size: float
    fill: str = INK
    bold: bool = False


class Sheet:
    """`family` are the fonts to write with, `y` is how far down it is drawn on."""

    def __init__(self, family: str) -> None:
        self._family, self._drawn = family, list[str]()
        self.y: float = EDGE

    def space(self, height: float) -> None:
        self.y += height

    def rect(self, box: Box, fill: str, radius: float = 0, *, below: bool = False) -> None:
        """A box, behind all that is drawn already where it is to lie `below`."""
        x, y, width, height = (f"{side:g}" for side in box)
        drawn = f'<rect x="{x}" y="{y}" width="{width}" height="{height}" rx="{radius:g}" fill="{fill}"/>'
        self._drawn.insert(0 if below else len(self._drawn), drawn)

    def path(self, path: str, x: float, y: float, scale: float, fill: str = INK) -> None:
        self._drawn.append(f'<path transform="translate({x:g} {y:g}) scale({scale:g})" d="{path}" fill="{fill}"/>')

    def put(self, text: str | Pieces, x: float, y: float, pen: Pen, *, right: bool = False) -> None:
        """One line from x on, or up to x where it is `right`; y is what it stands on. Pieces that are marked stand out."""
        pieces = [(text, False)] if isinstance(text, str) else text
        told = "".join(
            f'<tspan fill="{ACCENT}" font-weight="700">{_xml(t)}</tspan>' if m else _xml(t) for t, m in pieces
        )
        more = (' font-weight="700"' if pen.bold else "") + (' text-anchor="end"' if right else "")
        self._drawn.append(f'<text x="{x:g}" y="{y:g}" font-size="{pen.size:g}" fill="{pen.fill}"{more}>{told}</text>')

    def amount(self, number: str, unit: str, x: float, y: float, pen: Pen) -> None:
        """A number, its unit behind it in letters of UNIT its size."""
        behind = f'<tspan dx="{0.08 * pen.size:g}" font-size="{UNIT * pen.size:g}">{_xml(unit)}</tspan>'
        more = ' font-weight="700"' if pen.bold else ""
        head = f'<text x="{x:g}" y="{y:g}" font-size="{pen.size:g}" fill="{pen.fill}"{more}>'
        self._drawn.append(f"{head}{_xml(number)}{behind}</text>")

    def write(self, text: str | Pieces, pen: Pen, *, most: int = 99, left: float = 0, right: float = 0) -> None:
        """A text in as many lines as it takes, at most so many, so far from both edges."""
        pieces = [(text, False)] if isinstance(text, str) else text
        room = (ROOM - left - right) / pen.size
        told = shortened("".join(t for t, _ in pieces), room, most)
        marks = [mark for t, mark in pieces for _ in t] + [False] * 2  # for ……
        for start, end in lines(told, room):
            self.put(_runs(told, marks, start, end), EDGE + left, self.y + BASELINE * pen.size, pen)
            self.y += _LEADING * pen.size

    def picture(self, title: str) -> Picture:
        """The sheet, cut off below what is drawn."""
        height = round(self.y + EDGE)
        body = "".join(self._drawn)
        return Picture(
            f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" height="{height}" viewBox="0 0 {WIDTH} {height}"'
            f' font-family="{escape(self._family)}" role="img"><title>{_xml(title)}</title>'
            f'<rect width="{WIDTH}" height="{height}" fill="{GROUND}"/>{body}</svg>',
            WIDTH,
            height,
        )


def _runs(text: str, marks: Sequence[bool], start: int, end: int) -> list[tuple[str, bool]]:
    """A line in pieces that are marked or not."""
    runs = (list(run) for _, run in groupby(range(start, end), key=lambda place: marks[place]))
    return [(text[run[0] : run[-1] + 1], marks[run[0]]) for run in runs]


def _xml(text: str) -> str:
    return escape(_NOT_XML.sub("", text))
