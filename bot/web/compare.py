"""One item in the plans of several years, side by side: a table, bars, and the same for a spreadsheet."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import islice
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bot.replies.blocks import Computed
from bot.replies.computed import changed
from bot.replies.naming import counted
from bot.web.cards import Links, Picture, bar
from bot.web.pages import apart, given, kept
from bot.web.reading import sheet
from bot.web.site import ZIPPED, Site, download
from knowledge.across import compute
from knowledge.compare import Line, lines, shared
from knowledge.errors import QuestionError
from knowledge.fit import Row
from knowledge.lookup import Entry
from knowledge.mentions import series
from knowledge.model import Answer, Derived, Listed
from knowledge.scope import bureaus

# --- Why there is nothing side by side.
ALONE = "手头只有一年的计划，没有别的年份可以放在一起看。"
NOWHERE = "这几年的计划里都没有写“{item}”的数，换个说法试试。"
ONE_YEAR = "只有{year}年的计划写了这个数，别的年份没写，没法比。"
NOT_ONE_ITEM = "这几年写的不是同一件事，或者单位、范围不一样，所以没有比。"
# So many items are offered.
_OFFERED = 12
_SEVERAL = 2
# Of so many bureaus what may be compared is kept at hand.
_BUREAUS = 32


@dataclass(frozen=True, slots=True)
class Side:
    """What is compared: the `item` as it was named, the plans of one bureau, the `lines` of the table for its years (oldest
    first), and the sentence that says why there are none."""

    item: str
    plans: Sequence[Listed]
    lines: Sequence[Line] = ()
    sentence: str = ""

    @property
    def years(self) -> list[int]:
        return sorted({p.year for p in self.plans if p.year})

    def link(self, page: str = "/compare") -> str:
        return f"{page}?{urlencode({'item': self.item, 'plan': self.plans[0].title}, errors='replace')}"


@dataclass(frozen=True, slots=True)
class Cell:
    """A figure of a year: as it is printed, where it stands, and how it differs from the year that is told before it."""

    raw: str
    href: str
    change: Computed | None


def routes(site: Site) -> list[Route]:
    compare = _Compare(site)
    return [
        Route("/compare", kept(site, compare.page)),
        Route("/compare.csv", apart(site, compare.csv), middleware=ZIPPED),
    ]


def table_of(answer: Answer, site: Site) -> str:
    """The link to the table for an answer that puts years side by side, where that holds all its figures; else nothing."""
    figures = answer.figures
    if len({c.year for c, _ in figures}) < _SEVERAL or any(f.reason == "not_alike" for f in answer.findings):
        return ""
    clause, figure = figures[0]
    plans = site.assistant.years_of(clause.plan)
    items = dict.fromkeys((f"{figure.part or ''}{figure.what}", figure.what)) if plans else ()
    return next((Side(item, plans).link() for item in items if {*figures} <= _told(item, plans, site)), "")


def _told(item: str, plans: Sequence[Listed], site: Site) -> set[Entry]:
    """The figures in the table of an item, each with its clause."""
    return {(r.clause, r.figure) for line in lines(site.assistant.compare(item, plans)) for r in line.cells.values()}


class _Compare:
    def __init__(self, site: Site) -> None:
        self._site, self._links = site, Links()
        self._offered = lru_cache(_BUREAUS)(self._told_by_several)

    def page(self, request: Request) -> str:
        side = self._side(request)
        library, compares = self._site.assistant.library, [line for line in side.lines if line.compares]
        return self._site.render(
            "compare.html",
            here="/figures",
            side=side,
            rows=[(line, self._cells(line, side.years)) for line in side.lines],
            counted=counted,
            picture=_picture(compares[0]) if compares else None,
            bureaus=[(series(some[0]), some[0].title) for some in bureaus(library.store.listed())],
            offered=() if compares else self._offered(library.edition, tuple(side.plans)),
        )

    def csv(self, request: Request) -> Response:
        side = self._side(request)
        head, *rows = _table(side)
        return download(sheet(head, rows), f"{side.item}{'和'.join(map(str, side.years))}.csv")

    def _side(self, request: Request) -> Side:
        """What the address names: an item, and the bureau of a plan, the first that has several years where there is none of
        that title."""
        assistant = self._site.assistant
        plans = assistant.years_of(given(request, "plan")) or next(iter(bureaus(assistant.library.store.listed())), [])
        side = Side(given(request, "item"), plans)
        if not plans:
            return replace(side, sentence=ALONE)
        return self._compared(side) if side.item else side

    def _told_by_several(self, _edition: int, plans: tuple[Listed, ...]) -> tuple[str, ...]:
        """What these plans do say side by side, in an edition of the index."""
        assistant = self._site.assistant
        items = shared([assistant.library.store.clauses_of(p.title) for p in plans])
        compared = (w for w in items if any(line.compares for line in lines(assistant.compare(w, plans))))
        return tuple(islice(compared, _OFFERED))

    def _compared(self, side: Side) -> Side:
        try:
            told = lines(self._site.assistant.compare(side.item, side.plans))
        except QuestionError as error:
            return replace(side, sentence=str(error))
        return replace(side, lines=told, sentence=_why_not(side.item, told))

    def _cells(self, line: Line, years: Sequence[int]) -> list[Cell | None]:
        return [
            Cell(row.figure.raw, self._links.plan(row.clause), _change(row, before)) if row else None
            for row, before in _with_before(line, years)
        ]


def _why_not(item: str, told: Sequence[Line]) -> str:
    if any(line.compares for line in told):
        return ""
    years = {year for line in told for year in line.cells}
    if not years:
        return NOWHERE.format(item=item)
    return ONE_YEAR.format(year=years.pop()) if len(years) == 1 else NOT_ONE_ITEM


def _with_before(line: Line, years: Iterable[int]) -> Iterator[tuple[Row | None, Row | None]]:
    """Per year, oldest first, the figure and the one that was told before it."""
    before = None
    for year in years:
        row = line.cells.get(year)
        yield row, before
        before = row or before


def _difference(row: Row, before: Row | None) -> Derived | None:
    return compute(None, [row, before]) if before else None


def _change(row: Row, before: Row | None) -> Computed | None:
    """比2040年多300个"""
    derived = _difference(row, before)
    return changed(derived, ("", f"{before.clause.year}年")) if derived and before else None


def _picture(line: Line) -> Picture:
    """The years as bars, the oldest first."""
    rows = [line.cells[year] for year in sorted(line.cells)]
    top = max(row.figure.value for row in rows) or 1
    bars = (bar(f"{r.clause.year}年", r.figure.raw, r.figure.value / top, marked=r is rows[-1]) for r in rows)
    return Picture(counted(line.newest.figure), tuple(bars))


# --- for a spreadsheet


def _table(side: Side) -> Iterator[list[str]]:
    """A line for each of the table: what is counted, which part, the unit, the years' values, and the differences that were
    computed, the newer less the older one."""
    pairs = list(zip(side.years[1:], side.years, strict=False))
    differences = (f"{new}年减{old}年（算出来的）" for new, old in pairs)
    yield ["数的是什么", "其中", "单位", *(f"{year}年" for year in side.years), *differences]
    for line in side.lines:
        figure, cells = line.newest.figure, line.cells
        values = [_value(cells[year]) if year in cells else "" for year in side.years]
        changes = [_signed(cells[new], cells[old]) if {new, old} <= cells.keys() else "" for new, old in pairs]
        yield [figure.what, figure.part or "", figure.unit, *values, *changes]


def _value(row: Row) -> str:
    """The number, or what is printed where that is more than a number: a range, 10家以上."""
    figure = row.figure
    return figure.raw if figure.qualifier or figure.value_max is not None else f"{figure.value:f}"


def _signed(new: Row, old: Row) -> str:
    return f"{new.figure.value - old.figure.value:f}" if _difference(new, old) else ""
