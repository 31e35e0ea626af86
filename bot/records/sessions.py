"""Who is at the desk, and how often somebody tried to get there: kept for all processes that serve it."""

from math import ceil

from bot.records.database import Database
from bot.records.schema import ATTEMPT_SECONDS, IDLE_SECONDS

# However busy, a session ends after so many seconds: a working day.
_LONGEST = 12 * 3600
# A session that was seen so many seconds ago is not written again.
_SEEN = 60
# Passwords that may be tried in ATTEMPT_SECONDS from one address, and from all: at 200 an hour, 8 digits last for decades.
OF_ONE, OF_ALL = 5, 50


class Sessions:
    def __init__(self, database: Database) -> None:
        self._database = database

    def open(self, key: bytes, who: str) -> None:
        """Begin a session; `key` stands for what its cookie says, which nobody can tell from it."""
        now = self._database.seconds()
        self._database.change(("INSERT INTO sessions VALUES (?, ?, ?, ?)", (key, who, now, now)))

    def who(self, key: bytes) -> str | None:
        """Whose session it is; None where there is none, or none any more. It lasts IDLE_SECONDS from now."""
        now = self._database.seconds()
        query = "SELECT who, at FROM sessions WHERE key = ? AND at > ? AND began > ?"
        rows = self._database.rows(query, (key, now - IDLE_SECONDS, now - _LONGEST))
        if rows and rows[0][1] < now - _SEEN:
            self._database.change(("UPDATE sessions SET at = ? WHERE key = ?", (now, key)))
        return rows[0][0] if rows else None

    def close(self, key: bytes) -> None:
        self._database.change(("DELETE FROM sessions WHERE key = ?", (key,)))

    # --- passwords that are tried

    def wait(self, address: str) -> int:
        """Note that a password is tried from this address, before it is looked at: of many at once none slips through.
        0 where it may be, else after how many seconds."""
        whose, now = self._database.digest(f"desk:{address}"), self._database.seconds()
        since = now - ATTEMPT_SECONDS
        ((own,),) = self._database.rows("INSERT INTO attempts (address, at) VALUES (?, ?) RETURNING id", (whose, now))
        count = "SELECT count(*), min(at) FROM attempts WHERE id <> ? AND at > ?"
        told = [
            (self._database.rows(f"{count} AND address = ?", (own, since, whose))[0], OF_ONE),
            (self._database.rows(count, (own, since))[0], OF_ALL),
        ]
        waits = [first + ATTEMPT_SECONDS - now for (tried, first), most in told if tried >= most]
        if waits:
            self._database.change(("DELETE FROM attempts WHERE id = ?", (own,)))
        return max((max(1, ceil(wait)) for wait in waits), default=0)

    def right(self, address: str) -> None:
        """The password was right: what was tried from this address does not count any more."""
        self._database.change(("DELETE FROM attempts WHERE address = ?", (self._database.digest(f"desk:{address}"),)))
