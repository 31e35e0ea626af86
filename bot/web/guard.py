"""What stands before every page: who asks too fast or from another site is told so, and every response has its headers."""

import asyncio
import logging
import re
from collections.abc import Iterable
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import ClientDisconnect
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from bot.web.desk import Desk
from bot.web.problems import Problem, told
from bot.web.sentences import WAIT
from bot.web.visitors import Proxies, Throttle, chat_of, cookie, new_chat, who

_LONGEST_BODY = 16 * 1024
# Requests that may be under way at once; more are asked to come back, before memory and patience run out.
_AT_ONCE = 500
_COME_BACK = 5
# Seconds until whoever began to send something and stopped is taken for gone.
_PATIENCE = 10.0
_READING = {"GET", "HEAD", "OPTIONS", "TRACE"}
# Nobody's question comes this way, so nothing is counted and no chat begins.
_UNCOUNTED = re.compile("/static/.*|/healthz|/widget.js|/robots.txt")
_CHATLESS = ("/static/", "/healthz", "/widget.js", "/robots.txt", "/api/", "/plan", "/figures")
_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
    "form-action 'self'; base-uri 'self'; frame-ancestors "
)
_HEADERS = {
    "x-content-type-options": "nosniff",
    # Not no-referrer: with that a browser keeps the origin of our own forms to itself, and they would be refused.
    "referrer-policy": "same-origin",
    "permissions-policy": "camera=(), microphone=(), geolocation=()",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
}
_PREFLIGHT = Response(
    status_code=204, headers={"access-control-allow-methods": "GET", "access-control-max-age": "3600"}
)
_LOG = logging.getLogger(__name__)


class Guard:
    """The application behind it, guarded. `free` are methods and paths with a guard of their own, such as a webhook."""

    def __init__(self, app: ASGIApp, desk: Desk, free: Iterable[tuple[str, str]] = ()) -> None:
        self._app, self._desk, self._free = app, desk, frozenset(free)
        self._throttle = Throttle(desk.settings.per_minute)
        self._proxies = Proxies(desk.settings.trusted_proxies)
        self._framers = " ".join(("'self'", *desk.settings.origins))
        self._under_way = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or (scope["method"], scope["path"]) in self._free:
            await self._app(scope, receive, send)
            return
        self._proxies.correct(scope)
        known = chat_of(scope)
        chat = known or new_chat()
        scope.setdefault("state", {})["chat"] = f"web:{chat}"
        answering = _Answering(send, self._headers(scope, None if known else chat))
        self._under_way += 1
        try:
            self._refuse(scope)
            app = _PREFLIGHT if scope["method"] == "OPTIONS" and self._reader(scope) else self._app
            await app(scope, _limited(receive), answering)
        except Problem as problem:
            await self._tell(problem, scope, receive, answering)
        except ClientDisconnect:  # nobody is there to be told anything
            return
        except Exception:  # noqa: BLE001 — whatever it was, the person is told kindly and the operator fully
            _LOG.exception("%r failed", scope["path"])
            await self._tell(Problem(500), scope, receive, answering)
        finally:
            self._under_way -= 1

    def _refuse(self, scope: Scope) -> None:
        """Raise Problem for what goes no further."""
        uncounted = _UNCOUNTED.fullmatch(scope["path"]) is not None
        if self._under_way > _AT_ONCE and not uncounted:
            raise Problem(503, headers={"retry-after": str(_COME_BACK)})
        if not uncounted and (seconds := self._throttle.wait(who(scope))):
            raise Problem(429, WAIT.format(seconds=seconds), {"retry-after": str(seconds)})
        headers = Headers(scope=scope)
        if scope["method"] not in _READING and not _from_here(headers):
            raise Problem(403)
        length = headers.get("content-length", "")
        if length.isdecimal() and int(length) > _LONGEST_BODY:
            raise Problem(413)

    def _headers(self, scope: Scope, new: str | None) -> dict[str, str]:
        path, headers = scope["path"], dict(_HEADERS)
        if path == "/embed":
            headers["content-security-policy"] = _POLICY + self._framers
            headers["cross-origin-resource-policy"] = "cross-origin"
        else:
            headers["content-security-policy"] = _POLICY + "'none'"
            headers["x-frame-options"] = "DENY"
        if path == "/widget.js":
            headers["cross-origin-resource-policy"] = "cross-origin"
        if origin := self._reader(scope):
            headers |= {"access-control-allow-origin": origin, "access-control-expose-headers": "Link, Retry-After"}
        if path.startswith("/api/"):
            headers["vary"] = "Origin"
        kept = path.startswith(_CHATLESS)
        headers["cache-control"] = "no-cache" if kept else "no-store"
        if new and not kept:
            headers["set-cookie"] = cookie(new, secure=scope["scheme"] == "https")
        return headers

    def _reader(self, scope: Scope) -> str | None:
        """The site whose script may read the response: one that the settings name, and of the API alone."""
        origin = Headers(scope=scope).get("origin")
        return origin if scope["path"].startswith("/api/") and origin in self._desk.settings.origins else None

    async def _tell(self, problem: Problem, scope: Scope, receive: Receive, answering: "_Answering") -> None:
        """The problem told, unless the response has begun: then the connection ends."""
        if answering.begun:
            raise problem
        await told(self._desk, scope["path"], problem)(scope, receive, answering)


class _Answering:
    """Sends a response with our headers put in."""

    def __init__(self, send: Send, headers: dict[str, str]) -> None:
        self._send, self._headers, self.begun = send, headers, False

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.begun = True
            headers = MutableHeaders(scope=message)
            for name, value in self._headers.items():
                headers.setdefault(name, value)
        await self._send(message)


def _limited(receive: Receive) -> Receive:
    """The body as it comes in; Problem where it is longer than was said, or where it does not all come in time."""
    taken, whole = 0, False
    deadline = asyncio.get_running_loop().time() + _PATIENCE

    async def limited() -> Message:
        nonlocal taken, whole
        try:
            async with asyncio.timeout_at(None if whole else deadline):
                message = await receive()
        except TimeoutError:
            raise Problem(408) from None
        taken += len(message.get("body", b""))
        whole = not message.get("more_body", False)
        if taken > _LONGEST_BODY:
            raise Problem(413)
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
