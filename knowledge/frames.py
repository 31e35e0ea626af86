"""From spans to frames: what a message asks, in slots. Pure: no index is asked here.

A message is cut where one question ends and the next begins; each question is a frame. A frame takes what it leaves
unsaid from the frame before it in the same message, as a short message takes it from the last one (thread).
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from decimal import Decimal

from knowledge.model import Asks, Frame, Op, Part, PartKind, Term
from knowledge.numerals import MONEY, PEOPLE, SHARES, TIME, UNITS, UNITS_SAID, number
from knowledge.tagging import Span, hinted

_BREAK = re.compile(r"[,，。;；?？!！\n]|\s")
_UNIT = re.compile("|".join(map(re.escape, [*UNITS, *UNITS_SAID])))
# Whom a question counts, whatever the measure word.
_PERSONS = re.compile(r"\s?(?:个|位|名)?(?:娃|孩子|学生|老师|教师|人|师生|校长|老人|督学|工作者|学徒|家长)")
# From so many characters on a message may begin with a story; what is told there counts less than what is asked.
_LONG, _STORY = 45, 0.3
# Behind a 几 that asks for a number little more is said than so many characters.
_TALE = 5
# A word of less weight stands in every clause, or in the name of the plan.
_EVERYWHERE = 0.05
_CARRIES = frozenset({"word", "part", "place"})
_YEARS = {"time.last": -1, "time.next": 1, "time.earlier": -2}
_COMPARING = frozenset({Op.DIFFERENCE, Op.RATIO, Op.MOST, Op.LEAST})
_FIGURES = frozenset({"figure", "money", "percent", "times", "duration", "clock", "age"})
# What a line of the table of phrases asks for, the first that a question holds.
_ASKS = {
    "split": Asks.SPLIT, "contact": Asks.CONTACT, "figure": Asks.FIGURE, "money": Asks.FIGURE, "percent": Asks.FIGURE, "times": Asks.FIGURE,
    "duration": Asks.FIGURE, "clock": Asks.FIGURE, "age": Asks.FIGURE, "date": Asks.DATE, "place": Asks.PLACE,
    "roll": Asks.ROLL, "names": Asks.NAMES, "office": Asks.OFFICE, "body": Asks.BODY, "which": Asks.WHICH, "reason": Asks.REASON,
    "contents": Asks.CHAPTER, "source": Asks.SOURCE, "others": Asks.OTHERS, "detail": Asks.DETAIL, "meaning": Asks.MEANING,
}  # fmt: skip
_ANY_UNIT = {"percent": ("%", "个百分点"), "times": ("倍",), "clock": ("时",), "age": ("岁", "周岁")}
# What asks for the meaning of a number where one is stated: 57个是啥, 哪里写了一万名.
_OF_NUMBER = frozenset({Asks.CLAUSE, Asks.MEANING, Asks.SOURCE, Asks.CHAPTER, Asks.PLACE})
_OPS = {
    "sum": Op.SUM, "difference": Op.DIFFERENCE, "share": Op.SHARE, "ratio": Op.RATIO, "average": Op.AVERAGE,
    "except": Op.EXCEPT, "rest": Op.REST, "most": Op.MOST, "least": Op.LEAST, "down": Op.DOWN, "up": Op.UP,
    "above": Op.ABOVE, "below": Op.BELOW,
}  # fmt: skip
# Where a question holds several, the first of these is what is done; the others say to what.
_STRONGEST = (
    Op.RATIO, Op.SHARE, Op.AVERAGE, Op.EXCEPT, Op.REST, Op.ABOVE, Op.BELOW, Op.TOP, Op.BOTTOM, Op.RANK, Op.DOWN, Op.UP,
    Op.DIFFERENCE, Op.MOST, Op.LEAST, Op.SUM,
)  # fmt: skip
_FEW = re.compile(r"(?P<n>\d+|[一二两三四五六七八九十]+)个?(?P<what>区|县|镇|街道|市)")
_NO_QUESTION = frozenset({"ops.except", "ops.changed", "ops.more", "ops.fewer", "ops.others", "ops.only", "ops.above", "ops.below"})
_BOUNDS = {
    Op.ABOVE: frozenset("超过 多于 大于 高于 以上 逾 超 突破".split()),
    Op.BELOW: frozenset("不到 低于 小于 少于 不足 未满 以下".split()),
}
_NUMERAL = re.compile(r"[一二两俩三四五六七八九十]+|\d+")


def read(text: str, spans: Sequence[Span]) -> tuple[Frame, ...]:
    """The questions of a folded message, in the order asked; one frame at least."""
    stretches = _stretches(text, spans)
    asking = [s for s in stretches if _asks(s)]
    if asking and stretches[-1] not in asking and stretches[-1][-1].text in {"呢", "嘞", "咧", "哩"}:
        asking.append(stretches[-1])  # 劳动基地几个，手工的那类呢
    story = len(text) >= _LONG and len(stretches) > len(asking) > 0
    if len(stretches) > 1 and _corrected(stretches[0]) and not _asks(stretches[0]):
        stretches = stretches[1:]
        asking = [s for s in stretches if _asks(s)]
        return tuple(replace(f, turn="correct") for f in read(text, [s for stretch in stretches for s in stretch]))
    if not asking:  # 学位 竣工 高中: words of one question
        stretches = asking = [[s for stretch in stretches for s in stretch]]
    frames: list[Frame] = []
    told: tuple[Span, ...] = ()
    for stretch in stretches:
        if stretch in asking:
            asked = _frame(text, stretch)
            frames.append(_with(asked, _frame(text, told), story=story) if told else asked)
            told = ()
        elif not _corrected(stretch):
            told = (*told, *stretch)
    if told and frames and not any(t.known for t in subject(frames[-1])):  # what is told behind the question
        frames[-1] = _with(frames[-1], _frame(text, told), story=story)
    return tuple(_settled(f) for f in _joined(frames))


def _settled(frame: Frame) -> Frame:
    """The frame with what it asks for told apart by what else it says: a number that is given is asked about."""
    if frame.stated and frame.op is None and (frame.asks in _OF_NUMBER or (frame.asks is Asks.NAMES and not any(t.known for t in frame.about))):
        return replace(frame, asks=Asks.MEANING)
    if frame.op is Op.MOST and frame.few and "哪" in frame.text:  # 哪三个区最多
        frame = replace(frame, op=Op.TOP, value=Decimal(frame.few[0]))
    if frame.op is not None and frame.asks in {Asks.CLAUSE, Asks.MEANING, Asks.WHICH, Asks.NAMES}:
        units = ("%",) if frame.op is Op.SHARE else frame.units
        return replace(frame, asks=Asks.FIGURE, units=units, doubtful=frame.by is None)
    return replace(frame, asks=Asks.CLAUSE) if frame.asks is Asks.MEANING else frame


def _corrected(stretch: Iterable[Span]) -> bool:
    """Is it what is taken back: 不是钟楼, before 是新北?"""
    return any(s.kind == "chat.correct" for s in stretch)


def _joined(frames: list[Frame]) -> Iterator[Frame]:
    """Frames that say nothing of their own go with the one before."""
    last: Frame | None = None
    for frame in frames:
        if last is None:
            last = frame
        elif not _says_what(frame) and frame.asks in {Asks.CLAUSE, last.asks} and frame.op is None:
            last = replace(_with(last, frame), units=last.units if frame.units in {(), last.units} and not frame.each else ())
        else:
            yield last
            last = frame
    if last is not None:
        yield last


def _says_what(frame: Frame) -> bool:
    return bool(frame.about or frame.refs or frame.stated)


def _with(one: Frame, other: Frame, *, story: bool = False) -> Frame:
    """The first with the subject of the other added; what a story tells counts less."""
    told = (replace(t, weight=_STORY * t.weight) if story else t for t in other.about)
    about = tuple({t.text: t for t in (*told, *one.about)}.values())
    return replace(
        one,
        text=f"{other.text} {one.text}".strip(),
        about=about,
        parts=one.parts if story and one.parts else (*one.parts, *(p for p in other.parts if all(p.kind is not q.kind for q in one.parts))),
        refs=one.refs or other.refs,
        stated=one.stated or other.stated,
        op=other.op if other.op is Op.EXCEPT else one.op,
        leans=one.leans or other.leans,
        turn=one.turn or other.turn,
        sides=one.sides or (() if story else other.sides),
        each=one.each or other.each,
    )


def inherit(frame: Frame, last: Frame) -> Frame:
    """The frame with what it leaves unsaid taken from the one before: the subject always, what is asked where it only
    names another part or thing."""
    bare = frame.asks is Asks.CLAUSE and frame.op is None
    return replace(
        frame,
        about=(*frame.about, *subject(last)) if not subject(frame) else frame.about,
        parts=frame.parts or (() if frame.by else last.parts),
        asks=last.asks if bare else frame.asks,
        units=last.units if bare else frame.units,
    )


# --- where one question ends


def _stretches(text: str, spans: Sequence[Span]) -> list[list[Span]]:
    """The spans cut at punctuation, at words like 另外, and behind what a first question asks, where a second follows."""
    stretches: list[list[Span]] = []
    end = 0
    for span in spans:
        broken = bool(_BREAK.search(text[end : span.start])) or span.kind == "joins.next" or (span.kind == "joins.both" and span.text != "还是" and _asked(stretches))
        if not stretches or broken:
            stretches.append([])
        stretches[-1].append(span)
        end = span.end
    cut = [piece for stretch in stretches for piece in _at_second(stretch)]
    return [s for s in _merged(cut) if s]


def _asked(stretches: list[list[Span]]) -> bool:
    """Is the question before 和 or 还是 a whole one: 几门课程 和 几所学校?"""
    return bool(stretches) and any(s.kind.startswith("asks.") for s in stretches[-1]) and _content(stretches[-1])


def _at_second(stretch: list[Span]) -> Iterator[list[Span]]:
    """食育课程几门心理特色校几所 → two; a second thing that is asked needs words of its own before it."""
    places = [i for i, s in enumerate(stretch) if s.kind.startswith("asks.") and s.kind[5:] in _FIGURES]
    if len(places) == 2 and _content(stretch[: places[0]]) and _content(stretch[places[0] + 1 : places[1]]):
        yield stretch[: places[0] + 1]
        yield stretch[places[0] + 1 :]
    else:
        yield stretch


def _merged(stretches: list[list[Span]]) -> list[list[Span]]:
    """Stretches without a word that carries meaning, and those without a question between two that ask, joined."""
    merged: list[list[Span]] = []
    for stretch in stretches:
        if merged and (not _content(stretch) and not _asks(stretch) or not _content(merged[-1])):
            merged[-1] = [*merged[-1], *stretch]
        else:
            merged.append(list(stretch))
    return merged


def _content(stretch: Iterable[Span]) -> bool:
    return any(s.kind in {"word", "part", "place", "ref", "number"} for s in stretch)


def _asks(stretch: Sequence[Span]) -> bool:
    """Does it ask? 除了高中 and 多出来 alone do not."""
    kinds = {s.kind for s in stretch}
    if kinds & {"ops.more", "ops.fewer"} and ("joins.than" in kinds or any(s.text == "还是" for s in stretch)):
        return True
    if any(s.kind.startswith("by.") and s.text[0] == "哪" for s in stretch):
        return True
    return any(k.startswith("asks.") or k == "ref" or (k.startswith("ops.") and k not in _NO_QUESTION) for k in kinds)


# --- the slots


def _frame(text: str, spans: Sequence[Span]) -> Frame:
    kinds = {s.kind for s in spans}
    parts = tuple(dict.fromkeys(s.part for s in spans if s.part is not None))
    refs = tuple(r for s in spans for r in s.refs)
    stated = tuple(s.quantity for s in spans if s.quantity is not None)
    asks, units = _asked_for(text, spans)
    op, value = _operation(text, spans, asks)
    if op in _BOUNDS:
        stated = ()
    about = tuple(_terms(spans))
    if len(stated) > 1 and asks is Asks.CLAUSE and any(s.text == "还是" for s in spans):
        asks, stated = Asks.FIGURE, ()  # 是1.65万还是1.7万
    return Frame(
        text=_said(text, spans),
        about=about,
        parts=_excepted(spans) if op is Op.EXCEPT else parts,
        by=_by(spans, op, asks),
        few=_few(spans),
        each="by.each" in kinds or sum(s.kind == "asks.figure" and s.text[0] in "几多" for s in spans) > 1,
        asks=asks,
        units=units,
        op=op,
        value=value,
        stated=stated,
        refs=refs,
        sides=tuple(_sides(spans)),
        year=next((_YEARS[k] for k in _YEARS if k in kinds), 0),
        leans="chat.lean" in kinds,
        doubtful=_doubtful(text, spans),
        turn=next((k[k.index(".") + 1 :] for k in ("chat.correct", "chat.back", "chat.change", "joins.next") if k in kinds), ""),
    )


def _said(text: str, spans: Sequence[Span]) -> str:
    """The stretch of the message, as far as somebody knows its words."""
    return text[spans[0].start : spans[-1].end] if spans else ""


def _terms(spans: Sequence[Span]) -> Iterator[Term]:
    """The words that carry meaning, each once; a word that asks counts too where the clauses use it (总数, 名单)."""
    seen: set[str] = set()
    for span in spans:
        carries = span.kind in _CARRIES or (span.term is not None and span.term.weight > 0)
        if carries and span.term and span.text not in seen:
            seen.add(span.text)
            yield span.term


def _asked_for(text: str, spans: Sequence[Span]) -> tuple[Asks, tuple[str, ...]]:
    """The kind of answer and, for a figure, its units."""
    lines = [(s.kind[5:], s) for s in spans if s.kind.startswith("asks.")]
    figures = {_units(text, line, span) for line, span in lines if _ASKS.get(line) is Asks.FIGURE}
    if not lines and any(s.kind.startswith("by.") and s.text[0] == "哪" for s in spans):
        return Asks.WHICH, ()
    for name, asks in _ASKS.items():
        for line, span in lines:
            if line == name:
                figures.discard(())
                units = figures.pop() if asks is Asks.FIGURE and len(figures) == 1 else ()
                return asks, units or (_hint(spans) if asks is Asks.FIGURE else ())
    return Asks.CLAUSE, ()


def _hint(spans: Sequence[Span]) -> tuple[str, ...]:
    """The units that the last word of the subject hints at, where the question names none: 保育费多少."""
    last = next((s.text for s in reversed(spans) if s.kind in _CARRIES), "")
    return {"money": tuple(sorted(MONEY)), "percent": tuple(sorted(SHARES))}.get(hinted(last) or "", ())


def _units(text: str, line: str, span: Span) -> tuple[str, ...]:
    if line == "money":
        return tuple(sorted(MONEY))
    if line == "duration":
        found = _UNIT.search(span.text.lstrip("几多少"))
        return (found[0],) if found and found[0] in TIME else tuple(sorted(TIME | {"工作日", "个工作日", "小时"}))
    if line in _ANY_UNIT:
        return _ANY_UNIT[line]
    if _PERSONS.match(text, span.end) or _PERSONS.match(text[span.end - 1 :]):
        return tuple(sorted(PEOPLE | {"人次"}))
    inside = _UNIT.match(span.text.removeprefix("有").removeprefix("几").removeprefix("多少"))
    return (UNITS_SAID.get(inside[0], inside[0]),) if inside else ()


def _by(spans: Sequence[Span], op: Op | None, asks: Asks) -> PartKind | None:
    for span in spans:
        if span.kind == "ops.except" and op is not Op.EXCEPT:
            return None  # 不算各区的
        which = span.text[0] == "哪" and op is None and asks not in {Asks.FIGURE, Asks.SPLIT}  # 先试点的是哪个区
        if span.kind in {"by.area", "by.stage"} and not which and (op is not None or len(span.text) > 2 or span.text[0] in "各每哪按分两"):
            return PartKind(span.kind[3:])  # a bare 区 is no more than 我们区 without a comparison
        if (span.kind == "asks.place" or span.text in {"哪里", "哪儿"}) and op in {Op.MOST, Op.LEAST, Op.ABOVE, Op.BELOW}:
            return PartKind.AREA
    return None


def _doubtful(text: str, spans: Sequence[Span]) -> bool:
    """May every 几 mean some: 好几年, 几个老校长要退了, 能抵几门课不?"""
    asked = [s for s in spans if s.kind.startswith("asks.") and _ASKS.get(s.kind[5:]) is Asks.FIGURE]
    tail = spans[-1].end if spans else 0
    if any(s.kind == "asks.yesno" for s in spans) and not any(re.search("几|多", s.text) for s in asked):
        return True  # 数量会通报吗
    return bool(asked) and all(
        "几" in s.text and s.text[0] in "几好" and (text[: s.start].endswith("好") or tail - s.end >= _TALE or text[tail - 1] == "不")
        for s in asked
    )


def _few(spans: Sequence[Span]) -> tuple[int, str] | None:
    """四个县 → 4, 县."""
    for span in spans:
        if span.kind == "by.area" and (found := _FEW.fullmatch(span.text)) and (n := number(found["n"])) is not None:
            return int(n), found["what"]
    return None


def _operation(text: str, spans: Sequence[Span], asks: Asks) -> tuple[Op | None, Decimal | None]:
    said = {_OPS[s.kind[4:]]: s for s in spans if s.kind.startswith("ops.") and s.kind[4:] in _OPS}
    if Op.SUM in said and said[Op.SUM].text in {"加", "加上", "共"} and not _between(said[Op.SUM], spans):
        del said[Op.SUM]
    # 多 and 少 compare where two are set against each other or one of several is asked for.
    if any(s.kind in {"joins.than", "asks.which", "asks.kind"} or s.text == "还是" or (s.kind.startswith("by.") and s.text[0] == "哪") for s in spans):
        compared = {Op.MOST: "ops.more", Op.LEAST: "ops.fewer"}
        than = asks is Asks.FIGURE and any(s.kind == "joins.than" for s in spans)  # 比省内多给几块钱
        said |= {Op.DIFFERENCE if than else op: s for op, kind in compared.items() for s in spans if s.kind == kind and op not in said}
    value: Decimal | None = None
    for kind, op in (("ops.top", Op.TOP), ("ops.bottom", Op.BOTTOM), ("ops.rank", Op.RANK)):
        for span in spans:
            if span.kind == kind and (found := _NUMERAL.search(span.text)):
                said[op], value = span, number(found[0].replace("俩", "两"))
                value = -value if value is not None and op is Op.RANK and re.search("[少低小]", span.text) else value
    if any(s.kind == "ops.changed" for s in spans) and asks is Asks.FIGURE:
        said.setdefault(Op.DIFFERENCE, spans[0])
    bounds = [s for s in spans if s.kind == "number" and s.quantity]
    choosing = asks in {Asks.NAMES, Asks.WHICH, Asks.PLACE, Asks.CLAUSE, Asks.ROLL} or any(s.kind.startswith("by.") for s in spans)
    for bound in bounds:  # 不到5个的是哪些
        for op, words in _BOUNDS.items():
            if choosing and bound.quantity and bound.quantity.qualifier in words:
                said[op] = bound
    for op in (Op.ABOVE, Op.BELOW):
        if op in said and not bounds and "平均" not in said[op].text and Op.AVERAGE not in said:
            del said[op]
    # 一顿最多收多少钱 asks for a limit; which is most asks for one of several.
    which = any(s.kind in {"asks.which", "by.area", "by.stage", "asks.place"} for s in spans)
    for op in (Op.MOST, Op.LEAST):
        if op in said and asks is Asks.FIGURE and not which and said[op].text in {"最多", "最少", "最高", "最低", "最长", "最大", "最短"}:
            del said[op]
    if Op.SHARE in said and said[Op.SHARE].text == "占" and not any(s.kind == "asks.percent" for s in spans):
        del said[Op.SHARE]
    if Op.EXCEPT in said and not _excepted(spans):
        del said[Op.EXCEPT]
    for op in _STRONGEST:
        if op in said:
            if op in {Op.ABOVE, Op.BELOW} and bounds and bounds[0].quantity:
                value = bounds[0].quantity.value
            return op, value
    return None, None


def _between(span: Span, spans: Sequence[Span]) -> bool:
    """Does something that carries meaning stand on both sides, as in 小学加初中?"""
    place = spans.index(span)
    return any(s.kind in _CARRIES for s in spans[:place]) and any(s.kind in _CARRIES for s in spans[place + 1 : place + 3])


def _excepted(spans: Sequence[Span]) -> tuple[Part, ...]:
    """The parts that 除…外, 不算…, …以外 takes out."""
    places = [i for i, s in enumerate(spans) if s.kind == "ops.except"]
    closing = [i for i in places if spans[i].text.endswith("外") or spans[i].text in {"外其他", "以外的"}]
    opening = [i for i in places if i not in closing]
    first, last = (opening[0], closing[-1] if closing else len(spans)) if opening else (0, closing[-1])
    return tuple(dict.fromkeys(s.part for s in spans[first:last] if s.part is not None))


def _sides(spans: Sequence[Span]) -> Iterator[tuple[Term, ...]]:
    """The subjects that are joined: 双高 | 领航; 权力事项 | 公共服务事项. None where nothing joins two."""
    kinds = {s.kind for s in spans}
    separators = {"加", "加上"} | ({"是"} if "ops.ratio" in kinds else set()) | ({"占", "里头", "里面", "其中", "里"} if "ops.share" in kinds or "asks.percent" in kinds else set())
    sides: list[list[Term]] = [[]]
    for span in spans:
        if span.kind in {"joins.both", "joins.than"} or span.text in separators:
            sides.append([])
        elif span.term is not None and span.kind in {"word", "part", "place"}:
            sides[-1].append(span.term)
    full = [tuple(s) for s in sides if s]
    if len(full) > 1:
        yield from full


def subject(frame: Frame) -> tuple[Term, ...]:
    """What a question is about but for the parts of splits that it names and words that all clauses hold."""
    parts = {p.text for p in frame.parts}
    return tuple(t for t in frame.about if t.text not in parts and t.weight > _EVERYWHERE)
