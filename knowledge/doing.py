"""What a stretch of a question does with figures: the operation, what is chosen before it, and its number. Pure."""

import re
from collections.abc import Callable, Iterator
from decimal import Decimal
from itertools import takewhile

from knowledge.model import DETAILS, Asks, Op, Part, PartKind
from knowledge.numerals import number
from knowledge.spans import CARRIES, Span, Stretch
from knowledge.table import hinted

# Where a question holds several, the first of these is what is done; the others say to what.
_STRONGEST = (
    Op.NOT, Op.WORTH, Op.RATIO, Op.SHARE, Op.ABOVE, Op.BELOW, Op.AVERAGE, Op.EXCEPT, Op.REST, Op.TOP, Op.BOTTOM, Op.RANK, Op.UP, Op.DOWN,
    Op.DIFFERENCE, Op.MOST, Op.LEAST, Op.SUM,
)  # fmt: skip
_OPS = frozenset(Op)
# What is computed from what is chosen first: 前三名平均几个, 除了武进平均几个, 最多的比最少的多几个.
_LIST = (Op.TOP, Op.BOTTOM, Op.ABOVE, Op.BELOW)
ENDS = (Op.MOST, Op.LEAST)
_CHOSEN_FIRST = (
    (Op.AVERAGE, (*_LIST, Op.EXCEPT)), (Op.SUM, _LIST), (Op.DIFFERENCE, ENDS), (Op.RATIO, ENDS),
)  # fmt: skip
EXTREMES = frozenset({Op.MOST, Op.LEAST, Op.ABOVE, Op.BELOW})
# What makes a number a bound rather than a fact: 不到5个的是哪些.
BOUNDS = {
    Op.ABOVE: frozenset("超过 多于 大于 高于 以上 逾 超 突破".split()),
    Op.BELOW: frozenset("不到 低于 小于 少于 不足 未满 以下".split()),
}
_LIMITS = frozenset("最多 最少 最高 最低 最长 最大 最小 最短 最早 最晚".split())
_ATTRIBUTES = frozenset("大小高低长短")  # right before a word they are said of it, and compare nothing
_NUMERAL = re.compile(r"[一二两俩三四五六七八九十]+|\d+")


def operation_of(stretch: Stretch, asks: Asks) -> tuple[Op | None, tuple[Op, ...], Decimal | None]:
    """What is done, what is chosen before that, and the number that one of them needs."""
    said = {op: span for op, span in _said(stretch, asks) if _GUARDS.get(op, _always)(stretch, span, asks)}
    numbers = {op: _number(stretch, op, span) for op, span in said.items()}
    for op, choices in _CHOSEN_FIRST:
        first = tuple(c for c in choices if c in said and (c not in BOUNDS or numbers[c] is not None))
        if op in said and (len(first) == 1 or (first == choices == ENDS)):
            return op, first, numbers[first[0]]
    strongest = next((op for op in _STRONGEST if op in said), None)
    return strongest, (), numbers[strongest] if strongest else None


def _number(stretch: Stretch, op: Op, span: Span) -> Decimal | None:
    """超过10个 → 10, 前三名 → 3, 倒数第二 → -2."""
    if op in BOUNDS:
        return next((s.quantity.value for s in stretch.of("number") if s.quantity), None)
    if op in {Op.TOP, Op.BOTTOM, Op.RANK} and (found := _NUMERAL.search(span.text)):
        value = number(found[0].replace("俩", "两"))
        return -value if value and op is Op.RANK and re.search("[少低小]", span.text) else value
    return None


def _said(stretch: Stretch, asks: Asks) -> Iterator[tuple[Op, Span]]:
    """The operations that the words of a stretch may mean, with what says so."""
    than = bool(stretch.of("joins.than"))
    pairs = zip(stretch.spans, stretch.spans[1:], strict=False)
    attributes = [a for a, b in pairs if a.text in _ATTRIBUTES and b.kind == "word" and a.end == b.start]  # 大比赛
    for span in stretch.of("ops"):
        line = span.kind[4:]
        if span in attributes:
            continue
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
        elif span in outdoing(stretch):
            yield Op.MOST, span
        elif line in _OPS:
            yield Op(line), span
    yield from ((Op.DIFFERENCE, span) for span in in_points(stretch))
    choosing = asks in {Asks.NAMES, Asks.WHICH, Asks.PLACE, Asks.CLAUSE, Asks.ROLL} or stretch.of("by")
    for span in stretch.of("number") if choosing else ():
        yield from ((op, span) for op, words in BOUNDS.items() if span.quantity and span.quantity.qualifier in words)


def outdoing(stretch: Stretch) -> list[Span]:
    """What sets two things against each other rather than a bound: 学前的钱有没有超过职业教育."""
    spans = stretch.spans
    around = zip(spans, spans[1:], spans[2:], strict=False)
    return [
        s
        for _, s, behind in around
        if s.kind in {"ops.above", "ops.below"}
        and s.text != "不到"  # 见不到肉
        and behind.kind in CARRIES
        and not _NUMERAL.match(behind.text)
    ]


def in_points(stretch: Stretch) -> list[Span]:
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


def _is_difference(stretch: Stretch, _span: Span, _asks: Asks) -> bool:
    """能不能多给几个名额 compares nothing."""
    return bool(stretch.of("joins.than")) or not stretch.of("asks.yesno")


def _is_share(stretch: Stretch, span: Span, _asks: Asks) -> bool:
    """初中占几个 asks for no share."""
    of_share = any(s.kind == "word" and hinted(s.text) == "percent" for s in stretch.spans)  # 占总数的比例
    return not in_points(stretch) and (span.text != "占" or bool(stretch.of("asks.percent")) or of_share)


def is_sum(stretch: Stretch, span: Span, _asks: Asks) -> bool:
    """小学加初中, but not 加多少: what is added stands on both sides."""
    place = stretch.spans.index(span)
    around = stretch.spans[:place], stretch.spans[place + 1 : place + 3]
    behind = stretch.spans[place + 1 : place + 2]
    if span.text == "加" and any(s.text == "的" or s.kind.startswith("asks.") for s in behind):
        return False  # 老年大学加的座席, 高中能加多少学位
    if span.text == "共" and stretch.of("joins.both") and any(s.kind == "asks.figure" for s in behind):
        return True  # 学前和小学共多少名
    if place == 0 and span.text != "共" and any(s.part for s in behind):
        return True  # 加上新河区, behind a number of another
    return span.text not in {"加", "加上", "共"} or all(any(s.kind in CARRIES for s in side) for side in around)


def _is_rest(stretch: Stretch, span: Span, asks: Asks) -> bool:
    """What is left, but not 减掉的是哪几个, which asks for what was taken."""
    return not in_points(stretch) and not (span.text[0] == "减" and asks in DETAILS)


def excepted(stretch: Stretch) -> tuple[Part, ...]:
    """The parts that 除…外, 不算…, …以外 takes out."""
    places = [i for i, s in enumerate(stretch.spans) if s.kind == "ops.except"]
    closing = [i for i in places if "外" in stretch.spans[i].text]
    first = next((i for i in places if i not in closing), 0)
    taken = stretch.spans[first : closing[-1] if closing else None] if places else ()
    named = dict.fromkeys(s.part for s in taken if s.part is not None)
    behind = taken[1:] if taken and taken[0].kind == "ops.except" else taken
    listed = takewhile(lambda s: s.kind in {"word", "joins.both"}, behind)  # 除了艺术类、体育类，其他机构
    return tuple(named) or tuple(Part(s.text, PartKind.OTHER, (s.text,)) for s in listed if s.kind == "word")


_GUARDS: dict[Op, Callable[[Stretch, Span, Asks], bool]] = {
    Op.ABOVE: _is_bound, Op.BELOW: _is_bound, Op.MOST: _is_extreme, Op.LEAST: _is_extreme, Op.DIFFERENCE: _is_difference, Op.SHARE: _is_share,
    Op.SUM: is_sum, Op.REST: _is_rest, Op.EXCEPT: lambda stretch, _span, _asks: bool(excepted(stretch)),
}  # fmt: skip
