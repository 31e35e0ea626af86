"""Who may come to the desk: a password, a session that its cookie names, a token in every form."""

import hashlib
import hmac
import os
import re
import secrets
import sys
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from starlette.datastructures import UploadFile
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.types import ASGIApp, Receive, Scope, Send

from bot.records.database import one_line
from bot.web.guard import who
from bot.web.site import DESK, Problem, Site, form

# Who has not come in has a cookie of another name: a link on another site, with which a browser sends neither, would else put
# a new session in the place of the one that the clerk is in.
COOKIE, BEFORE = "yaodian-desk", "yaodian-desk-door"
FORGED = "这一页放得太久，或者不是从后台打开的，没有照做。请回到后台再试一次。"
ENDED = "登录已经过期，没有照做。请重新登录再试一次。"
WRONG = "口令不对，请再试一次。"
NAMELESS = "请写上怎么称呼您。"
TOO_OFTEN = "口令试错太多次了，请过 {minutes} 分钟再来。"
_ID = re.compile(r"[A-Za-z0-9_-]{43}")
_LONGEST_NAME = 20
_FIELDS = 20  # of a form
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
        self.do = site.workers.tend  # whoever tries passwords keeps nobody waiting who asks

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
        if not session.who and request.cookies.get(BEFORE) != session.id:
            give(response, request, BEFORE, session.id)
        return response


def give(response: Response, request: Request, cookie: str, session: str) -> None:
    """Let the browser keep the session until it is closed, and send it from the desk alone."""
    secure = request.url.scheme == "https"
    response.set_cookie(cookie, session, path=DESK, secure=secure, httponly=True, samesite="strict")


def _take(response: Response, cookie: str) -> None:
    response.delete_cookie(cookie, path=DESK, httponly=True, samesite="strict")


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
        if not session.who and scope["path"] != DESK:
            if request.method == "POST":
                raise Problem(403, ENDED)
            await to(DESK)(scope, receive, send)
            return
        try:
            if request.method == "POST":
                request.state.fields = fields = await _fields(request)
                if not hmac.compare_digest(text_of(fields, "token").encode(errors="replace"), session.token.encode()):
                    raise Problem(403, FORGED)
            await self._app(scope, receive, send)
        finally:
            await request.close()

    async def _session(self, request: Request) -> Session:
        """The one that a clerk is in; whoever fills in the page before the login is nobody yet, also beside a clerk."""
        given, before = (request.cookies.get(name, "") for name in (COOKIE, BEFORE))
        known = _ID.fullmatch(before) is not None
        logs_in = known and request.method == "POST" and request.url.path == DESK
        if _ID.fullmatch(given) and not logs_in:
            key = self._desk.key(given)
            if name := await self._desk.do(lambda: self._desk.records.sessions.who(key)):
                return Session(given, name)
        return Session(before if known else secrets.token_urlsafe(32))


async def _fields(request: Request) -> Fields:
    if request.headers.get("content-type", "").startswith("multipart/"):
        # A text may be as long as a document: of both the guard takes no more than it says.
        return await request.form(max_files=1, max_fields=_FIELDS, max_part_size=sys.maxsize)
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
        told = desk.page(request, "desk_login.html", 429, told=TOO_OFTEN.format(minutes=-(-wait // 60)), given=name)
        told.headers["retry-after"] = str(wait)
        return told
    if not await desk.do(lambda: desk.is_password(password)):
        return desk.page(request, "desk_login.html", 403, told=WRONG, given=name)
    new = secrets.token_urlsafe(32)  # never the one that came: whoever put that there would be in as well
    old = request.cookies.get(COOKIE, "")
    await desk.do(lambda: _come_in(desk, address, old, new, name))
    response = to(DESK)
    give(response, request, COOKIE, new)
    _take(response, BEFORE)
    return response


def _come_in(desk: Desk, address: str, old: str, new: str, name: str) -> None:
    sessions = desk.records.sessions
    sessions.right(address)
    sessions.close(desk.key(old))
    sessions.open(desk.key(new), name)


async def logout(desk: Desk, request: Request) -> Response:
    key = desk.key(request.state.session.id)
    await desk.do(lambda: desk.records.sessions.close(key))
    response = to(DESK)
    _take(response, COOKIE)
    return response
