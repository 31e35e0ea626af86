"""Answers, clauses and figures for programs, as the command line gives them with --json, and what describes them."""

import json
import secrets
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from itertools import chain, islice
from typing import Any
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from bot.contract import answer_record, clause_record, figure_record, unasked_record
from bot.conversation import is_unanswered
from bot.listings import clause_number, ledger_of
from bot.replies import reply
from bot.web.desk import Desk
from bot.web.parameters import Parameters
from bot.web.problems import Problem
from bot.web.sentences import NO_CLAUSE, NO_PLAN
from knowledge.answer import LONGEST, ask
from knowledge.errors import QuestionError, StoreError
from knowledge.model import Answer, Clause, Plan
from knowledge.store import Store

# What one request may ask for; the description says the same.
LIMITS = {
    "question": LONGEST,
    "plan": 300,
    "words": 100,
    "nearest": 20,
    "nearest_usual": 5,
    "rows": 1000,
    "rows_usual": 200,
    "offset": 10**6,
}
CHAT = "[A-Za-z0-9_-]{1,64}"


def routes(desk: Desk) -> list[Route]:
    api = _Api(desk)
    return [
        Route("/api/ask", api.ask),
        Route("/api/clauses", api.clauses),
        Route("/api/clauses/{ref}", api.clause),
        Route("/api/figures", api.figures),
        Route("/api/plans", api.plans),
        Route("/api/openapi.json", api.description),
        Route("/healthz", api.healthz),
    ]


class _Api:
    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    async def ask(self, request: Request) -> Response:
        given = Parameters(request, "q", "chat", "limit")
        text = given.text("q", LIMITS["question"], needed=True)
        chat = given.like("chat", CHAT, secrets.token_urlsafe(9))
        limit = given.count("limit", 1, LIMITS["nearest"], LIMITS["nearest_usual"])
        return _json(await self._desk.run(lambda: self._record(text, chat, limit)))

    async def clauses(self, request: Request) -> Response:
        given = Parameters(request, "plan", "limit", "offset")
        title, rows = given.text("plan", LIMITS["plan"]), _rows(given)
        return await self._listed(request, lambda: map(_clause, chain.from_iterable(_plans(self._store, title))), rows)

    async def clause(self, request: Request) -> Response:
        """The clauses that are printed under a number, in any way of writing it."""
        title = Parameters(request, "plan").text("plan", LIMITS["plan"])
        return _json(await self._desk.read(lambda: _printed(self._store, title, request.path_params["ref"])))

    async def figures(self, request: Request) -> Response:
        given = Parameters(request, "words", "plan", "limit", "offset")
        words, title = given.text("words", LIMITS["words"]).split(), given.text("plan", LIMITS["plan"])
        rows, store = _rows(given), self._store
        ledger = ledger_of(lambda: _plans(store, title), words)
        return await self._listed(request, lambda: (figure_record(c, f) for c, f in ledger), rows)

    async def plans(self, request: Request) -> Response:
        rows = _rows(Parameters(request, "limit", "offset"))
        return await self._listed(request, lambda: map(_plan, self._store.plans()), rows)

    async def description(self, _request: Request) -> Response:
        """What this API is, as an OpenAPI document."""
        text = self._desk.templates.get_template("openapi.json").render(LIMITS, chat=CHAT)
        return _json(json.loads(text))

    async def healthz(self, _request: Request) -> Response:
        with suppress(StoreError):
            await self._desk.read(self._store.count_plans)
            if not self._desk.ready():
                raise Problem(503)
            return PlainTextResponse("ok\n", headers={"cache-control": "no-store"})
        raise Problem(503)

    @property
    def _store(self) -> Store:
        return self._desk.shelf.store

    def _record(self, text: str, chat: str, limit: int) -> dict[str, Any]:
        """The answer as `yaodian ask --json` gives it; what asks nothing is told so, as a line of --jsonl is."""
        try:
            answer, plan = self._answer(text, chat, limit)
        except QuestionError as error:
            return unasked_record(text, str(error))
        return answer_record(answer, reply(answer, plan))

    def _answer(self, text: str, chat: str, limit: int) -> tuple[Answer, Plan | None]:
        """The answer with its `limit` nearest clauses. No chat of a page is named as those of programs are."""
        if not chat:
            return self._alone(text, limit)
        return self._desk.conversation.ask(f"api:{chat}", text, nearest=limit)

    def _alone(self, text: str, limit: int) -> tuple[Answer, Plan | None]:
        """The answer to a question that belongs to no chat: counted, and noted where it is refused, but not remembered."""
        store = self._store
        answer = ask(text, store, self._desk.shelf.lexicon, limit)
        with suppress(StoreError):  # what cannot be noted costs nobody the answer
            if is_unanswered(answer):
                self._desk.chats.refused(text)
            self._desk.feedback.count("api", answer.status)
        return answer, store.plan() if store.count_plans() == 1 else None

    async def _listed(self, request: Request, rows: Callable[[], Iterable[dict[str, Any]]], page: slice) -> Response:
        """One page of the rows, and where the next one is."""
        found = await self._desk.read(lambda: list(islice(rows(), page.start, page.stop + 1)))
        size = page.stop - page.start
        after = urlencode({**request.query_params, "limit": size, "offset": page.stop}, errors="replace")
        return _json(found[:size], {"link": f'<?{after}>; rel="next"'} if len(found) > size else {})


def _json(content: Any, headers: dict[str, str] | None = None) -> Response:
    text = json.dumps(content, ensure_ascii=False)
    return Response(
        text.encode(errors="replace"), 200, {"cache-control": "no-store"} | (headers or {}), "application/json"
    )


def _rows(given: Parameters) -> slice:
    start = given.count("offset", 0, LIMITS["offset"], 0)
    return slice(start, start + given.count("limit", 1, LIMITS["rows"], LIMITS["rows_usual"]))


def _clause(clause: Clause) -> dict[str, Any]:
    figures = [figure_record(clause, f) for f in clause.figures]
    return clause_record(clause) | {"text": clause.text, "figures": figures}


def _plan(row: dict[str, Any]) -> dict[str, Any]:
    """What is known of a plan, but for the file that it was read from, which is the operator's affair."""
    return {name: value for name, value in row.items() if name != "source"}


def _titles(store: Store, title: str) -> list[str]:
    """The plan of that title, or all. Raises Problem where there is none of it."""
    titles = store.titles()
    if title and title not in titles:
        raise Problem(404, NO_PLAN)
    return [title] if title else titles


def _plans(store: Store, title: str) -> Iterator[list[Clause]]:
    """The clauses of the plan of that title, or of one plan after the other."""
    return (store.clauses_of(plan) for plan in _titles(store, title))


def _printed(store: Store, title: str, ref: str) -> list[dict[str, Any]]:
    plan, number = next(iter(_titles(store, title)), ""), clause_number(ref)
    clauses = store.clause_by_ref(plan, number) if number is not None else []
    if not clauses:
        raise Problem(404, NO_CLAUSE.format(last=store.last_ref(plan)))
    return [_clause(c) for c in clauses]
