"""The tables of a page by their rules: which cells these make, and what is written in each."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise, product

from indexer.formats.layout import Line, Piece, lines_of
from indexer.formats.tables import join, rows

_NEAR = 2.5  # points: rules that are nearer are one, drawn as a thin box or a cell at a time
_SHORTEST = 6.0
_MOST_RULES = 600
_MOST_SLOTS = 4000


@dataclass(frozen=True, slots=True)
class Rule:
    """A straight line of a page: at `at` (from the left where it is `upright`, else from the top), between two places of
    the other direction."""

    upright: bool
    at: float
    start: float
    end: float


def rule(a: tuple[float, float], b: tuple[float, float]) -> Rule | None:
    """The rule between two points; None where it is slanted or too short for the side of a cell."""
    across, down = abs(a[0] - b[0]), abs(a[1] - b[1])
    if min(across, down) > 1 or max(across, down) < _SHORTEST:
        return None
    along = 1 if down > across else 0
    start, end = sorted((a[along], b[along]))
    return Rule(down > across, (a[1 - along] + b[1 - along]) / 2, start, end)


def with_tables(pieces: Sequence[Piece], rules: Iterable[Rule]) -> list[Line]:
    """The lines of a page, the rows of its tables in their places."""
    lines: list[Line] = []
    for grid in _grids(list(rules)):
        inside = [piece for piece in pieces if grid.holds(piece)]
        pieces = [piece for piece in pieces if not grid.holds(piece)]
        lines += grid.lines(inside)
    return sorted([*lines, *lines_of(pieces)], key=lambda line: line.y)


def _grids(rules: Sequence[Rule]) -> "list[_Grid]":
    """A grid for each set of rules that touch one another and make several columns: one is a frame around paragraphs."""
    rules = _merged(rules)
    if len(rules) > _MOST_RULES:
        return []  # a drawing
    groups: list[list[Rule]] = []
    for line in rules:
        touched = [group for group in groups if any(_touch(line, other) for other in group)]
        groups = [group for group in groups if group not in touched]
        groups.append([line, *(other for group in touched for other in group)])
    grids = (_Grid(group) for group in groups)
    return [
        grid
        for grid in grids
        if len(grid.across) > 1 and grid.down and len(grid.across) * len(grid.down) <= _MOST_SLOTS
    ]


def _merged(rules: Iterable[Rule]) -> list[Rule]:
    """Rules of one line made one."""
    lines: list[Rule] = []
    for line in sorted(rules, key=lambda r: (r.upright, round(r.at / _NEAR), r.start)):
        last = lines[-1] if lines else None
        if last and last.upright == line.upright and abs(last.at - line.at) <= _NEAR and line.start <= last.end + _NEAR:
            lines[-1] = Rule(last.upright, last.at, last.start, max(last.end, line.end))
        else:
            lines.append(line)
    return lines


def _touch(a: Rule, b: Rule) -> bool:
    if a.upright == b.upright:
        return False
    return b.start - _NEAR <= a.at <= b.end + _NEAR and a.start - _NEAR <= b.at <= a.end + _NEAR


class _Grid:
    """Rules that make a table. Its slots are all that lies between two of its lines each way; those that no rule parts
    are one cell, which stands in each of them."""

    def __init__(self, rules: Sequence[Rule]) -> None:
        self._upright = [r for r in rules if r.upright]
        self._level = [r for r in rules if not r.upright]
        self.across = list(pairwise(_places(r.at for r in self._upright)))
        self.down = list(pairwise(_places(r.at for r in self._level)))

    def holds(self, piece: Piece) -> bool:
        x, y = _middle(piece)
        return self.across[0][0] <= x <= self.across[-1][1] and self.down[0][0] <= y <= self.down[-1][1]

    def lines(self, pieces: Sequence[Piece]) -> Iterator[Line]:
        slots = self._cells()
        texts = defaultdict(list)
        for piece in pieces:
            x, y = _middle(piece)
            texts[slots[_span(self.across, x), _span(self.down, y)]].append(piece)
        said = {cell: join(line.text for line in lines_of(found)) for cell, found in texts.items()}
        left, right = self.across[0][0], self.across[-1][1]
        for n, (top, _) in enumerate(self.down):
            for text in rows([[said.get(slots[i, n], "") for i in range(len(self.across))]]):
                yield Line(text, left, right, top, 1.0, is_row=True)

    def _cells(self) -> dict[tuple[int, int], tuple[int, int]]:
        """The slot that stands for the cell that each slot belongs to."""
        cells: dict[tuple[int, int], tuple[int, int]] = {}
        for slot in product(range(len(self.across)), range(len(self.down))):
            if slot in cells:
                continue
            waiting = [slot]
            while waiting:
                now = waiting.pop()
                if now not in cells:
                    cells[now] = slot
                    waiting += [n for n in self._beside(now) if n not in cells]
        return cells

    def _beside(self, slot: tuple[int, int]) -> Iterator[tuple[int, int]]:
        """The slots beside a slot from which no rule parts it."""
        (i, j), (left, right), (top, bottom) = slot, self.across[slot[0]], self.down[slot[1]]
        x, y = (left + right) / 2, (top + bottom) / 2
        for upright, at, lies, other in (
            (True, left, y, (i - 1, j)),
            (True, right, y, (i + 1, j)),
            (False, top, x, (i, j - 1)),
            (False, bottom, x, (i, j + 1)),
        ):
            inside = 0 <= other[0] < len(self.across) and 0 <= other[1] < len(self.down)
            if inside and not _is_ruled(self._upright if upright else self._level, at, lies):
                yield other


def _is_ruled(rules: Iterable[Rule], at: float, lies: float) -> bool:
    return any(abs(r.at - at) <= _NEAR and r.start <= lies <= r.end for r in rules)


def _places(edges: Iterable[float]) -> list[float]:
    places: list[float] = []
    for edge in sorted(edges):
        if not places or edge - places[-1] > _NEAR:
            places.append(edge)
    return places


def _span(spans: Sequence[tuple[float, float]], place: float) -> int:
    return next((n for n, (_, end) in enumerate(spans) if place <= end), len(spans) - 1)


def _middle(piece: Piece) -> tuple[float, float]:
    # A baseline lies at the lower edge of its characters, give or take.
    return (piece.left + piece.right) / 2, piece.y - piece.size / 3
