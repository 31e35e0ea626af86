"""A message that asks, new or edited, becomes a reply; what is no text is told kindly."""

import asyncio
import re
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress

from telegram import Message, Update, User
from telegram.constants import ChatAction
from telegram.error import BadRequest, TelegramError

from bot.limits import Limiter
from bot.records.replies import Shown
from bot.telegram import sentences as say
from bot.telegram.chat import Asker, Context, Gate, Shared, asker, edit, send
from bot.telegram.views import answer_view, group_view, said, shown_of, words_of
from knowledge.errors import QuestionError

# An answer that takes longer than this many seconds is announced; Telegram forgets the announcement after five.
_SLOW, _AGAIN = 1.5, 4.5
# What came before: the reply to the same message, by its token, the message that it was sent as and what it showed.
_Earlier = tuple[str, int, Shown | None]
# What the chat was about before and after the question that this one was edited from.
_Memory = tuple[str, str] | None


class Questions:
    def __init__(self, shared: Shared, gate: Gate) -> None:
        self._shared, self._gate = shared, gate
        self._told = Limiter(1)

    async def asked(self, update: Update, context: Context) -> None:
        """Answer a message; in a group only one that speaks to the bot."""
        message, who = update.effective_message, asker(update)
        if message is None or (message.via_bot and message.via_bot.id == context.bot.id):
            return
        text = _addressed(message, context.bot.bot, private=who.private)
        if text is None or not await self._gate.admits(update):
            return
        if asked_for := _opinion_asked(message, context.bot.bot):
            await self._shared.workers.read(lambda: self._note(who, text, asked_for))
            await send(message, said(say.THANKS_NOTE))
            return
        await self.answer(update, text)

    def _note(self, who: Asker, text: str, asked_for: Message) -> None:
        """Keep what a person thinks, with the question whose answer it is about."""
        token = self._shared.replies.sent_as(who.place, asked_for.message_id)
        judged = self._shared.replies.get(token) if token else None
        note = say.WHY_NOTED.format(question=judged.question, text=text) if judged else text
        self._shared.assistant.records.feedback.note(who.who, note)

    async def answer(self, update: Update, text: str, memory: _Memory = None) -> None:
        """Answer a question from this update, which goes on from what is remembered of the chat unless `memory` is given."""
        who, shared = asker(update), self._shared
        await shared.workers.hash(lambda: shared.assistant.meet(who.who, who.chat, who.place))

        def make(earlier: Shown | None) -> Shown:
            turn = shared.assistant.answer(who.chat, text, who.who, earlier.earlier if earlier else memory)
            onward, pictured = shared.assistant.onward(turn), shared.painter is not None and shared.painter.can
            return shown_of(turn, shared.assistant.library.store, onward, pictured=pictured)

        async with _typing(update.effective_message):
            kept = await shared.workers.answer(
                lambda: None if self._is_answered(update, text) else self._kept(update, make)
            )
        if kept:
            await self._send(update, *kept)

    async def look_up(self, update: Update, make: Callable[[Asker], Shown]) -> None:
        """Send what is found without an answer, as a reply that is edited where its message is."""
        who = asker(update)
        await self._send(update, *await self._shared.workers.read(lambda: self._kept(update, lambda _: make(who))))

    def _is_answered(self, update: Update, text: str) -> bool:
        """Was this message answered before the bot was started anew, and is brought again?"""
        found = self._earlier(update) if update.message else None
        return found is not None and found[2] is not None and found[2].question == text

    def _kept(self, update: Update, make: Callable[[Shown | None], Shown]) -> tuple[str, int | None, Shown]:
        """The token of what is made, the message that is to be edited to show it, and itself."""
        message, who = update.effective_message, asker(update)
        token, reply, earlier = (self._earlier(update) if update.edited_message else None) or (None, None, None)
        try:
            shown = make(earlier)
        except QuestionError as error:
            shown = words_of(str(error))
        number = message.message_id if message else None
        return self._shared.replies.keep(shown, who.place, who.who, number, token), reply, shown

    def _earlier(self, update: Update) -> _Earlier | None:
        message, replies = update.effective_message, self._shared.replies
        found = replies.reply_to(asker(update).place, message.message_id) if message else None
        return (*found, replies.get(found[0])) if found else None

    async def _send(self, update: Update, token: str, reply: int | None, shown: Shown) -> None:
        message, who = update.effective_message, asker(update)
        if message is None:
            return
        view = answer_view(token, shown) if who.private else group_view(token, shown, message.get_bot().username)
        if reply is not None:
            with suppress(BadRequest):  # the reply was deleted meanwhile
                await edit(message, view, reply)
                return
        sent = await send(message, view, quote=not who.private)
        await self._shared.workers.read(lambda: self._shared.replies.sent(token, sent.message_id))

    async def not_text(self, update: Update, _context: Context) -> None:
        """A sticker, a photo, a voice message in a private chat: told once a minute, however many come."""
        message = update.effective_message
        if message is not None and self._told.too_fast(asker(update).id) is None:
            await send(message, said(say.ONLY_TEXT))


def _opinion_asked(message: Message, bot: User) -> Message | None:
    """The message of ours that asked for the opinion that this message gives."""
    replied = message.reply_to_message
    ours = replied is not None and replied.from_user == bot and replied.text in {say.FEEDBACK_USAGE, say.WHY}
    return replied if ours else None


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
async def _typing(message: Message | None) -> AsyncIterator[None]:
    """Say that an answer is being written, if it takes long."""
    announcing = asyncio.create_task(_announce(message)) if message else None
    try:
        yield
    finally:
        if announcing:
            announcing.cancel()


async def _announce(message: Message) -> None:
    await asyncio.sleep(_SLOW)
    with suppress(TelegramError):
        while True:
            await message.reply_chat_action(ChatAction.TYPING)
            await asyncio.sleep(_AGAIN)
