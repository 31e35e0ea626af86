"""The index command: documents are read one after the other, what cannot be read is told, and the rest is indexed."""

import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain
from pathlib import Path
from typing import Any

from bot.console import progress
from bot.replies.contract import as_json as written
from bot.replies.contract import report_record
from indexer.build import build
from indexer.document import Document, Report, document, read_clauses
from indexer.sources import Source, find
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
        for note in report.notes:
            print(f"  {note}")
        for damage in report.damage:
            became = (
                f"修复为“{damage.repaired}”"
                if damage.repaired is not None
                else "修复不了，标为〔原文缺损〕，可用 --repairs 改正"
            )
            print(f"  原文第 {damage.line} 行“{damage.found}”有缺损，{became}。")
        for s in report.sums:
            total = f"{s.total:f}{s.unit}"
            detail = "" if s.ok else f"（{s.parts:f}{s.unit}）"
            print(f"  第 {s.clause} 条“{s.what}”{total}，分成 {s.count} 项，{_VERDICTS[s.verdict]}{detail}。")
        for oddity in report.oddities:
            print(f"  编号有疑问：{oddity}。")
        if report.outside > _MUCH:
            print(f"  有 {report.outside:.0%} 的字不属于任何一条（开头、附件或落款），请看看是不是漏了什么。")
    if len(reports) > 10:
        print(f"{len(reports)} 份文件，共 {sum(len(r.plan.clauses) for r in reports)} 条。")
    print(f"索引在 {db}")
