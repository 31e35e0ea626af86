"""Answers, clauses and figures for programs, as the command line gives them with --json, and what describes them."""

import asyncio
import json
import re
import secrets
from collections.abc import Callable, Iterable
from itertools import islice
from typing import Any
from urllib.parse import urlencode

import msgspec
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from bot.assistant import AnswerFailed, Assistant
from bot.replies.blocks import plain
from bot.replies.contract import (
    Answer,
    Plan,
    WholeClause,
    answer_record,
    as_json,
    described,
    figure_record,
    unasked_record,
    whole_record,
)
from bot.web.site import OUT_OF_ORDER, ZIPPED, Problem, Ready, Site, address_of
from bot.workers import Workers
from knowledge.answer import LONGEST
from knowledge.errors import QuestionError
from knowledge.model import Answer as Answered
from knowledge.store import Store

# --- What is wrong with a parameter, and what is not there.
UNKNOWN = "没有 {name} 这个参数，能用的有：{known}。"
TWICE = "参数 {name} 只能写一次。"
UNREADABLE = "参数 {name} 里有读不出来的字，请用 UTF-8 编码。"
MISSING = "请写上参数 {name}。"
BAD_LENGTH = "参数 {name} 要写 1 到 {most} 个字。"
BAD_COUNT = "参数 {name} 要写 {least} 到 {most} 之间的整数。"
WRONG = "参数 {name} 写得不对，应当像 {example} 这样。"
NO_PLAN = "没有这份计划，请照 /api/plans 里的标题写。"
NO_CLAUSE = "没有这一条，请写 1 到 {last} 之间的条号。"
# Seconds until what was given is counted: a write takes as long as three answers that are ready.
_MOMENT = 1.0
# What comes of bytes that are no text, and what no text holds.
_UNREADABLE = ("\0", "\ufffd")
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


class Parameters:
    """The parameters of a request by name, read strictly for programs: what is misspelt is told, not passed over.

    Raises Problem for one that is unknown, given twice, unreadable or out of range.
    """

    def __init__(self, request: Request, *known: str) -> None:
        pairs = request.query_params.multi_items()
        names = [name for name, _ in pairs]
        self._values = dict(pairs)
        for name, value in pairs:
            if name not in known:
                raise Problem(422, UNKNOWN.format(name=name[:40], known="、".join(known)))
            if names.count(name) > 1:
                raise Problem(422, TWICE.format(name=name))
            if any(mark in value for mark in _UNREADABLE):
                raise Problem(422, UNREADABLE.format(name=name))

    def text(self, name: str, most: int, *, needed: bool = False) -> str:
        """A text of up to `most` characters, empty where it is not given."""
        value = self._values.get(name)
        if value is None and needed:
            raise Problem(422, MISSING.format(name=name))
        if value is not None and not 1 <= len(value) <= most:
            raise Problem(422, BAD_LENGTH.format(name=name, most=most))
        return value or ""

    def like(self, name: str, pattern: str, example: str) -> str:
        """A text in the form of the pattern, empty where it is not given."""
        value = self._values.get(name)
        if value is not None and not re.fullmatch(pattern, value):
            raise Problem(422, WRONG.format(name=name, example=example))
        return value or ""

    def count(self, name: str, least: int, most: int, otherwise: int) -> int:
        """A whole number between `least` and `most`."""
        value = self._values.get(name, str(otherwise))
        if not re.fullmatch(r"[0-9]{1,9}", value) or not least <= int(value) <= most:
            raise Problem(422, BAD_COUNT.format(name=name, least=least, most=most))
        return int(value)


def routes(site: Site, tally: "Tally") -> list[Route]:
    api = _Api(site, tally)
    return [
        Route("/api/ask", api.ask),
        Route("/api/clauses", api.clauses, middleware=ZIPPED),
        Route("/api/clauses/{ref}", api.clause, middleware=ZIPPED),
        Route("/api/figures", api.figures, middleware=ZIPPED),
        Route("/api/plans", api.plans, middleware=ZIPPED),
        Route("/api/openapi.json", api.description, middleware=ZIPPED),
        Route("/healthz", api.healthz),
    ]


class Tally:
    """Answers that were given to programs, noted and counted in their records a moment later, all of a kind at once."""

    def __init__(self, assistant: Assistant, workers: Workers) -> None:
        self._assistant, self._workers = assistant, workers
        self._given: dict[int, tuple[Answered, int]] = {}

    def add(self, answer: Answered) -> None:
        if not self._given:
            asyncio.get_running_loop().call_later(_MOMENT, self._later)
        _, times = self._given.get(id(answer), (answer, 0))
        self._given[id(answer)] = answer, times + 1

    def close(self) -> None:
        """Note and count what was given until now."""
        self._write(self._taken())

    def _later(self) -> None:
        if given := self._taken():
            self._writing = asyncio.ensure_future(self._workers.answer(lambda: self._write(given)))

    def _taken(self) -> dict[int, tuple[Answered, int]]:
        given, self._given = self._given, {}
        return given

    def _write(self, given: dict[int, tuple[Answered, int]]) -> None:
        for answer, times in given.values():
            self._assistant.note(answer, "api", times)


class _Api:
    def __init__(self, site: Site, tally: Tally) -> None:
        self._site, self._tally = site, tally

    async def ask(self, request: Request) -> Response:
        given = Parameters(request, "q", "chat", "limit")
        text = given.text("q", LIMITS["question"], needed=True)
        chat = given.like("chat", CHAT, secrets.token_urlsafe(9))
        limit = given.count("limit", 1, LIMITS["nearest"], LIMITS["nearest_usual"])
        if not chat:
            address = address_of(request.scope)
            return await self._site.workers.answer(
                lambda: self._site.made.made(address, lambda: self._alone(text, limit))
            )
        who = f"api:{chat}"  # no chat of a page is named as those of programs are
        await self._site.workers.hash(lambda: self._site.assistant.meet(who))
        return await self._site.workers.answer(lambda: self._in_chat(who, text, limit))

    async def clauses(self, request: Request) -> Response:
        given = Parameters(request, "plan", "limit", "offset")
        title, rows = given.text("plan", LIMITS["plan"]), _rows(given)

        def every() -> Iterable[Any]:
            return (whole_record(c) for plan in _titles(self._store, title) for c in self._store.clauses_of(plan))

        return await self._listed(request, every, rows)

    async def clause(self, request: Request) -> Response:
        """The clauses that are printed under a number, in any way of writing it."""
        title = Parameters(request, "plan").text("plan", LIMITS["plan"])
        return _json(await self._site.workers.read(lambda: self._printed(request.path_params["ref"], title)))

    async def figures(self, request: Request) -> Response:
        given = Parameters(request, "words", "plan", "limit", "offset")
        words, title = given.text("words", LIMITS["words"]).split(), given.text("plan", LIMITS["plan"])

        def every() -> Iterable[Any]:
            return (figure_record(c, f) for c, f in self._site.assistant.figures(words, _titles(self._store, title)))

        return await self._listed(request, every, _rows(given))

    async def plans(self, request: Request) -> Response:
        rows = _rows(Parameters(request, "limit", "offset"))
        return await self._listed(request, lambda: msgspec.convert(self._store.plans(), list[Plan]), rows)

    async def description(self, _request: Request) -> Response:
        return _json(description(self._site))

    async def healthz(self, _request: Request) -> Response:
        if not await self._site.workers.read(self._site.assistant.healthy) or not self._site.running():
            raise Problem(503, OUT_OF_ORDER)
        return PlainTextResponse("ok\n", headers={"cache-control": "no-store"})

    @property
    def _store(self) -> Store:
        return self._site.assistant.library.store

    def _in_chat(self, who: str, text: str, limit: int) -> Response:
        """The answer as `yaodian ask --json` gives it; what asks nothing is told so, as a line of --jsonl is."""
        try:
            turn = self._site.assistant.answer(who, text, limit=limit)
        except QuestionError as error:
            return _ready(_unanswered(text, error))
        return _ready(answer_record(turn.answer, plain(turn.reply)))

    def _alone(self, text: str, limit: int) -> Ready:
        """The same for a question that belongs to no chat: made once, noted and counted as often as it is given."""
        try:
            turn = self._site.assistant.look(text, limit)
        except QuestionError as error:
            return _ready(_unanswered(text, error))
        return _ready(answer_record(turn.answer, plain(turn.reply)), lambda: self._tally.add(turn.answer))

    def _printed(self, ref: str, title: str) -> list[WholeClause]:
        plan = next(iter(_titles(self._store, title)), "")
        clauses = self._site.assistant.clauses(ref, plan)
        if not clauses:
            raise Problem(404, NO_CLAUSE.format(last=self._store.last_ref(plan)))
        return [whole_record(c) for c in clauses]

    async def _listed(self, request: Request, rows: Callable[[], Iterable[Any]], page: slice) -> Response:
        """One page of the rows, and where the next one is."""
        found = await self._site.workers.read(lambda: list(islice(rows(), page.start, page.stop + 1)))
        size = page.stop - page.start
        after = urlencode({**request.query_params, "limit": size, "offset": page.stop}, errors="replace")
        return _json(found[:size], {"link": f'<?{after}>; rel="next"'} if len(found) > size else {})


def description(site: Site) -> dict[str, Any]:
    """What this API is, as an OpenAPI document."""
    document: dict[str, Any] = json.loads(site.render("openapi.json", **LIMITS, chat=CHAT))
    document["components"]["schemas"] |= described()
    return document


def _unanswered(text: str, error: QuestionError) -> Answer:
    """What a question that asks nothing is told. Raises Problem where it is our fault that there is no answer."""
    if isinstance(error, AnswerFailed):
        raise Problem(500, str(error))
    return unasked_record(text, str(error))


def _ready(record: Answer, sent: Callable[[], None] = lambda: None) -> Ready:
    return Ready(as_json(record), "application/json", "no-store", sent=sent)


def _json(content: Any, headers: dict[str, str] | None = None) -> Response:
    return Response(
        as_json(content).encode(errors="replace"),
        200,
        {"cache-control": "no-store"} | (headers or {}),
        "application/json",
    )


def _rows(given: Parameters) -> slice:
    start = given.count("offset", 0, LIMITS["offset"], 0)
    return slice(start, start + given.count("limit", 1, LIMITS["rows"], LIMITS["rows_usual"]))


def _titles(store: Store, title: str) -> list[str]:
    """The plan of that title, or all. Raises Problem where there is none of it."""
    titles = store.titles()
    if title and title not in titles:
        raise Problem(404, NO_PLAN)
    return [title] if title else titles
