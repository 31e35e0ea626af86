"""The quantities of a clause as items that a list may hold: each with its names and how it stands to the one before."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from indexer.labels import PERIODS, SUMMED, named
from indexer.phrases import goes_on, noun, opening
from knowledge.model import Quantity

_MARK = re.compile(
    r"(?:其中|主要包括|包括|包含|具体为|分别[是为](?=[\u4e00-\u9fff]{2,12}$)|(?:^|(?<=[，,；;。\n：:）]))(?:分|按|从)[\u4e00-\u9fff]{0,6}(?=[：:，,]))[：:，,]?\s?(?:包括|有|则|(?:分别)?[是为])?"
)
_SEPARATOR = re.compile(r"(?:（[^（）\d]{1,20}）)?[）)]?\s?[、，,；;]?\s?(?:以及|和|及|另)?\s?")
_LOOSE = re.compile("[，,][^。，；\n]{1,14}[；;，]")
_INSIDE = re.compile("([\u4e00-\u9fff]{2,8})(?=[）、，])")
_AT = re.compile("[在归]([\u4e00-\u9fff]{2,8})(?=[，、。；])")  # 15名在小学，14名在初中
_BECOMES = re.compile("(?!的)[\u4e00-\u9fff“”]{2,14}(?=[，、。；])")  # 21所中，14所已交付，7所待续建
_BOTH = ("前者", "后者")
_TWO = re.compile("([\u4e00-\u9fff]{2,8})[和与]([\u4e00-\u9fff]{2,8}?)(?=两|，|$)")
NEAR = 60  # names, and figures, that a list may reach over


@dataclass(frozen=True, slots=True)
class Item:
    """A quantity with the names before it.

    `tail` stands between names and number, `times` is how many names 各 stands for, `start` where its words begin and
    `begin` where what leads to them does; `marked` says that 其中 or a bracket leads to it, `joined` that nothing but a
    comma stands before it, `summed` that it is a 合计, `becomes` that its name says what becomes of it (7个已开放), `host`
    is the place of the quantity behind which it stands in a bracket, and `column` is 1 where it is the second number said
    of its names (甲区4所1080个).
    """

    place: int
    names: tuple[str, ...]
    tail: str
    value: Decimal
    times: int
    start: int
    begin: int
    marked: bool
    joined: bool
    summed: bool
    becomes: bool
    host: int | None
    column: int = 0


def read_items(text: str, stated: Sequence[Quantity]) -> list[Item]:
    hosts = list(_hosts(text, stated))
    items: list[Item] = []
    for place, q in enumerate(stated):
        if place and _is_said_of(text, stated[place - 1], q):  # 其中学生不足10人的17个
            said = "".join(items[-1].names) + stated[place - 1].raw
            items.append(replace(items[-1], place=place, names=(said,), value=q.value))
            items[-2] = replace(items[-2], names=())
            continue
        second = bool(items) and items[-1].names and not items[-1].column and _is_second(text, stated[place - 1], q)
        item = replace(items[-1], place=place, value=q.value, column=1) if second else _item(text, stated, hosts, place)
        items.append(item)
    return items


def _is_said_of(text: str, one: Quantity, other: Quantity) -> bool:
    """Does a bound say what is counted by the number right behind it?"""
    return bool(one.qualifier) and text[one.end : other.start] == "的"


def _is_second(text: str, one: Quantity, other: Quantity) -> bool:
    """Is a quantity said of the same names as the one right before it, in another unit: 甲区4所1080个?"""
    return one.unit != other.unit and text[one.end : other.start] in {"", "、"}


def _item(text: str, stated: Sequence[Quantity], hosts: Sequence[int | None], place: int) -> Item:
    q = stated[place]
    start = opening(text, stated, place)
    previous = _previous_end(text, stated, hosts, place)
    at = (_AT.match(text, previous) or _BECOMES.match(text, previous)) if place else None
    if at and text[at.end()] in "，、":
        start = max(start, at.end() + 1)
    before = max(at.end() if at and at.end() <= start else previous, start - 2 * NEAR)
    end = q.start
    if text[end - 1 : end] == "（" and text[q.end : q.end + 1] == "）":  # 由钢铁（3个）、化工（4个）组成
        end -= 1
        start = max(before, *(text.rfind(mark, before, end) + 1 for mark in "。；，、由"))
    composed = end < q.start and text[start - 1 : start] == "由"
    marks = list(_MARK.finditer(text, before, q.start))
    marked = bool(marks) and marks[-1].end() >= start
    start = max(start, marks[-1].end()) if marks else start
    bracket = place > 0 and text[stated[place - 1].end : start] in {"（", "（含"}
    begin = marks[-1].start() if marked else start
    label = text[start:end].lstrip("、，及和与")
    names, tail, times, becomes = _names(text, q, label, hosts[place])
    if names and names[0] in _BOTH:
        names = _either(text, names[0], start)
    gap = text[before:start]
    joined = bool(_SEPARATOR.fullmatch(gap) or (_LOOSE.fullmatch(gap) and names and re.fullmatch(PERIODS, names[0])))
    return Item(
        place,
        names,
        tail,
        q.value,
        times,
        start,
        begin,
        marked or bracket or composed,
        place > 0 and not marked and joined,
        bool(SUMMED.match(label)),
        becomes,
        hosts[place],
    )


def _names(text: str, q: Quantity, label: str, host: int | None) -> tuple[tuple[str, ...], str, int, bool]:
    """The names of a quantity, what stands between them and it, for how many it stands, and whether it becomes that.

    They stand before it, else behind it: 173所（81所民办）; 15名在小学; 21所中，14所已交付.
    """
    label = label.removeprefix("含") if host is not None else label
    if goes_on(label):
        return (), "", 1, False
    names, tail, times = named(label)
    if label.removeprefix("已有"):
        return names, tail, times, False
    if at := _AT.match(text, q.end):
        return (at[1],), tail, times, False
    if host is not None and (inside := _INSIDE.match(text, q.end)):
        return (inside[1],), tail, times, False
    becomes = _BECOMES.match(text, q.end)
    return ((becomes[0],), tail, times, True) if becomes else (names, tail, times, False)


def _previous_end(text: str, stated: Sequence[Quantity], hosts: Sequence[int | None], place: int) -> int:
    """Where the quantity before ends, with the bracket in which it stands where this one stands outside of it."""
    if not place:
        return 0
    end = stated[place - 1].end
    if hosts[place - 1] is None or hosts[place - 1] == hosts[place]:
        return end
    closed = text.find("）", end, stated[place].start)
    return closed + 1 if closed >= 0 else end


def _either(text: str, said: str, start: int) -> tuple[str, ...]:
    """What 前者 or 后者 names: 龙舟与醒狮两类基地40所，前者16所 → 龙舟"""
    near = max(0, start - 2 * NEAR)
    near = max(near, *(text.rfind(mark, near, start) + 1 for mark in "。；\n"))
    two = list(_TWO.finditer(text, near, start))
    name = noun(two[-1][1 + _BOTH.index(said)]) if two else ""
    return (name.removeprefix("分给"),) if len(name) > 1 else ()


def _hosts(text: str, stated: Sequence[Quantity]) -> Iterator[int | None]:
    """Of each quantity the place of the one that it stands in a bracket behind: 幼儿园173所（公办92所、民办81所）"""
    host: int | None = None
    for place, q in enumerate(stated):
        gap = text[stated[place - 1].end : q.start] if place else ""
        if "）" in gap:
            host = None
        if gap.startswith("（") and host is None and "）" not in gap:
            host = place - 1
        yield host
