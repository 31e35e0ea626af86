"""The SQLite file of what is kept of chats: opened, kept usable whatever happens to it, tidied."""

import atexit
import hashlib
import logging
import os
import sqlite3
import threading
import time
from collections.abc import Callable, Sequence
from contextlib import closing, suppress
from datetime import UTC, date, datetime
from functools import lru_cache
from pathlib import Path
from typing import Any

from bot.records.schema import JOINING, MEMORY_MINUTES, OF_DESK, OF_PEOPLE, is_ours, lay_out, prepared
from knowledge.errors import StoreError

# How many seconds another process may keep the file to itself while it is in use, where what one writes takes a thousandth,
# and at the start and the end, where many may lay it out at once and nobody waits for a reply.
_PATIENCE, _FIRST = 0.25, 3.0
# So long nothing is tried again with a file that failed.
_PAUSE = 5
_FILES = ("", "-wal", "-shm")  # what the names of SQLite's files end with
# What SQLite says of a file: that it is damaged, that it cannot be used now; what it quotes of a damaged one is no text.
_OF_THE_FILE = (sqlite3.DatabaseError, sqlite3.OperationalError, StoreError, UnicodeDecodeError)
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
        self._file, self.keep_days, self._clock, self._forgiving = file, keep_days, clock, forgiving
        self._lock = threading.Lock()
        self._connection: sqlite3.Connection | None = None
        self._spare: sqlite3.Connection | None = None  # in memory, while the file is out of use
        self._out_of_use, self._patience = 0.0, _FIRST
        self._signs: dict[str, int | None] = {}  # which files are open
        self._changed = 0
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
        self.change(*((f"DELETE FROM {table} WHERE who = ?", digest) for table in OF_PEOPLE))
        self.rows("PRAGMA wal_checkpoint(TRUNCATE)")  # the log holds copies of what was written

    def tidy(self) -> None:
        """Drop what is kept longer than MEMORY_MINUTES, SHOWN_DAYS or `keep_days` allow."""
        days = {"refused": None, "picked": None, "hours": None, "changes": None, **OF_PEOPLE}
        del days["memory"]
        self.change(
            ("DELETE FROM memory WHERE at <= ?", (self.seconds() - MEMORY_MINUTES * 60,)),
            *((f"DELETE FROM {table} WHERE at <= ?", (self.seconds() - most,)) for table, most in OF_DESK.items()),
            *((f"DELETE FROM {table} WHERE day < ?", (self.first_day(most),)) for table, most in days.items()),
        )

    def digest(self, person: str) -> bytes:
        """What stands for a chat or a person in the file."""
        self._done(lambda _: None)  # another file may lie there now, with another salt
        return _digest(person, self._salt)

    def seconds(self) -> float:
        return self._clock().timestamp()

    def today(self) -> str:
        return self._clock().date().isoformat()

    def hour(self) -> int:
        return self._clock().hour

    def first_day(self, days: int | None = None) -> str:
        """What is older is not kept any more."""
        kept = min(days or self.keep_days, self.keep_days)
        return date.fromordinal(max(1, self._clock().toordinal() - kept)).isoformat()

    def close(self) -> None:
        """Let go of the file; what is kept in memory is brought there, if that works by now."""
        if self._spare is not None:
            self._out_of_use, self._patience = 0.0, _FIRST
            self._done(lambda _: None)
            if self._spare is not None:
                _log.error("聊天记录 %s 还是用不了，这段时间记在内存里的没能存下来。", self._file)
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
                except (*_OF_THE_FILE, OSError) as error:
                    if isinstance(error, sqlite3.Error) and type(error) not in _OF_THE_FILE:
                        raise  # a fault of ours: the file is none the worse
                    self._failed(error)
            return work(self._standing_in())

    def _at_hand(self) -> sqlite3.Connection:
        """The connection to the file, which is opened again where another one lies there now, or none."""
        if self._connection is not None and self._overwritten():
            raise sqlite3.DatabaseError
        if self._connection is None or self._sign("") != self._signs[""]:
            self._leave()
            self._connection, salt = _opened(self._file, self._salt, self._patience)
            self._salt, known = salt, self._salt
            self._signs = {end: self._sign(end) for end in _FILES}
            self._bring_back(same=self._salt == known)
            self._patience = _PATIENCE
            self._connection.execute(f"PRAGMA busy_timeout = {_PATIENCE * 1000:.0f}")
        if not self._signs["-wal"]:  # made when the first row is written
            self._signs |= {end: self._sign(end) for end in _FILES[1:]}
        return self._connection

    def _overwritten(self) -> bool:
        """Has somebody written something else into the file that is open? SQLite would go on for a while, and lose that.

        SQLite itself looks: opened and closed by anything else, the file loses the locks that this process has on it
        (https://sqlite.org/howtocorrupt.html), and the next process that lets go of it takes the log away from under this one.
        """
        with suppress(OSError):
            changed = self._file.stat().st_mtime_ns
            if changed != self._changed:
                self._changed = changed
                as_it_lies = f"{self._file.resolve().as_uri()}?mode=ro&immutable=1"
                with closing(sqlite3.connect(as_it_lies, uri=True)) as connection:
                    return not is_ours(connection)
        return False

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
        for end in _FILES[1:]:
            if (sign := self._sign(end)) and sign == self._signs[end]:
                self._file.with_name(self._file.name + end).unlink(missing_ok=True)

    def _failed(self, error: Exception) -> None:
        """Raise the error as a sentence; where that is forgiven, say it once and let the file be for a while."""
        told = error if isinstance(error, StoreError) else _told(self._file, error)
        if not self._forgiving:
            raise told from None
        if self._spare is None:
            _log.error("%s修好之前，先记在内存里。", told)
        damaged = type(error) in {sqlite3.DatabaseError, UnicodeDecodeError}
        if self._connection is not None:
            self._connection.close()
            self._connection = None
        self._patience = _PATIENCE
        if damaged:
            self._set_aside()
        self._out_of_use = time.monotonic() + (0 if damaged else _PAUSE)

    def _set_aside(self) -> None:
        """Move a damaged file away, so that a new one is made."""
        aside = self._file.with_name(f"{self._file.name}.damaged")
        with suppress(OSError):
            self._file.replace(aside)
            for end in _FILES[1:]:
                self._file.with_name(self._file.name + end).unlink(missing_ok=True)
            _log.error("损坏的聊天记录移到了 %s，重新建一个。", aside)

    def _standing_in(self) -> sqlite3.Connection:
        if self._spare is None:
            self._spare = sqlite3.connect(":memory:", isolation_level=None, check_same_thread=False)
            lay_out(self._spare)
            atexit.register(self.close)
        return self._spare

    def _bring_back(self, *, same: bool) -> None:
        """Write what was kept in memory to the file; under another salt nobody would be found again."""
        if self._spare is None or self._connection is None:
            return
        self._connection.execute("BEGIN IMMEDIATE")
        for table, joining in JOINING.items():
            if same or table not in OF_PEOPLE:
                self._connection.executemany(joining, self._spare.execute(f"SELECT * FROM {table}").fetchall())
        self._connection.execute("COMMIT")
        self._spare.close()
        self._spare = None
        _log.warning("聊天记录 %s 又能用了。", self._file)


def _opened(file: Path, salt: bytes, patience: float) -> tuple[sqlite3.Connection, bytes]:
    """The file, made ours with this salt where it is empty or not there, and the salt that it has."""
    if file.is_dir():
        raise StoreError(f"{file} 是文件夹，请在设置的 chats 里写文件名，例如 {file / 'chats.db'}。")
    file.parent.mkdir(parents=True, exist_ok=True)
    if not file.exists():
        file.touch(0o600)  # what people ask is for the operator alone to read
    connection = sqlite3.connect(file, timeout=patience, isolation_level=None, check_same_thread=False)
    try:
        salt = prepared(connection, file, salt)
    except BaseException:
        connection.close()
        raise
    return connection, salt


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
