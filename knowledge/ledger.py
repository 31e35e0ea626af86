"""From a frame and a clause to the figures that answer, and what is computed from them.

What a question names itself binds: a figure of 小学 never answers for 初中, nor one in 元 for 几所. What a plan states goes
before what could be computed.
"""

import re
from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal
from itertools import pairwise

from knowledge.changed import before, grown
from knowledge.each import product, rate_of
from knowledge.fit import (
    FITS,
    Row,
    best,
    fit,
    fits,
    has_unit,
    in_order,
    is_increment,
    is_of,
    other_end,
    own_share,
    spoken,
    was,
)
from knowledge.frames import subject
from knowledge.model import Asks, Clause, Figure, Frame, Op, PartKind
from knowledge.numerals import MONEY
from knowledge.operations import OF_TOTAL, Result, apply, lists
from knowledge.ruling import is_of_year
from knowledge.surroundings import bounds, changes, near, split_of, total_of
from knowledge.wording import bigrams, fold

# Of things that are compared each must be named so far right beside its figure; words of the other side count little.
_OF_SIDE, _SHARED = 0.6, 0.3
_STATED_TOO = {Op.SHARE: ("%",), Op.RATIO: ("倍",)}
# A county may be called a city, or a banner.
_ENDINGS = {"县": ("县", "市", "旗")}
# 今年收多少 may count pupils, 一学期收多少 counts none.
_OF_MONEY = re.compile("[钱元块费价款贷资金薪花补贴奖借罚亿交缴拨拿领投]|[一每]个?(?:学期|月|天|次|趟|顿|餐)")
# Words of so much weight that a clause does not hold speak of another.
_SAYS = 0.5
_AGAINST = frozenset({Op.MOST, Op.LEAST, Op.DIFFERENCE, Op.RATIO})
# Where these have nothing to work on, the figure itself is asked: 多出多少学位 compares nothing.
_WEAK = frozenset({Op.DIFFERENCE, Op.SUM, Op.REST, Op.EXCEPT})
# What says that a number is that of each (甲、乙各2所), of each area.
_OF_ALL, _OF_ALL_AREAS = (
    re.compile("[各每]"),
    re.compile("(?:每个?|各个?)[区县市镇地辖街乡]|[区县市镇地乡道](?:均|各|分别)"),
)
# 由多少个增到多少个 asks for both ends of a change.
_FROM_TO = re.compile("[由从](?:多少|几).*[到至为成](?:多少|几)")
# How far before a figure the words stand that open its split (按渠道分) or say that it is the same for each.
_OPENING = 24


def look_up(frame: Frame, clause: Clause) -> Result:
    """What a clause says to a frame that asks for a figure or does something with figures."""
    frame = _levelled(frame, clause)
    if frame.past and frame.op is Op.REST:
        frame = replace(frame, op=None)  # 去年还剩多少 asks what there was
    result = _computed(frame, clause) if frame.op is not None and clause.figures else _stated(frame, clause)
    if made := product(frame, clause) or rate_of(frame, clause):
        return made
    if not result.rows and (frame.former or (frame.past and frame.past + 1 == clause.year)):
        return before(replace(frame, past=None), clause)
    if not result.rows and frame.op in _WEAK and not (frame.op is Op.DIFFERENCE and frame.sides):
        result = _stated(replace(frame, op=None), clause)
    if not result.rows and _may_be_no_money(frame):
        result = look_up(replace(frame, units=()), clause)
    if frame.stock is False and (more := grown(frame, result.rows)):
        return more
    rows = result.rows
    if rows and result.derived is None:
        also = (replace(o, parts=o.parts or frame.parts) for o in frame.also)  # 北塬区新建几所，多少学位
        beside = [r for other in also for r in _beside(other, rows[0])]
        result = replace(result, rows=tuple(dict.fromkeys((*rows, *beside))))
    return result


def _may_be_no_money(frame: Frame) -> bool:
    """Is money asked for by a verb alone, which may mean other things as well: 今年收多少?"""
    return bool(frame.units) and MONEY.issuperset(frame.units) and not _OF_MONEY.search(frame.text)


def _levelled(frame: Frame, clause: Clause) -> Frame:
    """The frame, a level of government no part of it where the clause does not split by levels: 市级首批基地几个."""
    parts = tuple(
        p for p in frame.parts if p.kind is not PartKind.LEVEL or any(is_of(p, f, clause) for f in clause.figures)
    )
    return frame if parts == frame.parts else replace(frame, parts=parts)


def _beside(frame: Frame, row: Row) -> list[Row]:
    """The one figure of the same sentence that answers another question of the message: 一间补多少钱."""
    start, end = bounds(row.clause, row.figure)
    rows = best(r for r in fits(frame, row.clause) if start <= r.figure.start < end and r.figure != row.figure)
    return rows if len(rows) == 1 else []


def sentence_with(clause: Clause, figure: Figure) -> str:
    """The sentence of the clause that states a figure, as it is printed."""
    start, end = bounds(clause, figure)
    return clause.text[start : end + 1].strip()


# --- the figures that a question names


def _stated(frame: Frame, clause: Clause) -> Result:
    apart = frame.asks is Asks.SPLIT and len(frame.parts) > 1  # 在小学初中怎么分
    if frame.by is not None or (frame.asks is Asks.SPLIT and not apart):
        return _split(frame, clause)
    if apart or frame.each or len(frame.parts) > 1:
        several = named_parts(frame, clause) or (_sides(frame, clause) if frame.each else [])
        several = several or _of_stated(frame, clause)
        if several:
            return Result(tuple(several), min(r.fit for r in several))
        if frame.each and frame.sides:
            return Result()  # 生物和地理各多少分, where the plan has neither
    rows = _main(fitting(frame, clause)) or _of_each_area(frame, clause)
    return Result(
        tuple(rows), max((r.fit for r in rows), default=0.0), reason=None if rows else _otherwise(frame, clause)
    )


def _main(rows: list[Row]) -> list[Row]:
    """Of things that are counted alike in one unit the one that is split: 招聘教师1260名，其中… rather than 招收师范生320名."""
    alike = len({r.figure.unit for r in rows}) == 1 and not any(r.figure.part for r in rows)
    return (alike and [r for r in rows if split_of(r.clause, r.figure)]) or rows


def _of_stated(frame: Frame, clause: Clause) -> list[Row]:
    """The split whose total, or how many parts it has, a question states itself: 18条线路是哪几类，各几条."""
    known = {q.value for q in frame.stated}
    if not known or not frame.each:
        return []
    rows = list(_split(replace(frame, stated=(), parts=(), each=False), clause).rows)
    whole = {total_of(clause, r.figure).value for r in rows[:1]} | {Decimal(len(rows))}
    return rows if rows and known & whole else []


def fitting(frame: Frame, clause: Clause) -> list[Row]:
    """The figures of a clause that fit a frame best, one or more for each part that it names."""
    frame = _levelled(frame, clause)
    rows = fits(frame, clause)
    changed = _FROM_TO.search(frame.text)
    if frame.each and not changed and (divided := _divided(frame, rows)):
        return divided
    if len({p.kind for p in frame.parts}) == 1:
        each = ([r for r in rows if is_of(part, r.figure, clause)] for part in frame.parts)
        return in_order(r for named in each for r in best(named, both_ends=frame.each))
    first = was(best(rows, both_ends=True)) if frame.former else best(rows, both_ends=frame.each)
    nameless = not (frame.units or frame.parts or spoken(frame, clause))
    if nameless and len({r.figure.what for r in first}) > 1:
        return []  # 穷得念不起书能贴多少 names none of the things that its clause counts
    return in_order(end for r in first for end in (r, *other_end(r)))


def _of_each_area(frame: Frame, clause: Clause) -> list[Row]:
    """What every area has, asked of one by its name: 泉湾区几所, where 七个县区各2所."""
    if not frame.parts or any(p.kind is not PartKind.AREA for p in frame.parts):
        return []
    rows = fits(replace(frame, parts=(), about=subject(frame)), clause)
    said = ((r, re.split("[,;:。、]", _opening(r.figure, clause))[-1]) for r in rows if r.figure.part is None)
    return best(r for r, opening in said if _OF_ALL_AREAS.search(opening))


def _divided(frame: Frame, rows: Sequence[Row]) -> list[Row]:
    """The whole split of what is asked of each kind of it: 三类普通高中各几所."""
    heads = (r for r in rows if r.figure.part is None and split_of(r.clause, r.figure))
    heads = (r for r in heads if all(p.text in fold(r.figure.what) for p in frame.parts))
    best_of = max(heads, key=lambda r: r.rank, default=None)
    return _whole_split(best_of, frame) if best_of else []


def named_parts(frame: Frame, clause: Clause) -> list[Row]:
    """The parts of one split that a question names, where it names two or more: 公办和民办各多少, 小学加初中."""
    groups: dict[tuple[int | None, int | None], list[Row]] = {}
    for row in fits(frame, clause):
        if row.figure.part is not None:
            groups.setdefault((row.figure.split, row.figure.total), []).append(row)
    several = [g for g in groups.values() if len(g) > 1]
    best_of = max(several, key=lambda g: (round(max(r.rank for r in g), 1), len(g)), default=[])
    return in_order(best_of)


def _sides(frame: Frame, clause: Clause) -> list[Row]:
    """One figure for each of the subjects that are joined; none where one has none of its own."""
    chosen: list[Row] = []
    first = frame.sides[0] if frame.sides else ()
    joined = {t for side in frame.sides for t in side}
    for side in frame.sides:
        said = {t.text for t in side}
        shared = [t for t in frame.about if t not in joined or (t in first and side is not first)]
        about = (*side, *(replace(t, weight=_SHARED * t.weight) for t in shared))
        parts = tuple(p for p in frame.parts if p.text in said)
        alone = replace(frame, about=about, parts=parts, sides=(), text=" ".join(said), each=False)
        rows = [r for r in fitting(alone, clause) if all(r.figure != c.figure for c in chosen)]
        named = [t for t in side if any(t.text == p.text for p in parts)]
        own = next((r for r in rows if own_share(named or side, r) >= _OF_SIDE), None)
        if own is None:
            return []
        chosen.append(own)
    return chosen if len(chosen) > 1 else []


def opposed(frame: Frame, clause: Clause) -> list[Row]:
    """Of two things that are compared the figures where the plan has the words of one alone: with a part of two the other,
    with one of the only two figures of a sentence in that unit the other."""
    text = fold(clause.text)
    elsewhere = any(t.known and t.weight >= _SAYS and not near(t, text) for side in frame.sides for t in side)
    if len(frame.sides) != 2 or elsewhere or frame.op not in _AGAINST:
        return []
    for side in frame.sides:
        alone = replace(frame, op=None, units=(), about=side, sides=(), text=" ".join(t.text for t in side), each=False)
        rows = [r for r in fitting(alone, clause) if own_share(side, r) >= _OF_SIDE]
        beside = _alike(clause, rows[0].figure) if len(rows) == 1 else []
        if len(beside) == 2:
            return [Row(clause, f, rows[0].fit) for f in beside]
    return []


def _alike(clause: Clause, figure: Figure) -> list[Figure]:
    """The parts of a split that a figure is one of, or what its sentence states in its unit that is no part."""
    start, end = bounds(clause, figure)
    whole = [f for f in clause.figures if start <= f.start < end and f.unit == figure.unit and f.part is None]
    return split_of(clause, figure) if figure.part else whole


def _otherwise(frame: Frame, clause: Clause) -> str | None:
    """Is the thing asked about split, but not by what the question asks (钟楼区新增学位: split by stage)?"""
    rows = fitting(replace(frame, parts=(), each=False), clause) if frame.parts else []
    return "other_split" if any(split_of(clause, r.figure) for r in rows) else None


# --- splits


def _split(frame: Frame, clause: Clause) -> Result:
    """The parts of what a question names, by what it asks them to be given."""
    others = tuple(p for p in frame.parts if p.kind is not frame.by)
    rows = fits(replace(frame, parts=others, by=None, each=False, stated=()), clause, parts_too=False)
    terms, title = spoken(frame, clause), fold(clause.title)
    loose = [f for f in clause.figures if f.part and f.total is None and has_unit(f, frame.units)]
    loose = [f for f in loose if all(is_of(p, f, clause) for p in others) and is_of_year(frame, f, clause)]
    heads = [r for r in rows if split_of(clause, r.figure)]
    heads += [r for f in loose if (r := Row(clause, f, fit(terms, f, clause, title))).fit >= FITS]
    if frame.stated:  # 57个项目怎么分, 四类基地里最少的是哪类
        known = {q.value for q in frame.stated}
        heads = [r for r in heads if known & {r.figure.value, Decimal(len(split_of(clause, r.figure)))}]
    if frame.by is not None:
        heads = [r for r in heads if any(f.part_kind is frame.by for f in split_of(clause, r.figure))] or heads
    for row in best(heads):
        if whole := _whole_split(row, frame):
            return Result(tuple(whole), row.fit)
    of_all = _OF_ALL_AREAS if frame.by is PartKind.AREA else _OF_ALL
    same = best(r for r in rows if of_all.search(_opening(r.figure, clause)))
    if same and frame.by is not None and not frame.stated:  # 每个区县设2至3个
        return Result(tuple(same), same[0].fit)
    return Result(reason="other_split" if heads else None)


def _whole_split(row: Row, frame: Frame) -> list[Row]:
    """All parts of the split of a figure, of the kind that is asked for, only those named where some are."""
    clause = row.clause
    parts = split_of(clause, row.figure)
    if frame.by is not None:
        of_kind = _of_kind(parts, frame)
        parts = of_kind or (parts if frame.by is PartKind.OTHER else [])  # 哪类学校最多: of stages too
    elif parts:
        # Of several splits of one total the one whose opening says what is asked (按渠道分), else the first.
        said = bigrams(frame.text)
        asked = max(parts, key=lambda f: sum(b in _opening(f, clause) for b in said))
        parts = [f for f in parts if f.split == asked.split]
    parts = counted(parts, frame)
    named = [f for f in parts if any(p.kind is f.part_kind and is_of(p, f, clause) for p in frame.parts)]
    return [Row(clause, f, row.fit) for f in (named if len(named) > 1 else parts)]


def _of_kind(parts: list[Figure], frame: Frame) -> list[Figure]:
    """The parts of a kind, of the split that has most of them; beside stages what is called by none: 职校和特校160名."""
    of_kind = [f for f in parts if f.part_kind is frame.by]
    splits = [[f for f in of_kind if f.split == number] for number in dict.fromkeys(f.split for f in of_kind)]
    most = max(splits, key=len, default=[])
    beside = [f for f in parts if most and f.split == most[0].split]
    return beside if frame.by is PartKind.STAGE and 2 * len(most) > len(beside) else most


def counted(parts: list[Figure], frame: Frame) -> list[Figure]:
    """The parts that are meant by their number, or by what their names end with: of districts and counties the four counties
    of 四个县, of 每个县."""
    number, ending = frame.few or (0, "")
    called, alike = ([f for f in parts if (f.part or "").endswith(e)] for e in (ending, _ENDINGS.get(ending, ending)))
    if number:
        return next((some for some in (called, alike) if len(some) == number), parts)
    return alike if len(alike) > 1 else parts


def _opening(figure: Figure, clause: Clause) -> str:
    end = total_of(clause, figure).end if figure.total is not None else 0
    return fold(clause.text[max(0, figure.start - _OPENING, min(end, figure.start)) : figure.start])


# --- what is computed


def _computed(frame: Frame, clause: Clause) -> Result:
    several = [] if frame.first else named_parts(frame, clause)
    stated = [] if several or frame.first else _direct(frame, clause)
    if stated and not (frame.op is Op.SHARE and _is_share_of_total(frame, clause, stated[0])):
        return Result(tuple(stated), stated[0].fit)
    rows = several if several and frame.op not in OF_TOTAL else _operands(frame, clause)
    named = frame.parts or frame.sides or frame.first or frame.few
    if frame.op is Op.SUM and rows and not named and (whole := _whole(rows)):
        return Result((whole,), whole.fit)
    return apply(frame, rows) if rows else Result(reason=_otherwise(frame, clause))


def _is_share_of_total(frame: Frame, clause: Clause, stated: Row) -> bool:
    """Does a part of a total fit a question for a share better than a share that is stated?"""
    parts = [r for r in fitting(replace(frame, op=None, units=(), each=False), clause) if r.figure.total is not None]
    return any(r.fit > stated.fit for r in parts)


def _whole(rows: Sequence[Row]) -> Row | None:
    """The stated total of which these are parts."""
    one, whole = rows[0], {(r.clause.key, r.figure.total) for r in rows}
    if len(whole) > 1 or one.figure.total is None:
        return None
    return replace(one, figure=total_of(one.clause, one.figure))


def _direct(frame: Frame, clause: Clause) -> list[Row]:
    """What the plan states itself: 骨干教师占40%, 在校生的2.5倍, 比上年多300元."""
    plain = replace(frame, op=None, units=_STATED_TOO.get(frame.op or Op.SUM, frame.units))
    if frame.op in _STATED_TOO:
        return [r for r in fitting(plain, clause) if not is_increment(r)]
    if frame.op is Op.REST:  # 由214家减到12家
        return [r for r in best(fits(plain, clause)) if any(r.figure == end for _, end in changes(clause))]
    return [r for r in fits(plain, clause) if is_increment(r)][:1] if frame.op is Op.DIFFERENCE else []


def _operands(frame: Frame, clause: Clause) -> list[Row]:
    """The figures that an operation is done on: two subjects, both ends of a change, a whole split, or parts of a total."""
    plain = replace(frame, op=None, units=() if frame.op in _STATED_TOO else frame.units)
    if frame.op is Op.SHARE and (parts := [r for r in fitting(plain, clause) if r.figure.total is not None]):
        return parts
    if not frame.first and (both := _sides(plain, clause) or opposed(frame, clause)):
        return both
    if lists(frame):
        left = () if frame.first == (Op.EXCEPT,) else frame.parts
        rows = [r for r in _split(replace(plain, parts=left), clause).rows if r.figure.part is not None]
        return rows or (fitting(replace(plain, by=None), clause) if frame.op is Op.AVERAGE and frame.few else [])
    if frame.op in OF_TOTAL:
        several = frame.few is not None and frame.few[0] > 0
        rows = list(_split(plain, clause).rows) if several else fitting(replace(plain, each=False), clause)
        parts = [r for r in rows if r.figure.total is not None]
        return parts or (_done_of_all(rows[0]) if frame.op in {Op.REST, Op.NOT} and rows else [])
    if frame.op in {Op.DIFFERENCE, Op.RATIO}:  # 由8小时增至14小时
        ends = {f: r for r in fits(plain, clause) for pair in changes(clause) if r.figure in pair for f in pair}
        return [Row(clause, f, r.fit) for f, r in list(ends.items())[:2]]
    # 新增的特色校一共几所, where the plan only states its kinds
    rows = list(_split(plain, clause).rows) if frame.op is Op.SUM else []
    few = frame.few is not None and len(rows) == frame.few[0]  # 两个县一共几个
    return rows if few else [r for r in rows if r.figure.total is None]


def _done_of_all(row: Row) -> list[Row]:
    """Of the two figures in one unit that belong together the smaller and the larger: 137所学校，已有124所供餐. They are the
    only two of a sentence, or what lies between them says that it is done."""
    alike = _alike(row.clause, row.figure)
    done = [two for two in pairwise(alike) if row.figure in two and "已" in row.clause.text[two[0].end : two[1].start]]
    pair = alike if len(alike) == 2 else done[0] if done else ()
    return [Row(row.clause, f, row.fit) for f in sorted(pair, key=lambda f: f.value)]
