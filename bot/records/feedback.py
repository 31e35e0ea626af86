"""What people think of the answers: thumbs, words of their own, and how often what was asked."""

from dataclasses import dataclass

from bot.records.database import Database, one_line
from knowledge.model import Status

LONGEST_NOTE = 500


@dataclass(frozen=True, slots=True)
class Vote:
    """Thumbs of all who judged one question's answer."""

    question: str
    clause: str
    up: int
    down: int
    last: str


@dataclass(frozen=True, slots=True)
class Note:
    note: str
    day: str


@dataclass(frozen=True, slots=True)
class Day:
    """One day: how many asked, and how many of their questions ended with which status."""

    day: str
    people: int
    statuses: dict[Status, int]


class Feedback:
    def __init__(self, database: Database) -> None:
        self._database = database

    def vote(self, token: str, who: str, question: str, clause: str, *, up: bool) -> None:
        """Keep a person's thumb on an answer, in the place of an earlier one."""
        row = (token, self._database.digest(who), int(up), one_line(question), clause, self._database.today())
        self._database.change(("INSERT OR REPLACE INTO votes VALUES (?, ?, ?, ?, ?, ?)", row))

    def voted(self, token: str, who: str) -> bool | None:
        """Whether a person's thumb on an answer is up; None where there is none."""
        rows = self._database.rows(
            "SELECT up FROM votes WHERE token = ? AND who = ?", (token, self._database.digest(who))
        )
        return bool(rows[0][0]) if rows else None

    def note(self, who: str, text: str) -> None:
        """Keep what a person wrote, cut at LONGEST_NOTE characters."""
        row = (self._database.digest(who), one_line(text)[:LONGEST_NOTE], self._database.today())
        self._database.change(("INSERT INTO notes VALUES (?, ?, ?)", row))

    def count(self, who: str, status: Status, times: int = 1) -> None:
        """Count a question of a person, or so many, under how it was answered."""
        row = (self._database.today(), self._database.digest(who), status.value, times)
        note = (
            "INSERT INTO asked VALUES (?, ?, ?, ?)"
            " ON CONFLICT (day, who, status) DO UPDATE SET times = times + excluded.times"
        )
        hour = "INSERT INTO hours VALUES (?, ?, ?) ON CONFLICT (day, hour) DO UPDATE SET times = times + excluded.times"
        self._database.change((note, row), (hour, (self._database.today(), self._database.hour(), times)))

    def votes(self) -> list[Vote]:
        """The judged answers, those with most thumbs down first."""
        query = (
            "SELECT question, clause, sum(up), sum(1 - up) AS down, max(day) FROM votes"
            " GROUP BY question, clause ORDER BY down DESC, max(day) DESC, question"
        )
        return [Vote(*row) for row in self._database.rows(query)]

    def notes(self) -> list[Note]:
        """What people wrote, the newest first."""
        return [Note(*row) for row in self._database.rows("SELECT note, day FROM notes ORDER BY day DESC, rowid DESC")]

    def hours(self, count: int = 7) -> list[int]:
        """How often was asked in each hour of a day (0–23), over so many days up to today."""
        query = "SELECT hour, sum(times) FROM hours WHERE day > ? GROUP BY hour"
        asked = dict(self._database.rows(query, (self._database.first_day(count),)))
        return [asked.get(hour, 0) for hour in range(24)]

    def days(self, count: int = 7) -> list[Day]:
        """The last days on which anybody asked, the newest first."""
        rows = self._database.rows("SELECT day, status, sum(times) FROM asked GROUP BY day, status")
        people = dict(self._database.rows("SELECT day, count(DISTINCT who) FROM asked GROUP BY day"))
        statuses: dict[str, dict[Status, int]] = {}
        for day, status, times in rows:
            statuses.setdefault(day, {})[Status(status)] = times
        return [Day(day, people[day], statuses[day]) for day in sorted(statuses, reverse=True)[:count]]
