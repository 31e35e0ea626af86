"""The ledger on the page and to take away: /figures, /figures.csv, /figures.json."""

from collections.abc import Sequence
from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bot.replies.contract import as_json, figure_record
from bot.web.ledger import EVERY, FACETS, Facet, View, facets, fitting, in_order, sorting
from bot.web.pages import NO_PLAN_YET, NO_SUCH_PLAN, apart, given, kept
from bot.web.reading import as_csv
from bot.web.site import ZIPPED, Problem, Site, download, page_number
from knowledge.lookup import Entry, figures_about
from knowledge.scope import bureaus

LEDGER = "数字账"
EVERY_PLAN = "全部计划"
TOO_MANY = "计划太多，一张表放不下，请先选一份。"
NAMES = {"year": "年份", "area": "区县", "stage": "学段", "unit": "单位"}
PAGE = 200
# So many plans stand in one table: their 20,000 figures are read and counted in 0.2 s.
_TOGETHER = 100


@dataclass(frozen=True, slots=True)
class _Shown:
    """The figures of a view: those that go with the words, and of them those that are all that was chosen, in order."""

    view: View
    title: str
    facets: Sequence[Facet]
    ledger: Sequence[Entry]


def routes(site: Site) -> list[Route]:
    figures = _Figures(site)
    return [
        Route("/figures", kept(site, figures.page)),
        Route("/figures.csv", apart(site, figures.csv), middleware=ZIPPED),
        Route("/figures.json", apart(site, figures.json), middleware=ZIPPED),
    ]


class _Figures:
    def __init__(self, site: Site) -> None:
        self._site = site

    def page(self, request: Request) -> str:
        """One page of the ledger, and what to choose by."""
        shown, page = self._shown(request), page_number(request)
        first = (page - 1) * PAGE
        if first and first >= len(shown.ledger):
            raise Problem(404)
        store = self._site.assistant.library.store
        together = store.count_plans() <= _TOGETHER
        return self._site.render(
            "figures.html",
            here="/figures",
            names=NAMES,
            shown=shown,
            view=shown.view,
            several=shown.view.plan == EVERY,
            every=EVERY,
            titles=store.titles() if together else [],
            ledger=shown.ledger[first : first + PAGE],
            first=first,
            page=page,
            more=len(shown.ledger) > first + PAGE,
            compared=any(shown.view.plan in {EVERY, p.title} for some in bureaus(store.listed()) for p in some),
        )

    def csv(self, request: Request) -> Response:
        shown = self._shown(request)
        return download(as_csv(shown.ledger), f"{shown.title}{LEDGER}.csv")

    def json(self, request: Request) -> Response:
        shown = self._shown(request)
        content = as_json([figure_record(c, f) for c, f in shown.ledger])
        return download(content, f"{shown.title}{LEDGER}.json", "application/json")

    def _shown(self, request: Request) -> _Shown:
        """Raises Problem where there is no plan, none of that title, or too many for one table."""
        store = self._site.assistant.library.store
        view = self._view(request)
        entries = list(figures_about(lambda: map(store.clauses_of, self._plans(view)), view.words.split()))
        ledger = in_order(fitting(entries, view.chosen), view.sort)
        title = EVERY_PLAN if view.plan == EVERY else view.plan
        return _Shown(view, title, facets(entries, view.chosen), ledger)

    def _view(self, request: Request) -> View:
        """What the address says, the newest plan named where it names none."""
        newest = self._site.assistant.library.store.plan()
        if newest is None:
            raise Problem(404, NO_PLAN_YET)
        chosen = {name: value for name in FACETS if (value := request.query_params.get(name, "").strip())}
        plan = given(request, "plan") or newest.title
        return View(plan, given(request, "words"), chosen, sorting(given(request, "sort")))

    def _plans(self, view: View) -> Sequence[str]:
        titles = self._site.assistant.library.store.titles()
        if view.plan == EVERY and len(titles) > _TOGETHER:
            raise Problem(404, TOO_MANY)
        if view.plan not in {EVERY, *titles}:
            raise Problem(404, NO_SUCH_PLAN)
        return titles if view.plan == EVERY else [view.plan]
