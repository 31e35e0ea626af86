"""The answers of several years' plans to one question, side by side: which figures count the same thing, and what they come to.

Figures are the same item where they are of one part, in one unit and for one measure (每生每年 is not 每生每月), and where no
word of scope sets one apart: 首批, 累计, 市本级, 公办. Only then something is computed.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from knowledge.fit import Row, fits, same_unit
from knowledge.frames import subject
from knowledge.model import Derived, Finding, Frame, Op, Status
from knowledge.numerals import MONEY, SHARES, TIME
from knowledge.operations import derive
from knowledge.search import Found, held
from knowledge.surroundings import context, total_of
from knowledge.table import stages
from knowledge.wording import bigrams, fold

# Words that make an item another one where only one of two figures has them.
_SCOPE = re.compile(
    "首批|第一批|首期|市本级|市级|市直|市属|市政府|省级|区县级|区级|县级|国家级|公办|民办|普惠|乡村|农村|山区|海岛|城区|义务教育|中小学|"
    + "|".join(sorted(stages(), key=len, reverse=True))
)
_ALL_SCHOOLS = "中小学"  # says no more than that it is about schools
_MEASURE = re.compile("每(?:学年|学期|课时|工作日|[生人校园班个家所年月周天日餐次岗间名])")
# Words that make it another one where the other figure has one that says the opposite: what is added, what there is in all.
_OPPOSED = (
    ("新增|新建|新招|新设|新开|新配|新评|增设|净增|首次", "累计|总数|总量|达到|增至|增加到|扩大到|共有|现有"),
    ("计划|预计|力争|拟", "实际|已经|已完成|实有"),
)
# What is counted is done in a year or there at its end: of 建设24个 and 达到36个 the one is no part of the other.
_DONE, _THERE = (
    re.compile("新|建设|遴选|评选|认定|组建|选派|招募|开通|开辟|改造"),
    re.compile("累计|总数|达到|增至|增加到|扩大到"),
)
# What is said of any thing.
_HOW = re.compile(
    "新[增建招设开配评]|增设|净增|首次|累计|总[数量规]|达到|计划|预计|建设|遴选|评选|认定|组建|选派|招募|开通|改造|安排"
)
_NO_COUNT = SHARES | MONEY | TIME
# Of the pairs of characters around two figures so many are the same where they count one thing; a figure that does fits the
# question nearly as well as the one that its plan would answer with.
_LIKE, _AS_WELL = 0.4, 0.1
_LOOKED = 3


@dataclass(frozen=True, slots=True)
class Told:
    """What the plans of one year say: the question as it was asked of them, the clauses found, and the answer."""

    frame: Frame
    found: Sequence[Found]
    finding: Finding


def side_by_side(years: Sequence[Told]) -> Finding:
    """One answer of those of several years, the newest first: what of them speaks of the same, with what it comes to.

    1. the year that says most of what is asked  2. in each other one what counts the same, else what it answers itself
    """
    frame = years[0].frame
    speaking = [t for t in years if t.finding.figures]
    if not speaking:
        return _without_figures(years)
    main = max(speaking, key=lambda t: _said(t, t.finding))  # 1
    rows = {id(t): _rows(t, main) for t in years}  # 2
    shown = [rows[id(t)] for t in years if rows[id(t)]]
    figures = tuple((r.clause, r.figure) for some in shown for r in some)
    matches = {m.clause.key: m for t in years for m in (*(f.match for f in t.found), *t.finding.matches)}
    keys = dict.fromkeys(c.key for c, _ in figures)
    derived = compute(frame.over, [some[0] for some in shown]) if all(len(some) == 1 for some in shown) else None
    apart = len(shown) > 1 and not are_alike([some[0] for some in shown])
    return Finding(
        frame,
        Status.ANSWERED,
        tuple(matches[key] for key in keys),
        figures,
        derived,
        "not_alike" if apart else None,
    )


def _without_figures(years: Sequence[Told]) -> Finding:
    """The clauses of all years that answer; else the refusal of the first that knows the matter at all."""
    answered = [t.finding for t in years if t.finding.status is Status.ANSWERED]
    if answered:
        return replace(answered[0], matches=tuple(f.matches[0] for f in answered if f.matches))
    known = [t.finding for t in years if t.finding.matches]
    return next(iter(known or [t.finding for t in years]))


def _said(told: Told, finding: Finding) -> float:
    return held(subject(told.frame), finding.figures[0][0])


def _rows(told: Told, main: Told) -> list[Row]:
    """The figures of one year that go with those of the year that says most; its own answer where none counts the same."""
    own = _meant(told)
    if told is main:
        return own
    wanted = _meant(main)
    near = dict.fromkeys([*(m.clause for m in told.finding.matches), *(f.match.clause for f in told.found[:_LOOKED])])
    clauses = dict.fromkeys(r.clause for r in own) or near
    fitting = sorted((r for c in clauses for r in fits(told.frame, c)), key=lambda r: -r.rank)
    least = max((r.rank for r in fitting if r.figure in [o.figure for o in own]), default=0.0) - _AS_WELL
    others = [r for r in fitting if r.rank >= least]
    paired = [next((r for r in (*own, *others) if alike(r, w)), None) for w in wanted]
    return list(dict.fromkeys(r for r in paired if r)) or own


def _meant(told: Told) -> list[Row]:
    """Of several figures the likeliest where they are of several clauses, else those that are not stated for each of something
    that nobody asked for: 护学岗300个, 每岗3人."""
    rows, said = [Row(c, f, 1.0) for c, f in told.finding.figures], {*_MEASURE.findall(told.frame.text)}
    if told.finding.status is Status.AMBIGUOUS:
        return rows[:1]
    return [r for r in rows if said >= {*_MEASURE.findall(_around(r))}] or rows


# --- one item or two


def alike(one: Row, other: Row) -> bool:
    """Do two figures count the same thing: of one part, in one unit, for one measure, with no word of scope between them?"""
    a, b = one.figure, other.figure
    if not same_unit(a.unit, b.unit) or (a.part or "") != (b.part or ""):
        return False
    first, second = _around(one), _around(other)
    if not _is_one_thing(*(fold(total_of(r.clause, r.figure).what) for r in (one, other))):
        return False
    marks = [{*_SCOPE.findall(x), *_MEASURE.findall(x)} - {_ALL_SCHOOLS} for x in (first, second)]
    return marks[0] == marks[1] and not _is_opposed(first, second, a.unit) and _likeness(first, second) >= _LIKE


def _is_one_thing(one: str, other: str) -> bool:
    """Do two names share more than what was done: 新增学位 and 学位, but not 新增学位 and 新增托位?"""
    a, b = (set(bigrams(_HOW.sub(" ", name))) for name in (one, other))
    return bool(a & b) or not (a and b)


def are_alike(rows: Sequence[Row]) -> bool:
    return all(alike(rows[0], r) for r in rows[1:])


def _around(row: Row) -> str:
    """The words right beside a figure, and beside the total that it is a part of."""
    total = total_of(row.clause, row.figure)
    beside = context(row.figure, row.clause).own
    return beside if total is row.figure else f"{beside} {context(total, row.clause).own}"


def _is_opposed(one: str, other: str, unit: str) -> bool:
    sides = ((one, other), (other, one))
    told = any(_says(a, x, y) and _says(b, y, x) for a, b in sides for x, y in _OPPOSED)
    counted = unit not in _NO_COUNT and any(
        _DONE.search(a) and not _THERE.search(a) and _THERE.search(b) and not _DONE.search(b) for a, b in sides
    )
    return told or counted


def _says(text: str, this: str, that: str) -> bool:
    return bool(re.search(this, text)) and not re.search(that, text)


def _likeness(one: str, other: str) -> float:
    a, b = {*bigrams(re.sub(r"\d", "", one))}, {*bigrams(re.sub(r"\d", "", other))}
    return len(a & b) / (min(len(a), len(b)) or 1)


# --- what it comes to


def compute(op: Op | None, rows: Sequence[Row]) -> Derived | None:
    """What the figures of several years come to, the newest first; None where they are not of one item."""
    if len(rows) < 2 or not are_alike(rows):
        return None
    figures = tuple(r.figure for r in rows)
    if op in {Op.MOST, Op.LEAST}:
        value = (max if op is Op.MOST else min)(f.value for f in figures)
        return Derived(str(op), value, figures[0].unit, figures)
    of_shares = figures[0].unit in SHARES and op is Op.GROWTH
    alike_in_unit = tuple(replace(f, unit=figures[0].unit) for f in figures)  # 12所 and 12个 are both so many schools
    derived = derive(Op.DIFFERENCE if op is None or of_shares else op, alike_in_unit)
    return replace(derived, of=figures) if derived else None
