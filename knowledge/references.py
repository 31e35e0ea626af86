"""The clauses that a question names by their place: 第七条, （三十一）, 3和4条, 14至16条, 第五部分第二条, 上一条, 翻到36."""

import re
from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from typing import Any

from knowledge.model import Ref
from knowledge.numerals import number

_N = r"[零〇一二三四五六七八九十百两\d]{1,40}"
_ITEM = rf"(?:第\s?)?[(（]?\s?{_N}\s?[)）]?"
_TO, _AND = r"\s?(?:到|至|[-~—–～])\s?", r"\s?(?:、|,|，|和|跟|与|及|还有|\s)\s?"
_SERIES = rf"{_ITEM}(?:条?(?:{_TO}|{_AND}){_ITEM})*"
_INSIDE = rf"(?:的?\s?第?\s?[(（]?\s?(?P<item>{_N})\s?[)）]?\s?(?P<kind>[项款点目])(?!目))?"
_CHAPTER_WORD = r"(?:大?部分|章节?|篇章?|大?板块|大块|大项|大点)"
_STEPS = {"上": -1, "前": -1, "下": 1, "后": 1}
_REFERENCES = [
    re.compile(
        rf"第\s?(?P<chapter>{_N})\s?{_CHAPTER_WORD}的?(?:里的?)?(?:(?P<tail>最[后末]|倒数)?[那第]?(?P<n>{_N})?\s?[条点])?"
    ),
    re.compile(rf"(?P<lastchapter>最[后末](?:一个?)?{_CHAPTER_WORD})"),
    re.compile(rf"(?P<chapter>[一二三四五六七八九十]{{1,3}})、\s?[(（](?P<n>{_N})[)）]{_INSIDE}"),
    re.compile(rf"第?\s?[(（]?(?P<series>{_N})[)）]?\s?条{_INSIDE.removesuffix('?')}"),
    re.compile(r"(?P<step>再?往?[上下前后]|上上|下下)(?:面|边)?(?:的|那)?一?条"),
    re.compile(rf"倒数第?\s?(?P<back>{_N})\s?条|最[后末](?P<last>一|那)?条|(?P<end>末条)"),
    re.compile(rf"(?P<series>{_SERIES})\s?条款?(?!线|航|街|路|措施|意见|建议|红线|标准|船)"),
    re.compile(rf"第\s?(?P<series>{_N})\s?[点项款](?!目)"),
    re.compile(rf"(?P<series>[(（]\s?{_N}\s?[)）](?:{_AND}[(（]\s?{_N}\s?[)）])*)"),
    re.compile(
        rf"(?:翻到|跳到|翻回|回到|看看?|打开|把|/?clause|no\.?|条款)\s?(?:第\s?)?(?P<series>{_N})(?=\s?(?:[号念看]|$|\W))"
    ),
    re.compile(rf"^[^\w\-]*(?P<series>-?第?\s?[(（\[【]?\s?{_N}\s?[)）\]】]?)[\s、.。?!]*(?:条款?|号)?[\s。?!]*$"),
]
_SOME = frozenset("那这哪同每任另某")  # 关于轮岗那一条怎么写的
# What 29条 or 3条 is followed by where it names a clause and does not count: 29条原文, 3条里, 16条讲.
_BEHIND = re.compile(
    r"[\s,，。;；?？!！、]|$|[原全讲说写里中是的内标那关呢吧在怎具都看发贴给第和到至还跟有调拿找翻查读念]|条"
)


def references(text: str) -> Iterator[tuple[int, int, tuple[Ref, ...]]]:
    """Yield (start, end, references) for every stretch of a folded text that names clauses by their place.

    >>> [(start, end, refs[0].chapter, refs[0].number) for start, end, refs in references("第五部分第二条")][0]
    (0, 7, 5, 2)
    """
    for pattern in _REFERENCES:
        for found in pattern.finditer(text):
            groups = {k: v for k, v in found.groupdict().items() if v}
            counts = found[0].endswith("条") and "第" not in found[0] and "series" in groups
            if counts and text[max(0, found.start() - 1) : found.start()] in _SOME:
                continue
            if counts and found[0] == "一条" != text.strip():  # 给校车单开一条
                continue
            if counts and not _BEHIND.match(text, found.end()) and not re.search(rf"{_N}\D{{1,3}}{_N}", found[0]):
                continue
            if refs := tuple(_refs(groups, found[0])):
                yield *found.span(), refs


def _refs(groups: dict[str, str], said: str) -> Iterator[Ref]:
    chapter = _whole(groups["chapter"]) if "chapter" in groups else -1 if "lastchapter" in groups else None
    if chapter is not None:
        n = _whole(groups.get("n", ""))
        tail = groups.get("tail")
        yield Ref(-(n or 1) if tail and said.endswith(("条", "点")) else n, chapter=chapter, **_item(groups))
    elif "step" in groups:
        steps = 2 if groups["step"] in {"上上", "下下"} else 1
        yield Ref(step=steps * _STEPS[groups["step"][-1]])
    elif "back" in groups:
        yield Ref(-(_whole(groups["back"]) or 1))
    elif "series" in groups:
        inside = _item(groups)
        yield from (replace(ref, **inside) for ref in _series(groups["series"]))
    else:
        yield Ref(-1)


def _item(groups: dict[str, str]) -> dict[str, Any]:
    """第（三）项, 第二款: what it adds to a reference."""
    item = _whole(groups.get("item", ""))
    return {} if item is None else {"item": item, "paragraph": groups["kind"] == "款"}


def _series(said: str) -> Iterator[Ref]:
    """3和4, 14至16 → its references; none where the numbers cannot be read."""
    if said.startswith("-"):
        yield Ref(0)
        return
    for item in re.split(rf"{_AND}(?=[第(（\d零〇一二三四五六七八九十百两])", said):
        numbers = re.findall(_N, item)
        ends = [end for n in numbers if (end := _whole(n)) is not None]
        if ends and len(ends) == len(numbers):
            yield Ref(ends[0], ends[1] if len(ends) > 1 and re.search(_TO, item) else None)


def _whole(text: str) -> int | None:
    value = number(text)
    return None if value is None else int(min(value, Decimal(10**9)))
