"""What is kept of chats, in one SQLite file, by any number of processes at once."""

from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from bot.records.changes import Changes
from bot.records.database import Database, now
from bot.records.feedback import Feedback
from bot.records.memory import Memories
from bot.records.replies import Replies
from bot.records.sessions import Sessions
from bot.records.shared import Shared
from bot.records.unanswered import Unanswered


class Records:
    """All that is kept, one attribute a noun; replies are kept for each channel apart."""

    def __init__(
        self, file: Path, keep_days: int = 90, clock: Callable[[], datetime] = now, *, forgiving: bool = True
    ) -> None:
        """Raises StoreError where the file cannot be used, unless `forgiving`: then what would be written there is kept in
        memory until it can be."""
        self.database = Database(file, keep_days, clock, forgiving=forgiving)
        self.memories = Memories(self.database)
        self.unanswered = Unanswered(self.database)
        self.feedback = Feedback(self.database)
        self.changes = Changes(self.database)
        self.sessions = Sessions(self.database)
        self.shared = Shared(self.database)

    def replies(self, channel: str) -> Replies:
        """The replies of one channel, which a letter stands for."""
        return Replies(self.database, channel)

    def forget(self, who: str) -> None:
        """Drop all that is kept of a person, in every chat."""
        self.database.forget(who)

    def tidy(self) -> None:
        """Drop what is kept longer than it may be."""
        self.database.tidy()

    def close(self) -> None:
        self.database.close()
