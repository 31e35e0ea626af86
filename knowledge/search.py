"""From a frame to the clauses that may answer it: candidates from the index, ranked by what of the question they cover.

Four signals make the score, each between 0 and 1: BM25 of the index, the share of the question's pairs of characters and
of its words that the clause and its plan's title hold, and the share of pairs that one sentence holds. An everyday
expression counts in all of them as the official words it stands for.
"""

import re
from dataclasses import dataclass
from functools import lru_cache
from math import log

from rapidfuzz import fuzz

from knowledge.model import Clause, Frame, Match, Term
from knowledge.store import Store
from knowledge.wording import bigrams, fold

CANDIDATES = 50
# Fitted in tenths on 400 questions about 5,352 clauses: BM25 alone finds 71% first, pairs 74%, all four 77%; each half of
# the questions chose the same order of importance.
_BM25, _PAIRS, _SENTENCE, _WORDS = 0.15, 0.4, 0.15, 0.3
# A word in the heading says what the clause is about; one in the text may be mentioned in passing.
_IN_TITLE, _IN_TEXT, _AGAIN = 1.0, 0.8, 0.12
# A word that stands nowhere may be misspelt: from this likeness on it counts in part.
_ALIKE = 75


@dataclass(frozen=True, slots=True)
class Found:
    """A match with what it rests on: `covered` is the share of the question's weight (0–1), `strength` that weight."""

    match: Match
    covered: float
    strength: float


@dataclass(frozen=True, slots=True)
class _Units:
    """What a question says: its pairs of characters, and the variants of its everyday expressions, with how much each
    tells."""

    pairs: tuple[tuple[str, float], ...]
    meant: tuple[tuple[list[tuple[str, float]], float], ...]
    weight: float

    def said_by(self, text: str) -> float:
        """The weight of those that a text holds."""
        meant = (w * max((near for v, near in said if stands(v, text)), default=0.0) for said, w in self.meant)
        return sum([w for pair, w in self.pairs if pair in text]) + sum(meant)


def search(frame: Frame, store: Store, limit: int = CANDIDATES) -> list[Found]:
    """The clauses that cover most of what a frame is about, best first; their scores are numbers in [0, 100]."""
    units = _units(frame, store)
    spoken = bigrams(frame.text) + [b for t in frame.about for v, _ in variants(t) for b in bigrams(v)]
    ranks = store.candidates(spoken, CANDIDATES)
    top = max(ranks.values(), default=1.0)
    many = store.count_plans() > 1
    found = [_found(frame.about, units, c, ranks[c.key] / top, many=many) for c in store.clauses(ranks)]
    return sorted(found, key=lambda f: (-f.match.score, f.match.clause.key))[:limit]


def _units(frame: Frame, store: Store) -> _Units:
    meant = sorted((t for t in frame.about if t.others), key=lambda t: -len(t.text))
    rest = frame.text
    for term in meant:
        rest = rest.replace(term.text, " ")
    pairs = list(dict.fromkeys(bigrams(rest)))
    spread, total = store.spread(pairs, "text"), store.count()
    whole = log(2 * (total + 1))
    told = tuple((p, log((total + 1) / (spread.get(p, 0) + 0.5))) for p in pairs)
    expressions = tuple((variants(t), t.weight * whole * max(1, len(t.text) - 1)) for t in meant)
    return _Units(told, expressions, sum(w for _, w in (*told, *expressions)) or 1.0)


def _found(terms: tuple[Term, ...], units: _Units, clause: Clause, rank: float, *, many: bool) -> Found:
    title, text = fold(clause.title), fold(clause.text)
    named = fold(clause.plan) if many else ""
    degrees = [max(_degree(t, title, text), _IN_TEXT * (t.text in named)) for t in terms]
    weight = sum(t.weight for t in terms) or 1.0
    strength = sum(t.weight * d for t, d in zip(terms, degrees, strict=True))
    pairs = units.said_by(text + named) / units.weight
    best = max((units.said_by(s + named) for s in _sentences(text)), default=0.0) / units.weight
    score = 100 * (_BM25 * rank + _PAIRS * pairs + _SENTENCE * best + _WORDS * strength / weight)
    why = tuple(t.text for t, d in zip(terms, degrees, strict=True) if d > 0)
    return Found(Match(clause, round(min(score, 100.0), 1), why), strength / weight, strength)


@lru_cache(1024)
def _sentences(text: str) -> tuple[str, ...]:
    return tuple(s for s in re.split("[。;；!?]", text) if s)


def held(terms: tuple[Term, ...], clause: Clause) -> float:
    """How much of the weight of these words a clause holds."""
    title, text = fold(clause.title), fold(clause.text)
    return sum(t.weight * _degree(t, title, text) for t in terms)


def _degree(term: Term, title: str, text: str) -> float:
    """How far a clause is about a term: 0 not at all, 1 it is in the heading."""
    return max(closeness * _presence(word, title, text) for word, closeness in variants(term))


def variants(term: Term) -> list[tuple[str, float]]:
    """What a term may stand for, itself first, each with its closeness."""
    return [(term.text, 1.0), *term.others]


def stands(words: str, text: str) -> bool:
    return all(w in text for w in words.split()) if " " in words else words in text


def _presence(word: str, title: str, text: str) -> float:
    if " " in word:
        return sum(_presence(w, title, text) for w in word.split()) / len(word.split())
    if word in title:
        return _IN_TITLE
    times = text.count(word)
    if times:
        return _IN_TEXT + _AGAIN * (1 - 1 / times)
    if len(word) < 3:
        return 0.0
    pairs = bigrams(word)
    shared = sum(p in text for p in pairs) / len(pairs)
    alike = fuzz.partial_ratio(word, text) if len(word) > 3 else 0.0
    return max(_IN_TEXT * shared**2, _IN_TEXT * alike / 100 if alike >= _ALIKE else 0.0)


def sentence(terms: tuple[Term, ...], clause: Clause) -> str:
    """The sentence of the clause that says most of what is asked."""
    body = clause.text.removeprefix(clause.title).lstrip("。\n")
    sentences = [s for s in re.findall(r"[^。\n]+[。]?", body) if s.strip()]

    def coverage(text: str) -> float:
        return sum(t.weight * max((c for v, c in variants(t) if stands(v, text)), default=0.0) for t in terms)

    return max(sentences, key=lambda s: coverage(fold(s)), default=clause.text)
