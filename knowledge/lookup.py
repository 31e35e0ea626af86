"""What is found without a search: clauses by their numbers, numbers by their clauses, the contents of a chapter, the figures
that count what some words say."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace

from knowledge.fit import compatible
from knowledge.frames import subject
from knowledge.model import Asks, Clause, Figure, Finding, Frame, Match, Ref, Status
from knowledge.references import references
from knowledge.search import Found, held
from knowledge.store import Store
from knowledge.verdict import may_answer
from knowledge.wording import fold

# Of a range no more clauses than this are shown.
_MOST = 60
# The heading of a chapter is meant by so many characters or more, where no clause holds half of them.
_TOLD, _HALF = 3, 0.5
# Of a question about a number the clauses that state it say so much. Of 42 that hold one which a clause states in its unit, of
# eight plans, those that say it in passing share at most .25 with that clause, those that ask about it .39 and more.
_SAID = 0.3
Entry = tuple[Clause, Figure]
_OF_CHAPTER = frozenset({Asks.CHAPTER, Asks.NAMES, Asks.CLAUSE, Asks.DETAIL})


def by_reference(frame: Frame, within: Clause | None, store: Store) -> Finding:
    """第七条, 3和4条, （三十）, 最后一条, 第五部分第二条, 下一条 from where the chat stands."""
    at_hand = within.plan if within else ""
    plan = at_hand if at_hand in store.titles() else (store.titles() or [""])[0]
    clauses = list(dict.fromkeys(c for ref in frame.refs for c in _referred(ref, plan, within, store)))
    matches = tuple(Match(c, 100.0, (c.ref,)) for c in clauses)
    if matches:
        whole = any(r.chapter is not None and r.number is None for r in frame.refs)
        return Finding(replace(frame, asks=Asks.CHAPTER) if whole else frame, Status.ANSWERED, matches)
    if frame.refs[0].chapter is not None:
        return Finding(frame, Status.NOT_COVERED, reason="no_such_chapter", count=len(store.chapters(plan)))
    return Finding(frame, Status.NOT_COVERED, reason="no_such_clause", count=store.last_ref(plan))


def _referred(ref: Ref, plan: str, within: Clause | None, store: Store) -> list[Clause]:
    if ref.step:
        clause = store.clause(plan, within.number + ref.step) if within else None
        return [clause] if clause else []
    if ref.chapter is not None:
        inside = _inside(ref.chapter, plan, store)
        if ref.number is None:
            return inside
        anew = any(c.path for c in inside)  # where each part numbers anew, the printed number is meant, else the place
        printed = [c for c in store.clause_by_ref(plan, ref.number) if anew and c in inside]
        return printed[:1] or inside[_nth(ref.number, len(inside))]
    first = ref.number or 0
    if first < 0:
        return store.clause_by_ref(plan, store.last_ref(plan) + 1 + first)
    last = min(ref.to or first, first + _MOST)
    return [c for n in range(first, last + 1) for c in store.clause_by_ref(plan, n)]


def _inside(chapter: int, plan: str, store: Store) -> list[Clause]:
    """The clauses of the nth chapter, of the last one for -1."""
    chapters = store.chapters(plan)
    named = chapters[_nth(chapter, len(chapters))]
    return [c for c in store.clauses_of(plan) if c.chapter in named] if named else []


def _nth(place: int, count: int) -> slice:
    """Where the item at a place counted from 1 stands, from the end where it is below 0; nowhere where there is none.

    >>> [1, 2, 3][_nth(2, 3)], [1, 2, 3][_nth(-1, 3)], [1, 2, 3][_nth(4, 3)]
    ([2], [3], [])
    """
    start = place - 1 if place > 0 else count + place
    return slice(start, start + 1) if 0 <= start < count else slice(0)


def by_number(frame: Frame, found: list[Found], store: Store) -> Finding | None:
    """57个是啥, 哪条提到1.5亿. None for one that is said in passing, where the clauses that state it say little else of the
    question (班里坐了六十多个)."""
    figures = [
        (clause, figure)
        for stated in frame.stated
        for clause in store.clauses_with_value(stated.value)
        for figure in clause.figures
        if stated.value in {figure.value, figure.value_max} and compatible(stated.unit, figure.unit)
    ]
    units = {q.unit for q in frame.stated}
    figures = [(c, f) for c, f in figures if f.unit in units] or figures
    own, in_passing = subject(frame), frame.asks is Asks.CLAUSE
    frame = replace(frame, asks=Asks.MEANING)
    if not figures:
        elsewhere = in_passing and bool(found) and may_answer(found[0].likely)
        return None if elsewhere else Finding(frame, Status.NOT_COVERED, reason="no_such_number")
    weight = {c.key: held(own, c) for c, _ in figures}
    best = max(weight.values())
    if in_passing and best < _SAID * sum(t.weight for t in own):
        return None
    figures = list(dict.fromkeys((c, f) for c, f in figures if weight[c.key] >= best - 1e-9))
    clauses = list(dict.fromkeys(c for c, _ in figures))
    status = Status.ANSWERED if len(clauses) == 1 else Status.AMBIGUOUS
    return Finding(frame, status, tuple(Match(c, 100.0) for c in clauses), tuple(figures))


def by_chapter(frame: Frame, found: list[Found], store: Store) -> Finding | None:
    """队伍建设有哪些措施: the contents of the chapter whose heading says all that is asked about."""
    terms = subject(frame)
    if frame.asks not in _OF_CHAPTER or sum(len(t.text) for t in terms) < _TOLD - (frame.asks is Asks.CHAPTER):
        return None
    if frame.asks is Asks.CLAUSE and found and found[0].covered >= _HALF:
        return None
    for plan in store.titles()[:1]:
        named = next((c for c in store.chapters(plan) if all(t.text in fold(c) for t in terms)), None)
        if named is not None:
            matches = tuple(Match(c, 100.0) for c in store.clauses_of(plan) if c.chapter == named)
            return Finding(replace(frame, asks=Asks.CHAPTER), Status.ANSWERED, matches)
    return None


# --- a clause, and figures, by what a person looks up


def printed(ref: str, plan: str, store: Store) -> list[Clause]:
    """The clauses of a plan that are printed under a number, in any way of writing it; none where it is no number of one."""
    number = number_of(ref)
    return store.clause_by_ref(plan, number) if number is not None else []


def number_of(ref: str) -> int | None:
    """The number of a clause that is all of a text.

    >>> [number_of(ref) for ref in ("7", "（七）", "第七条", "7个", "小学")]
    [7, 7, 7, None, None]
    """
    folded = fold(ref).strip()
    for start, end, (first, *more) in references(folded):
        if (start, end) == (0, len(folded)) and not more and first == Ref(first.number) and (first.number or 0) > 0:
            return first.number
    return None


def figures_about(plans: Callable[[], Iterable[Iterable[Clause]]], words: Sequence[str]) -> Iterator[Entry]:
    """The figures of the plans that go with all of the words, or every figure: by what they count, else by their clause.

    One plan at a time is read, twice where no figure counts what the words say.
    """
    wanted = [fold(word) for word in words]
    for says in (counts, speaks_of):
        found = False
        for clause in (c for plan in plans() for c in plan):
            for figure in clause.figures:
                if all(word in says(clause, figure) for word in wanted):
                    found = True
                    yield clause, figure
        if found:
            return


def counts(_clause: Clause, figure: Figure) -> str:
    """What a figure counts and its number, in small letters."""
    return f"{figure.what}{figure.part or ''}{figure.raw}".lower()


def speaks_of(clause: Clause, figure: Figure) -> str:
    """What a figure counts and what its clause is about, in small letters."""
    return f"{figure.what}{figure.part or ''}{clause.title}".lower()
