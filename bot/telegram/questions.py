"""A message that asks, new or edited, becomes a reply; what is no text is told kindly."""

import asyncio
import re
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress

from telegram import Message, Update, User
from telegram.constants import ChatAction
from telegram.error import BadRequest, TelegramError
from telegram.ext import ContextTypes

from bot.shown import Shown
from bot.telegram import sentences as say
from bot.telegram.desk import Asker, Desk, asker, replace_reply, send
from bot.telegram.gate import Gate
from bot.telegram.throttle import Pace, Throttle
from bot.telegram.views import View, answer_view, group_view, said
from knowledge.errors import QuestionError, StoreError

_Context = ContextTypes.DEFAULT_TYPE
# An answer that takes longer than this many seconds is announced; Telegram forgets the announcement after five.
_SLOW, _AGAIN = 1.5, 4.5


class Questions:
    def __init__(self, desk: Desk, gate: Gate) -> None:
        self._desk, self._gate = desk, gate
        self._told = Throttle(1)

    async def asked(self, update: Update, context: _Context) -> None:
        """Answer a message; in a group only one that speaks to the bot."""
        message, who = update.effective_message, asker(update)
        if message is None or (message.via_bot and message.via_bot.id == context.bot.id):
            return
        text = _addressed(message, context.bot.bot, private=who.private)
        if text is None or not await self._gate.admits(update):
            return
        replied = message.reply_to_message
        if replied is not None and replied.from_user == context.bot.bot and replied.text == say.FEEDBACK_USAGE:
            await self._desk.run(lambda: self._desk.feedback.note(who.who, text))
            await send(message, said(say.THANKS_NOTE))
            return
        await self.answer(update, text)

    async def answer(self, update: Update, text: str) -> None:
        """Answer a question from this update."""
        who = asker(update)
        await self.reply(update, lambda earlier: self._desk.answered(who, text, earlier))

    async def reply(self, update: Update, make: Callable[[Shown | None], Shown]) -> None:
        """Send what `make` makes, in the worker, of the reply that the same message had before: where the message was
        edited, its reply is edited."""
        message, who = update.effective_message, asker(update)
        if message is None:
            return
        found = await self._desk.run(lambda: self._desk.earlier(who, message.message_id))
        token, reply, earlier = found if found and update.edited_message else (None, None, None)
        async with _typing(message):
            token, shown = await self._desk.run(lambda: self._made(make, earlier, who, message.message_id, token))
        view = _view(token, shown, who, message.get_bot().username)
        if reply is not None:
            with suppress(BadRequest):  # the reply was deleted meanwhile
                await replace_reply(message, reply, view)
                return
        sent = await send(message, view, quote=not who.private)
        if token is not None:
            await self._desk.run(lambda: self._note_sent(token, sent.message_id))

    def _made(
        self, make: Callable[[Shown | None], Shown], earlier: Shown | None, who: Asker, message: int, token: str | None
    ) -> tuple[str | None, Shown]:
        try:
            shown = make(earlier)
        except QuestionError as error:
            shown = Shown("", (said(str(error)).html,))
        return self._desk.keep(shown, who, message, token), shown

    def _note_sent(self, token: str, message: int) -> None:
        with suppress(StoreError):  # then the reply cannot be edited, but it is there
            self._desk.shown.sent(token, message)

    async def not_text(self, update: Update, _context: _Context) -> None:
        """A sticker, a photo, a voice message in a private chat: told once a minute, however many come."""
        message = update.effective_message
        if message is not None and self._told.pace(asker(update).id) is Pace.FINE:
            await send(message, said(say.ONLY_TEXT))


def _view(token: str | None, shown: Shown, who: Asker, username: str) -> View:
    if token is None:
        return View(shown.pages[0])
    return answer_view(token, shown) if who.private else group_view(token, shown, username)


def _addressed(message: Message, bot: User, *, private: bool) -> str | None:
    """What a message asks the bot, without the mention of it; None where it speaks to somebody else.

    A photo with a caption asks its caption. A mention counts as well where it touches a Chinese character and Telegram
    sees none.
    """
    text = message.text or message.caption or ""
    asked, mentions = re.subn(rf"@{bot.username}(?![A-Za-z0-9_])", " ", text, flags=re.IGNORECASE)
    if private or mentions or _names(message, bot) or (text and _replies(message, bot)):
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
