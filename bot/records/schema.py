"""The tables of the records and how their file is laid out, brought up to date and marked as ours. Who chats stands in them as
a salted digest: who reads the file does not see who they are."""

import sqlite3
from contextlib import suppress
from pathlib import Path
from typing import Any

from knowledge.errors import StoreError

MEMORY_MINUTES = 30
# The buttons under a reply work for so many days, and so long an edited question gets its reply edited.
SHOWN_DAYS = 7
# At the desk whoever does nothing for so many seconds has to say the password again; so long a wrong one is remembered.
IDLE_SECONDS, ATTEMPT_SECONDS = 3600, 900
OF_DESK = {"sessions": IDLE_SECONDS, "attempts": ATTEMPT_SECONDS}
APPLICATION = 0x59414F43  # "YAOC": marks the file as ours
VERSION = 4
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
CREATE TABLE IF NOT EXISTS shared (id TEXT PRIMARY KEY, content TEXT NOT NULL, day TEXT);
CREATE TABLE IF NOT EXISTS memory (
    chat BLOB PRIMARY KEY, who BLOB, context BLOB NOT NULL, at REAL NOT NULL
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS chosen (chat BLOB PRIMARY KEY, who BLOB, plan TEXT NOT NULL, day TEXT) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS shown (
    token TEXT PRIMARY KEY, chat BLOB, who BLOB, message INTEGER, reply INTEGER, content BLOB NOT NULL, day TEXT
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS votes (
    token TEXT, who BLOB, up INTEGER NOT NULL, question TEXT, clause TEXT, day TEXT, PRIMARY KEY (token, who)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS notes (who BLOB, note TEXT NOT NULL, day TEXT);
CREATE TABLE IF NOT EXISTS asked (
    day TEXT, who BLOB, status TEXT, times INTEGER NOT NULL, PRIMARY KEY (day, who, status)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS hours (
    day TEXT, hour INTEGER, times INTEGER NOT NULL, PRIMARY KEY (day, hour)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS changes (at REAL, day TEXT, who TEXT, what TEXT, was TEXT, became TEXT);
CREATE TABLE IF NOT EXISTS sessions (key BLOB PRIMARY KEY, who TEXT, began REAL, at REAL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS attempts (id INTEGER PRIMARY KEY, address BLOB, at REAL);
CREATE INDEX IF NOT EXISTS refused_by_day ON refused(day);
CREATE INDEX IF NOT EXISTS memory_by_time ON memory(at);
CREATE INDEX IF NOT EXISTS shown_by_message ON shown(chat, message);
CREATE INDEX IF NOT EXISTS shown_by_day ON shown(day)"""
# What of a person is kept under a digest, and for how many days; None: as many as the settings say.
OF_PEOPLE = {"memory": None, "chosen": None, "shown": SHOWN_DAYS, "votes": None, "notes": None, "asked": None}
_COUNTED = "ON CONFLICT DO UPDATE SET times = times + excluded.times"
# How a row that was kept in memory joins those of the file.
JOINING = {
    "refused": f"INSERT INTO refused VALUES (?, ?, ?) {_COUNTED}",
    "picked": f"INSERT INTO picked VALUES (?, ?, ?, ?) {_COUNTED}",
    "shared": "INSERT OR IGNORE INTO shared VALUES (?, ?, ?)",
    "memory": "INSERT OR REPLACE INTO memory VALUES (?, ?, ?, ?)",
    "chosen": "INSERT OR REPLACE INTO chosen VALUES (?, ?, ?, ?)",
    "shown": "INSERT OR REPLACE INTO shown VALUES (?, ?, ?, ?, ?, ?, ?)",
    "votes": "INSERT OR REPLACE INTO votes VALUES (?, ?, ?, ?, ?, ?)",
    "notes": "INSERT INTO notes VALUES (?, ?, ?)",
    "asked": f"INSERT INTO asked VALUES (?, ?, ?, ?) {_COUNTED}",
    "hours": f"INSERT INTO hours VALUES (?, ?, ?) {_COUNTED}",
    "changes": "INSERT INTO changes VALUES (?, ?, ?, ?, ?, ?)",
}


def prepared(connection: sqlite3.Connection, file: Path, salt: bytes) -> bytes:
    connection.execute("BEGIN IMMEDIATE")
    application, version = (_value(connection, f"PRAGMA {p}") for p in ("application_id", "user_version"))
    if not application and not _value(connection, "SELECT count(*) FROM sqlite_master"):
        lay_out(connection)
        connection.execute("INSERT INTO salt VALUES (?)", (salt,))
    elif application != APPLICATION:
        raise StoreError(f"{file} 是别的程序的数据库，请在设置的 chats 里换一个文件名。")
    elif version == 1:  # had a memory of another shape
        connection.execute("DROP TABLE memory")
        lay_out(connection)
    elif version < VERSION:  # had fewer tables
        lay_out(connection)
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


def is_ours(connection: sqlite3.Connection) -> bool:
    return bool(_value(connection, "PRAGMA application_id") == APPLICATION)


def lay_out(connection: sqlite3.Connection) -> None:
    """Make what tables there are not yet."""
    for statement in _SCHEMA.split(";"):
        connection.execute(statement)


def _value(connection: sqlite3.Connection, query: str) -> Any:
    return connection.execute(query).fetchone()[0]
