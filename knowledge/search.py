"""From a frame to the clauses that may answer it: candidates from the index and by the topics that it may be about, ranked
by what of the question they hold.

An everyday expression counts in all of that as the official words it stands for.
"""

from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache
from math import log, sqrt
from operator import mul

from rapidfuzz import fuzz

from knowledge import characters
from knowledge.bank import MEANT, shipped
from knowledge.concepts import MARKED, Thought, concepts, direction, log_odds
from knowledge.model import DETAILS, Asks, Clause, Frame, Match, Speaking, Term, Told
from knowledge.store import Store
from knowledge.verdict import Signs, likelihood, nearness
from knowledge.weighing import SLIGHT
from knowledge.wording import bigrams, fold

# So many clauses BM25 finds, and so many more those that speak most of the same subjects, and of the same matters. Of 400 questions
# about 599 documents two thirds of both find two fewer clauses first, 50 and 50 none more, a third slower.
_BY_WORDS, _BY_TOPIC = 30, 15
# So many of them, the nearest, are looked at sentence by sentence, and so many then compared with what the question says beyond
# their words; others do not answer. With five instead of eight looked at, five of 1,080 everyday questions about nine cities fewer find
# their clause, with twelve one of 153 about 200 documents more does. No more than three are shown; to compare one costs half a
# millisecond.
_CLOSER, _COMPARED = 12, 5
# A topic that so many clauses speak of tells nothing of any.
_COMMON = 20.0
# A word in the heading says what the clause is about; one in the text may be mentioned in passing.
_IN_TITLE, _IN_TEXT, _AGAIN = 1.0, 0.8, 0.12
# A word that stands nowhere may be misspelt: from this likeness on it counts in part.
_ALIKE = 75


@dataclass(frozen=True)
class Found:
    """A match with what it rests on: `covered` is the share of the question's weight (0–1), `strength` that weight; `gap` is
    how much nearer it is than the next one, None for one that is too far away to answer."""

    match: Match
    covered: float
    strength: float
    seen: "Seen"
    gap: float | None = None

    @cached_property
    def likely(self) -> float:
        """How likely the clause answers (0–1). Found out where it is asked for: it costs more than all the rest."""
        return 0.0 if self.gap is None else likelihood(self.seen.signs, self.gap)


@dataclass(frozen=True, slots=True)
class _Units:
    """What a question says: its pairs of characters, and the variants of its everyday expressions, with how much each
    tells."""

    pairs: tuple[tuple[str, float], ...]
    meant: tuple[tuple[list[tuple[str, float]], float], ...]
    weight: float

    def said_by(self, text: str) -> float:
        """The share of their weight that a text holds (0–1)."""
        meant = [w * max((near for v, near in said if stands(v, text)), default=0.0) for said, w in self.meant]
        return (sum([w for pair, w in self.pairs if pair in text]) + sum(meant)) / self.weight


def search(frame: Frame, store: Store, limit: int | None = None) -> list[Found]:
    """The clauses nearest to what a frame is about, nearest first; their scores are numbers in [0, 100]."""
    seen = candidates(frame, store)
    scores = [s.score for s in seen] + [0.0]
    return [
        Found(
            Match(s.clause, round(s.score, 1), s.why),
            s.alone.words,
            s.alone.strength,
            s,
            s.score - scores[0 if place else 1] if place < _COMPARED else None,
        )
        for place, s in enumerate(seen[:limit])
    ]


@dataclass(frozen=True)
class Seen:
    """A candidate with its nearness and the words that brought it; `alone` are its signs but for what the frame says and it
    does not, which `asked` tells of those that are near enough to answer: the frame, the store and the keys of all of them."""

    clause: Clause
    alone: Signs
    score: float
    why: tuple[str, ...]
    asked: tuple[Frame, Store, Sequence[int]] | None = None

    @cached_property
    def signs(self) -> Signs:
        """The signs with those of what the frame says and the clause does not."""
        return _with_unsaid(self.alone, self.clause, *self.asked) if self.asked else self.alone


def candidates(frame: Frame, store: Store) -> list[Seen]:
    """The clauses that may answer, nearest first."""
    thought = concepts(_meant(frame), shipped())
    by_subject, by_matter = _Speaking("subject", thought.subjects, store), _Speaking("matter", thought.matters, store)
    asked = Signs(
        sayable=thought.sayable,
        here=by_subject.here,
        here_matter=by_matter.here,
        clear=thought.clear,
        strange=sum(t.weight for t in frame.about if not t.others and not t.known),
        figure=frame.asks in {Asks.FIGURE, Asks.SPLIT} or frame.op is not None or frame.by is not None,
        detail=frame.asks in DETAILS,
    )
    spoken = bigrams(frame.text) + [b for t in frame.about for v, _ in variants(t) for b in bigrams(v)]
    keys = {*store.candidates(spoken, _BY_WORDS), *by_subject.foremost(), *by_matter.foremost()}
    subjects, matters = by_subject.of(keys), by_matter.of(keys)
    near = {
        key: asked._replace(subject=subjects[key][0], matter=matters[key][0], matter_mark=matters[key][1])
        for key in keys
    }
    units = _units(frame, store)
    titles = {title: fold(title) for title in store.titles()} if store.count_plans() > 1 else {}
    telling = [t.text for t in frame.about if 0 < sum(t.text in title for title in titles.values()) < len(titles)]
    seen: list[Seen] = []
    clauses = store.clauses(near)
    for clause, share in zip(clauses, characters.shares(frame.told or frame.text, clauses), strict=True):
        title = titles.get(clause.plan, "")
        signs = near[clause.key]._replace(characters=share)
        if telling:
            signs = signs._replace(named=sum(text in title for text in telling) / len(telling))
        seen.append(_held(frame.about, units, clause, signs, title))
    seen.sort(key=lambda s: (-s.score, s.clause.key))
    closer = list(_closer(seen[:_CLOSER], direction(_meant(frame), shipped()), thought.subjects, store))
    seen = sorted([*closer, *seen[_CLOSER:]], key=lambda s: (-s.score, s.clause.key))
    compared = [s.clause.key for s in seen[:_COMPARED]]
    return [replace(s, asked=(frame, store, compared)) for s in seen[:_COMPARED]] + seen[_COMPARED:]


def _closer(seen: Sequence[Seen], asked: Sequence[int], thought: Thought, store: Store) -> Iterator[Seen]:
    """The candidates with how much nearer to the question one of their pieces lies than any of the farthest of them, and how
    far one of their sentences is marked by the same subjects, also as a share of that of the one that is most so."""
    told = store.told([s.clause.key for s in seen])
    nearest = [_nearest(asked, told[s.clause.key].pieces) for s in seen]
    marks = [0.0] * len(thought.scores)
    for subject, mark in thought.marks.items():
        marks[subject] = mark
    alike = [_most_alike(marks, told[s.clause.key]) for s in seen]
    most = max(alike, default=0.0) or 1.0
    for one, near, mark in zip(seen, nearest, alike, strict=True):
        signs = one.alone._replace(piece=near - min(nearest), sentence=mark / most, sentence_mark=mark)
        yield replace(one, alone=signs, score=nearness(signs))


def _most_alike(marks: Sequence[float], told: Told) -> float:
    """How far the sentence of a clause that is most so is marked by the same subjects (0–1)."""
    each = (
        sum(map(mul, map(marks.__getitem__, told.subjects[start : start + MARKED]), told.marks[start : start + MARKED]))
        for start in range(0, len(told.subjects), MARKED)
    )
    return max(each, default=0.0) / 255


def _nearest(asked: Sequence[int], pieces: Sequence[int]) -> float:
    """The cosine (0–1) of a direction with the nearest of these, which stand one after another."""
    size = len(asked)
    each = (sum(map(mul, asked, pieces[start : start + size])) for start in range(0, len(pieces), size))
    nearest: int = max(each, default=0)
    return max(0, nearest) / 127**2


def _with_unsaid(signs: Signs, clause: Clause, frame: Frame, store: Store, compared: Sequence[int]) -> Signs:
    """The signs with those of what a frame says and a clause does not."""
    unsaid = _unsaid(frame, fold(clause.text))
    if not unsaid:
        return signs if unsaid is None else signs._replace(unsaid_speaks=1.0, unsaid_mark=1.0)
    thought, topics = concepts(unsaid, shipped()), store.told(compared)[clause.key].topics
    matters, subjects = topics["matter"], topics["subject"]
    return signs._replace(
        unsaid_clear=thought.clear,
        unsaid_planned=thought.planned,
        unsaid_speaks=sum(p * matters[t][0] for t, p in thought.matters.likely.items() if t in matters),
        unsaid_mark=sum(m * subjects[t][1] for t, m in thought.subjects.marked.items() if t in subjects),
    )


def _unsaid(frame: Frame, text: str) -> str | None:
    """What a frame says in no pair of characters that a text holds, and in no word that stands for one of it; nothing where
    all words of its subject are said (报表怎么管), None where it has none that a clause holds (每个地方几名)."""
    asked = frame.told or frame.text
    said = {i + step for i in range(len(asked) - 1) if asked[i : i + 2] in text for step in (0, 1)}
    own: set[int] = set()
    for term in frame.about:
        start = asked.find(term.text)
        places = range(start, start + len(term.text)) if start >= 0 and term.weight > SLIGHT else range(0)
        own.update(places)
        if any(stands(word, text) for word, _ in variants(term)):
            said.update(places)
    if not own:
        return "" if any(term.known for term in frame.about) else None
    return "".join(" " if i in said else c for i, c in enumerate(asked)).strip() if own - said else ""


class _Speaking:
    """Which clauses speak of what a question is about, on a level of topics. `here` are the log odds that any does."""

    def __init__(self, level: str, thought: Thought, store: Store) -> None:
        spoken, whole = store.spoken(level), sum(thought.likely.values())
        self.here = log_odds(
            sum(p * spoken[topic].most for topic, p in thought.likely.items() if topic in spoken) / whole
        )
        rare = [t for t in {**thought.likely, **thought.marked} if t in spoken and spoken[t].degrees <= _COMMON]
        # Each topic's clauses with how likely it is, shared by those that speak of it, and with its mark, shared too.
        self._told: list[tuple[Speaking, float, float]] = []
        for topic, told in store.speaking(level, rare):
            likely, marked = thought.likely.get(topic, 0.0) / whole, thought.marked.get(topic, 0.0)
            share, shared = 1 / max(1.0, spoken[topic].degrees), 1 / sqrt(max(1.0, spoken[topic].marks))
            self._told.append((told, likely * share, marked * shared))

    def foremost(self) -> Collection[int]:
        """The keys of the clauses that speak of it most."""
        every = set[int]().union(*(told.keys for told, *_ in self._told))
        if len(every) <= _BY_TOPIC:
            return every
        most = defaultdict[int, float](float)
        for told, telling, marked in self._told:
            for key, degree, mark in zip(*told, strict=True):
                most[key] += telling * degree + marked * mark
        least = sorted(most.values())[-_BY_TOPIC]
        return sorted((key for key in most if most[key] >= least), key=lambda key: (-most[key], key))[:_BY_TOPIC]

    def of(self, keys: Collection[int]) -> dict[int, tuple[float, float]]:
        """Of each of these clauses how likely it is the one that speaks of the same (0–1), and how far the same topics mark
        both (0–1)."""
        found = dict.fromkeys(keys, (0.0, 0.0))
        for told, telling, marked in self._told:
            for key, degree, mark in zip(*told, strict=True):
                if key in found:
                    likely, alike = found[key]
                    found[key] = likely + telling * degree, alike + marked * mark
        return found


def _meant(frame: Frame) -> str:
    """What a frame says, and behind it what is meant for sure: words that an operator has taught, or that were misspelt."""
    return " ".join([frame.text, *(official for t in frame.about for official, near in t.others[:1] if near > MEANT)])


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


def _held(terms: tuple[Term, ...], units: _Units, clause: Clause, signs: Signs, plan: str) -> Seen:
    """The candidate with what it holds of the question; `plan` is the title of its plan where that counts."""
    title, text = fold(clause.title), fold(clause.text)
    degrees = [_degree(t, title, text) for t in terms]
    if plan:
        degrees = [max(d, _IN_TEXT * (t.text in plan)) for t, d in zip(terms, degrees, strict=True)]
    strength = sum([t.weight * d for t, d in zip(terms, degrees, strict=True)])
    words = strength / (sum([t.weight for t in terms]) or 1.0)
    signs = signs._replace(pairs=units.said_by(text + plan), words=words, strength=strength)
    why = tuple([t.text for t, d in zip(terms, degrees, strict=True) if d > 0])
    return Seen(clause, signs, nearness(signs), why)


def held(terms: tuple[Term, ...], clause: Clause) -> float:
    """How much of the weight of these words a clause holds."""
    title, text = fold(clause.title), fold(clause.text)
    return sum(t.weight * _degree(t, title, text) for t in terms)


def _degree(term: Term, title: str, text: str) -> float:
    """How far a clause is about a term: 0 not at all, 1 it is in the heading."""
    most = _presence(term.text, title, text)
    for word, closeness in term.others:
        if closeness > most:
            most = max(most, closeness * _presence(word, title, text))
    return most


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
    pairs = _pairs(word)
    shared = sum([p in text for p in pairs]) / len(pairs)
    alike = fuzz.partial_ratio(word, text, score_cutoff=_ALIKE) if len(word) > 3 else 0.0
    return max(_IN_TEXT * shared**2, _IN_TEXT * alike / 100)


@lru_cache(1024)
def _pairs(word: str) -> tuple[str, ...]:
    return tuple(bigrams(word))
