"""How many requests a second the web server answers, beside a bare page under the same conditions.

    python tests/benchmarks/web_load.py [--seconds 10] [--at-once 50] [--db FILE] [--json]

Both are processes of their own on loopback, served alike; one address after the other is asked for. Each of the clients at
once sends its next request when it has its answer, on a connection that stays open. Where wrk is installed it does the asking;
else a client of ours, which takes as much of the processor as the server.
"""

import argparse
import asyncio
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from itertools import cycle, islice
from pathlib import Path
from socket import create_server
from urllib.parse import quote

ROOT = Path(__file__).resolve().parents[2]
_BARE = """
import sys
from starlette.applications import Starlette
from starlette.responses import PlainTextResponse
from starlette.routing import Route
from bot import serving
async def page(request): return PlainTextResponse("ok")
app = Starlette(routes=[Route("/", page)])
serving.run(serving.serve(app, serving.listen("127.0.0.1", int(sys.argv[1]), "")))
"""


@dataclass(frozen=True, slots=True)
class Load:
    """Requests a second; the time in milliseconds in which half of them and 95 % were answered; those that failed."""

    requests: int
    per_second: float
    p50: float
    p95: float
    errors: int


def measure(
    seconds: float,
    at_once: int,
    db: Path | None = None,
    pages: Mapping[str, Sequence[str]] | None = None,
    wrk: str | None = None,
) -> dict[str, Load]:
    """The load that the server bears on each of these pages, each with the addresses to ask for in turn, and that a bare page
    bears, one after the other; `wrk` is the program that asks, else we do."""
    loads = {}
    with _server(db) as port:
        for name, paths in (pages or {"ask": asked()}).items():
            loads[name] = _load(wrk, port, paths, seconds, at_once)
    with _bare() as port:
        loads["bare"] = _load(wrk, port, ["/"], seconds, at_once)
    return loads


def asked() -> list[str]:
    """Addresses of the API that ask the questions of tests/questions.jsonl."""
    rows = map(json.loads, (ROOT / "tests" / "questions.jsonl").read_text(encoding="utf8").splitlines())
    return [f"/api/ask?q={quote(row['question'])}" for row in rows if "question" in row]


PAGES = {
    "/api/ask": ["/api/ask?q=" + quote("今年新增多少学位？")],
    "/api/ask, all questions": asked(),
    "/?q=": ["/?q=" + quote("今年新增多少学位？")],
    "/": ["/"],
    "/plan": ["/plan"],
    "css": ["/static/style.css"],
}


def _load(wrk: str | None, port: int, paths: Sequence[str], seconds: float, at_once: int) -> Load:
    if wrk:
        return _wrk(wrk, port, paths, seconds, at_once)
    return asyncio.run(_clients(port, paths, seconds, at_once))


def _wrk(wrk: str, port: int, paths: Sequence[str], seconds: float, at_once: int) -> Load:
    tables = ", ".join(f'"{path}"' for path in paths)
    script = f"""
    local paths, n = {{ {tables} }}, 0
    request = function() n = n % #paths + 1; return wrk.format("GET", paths[n]) end
    done = function(summary, latency)
        local e = summary.errors
        io.write(string.format("=%d %f %f %f %d\\n", summary.requests, summary.requests * 1e6 / summary.duration,
            latency:percentile(50) / 1e3, latency:percentile(95) / 1e3,
            e.connect + e.read + e.write + e.status + e.timeout))
    end"""
    with tempfile.NamedTemporaryFile("w", suffix=".lua", encoding="utf8") as file:
        file.write(script)
        file.flush()
        command = [wrk, "-t1", f"-c{at_once}", f"-d{max(1, round(seconds))}s", "-s", file.name]
        told = subprocess.run([*command, f"http://127.0.0.1:{port}"], capture_output=True, encoding="utf8", check=True)
    requests, per_second, p50, p95, errors = re.search("^=(.*)", told.stdout, re.MULTILINE)[1].split()
    return Load(int(requests), *(round(float(x), 1) for x in (per_second, p50, p95)), int(errors))


async def _clients(port: int, paths: Sequence[str], seconds: float, at_once: int) -> Load:
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
    parser.add_argument("--seconds", type=float, default=10)
    parser.add_argument("--at-once", type=int, default=50)
    parser.add_argument("--db", type=Path)
    parser.add_argument("--json", action="store_true")
    words = parser.parse_args()
    loads = measure(words.seconds, words.at_once, words.db, PAGES, shutil.which("wrk"))
    if words.json:
        print(json.dumps({name: asdict(load) for name, load in loads.items()}))
        return
    for name, load in loads.items():
        share = load.per_second / loads["bare"].per_second
        print(
            f"{name:24} {load.per_second:8.1f} req/s  {share:5.2f}   p50 {load.p50:7.1f} ms   p95 {load.p95:7.1f} ms   errors {load.errors}"
        )


if __name__ == "__main__":
    main()
