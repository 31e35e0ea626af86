"""One stretch of a message as a frame: each slot read off its spans by a function of its own. Pure."""

import re
from collections.abc import Iterable, Iterator, Sequence

from knowledge.asked import ASKS, among, asks_of, counted, doubtful, how_often, per, stock, which, wishes
from knowledge.doing import BOUNDS, EXTREMES, excepted, is_sum, operation_of, outdoing
from knowledge.model import Asks, Frame, Op, PartKind, Term, Year
from knowledge.numerals import number
from knowledge.spans import CARRIES, Span, Stretch

_YEARS = {
    "time.this": 0,
    "time.last": -1,
    "time.before": -1,
    "time.next": 1,
    "time.later": 2,
    "time.earlier": -2,
    "time.earliest": -3,
}
_COMPARING = frozenset({*_YEARS, "joins.than", "time.year", "time.span", "time.which"})
# What asks for a change in hundredths rather than for a share.
_GROWTH = re.compile("几成|百分之(?:几|多少)|多[大少]比例|百分比")
_FEW = re.compile(r"哪?(\d+|[一二两俩三四五六七八九十]+)个?(区|县|镇|街道|市)")
# Of these an area is one only by its name; 区 and 地方 are said of any.
_BY_ENDING = re.compile(r"(?:[各每]个?|哪个|一个)(县|镇|街道)")
_SO_MANY = re.compile("[两二三四五六七八九]|几")
_OF_WHOLE = frozenset({"占全部", "占了全部", "占整个"})
_SHOWN = re.compile("俩|两[个样者家]|这两")
_ONCE = frozenset({"一次", "一回", "一趟"})
_TURNS = ("chat.correct", "chat.back", "chat.change", "joins.next")


def frame_of(stretch: Stretch) -> Frame:
    spans = stretch.spans
    asks, units = asks_of(stretch)
    op, first, value = operation_of(stretch, asks)
    by = _by(stretch, op, first, asks)
    bounded = any(o in BOUNDS for o in (op, *first))
    often = how_often(stretch.said)
    stated = tuple(s.quantity for s in spans if s.quantity is not None and not bounded)
    if len(stated) > 1 and asks is Asks.CLAUSE and stretch.says("还是"):
        asks, stated = Asks.FIGURE, ()  # 是1.65万还是1.7万
    return Frame(
        text=_text(stretch),
        told=_text(stretch, numbers=False),
        about=tuple(
            _terms(s for s in spans if not (by and s.kind.startswith("by.")) and not (often and s.text in _ONCE))
        ),
        parts=excepted(stretch) if Op.EXCEPT in (op, *first) else tuple(dict.fromkeys(s.part for s in spans if s.part)),
        by=by,
        few=_few(stretch),
        each=_each(stretch, op),
        asks=asks,
        units=units,
        op=op,
        first=first,
        value=value,
        stated=stated,
        refs=tuple(r for s in spans for r in s.refs),
        sides=() if compares(stretch) else tuple(_sides(stretch)),
        named=tuple(dict.fromkeys(title for s in stretch.of("scope") for title in s.titles)),
        years=_years(stretch),
        span=max((s.span for s in spans), default=0),
        grows=any(_GROWTH.search(s.text) for s in stretch.of("asks.percent")),
        moves=_moves(stretch, op),
        leans=_leans(spans),
        doubtful=doubtful(stretch),
        wishes=wishes(stretch),
        per=per(stretch),
        among=among(stretch),
        counted=counted(stretch),
        stock=stock(stretch.said),
        how=bool(stretch.of("asks.way", "asks.yesno")),
        which=which(stretch),
        former=bool(stretch.of("time.former")),
        turn=next((kind.split(".")[1] for kind in _TURNS if stretch.of(kind)), ""),
    )


def _each(stretch: Stretch, op: Op | None) -> bool:
    """Is every one of what it names asked for, or of what it leaves (除了小学呢, but not 除了小学一共几所)?"""
    several = sum(s.text[0] in "几多" for s in stretch.of("asks.figure")) > 1
    return several or bool(stretch.of("by.each", "ops.only")) or (op is Op.EXCEPT and not stretch.of("asks", "ops.sum"))


def _text(stretch: Stretch, *, numbers: bool = True) -> str:
    """What a stretch says, without the names of plans and what turns the chat; where years are compared, without all that
    says so. Without `numbers` there are blanks for what asks for one (几辆), does something with them, names their parts or leans."""
    spans, said = stretch.spans, ""
    several = compares(stretch) or any(s.span for s in spans)
    for span, behind in zip(spans, [*spans[1:], None], strict=False):
        text = stretch.text[span.start : behind.start if behind else span.end]
        asks = span.kind.startswith(("ops.", "by.", "chat.")) or ASKS.get(span.kind[5:]) in {Asks.FIGURE, Asks.SPLIT}
        if span.titles or span.kind in _TURNS or (several and span.kind in _COMPARING):
            text = text[len(span.text) :]
        elif asks and not numbers:
            text = " " * len(span.text) + text[len(span.text) :]
        said += text
    return said.strip() if numbers else said


def _years(stretch: Stretch) -> tuple[Year, ...]:
    """The years that a stretch names, with this one where another is compared with: 比去年多多少."""
    named = [year for span in stretch.spans for year in _years_of(span)]
    now = [Year()] if compares(stretch) and len(set(named)) == 1 else []
    return tuple(dict.fromkeys([*now, *named]))


def _years_of(span: Span) -> tuple[Year, ...]:
    return span.years or ((Year(from_now=_YEARS[span.kind]),) if span.kind in _YEARS else ())


def compares(stretch: Stretch) -> bool:
    """Are years compared: 比去年多几个, 跟2021年比, 23年比22年?"""
    spans = stretch.spans
    around = zip([None, *spans], spans, [*spans[1:], None], strict=False)
    with_than = any(
        (before and before.kind == "joins.than")
        or (before and after and (before.kind, after.kind) == ("joins.both", "joins.than"))
        for before, span, after in around
        if _years_of(span) not in {(), (Year(),)}
    )
    with_than = with_than or bool(stretch.of("time.before"))
    several = len({year for span in spans for year in _years_of(span)}) > 1
    return with_than or (several and bool(stretch.of("joins.than")))


def _moves(stretch: Stretch, op: Op | None) -> bool:
    """Does it ask whether or how far something changed: 涨了还是降了, 减少了没有, 降了多少?"""
    either = stretch.says("还是") or bool(stretch.of("asks.yesno"))
    return bool(stretch.of("ops.changed")) and (either or op is Op.DIFFERENCE)


def _leans(spans: Sequence[Span]) -> bool:
    """Does it say that it goes on, at its beginning or its end: 那小学呢, but not 我家那个才二年级?"""
    return any(s.kind == "chat.lean" for s in (*spans[:1], *spans[-1:])) or any(s.kind == "ops.only" for s in spans[:1])


def _terms(spans: Iterable[Span]) -> Iterator[Term]:
    """The words that carry meaning, each once; a word that asks counts too where the clauses use it (总数)."""
    seen: set[str] = set()
    for span in spans:
        if span.term and (span.kind in CARRIES or span.term.weight > 0) and span.text not in seen:
            seen.add(span.text)
            yield span.term


# --- by what, and of what


def _by(stretch: Stretch, op: Op | None, first: tuple[Op, ...], asks: Asks) -> PartKind | None:
    for span in stretch.spans:
        if span.kind == "ops.except" and Op.EXCEPT not in (op, *first):
            return None  # 不算各区的
        if op in EXTREMES and (span.kind == "asks.place" or span.text in {"哪里", "哪儿"}):
            return PartKind.AREA
        if op in EXTREMES and span.kind == "asks.kind" and span.text[0] == "哪" and len(span.text) > 1:
            return PartKind.OTHER  # 哪类最多
        if span.kind not in {"by.area", "by.stage", "by.other"}:
            continue
        which = span.text[0] == "哪" and op is None and asks not in {Asks.FIGURE, Asks.SPLIT}  # 先试点的是哪个区
        each = op is not None or len(span.text) > 2 or span.text[0] in "各每哪按分两"  # a bare 区 may be 我们区
        if each and not which:
            return PartKind(span.kind[3:])
    return None


def _few(stretch: Stretch) -> tuple[int, str] | None:
    """四个县 → 4, 县; 每个县 → 0, 县; 另外两类 → 2, 剩下几个 → 0 of those that were not shown; 这俩 → 2 that were."""
    for span in stretch.of("by.area"):
        if (found := _FEW.fullmatch(span.text)) and (value := number(found[1])) and value > 1:
            return int(value), found[2]
        if found := _BY_ENDING.fullmatch(span.text):
            return 0, found[1]
    for span in stretch.of("ops.rest"):
        if found := _SO_MANY.search(span.text):
            return int(number(found[0]) or 0), ""
    return (2, "") if any(_SHOWN.search(s.text) for s in stretch.of("chat.lean")) else None


def _sides(stretch: Stretch) -> Iterator[tuple[Term, ...]]:
    """The subjects that are joined: 双高 | 领航; 权力事项 | 公共服务事项. None where nothing joins two."""
    between = {"加", "加上"} | ({"是"} if stretch.of("ops.ratio") else set())
    between |= {"占", "里头", "里面", "其中", "里"} if stretch.of("ops.share", "asks.percent") else set()
    sides, against = list[list[Term]]([[]]), outdoing(stretch)
    no_sum = [s for s in stretch.of("ops.sum") if not is_sum(stretch, s, Asks.FIGURE)]
    for span in stretch.spans:
        if (
            span.kind in {"joins.both", "joins.than"}
            or (span.text in between and span not in no_sum)
            or span.text in _OF_WHOLE
            or span in against
        ):
            sides.append([])
        elif span.term is not None and span.kind in CARRIES:
            sides[-1].append(span.term)
    full = [tuple(s) for s in sides if s]
    yield from full if len(full) > 1 else ()
