"""Telegram comes to us: updates posted to an address of ours, with a secret that shows that they are Telegram's."""

import hmac
import json
import secrets
from collections import deque
from typing import Any
from urllib.parse import urlsplit

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route
from telegram import Update
from telegram.error import BadRequest
from telegram.ext import Application

from bot.config import Telegram, secret
from bot.telegram import sentences as say
from knowledge.errors import SettingsError

_LARGEST = 1_000_000
_REPEATED = 1000


class Webhook:
    """The address that Telegram posts to, and `/healthz`, which says whether the bot runs."""

    def __init__(self, bot: Application[Any, Any, Any, Any, Any, Any], settings: Telegram, updates: list[str]) -> None:
        self._bot, self._url, self._updates = bot, settings.webhook_url or "", updates
        self._seen: deque[int] = deque(maxlen=_REPEATED)  # what is brought again because our word of it was lost
        self._secret = secret("YAODIAN_TELEGRAM_SECRET", None) or secrets.token_urlsafe(32)

    async def register(self) -> None:
        """Tell Telegram the address. Raises SettingsError where it does not take it."""
        try:
            await self._bot.bot.set_webhook(self._url, secret_token=self._secret, allowed_updates=self._updates)
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
            update = Update.de_json(json.loads(body), self._bot.bot)
        except (ValueError, TypeError, KeyError, AttributeError, RecursionError, OverflowError):
            return PlainTextResponse("not an update", 400)
        if update is not None and update.update_id not in self._seen:
            self._seen.append(update.update_id)
            await self._bot.update_queue.put(update)
        return PlainTextResponse("")

    async def _health(self, _request: Request) -> Response:
        running = self._bot.running
        return JSONResponse({"status": "ok" if running else "starting"}, 200 if running else 503)
