"""From documents to one SQLite file of plans, clauses and figures, made beside the old one and moved into place."""

import errno
import os
import re
import shutil
import sqlite3
import stat
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, replace
from pathlib import Path

import sqlite_utils
from filelock import FileLock
from sqlite_utils.db import Table

from indexer.document import Document, Report
from indexer.editions import Row, completed, editions, same_edition
from indexer.keeping import keep_before, kept_before
from indexer.rows import clause_row, figure_rows, pieces_row, search_row, speaks_rows, tokens
from indexer.words import default_cutter, everyday_words
from knowledge.errors import StoreError
from knowledge.model import Plan
from knowledge.seal import is_sealed, seal, unseal
from knowledge.spelling import forms
from knowledge.store import APPLICATION, VERSION, check, damaged

_CACHE = 32_000  # kB of pages: every topic's and every word's last one stays at hand
_LONGEST_WORD = 8
_SPELT = 1 << 17  # words of which it is kept that they are written: more than most collections have
_COLUMNS = "plan, title, text, words"  # of the search table
_SCHEMA = f"""
PRAGMA application_id = {APPLICATION};
PRAGMA user_version = {VERSION};
CREATE TABLE plans (
    id INTEGER PRIMARY KEY, title TEXT NOT NULL, issuer TEXT, year INTEGER, date TEXT, number TEXT, edition TEXT,
    current INTEGER,  -- 0 where the official text of the same plan is quoted in its place
    clauses INTEGER, figures INTEGER, source TEXT, digest TEXT, chapters TEXT, preamble TEXT, tail TEXT, raw_text TEXT, clean_text TEXT
);
CREATE TABLE clauses (
    id INTEGER PRIMARY KEY, plan_id INTEGER NOT NULL REFERENCES plans(id), number INTEGER NOT NULL,
    ref TEXT, ref_number INTEGER, path TEXT, chapter TEXT, title TEXT, text TEXT NOT NULL, name TEXT
);
CREATE TABLE figures (
    id INTEGER PRIMARY KEY, clause_id INTEGER NOT NULL REFERENCES clauses(id), place INTEGER NOT NULL,
    what TEXT, part TEXT, part_kind TEXT, value NUMERIC NOT NULL, value_max NUMERIC, unit TEXT, qualifier TEXT,
    raw TEXT NOT NULL, start INTEGER, "end" INTEGER, total INTEGER,
    split INTEGER
);
CREATE TABLE damage (
    id INTEGER PRIMARY KEY, plan_id INTEGER NOT NULL REFERENCES plans(id),
    line INTEGER, found TEXT, repaired TEXT, context TEXT
);
CREATE TABLE words (word TEXT PRIMARY KEY, frequency INTEGER) WITHOUT ROWID;
CREATE TABLE spellings (form TEXT, word TEXT, PRIMARY KEY (form, word)) WITHOUT ROWID;
CREATE TABLE speaks (level TEXT, topic TEXT, clause_id INTEGER, degree REAL, mark REAL,
    PRIMARY KEY (level, topic, clause_id)) WITHOUT ROWID;
CREATE INDEX speaks_by_clause ON speaks(clause_id);
CREATE TABLE pieces (clause_id INTEGER PRIMARY KEY, directions BLOB, marks BLOB);
CREATE INDEX clauses_by_plan ON clauses(plan_id, number);
CREATE INDEX clauses_by_title ON clauses(title);
CREATE INDEX figures_by_clause ON figures(clause_id, place);
CREATE INDEX figures_by_value ON figures(value);
CREATE INDEX figures_by_value_max ON figures(value_max);
CREATE INDEX figures_by_part ON figures(part);
CREATE INDEX plans_by_title ON plans(title);
CREATE INDEX plans_by_digest ON plans(digest);
CREATE VIRTUAL TABLE clause_search USING fts5({_COLUMNS});
CREATE VIRTUAL TABLE clause_terms USING fts5vocab(clause_search, 'col');
"""


def build(
    documents: Iterable[Document],
    db: Path,
    progress: Callable[[int], None] = lambda _done: None,
    replacing: tuple[str, str] | None = None,
    keep: Path | None = None,
) -> list[Report]:
    """Write the documents into the database, which is replaced only when all is written; the reports in their order.

    `replacing` is the title and the edition of a plan that goes, whatever the first document says of itself; `keep` is a
    folder for the database as it was before, which `restore` brings back.
    Raises StoreError where the database is not one of ours or the disk is full; the old file then stays as it was.
    """
    reports = []
    with _beside(db, keep) as database:
        clauses = _Clauses(database.conn)
        for done, document in enumerate(documents, 1):
            reports.append(_insert(database, document, clauses, replacing if done == 1 else None))
            progress(done)
        database.conn.execute("INSERT INTO clause_search(clause_search) VALUES ('optimize')")
    return reports


def remove(db: Path, title: str, edition: str, keep: Path | None = None) -> None:
    """Take a plan out of the database; where it was the official text, other editions of it are quoted again. `keep` is as in
    build.

    Raises StoreError as build does, and where there is no such plan any more.
    """
    with _beside(db, keep) as database:
        _remove(database, title, edition)


def restore(db: Path, keep: Path) -> None:
    """Bring the database back that was there before this one was written; then the one before that can be brought back.

    Raises StoreError where there is none: the first one, or one that was written with nothing kept.
    """
    try:
        with _alone(db.resolve()):
            before = kept_before(db, keep)
            if not before.is_file():
                raise StoreError("没有可以退回的上一版，可能已经退过，或者后来又用命令改过索引。")
            check(before)
            before.replace(db.resolve())
    except OSError as error:
        raise StoreError(f"退不回上一版（{error.strerror}），现在的索引没有动；请检查磁盘和文件夹权限。") from None


@contextmanager
def _beside(db: Path, keep: Path | None) -> Iterator[sqlite_utils.Database]:
    """A copy of the database to work on, moved into its place if all goes well."""
    check(db)
    try:
        place = db.resolve()  # a link stays one
        place.parent.mkdir(parents=True, exist_ok=True)
        with _alone(place):
            check(db)  # another run may have written it meanwhile
            with _copy(place, keep) as database:
                yield database
    except sqlite3.Error as error:
        raise _failure(db, error) from None
    except OSError as error:
        raise StoreError(
            f"索引写不进 {db}（{error.strerror}），原来的索引没有动；请检查磁盘空间和文件夹权限。"
        ) from None


@contextmanager
def _copy(db: Path, keep: Path | None) -> Iterator[sqlite_utils.Database]:
    scratch = db.with_name(f".{db.name}.new")
    _drop(scratch)  # what a run that was killed has left
    try:
        fresh = not db.exists() or db.stat().st_size == 0
        mode = 0o644 if fresh else stat.S_IMODE(db.stat().st_mode)
        if not fresh:
            if not os.access(db, os.W_OK):
                raise PermissionError(errno.EACCES, "文件是只读的")
            if not is_sealed(db):
                raise damaged(db)
            shutil.copyfile(db, scratch)
            scratch.chmod(mode | stat.S_IWUSR)
            unseal(scratch)
        database = sqlite_utils.Database(scratch)
        try:
            # A crash leaves only the scratch file behind, so that nothing need be safe before the end.
            database.conn.execute("PRAGMA synchronous = OFF")
            database.conn.execute("PRAGMA journal_mode = MEMORY")
            database.conn.execute(f"PRAGMA cache_size = -{_CACHE}")
            if fresh:
                database.conn.executescript(_SCHEMA)
                database.conn.executemany("INSERT INTO words VALUES (?, ?)", everyday_words())
            yield database
            database.conn.commit()
        finally:
            database.close()
        seal(scratch)
        _to_disk(scratch)
        scratch.chmod(mode)
        if keep and not fresh:
            keep_before(db, scratch, keep)
        scratch.replace(db)
    finally:
        _drop(scratch)


def _drop(scratch: Path) -> None:
    scratch.unlink(missing_ok=True)
    scratch.with_name(f"{scratch.name}-journal").unlink(missing_ok=True)


@contextmanager
def _alone(db: Path) -> Iterator[None]:
    """Wait until no other run writes this database: of two that copied it at once, one would undo the other. A link in the
    place of the lock is not followed."""
    with FileLock(db.with_name(f".{db.name}.lock")):
        yield


def _failure(db: Path, error: sqlite3.Error) -> StoreError:
    said = str(error)
    if "readonly" in said or "unable to open" in said:
        return StoreError(f"索引写不进 {db}（{error}），原来的索引没有动；请检查文件和文件夹的权限。")
    if isinstance(error, sqlite3.OperationalError) and re.search("disk|full", said):
        return StoreError(f"索引写不进 {db}（{error}），原来的索引没有动；请看看磁盘是不是满了。")
    return StoreError(f"{db} 已经损坏（{error}），请把它删掉或改个名字，再运行 yaodian index。")


def _to_disk(file: Path) -> None:
    with file.open("rb+") as opened:
        os.fsync(opened.fileno())


class _Clauses:
    """Writes the clauses of one plan after the other, with all that they are found by."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection, self._cut = connection, default_cutter()
        self._spelt: set[str] = set()  # words that are written already

    def insert(self, plan_id: int, plan: Plan) -> None:
        connection, title = self._connection, tokens(plan.title)
        for key, clause in enumerate(plan.clauses, _next(connection, "clauses")):
            connection.execute(f"INSERT INTO clauses VALUES ({_marks(10)})", clause_row(key, plan_id, clause))
            connection.executemany(f"INSERT INTO figures VALUES (NULL, {_marks(14)})", figure_rows(key, clause))
            found_by = search_row(key, title, clause, self._cut)
            connection.execute(f"INSERT INTO clause_search(rowid, {_COLUMNS}) VALUES ({_marks(5)})", found_by)
            connection.executemany(f"INSERT INTO speaks VALUES ({_marks(5)})", speaks_rows(key, clause))
            connection.execute(f"INSERT INTO pieces VALUES ({_marks(3)})", pieces_row(key, clause))
            self._spell(found_by[-1].split())

    def _spell(self, words: Iterable[str]) -> None:
        new = {word for word in words if len(word) <= _LONGEST_WORD} - self._spelt
        spelt = ((form, word) for word in sorted(new) for form in forms(word))
        self._connection.executemany("INSERT OR IGNORE INTO spellings VALUES (?, ?)", spelt)
        self._spelt = new if len(self._spelt) > _SPELT else self._spelt
        self._spelt |= new


def _insert(
    database: sqlite_utils.Database, document: Document, clauses: _Clauses, replacing: tuple[str, str] | None
) -> Report:
    """Store one document in the place of the same edition of the same plan."""
    connection = database.conn
    kin = editions(connection, document)
    same = same_edition(kin, document)
    others = [k for k in kin if k not in same]
    if replacing:
        same.append(_remove(database, *replacing))
    for old in same:
        _delete(database, old["id"])
    plan = completed(connection, document, [*same, *others])
    # The official text of a plan, which has no edition of its own, is quoted rather than another edition.
    official = not plan.edition
    if official:
        connection.executemany("UPDATE plans SET current = 0 WHERE id = ?", [(k["id"],) for k in others])
    plan_id = _next(connection, "plans")
    row = {
        "id": plan_id,
        "title": plan.title,
        "issuer": plan.issuer,
        "year": plan.year,
        "date": plan.date,
        "number": plan.number,
        "edition": plan.edition,
        "current": int(official or all(k["edition"] for k in others)),
        "clauses": len(plan.clauses),
        "figures": sum(len(c.figures) for c in plan.clauses),
        "source": document.report.source,
        "digest": document.digest,
        "chapters": "\n".join(plan.chapters),
        "preamble": plan.preamble,
        "tail": plan.tail,
        "raw_text": document.raw,
        "clean_text": document.text,
    }
    Table(database, "plans").insert(row)
    clauses.insert(plan_id, plan)
    damage = ({"plan_id": plan_id, **asdict(d)} for d in document.report.damage)
    Table(database, "damage").insert_all(damage)
    return replace(document.report, plan=plan, replaced=bool(same))


def _marks(count: int) -> str:
    return ",".join("?" * count)


def _next(connection: sqlite3.Connection, table: str) -> int:
    return int(connection.execute(f"SELECT coalesce(max(id), 0) + 1 FROM {table}").fetchone()[0])


def _remove(database: sqlite_utils.Database, title: str, edition: str) -> Row:
    """The plan that was taken out; of its other editions those that stood back for it are quoted again."""
    kept = database.conn.execute(
        "SELECT id, title, issuer, year, edition FROM plans WHERE title = ? AND edition = ?", [title, edition]
    ).fetchone()
    if kept is None:
        raise StoreError(f"索引里已经没有《{title}》了，用 yaodian plans 看看现在有哪些。")
    _delete(database, kept[0])
    if not edition:
        database.conn.execute("UPDATE plans SET current = 1 WHERE title = ? AND year IS ?", [title, kept[3]])
    return dict(zip(("id", "title", "issuer", "year", "edition"), kept, strict=True))


def _delete(database: sqlite_utils.Database, plan_id: object) -> None:
    clauses = "IN (SELECT id FROM clauses WHERE plan_id = ?)"
    for table, condition in (
        ("clause_search", f"rowid {clauses}"),
        ("speaks", f"clause_id {clauses}"),
        ("pieces", f"clause_id {clauses}"),
        ("figures", f"clause_id {clauses}"),
        ("clauses", "plan_id = ?"),
        ("damage", "plan_id = ?"),
        ("plans", "id = ?"),
    ):
        database.conn.execute(f"DELETE FROM {table} WHERE {condition}", [plan_id])
