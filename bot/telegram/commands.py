"""What can be asked with a slash: by everybody, and by administrators."""

from telegram import Message, Update
from telegram.ext import ContextTypes

from bot.blocks import Clauses, Reply, Say
from bot.chats import MEMORY_MINUTES, SHOWN_DAYS
from bot.examples import examples
from bot.listings import clause_number, ledger_of
from bot.replies import CLAUSE_USAGE, contents, named, ref_of, titled
from bot.shown import Shown
from bot.telegram import sentences as say
from bot.telegram.desk import Desk, asker, send
from bot.telegram.markup import pages
from bot.telegram.questions import Questions
from bot.telegram.views import answer_view, contents_view, group_view, plans_view, said, welcome_view

_Context = ContextTypes.DEFAULT_TYPE


class Commands:
    def __init__(self, desk: Desk, questions: Questions) -> None:
        self._desk, self._questions = desk, questions

    async def start(self, update: Update, context: _Context) -> None:
        """A greeting with questions to begin with; behind a link from a group, the answer that was read there."""
        message, who = _sent(update), asker(update)
        if not who.private:
            await send(message, said(say.IN_GROUP.format(username=context.bot.username)))
            return
        token = " ".join(context.args or [])
        shown = await self._desk.run(lambda: self._desk.shown.get(token)) if token else None
        if shown is not None:
            await send(message, answer_view(token, shown))
            return
        store = self._desk.conversation.store
        plan, questions = await self._desk.run(lambda: (store(who.chat).plan(), examples(self._desk.shelf)))
        await send(message, welcome_view(plan, questions))

    async def help(self, update: Update, context: _Context) -> None:
        await send(_sent(update), said(say.HELP.format(username=context.bot.username)))

    async def ask(self, update: Update, context: _Context) -> None:
        text = " ".join(context.args or [])
        if text:
            await self._questions.answer(update, text)
        else:
            await send(_sent(update), said(say.EMPTY_ASK))

    async def toc(self, update: Update, _context: _Context) -> None:
        """The chapters to go into; in a group, where one would turn what all read, the titles of the clauses."""
        who = asker(update)
        store = await self._desk.run(lambda: self._desk.conversation.store(who.chat))
        plan = store.plan()
        if plan is None:
            await send(_sent(update), said(say.NOT_NOW))
            return
        clauses = await self._desk.run(lambda: store.clauses_of(plan.title))
        await send(_sent(update), contents_view(plan, clauses) if who.private else said(contents(plan, clauses)))

    async def clause(self, update: Update, context: _Context) -> None:
        """/clause 7: asked as the question that it is, so that one can go on asking about it."""
        who, ref = asker(update), " ".join(context.args or [])
        if clause_number(ref) is not None:
            await self._questions.answer(update, ref)
            return
        store = await self._desk.run(lambda: self._desk.conversation.store(who.chat))
        plan = store.plan()
        last = store.last_ref(plan.title) if plan else 0
        await send(_sent(update), said(CLAUSE_USAGE.format(command="/clause", last=last)))

    async def figures(self, update: Update, context: _Context) -> None:
        """The ledger, or what of it goes with the words, page by page."""
        who, words = asker(update), context.args or []
        message = _sent(update)
        token, shown = await self._desk.run(lambda: self._ledger(words, who.chat, who.place, who.who))
        view = answer_view(token, shown) if who.private else group_view(token, shown, context.bot.username)
        await send(message, view, quote=not who.private)

    def _ledger(self, words: list[str], chat: str, place: str, who: str) -> tuple[str, Shown]:
        store = self._desk.conversation.store(chat)
        plan = store.plan()
        ledger = ledger_of(store.clauses_of(plan.title), words) if plan else []
        about = "和“" + " ".join(words) + "”有关" if words else ""
        if not ledger or plan is None:
            text = say.NO_FIGURES.format(words=" ".join(words))
            return "", Shown(text, (said(text).html,))
        head = say.FIGURES.format(plan=titled(plan.title, plan.edition), about=about, count=len(ledger))
        lines = Clauses(tuple((f"{ref_of(c)} {named(f)}", c) for c, f in ledger))
        shown = Shown(" ".join(words), pages(Reply((Say(head), lines))))
        return self._desk.shown.keep(shown, place, who), shown

    async def plans(self, update: Update, _context: _Context) -> None:
        who = asker(update)
        titles, chosen = await self._desk.run(
            lambda: (self._desk.shelf.store.titles(), self._desk.chats.chosen(who.chat))
        )
        listed = "\n".join(f"《{title}》" for title in titles)
        await send(_sent(update), plans_view(titles, chosen) if who.private else said(listed))

    async def feedback(self, update: Update, context: _Context) -> None:
        who, text = asker(update), " ".join(context.args or [])
        if text:
            await self._desk.run(lambda: self._desk.feedback.note(who.who, text))
        await send(_sent(update), said(say.THANKS_NOTE if text else say.FEEDBACK_USAGE))

    async def privacy(self, update: Update, _context: _Context) -> None:
        told = {"minutes": MEMORY_MINUTES, "shown": SHOWN_DAYS, "days": self._desk.keep_days, "id": asker(update).id}
        await send(_sent(update), said(say.PRIVACY.format(**told)))

    async def forget(self, update: Update, _context: _Context) -> None:
        who = asker(update).who
        await self._desk.run(lambda: self._desk.chats.forget(who))
        await send(_sent(update), said(say.FORGOTTEN))

    async def unknown(self, update: Update, _context: _Context) -> None:
        await send(_sent(update), said(say.NO_COMMAND))


def _sent(update: Update) -> Message:
    """The message that a command came in; handlers are only called where there is one."""
    message = update.effective_message
    if message is None:
        raise ValueError("a command without a message")
    return message
