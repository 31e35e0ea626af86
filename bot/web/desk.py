"""Where every page works: what they share, answers made off the event loop, templates filled, forms read."""

import asyncio
import hashlib
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import parse_qsl, quote

import jinja2
from starlette.requests import Request
from starlette.responses import HTMLResponse

from bot.chats import Chats
from bot.config import Web
from bot.conversation import Conversation
from bot.feedback import Feedback
from bot.shelf import Shelf

STATIC = Path(__file__).with_name("static")
_TEMPLATES = Path(__file__).with_name("templates")
_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class Desk:
    """What the pages share. All that answers runs in `worker`, one after another: answering is work for the processor,
    which two threads would not do faster. What is only read and shown has a `reader`: it waits for nobody's answer.
    `ready` says whether what runs beside the pages does."""

    settings: Web
    shelf: Shelf
    chats: Chats
    conversation: Conversation
    feedback: Feedback
    templates: jinja2.Environment
    ready: Callable[[], bool]
    worker: ThreadPoolExecutor = field(default_factory=lambda: ThreadPoolExecutor(1, "answers"))
    reader: ThreadPoolExecutor = field(default_factory=lambda: ThreadPoolExecutor(1, "pages"))

    async def run(self, work: Callable[[], _T]) -> _T:
        """What `work` returns, done in the worker: whatever answers or keeps something belongs there."""
        return await asyncio.get_running_loop().run_in_executor(self.worker, work)

    async def read(self, work: Callable[[], _T]) -> _T:
        """What `work` returns, done in the reader: whatever only reads the index belongs there."""
        return await asyncio.get_running_loop().run_in_executor(self.reader, work)

    def close(self) -> None:
        """Let go of what is still waiting."""
        for executor in (self.worker, self.reader):
            executor.shutdown(cancel_futures=True)

    def render(
        self, name: str, status: int = 200, headers: Mapping[str, str] | None = None, **values: Any
    ) -> HTMLResponse:
        """A template filled; everything put into it is escaped."""
        return HTMLResponse(self.templates.get_template(name).render(values), status, headers)


def open_desk(settings: Web, shelf: Shelf, chats: Chats, ready: Callable[[], bool]) -> Desk:
    return Desk(settings, shelf, chats, Conversation(shelf, chats), Feedback(chats), _templates(), ready)


async def form(request: Request) -> dict[str, str]:
    """The fields of a form, the last of each name; bytes that are no text come as U+FFFD."""
    body = (await request.body()).decode(errors="replace")
    return dict(parse_qsl(body, keep_blank_values=True, errors="replace"))


def asset(name: str) -> str:
    """style.css → /static/style.css?v=1f2e3d4c: a browser keeps the file until it changes."""
    return f"/static/{quote(name)}?v={_version(name)}"


@cache
def _version(name: str) -> str:
    return hashlib.sha256((STATIC / name).read_bytes()).hexdigest()[:8]


def _templates() -> jinja2.Environment:
    templates = jinja2.Environment(
        loader=jinja2.FileSystemLoader(_TEMPLATES),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
    templates.globals["asset"] = asset
    return templates
