"""What may be asked, while somebody types: nothing of it is kept, counted or noted."""

import asyncio
from collections import OrderedDict

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bot.limits import Limiter
from bot.replies.contract import as_json
from bot.suggestions import Suggestions
from bot.web.guard import who
from bot.web.site import Ready, Site
from knowledge.errors import StoreError

# Somebody who types asks so many times as often as somebody who sends.
_AS_OFTEN = 10
# Questions of so many plans are kept at hand, some 100 kB each.
_PLANS = 32
# Seconds for others between two questions that are tried.
_PAUSE = 0.01
_JSON = "application/json"


def routes(site: Site) -> list[Route]:
    return [Route("/suggest", _Suggest(site).suggest)]


class _Suggest:
    """The suggestions of all plans and of each that was chosen. They are made when they are first asked for, in the
    background; until they are whole, what there is of them is told and not kept."""

    def __init__(self, site: Site) -> None:
        self._site, self._edition = site, 0
        self._limiter = Limiter(_AS_OFTEN * site.settings.per_minute)
        self._made: OrderedDict[str, Suggestions] = OrderedDict()
        self._growing: dict[str, asyncio.Task[None]] = {}

    async def suggest(self, request: Request) -> Response:
        """The questions that what was typed (q) may be the beginning of, as a JSON list; of one plan where it is named."""
        typed, plan = (request.query_params.get(name, "") for name in ("q", "plan"))
        if self._limiter.too_fast(who(request.scope)):
            return Ready("[]", _JSON, "no-store")
        plan, suggestions = await self._site.workers.read(lambda: self._of(plan))
        if not suggestions.whole and plan not in self._growing:
            self._growing[plan] = asyncio.create_task(self._grow(plan))
        kept = "no-cache" if suggestions.whole else "no-store"
        return await self._site.workers.read(lambda: Ready(as_json(suggestions.find(typed)), _JSON, kept))

    def _of(self, title: str) -> tuple[str, Suggestions]:
        """The suggestions of the plan of this title, else of all plans, in the index as it is now."""
        assistant, library = self._site.assistant, self._site.assistant.library
        if self._edition != (edition := library.edition):
            self._made.clear()
            self._edition = edition
        plan, store = title if title in library.store.titles() else "", library.store_of(title)
        if plan not in self._made:
            self._made[plan] = Suggestions(store, lambda text: assistant.converse(text, None, store, 1)[0])
        self._made.move_to_end(plan)
        while len(self._made) > _PLANS:
            self._made.popitem(last=False)
        return plan, self._made[plan]

    async def _grow(self, plan: str) -> None:
        """Make the suggestions of a plan whole, one question at a time, as long as they are wanted."""
        try:
            while (one := self._made.get(plan)) and not one.whole:
                await self._site.workers.read(one.grow)
                await asyncio.sleep(_PAUSE)
        except (StoreError, RuntimeError):  # the index cannot be read now, or the server ends
            self._made.pop(plan, None)
        finally:
            del self._growing[plan]
