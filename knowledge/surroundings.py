"""Where a figure stands in its clause: the words around it, its split, its total, what it changes from."""

import re
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

from knowledge.model import Clause, Figure, Term
from knowledge.search import variants
from knowledge.wording import bigrams, fold

# A longer word is said by that share of its pairs, and in part by half of them: five more of those questions, whether in part is
# .6 or .8.
_MOSTLY, _HALF, _PARTLY = 0.6, 0.5, 0.7
_OF_STAGES = ("初中", "高中")
_LIMITS = "。；;\n"
_CHANGE = re.compile(r"[^，。；、]{0,6}[至到为](?:\d{4}年的?|今年的?)?[^，。；、]{0,3}")


@dataclass(frozen=True, slots=True)
class Context:
    """Where a figure stands, folded: `own` are the words between its neighbours and it, what its part of the sentence
    begins with (the verb of all its figures) and what it counts, `beside` that part, `topic` what the
    sentence begins with, before its first figure, `sentence` all of it."""

    own: str = ""
    beside: str = ""
    topic: str = ""
    sentence: str = ""


def near(term: Term, text: str) -> float:
    """How near a text comes to saying a word, 0 to 1."""
    return max((near * min(_says(w, text) for w in words.split()) for words, near in variants(term)), default=0.0)


def _says(word: str, text: str) -> float:
    """How far does it hold the word, or the pairs of a longer one: 大班额 half where it says 大班?"""
    for other in ("非", *_OF_STAGES * word.endswith("年级")):  # 学科 is not 非学科, nor 一年级 初中一年级
        text = text.replace(other + word, " ")
    if word in text or len(word) < 3:
        return float(word in text)
    pairs = bigrams(word)
    share = sum(p in text for p in pairs) / len(pairs)
    return 1.0 if share >= _MOSTLY else _PARTLY if share >= _HALF else 0.0


@lru_cache(4096)
def context(figure: Figure, clause: Clause) -> Context:
    """Where a figure stands; a part stands where its total does as well."""
    text, start, end = clause.text, *bounds(clause, figure)
    left = max(start, *(text.rfind(mark, 0, figure.start) + 1 for mark in "，：,:"))
    right = min((e for mark in "，：,:" if (e := text.find(mark, figure.end, end)) >= 0), default=end)
    before = max((f.end for f in clause.figures if f.end <= figure.start), default=0)
    last = all(f.start < figure.end or f.start >= right for f in clause.figures)
    own = text[max(left, before) : right if last else figure.end] if figure.part is None else ""
    head = text[left : min(f.start for f in clause.figures if f.start >= left)]
    around = context(clause.figures[figure.total], clause) if figure.total is not None else Context()
    first = min(f.start for f in clause.figures if f.start >= start)
    return Context(
        fold(f"{head} {own} {figure.what} {figure.part or ''} {figure.qualifier or ''}"),
        fold(f"{text[left:right]} {figure.what} {around.beside}"),
        fold(f"{text[start:first]} {around.topic}"),
        fold(f"{text[start:end]} {around.sentence}"),
    )


def bounds(clause: Clause, figure: Figure) -> tuple[int, int]:
    """Where the sentence that states a figure begins and ends; a semicolon ends one as well."""
    start = max(clause.text.rfind(mark, 0, figure.start) for mark in _LIMITS) + 1
    ends = (e for mark in _LIMITS if (e := clause.text.find(mark, figure.end)) >= 0)
    return start, min(ends, default=len(clause.text))


def opening(figure: Figure, clause: Clause) -> str:
    """What the whole sentence of a figure begins with, before its first figure, folded: 新建义务教育学校7所；新增学位9450个."""
    start = max(clause.text.rfind(mark, 0, figure.start) for mark in "。\n") + 1
    return fold(clause.text[start : min(f.start for f in clause.figures if f.start >= start)])


def split_of(clause: Clause, figure: Figure) -> list[Figure]:
    """The parts of a total, or a part with those beside it; none where there is no split."""
    if figure.part is None:
        place = next((i for i, f in enumerate(clause.figures) if f == figure), -1)
        return [f for f in clause.figures if f.total == place]
    return [f for f in clause.figures if f.part is not None and (f.split, f.total) == (figure.split, figure.total)]


def total_of(clause: Clause, figure: Figure) -> Figure:
    return clause.figures[figure.total] if figure.total is not None else figure


def changes(clause: Clause) -> list[tuple[Figure, Figure]]:
    """The pairs of figures between which something changes: 由8小时增至14小时, 从19项减到11项."""
    return [
        (one, two)
        for one, two in pairwise(clause.figures)
        if one.unit == two.unit and _CHANGE.fullmatch(clause.text[one.end : two.start])
    ]
