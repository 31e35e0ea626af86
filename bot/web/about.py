"""What the page says of itself: what it is (/about), what is kept of whoever asks (/privacy), for whom it works and for whom not yet
(/accessibility). What they tell of numbers of ours comes from where those stand."""

from dataclasses import dataclass

from starlette.requests import Request
from starlette.routing import Route

from bot.records.schema import MEMORY_MINUTES, SHOWN_DAYS
from bot.replies.refusals import ASK_12345
from bot.web import embed, picker
from bot.web.guard import COOKIE
from bot.web.pages import kept
from bot.web.site import Site
from knowledge.lexicon import EVERYTHING


@dataclass(frozen=True, slots=True)
class Kept:
    """Something that is kept on the server: in which tables, what it is and what for, and for how long."""

    tables: tuple[str, ...]
    what: str
    why: str
    term: str


def kept_of_people(keep_days: int) -> tuple[Kept, ...]:
    """What stands under a code in the records; what has no term of its own is kept for `keep_days`."""
    shown = min(SHOWN_DAYS, keep_days)
    return (
        Kept(("memory",), "刚才聊到哪儿了", "您可以接着问“那小学呢”", f"{MEMORY_MINUTES} 分钟"),
        Kept(("shown",), "您的问题和给您的回答", "刷新、返回、点回答下面的按钮时用得上", f"{shown} 天"),
        Kept(
            ("votes", "notes", "chosen"),
            "您点的“有用”“没帮上忙”、写的意见、选了看哪份计划",
            "知道哪里答得不好；接着问的还是那份计划",
            f"{keep_days} 天",
        ),
        Kept(("asked",), "一天问了几句、答上了几句", "知道有多少人在用", f"{keep_days} 天"),
    )


def kept_of_nobody(keep_days: int) -> tuple[Kept, ...]:
    """What is kept without a code."""
    return (
        Kept(
            ("refused", "picked"),
            "没答上的问题和哪天问的；让您挑的时候，挑了哪一条",
            "好让这件事以后答得上",
            f"{keep_days} 天",
        ),
        Kept(("hours",), "每个钟头一共问了几句", "知道什么时候问的人多", f"{keep_days} 天"),
        Kept(("shared",), "分享出去的回答，不带您打的话", "链接一直打得开", "一直留着"),
    )


def kept_of_clerks(keep_days: int) -> Kept:
    """What is kept of those who work at the desk, or try to get there."""
    return Kept(
        ("sessions", "attempts", "changes"), "后台里谁登录、试过几次口令、改了什么", "出了错查得到", f"{keep_days} 天"
    )


def routes(site: Site) -> list[Route]:
    about = _About(site)
    return [Route(path, kept(site, about.page)) for path in ("/about", "/privacy", "/accessibility")]


class _About:
    def __init__(self, site: Site) -> None:
        self._site = site

    def page(self, request: Request) -> str:
        path, library = request.scope["path"], self._site.assistant.library
        keep_days = self._site.assistant.records.database.keep_days
        return self._site.render(
            f"{path.strip('/')}.html",
            here=path,
            store=library.store,
            call=library.lexicon.elsewhere.get(EVERYTHING) or ASK_12345,
            cookie=COOKIE,
            picked=picker.COOKIE,
            every=picker.EVERY,
            corner="、".join(embed.KEPT.values()),
            people=kept_of_people(keep_days),
            nobody=kept_of_nobody(keep_days),
            clerks=kept_of_clerks(keep_days),
        )
