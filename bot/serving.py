"""A web application served until the process is told to end."""

import asyncio
import signal
import socket
from collections.abc import Iterator
from contextlib import contextmanager, suppress

import uvicorn
from starlette.types import ASGIApp

from knowledge.errors import SettingsError


def listen(host: str, port: int, remedy: str) -> socket.socket:
    """A socket that listens there. Raises SettingsError, which ends with the remedy, where that cannot be."""
    try:
        return socket.create_server((host, port), family=socket.AF_INET6 if ":" in host else socket.AF_INET)
    except OSError as error:
        reason = error.strerror or str(error)
        raise SettingsError(f"{host}:{port} 用不了（{reason}），请{remedy}。") from None


async def serve(app: ASGIApp, listening: socket.socket) -> None:
    """Serve until the task is cancelled, then answer what is in hand."""
    server = _Server(uvicorn.Config(app, log_config=None, access_log=False, timeout_graceful_shutdown=10))
    serving = asyncio.create_task(server.serve(sockets=[listening]))
    try:
        await asyncio.wait([serving])
    finally:
        server.should_exit = True
        await serving


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
