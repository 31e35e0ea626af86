"""Answers as cards, each kept for a week: what its buttons, a reload and the way back need."""

from contextlib import suppress
from dataclasses import dataclass, replace
from urllib.parse import urlencode

from bot.blocks import Reply, Say
from bot.naming import line, named, source
from bot.replies import compose, readings, whole
from bot.shown import Shown, ShownReplies
from bot.web.cards import Card, Links, answer_card, card
from bot.web.desk import Desk
from knowledge.answer import ask
from knowledge.errors import QuestionError, StoreError
from knowledge.model import Answer, Clause, Plan
from knowledge.wording import is_traditional


@dataclass(frozen=True, slots=True)
class Turn:
    """What was asked and the card that answers it, as HTML; the status is that of the response."""

    asked: str
    html: str
    status: int = 200
    token: str = ""


class Answers:
    """What is done in the worker: answers made, rendered and kept for their buttons."""

    def __init__(self, desk: Desk) -> None:
        self._desk, self._shown = desk, ShownReplies(desk.chats, "w")

    def alone(self, chat: str, page: str, text: str) -> Turn:
        """The answer to a question in a link, which means the same to everybody: what was said before does not count.

        The page that shows it goes on from there in a chat of its own.
        """
        with suppress(StoreError):
            self._desk.chats.remember(chat, "")
        turn = self.answer(chat, text)
        with suppress(StoreError):
            self._desk.chats.remember(page, self._desk.chats.recall(chat) or "")
        return turn

    def answer(self, chat: str, text: str) -> Turn:
        follows = self._follows(chat)
        try:
            answer, plan = self._desk.conversation.ask(chat, text)
        except QuestionError as error:
            reply = Reply((Say(str(error)),), is_traditional(text))
            return Turn(text, self._render(card(reply, Links())), 422)
        links = Links()
        shown = answer_card(answer, compose(answer, plan), links)
        shared = self._shared(answer, links) if follows else _link(text)
        several = tuple(self._reading(chat, one, plan, links) for one in readings(answer))
        return self._keep(
            chat, text, replace(shown, shared=shared, readings=several), [m.clause for m in answer.matches]
        )

    def clause(self, chat: str, title: str | None, number: str) -> Turn | None:
        store = self._desk.shelf.store
        plan = store.plan()
        title = title or (plan.title if plan else "")
        clause = store.clause(title, int(number)) if number.isdecimal() and len(number) < 10 else None
        if clause is None or plan is None:
            return None
        links = Links()
        self._desk.conversation.opened(chat, clause)
        shown = replace(card(Reply(tuple(whole(clause))), links), shared=links.clause(clause))
        return self._keep(chat, line(clause), shown, [clause])

    def kept(self, token: str) -> Turn | None:
        shown = self._shown.get(token)
        return Turn(shown.question, shown.pages[0], token=token) if shown and shown.pages else None

    def judged(self, chat: str, token: str, *, up: bool) -> bool:
        """Keep a thumb; False where its answer is not kept any more."""
        shown = self._shown.get(token)
        if shown is None:
            return False
        self._desk.feedback.vote(token, chat, shown.question, shown.labels[0] if shown.labels else "", up=up)
        return True

    def _follows(self, chat: str) -> bool:
        with suppress(StoreError):
            return bool(self._desk.chats.recall(chat))
        return False

    def _shared(self, answer: Answer, links: Links) -> str:
        """The link that opens this answer for somebody who has not asked what was asked before it."""
        store, lexicon, text = self._desk.shelf.store, self._desk.shelf.lexicon, answer.text
        wholes = [f"{f.what}{f.part or ''}" for _, f in answer.figures[:1]] if not answer.derived else []
        for question in (text, *wholes, *(f"{f.what}{text}" for _, f in answer.figures[:1])):
            if _same(ask(question, store, lexicon), answer):
                return _link(question)
        return links.clause(answer.matches[0].clause) if answer.matches else _link(text)

    def _reading(self, chat: str, answer: Answer, plan: Plan | None, links: Links) -> tuple[str, str]:
        """One reading of an ambiguous answer, kept as an answer of its own: what to tap, and where that leads."""
        name = "；".join(named(f) for _, f in answer.figures)
        clause = answer.matches[0].clause
        reply = compose(answer, plan)
        shown = replace(answer_card(answer, reply, links), shared=links.clause(clause))
        turn = self._keep(chat, name, shown, [clause])
        return reply.written(name), "/?" + urlencode({"t": turn.token})

    def _keep(self, chat: str, asked: str, shown: Card, clauses: list[Clause]) -> Turn:
        token = self._shown.new_token()
        html = self._render(shown, token)
        places = tuple((c.plan, c.number) for c in clauses)
        label = tuple(source(c) for c in clauses[:1])
        kept = Shown(asked, (html,), clauses=places, answering=len(places), labels=label)
        try:
            self._shown.keep(kept, chat, chat, token=token)
        except StoreError:  # what cannot be kept costs nobody the answer
            return Turn(asked, self._render(shown))
        return Turn(asked, html, token=token)

    def _render(self, shown: Card, token: str = "") -> str:
        return self._desk.templates.get_template("card.html").render(card=shown, token=token)


def _same(one: Answer, other: Answer) -> bool:
    return _gist(one) == _gist(other)


def _gist(answer: Answer) -> tuple[object, ...]:
    derived = (answer.derived.kind, answer.derived.value) if answer.derived else None
    figures = [(c.key, f.start) for c, f in answer.figures]
    return answer.status, [m.clause.key for m in answer.matches[:1]], figures, derived


def _link(text: str) -> str:
    return "/?" + urlencode({"q": text}, errors="replace")
