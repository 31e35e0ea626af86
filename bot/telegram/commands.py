"""What everybody can ask with a slash."""

from typing import ClassVar

from telegram import Message, Update
from telegram.ext import ContextTypes

from bot.blocks import Clauses, Reply, Say
from bot.chats import MEMORY_MINUTES, SHOWN_DAYS
from bot.examples import examples
from bot.listings import clause_number, ledger_of
from bot.naming import named, ref_of, titled
from bot.replies import CLAUSE_USAGE, contents
from bot.shown import Shown
from bot.telegram import sentences as say
from bot.telegram.desk import Asker, Desk, asker, send
from bot.telegram.markup import pages
from bot.telegram.questions import Questions
from bot.telegram.views import View, answer_view, contents_view, found_view, plans_view, said, welcome_view
from knowledge.store import Store
from knowledge.wording import fold, is_traditional

_Context = ContextTypes.DEFAULT_TYPE


class Commands:
    # Those that ask something: where they are edited, their reply is edited.
    ANSWERING: ClassVar[set[str]] = {"ask", "clause", "figures"}

    def __init__(self, desk: Desk, questions: Questions) -> None:
        self._desk, self._questions = desk, questions

    async def start(self, update: Update, context: _Context) -> None:
        """A greeting with questions to begin with; behind a link from a group, the answer that was read there."""
        message, who = _sent(update), asker(update)
        token = " ".join(context.args or [])
        if not who.private:
            text = await self._desk.run(
                lambda: say.IN_GROUP.format(username=context.bot.username, example=self._example(who))
            )
            await send(message, said(text))
            return
        shown = await self._desk.run(lambda: self._desk.shown.get(token)) if token else None
        view = answer_view(token, shown) if shown else await self._desk.run(lambda: self._welcome(who))
        await send(message, view)

    def _welcome(self, who: Asker) -> View:
        store = self._store(who)
        return welcome_view(store.plan(), store.count_plans(), examples(store, self._desk.shelf.lexicon))

    async def help(self, update: Update, context: _Context) -> None:
        who = asker(update)
        text = await self._desk.run(lambda: say.HELP.format(username=context.bot.username, example=self._example(who)))
        await send(_sent(update), said(text))

    async def ask(self, update: Update, context: _Context) -> None:
        text, who = " ".join(context.args or []), asker(update)
        if text:
            await self._questions.answer(update, text)
            return
        usage = await self._desk.run(lambda: say.EMPTY_ASK.format(example=self._example(who)))
        await self._questions.reply(update, lambda _: _words(usage))

    async def toc(self, update: Update, _context: _Context) -> None:
        """The chapters to go into; in a group, where one would turn what all read, the titles of the clauses."""
        await send(_sent(update), await self._desk.run(lambda: self._contents(asker(update))))

    def _contents(self, who: Asker) -> View:
        store = self._store(who)
        plan = store.plan()
        if plan is None:
            return said(say.NOT_NOW)
        clauses = store.clauses_of(plan.title)
        return contents_view(plan, clauses) if who.private else said(contents(plan, clauses))

    async def clause(self, update: Update, context: _Context) -> None:
        """/clause 7: asked as the question that it is, so that one can go on asking about it."""
        who, ref = asker(update), " ".join(context.args or [])
        if clause_number(ref) is not None:
            await self._questions.answer(update, ref)
        else:
            await self._questions.reply(update, lambda _: _words(self._usage(who)))

    def _usage(self, who: Asker) -> str:
        store = self._store(who)
        plan = store.plan()
        return CLAUSE_USAGE.format(command="/clause", last=store.last_ref(plan.title) if plan else 0)

    async def figures(self, update: Update, context: _Context) -> None:
        """The ledger, or what of it goes with the words, page by page."""
        who, words = asker(update), context.args or []
        await self._questions.reply(update, lambda _: self._ledger(words, who))

    def _ledger(self, words: list[str], who: Asker) -> Shown:
        store = self._store(who)
        plan = store.plan()
        ledger = list(ledger_of(lambda: [store.clauses_of(plan.title)], words)) if plan else []
        if not ledger or plan is None:
            return _words(say.NO_FIGURES.format(words=" ".join(words)) if words else say.NO_FIGURES_AT_ALL)
        about = f"和“{' '.join(words)}”有关" if words else ""
        head = say.FIGURES.format(plan=titled(plan.title, plan.edition), about=about, count=len(ledger))
        lines = Clauses(tuple((f"{ref_of(c)} {named(f)}", c) for c, f in ledger))
        return Shown(" ".join(words), pages(Reply((Say(head), lines), is_traditional("".join(words)))))

    async def plans(self, update: Update, context: _Context) -> None:
        """The plans to choose from; with words of a title, the one that they name is chosen at once."""
        words, who = " ".join(context.args or []), asker(update)
        await send(_sent(update), await self._desk.run(lambda: self._plans(words, who)))

    def _plans(self, words: str, who: Asker) -> View:
        titles = self._desk.shelf.store.titles()
        found = [t for t in titles if all(w in fold(t) for w in fold(words).split())]
        if words and len(found) == 1:
            self._desk.chats.choose(who.chat, found[0], who.who)
            return said(say.CHOSEN.format(plan=f"《{found[0]}》"))
        if words and not found:
            return said(say.NO_SUCH_PLAN.format(words=words))
        if not who.private:
            return _some(found)
        return found_view(found, words) if words else plans_view(titles, self._desk.chats.chosen(who.chat))

    async def feedback(self, update: Update, context: _Context) -> None:
        """What follows is kept; where nothing does, the reply to the question for it."""
        who, text = asker(update), " ".join(context.args or [])
        if text:
            await self._desk.run(lambda: self._desk.feedback.note(who.who, text))
        await send(_sent(update), said(say.THANKS_NOTE) if text else View(say.FEEDBACK_USAGE, wants_reply=True))

    async def privacy(self, update: Update, _context: _Context) -> None:
        who, days = asker(update), self._desk.keep_days
        text = say.PRIVACY.format(minutes=MEMORY_MINUTES, shown=min(SHOWN_DAYS, days), days=days)
        await send(_sent(update), said(text + (say.YOUR_ID.format(id=who.id) if who.private else "")))

    async def forget(self, update: Update, _context: _Context) -> None:
        who = asker(update).who
        await self._desk.run(lambda: self._desk.chats.forget(who))
        await send(_sent(update), said(say.FORGOTTEN))

    async def unknown(self, update: Update, _context: _Context) -> None:
        await send(_sent(update), said(say.NO_COMMAND))

    def _store(self, who: Asker) -> Store:
        """What this chat has chosen to be answered from."""
        return self._desk.conversation.store(who.chat)

    def _example(self, who: Asker) -> str:
        return next(iter(examples(self._store(who), self._desk.shelf.lexicon)), "7")


def _words(text: str) -> Shown:
    """Words of ours as a reply, without buttons."""
    return Shown("", (said(text).html,))


def _some(titles: list[str], most: int = 20) -> View:
    """Titles for a group, where no button may change what all read."""
    more = [say.MORE_PLANS.format(count=len(titles))] if len(titles) > 1 else []
    return said("\n".join([*(f"《{title}》" for title in titles[:most]), *more]))


def _sent(update: Update) -> Message:
    """The message that a command came in; handlers are only called where there is one."""
    message = update.effective_message
    if message is None:
        raise ValueError("a command without a message")
    return message
