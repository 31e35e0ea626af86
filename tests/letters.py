"""The smallest channel there is: letters come in, letters go out. It shows what a channel does: take a message in, have the
assistant answer it, draw the blocks of the reply in its own way."""

from collections.abc import Iterator

from bot.assistant import Assistant
from bot.limits import Limiter
from bot.replies.blocks import Also, Block, Chart, Clauses, Help, Numbers, Quote, Say, Whole
from knowledge.errors import QuestionError, StoreError

TOO_FAST = "您写得有点勤，请过 {seconds} 秒再写。"


class Letters:
    def __init__(self, assistant: Assistant, per_minute: int = 10) -> None:
        self._assistant, self._limiter = assistant, Limiter(per_minute)

    def answer(self, sender: str, text: str) -> str:
        """The letter that goes back; each sender has a chat that goes on."""
        if too_fast := self._limiter.too_fast(sender):
            return TOO_FAST.format(seconds=too_fast.seconds)
        try:
            reply = self._assistant.answer(f"letter:{sender}", text).reply
        except (QuestionError, StoreError) as error:
            return str(error)
        return reply.written("\n".join(line for block in reply.blocks for line in _drawn(block)))


def _drawn(block: Block) -> Iterator[str]:
    match block:
        case Numbers(items):
            yield from (f"【{item.number}{item.unit}】{item.what}" for item in items)
        case Chart(title, bars):
            yield f"{title}：" + "，".join(f"{bar.name}{bar.raw}" for bar in bars)
        case Quote(text, source):
            yield f"原文：{text}"
            yield f"出处：{source}" if source else ""
        case Clauses(lines):
            yield from (line for line, _ in lines)
        case Say(text) | Help(text) | Also(text):
            yield text
        case Whole():  # a letter is short
            return
