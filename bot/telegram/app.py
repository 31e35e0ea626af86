"""The bot put together: which handler gets which update, how it starts, listens and ends."""

import asyncio
import logging
import sys
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable
from contextlib import AbstractAsyncContextManager, asynccontextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from weakref import WeakValueDictionary

import telegram
from starlette.routing import Route
from telegram import BotCommandScope, BotCommandScopeAllGroupChats, BotCommandScopeChat, Update
from telegram.error import InvalidToken, TelegramError
from telegram.ext import (
    ApplicationBuilder,
    BaseUpdateProcessor,
    CallbackQueryHandler,
    CommandHandler,
    InlineQueryHandler,
    MessageHandler,
    MessageReactionHandler,
    filters,
)
from telegram.request import BaseRequest

from bot import serving
from bot.assistant import Assistant
from bot.pictures.png import Painter
from bot.settings import Telegram, secret
from bot.telegram import sentences as say
from bot.telegram.buttons import Buttons
from bot.telegram.chat import Gate, Shared, asker, failed
from bot.telegram.commands import Admin, Commands
from bot.telegram.incoming import Bot, Poller, Webhook
from bot.telegram.inline import Inline
from bot.telegram.network import PatientLimiter, log_without, persist
from bot.telegram.questions import Questions
from bot.workers import Workers
from knowledge.errors import SettingsError

_AT_ONCE = 4096
_LAST_SECONDS = 2.0  # for what is in hand when the bot is told to end
_IN_GROUPS = ("ask", "clause", "figures", "toc", "help")
_log = logging.getLogger(__name__)


def run(settings: Telegram, assistant: Assistant, words: Path, keep_days: int, painter: Painter) -> None:
    """Answer on Telegram until the process is told to end. Raises SettingsError where there is no token that fits."""
    bot, shared = build(settings, assistant, words, keep_days, painter=painter)
    with suppress(KeyboardInterrupt, asyncio.CancelledError):
        asyncio.run(_listen(bot, shared) if settings.webhook_url else _poll(bot, shared))
    print(say.STOPPED, file=sys.stderr)


def build(  # noqa: PLR0913 — all that the bot is made of
    settings: Telegram,
    assistant: Assistant,
    words: Path,
    keep_days: int,
    request: BaseRequest | None = None,
    *,
    painter: Painter | None = None,
) -> tuple[Bot, Shared]:
    """The application with its handlers, not started yet, and what they share; `request` makes its calls, over HTTP unless
    given."""
    token = secret("YAODIAN_TELEGRAM_TOKEN", settings.token_file)
    if token is None:
        raise SettingsError(say.NO_KEY)
    log_without(token)
    builder = ApplicationBuilder().token(token).base_url(f"{settings.api_url}/bot").rate_limiter(PatientLimiter())
    if request is not None:
        builder = builder.request(request).get_updates_request(request)
    try:
        bot: Bot = builder.updater(None).concurrent_updates(_InOrder(_AT_ONCE)).build()
    except InvalidToken:
        raise SettingsError(say.BAD_KEY) from None
    shared = Shared(settings, assistant, assistant.records.replies("t"), Workers(), words, keep_days, painter)
    _handle(bot, shared)
    return bot, shared


def _handle(bot: Bot, shared: Shared) -> None:
    gate = Gate(shared.settings.per_minute)
    questions = Questions(shared, gate)
    commands, buttons = Commands(shared, questions), Buttons(shared, questions)
    everybody = {name: getattr(commands, name) for name in say.COMMANDS}
    new, private = filters.UpdateType.MESSAGE, filters.ChatType.PRIVATE
    for name, handler in (everybody | Admin(shared).handlers()).items():
        when = filters.UpdateType.MESSAGES if name in Commands.ANSWERING else new
        bot.add_handler(CommandHandler(name, gate.guarded(handler), when))
    bot.add_handler(MessageHandler(filters.COMMAND & private & new, gate.guarded(commands.unknown)))
    bot.add_handler(MessageHandler((filters.TEXT | filters.CAPTION) & ~filters.COMMAND, questions.asked))
    bot.add_handler(MessageHandler(private & new & ~filters.StatusUpdate.ALL & ~filters.COMMAND, questions.not_text))
    bot.add_handler(CallbackQueryHandler(gate.guarded(buttons.pressed)))
    bot.add_handler(MessageReactionHandler(gate.guarded(buttons.reacted)))
    bot.add_handler(InlineQueryHandler(Inline(shared).asked))
    bot.add_error_handler(failed)


class _InOrder(BaseUpdateProcessor):
    """Many chats at once, but what is written in one chat in the order in which it came."""

    def __init__(self, at_once: int) -> None:
        super().__init__(at_once)
        self._locks: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()

    async def do_process_update(self, update: object, coroutine: Awaitable[Any]) -> None:
        if not isinstance(update, Update) or update.effective_message is None or update.callback_query is not None:
            await coroutine  # a press, a reaction, a letter of an inline query: waits for nothing
            return
        lock = self._locks.setdefault(asker(update).chat, asyncio.Lock())
        async with lock:
            await coroutine

    async def initialize(self) -> None:
        pass

    async def shutdown(self) -> None:
        pass


@asynccontextmanager
async def running(bot: Bot, shared: Shared) -> AsyncIterator[None]:
    """The bot taking updates; at the end what is in hand is answered. Raises SettingsError for a bad token."""
    limiter = bot.bot.rate_limiter
    await persist(bot.initialize, shared.settings.api_url)
    try:
        await _set_menu(bot.bot, shared.settings.admins)
        await bot.start()
        limiter.patient = True
        async with serving.tidying(shared.assistant, shared.workers):
            try:
                yield
            finally:
                limiter.patient = False
                await _finish(bot)
    finally:
        await bot.shutdown()
        shared.workers.close()


async def _finish(bot: Bot) -> None:
    try:
        await asyncio.wait_for(bot.stop(), _LAST_SECONDS)
    except TimeoutError:
        _log.warning("some replies could not be sent before the end")


async def _set_menu(bot: telegram.Bot, admins: Iterable[int]) -> None:
    """Tell Telegram the commands, for everybody, for groups, for administrators. The bot does without where that fails."""
    groups = {name: say.COMMANDS[name] for name in _IN_GROUPS}
    menus: list[tuple[dict[str, str], BotCommandScope | None]] = [
        (say.COMMANDS, None),
        (groups, BotCommandScopeAllGroupChats()),
        *((say.COMMANDS | say.ADMIN_COMMANDS, BotCommandScopeChat(admin)) for admin in admins),
    ]
    for commands, scope in menus:
        for language in ("", "zh"):
            try:
                await bot.set_my_commands(list(commands.items()), scope, language)
            except TelegramError as error:  # an administrator who has never written to the bot
                _log.warning("menu for %s: %s", scope.type if scope else "everybody", error)
    try:
        await bot.set_my_short_description(say.ABOUT)
    except TelegramError as error:
        _log.warning("description: %s", error)


async def _poll(bot: Bot, shared: Shared) -> None:
    serving.end_with_sigterm()
    async with running(bot, shared):
        await persist(bot.bot.delete_webhook, shared.settings.api_url)
        print(say.POLLING.format(username=bot.bot.username), file=sys.stderr, flush=True)
        await Poller(bot).run()


async def _listen(bot: Bot, shared: Shared) -> None:
    serving.end_with_sigterm()
    settings, webhook = shared.settings, Webhook(bot, shared)
    listening = serving.listen(settings.webhook_host, settings.webhook_port, say.OTHER_ADDRESS)
    async with _hooked(bot, shared, webhook):
        await serving.serve(webhook.app(), listening)


@asynccontextmanager
async def _hooked(bot: Bot, shared: Shared, webhook: Webhook) -> AsyncIterator[None]:
    """The bot taking the updates that Telegram posts."""
    url = shared.settings.webhook_url
    async with running(bot, shared):
        await persist(webhook.register, shared.settings.api_url)
        print(say.LISTENING.format(username=bot.bot.username, url=url), file=sys.stderr, flush=True)
        yield


@dataclass(frozen=True, slots=True)
class Beside:
    """A bot that runs beside the pages, in one process: where Telegram posts to, and whether it runs."""

    routes: list[Route]
    ready: Callable[[], bool]
    running: AbstractAsyncContextManager[None]


def beside(settings: Telegram, assistant: Assistant, words: Path, keep_days: int, painter: Painter) -> Beside:
    """Raises SettingsError where no address is set for Telegram to post to, or no token."""
    if settings.webhook_url is None:
        raise SettingsError(say.NO_ADDRESS)
    bot, shared = build(settings, assistant, words, keep_days, painter=painter)
    webhook = Webhook(bot, shared)
    return Beside(webhook.routes(), lambda: bot.running, _hooked(bot, shared, webhook))
