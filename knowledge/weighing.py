"""How much each word of a question tells: by how few clauses hold it or, where none does, by how rare it is."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from math import log

from knowledge.model import Frame, Term
from knowledge.spans import Span
from knowledge.store import Store
from knowledge.table import alike

# How much a word tells that no clause holds, by how frequent it is in everyday Chinese; a foreign word tells less.
SLIGHT = 0.15
_COMMON, _FOREIGN = ((5000, SLIGHT), (1500, 0.3), (0, 0.5)), 0.3
# What counts as a word of the subject too where the clauses use it: 总数, 电话, 区县.
_NOMINAL = ("asks.figure", "asks.percent", "asks.contact", "by.")
# What asks how many; 补多少 counts as money until it is known what is added.
_COUNTS = re.compile(r"asks\.(?:figure|money|split)")
_PAUSE = re.compile("[,.，。、;；?？!！ ]")
# A stretch that asks.
ASKING = re.compile("[几哪谁啥咋吗]|多少|怎么|怎样|什么|能不能|会不会|有没有|是不是|要不要")


def weighed(text: str, spans: list[Span], everyday: Mapping[str, int], store: Store) -> Iterator[Span]:
    """The spans, those that carry meaning with their weights."""
    carrying, counting = [s for s in spans if _carries(s)], list(_counting(text, spans))
    said = {s.text: _others(s) or (_alike(s.text) if s in counting else ()) for s in carrying}
    told = _told(said, {s.text for s in carrying if s.part}, everyday, store)
    for span in spans:
        if not _carries(span):
            yield span
            continue
        weight, known = told[span.text]
        kind = "word" if span.kind in {"everyday", "unknown"} else span.kind
        yield replace(span, kind=kind, term=Term(span.text, weight, known=known, others=said[span.text]))


def _told(
    said: Mapping[str, tuple[tuple[str, float], ...]], parts: set[str], everyday: Mapping[str, int], store: Store
) -> dict[str, tuple[float, bool]]:
    """How much each of these words with what it may stand for tells, and whether any clause holds it: by how few clauses
    hold it or, where none does, by how rare it is in everyday Chinese."""
    words = {w for text, others in said.items() for name in (text, *(o for o, _ in others)) for w in name.split()}
    held, total = store.holding(w for w in words if len(w) > 1), max(store.count(), 1)
    told = {}
    for text, others in said.items():
        meant = [n for official, _ in others if (n := min(held.get(w, 0) for w in official.split()))]
        clauses = held.get(text, 0) or (max if text in parts else min)(meant, default=0)
        common = next(w for least, w in _COMMON if everyday.get(text, 0) >= least)
        strange = 1.0 if others else common * (_FOREIGN if text.isascii() else 1.0)
        told[text] = (rarity(clauses, total) if clauses else strange, bool(clauses))
    return told


def reweighed(frame: Frame, store: Store, some: Store) -> Frame:
    """The frame, each of its words with the weight that it has among some of the plans of a store."""
    said, parts = {t.text: t.others for t in frame.about}, {p.text for p in frame.parts}
    everyday = store.words(said)
    before, after = _told(said, parts, everyday, store), _told(said, parts, everyday, some)

    def again(term: Term) -> Term:
        (old, _), (new, known) = before.get(term.text, (0.0, False)), after.get(term.text, (term.weight, term.known))
        return replace(term, weight=term.weight * new / old if old else new, known=known)  # a story counts less

    return replace(frame, about=tuple(map(again, frame.about)), sides=tuple(tuple(map(again, s)) for s in frame.sides))


def _others(span: Span) -> tuple[tuple[str, float], ...]:
    """The other names of a part, or what an expression means."""
    if span.part is not None:
        return tuple((name, 1.0) for name in span.part.names if name != span.text)
    return span.term.others if span.term else ()


def _counting(text: str, spans: list[Span]) -> Iterator[Span]:
    """Those that a number is asked with in one breath: 今年招多少老师, but not 老师，学位几个, nor 老师请问学位几个."""
    run: list[Span] = []
    for span in [*spans, None]:
        if span is None or span.kind == "noise.polite" or (run and _PAUSE.search(text, run[-1].end, span.start)):
            yield from run if any(_COUNTS.match(s.kind) for s in run) else ()
            run = []
        run += [span] if span else []


def _alike(word: str) -> tuple[tuple[str, float], ...]:
    """The word with what counts as much: 教师 of 老师, 生活教师 of 生活老师."""
    swapped = (word.replace(said, name) for said, names in alike().items() if said in word for name in names)
    return tuple((other, 1.0) for other in dict.fromkeys(swapped) if other != word)


def _carries(span: Span) -> bool:
    return span.term is not None and ("." not in span.kind or _is_nominal(span))


def _is_nominal(span: Span) -> bool:
    known = span.term is not None and span.term.known and span.kind.startswith(_NOMINAL)
    return known and not ASKING.search(span.text) and span.text[0] not in "各每按分"


def rarity(clauses: int, total: int) -> float:
    """How much a word tells: 1 where it stands in one clause of many, near 0 where it stands in all.

    >>> [round(rarity(n, 38), 2) for n in (1, 5, 19, 38)]
    [0.84, 0.5, 0.18, 0.0]
    """
    return min(1.0, log((total + 1) / (clauses + 0.5)) / log((total + 1) / 0.8))
