"""A pressed button turns the message to another view; whatever comes of it, the press is answered. Thumbs, also those that are
put on a reply as a reaction, are kept, and who is not content is asked why."""

import logging
from collections.abc import Callable
from contextlib import suppress
from typing import NamedTuple

from telegram import (
    ForceReply,
    MaybeInaccessibleMessage,
    MessageReactionUpdated,
    ReactionTypeEmoji,
    ReplyParameters,
    Update,
)
from telegram.error import TelegramError

from bot.pictures import drawing
from bot.pictures.drawing import Imprint
from bot.pictures.sheet import Picture
from bot.records.replies import Shown
from bot.replies import shared
from bot.replies.naming import titled
from bot.telegram import sentences as say
from bot.telegram.chat import Asker, Context, Shared, asker, edit
from bot.telegram.questions import Questions
from bot.telegram.views import (
    View,
    answer_view,
    chapter_view,
    clause_view,
    contents_view,
    digest,
    full_view,
    plans_view,
    reading_view,
    related_view,
)
from knowledge.errors import StoreError
from knowledge.store import Store

_log = logging.getLogger(__name__)
# What the chat was about before and after the question that is edited or gone on from.
_Memory = tuple[str, str] | None


class Turned(NamedTuple):
    """What comes of a press: what the message shows next (None: it stays), what is said for a moment, a question that is asked
    as if it were typed, the reply of which the person is asked what is wrong with it, and what is drawn and sent."""

    view: View | None = None
    toast: str = ""
    ask: tuple[str, _Memory] | None = None
    wrong: Shown | None = None
    drawn: Picture | None = None


_TOO_OLD = Turned(toast=say.TOO_OLD)
_Way = Callable[[list[str], Asker], Turned]


class Buttons:
    def __init__(self, shared: Shared, questions: Questions) -> None:
        self._shared, self._questions = shared, questions
        self._records, self._library = shared.assistant.records, shared.assistant.library

    async def pressed(self, update: Update, context: Context) -> None:
        query, who = update.callback_query, asker(update)
        if query is None:
            return
        action, *words = (query.data or "").split(":")
        try:
            turned = await self._shared.workers.read(lambda: self._turned(action, words, who))
        except StoreError as error:
            _log.error("button: %s", error)
            turned = Turned(toast=say.NOT_NOW)
        except (ValueError, IndexError):  # a button of another version
            turned = _TOO_OLD
        with suppress(TelegramError):  # pressed long ago, or the network is away: the message turns all the same
            await query.answer(turned.toast or None)
        if turned.view is not None and query.message is not None:
            await edit(query.message, turned.view)
        if turned.ask is not None:
            await self._questions.answer(update, *turned.ask)
        if turned.wrong is not None:
            await self._ask_why(context, who, turned.wrong)
        if turned.drawn is not None and query.message is not None:
            await self._send_picture(query.message, turned.drawn)

    async def _send_picture(self, message: MaybeInaccessibleMessage, drawn: Picture) -> None:
        """The picture as a reply to the answer that it shows."""
        png = await self._shared.painter.png(drawn.svg) if self._shared.painter else None
        chat, to = message.chat.id, ReplyParameters(message.message_id, allow_sending_without_reply=True)
        if png is None:
            await message.get_bot().send_message(chat, say.NO_PICTURE, reply_parameters=to)
        else:
            await message.get_bot().send_photo(chat, png, reply_parameters=to, filename=say.FILE)

    async def reacted(self, update: Update, context: Context) -> None:
        """A thumb put on a reply is kept as one that was pressed."""
        reaction, who = update.message_reaction, asker(update)
        up = _thumb_of(reaction) if reaction else None
        if reaction is None or up is None or not who.id:
            return
        message = reaction.message_id
        turned = await self._shared.workers.read(lambda: self._vote_on(message, who, up=up))
        if turned.wrong is not None:
            await self._ask_why(context, who, turned.wrong)

    async def _ask_why(self, context: Context, who: Asker, wrong: Shown) -> None:
        """Ask what is wrong with an answer; the reply is kept with the question."""
        sent = await context.bot.send_message(who.id, say.WHY, reply_markup=ForceReply())
        replies, asked = self._shared.replies, Shown(wrong.question, (say.WHY,))
        await self._shared.workers.read(lambda: replies.sent(replies.keep(asked, who.place, who.who), sent.message_id))

    def _turned(self, action: str, words: list[str], who: Asker) -> Turned:
        """Raises ValueError or IndexError where no button of ours says this."""
        ways: dict[str, _Way] = {
            **dict.fromkeys("avrf", lambda w, a: self._of_answer(action, w, a)),
            **dict.fromkeys("ud", lambda w, a: self._vote(w[0], a, up=action == "u", page=_place(w[1]))),
            "o": self._go_on,
            "g": self._picture,
            "q": self._example,
            "t": self._contents,
            "k": self._clause,
            "l": self._plans,
            "p": self._choose,
        }
        return ways[action](words, who) if action in ways else _TOO_OLD

    def _of_answer(self, action: str, words: list[str], who: Asker) -> Turned:
        token, *places = words
        shown = self._shared.replies.get(token)
        if shown is None:
            return _TOO_OLD
        if action == "r":
            return Turned(related_view(token, shown))
        place = _place(places[0])
        if action == "a":
            return Turned(answer_view(token, shown, place, voted=self._records.feedback.voted(token, who.who)))
        return (
            Turned(reading_view(token, shown, place))
            if action == "v"
            else self._full(token, shown, place, _place(places[1]))
        )

    def _full(self, token: str, shown: Shown, place: int, page: int) -> Turned:
        clause = self._library.store.clause(*shown.clauses[place])
        if clause is None:  # the index was made anew without it
            return _TOO_OLD
        if shown.unsure and page == 0:
            self._shared.assistant.picked(shown.question, clause)
        return Turned(full_view(token, shown, clause, place, page))

    def _contents(self, words: list[str], _who: Asker) -> Turned:
        store = self._named(words[0])
        plan = store.plan() if store else None
        if store is None or plan is None:
            return _TOO_OLD
        clauses = store.clauses_of(plan.title)
        if len(words) == 2:
            return Turned(contents_view(plan, clauses, _place(words[1])))
        return Turned(chapter_view(plan, clauses, _place(words[1]), _place(words[2])))

    def _clause(self, words: list[str], _who: Asker) -> Turned:
        name, number, chapter, page = words
        store = self._named(name)
        plan = store.plan() if store else None
        clause = store.clause(plan.title, _place(number)) if store and plan else None
        if clause is None:
            return _TOO_OLD
        return Turned(clause_view(clause, _place(page), f"k:{name}:{number}:{chapter}", f"t:{name}:{chapter}:0"))

    def _plans(self, words: list[str], who: Asker) -> Turned:
        chosen = self._records.memories.chosen(who.chat)
        return Turned(plans_view(self._library.store.titles(), chosen, _place(words[0])))

    def _choose(self, words: list[str], who: Asker) -> Turned:
        name, page = words
        titles = self._library.store.titles()
        title = next((t for t in titles if digest(t) == name), None)
        if title is None and name != "*":
            return _TOO_OLD
        self._records.memories.choose(who.chat, title, who.who)
        plan = self._library.store_of(title).plan()
        told = titled(plan.title, plan.edition) if title and plan else say.ALL_PLANS
        return Turned(plans_view(titles, title, _place(page)), say.CHOSEN.format(plan=told)[:200])

    def _named(self, name: str) -> Store | None:
        """The plan that a button stands for."""
        title = next((t for t in self._library.store.titles() if digest(t) == name), None)
        return self._library.store_of(title) if title else None

    def _picture(self, words: list[str], _who: Asker) -> Turned:
        shown, painter = self._shared.replies.get(words[0]), self._shared.painter
        kept = shared.read(shown.content) if shown else None
        if kept is None or painter is None:
            return _TOO_OLD
        return Turned(drawn=drawing.card(kept.reply, shared.title(kept), painter.family, Imprint()))

    def _vote_on(self, message: int, who: Asker, *, up: bool) -> Turned:
        token = self._shared.replies.sent_as(who.place, message)
        return self._vote(token, who, up=up) if token else Turned()

    def _vote(self, token: str, who: Asker, *, up: bool, page: int = 0) -> Turned:
        """Keep a thumb; in a group nothing that all read changes. In private the first thumb down on a reply is asked about."""
        before = self._records.feedback.voted(token, who.who)
        shown = self._shared.assistant.vote(self._shared.replies, token, who.who, up=up)
        if shown is None:
            return _TOO_OLD
        if not who.private:
            return Turned(toast=say.THANKS_UP if up else say.THANKS_DOWN_HERE)
        view = answer_view(token, shown, page, voted=up)
        return Turned(view, say.THANKS_UP if up else say.THANKS_DOWN, wrong=None if up or before is False else shown)

    def _example(self, words: list[str], who: Asker) -> Turned:
        return Turned(ask=(self._shared.assistant.examples(who.chat)[_place(words[0])], None))

    def _go_on(self, words: list[str], _who: Asker) -> Turned:
        """What one would ask next of a reply: it goes on from that, whatever was asked since."""
        shown = self._shared.replies.get(words[0])
        if shown is None or shown.earlier is None:
            return _TOO_OLD
        after = shown.earlier[1]
        return Turned(ask=(shown.offers[_place(words[1])], (after, after)))


def _place(word: str) -> int:
    """A place as a button of ours says it. Raises ValueError for anything else."""
    if not (word.isascii() and word.isdecimal() and len(word) < 10):
        raise ValueError
    return int(word)


def _thumb_of(reaction: MessageReactionUpdated) -> bool | None:
    """Whether a thumb that was not there before is up; None where there is none."""
    old, new = (
        {r.emoji for r in some if isinstance(r, ReactionTypeEmoji)}
        for some in (reaction.old_reaction, reaction.new_reaction)
    )
    return next((up for emoji, up in (("👍", True), ("👎", False)) if emoji in new - old), None)
