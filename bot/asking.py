"""Questions from standard input, one JSON object a line, and the record that an answer goes out as."""

import json
import sys
from typing import TYPE_CHECKING, Any

from knowledge.errors import QuestionError, SettingsError

if TYPE_CHECKING:
    from knowledge.lexicon import Lexicon
    from knowledge.model import Answer
    from knowledge.store import Store
    from knowledge.thread import Memory


def answer_lines(store: "Store", lexicon: "Lexicon", limit: int) -> None:
    """One answer a line in the order asked; lines of one chat are a conversation; a line that asks nothing is told so."""
    from bot.contract import unasked_record
    from knowledge.answer import converse

    memories: dict[str, Memory | None] = {}
    for place, line in enumerate(sys.stdin, 1):
        row = line.removeprefix("\ufeff")  # a mark that some editors put at the head of a file
        if not row.strip():
            continue
        question, chat = _asked(row, place)
        try:
            answer, memory = converse(question, memories.get(chat), store, lexicon, limit)
            if chat:
                memories[chat] = memory
            said = record(answer, store)
        except QuestionError as error:
            said = unasked_record(question, str(error))
        print(json.dumps(said, ensure_ascii=False), flush=True)


def _asked(line: str, place: int) -> tuple[str, str]:
    """The question in a line and the chat that it belongs to, empty where it stands alone."""
    try:
        row = json.loads(line)
        question, chat = row["question"], str(row.get("chat") or "")
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        question, chat = None, ""
    if not isinstance(question, str):
        raise SettingsError(f'标准输入第 {place} 行应形如 {{"question": "今年新增多少学位？"}}。')
    return question, chat


def record(answer: "Answer", store: "Store") -> dict[str, Any]:
    from bot.contract import answer_record
    from bot.replies import reply

    return answer_record(answer, reply(answer, store.plan() if store.count_plans() == 1 else None))
