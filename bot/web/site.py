"""What the pages share: assistant and templates, responses that are the same for everybody, and what went wrong told in one
kind sentence, as problem JSON (RFC 9457) to a program and as a page to a person."""

import gzip
import hashlib
import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, quote

import jinja2
from starlette.middleware import Middleware
from starlette.middleware.gzip import GZipMiddleware
from starlette.requests import Request, cookie_parser
from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.types import Receive, Scope, Send

from bot.assistant import Assistant
from bot.pictures.png import Painter
from bot.records.replies import Replies
from bot.settings import Web
from bot.workers import Workers

STATIC = Path(__file__).with_name("static")
HTML = "text/html; charset=utf-8"
DESK = "/desk"  # where the clerk works
_TEMPLATES = Path(__file__).with_name("templates")
_API = "/api/"
# Bytes of what is kept ready; a page is some 10,000 bytes, of a long plan some 100,000.
_MOST = 8_000_000
# A gzip that is not so much smaller is not kept beside what it is made of: that of a picture is not.
_WORTH = 0.9
Address = tuple[str, bytes]  # a path and what stands behind its question mark
_DAY = 86_400
# --- When something went wrong: what it is called, and the sentence for the person.
TROUBLES = {
    400: ("请求有误", "没看懂浏览器发来的内容，请回到首页再试一次。"),
    403: ("没有接受", "这是从别的网站发来的，为了安全没有接受，请回到首页再问。"),
    404: ("没有找到", "没有这个页面，可能是网址打错了，或者内容已经换了。"),
    405: ("不能这样访问", "这个网址不接受这种访问方式。"),
    408: ("没有收全", "没有收到完整的内容，可能是网络断了，请再发一次。"),
    413: ("内容太多", "发来的内容太多了，请用一两句话来问。"),
    422: ("参数不对", "参数写得不对，请对照接口说明再试。"),
    429: ("问得太快", "问得有点快，请歇一会儿再问。"),
    500: ("出了点问题", "我们这边出了点问题，请过一会儿再试。"),
    503: ("请稍等", "现在问的人很多，请过几秒钟再试。"),
}
OUT_OF_ORDER = "计划现在读不出来，请过几分钟再来。"


class Ready(Response):
    """A response that is the same for everybody: made once with its gzip and its validator, and told not to have changed
    to whoever has it already."""

    def __init__(
        self,
        content: str | bytes,
        media_type: str,
        kept: str = "no-cache",
        status: int = 200,
        sent: Callable[[], None] = lambda: None,
    ) -> None:
        """`kept` is how long a browser may keep it, as Cache-Control says it; `sent` is called whenever it is sent."""
        self._sent = sent
        body = content if isinstance(content, bytes) else content.encode(errors="replace")
        self.status_code = status
        self._tag = f'W/"{hashlib.sha256(body).hexdigest()[:16]}"'.encode()
        every = {"cache-control": kept, "content-type": media_type, "vary": "Accept-Encoding"}
        self._every = [(name.encode(), value.encode()) for name, value in every.items()] + [(b"etag", self._tag)]
        self._plain = self._zipped = self._start(body), {"type": "http.response.body", "body": body}
        self.size = len(body)
        zipped = gzip.compress(body, 6, mtime=0)
        if len(zipped) < _WORTH * len(body):
            begun = self._start(zipped, (b"content-encoding", b"gzip"))
            self._zipped = begun, {"type": "http.response.body", "body": zipped}
            self.size += len(zipped)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:  # noqa: ARG002 — as every response is called
        self._sent()
        head, body = self._plain
        for name, value in scope["headers"]:
            if name == b"accept-encoding" and b"gzip" in value:
                head, body = self._zipped
            elif name == b"if-none-match" and self._tag in value and self.status_code == 200:
                await send({"type": "http.response.start", "status": 304, "headers": self._every})
                await send({"type": "http.response.body", "body": b""})
                return
        await send(head)
        await send(body)

    def _start(self, body: bytes, *more: tuple[bytes, bytes]) -> dict[str, Any]:
        headers = [*self._every, *more, (b"content-length", str(len(body)).encode())]
        return {"type": "http.response.start", "status": self.status_code, "headers": headers}


def is_fetch(scope: Scope) -> bool:
    """Does our script ask, which wants a card alone?"""
    return any(name == b"x-requested-with" and value == b"fetch" for name, value in scope["headers"])


def address_of(scope: Scope) -> Address:
    return scope["path"], scope["query_string"]


class Made:
    """Responses made of the plans as they are now, found by their addresses; the least used are forgotten from `most` bytes
    on. `edition` says what they are made of: where that is another, all are forgotten but `always`."""

    def __init__(self, edition: Callable[[], object], most: int = _MOST) -> None:
        self._edition, self._most = edition, most
        self._lock = threading.Lock()
        self._kept: OrderedDict[Address, Ready] = OrderedDict()
        self.always: dict[Address, Ready] = {}
        self._of, self._size = edition(), 0

    def get(self, scope: Scope) -> Ready | None:
        """What was made for the address that is asked for, unless a script asks for a card."""
        if scope["method"] != "GET" or is_fetch(scope):
            return None
        address = address_of(scope)
        return self.always.get(address) or self.find(address)

    def made(self, address: Address, make: Callable[[], Ready]) -> Ready:
        """What was made meanwhile for this address, else what is made now, which is kept where it is a success."""
        if (found := self.find(address)) is not None:
            return found
        edition = self._of
        new = make()
        if new.status_code == 200 and new.size <= self._most // 4:
            self._keep(address, new, edition)
        return new

    def find(self, address: Address) -> Ready | None:
        edition = self._edition()
        with self._lock:
            if edition != self._of:
                self._kept.clear()
                self._of, self._size = edition, 0
            if (found := self._kept.get(address)) is not None:
                self._kept.move_to_end(address)
            return found

    def _keep(self, address: Address, new: Ready, edition: object) -> None:
        with self._lock:
            if self._of != edition:  # other plans came meanwhile
                return
            self._size += new.size - (old.size if (old := self._kept.pop(address, None)) else 0)
            self._kept[address] = new
            while self._size > self._most:
                self._size -= self._kept.popitem(last=False)[1].size


# What is made for one person alone is compressed when it is sent.
ZIPPED = (Middleware(GZipMiddleware, compresslevel=6),)


@dataclass(frozen=True, slots=True)
class Site:
    """What the pages share. `replies` are those that were shown here, `made` what is the same for everybody, `painter` makes pictures, `running`
    says whether what runs beside the pages does, `desk` whether there is a desk for the clerk."""

    assistant: Assistant
    workers: Workers
    settings: Web
    templates: jinja2.Environment
    replies: Replies
    made: Made
    painter: Painter
    running: Callable[[], bool]
    desk: bool

    def render(self, name: str, **values: Any) -> str:
        """A template filled; everything put into it is escaped."""
        return self.templates.get_template(name).render(values)


def open_site(settings: Web, assistant: Assistant, running: Callable[[], bool], *, desk: bool) -> Site:
    templates = jinja2.Environment(
        loader=jinja2.FileSystemLoader(_TEMPLATES),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
    templates.globals |= {"asset": asset, "public_url": settings.public_url or ""}
    # A day long, since the buttons of a page work for a week.
    made = Made(lambda: (assistant.library.edition, time.time() // _DAY))
    replies, painter = assistant.records.replies("w"), Painter(settings.font)
    return Site(assistant, Workers(), settings, templates, replies, made, painter, running, desk)


def asset(name: str) -> str:
    """style.css → /static/style.css?v=1f2e3d4c: a browser keeps the file until it changes."""
    return f"/static/{quote(name)}?v={_version(name)}"


@cache
def _version(name: str) -> str:
    return hashlib.sha256((STATIC / name).read_bytes()).hexdigest()[:8]


class Problem(Exception):  # noqa: N818 — named as RFC 9457 does
    """A request that cannot be met: its status and the sentence that says why, where it is not the usual one."""

    def __init__(self, status: int, detail: str = "", headers: Mapping[str, str] | None = None) -> None:
        super().__init__(detail)
        self.status, self.detail, self.headers = status, detail, headers


def told(site: Site, path: str, problem: Problem) -> Response:
    """The problem in the way that whoever asked for this path understands."""
    title, usual = TROUBLES.get(problem.status, TROUBLES[500 if problem.status >= 500 else 400])
    detail = problem.detail or usual
    if not path.startswith(_API):
        desk = site.desk and path.startswith(DESK)
        page = site.render("trouble.html", heading=title, detail=detail, desk=desk)
        return HTMLResponse(page, problem.status, problem.headers)
    content = {
        "type": "about:blank",
        "title": title,
        "status": problem.status,
        "detail": detail,
        "instance": quote(path, safe="/", errors="replace"),
    }
    return JSONResponse(content, problem.status, problem.headers, "application/problem+json")


def cookies(scope: Scope) -> dict[str, str]:
    """The cookies that came with a request."""
    kept = next((value.decode("latin-1") for name, value in scope["headers"] if name == b"cookie"), "")
    return cookie_parser(kept) if kept else {}


def cookie(name: str, value: str, *, secure: bool) -> str:
    """A cookie for one visit, as a header sets it: closing the browser ends it; so does a value that is empty."""
    ended = "" if value else "; Max-Age=0"
    return f"{name}={value}; Path=/; HttpOnly; SameSite=Lax{ended}{'; Secure' if secure else ''}"


def download(content: str, name: str, kind: str = "text/csv") -> Response:
    """A file to be kept under that name."""
    headers = {"content-disposition": f"attachment; filename*=UTF-8''{quote(name, safe='', errors='replace')}"}
    return Response(content.encode(errors="replace"), headers=headers, media_type=kind)


def page_number(request: Request) -> int:
    """Which page of several is asked for (page), from 1 on; the first where none is named."""
    asked = request.query_params.get("page", "").strip()
    return max(1, int(asked[:9])) if asked.isascii() and asked.isdecimal() else 1


async def form(request: Request) -> dict[str, str]:
    """The fields of a form, the last of each name; bytes that are no text come as U+FFFD."""
    body = (await request.body()).decode(errors="replace")
    return dict(parse_qsl(body, keep_blank_values=True, errors="replace"))
