"""The ledger: the figures of one plan or of several, those of some area, stage, unit or year, in an order of several columns."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any
from urllib.parse import urlencode

from knowledge.lookup import Entry
from knowledge.model import Figure, PartKind

# What the address names in the place of a plan where all of them are meant.
EVERY = "*"
# So many columns sort at once: by more nobody does.
_KEYS = 3
# What a figure is of each facet; "" where it is nothing of it. Only what the ledger's own structure says counts.
_FACETS: dict[str, Callable[[Entry], str]] = {
    "year": lambda entry: str(entry[0].year or ""),
    "area": lambda entry: _part(entry[1], PartKind.AREA),
    "stage": lambda entry: _part(entry[1], PartKind.STAGE),
    "unit": lambda entry: entry[1].unit,
}
FACETS = tuple(_FACETS)
_ORDERS: dict[str, Callable[[Entry], Any]] = {
    "plan": lambda entry: (entry[0].year or 0, entry[0].plan),
    "what": lambda entry: entry[1].what,
    "part": lambda entry: entry[1].part or "",
    "unit": lambda entry: entry[1].unit,
    "value": lambda entry: (entry[1].value, entry[1].value_max or Decimal(0)),
}
_PLACE = "place"
SORTS = (_PLACE, *_ORDERS)


@dataclass(frozen=True, slots=True)
class View:
    """Which figures in which order: what the address of the ledger says. `plan` is a title, EVERY or "" (the newest);
    `chosen` one value for some of the facets; `sort` the columns, the first counts most, each with - where it falls."""

    plan: str
    words: str
    chosen: Mapping[str, str]
    sort: tuple[str, ...]

    def link(self, **more: object) -> str:
        """The query of this view; what is empty is left out."""
        sort = "" if self.sort == (_PLACE,) else ",".join(self.sort)
        named = {"plan": self.plan, "words": self.words, **self.chosen, "sort": sort, **more}
        return "?" + urlencode({name: value for name, value in named.items() if value}, errors="replace")

    def by(self, column: str) -> str:
        """The same sorted by that column first, then as before; turned round where it is first already. The largest numbers
        come first."""
        falls = self.direction(column) == "ascending" if self.sort[0].lstrip("-") == column else column == "value"
        others = (key for key in self.sort if key.lstrip("-") not in {column, _PLACE})
        first = f"-{column}" if falls else column
        return replace(self, sort=(first,) if column == _PLACE else (first, *others)[:_KEYS]).link()

    def direction(self, column: str) -> str | None:
        """How a column is sorted, None where it is not."""
        found = next((key for key in self.sort if key.lstrip("-") == column), None)
        return found and ("descending" if found.startswith("-") else "ascending")

    def rank(self, column: str) -> int:
        """Which of the columns that sort this is, from 1; 0 where it is none."""
        return next((n for n, key in enumerate(self.sort, 1) if key.lstrip("-") == column), 0)


def sorting(text: str) -> tuple[str, ...]:
    """The columns that an address names, without those that there are not.

    >>> sorting("unit,-value,nothing,unit"), sorting("what,place,unit"), sorting("")
    (('unit', '-value'), ('what',), ('place',))
    """
    keys: dict[str, str] = {}
    for key in text.split(","):
        name = key.removeprefix("-")
        if name == _PLACE and keys:
            break  # no two figures stand at one place: what follows sorts nothing
        if name in SORTS:
            keys.setdefault(name, key)
        if name == _PLACE:
            break
    return tuple(keys.values())[:_KEYS] or (_PLACE,)


def _part(figure: Figure, kind: PartKind) -> str:
    return (figure.part or "") if figure.part_kind is kind else ""


# --- facets


@dataclass(frozen=True, slots=True)
class Facet:
    """One thing to choose by: its values, each with how many of the figures that go with all else are of it."""

    name: str
    options: tuple[tuple[str, int], ...]
    chosen: str

    @property
    def of_use(self) -> bool:
        return bool(self.chosen) or len(self.options) > 1 or (len(self.options) == 1 and self.name != "year")


def fitting(entries: Iterable[Entry], chosen: Mapping[str, str]) -> list[Entry]:
    """The figures that are all that was chosen."""
    return [entry for entry in entries if all(_FACETS[name](entry) == value for name, value in chosen.items())]


def facets(entries: Sequence[Entry], chosen: Mapping[str, str]) -> list[Facet]:
    return [_facet(name, entries, chosen) for name in FACETS]


def _facet(name: str, entries: Sequence[Entry], chosen: Mapping[str, str]) -> Facet:
    """The values that there are beside what was chosen of the others, the most frequent first, years the newest first."""
    others = {other: value for other, value in chosen.items() if other != name}
    counts = Counter(value for entry in fitting(entries, others) if (value := _FACETS[name](entry)))
    if (own := chosen.get(name, "")) and own not in counts:
        counts[own] = 0
    options = sorted(counts.items(), reverse=True) if name == "year" else counts.most_common()
    return Facet(name, tuple(options), own)


# --- order


def in_order(ledger: Iterable[Entry], sort: Sequence[str]) -> list[Entry]:
    """The ledger by some columns, the first counts most. Numbers of different units have no order among them: those of one
    unit stand together, and what falls is each unit's numbers, not the units."""
    ordered = list(ledger)
    for key in reversed(sort):
        name, falls = key.removeprefix("-"), key.startswith("-")
        if name == _PLACE:
            ordered = ordered[::-1] if falls else ordered
        else:
            ordered.sort(key=_ORDERS[name], reverse=falls)
        if name == "value":
            ordered.sort(key=_ORDERS["unit"])
    return ordered
