"""The ledger as the pages and the API give it: figures that go with words, in an order, as a table for a spreadsheet."""

import csv
import io
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from decimal import Decimal
from typing import Any

from bot.web.sentences import COLUMNS
from knowledge.model import Clause, Figure
from knowledge.numerals import number
from knowledge.wording import fold

Entry = tuple[Clause, Figure]
# 7, 七, （七）, 第七条: a number and nothing else, and none that is longer than any clause's.
_REF = re.compile(r"第?\s?[(（]?\s?(?P<n>\d{1,18}|[零〇一二两三四五六七八九十百]{1,18})\s?[)）]?\s?[条、.]?")
# A cell that begins so is a formula to a spreadsheet.
_FORMULA = tuple("=+-@＝＋－＠\t\r")
# Numbers of different units have no order among them: those of one unit stand together.
_ORDERS: dict[str, Callable[[Entry], Any]] = {
    "what": lambda entry: (entry[1].what, entry[1].part or ""),
    "value": lambda entry: (entry[1].unit, entry[1].value, entry[1].value_max or Decimal(0)),
}
SORTS = ("place", *_ORDERS)


def clause_number(ref: str) -> int | None:
    """7, 七, （七）, 第七条 → 7; None where it is no number of a clause."""
    found = _REF.fullmatch(fold(ref))
    value = number(found["n"]) if found else None
    return None if value is None else int(value)


def ledger_of(plans: Callable[[], Iterable[Iterable[Clause]]], words: Sequence[str]) -> Iterator[Entry]:
    """The figures of the plans that go with all of the words, or every figure: by what they count, else by their clause.

    One plan at a time is read, twice where no figure counts what the words say.
    """
    wanted = [fold(word) for word in words]
    for says in (what, about):
        found = False
        for clause in (c for plan in plans() for c in plan):
            for figure in clause.figures:
                if all(word in says(clause, figure) for word in wanted):
                    found = True
                    yield clause, figure
        if found:
            return


def in_order(ledger: Sequence[Entry], sort: str, *, falling: bool) -> list[Entry]:
    """The ledger by `sort`, one of SORTS; `falling` turns each unit's numbers round, not the units."""
    if sort == "place":
        return list(reversed(ledger)) if falling else list(ledger)
    ordered = sorted(ledger, key=_ORDERS[sort], reverse=falling)
    return sorted(ordered, key=lambda entry: entry[1].unit) if sort == "value" else ordered


def as_csv(ledger: Iterable[Entry]) -> str:
    """The ledger for a spreadsheet: the mark at its head makes Excel read it as UTF-8."""
    file = io.StringIO()
    rows = csv.writer(file)
    rows.writerow(COLUMNS)
    for clause, figure in ledger:
        rows.writerow(map(_harmless, _cells(clause, figure)))
    return "\ufeff" + file.getvalue()


def _cells(clause: Clause, figure: Figure) -> tuple[str, ...]:
    return (
        clause.plan,
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
    return f"'{cell}" if cell.startswith(_FORMULA) else cell


def what(_clause: Clause, figure: Figure) -> str:
    """What a figure counts and its number, in small letters."""
    return f"{figure.what}{figure.part or ''}{figure.raw}".lower()


def about(clause: Clause, figure: Figure) -> str:
    """What a figure counts and what its clause is about, in small letters."""
    return f"{figure.what}{figure.part or ''}{clause.title}".lower()
