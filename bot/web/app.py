"""The pages put together, and served."""

import asyncio
import logging
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager, nullcontext, suppress

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Mount, Route
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

from bot import serving
from bot.chats import Chats
from bot.config import Web
from bot.shelf import Shelf
from bot.web import api, chat, pages
from bot.web.desk import STATIC, Desk, open_desk
from bot.web.guard import Guard
from bot.web.problems import Problem, told
from bot.web.sentences import OTHER_ADDRESS, SERVING
from knowledge.errors import StoreError

_BETWEEN_TIDYING = 600.0  # seconds


def create_app(
    settings: Web,
    shelf: Shelf,
    chats: Chats,
    extra_routes: Sequence[BaseRoute] = (),
    ready: Callable[[], bool] = lambda: True,
) -> Starlette:
    """The whole application; `extra_routes` stand outside the guard and look after themselves, and `ready` says whether
    what runs beside the pages does."""
    desk = open_desk(settings, shelf, chats, ready)

    @asynccontextmanager
    async def lifespan(_app: Starlette) -> AsyncIterator[None]:
        tidying = asyncio.create_task(_tidy(desk))
        yield
        tidying.cancel()
        desk.close()

    async def problem(request: Request, error: Exception) -> Response:
        return told(desk, request.scope["path"], _problem(error))

    app = Starlette(
        routes=[
            *extra_routes,
            *chat.routes(desk),
            *pages.routes(desk),
            *api.routes(desk),
            Mount("/static", _Static(directory=STATIC)),
        ],
        middleware=[Middleware(Guard, desk=desk, free=_free(extra_routes))],
        exception_handlers={HTTPException: problem, Problem: problem},
        lifespan=lifespan,
    )
    app.router.redirect_slashes = False  # it would redirect to the host that the request names
    return app


def _free(routes: Sequence[BaseRoute]) -> list[tuple[str, str]]:
    return [(method, r.path) for r in routes if isinstance(r, Route) for method in r.methods or ()]


def _problem(error: Exception) -> Problem:
    if isinstance(error, Problem):
        return error
    return Problem(error.status_code, headers=error.headers) if isinstance(error, HTTPException) else Problem(500)


async def _tidy(desk: Desk) -> None:
    """Drop what is too old also while nobody asks."""
    while True:
        await asyncio.sleep(_BETWEEN_TIDYING)
        with suppress(StoreError):
            await desk.run(desk.chats.purge)


class _Static(StaticFiles):
    """Files that a browser keeps as long as their version stands in the address, and asks after otherwise."""

    async def get_response(self, path: str, scope: Scope) -> Response:
        if "\0" in path:
            raise HTTPException(404)
        response = await super().get_response(path, scope)
        kept = scope["query_string"].startswith(b"v=")
        response.headers["cache-control"] = "public, max-age=31536000, immutable" if kept else "no-cache"
        return response


def run(app: Starlette, settings: Web, beside: AbstractAsyncContextManager[object] | None = None) -> None:
    """Serve until Ctrl-C or SIGTERM, `beside` running meanwhile. Raises SettingsError where the address cannot be had."""
    logging.basicConfig(level=logging.WARNING, format="%(asctime)s %(levelname)s %(name)s %(message)s")
    with suppress(KeyboardInterrupt, asyncio.CancelledError):
        asyncio.run(_serve(app, settings, beside or nullcontext()))


async def _serve(app: Starlette, settings: Web, beside: AbstractAsyncContextManager[object]) -> None:
    serving.end_with_sigterm()
    listening = serving.listen(settings.host, settings.port, OTHER_ADDRESS)
    print(SERVING.format(address=f"http://{_named(settings.host)}:{listening.getsockname()[1]}/"), flush=True)
    tasks = [asyncio.create_task(serving.serve(app, listening)), asyncio.create_task(_keep(beside))]
    try:
        done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        for task in done:
            task.result()
    finally:
        for task in tasks:  # the pages first: what they have taken is still answered beside them
            task.cancel()
            await asyncio.wait([task])


async def _keep(beside: AbstractAsyncContextManager[object]) -> None:
    """What runs beside the pages starts when it can; they do not wait for it."""
    async with beside:
        await asyncio.Event().wait()


def _named(host: str) -> str:
    """The address as a browser takes it; one that stands for all of a machine's is none."""
    if host in {"0.0.0.0", "::"}:  # noqa: S104 — told, not listened on
        return "这台机器的地址"
    return f"[{host}]" if ":" in host else host
