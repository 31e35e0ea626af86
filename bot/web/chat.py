"""The page on which anybody asks, the same in another site's corner, and what its buttons call.

With the header X-Requested-With: fetch an address answers with the card alone, else with a whole page.
"""

import re
from urllib.parse import urlencode

from markupsafe import Markup
from starlette.requests import Request
from starlette.responses import FileResponse, PlainTextResponse, RedirectResponse, Response
from starlette.routing import Route

from bot.examples import examples
from bot.web import visitors
from bot.web.answers import Answers, Turn
from bot.web.desk import STATIC, Desk, form
from bot.web.problems import Problem
from bot.web.sentences import GONE, NO_SUCH_CLAUSE
from knowledge.answer import LONGEST
from knowledge.model import Plan

# So many turns are brought back at once.
_TURNS = 20
_CHAT = re.compile(r"web:[A-Za-z0-9_-]{43}")


def routes(desk: Desk) -> list[Route]:
    pages = _Pages(desk)
    return [
        Route("/", pages.home),
        Route("/ask", pages.ask, methods=["POST"]),
        Route("/turns", pages.turns),
        Route("/clause", pages.clause),
        Route("/vote", pages.vote, methods=["POST"]),
        Route("/embed", pages.embed),
        Route("/embed", pages.ask, methods=["POST"]),
        Route("/robots.txt", _robots),
        Route("/widget.js", _widget),
    ]


async def _robots(_request: Request) -> Response:
    """What a search engine may read: the plan, but no answers, each of which would be kept."""
    return PlainTextResponse("User-agent: *\nDisallow: /ask\nDisallow: /clause\nDisallow: /*?\n")


async def _widget(_request: Request) -> Response:
    return FileResponse(STATIC / "widget.js", media_type="text/javascript")


class _Pages:
    def __init__(self, desk: Desk) -> None:
        self._desk, self._answers = desk, Answers(desk)

    async def home(self, request: Request) -> Response:
        """The page: with an answer where the address asks (q) or names one that was kept (t)."""
        text, token, chat = request.query_params.get("q", ""), request.query_params.get("t", ""), _chat(request)
        turn, page = None, f"web:{visitors.new_chat()}"
        if text.strip():
            turn = await self._desk.run(lambda: self._answers.alone(chat, page, text))
        elif token:
            turn = await self._desk.run(lambda: self._answers.kept(token))
        if turn is None and (token or _is_fetch(request)):
            raise Problem(404, GONE)
        return await self._shown(request, turn, page)

    async def ask(self, request: Request) -> Response:
        """The answer to a form: its card, or the page that shows it, under an address that can be reloaded."""
        fields = await form(request)
        chat, text = _chat(request, fields), fields.get("q", "")
        turn = await self._desk.run(lambda: self._answers.answer(chat, text))
        if fields.get("embedded") and not _is_fetch(request):
            return await self._page("embed.html", turn, chat)
        if turn.token and not _is_fetch(request):
            return RedirectResponse("/?" + urlencode({"t": turn.token}), 303)
        return await self._shown(request, turn)

    async def turns(self, request: Request) -> Response:
        """The turns that were kept under these tokens (t), for a page that is opened again."""
        tokens = request.query_params.getlist("t")[-_TURNS:]
        kept = await self._desk.run(lambda: [turn for t in tokens if (turn := self._answers.kept(t))])
        return _fragment("".join(self._turn(turn) for turn in kept), 200)

    async def clause(self, request: Request) -> Response:
        """One clause as a card, by its running number and its plan; of the newest plan where none is named."""
        number, plan, chat = request.query_params.get("number", ""), request.query_params.get("plan"), _chat(request)
        turn = await self._desk.run(lambda: self._answers.clause(chat, plan, number))
        if turn is None:
            raise Problem(404, NO_SUCH_CLAUSE)
        return await self._shown(request, turn)

    async def vote(self, request: Request) -> Response:
        fields = await form(request)
        chat, token, up = _chat(request, fields), fields.get("token", ""), fields.get("up") == "1"
        if not await self._desk.run(lambda: self._answers.judged(chat, token, up=up)):
            raise Problem(404, GONE)
        if _is_fetch(request):
            return _fragment("", 200)
        return RedirectResponse("/?" + urlencode({"t": token, "thanks": "1"}), 303)

    async def embed(self, _request: Request) -> Response:
        """The chat for a frame on another site. Browsers give it no cookie there: the page itself carries its chat."""
        return await self._page("embed.html", None, f"web:{visitors.new_chat()}")

    async def _shown(self, request: Request, turn: Turn | None, page: str = "") -> Response:
        if turn is not None and _is_fetch(request):
            return _fragment(turn.html, turn.status)
        return await self._page("chat.html", turn, live=page, thanks="thanks" in request.query_params)

    async def _page(
        self, name: str, turn: Turn | None, chat: str = "", *, live: str = "", thanks: bool = False
    ) -> Response:
        """`chat` stands in the form, where there may be no cookie; `live` is the chat of this page alone, which its
        script names, so that pages side by side do not mix."""
        plan, plans, asked = await self._desk.read(self._beginning)
        return self._desk.render(
            name,
            turn.status if turn else 200,
            here="/",
            plan=plan if plans == 1 else None,
            plans=plans,
            examples=() if turn else asked,
            turns=[Markup(self._turn(turn))] if turn else [],  # noqa: S704 — rendered and escaped by our template
            asked=turn.asked if turn else "",
            thanks=thanks,
            chat=chat,
            live=live or chat,
            longest=LONGEST,
        )

    def _beginning(self) -> tuple[Plan | None, int, tuple[str, ...]]:
        store = self._desk.shelf.store
        return store.plan(), store.count_plans(), examples(store, self._desk.shelf.lexicon)

    def _turn(self, turn: Turn) -> str:
        html = Markup(turn.html)  # noqa: S704 — rendered and escaped by our template
        return self._desk.templates.get_template("turn.html").render(asked=turn.asked, card=html)


def _is_fetch(request: Request) -> bool:
    return request.headers.get("X-Requested-With") == "fetch"


def _chat(request: Request, fields: dict[str, str] | None = None) -> str:
    """The chat that the page carries where a frame has no cookie, else that of the cookie."""
    given = request.headers.get("X-Chat") or (fields or {}).get("chat") or ""
    return given if _CHAT.fullmatch(given) else str(request.state.chat)


def _fragment(html: str, status: int) -> Response:
    return Response(html, status, {"X-Fragment": "card"}, "text/html")
