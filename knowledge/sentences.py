"""Which sentence of a clause says what is asked: by its words or, where it holds few of them, by what it is about."""

from collections.abc import Callable

from knowledge.bank import shipped
from knowledge.concepts import concepts, grams
from knowledge.model import Clause, Frame, Term
from knowledge.search import stands, variants
from knowledge.wording import fold, sentences

# A sentence that holds so much of the weight of a question is found by its words alone.
_HALF = 0.5
# Less alike is as good as not. Of 190 questions of eight plans that had been refused a number, the sentence most alike holds a
# single one that may answer in seven: all seven ask for it, from a likeness of .2 on.
_ALIKE = 0.15


def sentence(frame: Frame, clause: Clause, terms: tuple[Term, ...], states: Callable[[str], bool] | None = None) -> str:
    """The sentence of the clause that says most of these words of a frame; one that says half as much goes before it where
    it alone `states` what is wanted of it."""
    body = clause.text.removeprefix(clause.title).lstrip("。\n")
    said = sentences(body) or [clause.text]
    says = {s: _covered(terms, s) for s in said}
    if max(says.values()) <= _HALF:
        shipped().grams({gram for s in said for gram in grams(fold(s))})  # all at once
        says = {s: held + likeness(frame.text, s) for s, held in says.items()}
    best = max(said, key=says.__getitem__)
    stating = [s for s in said if says[s] >= says[best] / 2 > 0 and states(s)] if states else []
    return max(stating, key=says.__getitem__, default=best)


def _covered(terms: tuple[Term, ...], text: str) -> float:
    """How much of the weight of these words a text holds (0–1)."""
    text = fold(text)
    held = (t.weight * max((c for v, c in variants(t) if stands(v, text)), default=0.0) for t in terms)
    return sum(held) / (sum(t.weight for t in terms) or 1.0)


def likeness(asked: str, text: str) -> float:
    """How far a folded question and a text are marked by the same subjects: 0, or more than _ALIKE, up to 1."""
    one, other = (concepts(said, shipped()).subjects.marked for said in (asked, fold(text)))
    shared = sum(mark * other.get(subject, 0.0) for subject, mark in one.items())
    return shared if shared > _ALIKE else 0.0
