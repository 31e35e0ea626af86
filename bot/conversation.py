"""A chat that goes on: what was talked about is recalled for a question and kept after it, and what was refused is noted."""

from contextlib import suppress
from dataclasses import dataclass

import msgspec

from bot.blocks import shortened
from bot.chats import Chats
from bot.feedback import Feedback
from bot.naming import source
from bot.shelf import Shelf
from knowledge.answer import converse
from knowledge.errors import StoreError
from knowledge.frames import read
from knowledge.model import Answer, Asks, Clause, Finding, Frame, Plan, Status
from knowledge.store import Store
from knowledge.tagging import tag
from knowledge.thread import Memory, Topic
from knowledge.wording import fold

REFUSED = {Status.NOT_COVERED, Status.NO_FIGURE, Status.NO_DETAIL, Status.UNSURE}
_NEAREST = 5


@dataclass(frozen=True, slots=True)
class Turn:
    """A question answered: the plan that it was looked for in (None: several), and what the chat was about before and
    after it."""

    answer: Answer
    plan: Plan | None
    before: str
    after: str


class Conversation:
    """Answers the questions of any number of chats, each with its own memory."""

    def __init__(self, shelf: Shelf, chats: Chats) -> None:
        self.shelf, self._chats = shelf, chats
        self._feedback = Feedback(chats)

    def ask(self, chat: str, text: str, who: str | None = None, nearest: int = _NEAREST) -> tuple[Answer, Plan | None]:
        """The answer to what was typed in this chat by `who` (one and the same unless given), and the plan that it was
        looked for in. Raises QuestionError where nothing is asked."""
        turn = self.turn(chat, text, who, nearest=nearest)
        return turn.answer, turn.plan

    def turn(
        self,
        chat: str,
        text: str,
        who: str | None = None,
        earlier: tuple[str, str] | None = None,
        nearest: int = _NEAREST,
    ) -> Turn:
        """The same with what the chat was about. `earlier` is that before and after the question that this one was edited
        from: it is then answered as it would have been, and what was said since stays."""
        kept = self._recall(chat)
        before = earlier[0] if earlier else kept
        store = self.store(chat)
        remembered = _memory(before)
        answer, memory = converse(text, remembered, store, self.shelf.lexicon, nearest)
        after = msgspec.json.encode(memory).decode() if memory is not None else ""
        with suppress(StoreError):  # what cannot be kept costs nobody the answer
            if after and (earlier is None or kept == earlier[1]):
                self._chats.remember(chat, after, who)
            if answer.reason == "chosen" and remembered and remembered.asked:
                self._chats.picked(remembered.asked[0], source(answer.matches[0].clause))
            elif is_unanswered(answer):
                self._chats.refused(text)
            self._feedback.count(who or chat, answer.status)
        return Turn(answer, store.plan() if store.count_plans() == 1 else None, before, after)

    def opened(self, chat: str, clause: Clause) -> None:
        """A clause was opened in this chat: what is asked next may be about it."""
        with suppress(StoreError):
            before = _memory(self._recall(chat))
            if before and before.asked and (clause.plan, clause.number) in before.offered:
                self.picked(before.asked[0], clause)
            said = fold(clause.title or shortened(clause.text))
            frames = read(said, tag(said, self.store(chat), self.shelf.lexicon))
            frame = Frame(said, tuple(t for f in frames for t in f.about), asks=Asks.CLAUSE)
            memory = Memory((Topic(frame, clause.plan, clause.number),), (clause.key,))
            self._chats.remember(chat, msgspec.json.encode(memory).decode())

    def picked(self, question: str, clause: Clause) -> None:
        """A clause was opened of those offered to a question: which words that question needs shows from this."""
        with suppress(StoreError):
            self._chats.picked(question, source(clause))

    def store(self, chat: str) -> Store:
        """The plan that the chat has chosen, else all plans."""
        try:
            return self.shelf.store_of(self._chats.chosen(chat))
        except StoreError:
            return self.shelf.store

    def _recall(self, chat: str) -> str:
        with suppress(StoreError):
            return self._chats.recall(chat) or ""
        return ""


def is_unanswered(answer: Answer) -> bool:
    """Was anything asked that the plan does not answer?"""
    return any(f.status in REFUSED and not _is_talk(f) for f in answer.findings)


def _is_talk(finding: Finding) -> bool:
    """Was nothing asked that a plan could hold: 你好, 谢谢?"""
    return finding.reason == "talk" or (
        finding.status is Status.NOT_COVERED and not (finding.frame.about or finding.reason)
    )


def _memory(kept: str) -> Memory | None:
    """What was kept, unless another version of the program kept it."""
    try:
        return msgspec.json.decode(kept, type=Memory) if kept else None
    except (msgspec.MsgspecError, UnicodeError):
        return None
