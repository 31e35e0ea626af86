"""A web server of ours on loopback, for as long as a test visits it."""

import json
import threading
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
from starlette.applications import Starlette
from starlette.routing import BaseRoute

from bot.assistant import Assistant
from bot.library import Library
from bot.records import Records
from bot.serving import listen, server_of
from bot.settings import Web
from bot.web.app import create_app
from indexer.build import build
from indexer.document import read_clauses


def application(db: Path, folder: Path, extra_routes: Sequence[BaseRoute] = (), **settings: Any) -> Starlette:
    """The application on an index, its chats kept in the folder, and no limit on how fast one asks unless given."""
    assistant = Assistant(Library(db), Records(folder / "chats.db"))
    return create_app(Web(**{"per_minute": 0} | settings), assistant, extra_routes)


@contextmanager
def serving(app: Any, trusted: Sequence[str] = ()) -> Iterator[str]:
    """The address at which the application is served."""
    listening = listen("127.0.0.1", 0, "")
    server = server_of(app, trusted)
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]})
    thread.start()
    while not server.started and thread.is_alive():
        time.sleep(0.01)
    try:
        yield f"http://127.0.0.1:{listening.getsockname()[1]}"
    finally:
        server.should_exit = True
        thread.join()
        listening.close()


@contextmanager
def visiting(db: Path, folder: Path, extra_routes: Sequence[BaseRoute] = (), **settings: Any) -> Iterator[httpx.Client]:
    """A visitor of a server of its own, with cookies, who follows no redirect."""
    app = application(db, folder, extra_routes, **settings)
    with (
        serving(app, settings.get("trusted_proxies", ())) as address,
        httpx.Client(base_url=address, trust_env=False, timeout=20) as client,
    ):
        yield client


@contextmanager
def visiting_clauses(rows: Iterable[Mapping[str, str]], folder: Path) -> Iterator[httpx.Client]:
    """The same of an index that is made of a ready-made list of clauses."""
    (folder / "list.jsonl").write_text("\n".join(map(json.dumps, rows)), encoding="utf8")
    build(read_clauses(folder / "list.jsonl"), folder / "list.db")
    with visiting(folder / "list.db", folder) as client:
        yield client
