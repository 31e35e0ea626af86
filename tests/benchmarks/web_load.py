"""How many questions a second the web server answers, beside a bare page under the same conditions.

    python tests/benchmarks/web_load.py [--seconds 30] [--at-once 200] [--db FILE] [--json]

Both are processes of their own on loopback. Each of the clients at once sends its next request when it has its answer;
times are from the first byte sent to the last byte read, on a connection that stays open.
"""

import argparse
import asyncio
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from itertools import cycle, islice
from pathlib import Path
from socket import create_server
from urllib.parse import quote

ROOT = Path(__file__).resolve().parents[2]
_BARE = """
import sys, uvicorn
from starlette.applications import Starlette
from starlette.responses import PlainTextResponse
from starlette.routing import Route
async def page(request): return PlainTextResponse("ok")
uvicorn.run(Starlette(routes=[Route("/", page)]), port=int(sys.argv[1]), access_log=False, log_config=None)
"""


@dataclass(frozen=True, slots=True)
class Load:
    """Requests a second; the time in milliseconds in which half of them and 95 % were answered; those that failed."""

    requests: int
    per_second: float
    p50: float
    p95: float
    errors: int


def measure(seconds: float, at_once: int, db: Path | None = None) -> dict[str, Load]:
    """The load that the server bears and that a bare page bears, one after the other."""
    with _server(db) as port:
        ours = asyncio.run(_load(port, [f"/api/ask?q={quote(q)}" for q in _questions()], seconds, at_once))
    with _bare() as port:
        bare = asyncio.run(_load(port, ["/"], seconds, at_once))
    return {"ask": ours, "bare": bare}


def _questions() -> list[str]:
    rows = map(json.loads, (ROOT / "tests" / "questions.jsonl").read_text(encoding="utf8").splitlines())
    return [row["question"] for row in rows if "question" in row]


async def _load(port: int, paths: list[str], seconds: float, at_once: int) -> Load:
    end = time.perf_counter() + seconds
    clients = [_client(port, islice(cycle(paths), start, None), end) for start in range(at_once)]
    began = time.perf_counter()
    results = await asyncio.gather(*clients)
    took = time.perf_counter() - began
    times = sorted(t for done, _ in results for t in done)
    errors = sum(failed for _, failed in results)
    if not times:
        return Load(0, 0.0, 0.0, 0.0, errors)
    p50, p95 = (round(times[int(len(times) * share)] * 1000, 1) for share in (0.5, 0.95))
    return Load(len(times), round(len(times) / took, 1), p50, p95, errors)


async def _client(port: int, paths: Iterator[str], end: float) -> tuple[list[float], int]:
    """How long each answer took, and how many requests failed."""
    times, failed = [], 0
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    while (began := time.perf_counter()) < end:
        writer.write(f"GET {next(paths)} HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n".encode())
        try:
            head = await reader.readuntil(b"\r\n\r\n")
            length = next(int(h[15:]) for h in head.lower().split(b"\r\n") if h.startswith(b"content-length:"))
            await reader.readexactly(length)
        except (OSError, asyncio.IncompleteReadError):
            failed += 1
            reader, writer = await asyncio.open_connection("127.0.0.1", port)
            continue
        failed += not head.startswith(b"HTTP/1.1 200 ")
        times.append(time.perf_counter() - began)
    writer.close()
    return times, failed


@contextmanager
def _server(db: Path | None) -> Iterator[int]:
    with tempfile.TemporaryDirectory() as folder:
        config = Path(folder, "config.toml")
        config.write_text("[web]\nper_minute = 0\n", encoding="utf8")
        port, named = _free_port(), ["--db", str(db)] if db else []
        command = ["-m", "bot", "web", "--config", str(config), "--port", str(port), *named]
        with _running(command, port, XDG_DATA_HOME=folder):  # nothing of whoever measures is read or written
            yield port


@contextmanager
def _bare() -> Iterator[int]:
    port = _free_port()
    with _running(["-c", _BARE, str(port)], port):
        yield port


@contextmanager
def _running(command: list[str], port: int, **variables: str) -> Iterator[None]:
    """Python running a server, until it is listening and as long as it is needed."""
    command, environment = [sys.executable, *command], os.environ | variables
    with subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.DEVNULL) as process:
        try:
            asyncio.run(asyncio.wait_for(_listens(port), 30))
            yield
        finally:
            process.terminate()


async def _listens(port: int) -> None:
    while True:
        try:
            _, writer = await asyncio.open_connection("127.0.0.1", port)
        except OSError:
            await asyncio.sleep(0.1)
        else:
            writer.close()
            return


def _free_port() -> int:
    with create_server(("127.0.0.1", 0)) as taken:
        return int(taken.getsockname()[1])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=30)
    parser.add_argument("--at-once", type=int, default=200)
    parser.add_argument("--db", type=Path)
    parser.add_argument("--json", action="store_true")
    words = parser.parse_args()
    loads = measure(words.seconds, words.at_once, words.db)
    if words.json:
        print(json.dumps({name: asdict(load) for name, load in loads.items()}))
        return
    for name, load in loads.items():
        print(
            f"{name:5} {load.per_second:8.1f} req/s   p50 {load.p50:7.1f} ms   p95 {load.p95:7.1f} ms   errors {load.errors}"
        )


if __name__ == "__main__":
    main()
