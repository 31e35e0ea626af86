"""From documents to one SQLite file of plans, clauses and figures, made beside the old one and moved into place."""

import json
import os
import re
import shutil
import sqlite3
import tempfile
import tomllib
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from indexer.clean import clean
from indexer.figures import Sum, check_sums, find_figures
from indexer.read import read
from indexer.repair import Damage
from indexer.split import front_matter, number_of_year, split
from knowledge import lexicon
from knowledge.errors import DigitsLost, DocumentError, SettingsError, StoreError
from knowledge.model import Clause, Figure, Plan
from knowledge.numerals import number
from knowledge.store import APPLICATION, VERSION, check, digest
from knowledge.wording import bigrams, default_cutter, everyday_words, fold

if TYPE_CHECKING:
    import sqlite_utils

# Two documents are editions of one plan where this share of the headings agrees.
_SAME_HEADINGS = 0.8


@dataclass(frozen=True, slots=True)
class Report:
    """What became of one document."""

    plan: Plan
    source: str
    damage: tuple[Damage, ...]
    sums: tuple[Sum, ...]
    oddities: tuple[str, ...]
    replaced: bool = False


@dataclass(frozen=True, slots=True)
class Document:
    """A plan with the texts it was made from."""

    report: Report
    raw: str
    text: str
    digest: str


def read_document(
    source: Path, title: str = "", issuer: str = "", year: int | None = None, repairs: Mapping[str, str] | None = None
) -> Document:
    """A document read, cleaned, split and searched for figures.

    Raises DocumentError where there is no text or no clause in it, DigitsLost where a digit of it would be lost.
    """
    raw = read(source)
    front, body = front_matter(raw)
    text, damage = clean(body, repairs, lexicon.load(lexicon.SHIPPED).official)
    front |= {"title": title} if title else {}
    front |= {"issuer": issuer} if issuer else {}
    front |= {"year": str(year)} if year else {}
    plan, oddities = split(text, front)
    if not plan.clauses:
        raise DocumentError(f"{source} 里没有找到条款（如“（一）……”“第一条”“1. ……”），请检查是不是这份文档。")
    _keep_digits(body, repairs or {}, plan, source)
    clauses = tuple(replace(c, figures=find_figures(c)) for c in plan.clauses)
    plan = replace(plan, title=plan.title or source.stem, clauses=clauses)
    sums = tuple(s for c in clauses for s in check_sums(c.figures))
    return Document(Report(plan, source.name, tuple(damage), sums, tuple(oddities)), raw, text, digest(source.read_bytes()))


def read_clauses(source: Path) -> list[Document]:
    """The plans of a ready-made list: one JSON object a line with id, plan, text and, where there is one, title."""
    plans: dict[str, list[Clause]] = {}
    for place, line in enumerate(read(source).split("\n"), 1):
        if not line.strip():
            continue
        try:
            row = json.loads(line)
            name, text, key = str(row["plan"]), str(row["text"]), str(row["id"])
        except (ValueError, TypeError, KeyError):
            raise DocumentError(f'{source} 第 {place} 行不是条款，应形如 {{"id": "1", "plan": "…", "text": "…"}}。') from None
        clauses = plans.setdefault(name, [])
        clause = Clause(len(clauses) + 1, "", "", str(row.get("title") or ""), text, id=key)
        clauses.append(replace(clause, figures=find_figures(clause)))
    if not plans:
        raise DocumentError(f"{source} 里一条条款也没有，请换一份清单。")
    made = digest(source.read_bytes())
    return [
        Document(Report(Plan(name, "", number_of_year(name), "", (), tuple(clauses)), source.name, (), (), ()), "", "", made)
        for name, clauses in plans.items()
    ]


def read_repairs(file: Path) -> dict[str, str]:
    """An operator's repairs: what stands in the source → what it should be."""
    try:
        repairs = tomllib.loads(file.read_text(encoding="utf8"))
    except OSError as error:
        raise SettingsError(f"改正表 {file} 读不出来（{error.strerror}），请检查文件名和权限。") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise SettingsError(f'改正表 {file} 写法有误（{error}），每行应是 "原文里的错字" = "应该是什么"。') from None
    if not all(isinstance(right, str) for right in repairs.values()):
        raise SettingsError(f'改正表 {file} 里每行应是 "原文里的错字" = "应该是什么"，两边都带引号。')
    return repairs


def build(documents: Iterable[Document], db: Path, progress: Callable[[int], None] = lambda _done: None) -> list[Report]:
    """Write the documents into the database, which is replaced only when all is written; the reports in their order.

    Raises StoreError where the database is not one of ours or the disk is full; the old file then stays as it was.
    """
    reports = []
    with _beside(db) as fresh:
        import sqlite_utils

        database = sqlite_utils.Database(fresh)
        _prepare(database)
        cut = default_cutter()
        for done, document in enumerate(documents, 1):
            reports.append(_insert(database, document, cut))
            progress(done)
        database.conn.commit()
        database.conn.execute("INSERT INTO clause_search(clause_search) VALUES ('optimize')")
        database.conn.commit()
        database.close()
    return reports


@contextmanager
def _beside(db: Path) -> Iterator[Path]:
    """A copy of the database to work on, moved into its place if all goes well."""
    check(db)
    scratch: Path | None = None
    try:
        db.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(prefix=f".{db.name}.", suffix=".new", dir=db.parent)
        os.close(handle)
        scratch = Path(name)
        if db.exists():
            shutil.copyfile(db, scratch)
            shutil.copymode(db, scratch)
        else:
            scratch.chmod(0o644)
        yield scratch
        scratch.replace(db)
    except sqlite3.Error as error:
        raise StoreError(f"索引写不进 {db}（{error}），原来的索引没有动；请看看磁盘是不是满了。") from None
    except OSError as error:
        raise StoreError(f"索引写不进 {db}（{error.strerror}），原来的索引没有动；请检查磁盘空间和文件夹权限。") from None
    finally:
        if scratch is not None:
            scratch.unlink(missing_ok=True)


def _prepare(database: "sqlite_utils.Database") -> None:
    if "plans" in database.table_names():
        return
    database.conn.execute(f"PRAGMA application_id = {APPLICATION}")
    database.conn.execute(f"PRAGMA user_version = {VERSION}")
    database["plans"].create(
        {
            "id": int, "title": str, "issuer": str, "year": int, "edition": str, "source": str, "current": int,
            "digest": str, "chapters": str, "preamble": str, "tail": str, "raw_text": str, "clean_text": str,
        },
        pk="id", not_null={"title"},
    )
    database["clauses"].create(
        {
            "id": int, "plan_id": int, "number": int, "ref": str, "ref_number": int, "chapter": str, "title": str,
            "text": str, "name": str,
        },
        pk="id", foreign_keys=["plan_id"],
    )
    database.conn.execute(
        "CREATE TABLE figures (id INTEGER PRIMARY KEY, clause_id INTEGER REFERENCES clauses(id), place INTEGER, what TEXT, part TEXT,"
        " part_kind TEXT, value NUMERIC, value_max NUMERIC, unit TEXT, qualifier TEXT, raw TEXT, start INTEGER, end INTEGER, total INTEGER)"
    )
    database["damage"].create(
        {"id": int, "plan_id": int, "line": int, "found": str, "repaired": str, "context": str},
        pk="id", foreign_keys=["plan_id"],
    )
    database["clauses"].create_index(["plan_id", "number"])
    database["clauses"].create_index(["name"])
    database["figures"].create_index(["clause_id"])
    database["figures"].create_index(["value"])
    database["figures"].create_index(["part"])
    database.conn.execute("CREATE TABLE words (word TEXT PRIMARY KEY, frequency INTEGER) WITHOUT ROWID")
    database.conn.executemany("INSERT INTO words VALUES (?, ?)", everyday_words())
    database.conn.execute("CREATE VIRTUAL TABLE clause_search USING fts5(plan, title, text, words)")
    database.conn.execute("CREATE VIRTUAL TABLE clause_terms USING fts5vocab(clause_search, 'col')")


def _insert(database: "sqlite_utils.Database", document: Document, cut: Callable[[str], Iterable[str]]) -> Report:
    plan = document.report.plan
    kin = _editions(database, plan)
    same = next((k for k in kin if k["edition"] == plan.edition), None)
    if same is not None:
        _delete(database, int(same["id"]))
    plan = _completed(plan, kin, document.report.source)
    # The official text of a plan is quoted rather than another edition of it.
    others = [k for k in kin if k is not same]
    current = not (plan.edition and any(not k["edition"] for k in others))
    if not plan.edition:
        database.conn.executemany("UPDATE plans SET current = 0 WHERE id = ?", [(k["id"],) for k in others])
    row = {
        "title": plan.title, "issuer": plan.issuer, "year": plan.year, "edition": plan.edition,
        "source": document.report.source, "current": int(current), "digest": document.digest,
        "chapters": "\n".join(plan.chapters), "preamble": plan.preamble, "tail": plan.tail, "raw_text": document.raw, "clean_text": document.text,
    }
    plan_id = database["plans"].insert(row).last_pk
    for clause in plan.clauses:
        _insert_clause(database, plan_id, plan.title, clause, cut)
    database["damage"].insert_all(
        {"plan_id": plan_id, "line": d.line, "found": d.found, "repaired": d.repaired, "context": d.context}
        for d in document.report.damage
    )
    return replace(document.report, plan=plan, replaced=same is not None)


def _insert_clause(
    database: "sqlite_utils.Database", plan_id: int, plan: str, clause: Clause, cut: Callable[[str], Iterable[str]]
) -> None:
    row = {
        "plan_id": plan_id, "number": clause.number, "ref": clause.ref, "ref_number": _ref_number(clause.ref),
        "chapter": clause.chapter, "title": clause.title, "text": clause.text, "name": clause.id,
    }
    clause_id = database["clauses"].insert(row).last_pk
    database["figures"].insert_all(_figure_row(clause_id, place, f) for place, f in enumerate(clause.figures))
    text = fold(clause.text)
    # A name in quotation marks is a word, whatever a dictionary makes of it.
    names = [fold(n) for n in re.findall(r"[“「《]([^“”「」《》，。、\s]{2,8})[”」》]", clause.text)]
    words = [w for w in [*cut(text), *names] if len(w) > 1]
    columns = (bigrams(fold(plan)), bigrams(fold(clause.title)), bigrams(text), words)
    database.conn.execute(
        "INSERT INTO clause_search(rowid, plan, title, text, words) VALUES (?, ?, ?, ?, ?)",
        [clause_id, *(" ".join(tokens) for tokens in columns)],
    )


def _figure_row(clause_id: int, place: int, f: Figure) -> dict[str, object]:
    return {
        "clause_id": clause_id, "place": place, "what": f.what, "part": f.part, "part_kind": f.part_kind,
        "value": str(f.value), "value_max": None if f.value_max is None else str(f.value_max), "unit": f.unit,
        "qualifier": f.qualifier, "raw": f.raw, "start": f.start, "end": f.end, "total": f.total,
    }


def _ref_number(ref: str) -> int | None:
    found = re.search(r"[一二三四五六七八九十百零〇]+|\d+", ref)
    value = number(found[0]) if found else None
    return None if value is None else int(value)


def _editions(database: "sqlite_utils.Database", plan: Plan) -> list[dict[str, object]]:
    """The stored plans that are this plan: the same title and edition, or nearly the same headings."""
    if not plan.clauses or plan.clauses[0].id is not None:
        return list(database["plans"].rows_where("title = ?", [plan.title]))
    headings = {c.title for c in plan.clauses if c.title}
    marks = ",".join("?" * min(len(headings), 500))
    shared = database.query(
        f"SELECT plan_id AS id, count(DISTINCT title) AS n FROM clauses WHERE title IN ({marks}) GROUP BY plan_id",  # noqa: S608
        list(headings)[:500],
    )
    close = {row["id"] for row in shared if row["n"] >= _SAME_HEADINGS * len(headings) and len(headings) > 2}
    return [
        r
        for r in database["plans"].rows
        if r["id"] in close or (r["title"] == plan.title and r["edition"] == plan.edition and r["year"] == plan.year)
    ]


def _completed(plan: Plan, kin: list[dict[str, object]], source: str) -> Plan:
    """A document without a title, an issuer or a year of its own takes them from another edition of the plan."""
    named = next((k for k in kin if k["title"]), None)
    if named is None:
        return plan
    untitled = plan.title == Path(source).stem
    return replace(
        plan,
        title=str(named["title"]) if untitled else plan.title,
        issuer=plan.issuer or str(named["issuer"] or ""),
        year=plan.year or (int(str(named["year"])) if named["year"] else None),
    )


def _delete(database: "sqlite_utils.Database", plan_id: int) -> None:
    clauses = "SELECT id FROM clauses WHERE plan_id = ?"
    database.conn.execute(f"DELETE FROM clause_search WHERE rowid IN ({clauses})", [plan_id])  # noqa: S608
    database.conn.execute(f"DELETE FROM figures WHERE clause_id IN ({clauses})", [plan_id])  # noqa: S608
    for table, column in (("clauses", "plan_id"), ("damage", "plan_id"), ("plans", "id")):
        database.conn.execute(f"DELETE FROM {table} WHERE {column} = ?", [plan_id])  # noqa: S608


def _keep_digits(raw: str, repairs: Mapping[str, str], plan: Plan, source: Path) -> None:
    """Raise DigitsLost unless every digit run of the source stands once in a clause, a heading, the preamble or the tail."""
    for found, right in repairs.items():
        raw = raw.replace(found, right)
    expected = _digit_runs(raw)
    chapters = iter(plan.chapters)
    kept, chapter = [plan.preamble], ""
    for clause in plan.clauses:
        while clause.chapter != chapter:
            chapter = next(chapters)
            kept.append(chapter)
        kept.append(clause.text if clause.ref and chapter.startswith(clause.ref) else clause.ref + "\n" + clause.text)
    kept += [*chapters, plan.tail]
    stored = _digit_runs("\n".join(kept))
    for place, (want, have) in enumerate(zip([*expected, ""], [*stored, ""], strict=False)):
        if want != have:
            before = "…".join(expected[max(0, place - 2) : place])
            raise DigitsLost(f"{source} 里的数字 {want or have} 没能归到任何一条（前面的数字是 {before}），没有建索引；请检查那里的排版。")


def _digit_runs(text: str) -> list[str]:
    return re.findall(r"\d+", "".join(unicodedata.normalize("NFKC", c) for c in text))
