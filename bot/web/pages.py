"""The pages beside the chat: a plan to read, all plans there are, and the ledger, on the page and to take away."""

from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import quote, urlencode

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bot.replies.contract import as_json, figure_record
from bot.web.picker import picker
from bot.web.reading import SORTS, Chapter, as_csv, chapters, in_order
from bot.web.site import HTML, ZIPPED, Problem, Ready, Site, address_of
from knowledge.compare import bureaus
from knowledge.errors import QuestionError
from knowledge.lookup import Entry, counts, figures_about, speaks_of
from knowledge.model import Clause, Plan
from knowledge.wording import fold

NO_PLAN_YET = "这里还没有计划，请过一阵子再来看。"
NO_SUCH_PLAN = "没有找到这个计划，可能标题打错了，或者已经换成新的。"
LEDGER = "数字账"
_PLANS_A_PAGE = 50
_LONGEST_SEARCH = 100


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which figures in which order: what the address of the ledger says."""

    plan: str
    words: str
    sort: str
    falling: bool

    def link(self, sort: str | None = None) -> str:
        """The same ledger by `sort`, turned round where it is by that already: the largest numbers come first."""
        falling = self.falling if sort is None else (not self.falling if sort == self.sort else sort == "value")
        named = {
            "plan": self.plan,
            "words": self.words,
            "sort": sort or self.sort,
            "order": "desc" if falling else "asc",
        }
        return "?" + urlencode({name: value for name, value in named.items() if value})

    def direction(self, sort: str) -> str | None:
        return ("descending" if self.falling else "ascending") if sort == self.sort else None


def routes(site: Site) -> list[Route]:
    pages = _Pages(site)
    return [
        Route("/plan", _kept(site, pages.plan)),
        Route("/plan/found", _kept(site, pages.found, "application/json")),
        Route("/plans", _kept(site, pages.plans)),
        Route("/figures", _kept(site, pages.figures)),
        Route("/figures.csv", _apart(site, pages.figures_csv), middleware=ZIPPED),
        Route("/figures.json", _apart(site, pages.figures_json), middleware=ZIPPED),
    ]


def _kept(site: Site, page: Callable[[Request], str], kind: str = HTML) -> Callable[[Request], object]:
    """The page made once for its address, as long as the plans are the same."""

    async def endpoint(request: Request) -> Response:
        return await site.workers.read(
            lambda: site.made.made(address_of(request.scope), lambda: Ready(page(request), kind))
        )

    return endpoint


def _apart(site: Site, page: Callable[[Request], Response]) -> Callable[[Request], object]:
    """What is made apart from the event loop."""

    async def endpoint(request: Request) -> Response:
        return await site.workers.read(lambda: page(request))

    return endpoint


class _Pages:
    def __init__(self, site: Site) -> None:
        self._site = site

    def plan(self, request: Request) -> str:
        """One plan, all of it: first the clauses with the words looked for, then those that speak of it in others; the rest
        is there, but hidden."""
        plan, search, _, parts = self._searched(request)
        sections = [section for part in parts for section in part.sections]
        return self._site.render(
            "plan.html",
            here="/plan",
            document=plan,
            picker=picker(self._site.assistant.library.store, "/plan", plan.title),
            chapters=parts,
            search=search,
            found=sum(s.found for s in sections),
            meant=sum(s.meant for s in sections),
        )

    def found(self, request: Request) -> str:
        """The same search for the script of that page: the words as they are looked for, and the numbers of the clauses."""
        _, _, words, parts = self._searched(request)
        sections = [section for part in parts for section in part.sections]
        found, meant = [s.number for s in sections if s.found], [s.number for s in sections if s.meant]
        return as_json({"words": words, "found": found, "meant": meant})

    def _searched(self, request: Request) -> tuple[Plan, str, list[str], list[Chapter]]:
        """The plan that is named, what is looked for in it, as it was typed and as folded words, and its chapters."""
        search = _given(request, "search")
        plan, clauses = self._read(_given(request, "plan"))
        words = fold(search).split()
        return plan, search, words, chapters(clauses, words, self._meant(search, plan) if words else ())

    def _meant(self, search: str, plan: Plan) -> set[int]:
        """The numbers of the clauses that the chat answers from, or offers, where this is asked."""
        assistant = self._site.assistant
        try:
            answer, _ = assistant.converse(search, None, assistant.library.store_of(plan.title))
        except QuestionError:
            return set()
        return {
            m.clause.number for f in answer.findings for m in (*f.matches, *f.offered) if m.clause.plan == plan.title
        }

    def plans(self, request: Request) -> str:
        """The plans in pages, those whose titles hold the words looked for."""
        search, page = _given(request, "search"), _given(request, "page")
        words = fold(search).split()
        titles = [t for t in self._site.assistant.library.store.titles() if all(word in fold(t) for word in words)]
        number = min(max(int(page), 1), 10**6) if page.isascii() and page.isdecimal() else 1
        first = (number - 1) * _PLANS_A_PAGE
        if first and first >= len(titles):
            raise Problem(404)
        return self._site.render(
            "plans.html",
            here="/plan",
            titles=titles[first : first + _PLANS_A_PAGE],
            search=search,
            found=len(titles),
            page=number,
            more=len(titles) > first + _PLANS_A_PAGE,
        )

    def figures(self, request: Request) -> str:
        """The ledger of one plan; the figures that do not go with the words are there, but hidden."""
        wanted = _wanted(request)
        plan, clauses = self._read(wanted.plan)
        ledger = list(figures_about(lambda: [clauses], ()))
        found = {_key(entry) for entry in figures_about(lambda: [clauses], wanted.words.split())}
        ranks = {sort: _ranks(in_order(ledger, sort, falling=False)) for sort in SORTS}
        ranks["fall"] = _ranks(in_order(ledger, "value", falling=True))
        return self._site.render(
            "figures.html",
            here="/figures",
            document=plan,
            picker=picker(self._site.assistant.library.store, "/figures", plan.title),
            wanted=wanted,
            ledger=in_order(ledger, wanted.sort, falling=wanted.falling),
            key=_key,
            counts=counts,
            speaks_of=speaks_of,
            found=found,
            ranks=ranks,
            compared=any(
                p.title == plan.title for some in bureaus(self._site.assistant.library.store.listed()) for p in some
            ),
        )

    def figures_csv(self, request: Request) -> Response:
        plan, ledger = self._ledger(request)
        return _download(as_csv(ledger), "text/csv", f"{plan.title}{LEDGER}.csv")

    def figures_json(self, request: Request) -> Response:
        plan, ledger = self._ledger(request)
        content = as_json([figure_record(c, f) for c, f in ledger])
        return _download(content, "application/json", f"{plan.title}{LEDGER}.json")

    def _ledger(self, request: Request) -> tuple[Plan, list[Entry]]:
        """The figures that are shown on the page, in its order."""
        wanted = _wanted(request)
        plan, clauses = self._read(wanted.plan)
        ledger = list(figures_about(lambda: [clauses], wanted.words.split()))
        return plan, in_order(ledger, wanted.sort, falling=wanted.falling)

    def _read(self, title: str) -> tuple[Plan, list[Clause]]:
        """The plan of that title, the newest where none is named. Raises Problem where there is none."""
        plan = self._site.assistant.library.store_of(title or None).plan()
        if plan is None:
            raise Problem(404, NO_PLAN_YET)
        if title and plan.title != title:
            raise Problem(404, NO_SUCH_PLAN)
        return plan, self._site.assistant.library.store.clauses_of(plan.title)


def _given(request: Request, name: str) -> str:
    """A word of the address; of what is searched for, as much as anybody types, and nothing invisible."""
    value = request.query_params.get(name, "")
    return value.strip() if name == "plan" else " ".join(_visible(value).split())[:_LONGEST_SEARCH]


def _visible(text: str) -> str:
    return "".join(c if c.isprintable() else " " for c in text)


def _wanted(request: Request) -> Wanted:
    sort = _given(request, "sort")
    sort = sort if sort in SORTS else SORTS[0]
    return Wanted(_given(request, "plan"), _given(request, "words"), sort, _given(request, "order") == "desc")


def _key(entry: Entry) -> tuple[int, int]:
    """What tells one figure of a plan from the others."""
    return entry[0].key, entry[1].start


def _ranks(ledger: list[Entry]) -> dict[tuple[int, int], int]:
    return {_key(entry): rank for rank, entry in enumerate(ledger)}


def _download(content: str, kind: str, name: str) -> Response:
    headers = {"content-disposition": f"attachment; filename*=UTF-8''{quote(name, safe='', errors='replace')}"}
    return Response(content.encode(errors="replace"), 200, headers, kind)
