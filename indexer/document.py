"""From a file to a Document: a plan read, cleaned, split and searched for figures, with the texts it was made from."""

import json
import re
import tomllib
from array import array
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from indexer.clean import clean, invisible, narrow
from indexer.figures import Sum, check_sums, find_figures
from indexer.metadata import described, front_matter, number_of_year, title_of_file
from indexer.read import read
from indexer.repair import Damage
from indexer.sources import File, file_at
from indexer.split import split
from knowledge.bank import shipped
from knowledge.errors import DigitsLost, DocumentError, SettingsError
from knowledge.model import Clause, Plan
from knowledge.store import digest


@dataclass(frozen=True, slots=True)
class Report:
    """What became of one document; `notes` are what its reader has to tell, `replaced` is true where an earlier edition of
    it was in the index."""

    plan: Plan
    source: str
    damage: tuple[Damage, ...] = ()
    sums: tuple[Sum, ...] = ()
    oddities: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    replaced: bool = False

    @property
    def outside(self) -> float:
        """The share of the text that belongs to no clause (0–1): what stands before the first, but its title, and behind the
        last."""
        plan = self.plan
        outside = max(0, len(plan.preamble) - len(plan.title)) + len(plan.tail)
        return outside / (outside + sum(len(c.text) for c in plan.clauses) or 1)


@dataclass(frozen=True, slots=True)
class Document:
    """A plan with the text as it was read, the text it was cleaned to, and what tells this version from another."""

    report: Report
    raw: str
    text: str
    digest: str


def read_document(
    source: Path, title: str = "", issuer: str = "", year: int | None = None, repairs: Mapping[str, str] | None = None
) -> Document:
    """The document at a path, as `document` has it."""
    return document(file_at(source), title, issuer, year, repairs)


def document(
    file: File, title: str = "", issuer: str = "", year: int | None = None, repairs: Mapping[str, str] | None = None
) -> Document:
    """The document in a file; what is known of it goes before what it says of itself.

    Raises DocumentError where there is no text or no clause in it, DigitsLost where a digit of it would be lost.
    """
    read_text = read(file)
    front, body = front_matter(read_text.body)
    flags = {"title": _whole(title), "issuer": _whole(issuer), "year": str(year or "")}
    known = front | {key: value for key, value in flags.items() if value}
    text, damage = clean(body, repairs, shipped().official)
    plan, oddities = split(text)
    if not plan.clauses:
        raise DocumentError(f"{file.where} 里没有找到条款（如“（一）……”“第一条”“1. ……”），请检查是不是这份文档。")
    _keep_digits(body, repairs or {}, plan, file.where)
    opening = "\n".join([plan.preamble, *(c.text for c in plan.clauses if not c.number)])
    clauses = tuple(replace(c, figures=find_figures(c)) for c in plan.clauses)
    plan = replace(plan, clauses=clauses, edition=front.get("edition", ""), **asdict(described(text, opening, known)))
    named = _whole(read_text.title) or title_of_file(_whole(file.stem))
    plan = replace(plan, title=plan.title or named, year=plan.year or number_of_year(named))
    sums = tuple(s for c in clauses for s in check_sums(c.figures))
    report = Report(plan, _whole(file.name), tuple(damage), sums, tuple(oddities), read_text.notes)
    return Document(report, read_text.body, text, digest(file.data))


def read_clauses(source: Path) -> Iterator[Document]:
    """The plans of a ready-made list, one made after the other: one JSON object a line with id, plan, text and, where there
    is one, title.

    Raises DocumentError, before the first is made, where a line is none.
    """
    file = file_at(source)
    body, made = read(file).body, digest(file.data)
    places: dict[str, array[int]] = {}  # of each plan: where its lines begin
    for number, (place, line) in enumerate(_lines(body), 1):
        if line.strip():
            name, _ = _listed(line, file.where, number)
            places.setdefault(name, array("q")).append(place)
    if not places:
        raise DocumentError(f"{source} 里一条条款也没有，请换一份清单。")
    plans = ((name, (_clause(json.loads(_line_at(body, place)))[1] for place in of)) for name, of in places.items())
    return (_of_list(name, clauses, _whole(source.name), digest(f"{made} {name}".encode())) for name, clauses in plans)


def _of_list(name: str, listed: Iterable[Clause], source: str, made: str) -> Document:
    numbered = (replace(clause, number=number) for number, clause in enumerate(listed, 1))
    clauses = tuple(replace(clause, figures=find_figures(clause)) for clause in numbered)
    return Document(Report(Plan(name, "", number_of_year(name), "", (), clauses), source), "", "", made)


def _lines(body: str) -> Iterator[tuple[int, str]]:
    """The lines of a text with the places where they begin."""
    place = 0
    while place <= len(body):
        line = _line_at(body, place)
        yield place, line
        place += len(line) + 1


def _line_at(body: str, place: int) -> str:
    end = body.find("\n", place)
    return body[place : end if end >= 0 else len(body)]


def _listed(line: str, where: str, number: int) -> tuple[str, Clause]:
    try:
        return _clause(json.loads(line))
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
        example = '{"id": "1", "plan": "…", "text": "…"}'
        raise DocumentError(f"{where} 第 {number} 行不是条款，应形如 {example}。") from None


def _clause(row: Mapping[str, Any]) -> tuple[str, Clause]:
    """The plan and the clause in a line of a list. Raises TypeError, KeyError or AttributeError where it is none."""
    plan, text, title = row["plan"], row["text"], row.get("title") or ""
    if not all(isinstance(said, str) for said in (plan, text, title)) or not (plan.strip() and text.strip()):
        raise TypeError
    return _whole(plan), Clause(0, "", "", _whole(title), _whole(text), id=_whole(str(row["id"])))


def _whole(text: str) -> str:
    """The text with a mark for every half of a character, which no database takes."""
    return text.encode("utf8", "replace").decode("utf8")


def read_repairs(file: Path) -> dict[str, str]:
    """An operator's repairs: what stands in the source → what it should be."""
    example = '每行应是 "原文里的错字" = "应该是什么"，两边都带引号'
    try:
        repairs = tomllib.loads(file.read_text(encoding="utf-8-sig"))
    except OSError as error:
        raise SettingsError(f"改正表 {file} 读不出来（{error.strerror}），请检查文件名和权限。") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise SettingsError(f"改正表 {file} 写法有误（{error}），{example}。") from None
    if not all(isinstance(right, str) for right in repairs.values()):
        raise SettingsError(f"改正表 {file} 写法有误，{example}。")
    return repairs


def _keep_digits(raw: str, repairs: Mapping[str, str], plan: Plan, where: str) -> None:
    """Raise DigitsLost unless every digit of the source stands in a clause, a heading, the preamble or the tail."""
    for found, right in repairs.items():
        raw = raw.replace(found, right) if found else raw
    kept = "\n".join(_kept(plan))
    # A line that ends inside a number is joined, so it is the digits that are counted.
    expected, stored = Counter("".join(_digit_runs(raw))), Counter("".join(_digit_runs(kept)))
    if expected != stored:
        runs = set(_digit_runs(kept))
        run = next((r for r in _digit_runs(raw) if r not in runs), "".join((expected - stored) or (stored - expected)))
        raise DigitsLost(f"{where} 里的数字 {run} 归不到任何一条，没有建索引；请检查那里的排版。")


def _kept(plan: Plan) -> Iterator[str]:
    """All that is stored of a document."""
    yield from (plan.preamble, plan.tail, *plan.chapters)
    for clause in plan.clauses:
        # A chapter's own text stands under its number.
        opens = bool(clause.ref) and clause.chapter.startswith(clause.ref)
        yield clause.text if opens else f"{clause.ref}\n{clause.text}"


def _digit_runs(text: str) -> list[str]:
    return re.findall(r"\d+", invisible("".join(narrow(c) for c in text)))
