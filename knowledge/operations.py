"""What is done with a list of figures: choosing from it, and computing from it. Two tables of small functions."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from knowledge.fit import Row, is_of
from knowledge.model import Derived, Figure, Frame, Op
from knowledge.numerals import CLOCK, SHARES
from knowledge.surroundings import split_of, total_of

LISTS = frozenset({Op.MOST, Op.LEAST, Op.RANK, Op.TOP, Op.BOTTOM, Op.DOWN, Op.UP, Op.ABOVE, Op.BELOW, Op.AVERAGE})
# What is done with parts of a total and the total itself.
_SEVERAL = frozenset({Op.TOP, Op.BOTTOM, Op.ABOVE, Op.BELOW})
OF_TOTAL = frozenset({Op.SHARE, Op.EXCEPT, Op.REST, Op.NOT})
_TENTH = Decimal("0.1")


@dataclass(frozen=True, slots=True)
class Result:
    """The figures that answer, the best fit among them, what was computed, and why there is none."""

    rows: tuple[Row, ...] = ()
    fit: float = 0.0
    derived: Derived | None = None
    reason: str | None = None


def lists(frame: Frame) -> bool:
    """Is it done with a whole list, rather than with what is named?"""
    return frame.op in LISTS or bool(frame.first)


def apply(frame: Frame, rows: Sequence[Row]) -> Result:
    """What the operation of a frame makes of rows: those that answer, and the number where one was computed."""
    fit, op = min(r.fit for r in rows), frame.op
    if frame.first and not (rows := _first(frame, list(rows))):
        return Result(reason="none_such")
    if op in _CHOICES:
        chosen = _CHOICES[op](list(rows), frame.value)
        extreme, named = op in {Op.MOST, Op.LEAST}, bool(frame.parts or frame.sides) or frame.by is None
        shown = list(rows) if extreme and len(rows) == 2 and named else chosen  # two that are compared are both shown
        figures = tuple(r.figure for r in shown)
        derived = Derived(str(op), chosen[0].figure.value, chosen[0].figure.unit, figures) if extreme else None
        return Result(tuple(shown), fit, derived, None if shown else "none_such")
    if op is Op.AVERAGE:
        return _averaged(frame, list(rows), fit)
    if op is None:
        return Result(tuple(rows), fit)
    of_total = op in OF_TOTAL
    if op in {Op.REST, Op.NOT} and len(rows) == 2 and rows[0].figure.total is None:
        rows, of_total = rows[::-1], False  # the whole and what of it is done
    if of_total:
        totals = {total_of(r.clause, r.figure) for r in rows}
        if len(totals) != 1 or rows[0].figure.total is None:
            return Result(reason="no_operands")
        if op is Op.EXCEPT and frame.each and (others := _others(rows)):
            return Result(tuple(others), fit, derive(Op.SUM, tuple(r.figure for r in others)))
        rows = [*rows, Row(rows[0].clause, totals.pop(), fit)]
    figures = tuple(r.figure for r in rows)
    derived = derive(op, (figures[-1], *figures[:-1]) if of_total else figures)
    if op in {Op.REST, Op.EXCEPT} and derived and not derived.value:
        return Result(reason="none_such")  # of the whole nothing is left
    return Result(tuple(rows), fit, derived) if derived else Result(reason="no_operands")


def _others(rows: Sequence[Row]) -> list[Row]:
    """The other parts of a split, where more than one is left: 除了小学呢 asks for no sum."""
    taken = [r.figure for r in rows]
    left = [f for f in split_of(rows[0].clause, taken[0]) if f not in taken]
    return [Row(rows[0].clause, f, rows[0].fit) for f in left] if len(left) > 1 else []


def _first(frame: Frame, rows: list[Row]) -> list[Row]:
    """What is chosen before something is computed."""
    if frame.first == (Op.EXCEPT,):
        return [r for r in rows if not any(is_of(p, r.figure, r.clause) for p in frame.parts)]
    return [row for op in frame.first for row in _CHOICES[op](rows, frame.value)[: None if op in _SEVERAL else 1]]


def _averaged(frame: Frame, rows: list[Row], fit: float) -> Result:
    """Of a whole split its total is shown, of other rows they themselves; 四个县 say among how many a lone total goes."""
    figures = tuple(r.figure for r in rows)
    if frame.few and frame.few[0] and len(rows) == 1:
        mean = (figures[0].value / frame.few[0]).quantize(_TENTH)
        return Result(tuple(rows), fit, Derived("average", mean, figures[0].unit, figures))
    derived = derive(Op.AVERAGE, figures) if len(rows) > 1 else None
    whole = figures[0].total is not None and len(split_of(rows[0].clause, figures[0])) == len(rows)
    shown = [Row(rows[0].clause, total_of(rows[0].clause, figures[0]), fit)] if whole else rows
    return Result(tuple(shown), fit, derived) if derived else Result(reason="no_operands")


def _falling(rows: list[Row]) -> list[Row]:
    return sorted(rows, key=lambda r: -r.figure.value)


def _rising(rows: list[Row]) -> list[Row]:
    return sorted(rows, key=lambda r: r.figure.value)


def _ranked(rows: list[Row], place: Decimal | None) -> list[Row]:
    """The one at that place; counted from the least where the place is below 0."""
    n = int(place or 1)
    ordered = _falling(rows) if n > 0 else _rising(rows)
    return ordered[abs(n) - 1 : abs(n)]


def _mean(rows: list[Row]) -> Decimal:
    return sum((r.figure.value for r in rows), Decimal(0)) / len(rows)


_CHOICES: dict[Op | None, Callable[[list[Row], Decimal | None], list[Row]]] = {
    Op.DOWN: lambda rows, _: _falling(rows),
    Op.UP: lambda rows, _: _rising(rows),
    Op.TOP: lambda rows, n: _falling(rows)[: int(n or 1)],
    Op.BOTTOM: lambda rows, n: _rising(rows)[: int(n or 1)],
    Op.RANK: _ranked,
    Op.MOST: lambda rows, _: [r for r in rows if r.figure.value == max(x.figure.value for x in rows)],
    Op.LEAST: lambda rows, _: [r for r in rows if r.figure.value == min(x.figure.value for x in rows)],
    Op.ABOVE: lambda rows, bound: [r for r in rows if r.figure.value > (_mean(rows) if bound is None else bound)],
    Op.BELOW: lambda rows, bound: [r for r in rows if r.figure.value < (_mean(rows) if bound is None else bound)],
}


def derive(op: Op, of: tuple[Figure, ...]) -> Derived | None:
    """The number computed of figures, of a change the newer one first; None where the figures do not count in one unit, are times of
    the day or too many for it."""
    pair = op in {Op.DIFFERENCE, Op.RATIO, Op.GROWTH}
    if (
        len(of) < 2
        or (pair and len(of) > 2)
        or len({f.unit for f in of} | {CLOCK}) != 2
        or any(f.value_max is not None for f in of)
    ):
        return None
    values = [f.value for f in of]
    kind, compute, unit = _COMPUTED[op]
    try:
        points = kind == "difference" and of[0].unit in SHARES
        return Derived(kind, compute(values), "个百分点" if points else unit or of[0].unit, of)
    except ArithmeticError:  # a share of nothing
        return None


def multiply(count: Row, rate: Row) -> Result:
    """So many, each so much: 58间, 每间8万元; or a share of a whole: 8600人, 60%."""
    of = count.figure, rate.figure
    share, whole = (rate, count) if rate.figure.unit in SHARES else (None, rate)
    value = of[0].value * of[1].value / (100 if share else 1)
    return Result((count, rate), rate.fit, Derived("product", value, whole.figure.unit, of))


def divide(whole: Row, among: Row) -> Result:
    """So much among so many: 3510个 in 13所."""
    of = whole.figure, among.figure
    value = (of[0].value / of[1].value).quantize(_TENTH)
    return Result((whole, among), whole.fit, Derived("rate", value, whole.figure.unit, of))


# Per operation its name, what it makes of the values (of a total and its parts the total first), and the unit of that.
_COMPUTED: dict[Op, tuple[str, Callable[[list[Decimal]], Decimal], str]] = {
    Op.SUM: ("sum", lambda v: sum(v, Decimal(0)), ""),
    Op.DIFFERENCE: ("difference", lambda v: abs(v[0] - v[1]), ""),
    Op.EXCEPT: ("difference", lambda v: v[0] - sum(v[1:], Decimal(0)), ""),
    Op.REST: ("difference", lambda v: v[0] - sum(v[1:], Decimal(0)), ""),
    Op.NOT: ("difference", lambda v: v[0] - sum(v[1:], Decimal(0)), ""),
    Op.AVERAGE: ("average", lambda v: (sum(v, Decimal(0)) / len(v)).quantize(_TENTH), ""),
    Op.RATIO: ("ratio", lambda v: (max(v) / min(v)).quantize(_TENTH), "倍"),
    Op.GROWTH: ("growth", lambda v: (100 * abs(v[0] - v[1]) / v[1]).quantize(_TENTH), "%"),
    Op.SHARE: ("share", lambda v: (100 * sum(v[1:], Decimal(0)) / v[0]).quantize(_TENTH), "%"),
}
