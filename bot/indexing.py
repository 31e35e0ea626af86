"""The index command: documents are read one after the other, what cannot be read is told, and the rest is indexed."""

import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain
from pathlib import Path
from typing import Any

from bot.console import progress
from bot.replies.contract import as_json as written
from bot.replies.contract import figure_record, report_record
from bot.replies.naming import titled
from indexer.build import build, remove, restore
from indexer.document import Document, Report, document, read_clauses
from indexer.editions import replaced
from indexer.keeping import kept_before
from indexer.sources import File, Source, find
from knowledge.errors import DocumentError, SettingsError

# From this share on what belongs to no clause is more than a title, an introduction and a signature.
_MUCH = 0.1
_VERDICTS = {"ok": "相符", "short": "各部分加起来不到总数", "over": "各部分加起来超过总数"}


@dataclass(frozen=True, slots=True)
class Known:
    """What an operator knows of the documents, which goes before what they say of themselves; `replaces` are title and
    edition of the plan in whose place the only document comes."""

    title: str = ""
    issuer: str = ""
    year: int | None = None
    repairs: Mapping[str, str] = field(default_factory=dict)
    replaces: tuple[str, str] | None = None


@dataclass(frozen=True, slots=True)
class Remark:
    """What an operator is told of a document; `odd` where it is to be looked at."""

    text: str
    odd: bool = True


def remarks(report: Report, remedy: str = "可用 --repairs 改正") -> Iterator[Remark]:
    """What its reader has to tell of a document, what was damaged, with the remedy, what adds up or does not, how it is
    numbered, and how much of it belongs to no clause."""
    yield from map(Remark, report.notes)
    for damage in report.damage:
        became = (
            f"修复为“{damage.repaired}”" if damage.repaired is not None else f"修复不了，标为〔原文缺损〕，{remedy}"
        )
        yield Remark(f"原文第 {damage.line} 行“{damage.found}”有缺损，{became}。")
    for s in report.sums:
        total = f"{s.total:f}{s.unit}"
        detail = "" if s.ok else f"（{s.parts:f}{s.unit}）"
        told = f"第 {s.clause} 条“{s.what}”{total}，分成 {s.count} 项，{_VERDICTS[s.verdict]}{detail}。"
        yield Remark(told, odd=not s.ok)
    for oddity in report.oddities:
        yield Remark(f"编号有疑问：{oddity}。")
    if report.outside > _MUCH:
        yield Remark(f"有 {report.outside:.0%} 的字不属于任何一条（开头、附件或落款），请看看是不是漏了什么。")


def index(named: Sequence[str], db: Path, known: Known, *, intranet: bool, as_json: bool) -> bool:
    """Index all that is named and print what became of it; False where some of it cannot be read."""
    sources = list(find(named, intranet=intranet))
    if known.replaces and len(sources) != 1:
        raise SettingsError("--replace 一次只顶替一份计划，请只给一份文档。")
    bad: dict[int, dict[str, str]] = {}  # the place of a document among those that are named → what is wrong with it
    good = _readable(sources, known, bad)
    first = next(good, None)
    # Where none can be read, the index stays as it is.
    reports = build(chain([first], good), db, replacing=known.replaces) if first else []
    _print(reports, bad, db, as_json=as_json)
    return not bad


def index_list(file: Path, db: Path, *, as_json: bool) -> None:
    """Index a ready-made list of clauses."""
    _print(build(read_clauses(file), db), {}, db, as_json=as_json)


def _readable(sources: Sequence[Source], known: Known, bad: dict[int, dict[str, str]]) -> Iterator[Document]:
    """Each document that can be read; what is wrong with the others is told at once and noted in `bad`."""
    with progress(len(sources), "建索引") as advance:
        for n, source in enumerate(sources):
            try:
                yield document(source.open(), known.title, known.issuer, known.year, known.repairs)
            except DocumentError as error:
                print(error, file=sys.stderr)
                bad[n] = {"source": source.where, "error": str(error)}
            advance(n + 1)


def _print(reports: Sequence[Report], bad: Mapping[int, dict[str, str]], db: Path, *, as_json: bool) -> None:
    """The reports, as JSON with what could not be read among them, in the order in which the documents were named."""
    if as_json:
        made = iter(reports)
        records: list[Any] = [bad.get(n) or report_record(next(made)) for n in range(len(reports) + len(bad))]
        print(written(records[0] if len(records) == 1 else records, indent=2))
    elif reports:
        _tell(reports, db)


def _tell(reports: Sequence[Report], db: Path) -> None:
    """What became of each document; where there are many, only their number and what is odd."""
    for report in reports if len(reports) <= 10 else ():
        plan = report.plan
        figures = sum(len(c.figures) for c in plan.clauses)
        name = f"《{plan.title}》{f'（{plan.edition}）' if plan.edition else ''}"
        print(
            f"{name}{'（更新）' if report.replaced else ''}：{len(plan.chapters)} 个部分，{len(plan.clauses)} 条，{figures} 个数字，没有丢失数字。"
        )
        for remark in remarks(report):
            print(f"  {remark.text}")
    if len(reports) > 10:
        print(f"{len(reports)} 份文件，共 {sum(len(r.plan.clauses) for r in reports)} 条。")
    print(f"索引在 {db}")


# --- one document at a time, by somebody at the desk


def read_alone(name: str, data: bytes, db: Path) -> dict[str, Any]:
    """What would become of a document: its `report`, the `remarks` on it, its `figures`, its `text` as it was cleaned, and which
    plans of the index go when it comes. Raises DocumentError where it cannot be read."""
    made = document(File(name, name, data))
    plan = made.report.plan
    return {
        "report": report_record(made.report),
        "remarks": list(remarks(made.report, "请在下面的文字里改正")),
        "figures": [figure_record(c, f) for c in plan.clauses for f in c.figures],
        "refs": {c.number: c.ref or str(c.number) for c in plan.clauses},
        "text": made.text,
        "replaces": [titled(str(row["title"]), str(row["edition"] or "")) for row in replaced(db, made)],
    }


def publish(name: str, data: bytes, db: Path, keep: Path) -> dict[str, Any]:
    """Index a document, with the index as it was before kept in a folder. Raises DocumentError and StoreError."""
    (report,) = build([document(File(name, name, data))], db, keep=keep)
    return {"report": report_record(report)}


def withdraw(db: Path, title: str, edition: str, keep: Path) -> None:
    """Take a plan out of the index, with the index as it was before kept in a folder. Raises StoreError."""
    remove(db, title, edition, keep)


def take_back(db: Path, keep: Path) -> None:
    """Bring the index back as it was before. Raises StoreError where it is not kept."""
    restore(db, keep)


def before(db: Path, keep: Path) -> Path | None:
    """The index as it was before, where it is kept."""
    place = kept_before(db, keep) if db.exists() else None
    return place if place and place.is_file() else None
