"""What Telegram brings, fetched by us or posted to an address of ours: each update is taken once, and one that cannot be read
keeps back no other."""

import asyncio
import hmac
import json
import logging
import secrets
from collections import OrderedDict
from typing import Any
from urllib.parse import urlsplit

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route
from telegram import Update
from telegram.error import BadRequest, Conflict, InvalidToken, TelegramError
from telegram.ext import Application

from bot.settings import secret
from bot.telegram import sentences as say
from bot.telegram.chat import Shared
from knowledge.errors import SettingsError

UPDATES = ["message", "edited_message", "callback_query", "inline_query", "message_reaction"]
_LARGEST = 1_000_000
_REMEMBERED = 10_000
# Seconds that a fetch waits for updates, between fetches that fail, and for the last one, which confirms what was taken.
_WAIT, _PAUSES, _LAST = 10, (1.0, 1.5, 2.5, 4.0, 6.0, 10.0, 15.0, 30.0), 1.0
Bot = Application[Any, Any, Any, Any, Any, Any]
_log = logging.getLogger(__name__)


class Inbox:
    """Puts updates into the queue that the handlers take them from."""

    def __init__(self, bot: Bot) -> None:
        self._bot = bot
        self._seen: OrderedDict[int, None] = OrderedDict()  # what is brought again because our word of it was lost

    async def take(self, raw: dict[str, Any]) -> None:
        """Take an update as it came, unless it was taken before. What it says is not logged where it cannot be read."""
        number = raw.get("update_id")
        if not isinstance(number, int) or number in self._seen:
            return
        self._seen[number] = None
        if len(self._seen) > _REMEMBERED:
            self._seen.popitem(last=False)
        try:
            update = Update.de_json(raw, self._bot.bot)
        except Exception as error:  # noqa: BLE001 — whatever is wrong with it, the next one is waiting
            kinds = [kind for kind in UPDATES if kind in raw]
            _log.error("update %s, %s, cannot be read and is skipped: %s", number, kinds, type(error).__name__)
            return
        await self._bot.update_queue.put(update)


class Poller:
    """Fetches updates until it is cancelled."""

    def __init__(self, bot: Bot) -> None:
        self._bot, self._inbox, self._next = bot, Inbox(bot), 0

    async def run(self) -> None:
        """Raises SettingsError where the token is no longer taken."""
        failures = 0
        try:
            while True:
                try:
                    await self._fetch()
                    failures = 0
                except InvalidToken:
                    raise SettingsError(say.BAD_KEY) from None
                except TelegramError as error:
                    _lost(error)
                    await asyncio.sleep(_PAUSES[min(failures, len(_PAUSES) - 1)])
                    failures += 1
        finally:
            await self._confirm()

    async def _fetch(self) -> None:
        before = self._next
        updates = await self._updates(_WAIT)
        for raw in updates:
            if isinstance(raw, dict):
                if isinstance(number := raw.get("update_id"), int):
                    self._next = max(self._next, number + 1)
                await self._inbox.take(raw)
        if updates and self._next == before:  # nothing in them that could be confirmed: they would come again at once
            raise TelegramError("updates without numbers")

    async def _updates(self, seconds: int) -> list[Any]:
        """As they came: the library would read all of them or none."""
        data = {"offset": self._next, "timeout": seconds, "allowed_updates": UPDATES}
        found = await self._bot.bot._post("getUpdates", data, read_timeout=seconds + 5)  # noqa: SLF001 — see above
        return found if isinstance(found, list) else []

    async def _confirm(self) -> None:
        """Tell Telegram what was taken, so that it is not brought again after a restart."""
        try:
            await asyncio.wait_for(self._updates(0), _LAST)
        except (TelegramError, TimeoutError) as error:
            _log.info("the last updates could not be confirmed: %s", type(error).__name__)


def _lost(error: TelegramError) -> None:
    """Fetching that failed and will be tried again."""
    if isinstance(error, Conflict):
        _log.error("another process answers for the same bot: %s", error)
    else:
        _log.warning("no updates for the moment: %s", error)


class Webhook:
    """The address that Telegram posts to, and `/healthz`, which says whether the bot runs and can answer."""

    def __init__(self, bot: Bot, shared: Shared) -> None:
        self._bot, self._shared, self._inbox, self._url = bot, shared, Inbox(bot), shared.settings.webhook_url or ""
        self._secret = secret("YAODIAN_TELEGRAM_SECRET", None) or secrets.token_urlsafe(32)

    async def register(self) -> None:
        """Tell Telegram the address. Raises SettingsError where it does not take it."""
        try:
            await self._bot.bot.set_webhook(self._url, secret_token=self._secret, allowed_updates=UPDATES)
        except BadRequest as error:
            raise SettingsError(say.WEBHOOK_REFUSED.format(url=self._url, reason=error.message)) from None

    def routes(self) -> list[Route]:
        path = urlsplit(self._url).path or "/"
        return [Route(path, self._received, methods=["POST"])]

    def app(self) -> Starlette:
        return Starlette(routes=[*self.routes(), Route("/healthz", self._health)])

    async def _received(self, request: Request) -> Response:
        given = request.headers.get("x-telegram-bot-api-secret-token", "")
        if not hmac.compare_digest(given.encode(), self._secret.encode()):
            return PlainTextResponse("wrong secret token", 403)
        body = bytearray()
        async for chunk in request.stream():
            body += chunk
            if len(body) > _LARGEST:
                return PlainTextResponse("too large", 413)
        try:
            update = json.loads(body)
        except (ValueError, RecursionError):
            update = None
        if not isinstance(update, dict):
            return PlainTextResponse("not an update", 400)
        await self._inbox.take(update)  # what cannot be read would otherwise be brought again and again
        return PlainTextResponse("")

    async def _health(self, _request: Request) -> Response:
        if not self._bot.running:
            return JSONResponse({"status": "starting"}, 503)
        healthy = await self._shared.workers.read(self._shared.assistant.healthy)
        return JSONResponse({"status": "ok" if healthy else "failing"}, 200 if healthy else 503)
