"""Which of several plans somebody asks and reads: chosen once, on any page, and kept for the visit. The choice stands in a
cookie, and in the address of the page that it leads to."""

from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import parse_qs, quote, unquote, urlencode

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route
from starlette.types import Scope

from bot.replies.naming import short_names
from bot.web.site import Site, cookie, cookies, form
from knowledge.mentions import series
from knowledge.store import Store

COOKIE = "yaodian-plan"
EVERY = "全部"
# Pages that are of one plan where it is chosen; an answer that is sent as a link is the same to everybody.
_PAGES = frozenset({"/", "/plan", "/figures", "/compare"})
_OTHERS = frozenset({"/frame"})
# What is taken away of them.
_FILES = frozenset({"/figures.csv", "/figures.json", "/compare.csv"})
_NAMED = ("plan", "q")
# So many are named in a row; all of them stand on a page of their own.
_SHOWN = 8
_SEVERAL = 2


@dataclass(frozen=True, slots=True)
class Pick:
    """A plan to choose: its short name and its title, which is empty where all are meant."""

    name: str
    title: str
    chosen: bool


@dataclass(frozen=True, slots=True)
class Picker:
    """The plans to choose from on a `page`; `more` that there are others."""

    page: str
    picks: Sequence[Pick]
    more: bool


def routes(site: Site) -> list[Route]:
    async def choose(request: Request) -> Response:
        """The page again, of the plan that was chosen."""
        fields = await form(request)
        page = fields.get("page", "")
        title = titled(site.assistant.library.store, fields.get("plan", ""))
        page = page if page in _PAGES | _OTHERS else "/"
        response = RedirectResponse(f"{page}?{urlencode({'plan': title})}" if title else page, 303)
        kept = cookie(COOKIE, quote(title, safe=""), secure=request.url.scheme == "https")
        response.headers.append("set-cookie", kept)
        return response

    return [Route("/choose", choose, methods=["POST"])]


def titled(store: Store, title: str) -> str:
    """The title of a plan of these, else nothing."""
    return title if title in store.titles() else ""


def picker(store: Store, page: str, chosen: str, *, every: bool = False) -> Picker | None:
    """What to choose from, those of one bureau together, the newest first, with what is chosen; all of them too where `every`.
    None where there is one."""
    plans = store.listed()
    if store.count_plans() < _SEVERAL:
        return None
    names, bureaus = short_names(tuple(plans)), list(dict.fromkeys(map(series, plans[:_SHOWN])))
    shown = [p.title for p in sorted(plans[:_SHOWN], key=lambda p: bureaus.index(series(p)))]
    shown = [*([chosen] if chosen and chosen not in shown else []), *shown]
    picks = [Pick(EVERY, "", chosen=not chosen)] if every else []
    picks += [Pick(names[title], title, chosen=title == chosen) for title in shown]
    return Picker(page, picks, more=len(plans) > len(shown))


def remembered(scope: Scope, site: Site) -> Scope:
    """The request as if its address named the plan that was chosen before, where it names none."""
    if scope["method"] != "GET" or scope["path"] not in _PAGES | _FILES:
        return scope
    title = unquote(cookies(scope).get(COOKIE, ""))
    query = scope["query_string"]
    if not title or any(name in parse_qs(query.decode("latin-1"), keep_blank_values=True) for name in _NAMED):
        return scope
    if not titled(site.assistant.library.store, title):
        return scope
    named = urlencode({"plan": title}).encode()
    return {**scope, "query_string": b"&".join(filter(None, (query, named)))}
