"""A chat that goes on: what was talked about is recalled for a question and kept after it, and what was refused is noted."""

from contextlib import suppress

import msgspec

from bot.chats import Chats
from bot.feedback import Feedback
from bot.shelf import Shelf
from knowledge.answer import converse
from knowledge.errors import StoreError
from knowledge.follow import Memory
from knowledge.model import Answer, Plan, Status
from knowledge.store import Store

REFUSED = {Status.NOT_COVERED, Status.NO_FIGURE}


class Conversation:
    """Answers the questions of any number of chats, each with its own memory."""

    def __init__(self, shelf: Shelf, chats: Chats) -> None:
        self.shelf, self._chats = shelf, chats
        self._feedback = Feedback(chats)

    def ask(self, chat: str, text: str, who: str | None = None) -> tuple[Answer, Plan | None]:
        """The answer to what was typed in this chat by `who` (one and the same unless given), and the plan that it was
        looked for in. Raises QuestionError where nothing is asked."""
        store = self.store(chat)
        answer, memory = converse(text, self._recall(chat), store, self.shelf.lexicon)
        with suppress(StoreError):  # what cannot be kept costs nobody the answer
            if memory is not None:
                self._chats.remember(chat, msgspec.json.encode(memory).decode(), who)
            if answer.status in REFUSED:
                self._chats.refused(text)
            self._feedback.count(who or chat, answer.status)
        return answer, store.plan()

    def store(self, chat: str) -> Store:
        """The plan that the chat has chosen, else all plans."""
        try:
            return self.shelf.store_of(self._chats.chosen(chat))
        except StoreError:
            return self.shelf.store

    def _recall(self, chat: str) -> Memory | None:
        """What was kept, unless another version of the program kept it."""
        try:
            kept = self._chats.recall(chat)
            return msgspec.json.decode(kept, type=Memory) if kept else None
        except (StoreError, msgspec.ValidationError, msgspec.DecodeError):
            return None
