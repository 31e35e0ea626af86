"""From a frame and a clause to the figures that answer, and what is computed from them.

Every figure of a clause stands in a context: the words right beside it, its part of the sentence, its sentence, the heading
of the clause. How much of the question these explain is how well the figure fits; the best fit answers. What a question
names itself binds: a figure of 小学 never answers for 初中, nor one in 元 for 几所.
"""

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import lru_cache

from knowledge.frames import subject
from knowledge.model import Asks, Clause, Derived, Figure, Frame, Op, Part, PartKind, Term
from knowledge.numerals import MONEY, PEOPLE, SHARES, TIME
from knowledge.search import variants
from knowledge.wording import bigrams, fold

# How much of a word's weight the place explains where it stands.
_OWN, _BESIDE, _SENTENCE, _TITLE, _CLAUSE = 1.0, 0.75, 0.45, 0.7, 0.15
# A word of the heading tells figures of a clause less apart; of two that fit alike, the one wins that counts just what is asked, in
# the unit that is asked, and the part that is named before its total.
_GENERAL, _JUST, _UNIT, _PART = 0.4, 0.15, 0.15, 0.1
# The share of the question that the surroundings of a figure must explain.
FITS = 0.5
# How near an expression has to come to what it means to name a part.
_SURE = 0.85
# Of two things that are compared, each must be named so far right beside its figure.
_OF_SIDE = 0.6
# Of two fits nearer than this neither is better.
_EVEN = 0.002
_COUNTABLE = frozenset("所 家 座 间 处 个 项 组 门 支 批".split())
_APART = MONEY | SHARES | TIME | {"倍", "分", "点", "成", "时", "工作日", "个工作日"}
# 总共多少 asks for the figure that is said to be of all.
_IN_ALL = Term("总共", 0.1, known=True, others=(("总", 1.0), ("共", 1.0), ("合计", 1.0), ("累计", 1.0)))
_LIMITS = "。；;\n"
_TENTH = Decimal("0.1")
_CHANGE = re.compile(r"[^，。；、]{0,6}[至到为][^，。；、]{0,3}")
_INCREMENT = re.compile("比(?:上年|去年)[^，。；]{0,4}$|同比[^，。；]{0,4}$|净增$")
LISTS = frozenset({Op.MOST, Op.LEAST, Op.RANK, Op.TOP, Op.BOTTOM, Op.DOWN, Op.UP, Op.ABOVE, Op.BELOW, Op.AVERAGE, Op.COUNT})
_STATED_TOO = frozenset({Op.SHARE, Op.RATIO, Op.DIFFERENCE})


@dataclass(frozen=True, slots=True)
class Row:
    """A figure of a clause with how well it fits a frame: `fit` is the share of the question's weight that its
    surroundings explain (0–1), `bonus` what puts it before others that fit as well."""

    clause: Clause
    figure: Figure
    fit: float
    bonus: float = 0.0

    @property
    def rank(self) -> float:
        return self.fit + self.bonus


@dataclass(frozen=True, slots=True)
class Result:
    """The figures that answer, the best fit among them, what was computed, and why there is none."""

    rows: tuple[Row, ...] = ()
    fit: float = 0.0
    derived: Derived | None = None
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class _Context:
    """Where a figure stands, folded: `own` are the words between its neighbours and it, what its part of the sentence
    begins with (the verb of all its figures) and what it counts, `beside` that part, `sentence` all of it."""

    own: str
    beside: str
    sentence: str


def look_up(frame: Frame, clause: Clause) -> Result:
    """What a clause says to a frame that asks for a figure or does something with figures."""
    if frame.op is None or not clause.figures:
        return _stated(frame, clause)
    result = _computed(frame, clause)
    # 多出多少学位 compares nothing: where an operation has nothing to work on, the figure itself is asked.
    if not result.rows and frame.op in {Op.DIFFERENCE, Op.SUM, Op.REST, Op.EXCEPT}:
        total = (_IN_ALL,) if frame.op is Op.SUM else ()
        return _stated(replace(frame, op=None, about=(*frame.about, *total)), clause)
    return result


# --- the figures that a question names


def _stated(frame: Frame, clause: Clause) -> Result:
    if frame.by is not None or frame.asks is Asks.SPLIT:
        return _split(frame, clause)
    if frame.each or len(frame.parts) > 1:
        several = named_parts(frame, clause)
        if len(several) > 1:
            return Result(tuple(several), several[0].fit)
        if frame.each and (both := _sides(frame, clause)):
            return Result(tuple(both), min(r.fit for r in both))
    rows = fitting(frame, clause)
    if not rows and frame.parts and _splits_otherwise(frame, clause):
        return Result(reason="other_split")
    return Result(tuple(rows), max((r.fit for r in rows), default=0.0))


def fitting(frame: Frame, clause: Clause) -> list[Row]:
    """The figures of a clause that fit a frame best, one or more for each part that it names."""
    rows = [r for r in _fits(frame, clause) if r.fit >= FITS]
    if len({p.kind for p in frame.parts}) > 1:  # 武进的小学: a figure of both
        return _in_order(_best(rows, clause, frame))
    if frame.parts:
        each = ([r for r in rows if _is_of(part, r.figure, clause)] for part in frame.parts)
        return _in_order(r for named in each for r in _best(named, clause, frame))
    best = _best(rows, clause, frame)
    if frame.each and best and split_of(clause, best[0].figure):
        return _whole_split(best[0], clause, frame)
    return _in_order(best)


def named_parts(frame: Frame, clause: Clause) -> list[Row]:
    """The parts of one split that a question names, where it names two or more: 公办和民办各多少, 小学加初中."""
    rows = [r for r in _fits(frame, clause) if r.figure.part is not None and r.fit >= FITS]
    groups: dict[tuple[int | None, int | None], list[Row]] = {}
    for row in rows:
        groups.setdefault((row.figure.split, row.figure.total), []).append(row)
    several = [g for g in groups.values() if len(g) > 1]
    return _in_order(max(several, key=lambda g: (round(max(r.rank for r in g), 1), len(g)))) if several else []


def _best(rows: Sequence[Row], clause: Clause, frame: Frame) -> list[Row]:
    """The rows that fit best. Of what changes from one number to another the second is asked, unless both are; what was
    added since last year is only asked by name."""
    top = max((r.rank for r in rows), default=0.0)
    best = [r for r in rows if r.rank >= top - _EVEN]
    if len(best) > 1:
        ends = [] if frame.each else changes(clause)
        best = [r for r in best if not any(r.figure == one and any(o.figure == two for o in best) for one, two in ends)]
        whole = [r for r in best if not _is_increment(r.figure, clause)]
        best = whole or best
    if len(best) == 1 and (run := _run(best[0].figure, clause)):
        best = [Row(clause, f, best[0].fit) for f in run]
    return best


def _run(figure: Figure, clause: Clause) -> list[Figure]:
    """The figures that are stated one after the other of one thing: 分三档，每月300元、500元、800元."""
    run = [f for f in clause.figures if f.part is None and (f.what, f.unit) == (figure.what, figure.unit)]
    between = (clause.text[one.end : two.start] for one, two in zip(run, run[1:], strict=False))
    return run if figure.part is None and len(run) > 1 and all(re.fullmatch("[、，和及]", gap) for gap in between) else []


def changes(clause: Clause) -> list[tuple[Figure, Figure]]:
    """The pairs of figures between which something changes: 由8小时增至14小时, 从19项减到11项."""
    return [
        (one, two)
        for one, two in zip(clause.figures, clause.figures[1:], strict=False)
        if one.unit == two.unit and _CHANGE.fullmatch(clause.text[one.end : two.start])
    ]


def _is_increment(figure: Figure, clause: Clause) -> bool:
    return bool(_INCREMENT.search(clause.text[max(0, figure.start - 8) : figure.start]))


def _in_order(rows: Iterable[Row]) -> list[Row]:
    return sorted(dict.fromkeys(rows), key=lambda r: (r.figure.start, r.clause.figures.index(r.figure)))


def _fits(frame: Frame, clause: Clause, *, parts_too: bool = True) -> list[Row]:
    """Every figure that the question does not rule out, with its fit; a part only where it is named."""
    title, text, said = fold(clause.title), fold(clause.text), set(bigrams(frame.text)) | set(frame.text)
    for term in frame.about:
        said |= {b for official, near in term.others if near >= _SURE for b in bigrams(official)}
    terms = [t for t in subject(frame) if _near(t, text + title)]
    known = {q.value for q in frame.stated}
    named = {b for t in terms for words, _ in variants(t) for b in bigrams(words)}
    rows = []
    for figure in clause.figures:
        if not has_unit(figure, frame.units) or figure.value in known or not _is_of_all(frame.parts, figure, clause):
            continue
        if figure.part is not None and not (parts_too and _is_named(frame, figure, clause, said)):
            continue
        if frame.parts and figure.part is None and not terms:
            continue
        bonus = _UNIT * (len(frame.units) == 1 and figure.unit in frame.units) + _PART * (figure.part is not None)
        said_of = bigrams(fold(figure.what) + fold(figure.part or ""))
        bonus += _JUST * sum(b in named for b in said_of) / max(1, len(said_of))
        rows.append(Row(clause, figure, _fit(terms, figure, clause, title), bonus))
    return rows


def _is_of_all(parts: Sequence[Part], figure: Figure, clause: Clause) -> bool:
    """Is it the figure of one of these parts, of one of each kind where they are of several (武进的小学)?"""
    beside = [f for f in split_of(clause, figure) if f is not figure] if figure.part_kind is PartKind.OTHER else []
    return all(
        any(_is_of(p, figure, clause) or any(_is_named_so(p, f, clause) for f in beside) for p in parts if p.kind is kind)
        for kind in {p.kind for p in parts}
    )


def _is_named(frame: Frame, figure: Figure, clause: Clause, said: set[str]) -> bool:
    """Does the question name this part: by its name, or by what sets it apart from those beside it?"""
    if any(p.kind is figure.part_kind and _is_of(p, figure, clause) for p in frame.parts):
        return True
    if figure.part_kind is PartKind.AREA:
        return False
    beside = [fold(f.part or "") for f in split_of(clause, figure) if f.part != figure.part]
    own = fold(figure.part or "")
    what = fold(figure.what)
    for name in [own, *beside]:
        what = what.replace(name, " ") if name else what
    beside.append(what)
    pairs = [b for b in (bigrams(own) if len(own) > 1 else [own]) if not any(b in other for other in beside)]
    return any(b in said for b in pairs)


def _fit(terms: Sequence[Term], figure: Figure, clause: Clause, title: str) -> float:
    if not terms:
        return 0.5
    context = _context(figure, clause)
    weights = {t.text: t.weight * (_GENERAL if _near(t, title) else 1.0) for t in terms}
    whole = sum(weights.values()) or 1.0
    explained = sum(
        weights[t.text]
        * max(
            _OWN * _near(t, context.own),
            _BESIDE * _near(t, context.beside),
            _SENTENCE * _near(t, context.sentence),
            _TITLE * _near(t, title),
            _CLAUSE,
        )
        for t in terms
    )
    return explained / whole


def _near(term: Term, text: str) -> float:
    """How near a text comes to saying a word, 0 to 1."""
    return max((near * _says(words, text) for words, near in variants(term)), default=0.0)


def _says(words: str, text: str) -> float:
    """1 where the text holds all of these words, or most pairs of a longer one."""
    return min(_says_one(w, text) for w in words.split()) if words.strip() else 0.0


def _says_one(word: str, text: str) -> float:
    if word in text:
        return 1.0
    if len(word) < 3:
        return 0.0
    pairs = bigrams(word)
    return float(sum(p in text for p in pairs) >= 0.6 * len(pairs))


@lru_cache(4096)
def _context(figure: Figure, clause: Clause) -> _Context:
    """Where a figure stands; a part stands where its total does as well."""
    text = clause.text
    start = max(text.rfind(mark, 0, figure.start) for mark in _LIMITS) + 1
    ends = [e for mark in _LIMITS if (e := text.find(mark, figure.end)) >= 0]
    end = min(ends, default=len(text))
    left = max(start, *(text.rfind(mark, 0, figure.start) + 1 for mark in "，：,:"))
    rights = [e for mark in "，：,:" if (e := text.find(mark, figure.end, end)) >= 0]
    right = min(rights, default=end)
    before = max((f.end for f in clause.figures if f.end <= figure.start), default=0)
    last = all(f.start < figure.end or f.start >= right for f in clause.figures)
    own = text[max(left, before) : right if last else figure.end] if figure.part is None else ""
    head = text[left : min(f.start for f in clause.figures if f.start >= left)]
    named = f"{head} {own} {figure.what} {figure.part or ''} {figure.qualifier or ''}"
    around = _context(clause.figures[figure.total], clause) if figure.total is not None else _Context("", "", "")
    return _Context(
        fold(named), fold(f"{text[left:right]} {figure.what} {around.beside}"), fold(f"{text[start:end]} {around.sentence}")
    )


def _is_of(part: Part, figure: Figure, clause: Clause) -> bool:
    """Is it the figure of that part: by its name or the words right beside it or, where the clause does not split it so, by
    what the heading or its part of the sentence speaks of?"""
    if _is_named_so(part, figure, clause):
        return True
    if part.kind is PartKind.AREA or (figure.part is not None and part.kind is figure.part_kind):
        return False
    total = total_of(clause, figure)
    if total is not figure and _is_named_so(part, total, clause):
        return True
    if any(f.part_kind is part.kind and _is_named_so(part, f, clause) for f in split_of(clause, total)):
        return False
    if any(n in fold(clause.title) for n in part.names):
        return True
    nobody = not any(_is_named_so(part, f, clause) for f in clause.figures)
    return nobody and any(n in _context(total, clause).beside for n in part.names)


def _is_named_so(part: Part, figure: Figure, clause: Clause) -> bool:
    own = fold(figure.part or "")
    if own:
        return own in part.names or (part.kind is not PartKind.AREA and any(own in n or n in own for n in part.names))
    return any(n in _context(figure, clause).own for n in part.names)


def has_unit(figure: Figure, units: Sequence[str]) -> bool:
    return not units or any(compatible(u, figure.unit) for u in units)


def compatible(asked: str, stated: str) -> bool:
    """May a thing asked in one unit be stated in another? 几所 is answered by 12个, 多少钱 by 元 alone."""
    if not asked or asked == stated:
        return True
    for family in (MONEY, PEOPLE | {"人次"}, SHARES, TIME):
        if asked in family and stated in family:
            return True
    if asked == "个":
        return stated not in _APART
    return asked in _COUNTABLE and stated in _COUNTABLE


# --- splits


def _split(frame: Frame, clause: Clause) -> Result:
    """The parts of what a question names, by what it asks them to be given."""
    others = tuple(p for p in frame.parts if p.kind is not frame.by)
    plain = replace(frame, parts=others, by=None, each=False, stated=())
    rows = _fits(plain, clause, parts_too=False)
    title, terms = fold(clause.title), [t for t in subject(frame) if _near(t, fold(clause.text + clause.title))]
    heads = [r for r in rows if r.figure.part is None and split_of(clause, r.figure)]
    heads += [
        Row(clause, f, _fit(terms, f, clause, title))
        for f in clause.figures
        if f.part and f.total is None and all(_is_of(p, f, clause) for p in others)
    ]
    if frame.stated:
        heads = [r for r in heads if r.figure.value in {q.value for q in frame.stated}]
    ranked = sorted((r for r in heads if r.fit >= FITS), key=lambda r: -r.rank)
    for row in ranked:
        if row.rank >= ranked[0].rank - _EVEN and (whole := _whole_split(row, clause, frame)):
            return Result(tuple(whole), row.fit)
    each = [r for r in rows if r.fit >= FITS and re.search("[各每]", clause.text[max(0, r.figure.start - 24) : r.figure.start])]
    if each and frame.by is not None and not frame.stated:  # 每个区县设2至3个: the same for all
        best = _best(each, clause, frame)
        return Result(tuple(best), best[0].fit)
    return Result(reason="other_split" if ranked else None)


def _whole_split(row: Row, clause: Clause, frame: Frame) -> list[Row]:
    """All parts of the split of a figure, of the kind that is asked for, only those named where some are."""
    parts = split_of(clause, row.figure)
    if frame.by is not None:
        parts = [f for f in parts if f.part_kind is frame.by]
    elif len({f.split for f in parts}) > 1:
        first = _asked_split(parts, clause, frame)
        parts = [f for f in parts if f.split == first]
    if frame.few and len(alike := [f for f in parts if (f.part or "").endswith(frame.few[1])]) == frame.few[0]:
        parts = alike  # 四个县: of districts and counties the counties
    named = [f for f in parts if any(p.kind is f.part_kind and _is_of(p, f, clause) for p in frame.parts)]
    return [Row(clause, f, row.fit) for f in (named if len(named) > 1 else parts)]


def _asked_split(parts: list[Figure], clause: Clause, frame: Frame) -> int | None:
    """Of several splits of one total the one whose opening says what is asked (按渠道分), else the first."""
    said = bigrams(frame.text)
    first = {f.split: f for f in reversed(parts)}

    def opening(figure: Figure) -> str:
        return fold(clause.text[max(0, figure.start - 24) : figure.start])

    return max(sorted(first, key=lambda s: s or 0), key=lambda split: sum(b in opening(first[split]) for b in said))


def split_of(clause: Clause, figure: Figure) -> list[Figure]:
    """The parts of a total, or a part with those beside it; none where there is no split."""
    if figure.part is None:
        place = next((i for i, f in enumerate(clause.figures) if f is figure or f == figure), -1)
        return [f for f in clause.figures if f.total == place]
    return [f for f in clause.figures if f.part is not None and (f.split, f.total) == (figure.split, figure.total)]


def total_of(clause: Clause, figure: Figure) -> Figure:
    return clause.figures[figure.total] if figure.total is not None else figure


def sentence_with(clause: Clause, figure: Figure) -> str:
    """The sentence of the clause that states a figure, as it is printed; a semicolon ends one as well."""
    start = max(clause.text.rfind(mark, 0, figure.start) for mark in _LIMITS) + 1
    ends = [e for mark in _LIMITS if (e := clause.text.find(mark, figure.end)) >= 0]
    return clause.text[start : min(ends, default=len(clause.text)) + 1].strip()


def _splits_otherwise(frame: Frame, clause: Clause) -> bool:
    """Is the thing asked about split, but not by what the question asks (钟楼区新增学位: split by stage)?"""
    rows = fitting(replace(frame, parts=(), each=False), clause)
    return any(split_of(clause, r.figure) for r in rows)


# --- operations


def _computed(frame: Frame, clause: Clause) -> Result:
    several = named_parts(frame, clause)
    if len(several) < 2 and frame.op in _STATED_TOO and (direct := _direct(frame, clause)):
        return direct
    rows = several if len(several) > 1 and frame.op not in {Op.SHARE, Op.EXCEPT, Op.REST} else operands(frame, clause)
    if not rows:
        return Result(reason="other_split" if frame.parts and _splits_otherwise(frame, clause) else None)
    return apply(frame, rows)


def _direct(frame: Frame, clause: Clause) -> Result | None:
    """What the plan states itself: 骨干教师占40%, 比上年多300元, 在校生的2.5倍; or the two ends of 由8小时增至14小时."""
    units = {Op.SHARE: ("%",), Op.RATIO: ("倍",)}.get(frame.op or Op.SUM, frame.units)
    rows = fitting(replace(frame, op=None, units=units), clause)
    if frame.op is Op.DIFFERENCE:
        near = [r for r in _fits(replace(frame, op=None), clause) if r.fit >= FITS]
        rows = [r for r in near if _is_increment(r.figure, clause)][:1]
        ends = [(one, two) for one, two in changes(clause) if any(r.figure in {one, two} for r in near)]
        if not rows and ends:
            both = [Row(clause, f, near[0].fit) for f in ends[0]]
            return apply(frame, both)
    return Result(tuple(rows), rows[0].fit) if rows else None


def operands(frame: Frame, clause: Clause) -> list[Row]:
    """The figures that an operation is done on: two subjects, the parts named, or a whole split with its total."""
    plain = replace(frame, op=None, units=() if frame.op in {Op.SHARE, Op.RATIO} else frame.units)
    if len(frame.sides) > 1 and (both := _sides(plain, clause)):
        return both
    if frame.op in LISTS:
        rows = [r for r in _split(plain, clause).rows if r.figure.part is not None]
        return rows or (fitting(replace(plain, by=None), clause) if frame.op is Op.AVERAGE and frame.few else [])
    if frame.few and frame.op in {Op.EXCEPT, Op.SHARE}:
        return list(_split(plain, clause).rows)
    if frame.op in {Op.EXCEPT, Op.SHARE, Op.REST}:
        return [r for r in fitting(replace(plain, each=False), clause) if r.figure.total is not None]
    # 新增的特色校一共几所, where the plan only states its kinds
    return [r for r in _split(plain, clause).rows if r.figure.total is None] if frame.op is Op.SUM else []


def _sides(frame: Frame, clause: Clause) -> list[Row]:
    """One figure for each of the subjects that are joined; none where one has none of its own."""
    chosen: list[Row] = []
    joined = {t for side in frame.sides for t in side}
    for side in frame.sides:
        shared = tuple(replace(t, weight=0.3 * t.weight) for t in frame.about if t not in joined or (t in frame.sides[0] and side is not frame.sides[0]))
        parts = tuple(p for p in frame.parts if p.text in {t.text for t in side})
        alone = replace(frame, about=(*side, *shared), parts=parts, sides=(), text=" ".join(t.text for t in side), each=False)
        rows = [r for r in fitting(alone, clause) if all(r.figure != c.figure for c in chosen)]
        weight = sum(t.weight for t in side)
        own = [r for r in rows if sum(t.weight * _near(t, _context(r.figure, clause).own) for t in side) >= _OF_SIDE * weight]
        if not own:
            return []
        chosen.append(own[0])
    return chosen


def apply(frame: Frame, rows: Sequence[Row]) -> Result:
    """What is done with rows: the rows that answer, and the number where one was computed."""
    fit = min(r.fit for r in rows)
    if frame.op is Op.AVERAGE and frame.few and len(rows) == 1:  # 平均一个县几个, of four
        figure = rows[0].figure
        mean = (figure.value / frame.few[0]).quantize(_TENTH)
        return Result(tuple(rows), fit, Derived("average", mean, figure.unit, (figure,)))
    if frame.op in _PICKS:
        picked, derived = _PICKS[frame.op](list(rows), frame.value)
        return Result(tuple(picked), fit, derived, None if picked else "none_such")
    if frame.op in _SUMS:
        kept, derived = _SUMS[frame.op](list(rows))
        return Result(tuple(kept), fit, derived) if derived or frame.op is Op.SUM else Result(reason="no_operands")
    return Result(tuple(rows), fit)


_Picked = tuple[list[Row], Derived | None]


def _most(rows: list[Row], _value: Decimal | None) -> _Picked:
    return _extreme(rows, "most", max(r.figure.value for r in rows))


def _least(rows: list[Row], _value: Decimal | None) -> _Picked:
    return _extreme(rows, "least", min(r.figure.value for r in rows))


def _extreme(rows: list[Row], kind: str, value: Decimal) -> _Picked:
    if len(rows) == 2:  # two that are compared are both shown
        return rows, Derived(kind, value, rows[0].figure.unit, tuple(r.figure for r in rows))
    winners = [r for r in rows if r.figure.value == value]
    return winners, Derived(kind, value, winners[0].figure.unit, tuple(r.figure for r in winners))


def _down(rows: list[Row], _value: Decimal | None) -> _Picked:
    return sorted(rows, key=lambda r: -r.figure.value), None


def _up(rows: list[Row], _value: Decimal | None) -> _Picked:
    return sorted(rows, key=lambda r: r.figure.value), None


def _top(rows: list[Row], value: Decimal | None) -> _Picked:
    return _down(rows, None)[0][: int(value or 1)], None


def _bottom(rows: list[Row], value: Decimal | None) -> _Picked:
    return _up(rows, None)[0][: int(value or 1)], None


def _rank(rows: list[Row], value: Decimal | None) -> _Picked:
    """The one at that place; counted from the least where the place is below 0."""
    place = int(value or 1)
    ordered = (_down if place > 0 else _up)(rows, None)[0]
    return ordered[abs(place) - 1 : abs(place)], None


def _above(rows: list[Row], value: Decimal | None) -> _Picked:
    return [r for r in rows if r.figure.value > _bound(rows, value)], None


def _below(rows: list[Row], value: Decimal | None) -> _Picked:
    return [r for r in rows if r.figure.value < _bound(rows, value)], None


def _bound(rows: list[Row], value: Decimal | None) -> Decimal:
    return value if value is not None else sum((r.figure.value for r in rows), Decimal(0)) / len(rows)


def _sum(rows: list[Row]) -> _Picked:
    return rows, _derive("sum", [r.figure for r in rows])


def _difference(rows: list[Row]) -> _Picked:
    return rows, _derive("difference", [r.figure for r in rows]) if len(rows) == 2 else None


def _ratio(rows: list[Row]) -> _Picked:
    return rows, _derive("ratio", [r.figure for r in rows]) if len(rows) == 2 else None


def _average(rows: list[Row]) -> _Picked:
    """Of a whole split its total is shown, of other rows they themselves."""
    totals = {total_of(r.clause, r.figure) for r in rows}
    whole = rows[0].figure.total is not None and len(split_of(rows[0].clause, rows[0].figure)) == len(rows) and len(totals) == 1
    return [Row(rows[0].clause, totals.pop(), rows[0].fit)] if whole else rows, _derive("average", [r.figure for r in rows])


def _share(rows: list[Row]) -> _Picked:
    return _of_total(rows, "share")


def _except(rows: list[Row]) -> _Picked:
    return _of_total(rows, "difference")


def _of_total(rows: list[Row], kind: str) -> _Picked:
    """A share of a total, or what is left of it."""
    totals = {total_of(r.clause, r.figure) for r in rows}
    if len(totals) != 1 or rows[0].figure.total is None:
        return rows, None
    total = totals.pop()
    whole = Row(rows[0].clause, total, rows[0].fit)
    figures = [total, *(r.figure for r in rows)]
    return [*rows, whole], _derive(kind, figures)


_PICKS: dict[Op | None, Callable[[list[Row], Decimal | None], _Picked]] = {
    Op.MOST: _most, Op.LEAST: _least, Op.DOWN: _down, Op.UP: _up, Op.TOP: _top, Op.BOTTOM: _bottom, Op.RANK: _rank,
    Op.ABOVE: _above, Op.BELOW: _below,
}  # fmt: skip
_SUMS: dict[Op | None, Callable[[list[Row]], _Picked]] = {
    Op.SUM: _sum, Op.DIFFERENCE: _difference, Op.RATIO: _ratio, Op.AVERAGE: _average, Op.SHARE: _share,
    Op.EXCEPT: _except, Op.REST: _except,
}  # fmt: skip


def _derive(kind: str, figures: Sequence[Figure]) -> Derived | None:
    """The number computed; None where the figures do not count the same."""
    if len(figures) < 2 or len({f.unit for f in figures}) > 1 or any(f.value_max is not None for f in figures):
        return None
    values, unit, of = [f.value for f in figures], figures[0].unit, tuple(figures)
    first, rest = values[0], sum(values[1:], Decimal(0))
    match kind:
        case "sum":
            return Derived(kind, first + rest, unit, of)
        case "average":
            return Derived(kind, ((first + rest) / len(values)).quantize(_TENTH), unit, of)
        case "ratio":
            low, high = sorted(values)
            return Derived(kind, (high / low).quantize(_TENTH), "倍", of) if low else None
        case "share":
            return Derived(kind, (100 * rest / first).quantize(_TENTH), "%", of) if first else None
        case _:
            return Derived(kind, abs(first - rest), unit, of)
