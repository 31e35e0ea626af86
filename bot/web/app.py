"""The pages put together, and served."""

import logging
import socket
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress
from typing import Any

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Mount, Route
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

from bot.chats import Chats
from bot.config import Web
from bot.shelf import Shelf
from bot.web import api, chat, pages
from bot.web.desk import STATIC, open_desk
from bot.web.guard import Guard
from bot.web.problems import Problem, told
from bot.web.sentences import BAD_ADDRESS, BUSY_PORT, SERVING
from knowledge.errors import SettingsError

_LARGEST_PORT = 65535
# What people ask stands in the addresses that an access log would hold; the guard believes the proxies that the settings
# name, and no others; requests under way when the command ends have three seconds left.
SERVER: dict[str, Any] = {
    "access_log": False,
    "log_config": None,
    "proxy_headers": False,
    "server_header": False,
    "timeout_graceful_shutdown": 3,
}


def create_app(settings: Web, shelf: Shelf, chats: Chats, extra_routes: Sequence[BaseRoute] = ()) -> Starlette:
    """The whole application; `extra_routes` stand outside the guard and look after themselves."""
    desk = open_desk(settings, shelf, chats)

    @asynccontextmanager
    async def lifespan(_app: Starlette) -> AsyncIterator[None]:
        yield
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


class _Static(StaticFiles):
    """Files that a browser keeps as long as their version stands in the address, and asks after otherwise."""

    async def get_response(self, path: str, scope: Scope) -> Response:
        if "\0" in path:
            raise HTTPException(404)
        response = await super().get_response(path, scope)
        kept = scope["query_string"].startswith(b"v=")
        response.headers["cache-control"] = "public, max-age=31536000, immutable" if kept else "no-cache"
        return response


def serve(app: Starlette, settings: Web) -> None:
    """Serve until Ctrl-C. Raises SettingsError where the address cannot be had."""
    import uvicorn

    listening = listen(settings.host, settings.port)
    host = f"[{settings.host}]" if ":" in settings.host else settings.host
    print(SERVING.format(address=f"http://{host}:{listening.getsockname()[1]}/"), flush=True)
    logging.basicConfig(level=logging.WARNING, format="%(asctime)s %(levelname)s %(name)s %(message)s")
    with suppress(KeyboardInterrupt):
        uvicorn.Server(uvicorn.Config(app, **SERVER)).run(sockets=[listening])


def listen(host: str, port: int) -> socket.socket:
    """A socket that waits at this address; any free port where `port` is 0. Raises SettingsError where it cannot."""
    if port > _LARGEST_PORT:  # it would be taken for another one
        raise SettingsError(BAD_ADDRESS.format(host=host, port=port))
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        listening = socket.socket(family, kind, protocol)
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listening.bind(address)
        listening.listen(2048)
    except (socket.gaierror, UnicodeError):
        raise SettingsError(BAD_ADDRESS.format(host=host, port=port)) from None
    except OSError as error:
        raise SettingsError(BUSY_PORT.format(host=host, port=port, reason=error.strerror or error)) from None
    return listening
