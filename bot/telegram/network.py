"""Calls to Telegram that wait for their turn and outlast a network that goes away; logs that never show the token."""

import asyncio
import logging
import sys
import time
from collections.abc import Awaitable, Callable, Coroutine
from math import ceil
from typing import Any

from aiolimiter import AsyncLimiter
from telegram.error import BadRequest, InvalidToken, NetworkError, RetryAfter
from telegram.ext import BaseRateLimiter

from bot.telegram import sentences as say
from knowledge.errors import SettingsError

# Seconds between tries while the network is away: ten minutes in all.
_LONGEST = 30.0
_PAUSES = (0.5, 1, 2, 4, 8, 15, *(30,) * 19)
# What is of use only at once is tried twice at most.
_FLEETING = {"answerCallbackQuery", "answerInlineQuery", "sendChatAction"}
# What Telegram takes (messages, seconds): a message a second to a person and twenty a minute to a group, each with a small burst;
# thirty a second in all, of which it lets a few seconds' worth pass at once: two hundred people may ask in one moment.
_PERSON, _GROUP, _ALL = (3, 3.0), (20, 60.0), (200, 200 / 30)
_MANY = 1000
# A chat that Telegram does not want to hear of for longer than these seconds is not waited for.
_PATIENCE = 60.0
_log = logging.getLogger(__name__)


class PatientLimiter(BaseRateLimiter[int]):
    """Telegram's flood limits, and another try for what a broken network has swallowed. Where Telegram wants to hear nothing
    more of a chat for a while, that chat waits alone, and its replies are given up where that is too long.

    A reply that Telegram took before the connection broke may so be sent twice, which is better than never. It is
    `patient` while the bot runs: what starts and what ends it has its own ways.
    """

    def __init__(self) -> None:
        self.patient = False
        self._all = AsyncLimiter(*_ALL)
        self._turns: dict[object, AsyncLimiter] = {}
        self._closed: dict[object, float] = {}  # until when a chat is not heard of, on the clock of time.monotonic

    async def initialize(self) -> None:
        pass

    async def shutdown(self) -> None:
        pass

    async def process_request(  # noqa: PLR0913, PLR0917 — the signature is the library's
        self,
        callback: Callable[..., Coroutine[Any, Any, Any]],
        args: Any,
        kwargs: dict[str, Any],
        endpoint: str,
        data: dict[str, Any],
        rate_limit_args: int | None,  # noqa: ARG002
    ) -> Any:
        if endpoint == "sendChatAction":  # must not take the turn of a reply
            return await callback(*args, **kwargs)
        pauses = iter(_PAUSES[: 1 if endpoint in _FLEETING else None])
        until = time.monotonic() + (0 if endpoint in _FLEETING else _PATIENCE)
        where = data.get("chat_id", endpoint)
        while True:
            await self._open(where, until)
            await self._turn(data.get("chat_id"), endpoint)
            try:
                return await callback(*args, **kwargs)
            except RetryAfter as error:
                self._close(where, error._retry_after.total_seconds() + 0.1)  # noqa: SLF001 — the public one is to change its type
            except BadRequest:  # a NetworkError by descent alone: Telegram has answered
                raise
            except NetworkError as error:
                if not self.patient or (pause := next(pauses, None)) is None:
                    raise
                _log.warning("%s: %s, again in %s s", endpoint, error, pause)
                await asyncio.sleep(pause)

    async def _open(self, where: object, until: float) -> None:
        """Wait until Telegram hears of this chat again. Raises RetryAfter where that is later than `until`."""
        while (at := self._closed.get(where, 0.0)) > (now := time.monotonic()):
            if at > until:
                raise RetryAfter(ceil(at - now))
            await asyncio.sleep(at - now)

    def _close(self, where: object, seconds: float) -> None:
        now = time.monotonic()
        if len(self._closed) > _MANY:
            self._closed = {w: at for w, at in self._closed.items() if at > now}
        self._closed[where] = max(self._closed.get(where, 0.0), now + seconds)
        _log.warning("Telegram takes nothing more for one chat for %.0f s", seconds)

    async def _turn(self, chat: object, endpoint: str) -> None:
        """Wait until this chat, and the bot in all, may send again. Who is sent much waits for it alone."""
        if chat is None:
            return
        group = not isinstance(chat, int) or chat < 0
        if group or endpoint == "sendMessage":
            if len(self._turns) > _MANY:
                self._turns = {c: turn for c, turn in self._turns.items() if not turn.has_capacity(turn.max_rate)}
            await self._turns.setdefault(chat, AsyncLimiter(*(_GROUP if group else _PERSON))).acquire()
        await self._all.acquire()


async def persist(step: Callable[[], Awaitable[object]], url: str) -> None:
    """Take a step of the start again and again until the network is there. Raises SettingsError for a bad token."""
    pause = 1.0
    while True:
        try:
            await step()
        except InvalidToken:
            raise SettingsError(say.BAD_KEY) from None
        except BadRequest as error:
            raise SettingsError(say.REFUSED.format(reason=error.message)) from None
        except (NetworkError, RetryAfter):
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
    for noisy in ("httpx", "httpcore", "apscheduler"):
        logging.getLogger(noisy).setLevel(logging.WARNING)
    # What the library cannot do reaches us otherwise, and without what people wrote.
    for silent in ("telegram.ext", "telegram.request"):
        logging.getLogger(silent).setLevel(logging.CRITICAL + 1)
