"""A plan made ready to be read: chapters, clauses, paragraphs, and in them the figures and the words looked for; its ledger
as a table for a spreadsheet."""

import csv
import io
import re
from collections.abc import Container, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby, pairwise

from bot.replies.naming import body
from knowledge.lookup import Entry
from knowledge.model import Clause, Figure
from knowledge.wording import fold

# The head of the ledger for a spreadsheet.
COLUMNS = ("计划", "年份", "条", "标题", "数的是什么", "其中", "原文的数", "数值", "上限", "单位", "说明")
# A cell that begins so is a formula to a spreadsheet, unless it is a number.
_FORMULA = re.compile(r"(?!-\d+(?:\.\d+)?\Z)[=+\-@＝＋－＠\t\r]")
_Span = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of text that is all of a figure or none of one, and all of a word looked for or none of one."""

    text: str
    figure: bool = False
    found: bool = False


@dataclass(frozen=True, slots=True)
class Section:
    """A clause: `found` unless it lacks a word that was looked for, `meant` where it does but speaks of the same."""

    number: int
    heading: tuple[Piece, ...]
    paragraphs: tuple[tuple[Piece, ...], ...]
    found: bool
    meant: bool

    @property
    def title(self) -> str:
        return "".join(p.text for p in self.heading)


@dataclass(frozen=True, slots=True)
class Chapter:
    """A part of the plan, its name empty where the plan has no parts."""

    name: str
    sections: tuple[Section, ...]

    @property
    def found(self) -> bool:
        return any(s.found for s in self.sections)


def chapters(clauses: Iterable[Clause], words: Sequence[str], meant: Container[int] = ()) -> list[Chapter]:
    """The clauses by chapter; the words, folded, are those that a clause has to hold, `meant` the numbers of those that
    speak of what is looked for."""
    parts = groupby(clauses, key=lambda clause: clause.chapter)
    return [Chapter(name, tuple(_section(clause, words, meant) for clause in some)) for name, some in parts]


def _section(clause: Clause, words: Sequence[str], meant: Container[int]) -> Section:
    text = body(clause)
    start = len(clause.text) - len(text)
    figures = [(f.start - start, f.end - start) for f in clause.figures if f.start >= start]
    heading = f"{clause.ref}{clause.title}" or f"第 {clause.number} 段"
    folded = fold(f"{clause.ref}{clause.text}")
    found = all(word in folded for word in words)
    return Section(
        clause.number,
        tuple(pieces(heading, [], words)),
        tuple(_paragraphs(text, figures, words)),
        found,
        not found and clause.number in meant,
    )


def _paragraphs(text: str, figures: Sequence[_Span], words: Sequence[str]) -> Iterator[tuple[Piece, ...]]:
    for line in re.finditer(r"[^\n]+", text):
        own = [(a - line.start(), b - line.start()) for a, b in figures if line.start() <= a < line.end()]
        yield tuple(pieces(line[0], own, words))


def pieces(text: str, figures: Sequence[_Span], words: Sequence[str]) -> Iterator[Piece]:
    """The text cut where a figure or a word looked for begins or ends.

    >>> [(p.text, p.figure, p.found) for p in pieces("新增学位300个", [(4, 8)], ["学位"])]
    [('新增', False, False), ('学位', False, True), ('300个', True, False)]
    """
    found = [m.span() for word in words for m in re.finditer(re.escape(word), text, re.IGNORECASE)]
    cuts = sorted({0, len(text), *(place for span in (*figures, *found) for place in span)})
    for start, end in pairwise(cut for cut in cuts if cut <= len(text)):
        yield Piece(text[start:end], _within(start, figures), _within(start, found))


def _within(place: int, spans: Iterable[_Span]) -> bool:
    return any(start <= place < end for start, end in spans)


# --- the ledger


def as_csv(ledger: Iterable[Entry]) -> str:
    """The ledger for a spreadsheet."""
    return sheet(COLUMNS, (_cells(clause, figure) for clause, figure in ledger))


def sheet(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Rows for a spreadsheet: the mark at the head makes Excel read it as UTF-8."""
    file = io.StringIO()
    csv.writer(file).writerows([_harmless(cell) for cell in row] for row in (head, *rows))
    return "\ufeff" + file.getvalue()


def _cells(clause: Clause, figure: Figure) -> tuple[str, ...]:
    return (
        clause.plan,
        str(clause.year or ""),
        clause.ref or str(clause.number),
        clause.title,
        figure.what,
        figure.part or "",
        figure.raw,
        f"{figure.value:f}",
        "" if figure.value_max is None else f"{figure.value_max:f}",
        figure.unit,
        figure.qualifier or "",
    )


def _harmless(cell: str) -> str:
    return f"'{cell}" if _FORMULA.match(cell) else cell
