"""What only administrators can ask for: how it goes, what was not answered, to teach a word, to read the files anew."""

from collections.abc import Callable

from telegram import Update
from telegram.ext import ContextTypes

from bot.feedback import Day
from bot.teaching import teach
from bot.telegram import sentences as say
from bot.telegram.desk import Desk, asker, send
from bot.telegram.gate import Handler
from bot.telegram.views import said
from knowledge.errors import YaodianError
from knowledge.model import Status

_MOST = 20


class Admin:
    def __init__(self, desk: Desk) -> None:
        self._desk = desk

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
        async def handle(update: Update, context: ContextTypes.DEFAULT_TYPE) -> None:
            message, who = update.effective_message, asker(update)
            if message is None:
                return
            if not who.private:  # what others asked and wrote is no affair of a group
                return
            if who.id not in self._desk.settings.admins:
                await send(message, said(say.ONLY_ADMINS))
                return
            try:
                await send(message, said(await self._desk.run(lambda: work(list(context.args or [])))))
            except YaodianError as error:  # an administrator can do something about it
                await send(message, said(str(error)))

        return handle

    def _stats(self, _words: list[str]) -> str:
        votes, notes = self._desk.feedback.votes(), self._desk.feedback.notes()
        days = [_day(day) for day in self._desk.feedback.days()] or [say.NOTHING_ASKED]
        thumbs = say.OPINIONS.format(up=sum(v.up for v in votes), down=sum(v.down for v in votes))
        worst = [f"{v.down} 次 {v.question}" for v in votes if v.down][:_MOST]
        told = [f"{n.day} {n.note}" for n in notes][:_MOST]
        return "\n".join(
            [*days, "", thumbs, *(["", say.WORST, *worst] if worst else []), *(["", say.NOTES, *told] if told else [])]
        )

    def _unanswered(self, _words: list[str]) -> str:
        groups = self._desk.chats.unanswered()[:_MOST]
        return "\n".join(
            [say.UNANSWERED, *(f"{g.count} 次 {g.question}" for g in groups)] if groups else [say.NOTHING_UNANSWERED]
        )

    def _teach(self, words: list[str]) -> str:
        if len(words) < 2:
            return say.TEACH_USAGE
        everyday, official = words[0], " ".join(words[1:])
        teach(self._desk.words, everyday, official)
        self._desk.shelf.refresh()
        return say.TAUGHT.format(everyday=everyday, official=official)

    def _reload(self, _words: list[str]) -> str:
        self._desk.shelf.refresh()
        store = self._desk.shelf.store
        return say.RELOADED.format(plans=store.count_plans(), clauses=store.count())


def _day(day: Day) -> str:
    counts = {status.value: day.statuses.get(status, 0) for status in Status}
    answered, unsaid = counts["answered"] + counts["ambiguous"], counts["no_figure"] + counts["no_detail"]
    return say.STATS.format(
        day=day.day, people=day.people, asked=sum(counts.values()), **counts | {"answered": answered, "unsaid": unsaid}
    )
