"""The ledger as the pages give it: in an order, as a table for a spreadsheet."""

import csv
import io
from collections.abc import Callable, Iterable, Sequence
from decimal import Decimal
from typing import Any

from bot.listings import Entry
from bot.web.sentences import COLUMNS
from knowledge.model import Clause, Figure

# A cell that begins so is a formula to a spreadsheet.
_FORMULA = tuple("=+-@＝＋－＠\t\r")
# Numbers of different units have no order among them: those of one unit stand together.
_ORDERS: dict[str, Callable[[Entry], Any]] = {
    "what": lambda entry: (entry[1].what, entry[1].part or ""),
    "value": lambda entry: (entry[1].unit, entry[1].value, entry[1].value_max or Decimal(0)),
}
SORTS = ("place", *_ORDERS)


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
