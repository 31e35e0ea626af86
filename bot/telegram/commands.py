"""What can be asked with a slash: by everybody, and by administrators alone."""

from collections.abc import Callable
from typing import ClassVar

from telegram import Message, Update

from bot.records.feedback import Day
from bot.records.replies import Shown
from bot.records.schema import MEMORY_MINUTES, SHOWN_DAYS
from bot.replies.blocks import Clauses, Reply, Say
from bot.replies.naming import named, ref_of, titled
from bot.replies.passages import contents
from bot.replies.refusals import CLAUSE_USAGE
from bot.teaching import teach
from bot.telegram import sentences as say
from bot.telegram.chat import Asker, Context, Handler, Shared, asker, send
from bot.telegram.markup import pages
from bot.telegram.questions import Questions
from bot.telegram.views import View, answer_view, contents_view, found_view, plans_view, said, welcome_view, words_of
from knowledge.errors import YaodianError
from knowledge.lookup import number_of
from knowledge.model import Status
from knowledge.store import Store
from knowledge.wording import fold, is_traditional

_MOST = 20


class Commands:
    # Those that ask something: where they are edited, their reply is edited.
    ANSWERING: ClassVar[set[str]] = {"ask", "clause", "figures"}

    def __init__(self, shared: Shared, questions: Questions) -> None:
        self._shared, self._questions = shared, questions
        self._read, self._assistant = shared.workers.read, shared.assistant

    async def start(self, update: Update, context: Context) -> None:
        """A greeting with questions to begin with; behind a link from a group, the answer that was read there."""
        message, who = _sent(update), asker(update)
        token = " ".join(context.args or [])
        if not who.private:
            text = await self._read(
                lambda: say.IN_GROUP.format(username=context.bot.username, example=self._example(who))
            )
            await send(message, said(text))
            return
        shown = await self._read(lambda: self._shared.replies.get(token)) if token else None
        view = answer_view(token, shown) if shown else await self._read(lambda: self._welcome(who))
        await send(message, view)

    def _welcome(self, who: Asker) -> View:
        store = self._store(who)
        return welcome_view(store.plan(), store.count_plans(), self._assistant.examples(who.chat))

    async def help(self, update: Update, context: Context) -> None:
        who = asker(update)
        text = await self._read(lambda: say.HELP.format(username=context.bot.username, example=self._example(who)))
        await send(_sent(update), said(text))

    async def ask(self, update: Update, context: Context) -> None:
        if text := " ".join(context.args or []):
            await self._questions.answer(update, text)
        else:
            await self._questions.look_up(
                update, lambda who: words_of(say.EMPTY_ASK.format(example=self._example(who)))
            )

    async def toc(self, update: Update, _context: Context) -> None:
        """The chapters to go into; in a group, where one would turn what all read, the titles of the clauses."""
        await send(_sent(update), await self._read(lambda: self._contents(asker(update))))

    def _contents(self, who: Asker) -> View:
        store = self._store(who)
        plan = store.plan()
        if plan is None:
            return said(say.NOT_NOW)
        clauses = store.clauses_of(plan.title)
        return contents_view(plan, clauses) if who.private else said(contents(plan, clauses))

    async def clause(self, update: Update, context: Context) -> None:
        """/clause 7: asked as the question that it is, so that one can go on asking about it."""
        ref = " ".join(context.args or [])
        if number_of(ref) is not None:
            await self._questions.answer(update, ref)
        else:
            await self._questions.look_up(update, lambda who: words_of(self._usage(who)))

    def _usage(self, who: Asker) -> str:
        store = self._store(who)
        plan = store.plan()
        return CLAUSE_USAGE.format(command="/clause", last=store.last_ref(plan.title) if plan else 0)

    async def figures(self, update: Update, context: Context) -> None:
        """The ledger, or what of it goes with the words, page by page."""
        words = context.args or []
        await self._questions.look_up(update, lambda who: self._ledger(words, who))

    def _ledger(self, words: list[str], who: Asker) -> Shown:
        store = self._store(who)
        plan = store.plan()
        ledger = list(self._assistant.figures(words, [plan.title])) if plan else []
        if not ledger or plan is None:
            return words_of(say.NO_FIGURES.format(words=" ".join(words)) if words else say.NO_FIGURES_AT_ALL)
        about = f"和“{' '.join(words)}”有关" if words else ""
        head = say.FIGURES.format(plan=titled(plan.title, plan.edition), about=about, count=len(ledger))
        lines = Clauses(tuple((f"{ref_of(c)} {named(f)}", c) for c, f in ledger))
        return Shown(" ".join(words), pages(Reply((Say(head), lines), is_traditional("".join(words)))))

    async def plans(self, update: Update, context: Context) -> None:
        """The plans to choose from; with words of a title, the one that they name is chosen at once."""
        words, who = " ".join(context.args or []), asker(update)
        await send(_sent(update), await self._read(lambda: self._plans(words, who)))

    def _plans(self, words: str, who: Asker) -> View:
        titles = self._assistant.library.store.titles()
        found = [t for t in titles if all(w in fold(t) for w in fold(words).split())]
        if words and len(found) == 1:
            self._assistant.records.memories.choose(who.chat, found[0], who.who)
            return said(say.CHOSEN.format(plan=f"《{found[0]}》"))
        if words and not found:
            return said(say.NO_SUCH_PLAN.format(words=words))
        if not who.private:
            return _some(found)
        return (
            found_view(found, words) if words else plans_view(titles, self._assistant.records.memories.chosen(who.chat))
        )

    async def feedback(self, update: Update, context: Context) -> None:
        """What follows is kept; where nothing does, the reply to the question for it."""
        who, text = asker(update), " ".join(context.args or [])
        if text:
            await self._read(lambda: self._assistant.records.feedback.note(who.who, text))
        await send(_sent(update), said(say.THANKS_NOTE) if text else View(say.FEEDBACK_USAGE, wants_reply=True))

    async def privacy(self, update: Update, _context: Context) -> None:
        who, days = asker(update), self._shared.keep_days
        text = say.PRIVACY.format(minutes=MEMORY_MINUTES, shown=min(SHOWN_DAYS, days), days=days)
        await send(_sent(update), said(text + (say.YOUR_ID.format(id=who.id) if who.private else "")))

    async def forget(self, update: Update, _context: Context) -> None:
        who = asker(update).who
        await self._read(lambda: self._assistant.records.forget(who))
        await send(_sent(update), said(say.FORGOTTEN))

    async def unknown(self, update: Update, _context: Context) -> None:
        await send(_sent(update), said(say.NO_COMMAND))

    def _store(self, who: Asker) -> Store:
        """What this chat has chosen to be answered from."""
        return self._assistant.store(who.chat)

    def _example(self, who: Asker) -> str:
        return next(iter(self._assistant.examples(who.chat)), "7")


class Admin:
    """How it goes, what was not answered, to teach a word, to read the files anew."""

    def __init__(self, shared: Shared) -> None:
        self._shared, self._library, self._records = shared, shared.assistant.library, shared.assistant.records

    def handlers(self) -> dict[str, Handler]:
        """The commands with what they do, for administrators alone."""
        does: dict[str, Callable[[list[str]], str]] = {
            "stats": self._stats,
            "unanswered": self._unanswered,
            "teach": self._teach,
            "reload": self._reload,
        }
        return {command: self._guarded(work) for command, work in does.items()}

    def _guarded(self, work: Callable[[list[str]], str]) -> Handler:
        async def handle(update: Update, context: Context) -> None:
            message, who = update.effective_message, asker(update)
            if message is None:
                return
            if not who.private:  # what others asked and wrote is no affair of a group
                return
            if who.id not in self._shared.settings.admins:
                await send(message, said(say.ONLY_ADMINS))
                return
            try:
                await send(message, said(await self._shared.workers.read(lambda: work(list(context.args or [])))))
            except YaodianError as error:  # an administrator can do something about it
                await send(message, said(str(error)))

        return handle

    def _stats(self, _words: list[str]) -> str:
        votes, notes = self._records.feedback.votes(), self._records.feedback.notes()
        days = [_day(day) for day in self._records.feedback.days()] or [say.NOTHING_ASKED]
        thumbs = say.OPINIONS.format(up=sum(v.up for v in votes), down=sum(v.down for v in votes))
        worst = [f"{v.down} 次 {v.question}" for v in votes if v.down][:_MOST]
        told = [f"{n.day} {n.note}" for n in notes][:_MOST]
        return "\n".join(
            [*days, "", thumbs, *(["", say.WORST, *worst] if worst else []), *(["", say.NOTES, *told] if told else [])]
        )

    def _unanswered(self, _words: list[str]) -> str:
        groups = self._records.unanswered.groups()[:_MOST]
        return "\n".join(
            [say.UNANSWERED, *(f"{g.count} 次 {g.question}" for g in groups)] if groups else [say.NOTHING_UNANSWERED]
        )

    def _teach(self, words: list[str]) -> str:
        if len(words) < 2:
            return say.TEACH_USAGE
        everyday, official = words[0], " ".join(words[1:])
        teach(self._shared.words, everyday, official)
        self._library.refresh()
        return say.TAUGHT.format(everyday=everyday, official=official)

    def _reload(self, _words: list[str]) -> str:
        self._library.refresh()
        store = self._library.store
        return say.RELOADED.format(plans=store.count_plans(), clauses=store.count())


def _day(day: Day) -> str:
    counts = {status.value: day.statuses.get(status, 0) for status in Status}
    answered, unsaid = counts["answered"] + counts["ambiguous"], counts["no_figure"] + counts["no_detail"]
    return say.STATS.format(
        day=day.day, people=day.people, asked=sum(counts.values()), **counts | {"answered": answered, "unsaid": unsaid}
    )


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
