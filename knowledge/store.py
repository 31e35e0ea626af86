"""The database as the asking side sees it: plain sqlite3, read only, nothing loaded that grows with the collection."""

import hashlib
import sqlite3
from array import array
from collections.abc import Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from functools import cached_property
from json import dumps
from pathlib import Path
from typing import Any

from knowledge.errors import OtherVersion, StoreError
from knowledge.model import Clause, Figure, Listed, PartKind, Plan, Speaking, Spoken, Told
from knowledge.table import levels
from knowledge.wording import bigrams

# What ends the name of an area and is often left out.
_AREA_ENDS = ("区", "市", "县", "镇", "乡", "街道", "开发区")
# A name that its ending is left out of has no more characters: 阿克塞, 鄂尔多斯.
_SHORT_NAME = 4
APPLICATION = 0x59414F44  # "YAOD": marks the file as ours
VERSION = 10
# So many stores of some plans are kept open of those that were asked; of more plans than this words are counted in all.
_NARROWED, _FEW = 32, 8
# Clauses, tokens, what they speak of and clauses with that are kept of those that questions have found: some megabytes at the
# most, 24 bytes for each topic of each clause.
_IN_MEMORY, _TOKENS, _SPEAKING, _TOLD = 512, 12_000, 200_000, 1_000
_LARGEST = 2**63 - 1  # that SQLite can be asked for
# Of plans of one year the one that was issued last.
_NEWEST_FIRST = "ORDER BY year DESC, date DESC, id"
_CLAUSE = (
    "SELECT c.id, c.number, c.ref, c.chapter, c.title, c.text, c.name, c.path, p.title, p.edition, p.year"
    " FROM clauses c JOIN quoted p ON p.id = c.plan_id WHERE "
)


def check(db: Path) -> None:
    """Raise StoreError unless there is no such file yet or it is a database of ours and of this version."""
    try:
        if not db.exists():
            return
        if db.is_dir():
            raise StoreError(f"{db} 是文件夹，请给出数据库文件的名字，例如 {db / 'yaodian.db'}。")
        if not db.is_file():
            raise StoreError(f"{db} 不是普通文件，请用 --db 换一个文件。")
        if db.stat().st_size == 0:
            return
        db.open("rb").close()  # SQLite does not tell a file that may not be read from one that is damaged
        connection = sqlite3.connect(f"{db.resolve().as_uri()}?mode=ro", uri=True)
        application, version = (
            connection.execute(f"PRAGMA {p}").fetchone()[0] for p in ("application_id", "user_version")
        )
        connection.close()
    except (sqlite3.DatabaseError, UnicodeDecodeError):  # in what it says of a damaged file SQLite quotes that
        raise StoreError(f"{db} 不是数据库或已经损坏，请换一个文件，或删掉它再运行 yaodian index。") from None
    except OSError as error:
        raise StoreError(f"{db} 打不开（{error.strerror}），请检查路径和权限。") from None
    if application != APPLICATION:
        raise StoreError(f"{db} 是别的程序的数据库，请用 --db 换一个文件。")
    if version != VERSION:
        raise OtherVersion(
            f"{db} 是另一个版本的索引（{version}，现在用 {VERSION}），请换一个文件名重新运行 yaodian index。"
        )


def damaged(db: Path) -> StoreError:
    """What is said of an index that holds something else than when it was written."""
    return StoreError(f"{db} 已经损坏，或被别的程序改过，请换一个文件，或删掉它再运行 yaodian index。")


def _lines(text: str | None) -> tuple[str, ...]:
    return tuple(text.split("\n")) if text else ()


def digest(data: bytes) -> str:
    """What tells one version of a file from another."""
    return hashlib.sha256(data).hexdigest()


class Store:
    """Plans, clauses and figures by key, by number, by words; of some plans alone where `among` gives their keys.

    Every method raises StoreError where the file is damaged.
    """

    def __init__(self, db: Path, among: Sequence[int] = ()) -> None:
        check(db)
        if not db.exists() or db.stat().st_size == 0:
            raise StoreError(f"还没有索引 {db}，请先运行 yaodian index 文档 --db {db}。")
        self._db = db
        self._connection = sqlite3.connect(f"{db.resolve().as_uri()}?mode=ro", uri=True, check_same_thread=False)
        # What is asked of the file again and again is kept: it does not change while it is open.
        self._kept: dict[tuple[str, object], list[Any]] = {}
        self._read: dict[int, Clause] = {}
        self._spread: dict[str, dict[str, int]] = {column: {} for column in ("plan", "title", "text", "words")}
        self._spoken: dict[str, dict[str, Spoken]] = {}
        self._told: dict[int, Told] = {}
        self._speaking: dict[tuple[str, str], Speaking] = {}
        self._narrowed: dict[tuple[int, ...], Store] = {}
        alone = f" AND id IN ({','.join(map(str, among))})" if among else ""
        # The plans that answers come from: the official text of a plan rather than other editions of it.
        self._all(f"CREATE TEMP VIEW quoted AS SELECT * FROM plans WHERE current{alone}")

    def close(self) -> None:
        self._connection.close()

    def listed(self) -> list[Listed]:
        """The plans that answers come from, the newest first."""
        return self._listed

    @cached_property
    def _listed(self) -> list[Listed]:
        rows = self._all(f"SELECT id, title, issuer, year FROM quoted {_NEWEST_FIRST}")
        return [Listed(key, title, issuer or "", year) for key, title, issuer, year in rows]

    def narrowed(self, plans: Sequence[Listed]) -> "Store":
        """The same index of these plans alone, as if there were no others."""
        keys = tuple(sorted(p.key for p in plans))
        if len(keys) == self.count_plans():
            return self
        if keys not in self._narrowed:
            if len(self._narrowed) >= _NARROWED:
                self._narrowed = {}
            self._narrowed[keys] = Store(self._db, keys)
        if {p.key: p for p in self._narrowed[keys].listed()} != {p.key: p for p in plans}:
            raise StoreError("索引刚刚换过，请再问一次。")
        return self._narrowed[keys]

    def _rows(self) -> list[tuple[int, int]]:
        """The first and the last key of the clauses of each plan, where only some few of all plans are asked."""
        ranges = self._once(
            "SELECT min(c.id), max(c.id) FROM clauses c JOIN quoted p ON p.id = c.plan_id GROUP BY c.plan_id"
        )
        every = self._once("SELECT count(*) FROM plans WHERE current")[0][0]
        return ranges if len(ranges) <= min(_FEW, every - 1) else []

    def _among(self, key: str) -> str:
        """The condition that a clause's key is of a plan that answers come from; none where all plans are."""
        every = self._once("SELECT count(*) FROM plans")[0][0]
        some = "SELECT c.id FROM clauses c JOIN quoted p ON p.id = c.plan_id"
        return f" AND +{key} IN ({some})" if self.count_plans() < every else ""

    def plans(self) -> list[dict[str, Any]]:
        """Every plan with what `names` tells of it, the newest first."""
        names = "title issuer year date number edition source digest current clauses figures".split()
        rows = self._all(f"SELECT {','.join(names)} FROM plans {_NEWEST_FIRST}")
        return [dict(zip(names, row, strict=True)) for row in rows]

    def titles(self) -> list[str]:
        """The titles of the plans that answers come from, the newest first."""
        return [row[0] for row in self._once(f"SELECT title FROM quoted {_NEWEST_FIRST}")]

    def years(self) -> list[int]:
        """The years of the plans that answers come from, the newest first."""
        return [y for (y,) in self._once("SELECT DISTINCT year FROM quoted WHERE year > 0 ORDER BY year DESC")]

    def digests(self) -> dict[str, str]:
        """What tells each plan's file as it was read from another, with the file's name."""
        return dict(self._all("SELECT digest, source FROM plans"))

    def plan(self) -> Plan | None:
        """The newest plan that is quoted, without its clauses; None in an empty store."""
        return next(iter(self.outlines(1)), None)

    def outlines(self, most: int) -> list[Plan]:
        """The plans that are quoted, without their clauses, the newest first."""
        said = "title, issuer, year, edition, date, number, chapters"
        rows = self._once(f"SELECT {said} FROM quoted {_NEWEST_FIRST} LIMIT ?", most)
        return [
            Plan(title, issuer or "", year, edition or "", _lines(chapters), (), date=day or "", number=number or "")
            for title, issuer, year, edition, day, number, chapters in rows
        ]

    def count(self, first: int = 0) -> int:
        """How many clauses there are from that number on: an introduction is 0."""
        query = "SELECT count(*) FROM clauses c JOIN quoted p ON p.id = c.plan_id WHERE c.number >= ?"
        return int(self._once(query, first)[0][0])

    def count_figures(self) -> int:
        query = "SELECT count(*) FROM figures f JOIN clauses c ON c.id = f.clause_id JOIN quoted p ON p.id = c.plan_id"
        return int(self._once(query)[0][0])

    def count_plans(self) -> int:
        return int(self._once("SELECT count(*) FROM quoted")[0][0])

    def clauses(self, keys: Iterable[int]) -> list[Clause]:
        """The clauses with these keys, in the order of the keys."""
        wanted = list(keys)
        if missing := [key for key in wanted if key not in self._read]:
            if len(self._read) > _IN_MEMORY:
                self._read, missing = {}, wanted
            self._read |= {c.key: c for c in self._clauses(f"c.id IN ({_marks(missing)})", missing)}
        return [self._read[key] for key in wanted if key in self._read]

    def clauses_of(self, plan: str) -> list[Clause]:
        return self._clauses("p.title = ? ORDER BY c.number", [plan])

    def clause(self, plan: str, number: int) -> Clause | None:
        """The clause at that place of a plan."""
        return next(iter(self._clauses("p.title = ? AND c.number = ?", [plan, number])), None)

    def clause_by_ref(self, plan: str, ref: int) -> list[Clause]:
        """The clauses printed under that number, or at that place where none is printed."""
        if not 1 <= ref <= _LARGEST:
            return []
        printed = self._clauses(
            "p.title = ? AND c.ref_number = ? AND c.ref NOT LIKE '%、' ORDER BY c.number", [plan, ref]
        )
        return printed or self._clauses("p.title = ? AND c.number = ?", [plan, ref])

    def chapters(self, plan: str) -> list[str]:
        rows = self._once("SELECT chapters FROM quoted WHERE title = ?", plan)
        return rows[0][0].split("\n") if rows and rows[0][0] else []

    def last_ref(self, plan: str) -> int:
        held = "clauses c JOIN quoted p ON p.id = c.plan_id WHERE p.title = ?"
        return int(self._once(f"SELECT max(coalesce(c.ref_number, c.number)) FROM {held}", plan)[0][0] or 0)

    def clauses_with_value(self, value: Decimal) -> list[Clause]:
        """The clauses that state exactly this number, at either end of a range."""
        return self._clauses(
            "c.id IN (SELECT clause_id FROM figures WHERE value = CAST(? AS NUMERIC) OR value_max = CAST(? AS NUMERIC)) ORDER BY c.plan_id, c.number LIMIT 20",
            [str(value), str(value)],
        )

    @cached_property
    def parts(self) -> Mapping[str, list[tuple[str, str]]]:
        """What names an area or a stage that some figure is split by, with or without what kind of place it is (武进 → 武进区), and the parts
        with their kinds: they are few however many clauses there are."""
        kinds = dict(
            self._all(
                "SELECT part, part_kind FROM figures WHERE part_kind IN ('area', 'stage') AND part > '' ORDER BY part, id"
            )
        )
        found: dict[str, list[tuple[str, str]]] = {}
        for end in ("", *_AREA_ENDS):
            for part, kind in kinds.items():
                name = part.removesuffix(end)
                called = not end or (part != name and kind == PartKind.AREA and len(name) <= _SHORT_NAME)
                if called and len(name) > 1:
                    found.setdefault(name, []).append((part, kind))
        return found

    def levels(self) -> frozenset[str]:
        """The names of levels of government that some figure is split by."""
        query = "SELECT DISTINCT part FROM figures WHERE part IN (SELECT value FROM json_each(?))"
        return frozenset(part for (part,) in self._once(query, dumps(list(levels()))))

    def holding(self, words: Iterable[str]) -> dict[str, int]:
        """In how many clauses, or plans' titles over them, each of these words stands at the most, those in none left out: its
        rarest pair of characters tells."""
        wanted = {word: bigrams(word) for word in words}
        pairs = list(dict.fromkeys(b for found in wanted.values() for b in found))
        text, titles = self.spread(pairs, "text"), self.spread(pairs, "plan") if pairs else {}

        def rarest(found: list[str]) -> int:
            return max(min((spread.get(b, 0) for b in found), default=0) for spread in (text, titles))

        return {word: n for word, found in wanted.items() if (n := rarest(found))}

    def candidates(self, tokens: Iterable[str], limit: int) -> list[int]:
        """The keys of the clauses that share most with these tokens, by BM25, best first."""
        query = " OR ".join(f'"{t}"' for t in dict.fromkeys(tokens) if '"' not in t)
        if not query:
            return []
        ranges = self._rows()
        near = f" AND rowid BETWEEN {min(ranges)[0]} AND {max(ranges)[1]}" if ranges else ""
        rows = self._all(
            f"SELECT rowid FROM clause_search WHERE clause_search MATCH ?{near}{self._among('clause_search.rowid')}"
            " ORDER BY bm25(clause_search, 1.0, 2.0, 1.0, 1.0) LIMIT ?",
            [query, limit],
        )
        return [key for (key,) in rows]

    def spread(self, tokens: Iterable[str], column: str) -> dict[str, int]:
        """In how many clauses each of these tokens stands, those in none left out. `column`: plan, text or words."""
        if len(self._spread[column]) > _TOKENS:
            self._spread = {name: {} for name in self._spread}
        known, wanted = self._spread[column], list(dict.fromkeys(tokens))
        missing = [t for t in wanted if t not in known]
        if ranges := self._rows():
            known |= dict.fromkeys(missing, 0)
            for ends in ranges if missing else ():
                for token, held in self._held(missing, column, *ends):
                    known[token] += held
        else:  # what is asked of one column is soon asked of the others
            for name in self._spread:
                self._spread[name] |= dict.fromkeys(missing, 0)
            for token, name, held in self._some("SELECT term, col, doc FROM clause_terms WHERE term IN ({})", missing):
                self._spread[name][token] = held
        return {t: known[t] for t in wanted if known[t]}

    def _held(self, tokens: Sequence[str], column: str, first: int, last: int) -> list[tuple[str, int]]:
        """In how many of the clauses with these keys each of these tokens stands."""
        asked = "clause_search MATCH ? || ' : \"' || value || '\"' AND rowid BETWEEN ? AND ?"
        query = f"SELECT value, (SELECT count(*) FROM clause_search WHERE {asked}) FROM json_each(?)"
        return self._all(query, [column, first, last, dumps(tokens)])

    def words(self, names: Iterable[str]) -> dict[str, int]:
        """Which of these are words of everyday Chinese, with how frequent they are."""
        return dict(self._some("SELECT word, frequency FROM words WHERE word IN ({})", list(names)))

    def spelt(self, forms: Iterable[str]) -> dict[str, list[str]]:
        """Per form, the words of the clauses that are stored under it."""
        found: dict[str, list[str]] = {}
        for form, word in self._some("SELECT form, word FROM spellings WHERE form IN ({})", list(forms)):
            found.setdefault(form, []).append(word)
        return found

    def spoken(self, level: str) -> Mapping[str, Spoken]:
        """What the clauses speak of, of a level of topics (subject or matter)."""
        if level not in self._spoken:
            sums = "topic, max(degree), sum(degree), sum(mark * mark)"
            rows = self._all(
                f"SELECT {sums} FROM speaks WHERE level = ?{self._among('clause_id')} GROUP BY topic", [level]
            )
            self._spoken[level] = {topic: Spoken(*told) for topic, *told in rows}
        return self._spoken[level]

    def speaking(self, level: str, topics: Iterable[str]) -> Iterator[tuple[str, Speaking]]:
        """Of each of these topics of a level the clauses that speak of it."""
        wanted = list(topics)
        missing = [topic for topic in wanted if (level, topic) not in self._speaking]
        if missing and sum(len(told.keys) for told in self._speaking.values()) > _SPEAKING:
            self._speaking, missing = {}, wanted
        self._speaking |= {(level, topic): Speaking(array("q"), array("d"), array("d")) for topic in missing}
        query = f"SELECT topic, clause_id, degree, mark FROM speaks WHERE level = ?{self._among('clause_id')} AND topic IN ({{}})"
        for topic, key, degree, mark in self._some(query, missing, level):
            told = self._speaking[level, topic]
            told.keys.append(key)
            told.degrees.append(degree)
            told.marks.append(mark)
        return ((topic, self._speaking[level, topic]) for topic in wanted)

    def told(self, keys: Sequence[int]) -> dict[int, Told]:
        """What each of these clauses speaks of, where its pieces lie in the embedding and what marks its sentences."""
        if len(self._told) > _TOLD:
            self._told.clear()
        missing = [key for key in keys if key not in self._told]
        self._told |= {key: Told({"subject": {}, "matter": {}}, array("b"), array("H"), array("B")) for key in missing}
        of = f"WHERE clause_id IN ({_marks(missing)})"
        query = (
            f"SELECT clause_id, level, topic, degree, mark FROM speaks {of} UNION ALL SELECT *, 0, 0 FROM pieces {of}"
        )
        for key, level, topic, degree, mark in self._all(query, missing * 2) if missing else ():
            if isinstance(level, bytes):
                behind = 2 * len(topic) // 3  # two bytes for each subject, behind them one for each mark
                self._told[key].pieces.extend(array("b", level))
                self._told[key].subjects.extend(array("H", topic[:behind]))
                self._told[key].marks.extend(topic[behind:])
            else:
                self._told[key].topics[level][topic] = degree, mark
        return {key: self._told[key] for key in keys}

    def _clauses(self, where: str, values: Sequence[object]) -> list[Clause]:
        rows = self._all(_CLAUSE + where, values)
        figures = self._figures([row[0] for row in rows], {row[0]: row[1] for row in rows})
        return [
            Clause(number, ref, chapter, title, text, figures.get(key, ()), plan, edition or "", key, name, path, year)
            for key, number, ref, chapter, title, text, name, path, plan, edition, year in rows
        ]

    def _figures(self, keys: list[int], numbers: dict[int, int]) -> dict[int, tuple[Figure, ...]]:
        rows = self._all(
            "SELECT clause_id, what, part, part_kind, value, value_max, unit, qualifier, raw, start, end, total, split"
            f" FROM figures WHERE clause_id IN ({_marks(keys)}) ORDER BY clause_id, place",
            keys,
        )
        found: dict[int, tuple[Figure, ...]] = {}
        for key, what, part, kind, value, high, *rest in rows:
            part_kind, most = PartKind(kind) if kind else None, None if high is None else Decimal(str(high))
            figure = Figure(numbers[key], what, part, part_kind, Decimal(str(value)), most, *rest)
            found[key] = (*found.get(key, ()), figure)
        return found

    def _once(self, query: str, value: object = None) -> list[Any]:
        if (query, value) not in self._kept:
            self._kept[query, value] = self._all(query, [] if value is None else [value])
        return self._kept[query, value]

    def _some(self, query: str, names: Sequence[str], *first: str) -> Iterator[Any]:
        """The rows of a query that holds {} for names, which are asked some hundreds at a time."""
        for start in range(0, len(names), 500):
            some = names[start : start + 500]
            yield from self._all(query.format(_marks(some)), [*first, *some])

    def _all(self, query: str, values: Sequence[object] = ()) -> list[Any]:
        try:
            return self._connection.execute(query, list(values)).fetchall()
        except (sqlite3.DatabaseError, UnicodeDecodeError) as error:
            why = str(error).split(" with text ")[0]
            raise StoreError(f"{self._db} 读不出来（{why}），请把它删掉或改个名字，再运行 yaodian index。") from None


def _marks(values: Sequence[object]) -> str:
    return ",".join("?" * len(values))
