"""A message that asks, new or edited, becomes a reply; what is no text is told kindly."""

import asyncio
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

from telegram import Message, Update, User
from telegram.constants import ChatAction
from telegram.error import BadRequest, TelegramError
from telegram.ext import ContextTypes

from bot.shown import Shown
from bot.telegram import sentences as say
from bot.telegram.desk import Asker, Desk, asker, replace, send
from bot.telegram.throttle import Pace, Throttle
from bot.telegram.views import View, answer_view, group_view, said
from knowledge.errors import QuestionError

_Context = ContextTypes.DEFAULT_TYPE
# An answer that takes longer than this many seconds is announced; Telegram forgets the announcement after five.
_SLOW, _AGAIN = 1.5, 4.5


class Questions:
    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._throttle, self._told = Throttle(desk.settings.per_minute), Throttle(1)

    async def asked(self, update: Update, context: _Context) -> None:
        """Answer a message; in a group only one that speaks to the bot."""
        message = update.effective_message
        if message is None or (message.via_bot and message.via_bot.id == context.bot.id):
            return
        text = _addressed(message, context.bot.bot, private=asker(update).private)
        if text is not None:
            await self.answer(update, text)

    async def answer(self, update: Update, text: str) -> None:
        """Answer a question from this update, unless its asker asks too fast. The reply to a question that was edited is edited."""
        message, who = update.effective_message, asker(update)
        if message is None or not await self._in_time(message, who):
            return
        earlier = await self._desk.run(lambda: self._desk.shown.reply_to(who.place, message.message_id))
        token, reply = earlier if earlier and update.edited_message else (None, None)
        try:
            async with _typing(message):
                token, shown = await self._desk.answer(who, text, message.message_id, token)
            view = _view(token, shown, who, message.get_bot().username)
        except QuestionError as error:
            view = said(str(error))
        if reply is not None:
            with suppress(BadRequest):  # the reply was deleted meanwhile
                await replace(message, reply, view)
                return
        sent = await send(message, view, quote=not who.private)
        if token is not None:
            await self._desk.run(lambda: self._desk.shown.sent(token, sent.message_id))

    async def not_text(self, update: Update, _context: _Context) -> None:
        """A sticker, a photo, a voice message in a private chat: told once a minute, however many come."""
        message = update.effective_message
        if message is not None and self._told.pace(asker(update).id) is Pace.FINE:
            await send(message, said(say.ONLY_TEXT))

    async def _in_time(self, message: Message, who: Asker) -> bool:
        pace = self._throttle.pace(who.id)
        if pace is Pace.TOO_FAST:
            await send(message, said(say.TOO_FAST), quote=not who.private)
        return pace is Pace.FINE


def _view(token: str, shown: Shown, who: Asker, username: str) -> View:
    return answer_view(token, shown) if who.private else group_view(token, shown, username)


def _addressed(message: Message, bot: User, *, private: bool) -> str | None:
    """What a message asks the bot, without the mention of it; None where it speaks to somebody else.

    A photo with a caption asks its caption. A mention counts as well where it touches a Chinese character and Telegram
    sees none.
    """
    text = message.text or message.caption or ""
    if private:
        return text
    asked, mentions = re.subn(rf"@{bot.username}(?![A-Za-z0-9_])", " ", text, flags=re.IGNORECASE)
    if mentions or _names(message, bot) or (text and _replies(message, bot)):
        return asked.strip()
    return None


def _names(message: Message, bot: User) -> bool:
    """Is the bot mentioned by its name rather than by its address?"""
    return any(e.user is not None and e.user.id == bot.id for e in (*message.entities, *message.caption_entities))


def _replies(message: Message, bot: User) -> bool:
    replied = message.reply_to_message
    # What is written in a topic counts as a reply to the message that opened the topic.
    return replied is not None and replied.from_user == bot and not replied.forum_topic_created


@asynccontextmanager
async def _typing(message: Message) -> AsyncIterator[None]:
    """Say that an answer is being written, if it takes long."""
    announcing = asyncio.create_task(_announce(message))
    try:
        yield
    finally:
        announcing.cancel()


async def _announce(message: Message) -> None:
    await asyncio.sleep(_SLOW)
    with suppress(TelegramError):
        while True:
            await message.reply_chat_action(ChatAction.TYPING)
            await asyncio.sleep(_AGAIN)
