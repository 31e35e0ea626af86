"""Answers as cards, each kept for a week: what its buttons, a reload and the way back need."""

from dataclasses import dataclass, replace
from urllib.parse import urlencode

from bot.assistant import AnswerFailed, Turn
from bot.records.replies import Shown
from bot.records.shared import identity
from bot.replies import shared
from bot.replies.blocks import Reply, Say
from bot.replies.naming import line, named, plan_names
from bot.replies.passages import whole
from bot.replies.related import readings
from bot.web.cards import Card, Links, answer_card, card
from bot.web.compare import table_of
from bot.web.site import Site
from knowledge.errors import QuestionError
from knowledge.model import Answer, Clause
from knowledge.wording import is_traditional

# Whose the answers are that belong to no chat: nobody's.
_NOBODY = "link"


@dataclass(frozen=True, slots=True)
class Answered:
    """What was asked and the card that answers it, as HTML; the status is that of the response, the token that under which
    it is kept."""

    asked: str
    html: str
    status: int = 200
    token: str = ""


class Answers:
    """What is done off the event loop: answers made, rendered and kept for their buttons."""

    def __init__(self, site: Site) -> None:
        self._site, self._links = site, Links()

    def linked(self, text: str, plan: str = "") -> Answered:
        """The answer to a question in a link, which means the same to everybody and belongs to no chat."""
        try:
            turn = self._site.assistant.look(text, plan=plan)
        except QuestionError as error:
            return self._told(text, error)
        return self._card(_NOBODY, text, turn, _link(text, plan))

    def forget(self, chat: str) -> None:
        """What was said in a chat does not count any more."""
        self._site.assistant.records.memories.remember(chat, "")

    def afresh(self, chat: str, text: str, plan: str = "") -> Answered:
        """The answer to a question that stands for itself, whatever the chat was about before."""
        self.forget(chat)
        return self.answer(chat, text, plan=plan)

    def answer(self, chat: str, text: str, after: str = "", plan: str = "") -> Answered:
        """The answer to what was asked in a chat; `after` is the token of the answer that it goes on from, where that is not
        what the chat was about last, `plan` the title of the only plan to answer from (empty: all)."""
        memories = self._site.assistant.records.memories
        if (memories.chosen(chat) or "") != plan:
            memories.choose(chat, plan or None)
            if not plan:
                self.forget(chat)  # else few words would still be asked of the plan that was chosen before
        if after and (shown := self._site.replies.get(after)) and shown.earlier:
            self._site.assistant.resume(chat, shown.earlier[1])
        try:
            turn = self._site.assistant.answer(chat, text)
        except QuestionError as error:
            return self._told(text, error)
        of = plan if turn.plan else ""  # 和去年比 is answered from another one too
        return self._card(chat, text, turn, self._shared(turn.answer, of) if turn.before else _link(text, of))

    def clause(self, chat: str, title: str | None, number: str) -> Answered | None:
        store = self._site.assistant.library.store
        plan = store.plan()
        title = title or (plan.title if plan else "")
        clause = store.clause(title, int(number)) if number.isdecimal() and len(number) < 10 else None
        if clause is None or plan is None:
            return None
        self._site.assistant.opened(chat, clause)
        reply = Reply(tuple(whole(clause)))
        plans = plan_names([clause.plan], tuple(store.listed()))
        made = replace(card(reply, self._links), shared=self._links.clause(clause), plans=plans)
        about = self._site.assistant.records.memories.recall(chat)
        return self._keep(chat, made, _shown(line(clause), [clause], about, shared.content_of(reply, plans=plans)))

    def kept(self, token: str) -> Answered | None:
        shown = self._site.replies.get(token)
        return Answered(shown.question, shown.pages[0], token=token) if shown and shown.pages else None

    def vote(self, chat: str, token: str, *, up: bool) -> bool:
        """Keep a thumb; False where its answer is not kept any more."""
        return self._site.assistant.vote(self._site.replies, token, chat, up=up) is not None

    def _told(self, text: str, error: QuestionError) -> Answered:
        """Why there is no answer."""
        reply = Reply((Say(str(error)),), is_traditional(text))
        return Answered(text, self._render(card(reply, self._links)), 500 if isinstance(error, AnswerFailed) else 422)

    def _card(self, chat: str, text: str, turn: Turn, link: str) -> Answered:
        """The card of an answer that the link opens, kept; so is each of its readings."""
        answer, store = turn.answer, self._site.assistant.library.store
        made = answer_card(answer, turn.reply, store, self._links, turn.plan)
        several = tuple(self._reading(chat, replace(turn, answer=one)) for one in readings(answer))
        clauses = [m.clause for m in answer.matches]
        table = table_of(answer, self._site)
        made = replace(made, shared=link, readings=several, onward=self._site.assistant.onward(turn), table=table)
        asked = line(clauses[0]) if answer.reason == "chosen" else text
        content = shared.content_of(turn.reply, answer, made.plans)
        return self._keep(chat, made, _shown(asked, clauses, turn.about, content))

    def _reading(self, chat: str, turn: Turn) -> tuple[str, str]:
        """One reading of an ambiguous answer, kept as an answer of its own: what to tap, and where that leads."""
        answer, clause = turn.answer, turn.answer.matches[0].clause
        name = "；".join(named(f) for _, f in answer.figures)
        made = answer_card(answer, turn.reply, self._site.assistant.library.store, self._links)
        made = replace(made, shared=self._links.clause(clause))
        content = shared.content_of(turn.reply, answer, made.plans)
        kept = self._keep(chat, made, _shown(name, [clause], turn.about, content))
        return turn.reply.written(name), "/?" + urlencode({"t": kept.token})

    def _shared(self, answer: Answer, plan: str) -> str:
        """The link that opens this answer for somebody who has not asked what was asked before it."""
        wholes = [f"{f.what}{f.part or ''}" for _, f in answer.figures[:1]] if not answer.derived else []
        for question in (answer.text, *wholes, *(f"{f.what}{answer.text}" for _, f in answer.figures[:1])):
            if self._opens(question, answer, plan):
                return _link(question, plan)
        return self._links.clause(answer.matches[0].clause) if answer.matches else _link(answer.text, plan)

    def _opens(self, question: str, answer: Answer, plan: str) -> bool:
        try:
            return _gist(self._site.assistant.look(question, plan=plan).answer) == _gist(answer)
        except QuestionError:
            return False

    def _keep(self, chat: str, made: Card, shown: Shown) -> Answered:
        """The card kept as what was shown, with the link that opens it for good once somebody shares it."""
        token = self._site.replies.new_token()
        made = replace(made, kept=f"/a/{identity(shown.content)}" if shown.content else "")
        html = self._render(made, token)
        self._site.replies.keep(replace(shown, pages=(html,)), chat, chat, token=token)
        return Answered(shown.question, html, token=token)

    def _render(self, made: Card, token: str = "") -> str:
        return self._site.render("card.html", card=made, token=token)


def _shown(asked: str, clauses: list[Clause], about: str, content: str) -> Shown:
    """What is kept of an answer beside its card: its clauses, what a chat is about after it, what is kept where it is shared."""
    places = tuple((c.plan, c.number) for c in clauses)
    return Shown(asked, (), clauses=places, answering=len(places), earlier=("", about), content=content)


def _gist(answer: Answer) -> tuple[object, ...]:
    """What two answers that say the same have in common."""
    derived = (answer.derived.kind, answer.derived.value) if answer.derived else None
    figures = [(c.key, f.start) for c, f in answer.figures]
    return answer.status, [m.clause.key for m in answer.matches[:1]], figures, derived


def _link(text: str, plan: str = "") -> str:
    return "/?" + urlencode({"q": text} | ({"plan": plan} if plan else {}), errors="replace")
