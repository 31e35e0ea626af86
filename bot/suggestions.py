"""Questions that an index is known to answer, found while somebody types: by their characters, in either script, by what
people call a thing, and by pinyin, whole or its initials."""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from heapq import nsmallest

from bot.replies.naming import asked_for
from knowledge.bank import shipped
from knowledge.errors import QuestionError
from knowledge.model import Answer, Clause, Figure, Status
from knowledge.numerals import TIME
from knowledge.store import Store
from knowledge.wording import HAN, bigrams, fold, is_traditional, readings, substrings, traditional

# So many are shown, and of what is said of one thing (a total and its parts) so many before others.
SHOWN, _OF_ONE = 6, 3
# So many are kept for an index, some 600 bytes each, and of the plans at hand so many are looked through.
_MOST, _PLANS = 2_000, 40
# So many beginnings are kept with what was found for them: some 100 kB.
_TYPED = 500
# A longer heading is no question that anybody types; more typed than this is no beginning of one.
_LONGEST, LONGEST_TYPED = 30, 40
# A character is spelt in its first readings: 长 is zhang or chang, 有 is you, and hardly ever wei.
_READINGS = 2
# A clause speaks of a subject of the bank from this probability on: at .45 twelve fewer are suggested for the shipped plan, 综合素质评价
# among them, at .3 five more, of which two are none of its clause's.
_SPEAKS = 0.35
# Of the pairs of characters typed so many have to stand in a question.
_ENOUGH = 0.5
_RARELY = TIME | frozenset("日 时 点 岁 周岁 次 期 批 批次 场 轮 分 倍 课时 学时".split())
_RUN = re.compile(rf"[{HAN}]+|[a-z']+|\d+")
Ask = Callable[[str], Answer]


@dataclass(frozen=True, slots=True)
class Candidate:
    """What may be suggested: a question made of the name of a thing and what is asked of it, and what its answer has to hold:
    a figure of one of some clauses, else first of all one of these, which says all of the name."""

    name: str
    asked: str
    keys: frozenset[int]
    figure: Figure | None = None

    @property
    def text(self) -> str:
        return self.name + self.asked

    @property
    def about(self) -> str:
        """What several questions have in common: a total and its parts."""
        return self.figure.what if self.figure else self.name

    @property
    def kind(self) -> int:
        """How far back it stands among what fits as well: totals, headings, parts, subjects."""
        if self.figure is not None:
            return 0 if self.figure.part is None else 2
        return 3 if self.asked else 1

    def holds(self, answer: Answer) -> bool:
        if answer.status is not Status.ANSWERED or not answer.matches:
            return False
        if self.figure is not None:
            return any(c.key in self.keys and f == self.figure for c, f in answer.figures)
        first = answer.matches[0]
        named = {t.text for frame in answer.frames for t in frame.about}
        return first.clause.key in self.keys and (not self.asked or named <= set(first.why))


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A question; the name that stands in it, folded, with the readings of each of its characters and the pairs of letters that
    may begin to spell it at some place; what it is about; and how far back its kind stands."""

    text: str
    name: str
    sounds: tuple[tuple[str, ...], ...]
    openings: str
    about: str
    kind: int


class Suggestions:
    """The questions of one index. They are asked one by one, and only those kept that are answered as they ought to be."""

    def __init__(self, store: Store, ask: Ask) -> None:
        self._ask, self._candidates = ask, candidates(store)
        self.kept: dict[str, Suggestion] = {}
        self.whole = False
        self._found: dict[str, list[str]] = {}

    def grow(self) -> None:
        """Try the next candidate, some milliseconds; `whole` from the last on."""
        candidate = next(self._candidates, None)
        if candidate is None or len(self.kept) >= _MOST:
            self.whole = True
        elif candidate.text not in self.kept and self._is_answered(candidate):
            self.kept[candidate.text] = suggestion(candidate)
            self._found.clear()

    def _is_answered(self, candidate: Candidate) -> bool:
        try:
            return candidate.holds(self._ask(candidate.text))
        except QuestionError:
            return False

    def find(self, typed: str) -> list[str]:
        """The questions that what was typed may be the beginning of, best first, in the script that it is in."""
        typed = typed[: LONGEST_TYPED + 1]
        if typed not in self._found:
            if len(self._found) >= _TYPED:
                self._found.clear()
            self._found[typed] = self._search(typed)
        return self._found[typed]

    def _search(self, typed: str) -> list[str]:
        ranked = ranks(typed, [*self.kept.values()])
        some = [s.text for s in _mixed([s for _, s in nsmallest(4 * SHOWN, ranked, key=lambda r: r[0])])]
        return [_traditional(text) for text in some] if is_traditional(typed) else some


def _traditional(text: str) -> str:
    """The question in traditional script, unless that would be understood as another."""
    other = traditional(text)
    return other if fold(other) == fold(text) else text


def _mixed(ranked: Sequence[Suggestion]) -> list[Suggestion]:
    """The first ones, not all of them about one thing where others fit too."""
    places: dict[str, int] = {}
    first: list[Suggestion] = []
    rest: list[Suggestion] = []
    for one in ranked:
        places[one.about] = places.get(one.about, 0) + 1
        (first if places[one.about] <= _OF_ONE else rest).append(one)
    return [*first, *rest][:SHOWN]


# --- what may be asked


def candidates(store: Store) -> Iterator[Candidate]:
    """What may be asked of the plans, newest first: what their figures count, their headings, and the bank's subjects that they
    speak of; the parts of figures last."""
    clauses = [c for title in store.titles()[:_PLANS] for c in store.clauses_of(title)]
    yield from _of_figures(clauses, parts=False)
    yield from (Candidate(c.title, "", frozenset({c.key})) for c in clauses if 1 < len(c.title) <= _LONGEST)
    yield from _of_subjects(store)
    yield from _of_figures(clauses, parts=True)


def _of_figures(clauses: Iterable[Clause], *, parts: bool) -> Iterator[Candidate]:
    """小学新增学位有多少个？ 投入多少钱？ 入园率是多少？"""
    for clause in clauses:
        for figure in clause.figures:
            if (figure.part is not None) is parts and _is_asked_for(figure):
                yield Candidate(
                    f"{figure.part or ''}{figure.what}", asked_for(figure.unit), frozenset({clause.key}), figure
                )


def _is_asked_for(figure: Figure) -> bool:
    """Is it what somebody asks for by its name? Hardly a number in words (一支, 三类), nor how long or how often, whose names
    are mostly those of something else (每批, 校长)."""
    name = not re.search("[、的要达]$|^每", figure.what) and (figure.part is None or figure.part not in figure.what)
    return name and figure.unit not in _RARELY and bool(re.search(r"\d", figure.raw))


def _of_subjects(store: Store) -> Iterator[Candidate]:
    """课后服务有什么安排？ for what the plans are likely to speak of, the likeliest first."""
    spoken = store.spoken("subject")
    likely = sorted((t for t in spoken if spoken[t].most >= _SPEAKS), key=lambda t: -spoken[t].most)
    for topic, told in store.speaking("subject", likely):
        keys = (key for key, degree in zip(told.keys, told.degrees, strict=True) if degree >= _SPEAKS)
        yield Candidate(topic, "有什么安排？", frozenset(keys))


def suggestion(candidate: Candidate) -> Suggestion:
    name = fold(candidate.name)
    sounds = tuple(readings(c)[:_READINGS] for c in name)
    return Suggestion(
        candidate.text, name, sounds, " ".join(sorted(_openings(sounds))), candidate.about, candidate.kind
    )


def _openings(sounds: Sequence[tuple[str, ...]]) -> set[str]:
    """For 学位 xu and xw: what most of what is spelt can be told from at once."""
    behind = ({s[0] for s in some} for some in (*sounds[1:], ()))
    return {
        two
        for some, next_ in zip(sounds, behind, strict=True)
        for s in some
        for two in (s[:2], *(s[0] + n for n in next_))
    }


# --- what was typed

Rank = tuple[float, int, int, int]


def ranks(typed: str, among: Iterable[Suggestion]) -> Iterator[tuple[Rank, Suggestion]]:
    """Those that what was typed fits, with how badly: how little of it they hold, of what kind they are, how far behind they
    hold it, how long they are."""
    ways = _ways(typed)
    for one in among if ways else ():
        share, place = max(_fit(runs, one) for runs in ways)
        if share >= _ENOUGH:
            yield (-share, one.kind, -place, len(one.text)), one


@dataclass(frozen=True, slots=True)
class _Run:
    """A run of characters or of letters that was typed, and its pairs of characters."""

    text: str
    pairs: list[str]

    @property
    def is_spelling(self) -> bool:
        return self.text.isascii() and self.text.isalpha()


def _ways(typed: str) -> list[list[_Run]]:
    """The runs that a name has to hold, or those of what may be meant: 课后服务 by 晚托. None where too little or too much was
    typed."""
    folded = fold(typed)
    runs = _RUN.findall(folded)
    if not runs or len(typed) > LONGEST_TYPED or (len(runs[0]) == 1 and folded.isascii()):
        return []
    known = shipped().expressions
    ways = [runs, *(words.split() for piece in substrings(folded) for words in known.get(piece, ()))]
    return [[_Run(run.replace("'", ""), bigrams(run)) for run in way] for way in ways]


def _fit(runs: Sequence[_Run], one: Suggestion) -> tuple[float, int]:
    """How much of the runs a name holds (0–1), nothing unless enough of each, and how far in front the first stands (0 and
    below)."""
    least, held, first = 1.0, 0.0, len(one.name)
    for run in runs:
        share, place = _found(run, one)
        least, held, first = min(least, share), held + share, min(first, place)
        if least < _ENOUGH:
            return 0.0, 0
    return held / len(runs), -first


def _found(run: _Run, one: Suggestion) -> tuple[float, int]:
    """How much of a run a name holds, and where."""
    if (place := one.name.find(run.text)) >= 0:
        return 1.0, place
    if run.is_spelling:
        places = range(len(one.sounds)) if run.text[:2] in one.openings else ()
        place = next((p for p in places if _spell(run.text, one.sounds, p)), -1)
        return float(place >= 0), place
    held = [p for p in run.pairs if p in one.name]
    return (len(held) / len(run.pairs), one.name.find(held[0])) if held else (0.0, 0)


def _spell(letters: str, sounds: Sequence[tuple[str, ...]], place: int) -> bool:
    """Do letters spell the characters from a place on, each whole or by its initial, the last as far as it is typed?

    >>> [_spell(letters, (("xue",), ("wei",)), 0) for letters in ("xuewei", "xw", "xuew", "xwe", "wei")]
    [True, True, True, True, False]
    """
    if not letters:
        return True
    return place < len(sounds) and any(
        sound.startswith(letters)
        or (letters.startswith(sound) and _spell(letters[len(sound) :], sounds, place + 1))
        or (letters[0] == sound[0] and _spell(letters[1:], sounds, place + 1))
        for sound in sounds[place]
    )
