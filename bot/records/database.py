"""The SQLite file of what is kept of chats: opened, kept usable whatever happens to it, tidied. Who chats stands in it as a
salted digest: who reads the file does not see who they are."""

import hashlib
import logging
import os
import sqlite3
import threading
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import UTC, date, datetime
from functools import lru_cache
from pathlib import Path
from typing import Any

from knowledge.errors import StoreError

MEMORY_MINUTES = 30
# The buttons under a reply work for so many days, and so long an edited question gets its reply edited.
SHOWN_DAYS = 7
# How many seconds another process may keep the file to itself: what one writes takes a thousandth.
_PATIENCE = 0.25
# So long nothing is tried again with a file that failed.
_PAUSE = 5
APPLICATION = 0x59414F43  # "YAOC": marks the file as ours
VERSION = 3
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
_COUNTED = "ON CONFLICT DO UPDATE SET times = times + excluded.times"
# How a row that was kept in memory joins those of the file.
_JOINING = {
    "refused": f"INSERT INTO refused VALUES (?, ?, ?) {_COUNTED}",
    "picked": f"INSERT INTO picked VALUES (?, ?, ?, ?) {_COUNTED}",
    "memory": "INSERT OR REPLACE INTO memory VALUES (?, ?, ?, ?)",
    "chosen": "INSERT OR REPLACE INTO chosen VALUES (?, ?, ?, ?)",
    "shown": "INSERT OR REPLACE INTO shown VALUES (?, ?, ?, ?, ?, ?, ?)",
    "votes": "INSERT OR REPLACE INTO votes VALUES (?, ?, ?, ?, ?, ?)",
    "notes": "INSERT INTO notes VALUES (?, ?, ?)",
    "asked": f"INSERT INTO asked VALUES (?, ?, ?, ?) {_COUNTED}",
}
Statement = tuple[str, Sequence[object]]
_log = logging.getLogger(__name__)


def one_line(text: str) -> str:
    """What a person typed, without what would play tricks in the terminal of who reads a list of it."""
    return "".join(c for c in " ".join(text.split()) if c.isprintable())


def now() -> datetime:
    return datetime.now(UTC).astimezone()


class Database:
    """Rows read and changed, by any number of processes at once. Every method raises StoreError where the file fails, unless
    the database is `forgiving`: what it would write is then kept in memory and brought to the file when that works again."""

    def __init__(self, file: Path, keep_days: int, clock: Callable[[], datetime], *, forgiving: bool) -> None:
        self._file, self._keep_days, self._clock, self._forgiving = file, keep_days, clock, forgiving
        self._lock = threading.Lock()
        self._connection: sqlite3.Connection | None = None
        self._spare: sqlite3.Connection | None = None  # in memory, while the file is out of use
        self._out_of_use = 0.0
        self._signs: dict[str, int | None] = {}  # which files are open, by what their names end with
        self._salt = os.urandom(16)
        if not forgiving:
            self.tidy()

    def rows(self, query: str, values: Sequence[object] = ()) -> list[Any]:
        rows: list[Any] = self._done(lambda connection: connection.execute(query, values).fetchall())
        return rows

    def change(self, *statements: Statement) -> None:
        """All of the statements are carried out in one short transaction, or none."""

        def work(connection: sqlite3.Connection) -> None:
            connection.execute("BEGIN IMMEDIATE")
            try:
                for statement in statements:
                    connection.execute(*statement)
                connection.execute("COMMIT")
            finally:
                if connection.in_transaction:
                    connection.execute("ROLLBACK")

        self._done(work)

    def forget(self, who: str) -> None:
        """Drop all that is kept of a person."""
        digest = (self.digest(who),)
        self.change(*((f"DELETE FROM {table} WHERE who = ?", digest) for table in _OF_PEOPLE))
        self.rows("PRAGMA wal_checkpoint(TRUNCATE)")  # the log holds copies of what was written

    def tidy(self) -> None:
        """Drop what is kept longer than MEMORY_MINUTES, SHOWN_DAYS or `keep_days` allow."""
        days = {"refused": None, "picked": None, **_OF_PEOPLE}
        del days["memory"]
        self.change(
            ("DELETE FROM memory WHERE at <= ?", (self.seconds() - MEMORY_MINUTES * 60,)),
            *((f"DELETE FROM {table} WHERE day < ?", (self.first_day(most),)) for table, most in days.items()),
        )

    def digest(self, person: str) -> bytes:
        """What stands for a chat or a person in the file."""
        if self._connection is None and self._spare is None:
            self.rows("SELECT 1")  # the salt is the file's
        return _digest(person, self._salt)

    def seconds(self) -> float:
        return self._clock().timestamp()

    def today(self) -> str:
        return self._clock().date().isoformat()

    def first_day(self, days: int | None = None) -> str:
        """What is older is not kept any more."""
        kept = min(days or self._keep_days, self._keep_days)
        return date.fromordinal(max(1, self._clock().toordinal() - kept)).isoformat()

    def close(self) -> None:
        for connection in (self._connection, self._spare):
            if connection is not None:
                connection.close()
        self._connection = self._spare = None

    # --- the file, or what stands in for it

    def _done(self, work: Callable[[sqlite3.Connection], Any]) -> Any:
        """What `work` returns, done in the file, else in memory where that is forgiven."""
        with self._lock:
            if self._spare is None or time.monotonic() >= self._out_of_use:
                try:
                    return work(self._at_hand())
                except (sqlite3.Error, StoreError, OSError) as error:
                    self._failed(error)
            return work(self._standing_in())

    def _at_hand(self) -> sqlite3.Connection:
        """The connection to the file, which is opened again where another one lies there now, or none."""
        if self._connection is None or self._sign("") != self._signs[""]:
            self._leave()
            self._connection, self._salt, known = *_opened(self._file), self._salt
            self._signs = {end: self._sign(end) for end in ("", "-wal", "-shm")}
            self._bring_back(same=self._salt == known)
        return self._connection

    def _sign(self, end: str) -> int | None:
        try:
            return self._file.with_name(self._file.name + end).stat().st_ino
        except OSError:
            return None

    def _leave(self) -> None:
        """Close a file that is gone, and take its log with it: SQLite would write that into the one that comes."""
        if self._connection is None:
            return
        self._connection.close()
        self._connection = None
        _log.warning("聊天记录 %s 被移走或换掉了，重新打开。", self._file)
        for end in ("-wal", "-shm"):
            if (sign := self._sign(end)) and sign == self._signs[end]:
                self._file.with_name(self._file.name + end).unlink(missing_ok=True)

    def _failed(self, error: Exception) -> None:
        """Raise the error as a sentence; where that is forgiven, say it once and let the file be for a while."""
        told = error if isinstance(error, StoreError) else _told(self._file, error)
        if not self._forgiving:
            raise told from None
        if self._spare is None:
            _log.error("%s修好之前，先记在内存里。", told)
        damaged = isinstance(error, sqlite3.DatabaseError) and not isinstance(error, sqlite3.OperationalError)
        if self._connection is not None:
            self._connection.close()
            self._connection = None
        if damaged:
            self._set_aside()
        self._out_of_use = time.monotonic() + (0 if damaged else _PAUSE)

    def _set_aside(self) -> None:
        """Move a damaged file away, so that a new one is made."""
        aside = self._file.with_name(f"{self._file.name}.damaged")
        with suppress(OSError):
            self._file.replace(aside)
            for end in ("-wal", "-shm"):
                self._file.with_name(self._file.name + end).unlink(missing_ok=True)
            _log.error("损坏的聊天记录移到了 %s，重新建一个。", aside)

    def _standing_in(self) -> sqlite3.Connection:
        if self._spare is None:
            self._spare = sqlite3.connect(":memory:", isolation_level=None, check_same_thread=False)
            _lay_out(self._spare)
        return self._spare

    def _bring_back(self, *, same: bool) -> None:
        """Write what was kept in memory to the file; under another salt nobody would be found again."""
        if self._spare is None or self._connection is None:
            return
        self._connection.execute("BEGIN IMMEDIATE")
        for table, joining in _JOINING.items():
            if same or table not in _OF_PEOPLE:
                self._connection.executemany(joining, self._spare.execute(f"SELECT * FROM {table}").fetchall())
        self._connection.execute("COMMIT")
        self._spare.close()
        self._spare = None
        _log.warning("聊天记录 %s 又能用了。", self._file)


def _opened(file: Path) -> tuple[sqlite3.Connection, bytes]:
    """The file, made ours where it is empty or not there, and its salt."""
    if file.is_dir():
        raise StoreError(f"{file} 是文件夹，请在设置的 chats 里写文件名，例如 {file / 'chats.db'}。")
    file.parent.mkdir(parents=True, exist_ok=True)
    if not file.exists():
        file.touch(0o600)  # what people ask is for the operator alone to read
    connection = sqlite3.connect(file, timeout=_PATIENCE, isolation_level=None, check_same_thread=False)
    try:
        salt = _prepared(connection, file)
    except BaseException:
        connection.close()
        raise
    return connection, salt


def _prepared(connection: sqlite3.Connection, file: Path) -> bytes:
    connection.execute("BEGIN IMMEDIATE")
    application, version = (_value(connection, f"PRAGMA {p}") for p in ("application_id", "user_version"))
    if not application and not _value(connection, "SELECT count(*) FROM sqlite_master"):
        _lay_out(connection)
        connection.execute("INSERT INTO salt VALUES (?)", (os.urandom(16),))
    elif application != APPLICATION:
        raise StoreError(f"{file} 是别的程序的数据库，请在设置的 chats 里换一个文件名。")
    elif version == 1:  # had no other tables than refused, and a memory of another shape
        connection.execute("DROP TABLE memory")
        _lay_out(connection)
    elif version == 2:  # had no picked
        _lay_out(connection, "picked", "user_version")
    elif version != VERSION:
        raise StoreError(
            f"{file} 是另一个版本的聊天记录（{version}，现在用 {VERSION}），请在设置的 chats 里换一个文件名。"
        )
    salt = bytes(_value(connection, "SELECT salt FROM salt"))
    connection.execute("COMMIT")
    connection.execute("PRAGMA secure_delete = ON")  # what is deleted is overwritten
    # Two processes that switch at once do not wait for each other: who comes second finds it done.
    with suppress(sqlite3.OperationalError):
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = NORMAL")  # a power cut may cost the last second, never the file
    return salt


def _lay_out(connection: sqlite3.Connection, *only: str) -> None:
    for statement in _SCHEMA.split(";"):
        if not only or any(word in statement for word in only):
            connection.execute(statement)


def _value(connection: sqlite3.Connection, query: str) -> Any:
    return connection.execute(query).fetchone()[0]


def _told(file: Path, error: Exception) -> StoreError:
    if isinstance(error, OSError):
        return StoreError(f"聊天记录 {file} 打不开（{error.strerror}），请检查路径和权限。")
    if isinstance(error, sqlite3.OperationalError):
        return StoreError(f"聊天记录 {file} 现在用不了（{error}），请检查磁盘空间和文件权限后再试。")
    return StoreError(f"{file} 不是聊天记录或已经损坏，把它移开就会重新建一个。")


@lru_cache(4096)
def _digest(person: str, salt: bytes) -> bytes:
    """Slow on purpose: the numbers of people are short, and whoever has the file could try them all."""
    return hashlib.scrypt(person.encode("utf8", "surrogatepass"), salt=salt, n=2**11, r=8, p=1, dklen=16)
