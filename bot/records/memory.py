"""What each chat is about, for half an hour, and the plan that it has chosen to be answered from."""

from bot.records.database import Database
from bot.records.schema import MEMORY_MINUTES


class Memories:
    def __init__(self, database: Database) -> None:
        self._database = database

    def remember(self, chat: str, context: str, who: str | None = None) -> None:
        """Keep what a chat is about, in the place of what it was about before, for MEMORY_MINUTES; `who` is the person
        in it, where that is not the same."""
        kept = context.encode("utf8", "surrogatepass")
        row = (self._database.digest(chat), self._database.digest(who or chat), kept, self._database.seconds())
        self._database.change(("INSERT OR REPLACE INTO memory VALUES (?, ?, ?, ?)", row))

    def recall(self, chat: str) -> str:
        """What the chat is about, empty where it never said or has been silent for MEMORY_MINUTES."""
        since = self._database.seconds() - MEMORY_MINUTES * 60
        query = "SELECT context FROM memory WHERE chat = ? AND at > ?"
        rows = self._database.rows(query, (self._database.digest(chat), since))
        try:
            return rows[0][0].decode("utf8", "surrogatepass") if rows else ""
        except (UnicodeDecodeError, AttributeError):  # a damaged row: as if it had said nothing
            return ""

    def choose(self, chat: str, plan: str | None, who: str | None = None) -> None:
        """Answer this chat from one plan from now on; from all where `plan` is None."""
        digest = self._database.digest(chat)
        row = (digest, self._database.digest(who or chat), plan, self._database.today())
        self._database.change(
            ("DELETE FROM chosen WHERE chat = ?", (digest,)),
            *([("INSERT INTO chosen VALUES (?, ?, ?, ?)", row)] if plan is not None else []),
        )

    def chosen(self, chat: str) -> str | None:
        """The title of the plan that the chat is answered from, None where it has chosen none."""
        rows = self._database.rows("SELECT plan FROM chosen WHERE chat = ?", (self._database.digest(chat),))
        return rows[0][0] if rows else None
