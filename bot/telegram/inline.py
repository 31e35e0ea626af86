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
from telegram.ext import ContextTypes

from bot.blocks import Block, Quote, Reply, plain, shortened
from bot.naming import body, line, named, source
from bot.replies import compose, whole
from bot.telegram import sentences as say
from bot.telegram.desk import Desk
from bot.telegram.markup import LIMIT, pages, units
from bot.telegram.throttle import Pace, Throttle
from knowledge.answer import ask
from knowledge.errors import QuestionError
from knowledge.model import Answer, Clause, Status
from knowledge.wording import is_traditional

# Every key pressed asks anew, so more is allowed than of questions.
_PER_MINUTE = 120
_PAGE, _MOST = 10, 50
_CACHE_SECONDS = 60
_TITLE, _DESCRIPTION = 60, 120


class Inline:
    def __init__(self, desk: Desk) -> None:
        self._desk, self._throttle = desk, Throttle(_PER_MINUTE)

    async def asked(self, update: Update, _context: ContextTypes.DEFAULT_TYPE) -> None:
        query = update.inline_query
        if query is None or self._throttle.pace(query.from_user.id) is not Pace.FINE:
            return
        start = int(query.offset) if query.offset.isdecimal() and len(query.offset) < 6 else 0
        cards = await self._desk.run(lambda: self._cards(query.query))
        shown = cards[start : start + _PAGE]
        button = None if cards else InlineQueryResultsButton(say.INLINE_NOTHING, start_parameter="inline")
        await query.answer(
            shown,
            cache_time=_CACHE_SECONDS,
            is_personal=False,
            next_offset=str(start + _PAGE) if start + _PAGE < len(cards) else "",
            button=button,
        )

    def _cards(self, text: str) -> list[InlineQueryResultArticle]:
        store = self._desk.shelf.store
        plan = store.plan()
        if not text.strip():
            clauses = store.clauses_of(plan.title)[:_MOST] if plan else []
            return [_clause_card(c, traditional=False) for c in clauses]
        try:
            answer = ask(text, store, self._desk.shelf.lexicon, _MOST)
        except QuestionError:
            return []
        if answer.status is Status.NOT_COVERED:
            return []
        if answer.status is Status.UNSURE:
            return [_clause_card(m.clause, traditional=is_traditional(text)) for m in answer.findings[0].offered]
        found = dict.fromkeys(m.clause for m in (*answer.matches, *answer.nearest))
        cards = [_clause_card(c, traditional=is_traditional(text)) for c in found]
        return [_answer_card(answer, compose(answer, plan)), *cards][:_MOST]


def _answer_card(answer: Answer, reply: Reply) -> InlineQueryResultArticle:
    """The figures that answer, else the clause that does."""
    first = answer.matches[0].clause
    title = "；".join(named(f) for _, f in answer.figures) or plain(Reply(reply.blocks[:1])) or line(first)
    quote = next((b.text for b in reply.blocks if isinstance(b, Quote)), source(first))
    stands = f"——{reply.written(source(first))}"
    told, *more = pages(reply)
    if more:  # where it stands is said on a later page
        told = pages(reply, LIMIT - units(stands) - 2)[0] + f"\n\n{escape(stands)}"
    return _card("answer", reply.written(title), reply.written(quote), told)


def _clause_card(clause: Clause, *, traditional: bool) -> InlineQueryResultArticle:
    blocks: tuple[Block, ...] = tuple(whole(clause))
    reply = Reply(blocks, traditional)
    return _card(f"clause-{clause.key}", reply.written(line(clause)), reply.written(body(clause)), pages(reply)[0])


def _card(name: str, title: str, description: str, html: str) -> InlineQueryResultArticle:
    content = InputTextMessageContent(html, ParseMode.HTML, link_preview_options=LinkPreviewOptions(is_disabled=True))
    return InlineQueryResultArticle(
        name, shortened(title, _TITLE), content, description=shortened(description, _DESCRIPTION)
    )
