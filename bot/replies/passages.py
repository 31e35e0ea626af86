"""What a reply shows of a clause: its sentences, all of it, and the splits of its figures as charts."""

import re
from collections.abc import Callable, Iterable, Sequence
from decimal import Decimal

from bot.replies.blocks import Bar, Block, Chart, Quote, Say, Whole
from bot.replies.naming import body, line, source, titled
from knowledge.model import Clause, Evidence, Figure, Finding, Plan
from knowledge.numerals import CLOCK
from knowledge.surroundings import split_of, total_of


def whole(clause: Clause, item: str = "") -> list[Block]:
    """A clause, all of it or the item that was asked for."""
    return [Say(source(clause), heading=True), Quote(item or body(clause), "", clause)]


def quote(clause: Clause, evidence: Evidence | None, *, headed: bool = False) -> Quote:
    """A sentence of a clause, or all of it, with the words in it that were asked about."""
    place = "" if headed else source(clause)
    return Quote(evidence.text, place, clause, evidence.said) if evidence else Quote(body(clause), place, clause)


def evidence_of(finding: Finding) -> Evidence | None:
    """What is quoted of the first clause of a finding."""
    clause = finding.matches[0].clause
    return next((e for e in finding.evidence if e.clause.key == clause.key), None)


def contents(plan: Plan, clauses: Iterable[Clause]) -> str:
    """The chapters with their clauses."""
    lines, chapter = [titled(plan.title, plan.edition)], ""
    for clause in clauses:
        if clause.chapter != chapter:
            chapter = clause.chapter
            lines.append(f"\n{chapter}")
        lines.append(line(clause))
    return "\n".join(lines)


def charts_of(clause: Clause, asked: Sequence[Figure]) -> list[Chart]:
    """The splits of the figures that were asked about, each once; a part alone is no picture, nor are times of the day."""
    splits = {(p.total, p.split): p for f in asked for p in reversed(split_of(clause, f)) if p.unit != CLOCK}
    return [c for p in splits.values() if len((c := chart(clause, p, asked)).bars) > 1]


def chart(clause: Clause, figure: Figure, asked: Iterable[Figure]) -> Chart:
    """The split of a total or of a part, the largest part first, the parts that were asked about marked."""
    parts = split_of(clause, figure)
    parts = sorted((p for p in parts if p.split == parts[0].split), key=lambda p: -p.value)
    marked = {(f.start, f.part) for f in asked if f.part}
    if all((p.start, p.part) in marked for p in parts):  # what all are tells none from the others
        marked = set()
    top = parts[0].value or Decimal(1)
    bars = (Bar(p.part or "", p.raw, p.value / top, (p.start, p.part) in marked, p.value, p.unit) for p in parts)
    total = total_of(clause, parts[0])
    return Chart(f"{total.what} {total.raw}" if total.part is None else total.what, tuple(bars))


def around(clause: Clause, shown: str) -> list[Block]:
    """All of the clause where the quote is not all of it."""
    text = body(clause)
    return [] if text.strip() == shown.strip() else [Whole(text, clause)]


def marked(text: str, said: Sequence[str], written: Callable[[str], str]) -> tuple[tuple[str, bool], ...]:
    """The sentence in pieces, those that were asked about marked.

    The sentence is brought into the other script as a whole, since single words are often converted otherwise.
    """
    whole = written(text)
    if not said or len(whole) != len(text):
        return ((whole, False),)
    words = "|".join(_alone(word) for word in sorted(said, key=len, reverse=True))
    pieces, end = [], 0
    for found in re.finditer(f"(?:{words})+", text):
        pieces += [(whole[end : found.start()], False), (whole[found.start() : found.end()], True)]
        end = found.end()
    return tuple(piece for piece in (*pieces, (whole[end:], False)) if piece[0])


def _alone(word: str) -> str:
    """The pattern of a word; 7个 is no part of 57个."""
    return (r"(?<![\d.])" if word[0].isdigit() else "") + re.escape(word)
