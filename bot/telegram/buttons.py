"""A pressed button turns the message to another view; whatever comes of it, the press is answered."""

import logging
from collections.abc import Callable
from contextlib import suppress

from telegram import CallbackQuery, Update
from telegram.error import TelegramError
from telegram.ext import ContextTypes

from bot.examples import examples
from bot.naming import source, titled
from bot.shown import Shown
from bot.telegram import sentences as say
from bot.telegram.desk import Asker, Desk, asker, turn
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
    def __init__(self, desk: Desk, questions: Questions) -> None:
        self._desk, self._questions = desk, questions

    async def pressed(self, update: Update, _context: ContextTypes.DEFAULT_TYPE) -> None:
        query = update.callback_query
        if query is None:
            return
        action, *words = (query.data or "").split(":")
        if action == "q":
            await _answered(query, "")
            await self._example(update, words)
            return
        who = asker(update)
        try:
            view, toast = await self._desk.run(lambda: self._turned(action, words, who))
        except StoreError as error:
            _log.error("button: %s", error)
            view, toast = None, say.NOT_NOW
        except (ValueError, IndexError):  # a button of another version
            view, toast = None, say.TOO_OLD
        await _answered(query, toast)
        if view is not None and query.message is not None and (who.private or action not in "ud"):
            await turn(query, view)

    def _turned(self, action: str, words: list[str], who: Asker) -> Turned:
        """What the message shows next, None where it stays, and what is said for a moment."""
        ways: dict[str, _Way] = {
            **dict.fromkeys("avrf", lambda w, a: self._of_answer(action, w, a)),
            **dict.fromkeys("ud", lambda w, a: self._vote(action, w, a)),
            "t": self._contents,
            "k": self._clause,
            "l": self._plans,
            "p": self._choose,
        }
        return ways[action](words, who) if action in ways else (None, say.TOO_OLD)

    def _of_answer(self, action: str, words: list[str], who: Asker) -> Turned:
        token, *places = words
        shown = self._desk.shown.get(token)
        if shown is None:
            return None, say.TOO_OLD
        if action == "a":
            return self._answer(token, shown, int(places[0]), who), ""
        if action == "v":
            return reading_view(token, shown, int(places[0])), ""
        if action == "r":
            return related_view(token, shown), ""
        return self._full(token, shown, int(places[0]), int(places[1]))

    def _answer(self, token: str, shown: Shown, page: int, who: Asker) -> View:
        return answer_view(token, shown, page, voted=self._desk.feedback.voted(token, who.who))

    def _full(self, token: str, shown: Shown, place: int, page: int) -> Turned:
        clause = self._desk.shelf.store.clause(*shown.clauses[place])
        if clause is None:  # the index was made anew without it
            return None, say.TOO_OLD
        if shown.unsure and page == 0:
            self._desk.conversation.picked(shown.question, clause)
        return full_view(token, shown, clause, place, page), ""

    def _vote(self, action: str, words: list[str], who: Asker) -> Turned:
        token, page = words
        shown = self._desk.shown.get(token)
        if shown is None:
            return None, say.TOO_OLD
        clause = self._desk.shelf.store.clause(*shown.clauses[0]) if shown.answering else None
        self._desk.feedback.vote(token, who.who, shown.question, source(clause) if clause else "", up=action == "u")
        return self._answer(token, shown, int(page), who), say.THANKS_UP if action == "u" else say.THANKS_DOWN

    def _contents(self, words: list[str], _who: Asker) -> Turned:
        store = self._named(words[0])
        plan = store.plan() if store else None
        if store is None or plan is None:
            return None, say.TOO_OLD
        clauses = store.clauses_of(plan.title)
        if len(words) == 2:
            return contents_view(plan, clauses, int(words[1])), ""
        return chapter_view(plan, clauses, int(words[1]), int(words[2])), ""

    def _clause(self, words: list[str], _who: Asker) -> Turned:
        name, number, chapter, page = words
        store = self._named(name)
        plan = store.plan() if store else None
        clause = store.clause(plan.title, int(number)) if store and plan else None
        if clause is None:
            return None, say.TOO_OLD
        return clause_view(clause, int(page), f"k:{name}:{number}:{chapter}", f"t:{name}:{chapter}:0"), ""

    def _plans(self, words: list[str], who: Asker) -> Turned:
        return plans_view(self._desk.shelf.store.titles(), self._desk.chats.chosen(who.chat), int(words[0])), ""

    def _choose(self, words: list[str], who: Asker) -> Turned:
        titles = self._desk.shelf.store.titles()
        title = next((t for t in titles if digest(t) == words[0]), None)
        if title is None and words[0] != "*":
            return None, say.TOO_OLD
        self._desk.chats.choose(who.chat, title, who.who)
        plan = self._desk.shelf.store_of(title).plan()
        name = titled(plan.title, plan.edition) if title and plan else say.ALL_PLANS
        return plans_view(titles, title, int(words[1])), say.CHOSEN.format(plan=name)[:200]

    def _named(self, name: str) -> Store | None:
        """The plan that a button stands for."""
        title = next((t for t in self._desk.shelf.store.titles() if digest(t) == name), None)
        return self._desk.shelf.store_of(title) if title else None

    async def _example(self, update: Update, words: list[str]) -> None:
        who, desk = asker(update), self._desk
        questions = await desk.run(lambda: examples(desk.conversation.store(who.chat), desk.shelf.lexicon))
        place = int(words[0]) if words and words[0].isdigit() else 0
        if place < len(questions):
            await self._questions.answer(update, questions[place])


async def _answered(query: CallbackQuery, toast: str) -> None:
    with suppress(TelegramError):  # pressed long ago, or the network is away: the message turns all the same
        await query.answer(toast or None)
