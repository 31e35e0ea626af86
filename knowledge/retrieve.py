"""From a question to the clauses that may answer it: candidates from the index, ranked by what of the question they cover."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from rapidfuzz import fuzz

from knowledge.model import Clause, Match, Question, Term
from knowledge.store import Store
from knowledge.wording import bigrams, fold

CANDIDATES = 40
# A word in the heading says what the clause is about; one in the text may be mentioned in passing.
_IN_TITLE, _IN_TEXT, _AGAIN = 1.0, 0.8, 0.12
# How much of the score the clause as a whole, its best sentence and its likeness to the wording make up.
_WHOLE, _SENTENCE, _LIKENESS = 0.6, 0.3, 0.1
# The weight of a part of a split that the question names (武进): few clauses hold it.
_PART = 0.7
# A word that stands nowhere may be misspelt: from this likeness on it counts in part.
_ALIKE = 74.0


@dataclass(frozen=True, slots=True)
class Found:
    """A match with what it rests on: `covered` is the share of the question's weight (0–1), `strength` that weight."""

    match: Match
    covered: float
    strength: float


def retrieve(question: Question, store: Store, limit: int = 10) -> list[Found]:
    """The clauses that cover most of the question, best first; their scores are numbers in [0, 100]."""
    spoken = [v for t in question.terms for v in (t.text, *(o for o, _ in t.others))] + list(question.parts)
    keys = store.candidates([b for v in spoken for b in bigrams(v)], CANDIDATES)
    found = [_found(question, clause) for clause in store.clauses(keys)]
    return sorted(found, key=lambda f: (-f.match.score, f.match.clause.key))[:limit]


def _found(question: Question, clause: Clause) -> Found:
    title, text = fold(clause.title), fold(clause.text)
    terms = [*question.terms, *(Term(p, _PART, known=True) for p in question.parts if not _said(p, question.terms))]
    degrees = [_degree(term, title, text) for term in terms]
    weight = sum(t.weight for t in terms) or 1.0
    strength = sum(t.weight * d for t, d in zip(terms, degrees, strict=True))
    sentences = [s for s in re.split("[。;；]", text) if s]
    best = max((_coverage(terms, s) for s in sentences), default=0.0)
    content = "".join(t.text for t in question.terms)
    likeness = fuzz.partial_ratio(content, text) / 100 if content else 0.0
    score = 100 * (_WHOLE * strength / weight + _SENTENCE * best / weight + _LIKENESS * likeness)
    why = tuple(t.text for t, d in zip(terms, degrees, strict=True) if d > 0)
    return Found(Match(clause, round(min(score, 100.0), 1), why), strength / weight, strength)


def _said(part: str, terms: Iterable[Term]) -> bool:
    return any(part in t.text or t.text in part for t in terms)


def _coverage(terms: list[Term], sentence: str) -> float:
    return sum(t.weight * max((c for v, c in variants(t) if _stands(v, sentence)), default=0.0) for t in terms)


def _degree(term: Term, title: str, text: str) -> float:
    """How far a clause is about a term: 0 not at all, 1 it is in the heading."""
    return max(closeness * _presence(word, title, text) for word, closeness in variants(term))


def variants(term: Term) -> list[tuple[str, float]]:
    return [(term.text, 1.0), *term.others]


def _stands(word: str, text: str) -> bool:
    return all(w in text for w in word.split())


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


def sentence(question: Question, clause: Clause) -> str:
    """The sentence of the clause that says most of what is asked."""
    body = clause.text[len(clause.title) :].lstrip("。\n") if clause.title else clause.text
    sentences = [s for s in re.findall(r"[^。\n]+[。]?", body) if s.strip()]
    return max(sentences, key=lambda s: _coverage(list(question.terms), fold(s)), default=clause.text)
