"""The same item in the plans of several years as a table: a line for each item and each part of it, a cell for each year. A
cell is empty where that year's plan counts nothing that is alike."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from knowledge.across import alike
from knowledge.fit import Row
from knowledge.model import Clause, Finding
from knowledge.surroundings import split_of

# Of one item so many parts are told at the most.
_MOST = 40
Cells = dict[int, Row]


@dataclass(frozen=True, slots=True)
class Line:
    """What several years say of one item: by year the figure with its clause, the newest first."""

    cells: Cells

    @property
    def newest(self) -> Row:
        return next(iter(self.cells.values()))

    @property
    def compares(self) -> bool:
        return len(self.cells) > 1


def lines(finding: Finding) -> list[Line]:
    """The figures that years' plans answer with, alike ones in one line, each followed by its parts; what several years say
    comes first."""
    whole = _alike(Row(c, f, 1.0) for c, f in finding.figures)
    return [one for line in whole for one in (line, *_parts(line)[:_MOST])]


def _parts(line: Line) -> list[Line]:
    splits = (
        Row(r.clause, f, 1.0) for r in line.cells.values() if not r.figure.part for f in split_of(r.clause, r.figure)
    )
    return _alike(splits)


def _alike(rows: Iterable[Row]) -> list[Line]:
    """The rows in lines of those that count the same, one a year."""
    found: list[Cells] = []
    for row in rows:
        year = row.clause.year or 0
        line = next((c for c in found if year not in c and all(alike(r, row) for r in c.values())), None)
        if line is None:
            found.append({year: row})
        else:
            line[year] = row
    return sorted(map(Line, found), key=lambda line: not line.compares)


def shared(years: Sequence[Sequence[Clause]]) -> list[str]:
    """What plans of several years count under the same name and in the same unit, as the first of them does: what may be
    compared. What has most parts comes first."""
    counted = [{(f.what, f.unit) for c in clauses for f in c.figures if f.part is None} for clauses in years]
    first = [(c, f) for c in (years[0] if years else ()) for f in c.figures if f.part is None]
    both = [(c, f) for c, f in first if sum((f.what, f.unit) in one for one in counted) > 1]
    return list(dict.fromkeys(f.what for c, f in sorted(both, key=lambda entry: -len(split_of(*entry)))))
