"""Who changed what at the desk: words that were taught, plans that were published."""

from dataclasses import dataclass
from datetime import datetime

from bot.records.database import Database, one_line


@dataclass(frozen=True, slots=True)
class Change:
    """What somebody did at a time, to what, and how that was before and after (empty: not there)."""

    at: datetime
    who: str
    what: str
    was: str
    became: str


class Changes:
    def __init__(self, database: Database) -> None:
        self._database = database

    def note(self, who: str, what: str, was: str, became: str) -> None:
        row = (self._database.seconds(), self._database.today(), *map(one_line, (who, what, was, became)))
        self._database.change(("INSERT INTO changes VALUES (?, ?, ?, ?, ?, ?)", row))

    def newest(self, most: int = 200) -> list[Change]:
        """The last changes, the newest first."""
        query = "SELECT at, who, what, was, became FROM changes ORDER BY at DESC, rowid DESC LIMIT ?"
        return [
            Change(datetime.fromtimestamp(at).astimezone(), *row) for at, *row in self._database.rows(query, (most,))
        ]
