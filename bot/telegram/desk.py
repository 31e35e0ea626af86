"""Where every handler works: answers made and kept off the event loop, who asks from where, and views sent."""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

from telegram import (
    CallbackQuery,
    ForceReply,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    LinkPreviewOptions,
    Message,
    Update,
)
from telegram.constants import ChatType, ParseMode
from telegram.error import BadRequest

from bot.blocks import Reply, shortened
from bot.chats import Chats
from bot.config import Telegram
from bot.conversation import Conversation, Turn
from bot.feedback import Feedback
from bot.naming import line, named
from bot.replies import compose, readings
from bot.shelf import Shelf
from bot.shown import Reading, Shown, ShownReplies
from bot.telegram.markup import pages
from bot.telegram.views import Rows, View
from knowledge.errors import StoreError
from knowledge.model import Answer, Clause, Status
from knowledge.store import Store

_NO_PREVIEW = LinkPreviewOptions(is_disabled=True)
_LABEL = 28
_NEAREST, _RELATED, _READINGS = 3, 4, 12
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

    def answered(self, asker: Asker, text: str, earlier: Shown | None) -> Shown:
        """The reply to a question, which may be an edited one that had a reply before. Raises QuestionError."""
        turn = self.conversation.turn(asker.chat, text, asker.who, earlier.earlier if earlier else None)
        return shown_of(turn, self.shelf.store)

    def keep(self, shown: Shown, asker: Asker, message: int, token: str | None = None) -> str | None:
        """The token under which the reply is kept; None where it cannot be, which costs its buttons but not the answer."""
        with suppress(StoreError):
            return self.shown.keep(shown, asker.place, asker.who, message, token)
        return None

    def earlier(self, asker: Asker, message: int) -> tuple[str, int, Shown | None] | None:
        """The token of the reply to that message, the message it was sent as, and itself."""
        with suppress(StoreError):
            if found := self.shown.reply_to(asker.place, message):
                return *found, self.shown.get(found[0])
        return None


def shown_of(turn: Turn, store: Store) -> Shown:
    """The answer as it is sent, with the clauses that its buttons lead to."""
    answer, reply = turn.answer, compose(turn.answer, turn.plan)
    answering = [m.clause for m in answer.matches]
    offered = _related(answer, store) if answering else _nearest(answer)
    clauses = [*answering, *offered]
    return Shown(
        question=answer.text,
        pages=pages(reply),
        plan=turn.plan.title if turn.plan else "",
        readings=tuple(_readings(turn, answering, reply)),
        clauses=tuple((c.plan, c.number) for c in clauses),
        answering=len(answering),
        labels=tuple(shortened(reply.written(line(c)), _LABEL) for c in clauses),
        refused=answer.status in {Status.NOT_COVERED, Status.UNSURE} and answer.reason != "talk",
        unsure=answer.status is Status.UNSURE,
        earlier=(turn.before, turn.after),
    )


def _readings(turn: Turn, answering: list[Clause], reply: Reply) -> list[Reading]:
    several = readings(turn.answer)[:_READINGS]
    labels = [f"{place}. {reply.written(named(one.figures[0][1]))}" for place, one in enumerate(several, 1)]
    return [
        Reading(shortened(label, _LABEL), pages(compose(one, turn.plan))[0], answering.index(one.matches[0].clause))
        for label, one in zip(labels, several, strict=True)
    ]


def _nearest(answer: Answer) -> list[Clause]:
    """What was offered to choose from; what comes nearest to a question that was refused, unless for what it names."""
    if offered := [m.clause for finding in answer.findings for m in finding.offered]:
        return offered
    if answer.reason not in {None, "no_such_number"}:
        return []
    return [m.clause for m in answer.nearest if m.score >= _NEAR][:_NEAREST]


def _related(answer: Answer, store: Store) -> list[Clause]:
    """Clauses near to the question, then those that stand beside the answering one in its chapter."""
    first, known = answer.matches[0].clause, {m.clause.key for m in answer.matches}
    near = [m.clause for m in answer.nearest if m.score >= _NEAR]
    around = [store.clause(first.plan, first.number + n) for n in (1, -1, 2, -2)]
    beside = [c for c in around if c is not None and c.chapter == first.chapter]
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
        reply_markup=ForceReply() if view.wants_reply else _markup(view.rows),
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


async def replace_reply(message: Message, reply: int, view: View) -> None:
    """Show the view in the place of an earlier reply in the same chat. Raises BadRequest where it was deleted."""
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
