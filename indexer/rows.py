"""What is stored of a clause: its rows of each table, their columns in order."""

import re
from collections.abc import Callable, Iterable, Iterator

from indexer.subjects import marked, pieces, spoken
from knowledge.model import Clause
from knowledge.numerals import number
from knowledge.wording import bigrams, fold

Cut = Callable[[str], Iterable[str]]
Row = tuple[object, ...]
# A name in quotation marks is a word, whatever a dictionary makes of it.
_NAMED = re.compile(r"[“「《]([^“”「」《》，。、\s]{2,8})[”」》]")
_AREA_ENDS = re.compile("(?<=..)[区市县镇]$")


def clause_row(key: int, plan_id: int, clause: Clause) -> Row:
    printed = _ref_number(clause.ref)
    shown = (clause.path, clause.chapter, clause.title, clause.text)
    return (key, plan_id, clause.number, clause.ref, printed, *shown, clause.id)


def figure_rows(key: int, clause: Clause) -> Iterator[Row]:
    for place, f in enumerate(clause.figures):
        most = None if f.value_max is None else str(f.value_max)
        counted = (f.what, f.part, f.part_kind, str(f.value), most, f.unit, f.qualifier)
        yield (key, place, *counted, f.raw, f.start, f.end, f.total, f.split)


def search_row(key: int, title: str, clause: Clause, cut: Cut) -> tuple[int, str, str, str, str]:
    """What a clause is found by, one text of tokens for each column; `title` are those of its plan's title."""
    text = fold(clause.text)
    names = [fold(name) for name in _NAMED.findall(clause.text)]
    parts = [p for f in clause.figures if f.part for p in (f.part, _AREA_ENDS.sub("", f.part))]
    words = [word for word in [*cut(text), *names, *parts] if len(word) > 1]
    return key, title, tokens(clause.title), " ".join(bigrams(text)), " ".join(words)


def tokens(text: str) -> str:
    return " ".join(bigrams(fold(text)))


def speaks_rows(key: int, clause: Clause) -> Iterator[Row]:
    return ((level, topic, key, degree, mark) for level, topic, degree, mark in spoken(clause))


def pieces_row(key: int, clause: Clause) -> Row:
    return key, pieces(clause), marked(clause)


def _ref_number(ref: str) -> int | None:
    found = re.search(r"[一二三四五六七八九十百零〇]+|\d+", ref)
    value = number(found[0]) if found else None
    return None if value is None else int(value)
