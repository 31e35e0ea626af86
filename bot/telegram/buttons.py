"""A pressed button turns the message to another view; whatever comes of it, the press is answered. Thumbs, also those that are
put on a reply as a reaction, are kept, and who is not content is asked why."""

import logging
from collections.abc import Callable
from contextlib import suppress

from telegram import CallbackQuery, ForceReply, MessageReactionUpdated, ReactionTypeEmoji, Update
from telegram.error import TelegramError

from bot.records.replies import Shown
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
Turned = tuple[View | None, str]
_Way = Callable[[list[str], Asker], Turned]


class Buttons:
    def __init__(self, shared: Shared, questions: Questions) -> None:
        self._shared, self._questions = shared, questions
        self._records, self._library = shared.assistant.records, shared.assistant.library

    async def pressed(self, update: Update, context: Context) -> None:
        query = update.callback_query
        if query is None:
            return
        action, *words = (query.data or "").split(":")
        who = asker(update)
        try:
            if action in {"q", "o"}:
                await self._ask(update, query, action, words)
                return
            if action in {"u", "d"}:
                await self._thumb(query, words, who, context, up=action == "u")
                return
            view, toast = await self._shared.workers.read(lambda: self._turned(action, words, who))
        except StoreError as error:
            _log.error("button: %s", error)
            view, toast = None, say.NOT_NOW
        except (ValueError, IndexError):  # a button of another version
            view, toast = None, say.TOO_OLD
        await _answered(query, toast)
        if view is not None and query.message is not None:
            await edit(query.message, view)

    def _turned(self, action: str, words: list[str], who: Asker) -> Turned:
        """What the message shows next, None where it stays, and what is said for a moment."""
        ways: dict[str, _Way] = {
            **dict.fromkeys("avrf", lambda w, a: self._of_answer(action, w, a)),
            "t": self._contents,
            "k": self._clause,
            "l": self._plans,
            "p": self._choose,
        }
        return ways[action](words, who) if action in ways else (None, say.TOO_OLD)

    def _of_answer(self, action: str, words: list[str], who: Asker) -> Turned:
        token, *places = words
        shown = self._shared.replies.get(token)
        if shown is None:
            return None, say.TOO_OLD
        if action == "a":
            return self._answer(token, shown, _place(places[0]), who), ""
        if action == "v":
            return reading_view(token, shown, _place(places[0])), ""
        if action == "r":
            return related_view(token, shown), ""
        return self._full(token, shown, _place(places[0]), _place(places[1]))

    def _answer(self, token: str, shown: Shown, page: int, who: Asker) -> View:
        return answer_view(token, shown, page, voted=self._records.feedback.voted(token, who.who))

    def _full(self, token: str, shown: Shown, place: int, page: int) -> Turned:
        clause = self._library.store.clause(*shown.clauses[place])
        if clause is None:  # the index was made anew without it
            return None, say.TOO_OLD
        if shown.unsure and page == 0:
            self._shared.assistant.picked(shown.question, clause)
        return full_view(token, shown, clause, place, page), ""

    def _contents(self, words: list[str], _who: Asker) -> Turned:
        store = self._named(words[0])
        plan = store.plan() if store else None
        if store is None or plan is None:
            return None, say.TOO_OLD
        clauses = store.clauses_of(plan.title)
        if len(words) == 2:
            return contents_view(plan, clauses, _place(words[1])), ""
        return chapter_view(plan, clauses, _place(words[1]), _place(words[2])), ""

    def _clause(self, words: list[str], _who: Asker) -> Turned:
        name, number, chapter, page = words
        store = self._named(name)
        plan = store.plan() if store else None
        clause = store.clause(plan.title, _place(number)) if store and plan else None
        if clause is None:
            return None, say.TOO_OLD
        return clause_view(clause, _place(page), f"k:{name}:{number}:{chapter}", f"t:{name}:{chapter}:0"), ""

    def _plans(self, words: list[str], who: Asker) -> Turned:
        return plans_view(self._library.store.titles(), self._records.memories.chosen(who.chat), _place(words[0])), ""

    def _choose(self, words: list[str], who: Asker) -> Turned:
        name, page = words
        titles = self._library.store.titles()
        title = next((t for t in titles if digest(t) == name), None)
        if title is None and name != "*":
            return None, say.TOO_OLD
        self._records.memories.choose(who.chat, title, who.who)
        plan = self._library.store_of(title).plan()
        told = titled(plan.title, plan.edition) if title and plan else say.ALL_PLANS
        return plans_view(titles, title, _place(page)), say.CHOSEN.format(plan=told)[:200]

    def _named(self, name: str) -> Store | None:
        """The plan that a button stands for."""
        title = next((t for t in self._library.store.titles() if digest(t) == name), None)
        return self._library.store_of(title) if title else None

    async def _thumb(self, query: CallbackQuery, words: list[str], who: Asker, context: Context, *, up: bool) -> None:
        """Keep a thumb; in a group nothing that all read changes."""
        token, page = words[0], _place(words[1])
        shown, why = await self._shared.workers.read(lambda: self._vote(token, who, up=up))
        if shown is None:
            await _answered(query, say.TOO_OLD)
            return
        thanks = say.THANKS_DOWN if who.private else say.THANKS_DOWN_HERE
        await _answered(query, say.THANKS_UP if up else thanks)
        if who.private and query.message is not None:
            await edit(query.message, answer_view(token, shown, page, voted=up))
            await self._ask_why(context, who, shown, why=why)

    async def reacted(self, update: Update, context: Context) -> None:
        """A thumb put on a reply is kept as one that was pressed."""
        reaction, who = update.message_reaction, asker(update)
        up = _thumb_of(reaction) if reaction else None
        if reaction is None or up is None or not who.id:
            return
        message = reaction.message_id
        shown, why = await self._shared.workers.read(lambda: self._vote_on(message, who, up=up))
        if shown is not None and who.private:
            await self._ask_why(context, who, shown, why=why)

    def _vote_on(self, message: int, who: Asker, *, up: bool) -> tuple[Shown | None, bool]:
        token = self._shared.replies.sent_as(who.place, message)
        return self._vote(token, who, up=up) if token else (None, False)

    def _vote(self, token: str, who: Asker, *, up: bool) -> tuple[Shown | None, bool]:
        """What was judged, and whether the person is to be asked why: for the first thumb down on it."""
        before = self._records.feedback.voted(token, who.who)
        shown = self._shared.assistant.vote(self._shared.replies, token, who.who, up=up)
        return shown, not up and before is not False

    async def _ask_why(self, context: Context, who: Asker, shown: Shown, *, why: bool) -> None:
        """Ask what is wrong with an answer; the reply is kept with the question."""
        if not why:
            return
        sent = await context.bot.send_message(who.id, say.WHY, reply_markup=ForceReply())
        replies, asked = self._shared.replies, Shown(shown.question, (say.WHY,))
        await self._shared.workers.read(lambda: replies.sent(replies.keep(asked, who.place, who.who), sent.message_id))

    async def _ask(self, update: Update, query: CallbackQuery, action: str, words: list[str]) -> None:
        """Answer what the button asks as if it were typed: an example, or what one would ask next of a reply."""
        text, memory = await self._shared.workers.read(lambda: self._question(action, words, asker(update)))
        await _answered(query, "")
        await self._questions.answer(update, text, memory)

    def _question(self, action: str, words: list[str], who: Asker) -> tuple[str, tuple[str, str] | None]:
        """What is asked, and what the chat was about when the reply was given that it goes on from."""
        if action == "q":
            return self._shared.assistant.examples(who.chat)[_place(words[0])], None
        shown = self._shared.replies.get(words[0])
        if shown is None or shown.earlier is None:
            raise IndexError
        after = shown.earlier[1]
        return shown.offers[_place(words[1])], (after, after)


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


async def _answered(query: CallbackQuery, toast: str) -> None:
    with suppress(TelegramError):  # pressed long ago, or the network is away: the message turns all the same
        await query.answer(toast or None)
