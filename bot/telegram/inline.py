"""@bot 学位 in any chat: cards to choose from, the answer first, each inserting a text with its source."""

from html import escape

from telegram import (
    InlineQueryResultArticle,
    InlineQueryResultsButton,
    InputTextMessageContent,
    LinkPreviewOptions,
    Update,
)
from telegram.constants import ParseMode

from bot.assistant import Turn
from bot.limits import Limiter
from bot.replies.blocks import Computed, Numbers, Quote, Reply, plain, shortened
from bot.replies.naming import body, line, source
from bot.replies.passages import whole
from bot.telegram import sentences as say
from bot.telegram.chat import Context, Shared
from bot.telegram.markup import LIMIT, pages, units
from knowledge.errors import QuestionError
from knowledge.model import Clause, Status
from knowledge.wording import is_traditional

# Every key pressed asks anew, so more is allowed than of questions.
_PER_MINUTE = 120
_PAGE, _MOST = 10, 50
_CACHE_SECONDS = 60
_TITLE, _DESCRIPTION = 60, 120


class Inline:
    def __init__(self, shared: Shared) -> None:
        self._shared, self._limiter = shared, Limiter(_PER_MINUTE)

    async def asked(self, update: Update, _context: Context) -> None:
        query = update.inline_query
        if query is None or self._limiter.too_fast(query.from_user.id):
            return
        start = (
            int(query.offset) if query.offset.isascii() and query.offset.isdecimal() and len(query.offset) < 6 else 0
        )
        cards = await self._shared.workers.read(lambda: self._cards(query.query))
        button = None if cards else InlineQueryResultsButton(say.INLINE_NOTHING, start_parameter="inline")
        await query.answer(
            cards[start : start + _PAGE],
            cache_time=_CACHE_SECONDS,
            is_personal=False,
            next_offset=str(start + _PAGE) if start + _PAGE < len(cards) else "",
            button=button,
        )

    def _cards(self, text: str) -> list[InlineQueryResultArticle]:
        if not text.strip():
            store = self._shared.assistant.library.store
            plan = store.plan()
            clauses = store.clauses_of(plan.title)[:_MOST] if plan else []
            return [_clause_card(c, traditional=False) for c in clauses]
        try:
            turn = self._shared.assistant.look(text, _MOST)
        except QuestionError:
            return []
        answer = turn.answer
        if answer.status is Status.NOT_COVERED:
            return []
        if answer.status is Status.UNSURE:
            return [_clause_card(m.clause, traditional=is_traditional(text)) for m in answer.findings[0].offered]
        found = dict.fromkeys(m.clause for m in (*answer.matches, *answer.nearest))
        cards = [_clause_card(c, traditional=is_traditional(text)) for c in found]
        return [_answer_card(turn), *cards][:_MOST]


def _answer_card(turn: Turn) -> InlineQueryResultArticle:
    """The figures that answer, else the clause that does."""
    reply, first = turn.reply, turn.answer.matches[0].clause
    quote = next((b.text for b in reply.blocks if isinstance(b, Quote)), source(first))
    stands = f"——{reply.written(source(first))}"
    told, *more = pages(reply)
    if more:  # where it stands is said on a later page
        told = pages(reply, LIMIT - units(stands) - 2)[0] + f"\n\n{escape(stands)}"
    return _card("answer", reply.written(_title(reply) or line(first)), reply.written(quote), told)


def _title(reply: Reply) -> str:
    """What was computed, else the figures, else the first words of the reply."""
    items = [item for block in reply.blocks if isinstance(block, Numbers) for item in block.items]
    computed = [f"{i.what}{i.number}{i.unit}" for i in items if isinstance(i, Computed) and i.number]
    return "；".join(computed or [i.line for i in items]) or plain(Reply(reply.blocks[:1]))


def _clause_card(clause: Clause, *, traditional: bool) -> InlineQueryResultArticle:
    reply = Reply(tuple(whole(clause)), traditional)
    return _card(f"clause-{clause.key}", reply.written(line(clause)), reply.written(body(clause)), pages(reply)[0])


def _card(name: str, title: str, description: str, html: str) -> InlineQueryResultArticle:
    content = InputTextMessageContent(html, ParseMode.HTML, link_preview_options=LinkPreviewOptions(is_disabled=True))
    return InlineQueryResultArticle(
        name, shortened(title, _TITLE), content, description=shortened(description, _DESCRIPTION)
    )
