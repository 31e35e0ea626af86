"""A chat with a person or a group: who asks from where, what is sent and edited there, how much may be asked, and what is said
where something fails."""

import logging
from collections.abc import Callable, Coroutine
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from traceback import extract_tb
from typing import Any

from telegram import (
    ForceReply,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    LinkPreviewOptions,
    MaybeInaccessibleMessage,
    Message,
    Update,
)
from telegram.constants import ChatType, ParseMode
from telegram.error import BadRequest, Forbidden, NetworkError, TelegramError
from telegram.ext import ContextTypes

from bot.assistant import Assistant
from bot.limits import Limiter, TooFast
from bot.pictures.png import Painter
from bot.records.replies import Replies
from bot.settings import Telegram
from bot.telegram import sentences as say
from bot.telegram.views import Rows, View, said
from bot.workers import Workers
from knowledge.errors import StoreError, YaodianError

Context = ContextTypes.DEFAULT_TYPE
Handler = Callable[[Update, Context], Coroutine[Any, Any, None]]
_NO_PREVIEW = LinkPreviewOptions(is_disabled=True)
# Telegram takes twenty messages a minute for a group: these at once and as many in the minute after. Buttons are pressed faster
# than questions are written.
_IN_GROUP, _PRESSES = 10, 40
_KINDS = ("message", "edited_message", "callback_query", "inline_query", "message_reaction")
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Shared:
    """What all handlers share. Only questions are answered by `workers.answer`; all else waits for nobody's answer. Without a
    `painter` there are no pictures."""

    settings: Telegram
    assistant: Assistant
    replies: Replies
    workers: Workers
    words: Path
    keep_days: int
    painter: Painter | None = None


@dataclass(frozen=True, slots=True)
class Asker:
    """Who asks, in which chat: `chat` has a memory of its own, `place` holds the messages, `who` is the person. In private
    the three are one, so that what stands for them is worked out once."""

    chat: str
    place: str
    who: str
    id: int
    private: bool


def asker(update: Update) -> Asker:
    """Who sent an update; who writes in the name of a group or a channel counts as that."""
    chat, message = update.effective_chat, update.effective_message
    person = update.effective_user
    sender = update.callback_query is None and message is not None and message.sender_chat
    who = sender.id if sender else person.id if person else 0
    place = chat.id if chat else who
    private = chat is None or chat.type == ChatType.PRIVATE
    thread = message.message_thread_id if isinstance(message, Message) and message.is_topic_message else 0
    key = f"telegram:{who}" if private and not thread and place == who else f"telegram:{place}:{thread}:{who}"
    return Asker(key, f"telegram:{place}", f"telegram:{who}", who, private)


# --- what is sent


async def send(message: Message, view: View, *, quote: bool = False) -> Message:
    """The view as a reply in the same chat and topic."""
    return await message.reply_text(
        view.html,
        parse_mode=ParseMode.HTML,
        link_preview_options=_NO_PREVIEW,
        reply_markup=ForceReply() if view.wants_reply else _markup(view.rows),
        do_quote=quote,
        allow_sending_without_reply=True,
    )


async def edit(message: MaybeInaccessibleMessage, view: View, reply: int | None = None) -> None:
    """Show the view in the place of what the message shows, or the message of number `reply` in the same chat. Raises
    BadRequest where that was deleted."""
    try:
        await message.get_bot().edit_message_text(
            view.html,
            message.chat.id,
            reply or message.message_id,
            parse_mode=ParseMode.HTML,
            link_preview_options=_NO_PREVIEW,
            reply_markup=_markup(view.rows),
        )
    except BadRequest as error:
        if "not modified" not in error.message:
            raise


def _markup(rows: Rows) -> InlineKeyboardMarkup | None:
    if not rows:
        return None
    return InlineKeyboardMarkup(
        [[InlineKeyboardButton(b.label, url=b.url or None, callback_data=b.data or None) for b in row] for row in rows]
    )


# --- how much may be asked


class Gate:
    """What a person or a group may send in a minute: who sends more is told once, so that nobody else has to wait."""

    def __init__(self, per_minute: int) -> None:
        self._people, self._groups, self._presses = Limiter(per_minute), Limiter(_IN_GROUP), Limiter(_PRESSES)

    async def admits(self, update: Update) -> bool:
        """May this be answered? Who is over the limit is told so, once."""
        who = asker(update)
        if update.callback_query is not None or update.message_reaction is not None:
            return await self._admits_press(update, who)
        over, sentence = self._people.too_fast(who.id), say.TOO_FAST
        if over is None and not who.private:
            over, sentence = self._groups.too_fast(who.place), say.TOO_FAST_HERE
        if over and over.first and update.effective_message is not None:
            await send(update.effective_message, said(sentence), quote=not who.private)
        return over is None

    async def _admits_press(self, update: Update, who: Asker) -> bool:
        over: TooFast | None = self._presses.too_fast(who.id)
        if over and update.callback_query is not None:
            with suppress(TelegramError):
                await update.callback_query.answer(say.TOO_FAST)
        return over is None

    def guarded(self, handler: Handler) -> Handler:
        """The handler, for those who may be answered."""

        async def handle(update: Update, context: Context) -> None:
            if await self.admits(update):
                await handler(update, context)

        return handle


# --- what fails


async def failed(update: object, context: Context) -> None:
    """An update that could not be handled: one line in the log, without what the person wrote or who it is, and a sentence."""
    error = context.error
    if not isinstance(update, Update) or error is None:
        _log.error("failed outside an update: %s", _reason(error))
        return
    kind = next((k for k in _KINDS if getattr(update, k)), "?")
    where = "private" if asker(update).private else "group"
    level = logging.INFO if isinstance(error, Forbidden) else logging.ERROR
    _log.log(level, "update %s, %s in %s: %s", update.update_id, kind, where, _reason(error))
    away = isinstance(error, Forbidden) or (isinstance(error, NetworkError) and not isinstance(error, BadRequest))
    if not away:
        await _tell(update, say.NOT_NOW if isinstance(error, StoreError) else say.SORRY)


def _reason(error: BaseException | None) -> str:
    """What Telegram or we say of it; of any other fault what it is and where: its words may be a person's."""
    if isinstance(error, TelegramError | YaodianError):
        return str(error)
    frames = extract_tb(error.__traceback__) if error else []
    where = f" in {Path(frames[-1].filename).name}:{frames[-1].lineno}" if frames else ""
    return f"{type(error).__name__}{where}"


async def _tell(update: Update, sentence: str) -> None:
    query, message = update.callback_query, update.effective_message
    if query is not None:
        with suppress(TelegramError):
            await query.answer(sentence)
            return  # else the press was answered before it failed
    with suppress(TelegramError):
        if message is not None:
            await send(message, said(sentence), quote=not asker(update).private)
