"""A chat that goes on: what was talked about is recalled for a question and kept after it, and what was refused is noted."""

from contextlib import suppress

import msgspec

from bot.chats import Chats
from knowledge.answer import converse
from knowledge.errors import StoreError
from knowledge.follow import Memory
from knowledge.lexicon import Lexicon
from knowledge.model import Answer, Status
from knowledge.store import Store

REFUSED = {Status.NOT_COVERED, Status.NO_FIGURE}


class Conversation:
    """Answers the questions of any number of chats, each with its own memory."""

    def __init__(self, store: Store, lexicon: Lexicon, chats: Chats) -> None:
        self.store, self._lexicon, self._chats = store, lexicon, chats

    def ask(self, chat: str, text: str) -> Answer:
        """The answer to what was typed in this chat. Raises QuestionError where nothing is asked."""
        answer, memory = converse(text, self._recall(chat), self.store, self._lexicon)
        with suppress(StoreError):  # what cannot be kept costs nobody the answer
            if memory is not None:
                self._chats.remember(chat, msgspec.json.encode(memory).decode())
            if answer.status in REFUSED:
                self._chats.refused(text)
        return answer

    def _recall(self, chat: str) -> Memory | None:
        """What was kept, unless another version of the program kept it."""
        try:
            kept = self._chats.recall(chat)
            return msgspec.json.decode(kept, type=Memory) if kept else None
        except (StoreError, msgspec.ValidationError, msgspec.DecodeError):
            return None
