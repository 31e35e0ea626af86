"""How well a figure of a clause fits a question: by the unit, by the parts that are named, by the words around it."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from knowledge.frames import subject
from knowledge.model import Clause, Figure, Frame, Part, PartKind, Term
from knowledge.numerals import CLOCK, LESSONS, MEASURES, MONEY, PEOPLE, PLACES, SHARES, TIME
from knowledge.ruling import is_more, ruled_out
from knowledge.search import variants
from knowledge.surroundings import changes, context, near, opening, split_of, total_of
from knowledge.wording import bigrams, fold

# How much of a word's weight the place explains where it stands. Flat on 1,269 questions over five plans: a third more or
# less of one changes at most five answers.
_BESIDE, _TOPIC, _SENTENCE, _TITLE, _CLAUSE = 0.75, 0.55, 0.45, 0.7, 0.15
# The share of the question that the surroundings of a figure must explain: at 0.45 ten more of those questions get a number
# that is wrong, at 0.55 three fewer a right one.
FITS = 0.5
# Without a word of its own (高中几个) a question is fitted by any figure of its part.
_WORDLESS = 0.5
# Of figures that fit alike the one wins that counts just what is asked (worth 15 of those questions), in the unit that is
# asked, and the part that is named before its total.
_JUST, _UNIT, _PART, _PER, _STOCK = 0.15, 0.15, 0.1, 0.15, 0.1
_OF_STOCK = re.compile("总数|总量|累计|达到?$|[增加扩升提][到至]$|现有|共有|保有")
# Fits nearer than this are even.
_EVEN = 0.002
# How near an expression has to come to what it means to name a part.
_SURE = 0.85
# 一个陌生的镇 counts nothing unless all of a question is said of it.
ARTICLES, _SINGLE = frozenset({"一个", "一所", "一名", "一位", "一家", "一项"}), 0.9
_COUNTABLE = frozenset("所 家 座 间 处 个 项 组 门 支 批".split())
APART = MONEY | SHARES | TIME | MEASURES | LESSONS | {CLOCK, "倍", "分", "点", "成", "次"}
# Parts that are what they are called: 市 is not 市区.
_BY_NAME = frozenset({PartKind.AREA, PartKind.LEVEL})
_INCREMENT = re.compile("[比较](?:上年|去年|上一年)[^，。；]{0,4}$|同比[^，。；]{0,4}$|净增$")


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


def fits(frame: Frame, clause: Clause, *, parts_too: bool = True) -> list[Row]:
    """Every figure that a question does not rule out and that fits; a part only where it is named."""
    title, said = fold(clause.title), set(bigrams(frame.text)) | set(frame.text)
    parts = {fold(f.part) for f in clause.figures if f.part}
    text = fold(clause.text)  # 公办园 is that part, and what the clause says itself names none by what else it may mean
    meant = [t for t in frame.about if t.text not in parts and t.text not in text]
    meaning = [(t, {b for official, near in t.others if near >= _SURE for b in bigrams(official)}) for t in meant]
    terms = spoken(frame, clause)
    named = {b for t in terms for words, _ in variants(t) for b in bigrams(words)}
    known = {q.value for q in frame.stated}
    counts = _counts_what_is_asked(frame, clause)
    rows = []
    for figure in clause.figures:
        if not has_unit(figure, frame.units) or figure.value in known:
            continue
        part = figure.part is not None
        what = fold(figure.what)  # 招老师 means 招聘教师 rather than its part 校园招聘
        meant_too = set[str]().union(*(pairs for t, pairs in meaning if part and not near(t, what)))
        called = part and _is_named(frame, figure, clause, said | meant_too)
        if not _is_of_all(frame.parts, figure, clause, called=called):
            continue
        if ruled_out(frame, figure, clause) or (counts and figure not in counts):
            continue
        if not part and is_more(frame, figure, clause):
            continue
        names = (n for p in frame.parts for n in ((p.text,) if figure.unit in SHARES else p.names))
        nameless = frame.parts and not part and not terms and not any(n in fold(figure.what) for n in names)
        if nameless or (part and not (parts_too and called)):
            continue
        pairs = bigrams(fold(figure.what + (figure.part or "")))
        bonus = _JUST * sum(b in named for b in pairs) / max(1, len(pairs))
        bonus += _STOCK * (frame.stock is not None and frame.stock is is_stock(figure, clause))
        bonus += _PER * (bool(frame.per) and "每" in context(figure, clause).own)
        bonus += _UNIT * (frame.units == (figure.unit,)) + _PART * (part and not _is_all_of(frame, figure))
        rows.append(Row(clause, figure, fit(terms, figure, clause, title), bonus))
    return [r for r in rows if r.fit >= (_SINGLE if r.figure.raw in ARTICLES else FITS)]


def _counts_what_is_asked(frame: Frame, clause: Clause) -> list[Figure]:
    """The figures that count a thing by the word that a question counts it by, none where a clause has no such figure: of
    新建13所，新增学位3510个 the second for 加多少学位."""
    word = frame.counted.text[-2:] if frame.counted else ""
    return [f for f in clause.figures if word in fold(f.what + (f.part or ""))] if len(word) > 1 else []


def is_stock(figure: Figure, clause: Clause) -> bool:
    """Does a figure say how many there are in all: 新增5个，总数达到23个?"""
    pair = next((pair for pair in changes(clause) if figure in pair), (figure,))
    before = (clause.text[max(0, f.start - 4) : f.start] for f in pair)
    return bool(_OF_STOCK.search(figure.what)) or any(map(_OF_STOCK.search, before))


def _is_all_of(frame: Frame, figure: Figure) -> bool:
    """Does a part lie in what a question names all of: 本科生 of 高校在校生, asked for 大学?"""
    own, what = fold(figure.part or ""), fold(figure.what)
    return bool(frame.parts) and all(p.text not in own and any(n in what for n in p.names) for p in frame.parts)


def spoken(frame: Frame, clause: Clause) -> list[Term]:
    """The words of a question's subject that the clause speaks of; of others it may say nothing all the same."""
    text = fold(clause.text + clause.title)
    return [t for t in subject(frame) if near(t, text)]


def fit(terms: Sequence[Term], figure: Figure, clause: Clause, title: str) -> float:
    weight = sum(t.weight for t in terms)
    if not weight:
        return _WORDLESS
    around = context(figure, clause)
    explained = (
        t.weight
        * max(
            near(t, around.own),
            _BESIDE * near(t, around.beside),
            _TOPIC * near(t, around.topic),
            _SENTENCE * near(t, around.sentence),
            _TITLE * near(t, title),
            _CLAUSE,
        )
        for t in terms
    )
    return sum(explained) / weight


def own_share(terms: Sequence[Term], row: Row) -> float:
    """How much of the weight of some words stands right beside a figure (0–1)."""
    own = context(row.figure, row.clause).own
    return sum(t.weight * near(t, own) for t in terms) / (sum(t.weight for t in terms) or 1.0)


# --- parts


def is_of(part: Part, figure: Figure, clause: Clause) -> bool:
    """Is it the figure of that part: by its name or the words right beside it or, where the clause does not split it so, by
    what the heading or its part of the sentence speaks of?"""
    if _is_called(part, figure, clause):
        return True
    if part.kind is PartKind.LEVEL or (figure.part is not None and part.kind is figure.part_kind):
        return False
    total = total_of(clause, figure)
    if total is not figure and _is_called(part, total, clause):
        return True
    if any(f.part_kind is part.kind and _is_called(part, f, clause) for f in split_of(clause, total)):
        return False
    if any(n in fold(clause.title) for n in part.names):
        return True
    called = [f for f in clause.figures if _is_called(part, f, clause)]
    if not called:
        return any(n in context(total, clause).beside for n in part.names)
    # 新建义务教育学校22所，新增学位1.2万个
    topic = f"{context(total, clause).topic} {opening(total, clause)}"
    return all(f.unit != total.unit for f in called) and any(n in topic for n in part.names)


def _is_called(part: Part, figure: Figure, clause: Clause) -> bool:
    own = fold(figure.part or "")
    if own and part.kind is PartKind.AREA and figure.part_kind is PartKind.STAGE:
        return any(own.startswith(n) for n in part.names)  # 乡镇初中, asked for 乡镇
    if own:
        inside = any(own in n or (n in own and not n.endswith("年级")) for n in part.names)  # 初中一年级 is no 一年级
        of_total = part.kind is not figure.part_kind and any(
            n in fold(figure.what) for n in part.names
        )  # 实验高中 of 高中招生
        return own in part.names or (part.kind not in _BY_NAME and inside and not of_total)
    return part.kind is not PartKind.LEVEL and any(n in context(figure, clause).own for n in part.names)


def _is_of_all(parts: Sequence[Part], figure: Figure, clause: Clause, *, called: bool) -> bool:
    """Is it the figure of one of these parts, of one of each kind where they are of several (武进的小学)? A part that is `called`
    by other words may stand beside them: 社区、园区、工会驿站各几个."""
    beside = split_of(clause, figure) if called or figure.part_kind is PartKind.OTHER else []
    return all(
        any(is_of(p, figure, clause) or any(_is_called(p, f, clause) for f in beside) for p in parts if p.kind is kind)
        for kind in {p.kind for p in parts}
    )


def _is_named(frame: Frame, figure: Figure, clause: Clause, said: set[str]) -> bool:
    """Does the question name this part: by its name, or by what sets it apart from those beside it and from its total?"""
    if any(p.kind in {figure.part_kind, PartKind.LEVEL} and is_of(p, figure, clause) for p in frame.parts):
        return True
    own, total = fold(figure.part or ""), total_of(clause, figure)
    what = f"{fold(figure.what)} {context(total, clause).own} {fold(clause.title)}"
    beside = [fold(f.part or "") for f in split_of(clause, figure) if f.part != figure.part]
    for name in [own, *beside]:
        what = what.replace(name, " ") if name else what
    pairs = [b for b in (bigrams(own) if len(own) > 1 else [own]) if not any(b in x for x in [*beside, what])]
    if figure.part_kind in {PartKind.AREA, PartKind.STAGE}:
        if len(own) > 1 and any(t.text.startswith(own) for t in frame.about):  # 乡镇 of 乡镇学校
            return True
        begun = {t.text for t in frame.about if len(t.text) > 1 and own.startswith(t.text)}  # 专科 of 专科生
        if own in begun or any(not any(b.startswith(t) for b in beside) for t in begun):  # 中小学 names no 小学
            return True
        ends = {t.text for t in frame.about if len(t.text) > 1 and own.endswith(t.text)}  # 园区 of 产业园区
        return figure.part_kind is PartKind.AREA and any(
            t not in what and not any(t in b for b in beside) for t in ends
        )
    return any(b in said for b in pairs) or any(
        _abbreviates(t.text, own) and t.text not in what and not any(_abbreviates(t.text, b) for b in beside)
        for t in frame.about
    )


def _abbreviates(short: str, name: str) -> bool:
    """Is it made of characters of a name in their order, from the first on: 沙排 of 沙滩排球?"""
    rest = iter(name)
    return len(short) > 1 and short[0] == name[:1] and all(c in rest for c in short)


# --- units and choices


def has_unit(figure: Figure, units: Sequence[str]) -> bool:
    return not units or any(compatible(u, figure.unit) for u in units)


def compatible(asked: str, stated: str) -> bool:
    """May a thing asked in one unit be stated in another? 几所 is answered by 12个, 多少钱 by 元 alone."""
    families = (MONEY | {"块"}, PEOPLE | {"人次"}, SHARES, TIME, LESSONS, PLACES)
    if not asked or asked == stated or any(asked in family and stated in family for family in families):
        return True
    if stated == "个" and asked in _COUNTABLE:
        return True
    return asked == "个" and stated not in APART


def same_unit(one: str, other: str) -> bool:
    """Do two units count alike: 12所 and 12个, 3名 and 3人, but not 3人 and 3人次?"""
    return one == other or any({one, other} <= family for family in (PEOPLE, _COUNTABLE))


def best(rows: Iterable[Row], *, both_ends: bool = False) -> list[Row]:
    """The rows that rank first, those that are even with it too. Of what changes from one number to another the second is
    asked, unless both are; what was added since last year is only asked by name."""
    rows = list(rows)
    top = max((r.rank for r in rows), default=0.0)
    first = [r for r in rows if r.rank >= top - _EVEN]
    if len(first) > 1 and not both_ends:
        starts = [one for r in first[:1] for one, two in changes(r.clause) if any(o.figure == two for o in first)]
        first = [r for r in first if r.figure not in starts]
    return [r for r in first if not is_increment(r)] or first


def was(rows: Iterable[Row]) -> list[Row]:
    """What the figures were before they changed; none where the plan does not say so."""
    return [replace(r, figure=one) for r in rows for one, two in changes(r.clause) if r.figure in (one, two)][:1]


def is_increment(row: Row) -> bool:
    return bool(_INCREMENT.search(row.clause.text[max(0, row.figure.start - 8) : row.figure.start]))


def other_end(row: Row) -> list[Row]:
    """The other end of a range that is written as two figures: 5000元以上3万元以下."""
    one = row.figure
    beside = (f for f in row.clause.figures if f.unit == one.unit and (f.start == one.end or f.end == one.start))
    return [replace(row, figure=f) for f in beside if {f.qualifier, one.qualifier} == {"以上", "以下"}]


def in_order(rows: Iterable[Row]) -> list[Row]:
    """The rows as their clause states them, each once."""
    return sorted(dict.fromkeys(rows), key=lambda r: (r.figure.start, r.clause.figures.index(r.figure)))
