"""A web application served until the process is told to end."""

import asyncio
import multiprocessing
import signal
import socket
import sys
import time
from collections.abc import AsyncIterator, Callable, Coroutine, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager, suppress
from ipaddress import IPv4Network, IPv6Network, ip_network
from multiprocessing.connection import wait
from multiprocessing.context import SpawnProcess
from typing import Any

import uvicorn
from starlette.types import ASGIApp

from bot.assistant import Assistant
from bot.workers import Workers
from knowledge.errors import SettingsError

_LARGEST_PORT = 65535
_BETWEEN_TIDYING = 600.0  # seconds
_BETWEEN_STARTS = 0.5  # seconds: what cannot start is not tried in a whirl
# What people ask stands in the addresses that an access log would hold; requests under way at the end have three seconds
# left.
_SERVER: dict[str, Any] = {
    "access_log": False,
    "log_config": None,
    "server_header": False,
    "ws": "none",
    "timeout_graceful_shutdown": 3,
}
# Seconds after which a connection is closed that has not sent the whole head of a request, or has not taken all of a
# response; one that has been answered is closed after five.
_PATIENCE = {False: 10.0, True: 60.0}
_BETWEEN_LOOKS = 50  # tenths of a second


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


def server_of(app: ASGIApp, trusted: Sequence[str] = ()) -> uvicorn.Server:
    """A server of the application; `trusted` are the proxies, or nets of them, whose word on who asks is believed."""
    proxies = [str(net) for one in trusted for net in _written(ip_network(one, strict=False))]
    return _Server(uvicorn.Config(app, proxy_headers=bool(proxies), forwarded_allow_ips=proxies, **_SERVER))


def _written(net: IPv4Network | IPv6Network) -> Iterator[IPv4Network | IPv6Network]:
    """The net in both ways of writing its addresses: a socket for IPv6 tells 10.0.0.1 as ::ffff:10.0.0.1."""
    yield net
    if isinstance(net, IPv4Network):
        yield IPv6Network(f"::ffff:{net.network_address}/{96 + net.prefixlen}")


async def serve(app: ASGIApp, listening: socket.socket, trusted: Sequence[str] = ()) -> None:
    """Serve until the task is cancelled, then answer what is in hand."""
    server = server_of(app, trusted)
    serving = asyncio.create_task(server.serve(sockets=[listening]))
    try:
        await asyncio.wait([serving])
    finally:
        server.should_exit = True
        await serving


def run(main: Coroutine[Any, Any, None]) -> None:
    """Run what serves until it ends, Ctrl-C or SIGTERM, on the fastest loop there is."""
    with suppress(KeyboardInterrupt, asyncio.CancelledError), asyncio.Runner(loop_factory=_loop()) as runner:
        runner.run(main)


def _loop() -> Callable[[], asyncio.AbstractEventLoop] | None:
    if sys.platform == "win32":
        return None
    import uvloop

    factory: Callable[[], asyncio.AbstractEventLoop] = uvloop.new_event_loop
    return factory


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
    """Let SIGTERM cancel the running task, as Ctrl-C does; so does the end of the process that keeps this one at work."""
    task, loop, keeper = asyncio.current_task(), asyncio.get_running_loop(), multiprocessing.parent_process()

    def end() -> None:
        if task is not None and not task.cancelling():  # once: what it does to end is not to be cut short
            task.cancel()
        if keeper is not None:
            loop.remove_reader(keeper.sentinel)

    with suppress(NotImplementedError):  # Windows
        loop.add_signal_handler(signal.SIGTERM, end)
        if keeper is not None:
            loop.add_reader(keeper.sentinel, end)


def keep_at_work(count: int, work: Callable[..., None], *given: object) -> None:
    """Let so many processes do the work until Ctrl-C or SIGTERM, another one for each that dies. What they are given has to
    be what can be told to a process: settings, paths, a socket."""
    processes: list[SpawnProcess] = []
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        with suppress(KeyboardInterrupt):
            while True:
                processes = [p for p in processes if p.is_alive()]
                processes += [_started(work, given) for _ in range(count - len(processes))]
                wait([p.sentinel for p in processes])
                time.sleep(_BETWEEN_STARTS)
    finally:
        _end(processes)


def _started(work: Callable[..., None], given: tuple[object, ...]) -> SpawnProcess:
    """A process that leaves Ctrl-C, which a terminal tells to all, to the one that keeps it."""
    process = multiprocessing.get_context("spawn").Process(target=work, args=given, daemon=True)
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        process.start()
    finally:
        signal.signal(signal.SIGINT, before)
    return process


def _end(processes: Sequence[SpawnProcess]) -> None:
    for process in processes:
        process.terminate()
    deadline = time.monotonic() + _SERVER["timeout_graceful_shutdown"]
    for process in processes:
        process.join(max(0.0, deadline - time.monotonic()))
        process.kill()


class _Server(uvicorn.Server):
    """Closes connections on which nothing gets on: uvicorn waits for the head of a request as long as it takes."""

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        # The request that a connection was at, whether it was being answered, and since when.
        self._seen: dict[Any, tuple[Any, bool, float]] = {}

    async def on_tick(self, counter: int) -> bool:
        if counter % _BETWEEN_LOOKS == 0:
            self._look(time.monotonic())
        return await super().on_tick(counter)

    def _look(self, now: float) -> None:
        seen, self._seen = self._seen, {}
        for connection in self.server_state.connections:
            cycle = getattr(connection, "cycle", None)
            answering = cycle is not None and not cycle.response_complete
            before, as_now, since = seen.get(connection, (cycle, answering, now))
            since = since if (before, as_now) == (cycle, answering) else now
            self._seen[connection] = cycle, answering, since
            if now - since >= _PATIENCE[answering]:
                connection.transport.abort()

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Leave the signals to the task that serves: more than the server may have to end."""
        yield
