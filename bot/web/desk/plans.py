"""Plans are published: a document comes, what was read of it is looked at and corrected, it goes into the index, and the index
before can be brought back."""

import asyncio
import io
from collections.abc import Awaitable, Callable
from datetime import datetime
from pathlib import Path
from typing import Any

from starlette.datastructures import UploadFile
from starlette.requests import Request
from starlette.responses import Response

from bot import indexing
from bot.drafts import PUBLISH, READ, Draft, Drafts
from bot.replies.naming import titled
from bot.web.desk.gate import Desk, Fields, text_of, to
from bot.web.site import Problem
from knowledge.errors import StoreError
from knowledge.store import Store
from knowledge.wording import fold

PLANS = "/desk/plans"
NOTHING = "请选一份文档，或者把文字粘贴进来。"
GONE = "没有这份文档，可能已经丢掉了。请重新上传。"
NOT_READ = "这份文档还没有读好，不能发布。"
EMPTY = "文字是空的，没有保存。"
PASTED = "粘贴的文字.txt"
# Seconds that somebody waits for a page before they are shown that it goes on, and seconds between two looks.
_PATIENCE, _LOOK = 8.0, 0.1
_MOST = 50  # plans on the page; others are searched for
_FIELDS = ("title", "issuer", "year", "date", "number", "edition")
Page = Callable[[Desk, Request], Awaitable[Response]]


def pages(drafts: Drafts) -> list[tuple[str, str, Page]]:
    plans = _Plans(drafts)
    return [
        (PLANS, "GET", plans.every),
        (PLANS, "POST", plans.upload),
        (f"{PLANS}/remove", "POST", plans.remove),
        (f"{PLANS}/back", "POST", plans.back),
        (f"{PLANS}/{{draft}}", "GET", plans.one),
        (f"{PLANS}/{{draft}}", "POST", plans.correct),
        (f"{PLANS}/{{draft}}/publish", "POST", plans.publish),
        (f"{PLANS}/{{draft}}/drop", "POST", plans.drop),
    ]


class _Plans:
    def __init__(self, drafts: Drafts) -> None:
        self._drafts = drafts

    # --- what there is

    async def every(self, desk: Desk, request: Request) -> Response:
        """The plans of the index, a form for another, and the documents that came."""
        return await desk.do(lambda: self._every(desk, request))

    def _every(self, desk: Desk, request: Request, told: str = "") -> Response:
        gone, come = self._step_back()
        plans, search = _plans(self._drafts.db), request.query_params.get("search", "")
        found = [p for p in plans if all(word in fold(p["title"]) for word in fold(search).split())]
        return desk.page(
            request,
            "desk_plans.html",
            422 if told else 200,
            plans=found[:_MOST],
            found=len(found),
            many=len(plans) > _MOST,
            search=search,
            titled=titled,
            drafts=[(draft, datetime.fromtimestamp(draft.at).astimezone()) for draft in self._drafts.all()],
            told=told,
            done=request.query_params.get("done", ""),
            gone=gone,
            come=come,
        )

    def _step_back(self) -> tuple[list[str], list[str]]:
        """What would go and what would come back, were the index the one before; nothing where there is none."""
        before = indexing.before(self._drafts.db, self._drafts.before)
        return _difference(self._drafts.db, before) if before else ([], [])

    # --- a document comes

    async def upload(self, desk: Desk, request: Request) -> Response:
        fields: Fields = request.state.fields
        file, text = fields.get("file"), text_of(fields, "text")
        if isinstance(file, UploadFile) and file.size:
            name, content = file.filename or "", file.file
        elif text.strip():
            name, content = PASTED, io.BytesIO(text.encode(errors="replace"))
        else:
            return await desk.do(lambda: self._every(desk, request, NOTHING))
        draft = await desk.do(lambda: self._added(name, content))
        await _finished(draft)
        return to(f"{PLANS}/{draft.id}")

    def _added(self, name: str, content: Any) -> Draft:
        try:
            draft = self._drafts.add(name, content)
        except OSError as error:
            raise Problem(500, f"文档存不下来（{error.strerror}），请管理员看看磁盘空间和文件夹权限。") from None
        self._drafts.work(draft, READ)
        return draft

    async def one(self, desk: Desk, request: Request) -> Response:
        """What was read of a document, to be looked at, corrected and published."""
        return await desk.do(lambda: self._one(desk, request))

    def _one(self, desk: Desk, request: Request, told: str = "") -> Response:
        draft = self._draft(request)
        working = draft.working
        response = desk.page(
            request,
            "desk_draft.html",
            422 if told else 200,
            draft=draft,
            working=working,
            read=draft.read,
            published=draft.published,
            told=told,
        )
        if working:
            response.headers["refresh"] = "3"
        return response

    async def correct(self, desk: Desk, request: Request) -> Response:
        """The text as somebody corrected it, read anew."""
        fields: Fields = request.state.fields
        draft = await desk.do(lambda: self._draft(request))
        if not text_of(fields, "text").strip():
            return await desk.do(lambda: self._one(desk, request, EMPTY))
        await desk.do(lambda: self._corrected(draft, fields))
        await _finished(draft)
        return to(f"{PLANS}/{draft.id}")

    def _corrected(self, draft: Draft, fields: Fields) -> None:
        if not draft.working:
            draft.correct(text_of(fields, "text"), {name: text_of(fields, name) for name in _FIELDS})
            self._drafts.work(draft, READ)

    async def publish(self, desk: Desk, request: Request) -> Response:
        draft = await desk.do(lambda: self._draft(request))
        if "report" not in (draft.read or {}):
            return await desk.do(lambda: self._one(desk, request, NOT_READ))
        noted = _Noted(desk, request.state.session.who, "发布了计划", self._drafts.db)
        await desk.do(lambda: self._drafts.work(draft, PUBLISH, noted.now))
        await _finished(draft)
        return to(f"{PLANS}/{draft.id}")

    async def drop(self, desk: Desk, request: Request) -> Response:
        """The document is thrown away; what was published of it stays."""
        await desk.do(lambda: self._drafts.drop(self._draft(request)))
        return to(PLANS, done="dropped")

    def _draft(self, request: Request) -> Draft:
        draft = self._drafts.get(request.path_params["draft"])
        if draft is None:
            raise Problem(404, GONE)
        return draft

    # --- plans go and come back

    async def remove(self, desk: Desk, request: Request) -> Response:
        fields: Fields = request.state.fields
        title, edition = text_of(fields, "title"), text_of(fields, "edition")

        def work() -> None:
            indexing.withdraw(self._drafts.db, title, edition, self._drafts.before)

        return await self._changed(desk, request, "去掉了计划", work, "removed")

    async def back(self, desk: Desk, request: Request) -> Response:
        def work() -> None:
            indexing.take_back(self._drafts.db, self._drafts.before)

        return await self._changed(desk, request, "退回了上一版", work, "back")

    async def _changed(self, desk: Desk, request: Request, what: str, work: Callable[[], None], done: str) -> Response:
        noted = _Noted(desk, request.state.session.who, what, self._drafts.db)

        def both() -> Response:
            try:
                work()
            except StoreError as error:
                return self._every(desk, request, str(error))
            noted.now()
            return to(PLANS, done=done)

        return await desk.do(both)


class _Noted:
    """What somebody changes of the plans, noted when it is done."""

    def __init__(self, desk: Desk, who: str, what: str, db: Path) -> None:
        self._desk, self._who, self._what, self._db = desk, who, what, db
        self._was = _named(_plans(db))

    def now(self) -> None:
        gone, come = _apart(self._was, _named(_plans(self._db)))
        if gone or come:
            self._desk.records.changes.note(self._who, self._what, "；".join(gone), "；".join(come))


async def _finished(draft: Draft) -> None:
    """Wait until nobody is at work on a draft any more, but not longer than somebody has the patience for."""
    end = asyncio.get_running_loop().time() + _PATIENCE
    while draft.working and asyncio.get_running_loop().time() < end:  # noqa: ASYNC110 — another process may be at it
        await asyncio.sleep(_LOOK)


def _plans(db: Path) -> list[dict[str, Any]]:
    store = Store(db)
    try:
        return store.plans()
    finally:
        store.close()


def _named(plans: list[dict[str, Any]]) -> list[str]:
    return [
        f"{titled(p['title'], p['edition'])}：{p['clauses']} 条、{p['figures']} 个数字，来自 {p['source']}"
        for p in plans
    ]


def _difference(db: Path, before: Path) -> tuple[list[str], list[str]]:
    return _apart(_named(_plans(db)), _named(_plans(before)))


def _apart(was: list[str], now: list[str]) -> tuple[list[str], list[str]]:
    """What is gone, and what has come."""
    return [plan for plan in was if plan not in now], [plan for plan in now if plan not in was]
