"""The pages put together, and served."""

import asyncio
import logging
import sys
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager, nullcontext
from mimetypes import guess_type
from socket import socket

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.middleware.cors import CORSMiddleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route
from starlette.types import ASGIApp, Receive, Scope, Send

from bot import serving
from bot.assistant import Assistant
from bot.settings import Web
from bot.web import (
    about,
    api,
    chat,
    compare,
    crawlers,
    desk,
    developers,
    embed,
    figures,
    pages,
    picker,
    sharing,
    suggest,
)
from bot.web.guard import Guard
from bot.web.site import STATIC, Made, Problem, Ready, asset, open_site, told
from knowledge.errors import YaodianError

SERVING = "网页开好了，用浏览器打开 {address} 就能提问；按 Ctrl-C 停下。"
OTHER_ADDRESS = "用 --host 写本机的地址（例如 127.0.0.1），用 --port 写 1 到 65535 里没人用的端口（例如 8080）"

_PAGES = (about, chat, compare, crawlers, desk, developers, embed, figures, pages, picker, sharing, suggest)
# Files that are asked for where other sites and browsers expect them.
_WELL_KNOWN = {"widget.js": "/widget.js", "favicon.svg": "/favicon.ico"}


def create_app(
    settings: Web,
    assistant: Assistant,
    extra_routes: Sequence[BaseRoute] = (),
    ready: Callable[[], bool] = lambda: True,
) -> Starlette:
    """The whole application; `extra_routes` stand outside the guard and look after themselves, and `ready` says whether
    what runs beside the pages does."""
    site = open_site(settings, assistant, ready, desk=desk.password_of(settings) is not None)
    tally = api.Tally(assistant, site.workers)

    @asynccontextmanager
    async def lifespan(_app: Starlette) -> AsyncIterator[None]:
        async with serving.tidying(assistant, site.workers):
            yield
        site.workers.close()
        tally.close()

    async def problem(request: Request, error: Exception) -> Response:
        return told(site, request.scope["path"], _problem(error))

    app = Starlette(
        routes=[
            *extra_routes,
            *(route for pages_of in _PAGES for route in pages_of.routes(site)),
            *api.routes(site, tally),
            *_files(site.made),
        ],
        middleware=[
            Middleware(_Readable, origins=settings.origins),
            Middleware(Guard, site=site, free=_free(extra_routes)),
        ],
        exception_handlers={HTTPException: problem, Problem: problem},
        lifespan=lifespan,
    )
    app.router.redirect_slashes = False  # it would redirect to the host that the request names
    return app


class _Readable:
    """Lets the scripts of some sites read the API, and nothing else."""

    def __init__(self, app: ASGIApp, origins: Sequence[str]) -> None:
        exposed = ("Link", "Retry-After")
        self._app = app
        self._api = CORSMiddleware(app, origins, expose_headers=exposed, max_age=3600) if origins else app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        readable = scope["type"] == "http" and scope["path"].startswith("/api/")
        await (self._api if readable else self._app)(scope, receive, send)


def _free(routes: Sequence[BaseRoute]) -> list[tuple[str, str]]:
    return [(method, r.path) for r in routes if isinstance(r, Route) for method in r.methods or ()]


def _problem(error: Exception) -> Problem:
    if isinstance(error, Problem):
        return error
    return Problem(error.status_code, headers=error.headers) if isinstance(error, HTTPException) else Problem(500)


def _files(made: Made) -> list[Route]:
    """Files that a browser keeps as long as their version stands in the address, and asks after otherwise."""
    routes = []
    for file in STATIC.iterdir():
        content, kind = file.read_bytes(), guess_type(file.name)[0] or "application/octet-stream"
        fresh, lasting = Ready(content, kind), Ready(content, kind, "public, max-age=31536000, immutable")
        path, _, version = asset(file.name).partition("?")
        made.always |= {(path, b""): fresh, (path, version.encode()): lasting}
        routes.append(Route(path, _sending(fresh)))
        if well_known := _WELL_KNOWN.get(file.name):
            made.always[well_known, b""] = fresh
            routes.append(Route(well_known, _sending(fresh)))
    return routes


def _sending(file: Ready) -> Callable[[Request], Awaitable[Response]]:
    async def endpoint(_request: Request) -> Response:
        return file

    return endpoint


def run(app: Starlette, settings: Web, beside: AbstractAsyncContextManager[object] | None = None) -> None:
    """Serve until Ctrl-C or SIGTERM, `beside` running meanwhile. Raises SettingsError where the address cannot be had."""
    _serve(app, settings, _listening(settings), beside or nullcontext())


def run_many(count: int, settings: Web, assistant: Callable[[], Assistant]) -> None:
    """The same in so many processes on one socket, each with an assistant of its own, which `assistant` makes there."""
    desk.password_of(settings)  # one that will not do is told once, not by each of them
    serving.keep_at_work(count, _worker, settings, assistant, _listening(settings))


def _worker(settings: Web, assistant: Callable[[], Assistant], listening: socket) -> None:
    try:
        app = create_app(settings, assistant())
    except YaodianError as error:
        sys.exit(str(error))
    _serve(app, settings, listening, nullcontext())


def _listening(settings: Web) -> socket:
    listening = serving.listen(settings.host, settings.port, OTHER_ADDRESS)
    print(SERVING.format(address=f"http://{_named(settings.host)}:{listening.getsockname()[1]}/"), flush=True)
    return listening


def _serve(app: Starlette, settings: Web, listening: socket, beside: AbstractAsyncContextManager[object]) -> None:
    logging.basicConfig(level=logging.WARNING, format="%(asctime)s %(levelname)s %(name)s %(message)s")
    serving.run(_until_told(app, settings, listening, beside))


async def _until_told(
    app: Starlette, settings: Web, listening: socket, beside: AbstractAsyncContextManager[object]
) -> None:
    serving.end_with_sigterm()
    tasks = [
        asyncio.create_task(serving.serve(app, listening, settings.trusted_proxies)),
        asyncio.create_task(_keep(beside)),
    ]
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
