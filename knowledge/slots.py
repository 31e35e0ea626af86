"""One stretch of a message as a frame: each slot read off its spans by a function of its own. Pure."""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import takewhile

from knowledge.model import Asks, Frame, Op, Part, PartKind, Term, Year
from knowledge.numerals import MONEY, PEOPLE, SHARES, TIME, UNITS, UNITS_SAID, number
from knowledge.table import hinted
from knowledge.tagging import Span

# What a line of the table of phrases asks for, the first that a question holds.
_ASKS = {
    "split": Asks.SPLIT, "contact": Asks.CONTACT, "figure": Asks.FIGURE, "money": Asks.FIGURE, "percent": Asks.FIGURE,
    "duration": Asks.FIGURE, "clock": Asks.FIGURE, "age": Asks.FIGURE, "date": Asks.DATE, "place": Asks.PLACE,
    "roll": Asks.ROLL, "names": Asks.NAMES, "office": Asks.OFFICE, "body": Asks.BODY, "which": Asks.WHICH,
    "reason": Asks.REASON, "contents": Asks.CHAPTER, "source": Asks.SOURCE, "others": Asks.OTHERS, "detail": Asks.DETAIL,
    "meaning": Asks.MEANING,
}  # fmt: skip
_FIXED_UNITS = {
    "money": tuple(sorted(MONEY)), "percent": tuple(sorted(SHARES)), "clock": ("时",), "age": ("岁", "周岁"),
}  # fmt: skip
_DURATION = tuple(sorted(TIME | {"工作日", "个工作日", "小时"}))
_UNIT = re.compile("|".join(map(re.escape, sorted([*UNITS, *UNITS_SAID], key=len, reverse=True))))
# Whom a question counts, whatever the measure word.
_PERSONS = re.compile(
    r"\s?[万亿]?[个位名]?(?:娃|孩子|学生|老师|教师|人|师生|校长|老人|督学|工作者|学徒|家长|学员|考生|新生|幼儿(?!园))"
)
# Where a question holds several, the first of these is what is done; the others say to what.
_STRONGEST = (
    Op.NOT, Op.WORTH, Op.RATIO, Op.SHARE, Op.ABOVE, Op.BELOW, Op.AVERAGE, Op.EXCEPT, Op.REST, Op.TOP, Op.BOTTOM, Op.RANK, Op.UP, Op.DOWN,
    Op.DIFFERENCE, Op.MOST, Op.LEAST, Op.SUM,
)  # fmt: skip
_OPS = frozenset(Op)
# What is computed from what is chosen first: 前三名平均几个, 除了武进平均几个, 最多的比最少的多几个.
_LIST = (Op.TOP, Op.BOTTOM, Op.ABOVE, Op.BELOW)
_ENDS = (Op.MOST, Op.LEAST)
_CHOSEN_FIRST = (
    (Op.AVERAGE, (*_LIST, Op.EXCEPT)), (Op.SUM, _LIST), (Op.DIFFERENCE, _ENDS), (Op.RATIO, _ENDS),
)  # fmt: skip
_EXTREMES = frozenset({Op.MOST, Op.LEAST, Op.ABOVE, Op.BELOW})
# What makes a number a bound rather than a fact: 不到5个的是哪些.
_BOUNDS = {
    Op.ABOVE: frozenset("超过 多于 大于 高于 以上 逾 超 突破".split()),
    Op.BELOW: frozenset("不到 低于 小于 少于 不足 未满 以下".split()),
}
_LIMITS = frozenset("最多 最少 最高 最低 最长 最大 最小 最短 最早 最晚".split())
_FEW = re.compile(r"哪?(\d+|[一二两三四五六七八九十]+)个?(区|县|镇|街道|市)")
_IN_ALL = re.compile("总数|总量|累计|现有|保有|共有|[到达](?:几|多少)")
_ADDED, _NOW = re.compile("[新增加添]|多出"), re.compile("现在|目前|如今|[总一拢]共")
_HOW_OFTEN = re.compile("(?:多久|多长时间|隔几[天周月年]|几个?[天周月年]).{0,4}一[次回趟]")
_ONE = re.compile("[每一][个所间家名位校座支]?")
_NUMERAL = re.compile(r"[一二两俩三四五六七八九十]+|\d+")
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
_TURNS = ("chat.correct", "chat.back", "chat.change", "joins.next")
_MYRIADS = re.compile(r"个?(?:万?亿(?![个名位人次户平亩册所件本套])|万[元块])")
# Behind a 几 that asks for a number little more is said than so many characters.
_TALE = 5
_CARRIES = frozenset({"word", "part", "place"})


@dataclass(frozen=True, slots=True)
class Stretch:
    """Some spans of a message that belong together."""

    text: str
    spans: tuple[Span, ...]

    def of(self, *kinds: str) -> list[Span]:
        """The spans of these kinds; asks means every asks.… ."""
        return [s for s in self.spans if s.kind in kinds or s.kind.split(".")[0] in kinds]

    def says(self, *words: str) -> bool:
        return any(s.text in words for s in self.spans)

    def which(self) -> bool:
        """Is one of several asked for: 哪个区?"""
        return any(s.text[0] == "哪" for s in self.of("by"))

    def content(self) -> bool:
        return bool(self.of("word", "part", "place", "ref", "number"))

    def asks(self) -> bool:
        """Does it ask? 除了高中 and 多出来 alone do not."""
        doing = {s.kind for s in self.of("ops")} - _NO_QUESTION
        compared = self.of("ops.more", "ops.fewer") and (self.of("joins.than", "time.which") or self.says("还是"))
        return bool(doing or compared or self.which() or self.of("asks", "ref"))


_NO_QUESTION = frozenset(
    f"ops.{line}" for line in "except changed more fewer others only above below".split()
)  # what is done to a list that something else asks for


def frame_of(stretch: Stretch) -> Frame:
    spans = stretch.spans
    asks, units = _asks(stretch)
    op, first, value = _operation(stretch, asks)
    by = _by(stretch, op, first, asks)
    bounded = any(o in _BOUNDS for o in (op, *first))
    stated = tuple(s.quantity for s in spans if s.quantity is not None and not bounded)
    if len(stated) > 1 and asks is Asks.CLAUSE and stretch.says("还是"):
        asks, stated = Asks.FIGURE, ()  # 是1.65万还是1.7万
    return Frame(
        text=_text(stretch),
        told=_text(stretch, numbers=False),
        about=tuple(_terms(s for s in spans if by is None or not s.kind.startswith("by."))),
        parts=_excepted(stretch)
        if Op.EXCEPT in (op, *first)
        else tuple(dict.fromkeys(s.part for s in spans if s.part)),
        by=by,
        few=_few(stretch),
        each=bool(stretch.of("by.each", "ops.only")) or sum(s.text[0] in "几多" for s in stretch.of("asks.figure")) > 1,
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
        doubtful=_doubtful(stretch),
        per=_per(stretch),
        stock=_stock(stretch.text[spans[0].start : spans[-1].end] if spans else ""),
        how=bool(stretch.of("asks.way", "asks.yesno")),
        which=_which(stretch),
        former=bool(stretch.of("time.former")),
        turn=next((kind.split(".")[1] for kind in _TURNS if stretch.of(kind)), ""),
    )


def _text(stretch: Stretch, *, numbers: bool = True) -> str:
    """What a stretch says, without the names of plans and what turns the chat; where years are compared, without all that
    says so. Without `numbers` there are blanks for what asks for one (几辆), does something with them, names their parts or leans."""
    spans, said = stretch.spans, ""
    several = compares(stretch) or any(s.span for s in spans)
    for span, behind in zip(spans, [*spans[1:], None], strict=False):
        text = stretch.text[span.start : behind.start if behind else span.end]
        asks = span.kind.startswith(("ops.", "by.", "chat.")) or _ASKS.get(span.kind[5:]) in {Asks.FIGURE, Asks.SPLIT}
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
        if span.term and (span.kind in _CARRIES or span.term.weight > 0) and span.text not in seen:
            seen.add(span.text)
            yield span.term


# --- what kind of answer


def _asks(stretch: Stretch) -> tuple[Asks, tuple[str, ...]]:
    """The kind of answer and, for a figure, its units (empty: any)."""
    lines = {s.kind[5:] for s in stretch.of("asks")}
    asks = next((asks for line, asks in _ASKS.items() if line in lines), None)
    if asks is Asks.FIGURE and _HOW_OFTEN.search(stretch.text):
        return Asks.DATE, ()
    if asks is None:
        counted = next(iter(stretch.of("ops.difference")), None)
        units = _inside(counted.text) if counted else ()
        return (Asks.WHICH if stretch.which() and not lines else Asks.CLAUSE), units
    if asks is not Asks.FIGURE:
        return asks, ()
    named = {units for s in stretch.of("asks") if _ASKS.get(s.kind[5:]) is asks and (units := _units(stretch, s))}
    if len(named) == 1:
        return asks, named.pop()
    told = (hinted(s.text) for s in reversed(stretch.spans) if s.kind in _CARRIES)
    line = next(filter(None, told), "")  # 保育费多少, 学费一学期多少 are asked in money
    return asks, () if named or stretch.of("joins.both") else _FIXED_UNITS.get(line, ())


def _which(stretch: Stretch) -> Term | None:
    """What one is wanted of: 医院 in 哪家医院."""
    pairs = zip(stretch.spans, stretch.spans[1:], strict=False)
    behind = (b for a, b in pairs if a.kind.startswith("asks.") and a.text[0] == "哪" and b.start == a.end)
    return next((b.term for b in behind if b.kind == "word" and b.term), None)


def _stock(said: str) -> bool | None:
    """Does it ask how many there are in all (总数到几个了), how many are added (新增几个), or neither?"""
    if _IN_ALL.search(said):
        return True
    return False if _ADDED.search(said) else True if _NOW.search(said) else None


def _per(stretch: Stretch) -> str:
    """The thing of each of which a number is asked: 集团 in 每个集团带几所; none where nothing is asked of each."""
    one = next((i for i, s in enumerate(stretch.spans) if _ONE.fullmatch(s.text)), len(stretch.spans))
    return "".join(s.text for s in takewhile(lambda s: s.kind == "word", stretch.spans[one + 1 :]))


def _units(stretch: Stretch, span: Span) -> tuple[str, ...]:
    text, line = stretch.text, span.kind[5:]
    if line == "duration":
        found = _UNIT.search(span.text.lstrip("几多少"))
        return (found[0],) if found and found[0] in TIME else _DURATION
    persons = _PERSONS.match(text, span.end) or _PERSONS.match(text, span.end - 1)
    if persons and not (line in _FIXED_UNITS and re.search("[钱元块价费岁点]", span.text)):  # 收多少学员
        return tuple(sorted(PEOPLE | {"人次"}))
    behind = next((s.text for s in stretch.spans if s.kind == "word" and s.start == span.end), "钱")
    counted = span.text.endswith("多少") and behind != "钱" and hinted(behind) != "money"
    if _MYRIADS.match(text, span.end) and not persons:  # 多少个亿
        return _FIXED_UNITS["money"]
    if line in _FIXED_UNITS:
        return () if counted else _FIXED_UNITS[line]  # 补多少学位
    return _inside(span.text)


def _inside(said: str) -> tuple[str, ...]:
    """The measure word in 几所, 多少名, 多几个."""
    found = re.search("(?:几多?|多少)(.+)", said)
    unit = _UNIT.match(found[1]) if found else None
    return (UNITS_SAID.get(unit[0], unit[0]),) if unit else ()


def _doubtful(stretch: Stretch) -> bool:
    """May every 几 mean some: 好几年, 几个老校长要退了, 会不会隔几年换个学校; or the number be the subject: 数量会通报吗?"""
    asked = [s for s in stretch.of("asks") if _ASKS.get(s.kind[5:]) is Asks.FIGURE]
    if stretch.of("asks.yesno") and not any("多" in s.text for s in asked):
        return True
    text, end = stretch.text, stretch.spans[-1].end if stretch.spans else 0
    return bool(asked) and all(
        s.text[0] == "几" and (text[: s.start].endswith("好") or end - s.end >= _TALE or text[end - 1] == "不")
        for s in asked
    )


# --- by what, and of what


def _by(stretch: Stretch, op: Op | None, first: tuple[Op, ...], asks: Asks) -> PartKind | None:
    for span in stretch.spans:
        if span.kind == "ops.except" and Op.EXCEPT not in (op, *first):
            return None  # 不算各区的
        if op in _EXTREMES and (span.kind == "asks.place" or span.text in {"哪里", "哪儿"}):
            return PartKind.AREA
        if op in _EXTREMES and span.kind == "asks.kind" and span.text[0] == "哪" and len(span.text) > 1:
            return PartKind.OTHER  # 哪类最多
        if span.kind not in {"by.area", "by.stage", "by.other"}:
            continue
        which = span.text[0] == "哪" and op is None and asks not in {Asks.FIGURE, Asks.SPLIT}  # 先试点的是哪个区
        each = op is not None or len(span.text) > 2 or span.text[0] in "各每哪按分两"  # a bare 区 may be 我们区
        if each and not which:
            return PartKind(span.kind[3:])
    return None


def _few(stretch: Stretch) -> tuple[int, str] | None:
    """四个县 → 4, 县."""
    found = next((m for s in stretch.of("by.area") if (m := _FEW.fullmatch(s.text))), None)
    value = number(found[1]) if found else None
    return (int(value), found[2]) if found and value is not None and value > 1 else None


def _excepted(stretch: Stretch) -> tuple[Part, ...]:
    """The parts that 除…外, 不算…, …以外 takes out."""
    places = [i for i, s in enumerate(stretch.spans) if s.kind == "ops.except"]
    closing = [i for i in places if "外" in stretch.spans[i].text]
    first = next((i for i in places if i not in closing), 0)
    taken = stretch.spans[first : closing[-1] if closing else None] if places else ()
    named = dict.fromkeys(s.part for s in taken if s.part is not None)
    others = (Part(s.text, PartKind.OTHER, (s.text,)) for s in taken if s.kind == "word")  # 除了艺术类
    return tuple(named or dict.fromkeys(others))


def _sides(stretch: Stretch) -> Iterator[tuple[Term, ...]]:
    """The subjects that are joined: 双高 | 领航; 权力事项 | 公共服务事项. None where nothing joins two."""
    between = {"加", "加上"} | ({"是"} if stretch.of("ops.ratio") else set())
    between |= {"占", "里头", "里面", "其中", "里"} if stretch.of("ops.share", "asks.percent") else set()
    sides, outdoing = list[list[Term]]([[]]), _outdoing(stretch)
    no_sum = [s for s in stretch.of("ops.sum") if not _is_sum(stretch, s, Asks.FIGURE)]
    for span in stretch.spans:
        if span.kind in {"joins.both", "joins.than"} or (span.text in between and span not in no_sum) or span in outdoing:
            sides.append([])
        elif span.term is not None and span.kind in _CARRIES:
            sides[-1].append(span.term)
    full = [tuple(s) for s in sides if s]
    yield from full if len(full) > 1 else ()


# --- what is done


def _operation(stretch: Stretch, asks: Asks) -> tuple[Op | None, tuple[Op, ...], Decimal | None]:
    """What is done, what is chosen before that, and the number that one of them needs."""
    said = {op: span for op, span in _said(stretch, asks) if _GUARDS.get(op, _always)(stretch, span, asks)}
    numbers = {op: _number(stretch, op, span) for op, span in said.items()}
    for op, choices in _CHOSEN_FIRST:
        first = tuple(c for c in choices if c in said and (c not in _BOUNDS or numbers[c] is not None))
        if op in said and (len(first) == 1 or (first == choices == _ENDS)):
            return op, first, numbers[first[0]]
    strongest = next((op for op in _STRONGEST if op in said), None)
    return strongest, (), numbers[strongest] if strongest else None


def _number(stretch: Stretch, op: Op, span: Span) -> Decimal | None:
    """超过10个 → 10, 前三名 → 3, 倒数第二 → -2."""
    if op in _BOUNDS:
        return next((s.quantity.value for s in stretch.of("number") if s.quantity), None)
    if op in {Op.TOP, Op.BOTTOM, Op.RANK} and (found := _NUMERAL.search(span.text)):
        value = number(found[0].replace("俩", "两"))
        return -value if value and op is Op.RANK and re.search("[少低小]", span.text) else value
    return None


def _said(stretch: Stretch, asks: Asks) -> Iterator[tuple[Op, Span]]:
    """The operations that the words of a stretch may mean, with what says so."""
    than = bool(stretch.of("joins.than"))
    for span in stretch.of("ops"):
        line = span.kind[4:]
        if line in {"more", "fewer"}:
            # 多 and 少 compare where two are set against each other or one of several is asked for.
            if than and asks is Asks.FIGURE:
                yield Op.DIFFERENCE, span  # 比省内多给几块钱
            elif (
                than
                or stretch.which()
                or stretch.of("time.which")
                or stretch.of("asks.which", "asks.kind")
                or stretch.says("还是")
            ):
                yield Op.MOST if line == "more" else Op.LEAST, span
        elif line == "changed" and asks is Asks.FIGURE:
            yield Op.DIFFERENCE, span
        elif span in _outdoing(stretch):
            yield Op.MOST, span
        elif line in _OPS:
            yield Op(line), span
    yield from ((Op.DIFFERENCE, span) for span in _in_points(stretch))
    choosing = asks in {Asks.NAMES, Asks.WHICH, Asks.PLACE, Asks.CLAUSE, Asks.ROLL} or stretch.of("by")
    for span in stretch.of("number") if choosing else ():
        yield from ((op, span) for op, words in _BOUNDS.items() if span.quantity and span.quantity.qualifier in words)


def _outdoing(stretch: Stretch) -> list[Span]:
    """What sets two things against each other rather than a bound: 学前的钱有没有超过职业教育."""
    spans = stretch.spans
    around = zip(spans, spans[1:], spans[2:], strict=False)
    return [s for _, s, behind in around if s.kind in {"ops.above", "ops.below"} and behind.kind in _CARRIES and not _NUMERAL.match(behind.text)]


def _in_points(stretch: Stretch) -> list[Span]:
    """What asks how far a share moved: 抬高几个百分点, 降几个点."""
    return [s for s in stretch.of("asks.percent", "asks.figure") if s.text.endswith(("个点", "百分点"))]


def _always(_stretch: Stretch, _span: Span, _asks: Asks) -> bool:
    return True


def _is_bound(stretch: Stretch, span: Span, _asks: Asks) -> bool:
    return bool(stretch.of("number", "ops.average")) or "平均" in span.text


def _is_extreme(stretch: Stretch, span: Span, asks: Asks) -> bool:
    """一顿最多收多少钱 asks for a limit; which is most asks for one of several."""
    limit = asks is Asks.FIGURE and span.text in _LIMITS
    return not limit or bool(stretch.of("asks.which", "asks.kind", "by.area", "by.stage", "asks.place"))


def _is_share(stretch: Stretch, span: Span, _asks: Asks) -> bool:
    """初中占几个 asks for no share."""
    of_share = any(s.kind == "word" and hinted(s.text) == "percent" for s in stretch.spans)  # 占总数的比例
    return not _in_points(stretch) and (span.text != "占" or bool(stretch.of("asks.percent")) or of_share)


def _is_sum(stretch: Stretch, span: Span, _asks: Asks) -> bool:
    """小学加初中, but not 加多少: what is added stands on both sides."""
    place = stretch.spans.index(span)
    around = stretch.spans[:place], stretch.spans[place + 1 : place + 3]
    if span.text == "加" and [s.text for s in stretch.spans[place + 1 : place + 2]] == ["的"]:
        return False  # 老年大学加的座席
    return span.text not in {"加", "加上", "共"} or all(any(s.kind in _CARRIES for s in side) for side in around)


_GUARDS: dict[Op, Callable[[Stretch, Span, Asks], bool]] = {
    Op.ABOVE: _is_bound, Op.BELOW: _is_bound, Op.MOST: _is_extreme, Op.LEAST: _is_extreme, Op.SHARE: _is_share,
    Op.SUM: _is_sum, Op.REST: lambda stretch, _span, _asks: not _in_points(stretch), Op.EXCEPT: lambda stretch, _span, _asks: bool(_excepted(stretch)),
}  # fmt: skip


def joined(stretches: Sequence[Stretch]) -> Stretch:
    return Stretch(stretches[0].text, tuple(s for stretch in stretches for s in stretch.spans))
