"""The bot put together: which handler gets which update, how it starts, listens and ends."""

import asyncio
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from weakref import WeakValueDictionary

from starlette.routing import Route
from telegram import Update
from telegram.error import InvalidToken, TelegramError
from telegram.ext import (
    Application,
    ApplicationBuilder,
    BaseUpdateProcessor,
    CallbackQueryHandler,
    CommandHandler,
    InlineQueryHandler,
    MessageHandler,
    Updater,
    filters,
)

from bot import serving
from bot.chats import Chats
from bot.config import Telegram, secret
from bot.conversation import Conversation
from bot.feedback import Feedback
from bot.shelf import Shelf
from bot.shown import ShownReplies
from bot.telegram import sentences as say
from bot.telegram.admin import Admin
from bot.telegram.buttons import Buttons
from bot.telegram.commands import Commands
from bot.telegram.desk import Desk, asker
from bot.telegram.failures import failed, lost
from bot.telegram.gate import Gate
from bot.telegram.inline import Inline
from bot.telegram.menu import set_menu
from bot.telegram.network import PatientLimiter, log_without, persist
from bot.telegram.questions import Questions
from bot.telegram.webhook import Webhook
from knowledge.errors import SettingsError, StoreError

Bot = Application[Any, Any, Any, Any, Any, Any]
_UPDATES = ["message", "edited_message", "callback_query", "inline_query"]
# What the library calls the task that fetches updates.
_POLLING = "Updater:start_polling:polling_task"
_AT_ONCE = 256
_LAST_SECONDS = 20.0  # for what is in hand when the bot is told to end
_BETWEEN_TIDYING = 600.0  # seconds


def run(settings: Telegram, shelf: Shelf, chats: Chats, words: Path, keep_days: int) -> None:
    """Answer on Telegram until the process is told to end. Raises SettingsError where there is no token that fits."""
    bot = build(settings, shelf, chats, words, keep_days)
    with suppress(KeyboardInterrupt, asyncio.CancelledError):
        asyncio.run(_listen(bot, settings) if settings.webhook_url else _poll(bot, settings))
    print(say.STOPPED, file=sys.stderr)


def build(settings: Telegram, shelf: Shelf, chats: Chats, words: Path, keep_days: int) -> Bot:
    """The application with its handlers, not started yet."""
    token = secret("YAODIAN_TELEGRAM_TOKEN", settings.token_file)
    if token is None:
        raise SettingsError(say.NO_KEY)
    log_without(token)
    builder = ApplicationBuilder().token(token).base_url(f"{settings.api_url}/bot").rate_limiter(PatientLimiter())
    try:
        bot: Bot = builder.concurrent_updates(_InOrder(_AT_ONCE)).build()
    except InvalidToken:
        raise SettingsError(say.BAD_KEY) from None
    conversation = Conversation(shelf, chats)
    desk = Desk(settings, shelf, chats, words, keep_days, conversation, Feedback(chats), ShownReplies(chats, "t"))
    bot.bot_data["desk"] = desk
    _handle(bot, desk)
    return bot


def _handle(bot: Bot, desk: Desk) -> None:
    gate = Gate(desk.settings.per_minute)
    questions = Questions(desk, gate)
    commands, buttons = Commands(desk, questions), Buttons(desk, questions)
    everybody = {name: getattr(commands, name) for name in say.COMMANDS}
    new, private = filters.UpdateType.MESSAGE, filters.ChatType.PRIVATE
    for name, handler in (everybody | Admin(desk).handlers()).items():
        when = filters.UpdateType.MESSAGES if name in Commands.ANSWERING else new
        bot.add_handler(CommandHandler(name, gate.guarded(handler), when))
    bot.add_handler(MessageHandler(filters.COMMAND & private & new, gate.guarded(commands.unknown)))
    bot.add_handler(MessageHandler((filters.TEXT | filters.CAPTION) & ~filters.COMMAND, questions.asked))
    bot.add_handler(MessageHandler(private & new & ~filters.StatusUpdate.ALL & ~filters.COMMAND, questions.not_text))
    bot.add_handler(CallbackQueryHandler(gate.guarded(buttons.pressed)))
    bot.add_handler(InlineQueryHandler(Inline(desk).asked))
    bot.add_error_handler(failed)


class _InOrder(BaseUpdateProcessor):
    """Many chats at once, but what is written in one chat in the order in which it came."""

    def __init__(self, at_once: int) -> None:
        super().__init__(at_once)
        self._locks: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()

    async def do_process_update(self, update: object, coroutine: Awaitable[Any]) -> None:
        if not isinstance(update, Update) or update.callback_query is not None:  # a press waits for nothing
            await coroutine
            return
        lock = self._locks.setdefault(asker(update).chat, asyncio.Lock())
        async with lock:
            await coroutine

    async def initialize(self) -> None:
        pass

    async def shutdown(self) -> None:
        pass


@asynccontextmanager
async def running(bot: Bot, settings: Telegram) -> AsyncIterator[None]:
    """The bot taking updates; at the end what is in hand is answered. Raises SettingsError for a bad token."""
    limiter = bot.bot.rate_limiter
    await persist(bot.initialize, settings.api_url)
    try:
        await set_menu(bot.bot, settings.admins)
        await bot.start()
        limiter.patient = True
        tidying = asyncio.create_task(_tidy(bot.bot_data["desk"]))
        try:
            yield
        finally:
            tidying.cancel()
            limiter.patient = False
            with suppress(TimeoutError):
                await asyncio.wait_for(bot.stop(), _LAST_SECONDS)
    finally:
        await bot.shutdown()


async def _tidy(desk: Desk) -> None:
    """Drop what is too old also while nobody asks."""
    while True:
        await asyncio.sleep(_BETWEEN_TIDYING)
        with suppress(StoreError):
            await desk.run(desk.chats.purge)


async def _poll(bot: Bot, settings: Telegram) -> None:
    serving.end_with_sigterm()
    updater: Updater = bot.updater  # type: ignore[assignment]  # None only where the builder is told so
    async with running(bot, settings):
        await updater.start_polling(bootstrap_retries=-1, allowed_updates=_UPDATES, error_callback=lost)
        try:
            print(say.POLLING.format(username=bot.bot.username), file=sys.stderr, flush=True)
            await asyncio.wait([t for t in asyncio.all_tasks() if t.get_name() == _POLLING])
            raise SettingsError(say.BAD_KEY)  # it ends by itself only where the token is no longer taken
        finally:
            with suppress(TelegramError):
                await updater.stop()


async def _listen(bot: Bot, settings: Telegram) -> None:
    serving.end_with_sigterm()
    webhook = Webhook(bot, settings, _UPDATES)
    listening = serving.listen(settings.webhook_host, settings.webhook_port, say.OTHER_ADDRESS)
    async with _hooked(bot, settings, webhook):
        await serving.serve(webhook.app(), listening)


@asynccontextmanager
async def _hooked(bot: Bot, settings: Telegram, webhook: Webhook) -> AsyncIterator[None]:
    """The bot taking the updates that Telegram posts."""
    async with running(bot, settings):
        await persist(webhook.register, settings.api_url)
        print(say.LISTENING.format(username=bot.bot.username, url=settings.webhook_url), file=sys.stderr, flush=True)
        yield


@dataclass(frozen=True, slots=True)
class Beside:
    """A bot that runs beside the pages, in one process: where Telegram posts to, and whether it runs."""

    routes: list[Route]
    ready: Callable[[], bool]
    running: AbstractAsyncContextManager[None]


def beside(settings: Telegram, shelf: Shelf, chats: Chats, words: Path, keep_days: int) -> Beside:
    """Raises SettingsError where no address is set for Telegram to post to, or no token."""
    if settings.webhook_url is None:
        raise SettingsError(say.NO_ADDRESS)
    bot = build(settings, shelf, chats, words, keep_days)
    webhook = Webhook(bot, settings, _UPDATES)
    return Beside(webhook.routes(), lambda: bot.running, _hooked(bot, settings, webhook))
