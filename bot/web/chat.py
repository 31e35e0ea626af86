"""The page on which anybody asks, the same in another site's corner, and what its buttons call.

With the header X-Requested-With: fetch an address answers with the card alone, else with a whole page.
"""

import re
from collections.abc import Sequence
from functools import partial
from typing import TypeVar
from urllib.parse import urlencode

from markupsafe import Markup
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from bot.web.answers import Answered, Answers
from bot.web.guard import new_chat
from bot.web.picker import picker, titled
from bot.web.site import HTML, ZIPPED, Problem, Ready, Site, form, is_fetch
from knowledge.answer import LONGEST
from knowledge.store import Store

# --- When what a button leads to is not there any more.
GONE = "这个回答已经过期了，请再问一次。"
NO_SUCH_CLAUSE = "没有这一条，可能计划已经换了。请再问一次。"
# A page that is the same for all, but comes with somebody's cookie.
_PRIVATE = "private, no-cache"
# So many turns are brought back at once.
_TURNS = 20
_T = TypeVar("_T")
_CHAT = re.compile(r"web:[A-Za-z0-9_-]{43}")


def routes(site: Site) -> list[Route]:
    pages = _Pages(site)
    return [
        Route("/", pages.home),
        Route("/ask", pages.ask, methods=["POST"]),
        Route("/turns", pages.turns, middleware=ZIPPED),
        Route("/clause", pages.clause),
        Route("/vote", pages.vote, methods=["POST"]),
        Route("/new", pages.new, methods=["POST"]),
        Route("/frame", pages.frame),
        Route("/frame", pages.ask, methods=["POST"]),
    ]


class _Pages:
    def __init__(self, site: Site) -> None:
        self._site, self._answers = site, Answers(site)

    async def home(self, request: Request) -> Response:
        """The page: with an answer where the address asks (q), with those that were kept where it names them (t)."""
        text, tokens = request.query_params.get("q", ""), request.query_params.getlist("t")[-_TURNS:]
        plan = titled(self._store, request.query_params.get("plan", ""))
        if text.strip() and is_fetch(request.scope):
            chat = await self._met(request)
            return _card(await self._site.workers.answer(lambda: self._answers.afresh(chat, text, plan)))
        if text.strip():
            return await self._linked(text, plan)
        if tokens:
            kept = await self._site.workers.read(lambda: self._kept(tokens))
            return await self._told(request, *_there(kept, GONE), plan=plan)
        if is_fetch(request.scope):
            raise Problem(404, GONE)
        make, address = (
            partial(self._ready, "chat.html", chosen=plan),
            urlencode({"plan": plan} if plan else {}).encode(),
        )
        return await self._site.workers.read(lambda: self._site.made.made(("/", address), make))

    async def ask(self, request: Request) -> Response:
        """The answer to a form: its card, or the page that shows it, under an address that can be reloaded."""
        fields = await form(request)
        chat, after = await self._met(request, fields), fields.get("after", "")
        text, plan = fields.get("next") or fields.get("q", ""), titled(self._store, fields.get("plan", ""))
        answered = await self._site.workers.answer(lambda: self._answers.answer(chat, text, after, plan))
        if fields.get("embedded") and not is_fetch(request.scope):
            return await self._page("frame.html", answered, chat=chat, chosen=plan)
        if answered.token and not is_fetch(request.scope):
            asked_of = {"plan": plan} if "plan" in fields else {}
            return RedirectResponse("/?" + urlencode({"t": answered.token} | asked_of), 303)
        return await self._told(request, answered, plan=plan)

    async def turns(self, request: Request) -> Response:
        """The turns that were kept under these tokens (t), for a page that is opened again."""
        tokens = request.query_params.getlist("t")[-_TURNS:]
        kept = await self._site.workers.read(lambda: self._kept(tokens))
        return _fragment("".join(map(self._turn, kept)), 200)

    async def clause(self, request: Request) -> Response:
        """One clause as a card, by its running number and its plan; of the newest plan where none is named."""
        number, plan = request.query_params.get("number", ""), request.query_params.get("plan")
        chat = await self._met(request)
        answered = await self._site.workers.answer(lambda: self._answers.clause(chat, plan, number))
        return await self._told(request, _there(answered, NO_SUCH_CLAUSE))

    async def new(self, request: Request) -> Response:
        """A chat that begins anew: what was said before does not count any more."""
        fields = await form(request)
        chat = await self._met(request, fields)
        await self._site.workers.read(lambda: self._answers.forget(chat))
        return RedirectResponse("/frame" if fields.get("embedded") else "/", 303)

    async def vote(self, request: Request) -> Response:
        fields = await form(request)
        chat, token, up = await self._met(request, fields), fields.get("token", ""), fields.get("up") == "1"
        if not await self._site.workers.read(lambda: self._answers.vote(chat, token, up=up)):
            raise Problem(404, GONE)
        if is_fetch(request.scope):
            return _fragment("", 200)
        return RedirectResponse("/?" + urlencode({"t": token, "thanks": "1"}), 303)

    async def frame(self, request: Request) -> Response:
        """The chat for a frame on another site. Browsers give it no cookie there: the page itself carries its chat."""
        plan = titled(self._store, request.query_params.get("plan", ""))
        return await self._page("frame.html", chat=f"web:{new_chat()}", chosen=plan)

    async def _linked(self, text: str, plan: str) -> Response:
        """The page of a question in a link, made once for all who open it, whatever was put behind it on its way."""
        named = {"q": text} | ({"plan": plan} if plan else {})
        made, address = self._site.made, ("/", urlencode(named, errors="replace").encode())

        def make() -> Ready:
            return self._ready("chat.html", self._answers.linked(text, plan), chosen=plan)

        if (found := made.find(address)) is not None:
            return found
        return await self._site.workers.answer(lambda: made.made(address, make))

    async def _met(self, request: Request, fields: dict[str, str] | None = None) -> str:
        """Whose chat it is: that which the page carries where a frame has no cookie, else that of the cookie."""
        given = request.headers.get("X-Chat") or (fields or {}).get("chat") or ""
        chat = given if _CHAT.fullmatch(given) else str(request.state.chat)
        await self._site.workers.hash(lambda: self._site.assistant.meet(chat))
        return chat

    def _kept(self, tokens: Sequence[str]) -> list[Answered]:
        """The answers that are still kept."""
        return [one for token in tokens if (one := self._answers.kept(token))]

    async def _told(self, request: Request, *turns: Answered, plan: str = "") -> Response:
        if is_fetch(request.scope):
            return _card(turns[-1])
        return await self._page("chat.html", *turns, thanks="thanks" in request.query_params, chosen=plan)

    async def _page(self, name: str, *turns: Answered, chosen: str = "", **more: str | bool) -> Response:
        return await self._site.workers.read(lambda: self._ready(name, *turns, kept="no-store", chosen=chosen, **more))

    def _ready(self, name: str, *turns: Answered, kept: str = _PRIVATE, chosen: str = "", **more: str | bool) -> Ready:
        html = self._html(name, *turns, chosen=chosen, **more)
        return Ready(html, HTML, kept, turns[-1].status if turns else 200)

    def _html(self, name: str, *turns: Answered, chosen: str = "", **more: str | bool) -> str:
        """`chat` stands in the form, where there may be no cookie; `after` is the answer that whoever asks on the page goes
        on from, `chosen` the title of the plan that is asked."""
        page = "/frame" if name == "frame.html" else "/"
        one = self._site.assistant.library.store_of(chosen)
        return self._site.render(
            name,
            here="/",
            plan=one.plan() if one.count_plans() == 1 else None,
            picker=picker(self._store, page, chosen, every=True),
            chosen=chosen,
            examples=() if turns else self._site.assistant.examples(plan=chosen),
            turns=[Markup(self._turn(one)) for one in turns],  # noqa: S704 — rendered and escaped by our template
            asked=turns[-1].asked if turns else "",
            after=turns[-1].token if turns else "",
            longest=LONGEST,
            **more,
        )

    @property
    def _store(self) -> Store:
        return self._site.assistant.library.store

    def _turn(self, answered: Answered) -> str:
        html = Markup(answered.html)  # noqa: S704 — rendered and escaped by our template
        return self._site.render("turn.html", asked=answered.asked, card=html)


def _there(found: _T | None, otherwise: str) -> _T:
    if not found:
        raise Problem(404, otherwise)
    return found


def _card(answered: Answered) -> Response:
    return _fragment(answered.html, answered.status)


def _fragment(html: str, status: int) -> Response:
    return Response(html, status, {"X-Fragment": "card"}, "text/html")
