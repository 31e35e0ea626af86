"""What stands before every page: who asks too fast or from another site is told so, whoever asks has a chat, and every
response has its headers."""

import asyncio
import logging
import re
import secrets
from collections.abc import Iterable
from functools import lru_cache
from ipaddress import IPv6Address, ip_address, ip_network
from urllib.parse import urlsplit

from starlette.datastructures import Headers
from starlette.requests import ClientDisconnect
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from bot.limits import Limiter
from bot.web.picker import remembered
from bot.web.site import DESK, OUT_OF_ORDER, Problem, Site, cookie, cookies, told
from knowledge.errors import StoreError

COOKIE = "yaodian"
WAIT = "问得有点快，请等 {seconds} 秒再问。"
_LONGEST_BODY = 16 * 1024
# Requests that may be under way at once; more are asked to come back, before memory and patience run out.
_AT_ONCE = 500
_COME_BACK = {"retry-after": "5"}
# Seconds until whoever began to send something and stopped is taken for gone.
_PATIENCE = 10.0
# A document that is sent to the desk: its bytes, its seconds, and what is told of a larger one.
_DOCUMENT = (20 * 1024 * 1024, 60.0, "超过 20 MB，不像一份工作计划，请只取正文部分再传。")
_READING = {"GET", "HEAD", "OPTIONS", "TRACE"}
# Nobody's question comes this way, so nothing is counted and no chat begins.
_UNCOUNTED = ("/static/", "/healthz", "/widget.js", "/robots.txt", "/sitemap.xml", "/favicon.ico", "/suggest")
_CHATLESS = (
    *_UNCOUNTED,
    "/api/",
    "/plan",
    "/figures",
    "/compare",
    "/about",
    "/privacy",
    "/accessibility",
    "/embed",
    "/developers",
    "/a/",
    "/share",
)
_ID = re.compile(r"[A-Za-z0-9_-]{43}")
_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
    "form-action 'self'; base-uri 'self'; frame-ancestors "
)
_HEADERS = {
    "x-content-type-options": "nosniff",
    # Not no-referrer: with that a browser keeps the origin of our own forms to itself, and they would be refused.
    "referrer-policy": "same-origin",
    "permissions-policy": "camera=(), microphone=(self), geolocation=()",  # a question may be spoken
    "cross-origin-opener-policy": "same-origin",
}
_Raw = list[tuple[bytes, bytes]]
_log = logging.getLogger(__name__)


class Guard:
    """The application behind it, guarded. `free` are methods and paths with a guard of their own, such as a webhook."""

    def __init__(self, app: ASGIApp, site: Site, free: Iterable[tuple[str, str]] = ()) -> None:
        self._app, self._site, self._free = app, site, frozenset(free)
        self._limiter = Limiter(site.settings.per_minute)
        alone = {"cross-origin-resource-policy": "same-origin", "x-frame-options": "DENY"}
        self._usual = _raw(alone | _framed("'none'"))
        shared = {"cross-origin-resource-policy": "cross-origin"}
        self._special = {
            "/frame": _raw(shared | _framed(" ".join(("'self'", *site.settings.origins)))),
            "/embed": _raw(alone | _framed("'none'; frame-src 'self'")),
            "/widget.js": _raw(shared | _framed("'none'") | {"x-frame-options": "DENY"}),
        }
        self._under_way = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or (self._free and (scope["method"], scope["path"]) in self._free):
            await self._app(scope, receive, send)
            return
        answering = _Answering(send, self._special.get(scope["path"], self._usual), _chat(scope))
        self._under_way += 1
        try:
            self._refuse(scope)
            scope = remembered(scope, self._site)
            app = self._site.made.get(scope) or self._app
            await app(scope, receive if scope["method"] == "GET" else _limited(scope, receive), answering)
        except Problem as problem:
            await self._tell(problem, scope, receive, answering)
        except ClientDisconnect:  # nobody is there to be told anything
            return
        except StoreError as error:
            _log.error("%s", error)
            await self._tell(Problem(503, OUT_OF_ORDER, _COME_BACK), scope, receive, answering)
        except Exception:  # noqa: BLE001 — whatever it was, the person is told kindly and the operator fully
            _log.exception("%r failed", scope["path"])
            await self._tell(Problem(500), scope, receive, answering)
        finally:
            self._under_way -= 1

    def _refuse(self, scope: Scope) -> None:
        """Raise Problem for what goes no further."""
        if not scope["path"].startswith(_UNCOUNTED):
            if self._under_way > _AT_ONCE:
                raise Problem(503, headers=_COME_BACK)
            if fast := self._limiter.too_fast(who(scope)):
                raise Problem(429, WAIT.format(seconds=fast.seconds), {"retry-after": str(fast.seconds)})
        if scope["method"] == "GET":
            return
        headers = Headers(scope=scope)
        if scope["method"] not in _READING and not _from_here(headers):
            raise Problem(403)
        length, (longest, _, told) = headers.get("content-length", ""), _allowed(scope)
        if length.isdecimal() and int(length) > longest:
            raise Problem(413, told)

    async def _tell(self, problem: Problem, scope: Scope, receive: Receive, answering: "_Answering") -> None:
        """The problem told, unless the response has begun: then the connection ends."""
        if answering.begun:
            raise problem
        await told(self._site, scope["path"], problem)(scope, receive, answering)


class _Answering:
    """Sends a response with our headers put in."""

    def __init__(self, send: Send, headers: _Raw, more: _Raw) -> None:
        self._send, self._headers, self._more, self.begun = send, headers, more, False

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.begun = True
            own = message["headers"]
            more = [h for h in self._more if h[0] != b"cache-control" or all(o[0] != b"cache-control" for o in own)]
            message = {**message, "headers": [*own, *self._headers, *more]}
        await self._send(message)


def _allowed(scope: Scope) -> tuple[int, float, str]:
    """What may be sent there: a document to the desk, a question or a vote elsewhere."""
    return _DOCUMENT if scope["path"].startswith(f"{DESK}/plans") else (_LONGEST_BODY, _PATIENCE, "")


def _limited(scope: Scope, receive: Receive) -> Receive:
    """The body as it comes in; Problem where it is longer than was said, or where it does not all come in time."""
    taken, whole = 0, False
    longest, patience, told = _allowed(scope)
    deadline = asyncio.get_running_loop().time() + patience

    async def limited() -> Message:
        nonlocal taken, whole
        try:
            async with asyncio.timeout_at(None if whole else deadline):
                message = await receive()
        except TimeoutError:
            raise Problem(408) from None
        taken += len(message.get("body", b""))
        whole = not message.get("more_body", False)
        if taken > longest:
            raise Problem(413, told)
        return message

    return limited


def _from_here(headers: Headers) -> bool:
    """Was it sent from a page of ours? What is no browser tells nothing, and carries nobody's cookie."""
    if site := headers.get("sec-fetch-site"):
        return site in {"same-origin", "none"}
    origin = headers.get("origin")
    try:
        return origin is None or urlsplit(origin).netloc == headers.get("host")
    except ValueError:
        return False


# --- who asks


def who(scope: Scope) -> str:
    """The address that requests are counted under: an IPv6 visitor has a whole /64 to ask from."""
    return _counted(scope["client"][0]) if scope.get("client") else ""


@lru_cache(4096)
def _counted(host: str) -> str:
    """::ffff:1.2.3.4 and 1.2.3.4 are one address; what is no address stands for itself."""
    try:
        address = ip_address(host)
    except ValueError:
        return host
    if isinstance(address, IPv6Address):
        return str(address.ipv4_mapped or ip_network((address, 64), strict=False))
    return str(address)


def _chat(scope: Scope) -> _Raw:
    """The headers of a chat: its page is nobody else's, and whoever has none yet is given one."""
    if scope["path"].startswith(DESK):  # nothing is kept by a browser, nor found by a search engine
        return [(b"cache-control", b"no-store"), (b"x-robots-tag", b"noindex, nofollow")]
    if scope["path"].startswith(_CHATLESS):
        return [(b"cache-control", b"no-cache")]
    chat = cookies(scope).get(COOKIE, "")
    known = _ID.fullmatch(chat) is not None
    chat = chat if known else new_chat()
    scope.setdefault("state", {})["chat"] = f"web:{chat}"
    given = [(b"set-cookie", cookie(COOKIE, chat, secure=scope["scheme"] == "https").encode())]
    return [(b"cache-control", b"no-store"), *([] if known else given)]


def new_chat() -> str:
    """32 random bytes, which nobody guesses, in 43 characters."""
    return secrets.token_urlsafe(32)


# --- headers


def _framed(by: str) -> dict[str, str]:
    return {"content-security-policy": _POLICY + by}


def _raw(headers: dict[str, str]) -> _Raw:
    return [(name.encode(), value.encode()) for name, value in (_HEADERS | headers).items()]
