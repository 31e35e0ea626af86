"""Which stored plans a document is another edition of, and what it takes from them."""

import sqlite3
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from indexer.document import Document
from indexer.metadata import title_of_file
from knowledge.model import Plan

# A document without a title of its own is an edition of the plan whose headings agree with this share of its own.
_SAME_HEADINGS = 0.8
_HEADINGS = 500  # looked at of a document
_NAMES = ("id", "title", "issuer", "year", "edition", "digest")
Row = dict[str, int | str | None]


def editions(connection: sqlite3.Connection, document: Document) -> list[Row]:
    """The stored plans that are the document's plan: the same file; the same bureau's plan of the same title and year; for
    a document that has no title and names no other year the plan with nearly the same headings."""
    plan = document.report.plan
    names = list(_titles(plan, document))
    marks = ",".join("?" * len(names))
    same = _rows(connection, "digest = ?", [document.digest])
    same += [
        row
        for row in _rows(connection, f"title IN ({marks}) AND year IS ?", [*names, plan.year])
        if _is_one_body(plan.issuer, row["issuer"])
    ]
    if is_untitled(document):
        same += [
            row for row in _alike(connection, plan) if None in {plan.year, row["year"]} or plan.year == row["year"]
        ]
    return sorted({row["id"]: row for row in same}.values(), key=lambda row: row["id"] or 0)


def same_edition(kin: list[Row], document: Document) -> list[Row]:
    """Those of them in whose place the document comes."""
    return [k for k in kin if k["edition"] == document.report.plan.edition or k["digest"] == document.digest]


def replaced(db: Path, document: Document) -> list[Row]:
    """The plans of a database in whose place the document would come."""
    if not db.exists() or not db.stat().st_size:
        return []
    connection = sqlite3.connect(f"{db.resolve().as_uri()}?mode=ro", uri=True)
    try:
        return same_edition(editions(connection, document), document)
    finally:
        connection.close()


def completed(connection: sqlite3.Connection, document: Document, kin: list[Row]) -> Plan:
    """The document's plan with what it does not say of itself taken from another edition, under a title that no other plan
    has."""
    plan = document.report.plan
    if kin:
        title = kin[0]["title"] if is_untitled(document) else plan.title
        issuer, year = plan.issuer or kin[0]["issuer"] or "", plan.year or kin[0]["year"]
        plan = replace(plan, title=str(title), issuer=str(issuer), year=None if year is None else int(year))
    taken = {
        row["title"]
        for title in _titles(plan, document)
        for row in _rows(connection, "title = ?", [title])
        if row["id"] not in {k["id"] for k in kin}
    }
    free = (title for title in _titles(plan, document) if title not in taken)
    return replace(plan, title=next(free, f"{plan.title}（{document.digest[:6]}）"))


def is_untitled(document: Document) -> bool:
    """Is nothing but the file's name known for a title?"""
    return document.report.plan.title == title_of_file(Path(document.report.source).stem)


def _titles(plan: Plan, document: Document) -> Iterator[str]:
    """What a plan may be called where another one has its title: 工作要点, 工作要点（2021年）, 工作要点（某市教育局） …"""
    yield plan.title
    for said in (f"{plan.year}年" if plan.year else "", plan.issuer, document.report.source):
        if said and said not in plan.title:
            yield f"{plan.title}（{said}）"


def _alike(connection: sqlite3.Connection, plan: Plan) -> list[Row]:
    """The stored plans with nearly the same headings."""
    headings = list({c.title for c in plan.clauses if c.title and c.id is None})[:_HEADINGS]
    if len(headings) <= 2:
        return []
    marks = ",".join("?" * len(headings))
    shared = f"SELECT plan_id, count(DISTINCT title) FROM clauses WHERE title IN ({marks}) GROUP BY plan_id"
    close = [key for key, count in connection.execute(shared, headings) if count >= _SAME_HEADINGS * len(headings)]
    return [row for key in close for row in _rows(connection, "id = ?", [key])]


def _rows(connection: sqlite3.Connection, where: str, values: list[object]) -> list[Row]:
    found = connection.execute(f"SELECT {','.join(_NAMES)} FROM plans WHERE {where} ORDER BY id", values)
    return [dict(zip(_NAMES, row, strict=True)) for row in found]


def _is_one_body(one: str, other: object) -> bool:
    """Can two names be those of one body: 市教育局 and 某市教育局, or one that is not known?"""
    return one in str(other or "") or str(other or "") in one
