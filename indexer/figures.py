"""The ledger: every quantity that a clause states, what it counts, and the splits that must add up to their totals."""

import re
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from operator import itemgetter

from indexer.naming import Names
from indexer.splits import find_splits
from indexer.tables import Tabled, spans, tabled
from knowledge.model import Clause, Figure, Quantity
from knowledge.numerals import SHARES, quantities

_OF_THEM = ("中，", "里，", "当中", "之中")
_FIRST_LOT = re.compile("首批|第一批")
# 五个区县各2所, 数控、电气四个工种分别招收3人、4人: these count names that stand in the same breath.
_COUNTS_NAMES = re.compile("[\u4e00-\u9fff]{0,4}(?:各|均|分别|依次|共)")


@dataclass(frozen=True, slots=True)
class Sum:
    """A total and its parts: `ok` where they add up; where they fall short the split may not be meant to be whole."""

    clause: int
    what: str
    total: Decimal
    parts: Decimal
    unit: str
    count: int

    @property
    def ok(self) -> bool:
        return self.total == self.parts

    @property
    def verdict(self) -> str:
        return "ok" if self.ok else "short" if self.parts < self.total else "over"


def find_figures(clause: Clause) -> tuple[Figure, ...]:
    """The figures of a clause in reading order.

    >>> text = "学位。新建学校57个，其中市本级5个、溧阳市52个；投入1.5亿元，打造一门课程。"
    >>> for f in find_figures(Clause(7, "（七）", "", "学位", text)):
    ...     print(f.what, f.part, f.part_kind, f.value, f.unit, f.total)
    新建学校 None None 57 个 None
    新建学校 市本级 area 5 个 0
    新建学校 溧阳市 area 52 个 0
    投入 None None 150000000 元 None
    课程 None None 1 门 None
    """
    tables = spans(clause.text)
    found = _of_sentences(clause, tables)
    after = _after(found)
    for table in tables:
        more = tabled(clause.text, table, clause.number, clause.title, after)
        after = max(after, _after(more))
        found += more
    return _numbered(sorted(found, key=lambda t: t.figure.start))


def _of_sentences(clause: Clause, tables: list[tuple[int, int]]) -> list[Tabled]:
    """The figures that sentences state, each with its total."""
    stated = [q for q in quantities(clause.text) if not q.label and not _counts_names(clause.text, q)]
    stated = [q for q in stated if not _inside(q.start, tables)]
    again = _said_again(clause.text, stated)
    splits = [replace(s, total=again.get(s.total or 0, s.total)) for s in find_splits(clause.text, stated)]
    named = Names(clause.text, clause.title, stated, splits, again).all()
    plain = [_figure(clause, q, *name) for q, name in zip(stated, named, strict=True)]
    parts: dict[int, list[Figure]] = {place: [] for place in again}
    for number, split in enumerate(splits):
        for part in split.parts:
            if split.lists:
                plain[part.place] = replace(plain[part.place], what=part.name)
                continue
            figure = replace(plain[part.place], part=part.name, part_kind=part.kind, total=split.total, split=number)
            parts.setdefault(part.place, []).append(figure)
    rows = [parts.get(place, [figure]) for place, figure in enumerate(plain)]
    return [
        Tabled(replace(f, total=None), None if f.total is None else replace(rows[f.total][0], total=None))
        for row in rows
        for f in row
    ]


def _after(found: Sequence[Tabled]) -> int:
    """The number of the next split."""
    return 1 + max((t.figure.split for t in found if t.figure.split is not None), default=-1)


def _inside(place: int, stretches: Sequence[tuple[int, int]]) -> bool:
    """Is a place inside one of these stretches, which stand in reading order?"""
    before = bisect_right(stretches, place, key=itemgetter(0))
    return before > 0 and place < stretches[before - 1][1]


def check_sums(figures: tuple[Figure, ...]) -> list[Sum]:
    """Every split of a clause with what its parts add up to; a total that is split twice has two sums."""
    splits: dict[tuple[int, int | None], list[Figure]] = {}
    for figure in figures:
        if figure.total is not None and figure.unit == figures[figure.total].unit:
            splits.setdefault((figure.total, figure.split), []).append(figure)
    return [_sum(figures[total], parts) for (total, _), parts in splits.items()]


def _sum(total: Figure, parts: list[Figure]) -> Sum:
    return Sum(total.clause, total.what, total.value, sum((f.value for f in parts), Decimal(0)), total.unit, len(parts))


def _said_again(text: str, stated: list[Quantity]) -> dict[int, int]:
    """The places of quantities that a text comes back to, and where it stated them: 新建学校21个。21个中，14个……"""
    first: dict[tuple[Decimal, str], int] = {}
    again = {}
    for place, q in enumerate(stated):
        earlier = first.setdefault((q.value, q.unit), place)
        if earlier < place and text.startswith(_OF_THEM, q.end):
            again[place] = earlier
    return again


def _counts_names(text: str, q: Quantity) -> bool:
    return not re.search(r"\d", q.raw) and q.unit == "个" and bool(_COUNTS_NAMES.match(text, q.end))


def _figure(clause: Clause, q: Quantity, what: str, compared: str | None) -> Figure:
    around = what + re.split(r"[，。；\d]", clause.text[max(0, q.start - 20) : q.start])[-1]
    first_lot = q.unit not in SHARES and _FIRST_LOT.search(around)  # 第一批上线率 is a share of all
    qualifier = q.qualifier or compared or ("首批" if first_lot else None)
    return Figure(clause.number, what, None, None, q.value, q.value_max, q.unit, qualifier, q.raw, q.start, q.end, None)


def _numbered(found: list[Tabled]) -> tuple[Figure, ...]:
    """All figures in one row, their totals pointing at places of that row."""
    places = {t.figure: place for place, t in reversed(list(enumerate(found)))}
    return tuple(t.figure if t.total is None else replace(t.figure, total=places[t.total]) for t in found)
