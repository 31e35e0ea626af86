"""The index command: documents are read one after the other, what cannot be read is told, and the rest is indexed."""

import json
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain
from pathlib import Path
from typing import Any

from bot.contract import report_record
from bot.tables import print_report, progress
from indexer.build import build
from indexer.document import Document, Report, document, read_clauses
from indexer.sources import Source, find
from knowledge.errors import DocumentError, SettingsError


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
        print(json.dumps(records[0] if len(records) == 1 else records, ensure_ascii=False, indent=2))
    elif reports:
        print_report(reports, db)
