"""Where every handler works: answers made and kept off the event loop, who asks from where, and views sent."""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

from telegram import CallbackQuery, InlineKeyboardButton, InlineKeyboardMarkup, LinkPreviewOptions, Message, Update
from telegram.constants import ChatType, ParseMode
from telegram.error import BadRequest

from bot.blocks import shortened
from bot.chats import Chats
from bot.config import Telegram
from bot.conversation import Conversation
from bot.feedback import Feedback
from bot.replies import compose, line, readings
from bot.shelf import Shelf
from bot.shown import Shown, ShownReplies
from bot.telegram.markup import pages
from bot.telegram.views import Rows, View
from knowledge.model import Answer, Clause, Plan
from knowledge.store import Store

_NO_PREVIEW = LinkPreviewOptions(is_disabled=True)
_LABEL = 28
_NEAREST, _RELATED = 3, 4
# A clause that is less like the question than this is not offered as near to it.
_NEAR = 15.0
_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class Asker:
    """Who asks, in which chat: `chat` has a memory of its own, `place` holds the messages, `who` is the person."""

    chat: str
    place: str
    who: str
    id: int
    private: bool


@dataclass(frozen=True, slots=True)
class Desk:
    """What the handlers share. All that reads the index or the chats runs in `worker`, one after another: answering is
    work for the processor, which two threads would not do faster."""

    settings: Telegram
    shelf: Shelf
    chats: Chats
    words: Path
    keep_days: int
    conversation: Conversation
    feedback: Feedback
    shown: ShownReplies
    worker: ThreadPoolExecutor = field(default_factory=lambda: ThreadPoolExecutor(1, "answers"))

    async def run(self, work: Callable[[], _T]) -> _T:
        return await asyncio.get_running_loop().run_in_executor(self.worker, work)

    async def answer(self, asker: Asker, text: str, message: int, token: str | None = None) -> tuple[str, Shown]:
        """The reply to a question, kept for its buttons under the token that comes with it."""
        return await self.run(lambda: self._answer(asker, text, message, token))

    def _answer(self, asker: Asker, text: str, message: int, token: str | None) -> tuple[str, Shown]:
        answer, plan = self.conversation.ask(asker.chat, text, asker.who)
        shown = shown_of(answer, plan, self.shelf.store)
        return self.shown.keep(shown, asker.place, asker.who, message, token), shown


def shown_of(answer: Answer, plan: Plan | None, store: Store) -> Shown:
    """The answer as it is sent, with the clauses that its buttons lead to."""
    answering = [m.clause for m in answer.matches]
    offered = _related(answer, store) if answering else _nearest(answer)
    clauses = [*answering, *offered]
    return Shown(
        question=answer.question.text,
        pages=pages(compose(answer, plan)),
        plan=plan.title if plan else "",
        readings=tuple(pages(compose(reading, plan))[0] for reading in readings(answer)),
        clauses=tuple((c.plan, c.number) for c in clauses),
        answering=len(answering),
        labels=tuple(shortened(line(c), _LABEL) for c in clauses),
    )


def _nearest(answer: Answer) -> list[Clause]:
    """What comes nearest to a question that was refused, unless it was refused for what it names."""
    if answer.reason not in {None, "no_such_number"}:
        return []
    return [m.clause for m in answer.nearest if m.score >= _NEAR][:_NEAREST]


def _related(answer: Answer, store: Store) -> list[Clause]:
    """Clauses near to the question, then those that stand beside the answering one in its chapter."""
    first, known = answer.matches[0].clause, {m.clause.key for m in answer.matches}
    near = [m.clause for m in answer.nearest if m.score >= _NEAR]
    beside = [
        c for n in (1, -1, 2, -2) if (c := store.clause(first.plan, first.number + n)) and c.chapter == first.chapter
    ]
    found = {c.key: c for c in (*near, *beside) if c.key not in known}
    return list(found.values())[:_RELATED]


def asker(update: Update) -> Asker:
    """Who sent an update; who writes in the name of a group or a channel counts as that."""
    chat, message = update.effective_chat, update.effective_message
    person = update.effective_user
    sender = update.callback_query is None and message is not None and message.sender_chat
    who = sender.id if sender else person.id if person else 0
    place = chat.id if chat else who
    private = chat is None or chat.type == ChatType.PRIVATE
    thread = message.message_thread_id if isinstance(message, Message) and message.is_topic_message else 0
    return Asker(f"telegram:{place}:{thread}:{who}", f"telegram:{place}", f"telegram:{who}", who, private)


async def send(message: Message, view: View, *, quote: bool = False) -> Message:
    """The view as a reply in the same chat and topic."""
    return await message.reply_text(
        view.html,
        parse_mode=ParseMode.HTML,
        link_preview_options=_NO_PREVIEW,
        reply_markup=_markup(view.rows),
        do_quote=quote,
        allow_sending_without_reply=True,
    )


async def turn(query: CallbackQuery, view: View) -> None:
    """Show the view in the place of what the pressed message showed."""
    try:
        await query.edit_message_text(
            view.html, parse_mode=ParseMode.HTML, link_preview_options=_NO_PREVIEW, reply_markup=_markup(view.rows)
        )
    except BadRequest as error:
        if "not modified" not in error.message:
            raise


async def replace(message: Message, reply: int, view: View) -> None:
    """Show the view in the place of an earlier reply in the same chat."""
    try:
        await message.get_bot().edit_message_text(
            view.html,
            message.chat_id,
            reply,
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
