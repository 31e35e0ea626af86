"""A web application served until the process is told to end."""

import asyncio
import signal
import socket
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress
from typing import Any

import uvicorn
from starlette.types import ASGIApp

from bot.assistant import Assistant
from bot.workers import Workers
from knowledge.errors import SettingsError

_LARGEST_PORT = 65535
_BETWEEN_TIDYING = 600.0  # seconds
# What people ask stands in the addresses that an access log would hold; whom a proxy speaks for is for the application to
# believe; requests under way at the end have three seconds left.
SERVER: dict[str, Any] = {
    "access_log": False,
    "log_config": None,
    "proxy_headers": False,
    "server_header": False,
    "ws": "none",
    "timeout_graceful_shutdown": 3,
}


def listen(host: str, port: int, remedy: str) -> socket.socket:
    """A socket that waits at this address; any free port where `port` is 0. Raises SettingsError, which ends with the
    remedy, where it cannot."""
    nowhere = SettingsError(f"没有 {host} 端口 {port} 这样的地址，请{remedy}。")
    if port > _LARGEST_PORT:  # it would be taken for another one
        raise nowhere
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        listening = socket.socket(family, kind, protocol)
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listening.bind(address)
        listening.listen(2048)
    except (socket.gaierror, UnicodeError):
        raise nowhere from None
    except OSError as error:
        raise SettingsError(f"{host} 的 {port} 端口用不了（{error.strerror or error}），请{remedy}。") from None
    return listening


async def serve(app: ASGIApp, listening: socket.socket) -> None:
    """Serve until the task is cancelled, then answer what is in hand."""
    server = _Server(uvicorn.Config(app, **SERVER))
    serving = asyncio.create_task(server.serve(sockets=[listening]))
    try:
        await asyncio.wait([serving])
    finally:
        server.should_exit = True
        await serving


@asynccontextmanager
async def tidying(assistant: Assistant, workers: Workers) -> AsyncIterator[None]:
    """Drop what is too old in the records, at once and then every ten minutes, also while nobody asks."""

    async def tidy() -> None:
        while True:
            await workers.answer(assistant.records.tidy)
            await asyncio.sleep(_BETWEEN_TIDYING)

    task = asyncio.create_task(tidy())
    try:
        yield
    finally:
        task.cancel()


def end_with_sigterm() -> None:
    """Let SIGTERM cancel the running task, as Ctrl-C does."""
    task = asyncio.current_task()
    with suppress(NotImplementedError):  # Windows
        if task is not None:
            asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, task.cancel)


class _Server(uvicorn.Server):
    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Leave the signals to the task that serves: more than the server may have to end."""
        yield
