"""Plans are published: a document comes, what was read of it is looked at and corrected, it goes into the index, and the index
before can be brought back."""

import asyncio
import io
from collections.abc import Awaitable, Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any

from starlette.datastructures import UploadFile
from starlette.requests import Request
from starlette.responses import Response

from bot import indexing
from bot.apart import SAID, document_of
from bot.drafts import PUBLISH, READ, Draft, Drafts
from bot.replies.naming import titled
from bot.web.desk.gate import Desk, Fields, text_of, to
from bot.web.site import DESK, Problem
from knowledge.errors import StoreError
from knowledge.store import Store, digest
from knowledge.wording import fold

PLANS = f"{DESK}/plans"
NOTHING = "请选一份文档，或者把文字粘贴进来。"
BOTH = "文档和粘贴的文字请只给一样。您粘贴的还在下面，要用文档就清空它，再选一次文档。"
GONE = "没有这份文档，可能已经丢掉了。请重新上传。"
GONE_WITH_TEXT = "这份文档已经丢掉了，您改的文字放在下面，可以当新的一份再读一遍。"
NOT_READ = "这份文档还没有读好，不能发布。"
EMPTY = "文字是空的，没有保存。"
BUSY = "这份文档正在办，您改的还没有存。请等一会儿，再点一次“存下来，再读一遍”。"
BUSY_TO_DROP = "这份文档正在办，请等办完了再丢。"
MOVED_ON = "计划刚刚又改过，没有退回。请看看现在的上一版是不是您要的。"
NO_ROOM = "文档存不下来（{why}），请管理员看看磁盘空间和文件夹权限。"
PASTED = "粘贴的文字.txt"
# Seconds that somebody waits for a page before they are shown that it goes on, and seconds between two looks.
_PATIENCE, _LOOK = 8.0, 0.1
_MOST = 50  # plans on the page; others are searched for
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

    def _every(self, desk: Desk, request: Request, problem: Problem | None = None, pasted: str = "") -> Response:
        before, (gone, come) = self._step_back()
        plans, search = _plans(self._drafts.db), request.query_params.get("search", "")
        found = [p for p in plans if all(word in fold(p["title"]) for word in fold(search).split())]
        return desk.page(
            request,
            "desk_plans.html",
            problem.status if problem else 200,
            plans=found[:_MOST],
            found=len(found),
            many=len(plans) > _MOST,
            search=search,
            titled=titled,
            drafts=[(draft, _time(draft.at)) for draft in self._drafts.all()],
            told=problem.detail if problem else "",
            pasted=pasted,
            done=request.query_params.get("done", ""),
            before=before,
            since=_since(before) if before else "",
            gone=gone,
            come=come,
        )

    def _step_back(self) -> tuple[Path | None, tuple[list[str], list[str]]]:
        """The index before, with what would go and what would come back were it taken; None where there is none."""
        before = indexing.before(self._drafts.db, self._drafts.before)
        return before, _apart(_named(self._drafts.db), _named(before)) if before else ([], [])

    # --- a document comes

    async def upload(self, desk: Desk, request: Request) -> Response:
        return await self._when_done(desk, lambda: self._upload(desk, request))

    def _upload(self, desk: Desk, request: Request) -> Draft | Response:
        fields: Fields = request.state.fields
        file, text = fields.get("file"), text_of(fields, "text")
        sent = file if isinstance(file, UploadFile) and file.size else None
        if bool(sent) == bool(text.strip()):
            return self._every(desk, request, Problem(422, BOTH if sent else NOTHING), text)
        try:
            if sent:
                draft = self._drafts.add(sent.filename or "", sent.file)
            else:
                draft = self._drafts.add(PASTED, io.BytesIO(text.encode(errors="replace")))
        except OSError as error:
            return self._every(desk, request, _no_room(error), text)
        self._drafts.work(draft, READ)
        return draft

    async def one(self, desk: Desk, request: Request) -> Response:
        """What was read of a document, to be looked at, corrected and published."""
        return await desk.do(lambda: self._one(desk, request, self._draft(request)))

    def _one(
        self,
        desk: Desk,
        request: Request,
        draft: Draft,
        problem: Problem | None = None,
        typed: Mapping[str, Any] | None = None,
    ) -> Response:
        working, published = draft.working, draft.published
        response = desk.page(
            request,
            "desk_draft.html",
            problem.status if problem else 200,
            draft=draft,
            working=working,
            read=draft.read,
            published=published,
            plan=self._plan_of(draft) if published and "report" in published else None,
            told=problem.detail if problem else "",
            typed=typed or _read_or_corrected(draft),
        )
        if working and not problem:
            response.headers["refresh"] = "3"
        return response

    def _plan_of(self, draft: Draft) -> Mapping[str, Any] | None:
        """The plan of the index that a draft is; None where it is not there, or not any more."""
        made = digest(document_of(draft.folder)[1])
        return next((plan for plan in _plans(self._drafts.db) if plan["digest"] == made), None)

    async def correct(self, desk: Desk, request: Request) -> Response:
        """The text as somebody corrected it, read anew; where that cannot be, it is there to be sent again."""
        return await self._when_done(desk, lambda: self._correct(desk, request))

    def _correct(self, desk: Desk, request: Request) -> Draft | Response:
        fields: Fields = request.state.fields
        typed = {name: text_of(fields, name) for name in (*SAID, "text")}
        draft = self._drafts.get(request.path_params["draft"])
        if draft is None:
            return self._every(desk, request, Problem(404, GONE_WITH_TEXT), typed["text"])
        if draft.working:
            return self._one(desk, request, draft, Problem(409, BUSY), typed)
        if not typed["text"].strip():
            return self._one(desk, request, draft, Problem(422, EMPTY), typed)
        try:
            draft.correct(typed)
        except OSError as error:
            return self._one(desk, request, draft, _no_room(error), typed)
        self._drafts.work(draft, READ)
        return draft

    async def publish(self, desk: Desk, request: Request) -> Response:
        return await self._when_done(desk, lambda: self._publish(desk, request))

    def _publish(self, desk: Desk, request: Request) -> Draft | Response:
        draft = self._draft(request)
        if "report" not in (draft.read or {}):
            return self._one(desk, request, draft, Problem(422, NOT_READ))
        self._drafts.work(draft, PUBLISH, partial(self._noted, desk, request, "发布了计划"))
        return draft

    async def _when_done(self, desk: Desk, begin: Callable[[], Draft | Response]) -> Response:
        """The page of a draft when nobody is at work on it any more, but no later than somebody has the patience for."""
        begun = await desk.do(begin)
        if isinstance(begun, Response):
            return begun
        end = asyncio.get_running_loop().time() + _PATIENCE
        while await desk.do(lambda: begun.working) and asyncio.get_running_loop().time() < end:  # noqa: ASYNC110 — another process may be at it
            await asyncio.sleep(_LOOK)
        return to(f"{PLANS}/{begun.id}")

    async def drop(self, desk: Desk, request: Request) -> Response:
        """The document is thrown away; what was published of it stays."""
        return await desk.do(lambda: self._drop(desk, request))

    def _drop(self, desk: Desk, request: Request) -> Response:
        draft = self._draft(request)
        if not self._drafts.drop(draft):
            return self._one(desk, request, draft, Problem(409, BUSY_TO_DROP))
        return to(PLANS, done="dropped")

    def _draft(self, request: Request) -> Draft:
        draft = self._drafts.get(request.path_params["draft"])
        if draft is None:
            raise Problem(404, GONE)
        return draft

    # --- plans go and come back

    async def remove(self, desk: Desk, request: Request) -> Response:
        return await desk.do(lambda: self._remove(desk, request))

    def _remove(self, desk: Desk, request: Request) -> Response:
        fields: Fields = request.state.fields
        try:
            with self._noted(desk, request, "去掉了计划"):
                indexing.withdraw(
                    self._drafts.db, text_of(fields, "title"), text_of(fields, "edition"), self._drafts.before
                )
        except StoreError as error:
            return self._every(desk, request, Problem(422, str(error)))
        return to(PLANS, done="removed")

    async def back(self, desk: Desk, request: Request) -> Response:
        return await desk.do(lambda: self._back(desk, request))

    def _back(self, desk: Desk, request: Request) -> Response:
        """Back to the version that the page named, if that is still the one before."""
        before = indexing.before(self._drafts.db, self._drafts.before)
        if before and before.stem != text_of(request.state.fields, "before"):
            return self._every(desk, request, Problem(409, MOVED_ON))
        try:
            with self._noted(desk, request, f"退回到 {_since(before)} 的那一版" if before else ""):
                indexing.take_back(self._drafts.db, self._drafts.before)
        except StoreError as error:
            return self._every(desk, request, Problem(422, str(error)))
        return to(PLANS, done="back")

    @contextmanager
    def _noted(self, desk: Desk, request: Request, what: str) -> Iterator[None]:
        """What the clerk changes of the plans meanwhile is noted."""
        was = _named(self._drafts.db)
        yield
        gone, come = _apart(was, _named(self._drafts.db))
        if gone or come:
            desk.records.changes.note(request.state.session.who, what, "；".join(gone), "；".join(come))


def _no_room(error: OSError) -> Problem:
    return Problem(500, NO_ROOM.format(why=error.strerror))


def _read_or_corrected(draft: Draft) -> Mapping[str, Any] | None:
    """What there is to correct: what was read of a document, else what was typed in vain."""
    read = draft.read
    if read and "report" in read:
        return {**read["report"], "title": read["report"]["plan"], "text": read["text"]}
    return draft.corrected


def _plans(db: Path) -> list[dict[str, Any]]:
    store = Store(db)
    try:
        return store.plans()
    finally:
        store.close()


def _named(db: Path) -> dict[str, str]:
    """What each plan of an index is called, by what tells its file from others."""
    return {
        p["digest"]: f"{titled(p['title'], p['edition'])}：{p['clauses']} 条、{p['figures']} 个数字，来自 {p['source']}"
        for p in _plans(db)
    }


def _apart(was: Mapping[str, str], now: Mapping[str, str]) -> tuple[list[str], list[str]]:
    """What is gone, and what has come."""
    return [name for key, name in was.items() if key not in now], [n for key, n in now.items() if key not in was]


def _since(index: Path) -> str:
    """When an index was written, which is since when it was used."""
    return f"{_time(index.stat().st_mtime):%Y-%m-%d %H:%M}"


def _time(seconds: float) -> datetime:
    return datetime.fromtimestamp(seconds).astimezone()
