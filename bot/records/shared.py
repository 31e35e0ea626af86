"""Answers that somebody passed on, kept for good: who opens the link finds what was shared, however old it is. Whose they are is
not kept, nor what was asked."""

import hashlib

from bot.records.database import Database

# So many are kept, each of some 2,000 bytes. They are never dropped for newer ones: their links lie in other people's chats.
MOST = 50_000


def identity(content: str) -> str:
    """What an answer is found under: 16 letters, always the same for the same content."""
    return hashlib.sha256(content.encode()).hexdigest()[:16]


class Shared:
    def __init__(self, database: Database) -> None:
        self._database = database

    def keep(self, content: str, most: int = MOST) -> str | None:
        """What the answer is found under from now on; None where no more are kept. The same content is kept once."""
        row = (identity(content), content, self._database.today())
        keep = (
            "INSERT OR IGNORE INTO shared (id, content, day)"
            " SELECT ?, ?, ? WHERE (SELECT coalesce(max(rowid), 0) FROM shared) < ?"
        )
        self._database.change((keep, (*row, most)))
        return row[0] if self.get(row[0]) else None

    def get(self, name: str) -> tuple[str, str] | None:
        """The content of an answer and the day on which it was first shared, as 2021-03-05."""
        rows = self._database.rows("SELECT content, day FROM shared WHERE id = ?", (name,))
        return rows[0] if rows else None
