"""Who may come to the desk: a password, a session that its cookie names, a token in every form."""

import asyncio
import hashlib
import hmac
import os
import re
import secrets
from collections.abc import Awaitable, Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any, TypeVar
from urllib.parse import urlencode

from starlette.datastructures import UploadFile
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.types import ASGIApp, Receive, Scope, Send

from bot.records.database import one_line
from bot.web.guard import who
from bot.web.site import Problem, Site, form

HOME = "/desk"
COOKIE = "yaodian-desk"
FORGED = "这一页放得太久，或者不是从后台打开的，没有照做。请回到后台再试一次。"
ENDED = "登录已经过期，没有照做。请重新登录再试一次。"
WRONG = "口令不对，请再试一次。"
NAMELESS = "请写上怎么称呼您。"
TOO_OFTEN = "口令试错太多次了，请过 {minutes} 分钟再来。"
_ID = re.compile(r"[A-Za-z0-9_-]{43}")
_LONGEST_NAME = 20
# The fields of a form, and the bytes of one that is no file: a plan's text is some 100,000.
_FIELDS, _LONGEST_FIELD = 20, 5_000_000
_T = TypeVar("_T")
Fields = Mapping[str, str | UploadFile]


@dataclass(frozen=True, slots=True)
class Session:
    """What a cookie says; `who` is empty where nobody has come in with it. `token` is what its forms carry."""

    id: str
    who: str = ""

    @property
    def token(self) -> str:
        return hmac.digest(self.id.encode(), b"form", "sha256").hex()


class Desk:
    """What the pages of the desk share."""

    def __init__(self, site: Site, password: str) -> None:
        self.site, self.records = site, site.assistant.records
        self._password, self._salt = password, os.urandom(16)
        self._right = self._slow(password)
        # What the clerk looks at, and whoever tries passwords, keep nobody waiting who asks.
        self._thread = ThreadPoolExecutor(1, "desk")

    async def do(self, work: Callable[[], _T]) -> _T:
        """What `work` returns, done off the event loop, one after the other."""
        return await asyncio.get_running_loop().run_in_executor(self._thread, work)

    def doing(self, page: Callable[["Desk", Request], Awaitable[Response]]) -> Callable[[Request], Awaitable[Response]]:
        async def endpoint(request: Request) -> Response:
            return await page(self, request)

        return endpoint

    def key(self, session: str) -> bytes:
        """What a session is kept under: with another password there is none of them any more."""
        return hmac.digest(self._password.encode(), session.encode(), "sha256")

    def is_password(self, given: str) -> bool:
        return hmac.compare_digest(self._slow(given), self._right)

    def _slow(self, password: str) -> bytes:
        """What stands for a password: slow on purpose, and as slow whatever it is."""
        return hashlib.scrypt(password.encode("utf8", "replace"), salt=self._salt, n=2**13, r=8, p=1)

    def page(self, request: Request, template: str, status: int = 200, **values: Any) -> Response:
        session: Session = request.state.session
        html = self.site.render(template, path=request.url.path, who=session.who, token=session.token, **values)
        response = HTMLResponse(html, status)
        if request.cookies.get(COOKIE) != session.id:
            give(response, request, session.id)
        return response


def give(response: Response, request: Request, session: str) -> None:
    """Let the browser keep the session until it is closed, and send it from the desk alone."""
    secure = request.url.scheme == "https"
    response.set_cookie(COOKIE, session, path=HOME, secure=secure, httponly=True, samesite="strict")


def to(path: str, **words: str) -> Response:
    """What was done is not done again when the page is loaded anew."""
    return RedirectResponse(path + (f"?{urlencode(words, errors='replace')}" if words else ""), 303)


def text_of(fields: Fields, name: str) -> str:
    """What was typed in a field; nothing where there is no such field, or a file in it."""
    value = fields.get(name, "")
    return value if isinstance(value, str) else ""


class Gate:
    """Stands before every page of the desk: nobody else comes in, and nothing is done that was not sent from one of its forms.
    The pages find `session` and, of a form, `fields` in the state of their request."""

    def __init__(self, app: ASGIApp, desk: Desk) -> None:
        self._app, self._desk = app, desk

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        request = Request(scope, receive)
        request.state.session = session = await self._session(request)
        if not session.who and scope["path"] != HOME:
            if request.method == "POST":
                raise Problem(403, ENDED)
            await to(HOME)(scope, receive, send)
            return
        if request.method == "POST":
            request.state.fields = fields = await _fields(request)
            if not hmac.compare_digest(text_of(fields, "token").encode(errors="replace"), session.token.encode()):
                raise Problem(403, FORGED)
        try:
            await self._app(scope, receive, send)
        finally:
            await request.close()

    async def _session(self, request: Request) -> Session:
        given = request.cookies.get(COOKIE, "")
        if not _ID.fullmatch(given):
            return Session(secrets.token_urlsafe(32))
        key = self._desk.key(given)
        name = await self._desk.do(lambda: self._desk.records.sessions.who(key))
        return Session(given, name or "")


async def _fields(request: Request) -> Fields:
    if request.headers.get("content-type", "").startswith("multipart/"):
        return await request.form(max_files=1, max_fields=_FIELDS, max_part_size=_LONGEST_FIELD)
    return await form(request)


# --- coming and going


async def login(desk: Desk, request: Request) -> Response:
    fields: Fields = request.state.fields
    name = one_line(text_of(fields, "who"))[:_LONGEST_NAME]
    address, password = who(request.scope), text_of(fields, "password")
    sessions = desk.records.sessions
    if not name:
        return desk.page(request, "desk_login.html", 422, told=NAMELESS)
    if wait := await desk.do(lambda: sessions.wait(address)):
        told = desk.page(request, "desk_login.html", 429, told=TOO_OFTEN.format(minutes=-(-wait // 60)))
        told.headers["retry-after"] = str(wait)
        return told
    if not await desk.do(lambda: desk.is_password(password)):
        return desk.page(request, "desk_login.html", 403, told=WRONG, given=name)
    new = secrets.token_urlsafe(32)  # never the one that came: whoever put that there would be in as well
    await desk.do(lambda: _come_in(desk, address, request.state.session.id, new, name))
    response = to(HOME)
    give(response, request, new)
    return response


def _come_in(desk: Desk, address: str, old: str, new: str, name: str) -> None:
    sessions = desk.records.sessions
    sessions.right(address)
    sessions.close(desk.key(old))
    sessions.open(desk.key(new), name)


async def logout(desk: Desk, request: Request) -> Response:
    key = desk.key(request.state.session.id)
    await desk.do(lambda: desk.records.sessions.close(key))
    response = to(HOME)
    response.delete_cookie(COOKIE, path=HOME, httponly=True, samesite="strict")
    return response
