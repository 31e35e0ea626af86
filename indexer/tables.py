"""The figures of tables: each number in a cell counts what its column says of what its row names, or the other way round.

A cell holds 1.2 where its column says 学位（万个）: the figure is 1.2万个, the number of the cell with the unit of the column.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from indexer.labels import kind
from indexer.phrases import noun
from knowledge.model import Figure, PartKind
from knowledge.numerals import UNITS, number, plain, quantities

_TABLE = re.compile(r"^\|[^\n]*(?:\n\|[^\n]*)+", re.MULTILINE)
_CELL = re.compile(r"(?<=\|)[^|\n]*(?=\|)")
_RULE = re.compile(r"\s*:?-+:?\s*")
_UNIT = re.compile(rf"[（(](?:单位[：:])?(?P<scale>[万亿]?)(?P<unit>{'|'.join(map(re.escape, UNITS))})[）)]")
_NUMBER = re.compile(r"\s*(\d{1,3}(?:[,，]\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?)\s*")
_SUMMED = re.compile("合计|总计|小计|共计|总数|全[市区县省校]|[市区县]合计")
# Columns whose numbers count nothing.
_NO_COUNT = re.compile("序号|编号|年[份度]|电话|联系|邮编|日期|时间|文号|备注|代码|号码|号$")
_READ = 200  # characters of a cell: longer ones are no names of rows and columns, and each stands in many figures
_SCALES = {"": 1, "万": 10**4, "亿": 10**8}


@dataclass(frozen=True, slots=True)
class _Cell:
    text: str
    start: int


@dataclass(frozen=True, slots=True)
class _Row:
    """What it is about is its `name`, which stands in the cell at a `place`."""

    cells: list[_Cell]
    place: int
    name: str


@dataclass(frozen=True, slots=True)
class Tabled:
    """A figure of a table and the figure that is its total, where the table has one."""

    figure: Figure
    total: Figure | None


def spans(text: str) -> list[tuple[int, int]]:
    """Where the tables of a text begin and end: lines between bars, two or more, one below the other."""
    return [found.span() for found in _TABLE.finditer(text)]


def tabled(text: str, span: tuple[int, int], clause: int, title: str, first_split: int) -> list[Tabled]:
    r"""The figures of the table in a stretch of a text, row by row; its splits are numbered from `first_split` on.

    >>> text = "|区|学校（所）|\n|---|---|\n|东区|3|\n|西区|4|\n|合计|7|"
    >>> for t in tabled(text, (0, len(text)), 1, "", 0):
    ...     print(t.figure.what, t.figure.part, t.figure.value, t.figure.unit, t.total and t.total.raw)
    学校 东区 3 所 7所
    学校 西区 4 所 7所
    学校 None 7 所 None
    """
    rows = list(_rows(text, *span))
    if len(rows) < 2 or len(rows[0]) < 2:
        return []
    if _names_parts(rows[0][1:]) and not _names_parts([row[0] for row in rows[1:]]):
        rows = [list(column) for column in zip(*rows, strict=False)]
    caption = noun(_above(text, span[0])) or noun(title)
    named = [_Row(row, *_named(row)) for row in rows]
    found: list[Tabled] = []
    for column in range(1, len(rows[0])):
        found += _column(named, column, caption, clause, first_split + column - 1)
    return sorted(found, key=lambda t: t.figure.start)


def _rows(text: str, start: int, end: int) -> Iterator[list[_Cell]]:
    for line in re.finditer(r"[^\n]+", text[start:end]):
        at = start + line.start()
        found = ((c[0].strip(), at + c.start() + len(c[0]) - len(c[0].lstrip())) for c in _CELL.finditer(line[0]))
        cells = [_Cell(said[:_READ], begin) for said, begin in found]
        if cells and not all(_RULE.fullmatch(c.text) for c in cells):
            yield cells


def _above(text: str, start: int) -> str:
    """The line above a table."""
    while start and text[start - 1] in "：:\n ":
        start -= 1
    return text[text.rfind("\n", 0, start) + 1 : start]


def _names_parts(cells: Sequence[_Cell]) -> bool:
    named = [c.text for c in cells if c.text and not _SUMMED.match(c.text)]
    return bool(named) and 2 * sum(kind(name) is not PartKind.OTHER for name in named) > len(named)


def _column(rows: list[_Row], column: int, caption: str, clause: int, split: int) -> Iterator[Tabled]:
    """The figures of a column with their totals: 合计 stands below what it adds up, or above all of it."""
    head = rows[0].cells[column].text
    if _NO_COUNT.search(head):
        return
    waiting: list[Figure] = []
    total: Figure | None = None
    for row in rows[1:]:
        figure = _figure(head, row, column, caption, clause) if column < len(row.cells) else None
        if figure is None:
            continue
        if figure.part is not None:
            waiting.append(figure)
        elif total is None and waiting:
            yield from (Tabled(replace(f, split=split), figure) for f in waiting)
            waiting = []
            yield Tabled(figure, None)
        else:
            total = figure
            yield Tabled(figure, None)
    yield from (Tabled(replace(f, split=split), total) for f in waiting)


def _figure(head: str, row: _Row, column: int, caption: str, clause: int) -> Figure | None:
    """What a cell states: a number alone in the unit of its column (or row), or a quantity with its own."""
    cell, name = row.cells[column], row.name if row.place < column else ""
    said = _UNIT.search(head) or _UNIT.search(row.cells[0].text)
    what = _UNIT.sub("", head).strip()
    if not what or _SUMMED.fullmatch(what) or what in {"数量", "人数", "个数", "数", "金额", "比例"}:
        what = caption + ("" if _SUMMED.fullmatch(what) else what) if caption else what or name
    part = None if _SUMMED.match(name) or not name else _UNIT.sub("", name).strip()
    part_kind = kind(part) if part else None
    if alone := _NUMBER.fullmatch(cell.text):
        value = number(alone[1])
        if value is None or len(alone[1]) > 15:
            return None
        value = plain(value * _SCALES[said["scale"] if said else ""])
        unit = said["unit"] if said else ""
        raw, low, high, qualifier = alone[1] + (said["scale"] + unit if said else ""), value, None, None
        start, end = cell.start, cell.start + len(alone[1])
    else:
        stated = [q for q in quantities(cell.text[:60]) if not q.label]
        if len(stated) != 1:
            return None
        q = stated[0]
        raw, low, high, unit, qualifier = q.raw, q.value, q.value_max, q.unit, q.qualifier
        start, end = cell.start + q.start, cell.start + q.end
    return Figure(clause, what, part, part_kind, low, high, unit, qualifier, raw, start, end, None)


def _named(row: list[_Cell]) -> tuple[int, str]:
    """What a row is about, and in which column that stands: its first cell that holds words (区 before 学校, 序号 passed over)."""
    worded = ((place, c.text) for place, c in enumerate(row) if c.text and not _NUMBER.fullmatch(c.text))
    return next(worded, (len(row), ""))
