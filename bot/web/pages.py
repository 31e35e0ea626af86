"""The pages beside the chat: a plan to read, and all plans there are."""

from collections.abc import Callable

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bot.replies.contract import as_json
from bot.web.picker import picker
from bot.web.reading import Chapter, chapters
from bot.web.site import HTML, Problem, Ready, Site, address_of, page_number
from knowledge.errors import QuestionError
from knowledge.model import Clause, Plan
from knowledge.wording import fold

NO_PLAN_YET = "这里还没有计划，请过一阵子再来看。"
NO_SUCH_PLAN = "没有找到这份计划，可能标题打错了，或者已经换成新的。"
_PLANS_A_PAGE = 50
_LONGEST_SEARCH = 100


def routes(site: Site) -> list[Route]:
    pages = _Pages(site)
    return [
        Route("/plan", kept(site, pages.plan)),
        Route("/plan/found", kept(site, pages.found, "application/json")),
        Route("/plans", kept(site, pages.plans)),
    ]


def kept(site: Site, page: Callable[[Request], str], kind: str = HTML) -> Callable[[Request], object]:
    """The page made once for its address, as long as the plans are the same."""

    async def endpoint(request: Request) -> Response:
        return await site.workers.read(
            lambda: site.made.made(address_of(request.scope), lambda: Ready(page(request), kind))
        )

    return endpoint


def apart(site: Site, page: Callable[[Request], Response]) -> Callable[[Request], object]:
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
        search = given(request, "search")
        plan, clauses = self._read(given(request, "plan"))
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
        search, number = given(request, "search"), page_number(request)
        words = fold(search).split()
        titles = [t for t in self._site.assistant.library.store.titles() if all(word in fold(t) for word in words)]
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

    def _read(self, title: str) -> tuple[Plan, list[Clause]]:
        """The plan of that title, the newest where none is named. Raises Problem where there is none."""
        plan = self._site.assistant.library.store_of(title or None).plan()
        if plan is None:
            raise Problem(404, NO_PLAN_YET)
        if title and plan.title != title:
            raise Problem(404, NO_SUCH_PLAN)
        return plan, self._site.assistant.library.store.clauses_of(plan.title)


def given(request: Request, name: str) -> str:
    """A word of the address; of what is searched for, as much as anybody types, and nothing invisible."""
    value = request.query_params.get(name, "")
    return value.strip() if name == "plan" else " ".join(_visible(value).split())[:_LONGEST_SEARCH]


def _visible(text: str) -> str:
    return "".join(c if c.isprintable() else " " for c in text)
