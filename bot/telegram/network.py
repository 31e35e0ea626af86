"""Calls to Telegram that wait for their turn and outlast a network that goes away; logs that never show the token."""

import asyncio
import logging
import sys
from collections.abc import Awaitable, Callable, Coroutine
from contextlib import AbstractAsyncContextManager, nullcontext
from functools import partial
from typing import Any

from aiolimiter import AsyncLimiter
from telegram.error import BadRequest, InvalidToken, NetworkError
from telegram.ext import AIORateLimiter

from bot.telegram import sentences as say
from knowledge.errors import SettingsError

# Seconds between tries while the network is away: ten minutes in all.
_LONGEST = 30.0
_PAUSES = (0.5, 1, 2, 4, 8, 15, *(30,) * 19)
# What is of use only at once is tried twice at most.
# Messages to one chat at once, after which one a second follows.
_BURST = 3
_MANY = 1000
_FLEETING = {"answerCallbackQuery", "answerInlineQuery", "sendChatAction"}


class PatientLimiter(AIORateLimiter):
    """Telegram's flood limits, and another try for what a broken network has swallowed.

    A reply that Telegram took before the connection broke may so be sent twice, which is better than never. It is
    `patient` while the bot runs: what starts and what ends it has its own ways.
    """

    def __init__(self) -> None:
        super().__init__(max_retries=5)
        self.patient = False
        self._turns: dict[int, AsyncLimiter] = {}

    async def process_request(  # noqa: PLR0913, PLR0917 — the signature is the library's
        self,
        callback: Callable[..., Coroutine[Any, Any, Any]],
        args: Any,
        kwargs: dict[str, Any],
        endpoint: str,
        data: dict[str, Any],
        rate_limit_args: int | None,
    ) -> Any:
        if endpoint == "sendChatAction":  # must not take the turn of a reply
            return await callback(*args, **kwargs)
        limited = partial(super().process_request, callback, args, kwargs, endpoint, data, rate_limit_args)
        async with self._turn(data.get("chat_id") if endpoint == "sendMessage" else None):
            return await self._persistently(limited, endpoint)

    def _turn(self, chat: object) -> AbstractAsyncContextManager[object]:
        """Who is sent much waits for it alone: over the limit of one chat Telegram would stop the replies to all."""
        if not isinstance(chat, int) or chat < 0:  # groups have a limit of their own
            return nullcontext()
        if len(self._turns) > _MANY:
            self._turns = {c: turn for c, turn in self._turns.items() if not turn.has_capacity(_BURST)}
        return self._turns.setdefault(chat, AsyncLimiter(_BURST, _BURST))

    async def _persistently(self, limited: Callable[[], Coroutine[Any, Any, Any]], endpoint: str) -> Any:
        for pause in _PAUSES[: 1 if endpoint in _FLEETING else None]:
            try:
                return await limited()
            except BadRequest:  # a NetworkError by descent alone: Telegram has answered
                raise
            except NetworkError as error:
                if not self.patient:
                    raise
                logging.getLogger(__name__).warning("%s: %s, again in %s s", endpoint, error, pause)
                await asyncio.sleep(pause)
        return await limited()


async def persist(step: Callable[[], Awaitable[None]], url: str) -> None:
    """Take a step of the start again and again until the network is there. Raises SettingsError for a bad token."""
    pause = 1.0
    while True:
        try:
            await step()
        except InvalidToken:
            raise SettingsError(say.BAD_KEY) from None
        except BadRequest as error:
            raise SettingsError(say.REFUSED.format(reason=error.message)) from None
        except NetworkError:
            print(say.UNREACHABLE.format(url=url, seconds=pause), file=sys.stderr, flush=True)
            await asyncio.sleep(pause)
            pause = min(2 * pause, _LONGEST)
        else:
            return


class _Redacting(logging.Formatter):
    """Lines in which every secret is crossed out, in tracebacks as well."""

    def __init__(self, secrets: tuple[str, ...]) -> None:
        super().__init__("%(asctime)s %(levelname)s %(name)s: %(message)s")
        self._secrets = secrets

    def format(self, record: logging.LogRecord) -> str:
        line = super().format(record)
        for secret in self._secrets:
            line = line.replace(secret, "***")
        return line


def log_without(*secrets: str) -> None:
    """Log to standard error from now on, with these secrets crossed out and without the addresses of single calls."""
    handler = logging.StreamHandler()
    handler.setFormatter(_Redacting(tuple(s for s in secrets if s)))
    logging.basicConfig(level=logging.INFO, handlers=[handler], force=True)
    for noisy in ("httpx", "httpcore", "apscheduler", "telegram.ext.Application"):
        logging.getLogger(noisy).setLevel(logging.WARNING)
    for silent in ("telegram.ext.Updater", "telegram.ext"):  # what they cannot do reaches us otherwise
        logging.getLogger(silent).setLevel(logging.CRITICAL)
