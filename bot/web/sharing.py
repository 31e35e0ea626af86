"""A shared answer: kept when somebody passes it on, opened by whoever has its link, as a page, as a picture and as a table of its
chart. Nothing is written by those who open it."""

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from bot.pictures import drawing
from bot.pictures.drawing import Imprint
from bot.pictures.sheet import Picture
from bot.replies import shared
from bot.replies.shared import Kept
from bot.web.cards import Card, Links, card
from bot.web.chat import GONE
from bot.web.reading import sheet
from bot.web.site import HTML, Address, Problem, Ready, Site, form, is_fetch

NOT_KEPT = "这个回答没有单独的链接，请复制网页的网址来分享。"
FULL = "这里分享的回答已经存满了，请复制网页的网址来分享。"
NO_SUCH = "这个分享打不开，可能链接没有复制全，请向发给您的人再要一次。"
NO_CHART = "这个回答里没有图表。"
COLUMNS = ("图表", "名称", "原文的数", "数值", "单位")
_NAME = re.compile(r"[0-9a-f]{16}")
_LASTING = "public, max-age=86400"
_KINDS = {"svg": "image/svg+xml", "png": "image/png", "csv": "text/csv; charset=utf-8"}


@dataclass(frozen=True, slots=True)
class Opened:
    """A shared answer: what it is found under, what was kept, the day on which it was shared as people write it."""

    name: str
    kept: Kept
    day: str

    @property
    def path(self) -> str:
        return f"/a/{self.name}"

    @property
    def title(self) -> str:
        return shared.title(self.kept)


def routes(site: Site) -> list[Route]:
    pages = _Pages(site)
    return [
        Route("/share", pages.share, methods=["POST"]),
        Route("/a/{name}", pages.page),
        Route("/a/{name}/picture", pages.picture),
        Route("/a/{name}/card.{kind}", pages.card),
        Route("/a/{name}/chart.{kind}", pages.chart),
    ]


class _Pages:
    def __init__(self, site: Site) -> None:
        self._site = site

    async def share(self, request: Request) -> Response:
        """Keep the answer of a token for good: then its link opens it, and its picture."""
        fields = await form(request)
        name = await self._site.workers.read(lambda: self._kept(fields.get("token", "")))
        if is_fetch(request.scope):
            return Response("", 200, {"X-Fragment": "card"})
        return RedirectResponse(f"/a/{name}{'/picture' if 'picture' in fields else ''}", 303)

    async def page(self, request: Request) -> Response:
        return await self._made(request, self._page)

    async def picture(self, request: Request) -> Response:
        """A page with the picture, to be held down and saved."""
        return await self._made(request, self._picture_page)

    async def card(self, request: Request) -> Response:
        return await self._file(request, ("svg", "png"), self._card)

    async def chart(self, request: Request) -> Response:
        return await self._file(request, ("svg", "png", "csv"), self._charts)

    def _kept(self, token: str) -> str:
        """What the answer is found under from now on."""
        shown = self._site.replies.get(token)
        if shown is None or not shown.content:
            raise Problem(404, NOT_KEPT if shown else GONE)
        name = self._site.assistant.records.shared.keep(shown.content)
        if name is None:
            raise Problem(503, FULL)
        return name

    def _opened(self, request: Request) -> Opened:
        name = request.path_params["name"]
        found = self._site.assistant.records.shared.get(name) if _NAME.fullmatch(name) else None
        kept = shared.read(found[0]) if found else None
        if found is None or kept is None:
            raise Problem(404, NO_SUCH)
        year, month, day = map(int, found[1].split("-"))
        return Opened(name, kept, f"{year}年{month}月{day}日")

    async def _made(self, request: Request, make: Callable[[Opened], Ready]) -> Response:
        """What is made of a shared answer once, whatever was put behind its address on its way."""
        address = _address(request)
        return await self._site.workers.read(lambda: self._site.made.made(address, lambda: make(self._opened(request))))

    async def _file(self, request: Request, kinds: tuple[str, ...], draw: Callable[[Opened], Picture]) -> Response:
        kind = request.path_params["kind"]
        if kind not in kinds:
            raise Problem(404)
        if kind == "csv":
            return await self._made(request, _csv)
        if kind == "svg":
            return await self._made(request, lambda opened: Ready(draw(opened).svg, _KINDS[kind], _LASTING))
        return self._site.made.find(_address(request)) or await self._painted(request, draw)

    async def _painted(self, request: Request, draw: Callable[[Opened], Picture]) -> Response:
        """The PNG; the SVG where there is no font to make it with."""
        svg = await self._site.workers.read(lambda: draw(self._opened(request)).svg)
        png = await self._site.painter.png(svg)
        if png is None:
            return RedirectResponse(request.url.path.removesuffix("png") + "svg", 302)
        return self._site.made.made(_address(request), lambda: Ready(png, _KINDS["png"], _LASTING))

    # --- what is made

    def _page(self, opened: Opened) -> Ready:
        store = self._site.assistant.library.store
        fate, clause = shared.fate(opened.kept, store), shared.standing(opened.kept, store)
        ways = {"again": _again(opened.kept), "source": Links().plan(clause) if clause else ""}
        return self._ready("shared.html", opened, shown=self._card_of(opened), fate=fate, **ways)

    def _picture_page(self, opened: Opened) -> Ready:
        drawn, told = self._card(opened), self._card_of(opened).copied
        return self._ready("picture.html", opened, drawn=drawn, told=told, charts=opened.kept.charts)

    def _ready(self, template: str, opened: Opened, **more: object) -> Ready:
        more |= {"described": shared.description(opened.kept), "pictured": self._site.painter.can}
        return Ready(self._site.render(template, here="", shared=opened, **more), HTML)

    def _card_of(self, opened: Opened) -> Card:
        return replace(card(opened.kept.reply, Links()), plans=opened.kept.plans)

    def _card(self, opened: Opened) -> Picture:
        link = f"{self._site.settings.public_url}{opened.path}" if self._site.settings.public_url else ""
        imprint = Imprint(opened.day, link)
        return drawing.card(opened.kept.reply, opened.title, self._site.painter.family, imprint)

    def _charts(self, opened: Opened) -> Picture:
        if not opened.kept.charts:
            raise Problem(404, NO_CHART)
        return drawing.charts(opened.kept.reply, opened.title, self._site.painter.family)


def _csv(opened: Opened) -> Ready:
    if not opened.kept.charts:
        raise Problem(404, NO_CHART)
    written = opened.kept.reply.written
    rows = (
        (written(chart.title), written(bar.name), written(bar.raw), f"{bar.value:f}", written(bar.unit))
        for chart in opened.kept.charts
        for bar in chart.bars
    )
    return Ready(sheet(COLUMNS, rows), _KINDS["csv"], _LASTING)


def _again(kept: Kept) -> str:
    """Where the same is asked anew, of the same plan where there were several; empty where no few words ask for it."""
    asked, plans = shared.question(kept), {stand.plan for stand in kept.stands}
    of = {"plan": next(iter(plans))} if kept.plans and len(plans) == 1 else {}
    return "/?" + urlencode({"q": asked} | of) if asked else ""


def _address(request: Request) -> Address:
    return request.url.path, b""
