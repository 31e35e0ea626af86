"""What chats leave behind, in one SQLite file: what was talked about for half an hour, and the questions that were refused.

What buttons need lies in the same file (`shown`), and so does what people think of the answers (`feedback`).
"""

import hashlib
import os
import sqlite3
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from functools import lru_cache
from pathlib import Path
from typing import Any

from bot.likeness import grouped
from knowledge.errors import StoreError
from knowledge.wording import fold

MEMORY_MINUTES = 30
# The buttons under a reply work for so many days, and so long an edited question gets its reply edited.
SHOWN_DAYS = 7
# How many seconds another process may keep the file to itself.
_PATIENCE = 3
# So long nothing is tried again with a file that failed: everybody would have to wait for it in turn.
_PAUSE = 5
APPLICATION = 0x59414F43  # "YAOC": marks the file as ours
VERSION = 3
# `chat` and `who` are salted digests: who reads the file does not see who chats.
_SCHEMA = f"""
PRAGMA application_id = {APPLICATION};
PRAGMA user_version = {VERSION};
CREATE TABLE IF NOT EXISTS salt (salt BLOB NOT NULL);
CREATE TABLE IF NOT EXISTS refused (
    question TEXT, day TEXT, times INTEGER NOT NULL, PRIMARY KEY (question, day)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS picked (
    question TEXT, clause TEXT, day TEXT, times INTEGER NOT NULL, PRIMARY KEY (question, clause, day)
) WITHOUT ROWID;
CREATE TABLE memory (chat BLOB PRIMARY KEY, who BLOB, context BLOB NOT NULL, at REAL NOT NULL) WITHOUT ROWID;
CREATE TABLE chosen (chat BLOB PRIMARY KEY, who BLOB, plan TEXT NOT NULL, day TEXT) WITHOUT ROWID;
CREATE TABLE shown (
    token TEXT PRIMARY KEY, chat BLOB, who BLOB, message INTEGER, reply INTEGER, content BLOB NOT NULL, day TEXT
) WITHOUT ROWID;
CREATE TABLE votes (
    token TEXT, who BLOB, up INTEGER NOT NULL, question TEXT, clause TEXT, day TEXT, PRIMARY KEY (token, who)
) WITHOUT ROWID;
CREATE TABLE notes (who BLOB, note TEXT NOT NULL, day TEXT);
CREATE TABLE asked (day TEXT, who BLOB, status TEXT, times INTEGER NOT NULL, PRIMARY KEY (day, who, status)) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS refused_by_day ON refused(day);
CREATE INDEX memory_by_time ON memory(at);
CREATE INDEX shown_by_message ON shown(chat, message);
CREATE INDEX shown_by_day ON shown(day)"""
# What of a person is kept under a digest, and for how many days; None: as many as the settings say.
_OF_PEOPLE = {"memory": None, "chosen": None, "shown": SHOWN_DAYS, "votes": None, "notes": None, "asked": None}


@dataclass(frozen=True, slots=True)
class Group:
    """Questions without an answer that are alike: the most frequent wording, how often all were asked, the last day, all
    wordings, and the clauses that people picked where some were offered, each with how often."""

    question: str
    count: int
    last: str
    wordings: tuple[str, ...]
    picked: tuple[tuple[str, int], ...] = ()


def one_line(text: str) -> str:
    """What a person typed, without what would play tricks in the terminal of who reads a list of it."""
    return "".join(c for c in " ".join(text.split()) if c.isprintable())


def _now() -> datetime:
    return datetime.now(UTC).astimezone()


class Chats:
    """What is kept of chats, by any number of processes at once. Every method raises StoreError where the file fails."""

    def __init__(self, file: Path, keep_days: int = 90, clock: Callable[[], datetime] = _now) -> None:
        self._file, self._keep_days, self._clock = file, keep_days, clock
        self._lock = threading.Lock()
        self._out_of_use = 0.0
        self._dropped = ""  # the day on which that was done last
        self._connection = _connect(file)
        try:
            self._salt = self._prepare()
            self.purge()
        except StoreError:
            self.close()
            raise

    def close(self) -> None:
        self._connection.close()

    def remember(self, chat: str, context: str, who: str | None = None) -> None:
        """Keep what a chat is about, in the place of what it was about before, for MEMORY_MINUTES; `who` is the person
        in it, where that is not the same."""
        kept = context.encode("utf8", "surrogatepass")
        row = (self.digest(chat), self.digest(who or chat), kept, self._clock().timestamp())
        with self.writing() as connection:
            self._drop(connection)
            connection.execute("INSERT OR REPLACE INTO memory VALUES (?, ?, ?, ?)", row)

    def recall(self, chat: str) -> str | None:
        """What the chat is about, None where it never said or has been silent for MEMORY_MINUTES."""
        with self.reading() as connection:
            query = "SELECT context FROM memory WHERE chat = ? AND at > ?"
            row = connection.execute(query, (self.digest(chat), self._forgotten())).fetchone()
        return row[0].decode("utf8", "surrogatepass") if row else None

    def choose(self, chat: str, plan: str | None, who: str | None = None) -> None:
        """Answer this chat from one plan from now on; from all where `plan` is None."""
        with self.writing() as connection:
            connection.execute("DELETE FROM chosen WHERE chat = ?", (self.digest(chat),))
            if plan is not None:
                row = (self.digest(chat), self.digest(who or chat), plan, self.today())
                connection.execute("INSERT INTO chosen VALUES (?, ?, ?, ?)", row)

    def chosen(self, chat: str) -> str | None:
        """The title of the plan that the chat is answered from, None where it has chosen none."""
        with self.reading() as connection:
            row = connection.execute("SELECT plan FROM chosen WHERE chat = ?", (self.digest(chat),)).fetchone()
        return row[0] if row else None

    def forget(self, who: str) -> None:
        """Drop all that is kept of a person, in every chat."""
        with self.writing() as connection:
            for table in _OF_PEOPLE:
                connection.execute(f"DELETE FROM {table} WHERE who = ?", (self.digest(who),))
        with self.reading() as connection:  # the log holds copies of what was written
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()

    def refused(self, question: str) -> None:
        """Note that a question was refused and on which day, but not who asked it."""
        question = one_line(question)
        note = "INSERT INTO refused VALUES (?, ?, 1) ON CONFLICT (question, day) DO UPDATE SET times = times + 1"
        with self.writing() as connection:
            self._drop(connection)
            if question:
                connection.execute(note, (question, self.today()))

    def picked(self, question: str, clause: str) -> None:
        """Note which clause was picked of those offered to a question, but not who picked it."""
        note = (
            "INSERT INTO picked VALUES (?, ?, ?, 1) ON CONFLICT (question, clause, day) DO UPDATE SET times = times + 1"
        )
        with self.writing() as connection:
            if question := one_line(question):
                connection.execute(note, (question, clause, self.today()))

    def unanswered(self) -> list[Group]:
        """The refused questions of the last `keep_days` days, those that are alike together, most asked first."""
        with self.reading() as connection:
            query = "SELECT question, sum(times), max(day) FROM refused WHERE day >= ? GROUP BY question"
            rows = connection.execute(query, (self._first_day(),)).fetchall()
            query = "SELECT question, clause, sum(times) FROM picked WHERE day >= ? GROUP BY question, clause"
            picked = connection.execute(query, (self._first_day(),)).fetchall()
        return [replace(group, picked=_picked(group, picked)) for group in _groups(rows)]

    def purge(self) -> None:
        """Drop what is kept longer than `keep_days`, SHOWN_DAYS or MEMORY_MINUTES allow."""
        with self.writing() as connection:
            self._drop(connection)

    def _drop(self, connection: sqlite3.Connection) -> None:
        """Delete what is too old; what is kept for days only once a day, since that reads all of it."""
        connection.execute("DELETE FROM memory WHERE at <= ?", (self._forgotten(),))
        if self._dropped == self.today():
            return
        self._dropped = self.today()
        for table in ("refused", "picked"):
            connection.execute(f"DELETE FROM {table} WHERE day < ?", (self._first_day(),))
        for table in _OF_PEOPLE.keys() - {"memory"}:
            connection.execute(f"DELETE FROM {table} WHERE day < ?", (self._first_day(_OF_PEOPLE[table]),))

    def _forgotten(self) -> float:
        return self._clock().timestamp() - MEMORY_MINUTES * 60

    def today(self) -> str:
        return self._clock().date().isoformat()

    def first_day_shown(self) -> str:
        """Replies of earlier days are not shown any more."""
        return self._first_day(SHOWN_DAYS)

    def _first_day(self, days: int | None = None) -> str:
        return date.fromordinal(
            max(1, self._clock().toordinal() - min(days or self._keep_days, self._keep_days))
        ).isoformat()

    def digest(self, chat: str) -> bytes:
        """What stands for a chat or a person in the file."""
        return _digest(chat, self._salt)

    def _prepare(self) -> bytes:
        """The salt of a file that is ours; an empty one is made ours."""
        with self.writing() as connection:
            application, version = (_value(connection, f"PRAGMA {p}") for p in ("application_id", "user_version"))
            if not application and not _value(connection, "SELECT count(*) FROM sqlite_master"):
                _lay_out(connection)
                connection.execute("INSERT INTO salt VALUES (?)", (os.urandom(16),))
            elif application != APPLICATION:
                raise StoreError(f"{self._file} 是别的程序的数据库，请在设置的 chats 里换一个文件名。")
            elif version == 1:  # had no other tables than refused, and a memory of another shape
                connection.execute("DROP TABLE memory")
                _lay_out(connection)
            elif version == 2:  # had no picked
                for statement in _SCHEMA.split(";"):
                    if "picked" in statement or "user_version" in statement:
                        connection.execute(statement)
            elif version != VERSION:
                raise StoreError(
                    f"{self._file} 是另一个版本的聊天记录（{version}，现在用 {VERSION}），请在设置的 chats 里换一个文件名。"
                )
            salt = bytes(_value(connection, "SELECT salt FROM salt"))
        self._connection.execute("PRAGMA secure_delete = ON")  # what is deleted is overwritten
        # Two processes that switch at once do not wait for each other: who comes second finds it done.
        with suppress(sqlite3.OperationalError):
            self._connection.execute("PRAGMA journal_mode = WAL")
            self._connection.execute(
                "PRAGMA synchronous = NORMAL"
            )  # a power cut may cost the last second, never the file
        return salt

    @contextmanager
    def writing(self) -> Iterator[sqlite3.Connection]:
        """One short transaction: all of it is written, or nothing."""
        with self.reading() as connection:
            connection.execute("BEGIN IMMEDIATE")
            try:
                yield connection
                connection.execute("COMMIT")
            finally:
                if connection.in_transaction:
                    connection.execute("ROLLBACK")

    @contextmanager
    def reading(self) -> Iterator[sqlite3.Connection]:
        """The connection, for one thread at a time; what goes wrong is told in a sentence."""
        if time.monotonic() < self._out_of_use:
            raise StoreError(f"聊天记录 {self._file} 现在用不了，请检查磁盘空间和文件权限后再试。")
        try:
            with self._lock:
                yield self._connection
        except sqlite3.OperationalError as error:
            self._out_of_use = time.monotonic() + _PAUSE
            raise StoreError(f"聊天记录 {self._file} 现在用不了（{error}），请检查磁盘空间和文件权限后再试。") from None
        except sqlite3.DatabaseError:
            raise StoreError(f"{self._file} 不是聊天记录或已经损坏，把它移开就会重新建一个。") from None


def _connect(file: Path) -> sqlite3.Connection:
    try:
        if file.is_dir():
            raise StoreError(f"{file} 是文件夹，请在设置的 chats 里写文件名，例如 {file / 'chats.db'}。")
        file.parent.mkdir(parents=True, exist_ok=True)
        if not file.exists():
            file.touch(0o600)  # what people ask is for the operator alone to read
        return sqlite3.connect(file, timeout=_PATIENCE, isolation_level=None, check_same_thread=False)
    except OSError as error:
        raise StoreError(f"聊天记录 {file} 打不开（{error.strerror}），请检查路径和权限。") from None
    except sqlite3.OperationalError as error:
        raise StoreError(f"聊天记录 {file} 打不开（{error}），请检查路径和权限。") from None


@lru_cache(4096)
def _digest(chat: str, salt: bytes) -> bytes:
    """Slow on purpose: the numbers of people are short, and whoever has the file could try them all."""
    return hashlib.scrypt(chat.encode("utf8", "surrogatepass"), salt=salt, n=2**11, r=8, p=1, dklen=16)


def _lay_out(connection: sqlite3.Connection) -> None:
    for statement in _SCHEMA.split(";"):
        connection.execute(statement)


def _value(connection: sqlite3.Connection, query: str) -> Any:
    return connection.execute(query).fetchone()[0]


def _groups(rows: list[tuple[str, int, str]]) -> list[Group]:
    """Questions, how often each was asked and its last day, put together by likeness, most asked first."""
    times, last = {q: n for q, n, _ in rows}, {q: day for q, _, day in rows}
    wordings: dict[str, list[str]] = {}
    for question in times:
        wordings.setdefault(fold(question), []).append(question)
    asked = {folded: sum(times[q] for q in same) for folded, same in wordings.items()}
    alike = grouped(sorted(asked, key=lambda folded: (-asked[folded], folded)))
    groups = [_group([q for folded in some for q in wordings[folded]], times, last) for some in alike]
    groups.sort(key=lambda g: g.last, reverse=True)
    return sorted(groups, key=lambda g: -g.count)


def _picked(group: Group, picked: list[tuple[str, str, int]]) -> tuple[tuple[str, int], ...]:
    """The clauses that were picked for a group's questions, the most picked first."""
    times = Counter[str]()
    for question, clause, count in picked:
        if question in group.wordings:
            times[clause] += count
    return tuple(times.most_common())


def _group(wordings: list[str], times: dict[str, int], last: dict[str, str]) -> Group:
    wordings = sorted(wordings, key=lambda w: (-times[w], w))
    return Group(wordings[0], sum(times[w] for w in wordings), max(last[w] for w in wordings), tuple(wordings))
