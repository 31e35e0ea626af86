"""The numbers that open the units of a text (第一章, 第一条, 一、, （一）, 1., 1.1 …), told from those that only refer to one."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from knowledge.numerals import number

_CHINESE = "[一二三四五六七八九十百零〇]{1,7}"
_PART = rf"第\s?(?:{_CHINESE}|\d{{1,3}})\s?"
# What each style begins with, the outermost first, as official writing nests them.
_STYLES = {
    "第一编": rf"{_PART}[编篇](?![\u4e00-\u9fff]{{0,6}}[，。；])",
    "第一部分": rf"{_PART}部分",
    "第一章": rf"{_PART}章",
    "第一节": rf"{_PART}节(?![课日目约])",
    "第一条": rf"{_PART}条",
    "壹、": "[壹贰叁参肆伍陆柒捌玖拾]+、",
    "一、": rf"{_CHINESE}\s?[、.．]",
    "（一）": rf"[（(]\s?{_CHINESE}\s?[）)]",
    "【1】": rf"【[^】\d\s]{{0,8}}(?:\d{{1,3}}|{_CHINESE})】",
    "1.": r"\d{1,3}\s?(?:、|[.．](?!\d))",
    "1.1": r"\d{1,2}[.．]\d{1,2}(?![.．\d])",
    "1.1.1": r"\d{1,2}(?:[.．]\d{1,2}){2}(?![.．\d])",
    "（1）": r"[（(]\d{1,2}[）)]",
    "问：": r"(?:问|记者|提问)\s?(?:\d{1,2}|[一二三四五六七八九十]{1,3})?\s?[：:]",
}
STYLES = tuple(_STYLES)
_DOTTED = frozenset({"1.1", "1.1.1"})  # numbers like 8.5 too, so that one is believed only in its order
_PATTERNS = {style: re.compile(rf"(?:^|(?<=[\s。；：！？])){told}") for style, told in _STYLES.items()}
# 二、工作计划（一）推进改革: in a text without line breaks the first clause follows the heading of its part at once.
_ABOVE = frozenset({"第一编", "第一部分", "第一章", "第一节", "一、"})
_BEHIND_HEADING = re.compile(rf"[^\s，。；：！？（）()]{{2,30}}(?P<number>{_STYLES['（一）']})")
_PLAIN = str.maketrans("壹贰叁参肆伍陆柒捌玖拾", "一二三三四五六七八九十")
_NUMERAL = re.compile(r"\d+|[一二三四五六七八九十百零〇]+")
# What follows a number that refers to a unit: （三）项, 第三条、第四条; and what does so unless the number is the next one.
_REFERS = re.compile(r"\s?(?:[项款](?![目式])|目[^标前的]|[、，；。,;]|[和与及至到或](?=第|[（(]))")
_MAY_REFER = re.compile(r"\s?[项款目、，,；;。]|[条类种至和及或与的所中]|规定[的，。、]")


@dataclass(frozen=True, slots=True)
class Mark:
    """A number that opens a unit: where it stands in the text, its style, its value, and itself as printed (`ref`)."""

    start: int
    end: int
    style: str
    value: int
    ref: str
    opens_line: bool

    @property
    def within(self) -> str:
        """The number of the unit around it, where it is printed: 2.3 of 2.3.1."""
        return self.ref.rpartition(".")[0] if self.style in _DOTTED else ""


def marks(text: str) -> list[Mark]:
    r"""The numbers that open a unit, in reading order: those that count on from the one before or begin anew at one. One that
    opens a line may also leave a gap; one inside a line must fill one.

    >>> [m.ref for m in marks("（一）中小学。按第（三）项规定办。（二）及时发放。\n（三）其他。见（一）。")]
    ['（一）', '（二）', '（三）']
    """
    found = [m for style in STYLES for m in _candidates(text, style)]
    found = sorted([*found, *_behind_headings(text, found)], key=lambda m: m.start)
    opening = {m.style for m in found if m.opens_line}
    last: dict[str, Mark] = {}
    believed = []
    for mark, upcoming in zip(found, _upcoming(found), strict=True):
        next_one = _is_next(mark, last)
        filling = upcoming == 2 or mark.style not in opening if mark.value == 1 else upcoming != mark.value
        if _opens(mark, text, next_one=next_one, filling=filling):
            last[mark.style] = mark
            believed.append(mark)
    return believed


def lines(found: Iterable[Mark]) -> float:
    """Which share of them opens a line."""
    opening = [m.opens_line for m in found]
    return sum(opening) / len(opening) if opening else 0.0


def _candidates(text: str, style: str) -> Iterator[Mark]:
    for place, found in enumerate(_PATTERNS[style].finditer(text), 1):
        numbers = _NUMERAL.findall(found[0].translate(_PLAIN))
        value = number(numbers[-1]) if numbers and style != "问：" else place
        if value:
            opens_line = found.start() == 0 or text[found.start() - 1] == "\n"
            ref = found[0].strip().replace("．", ".")
            yield Mark(found.start(), found.end(), style, int(value), ref, opens_line)


def _behind_headings(text: str, found: Iterable[Mark]) -> Iterator[Mark]:
    for above in found:
        behind = _BEHIND_HEADING.match(text, above.end) if above.style in _ABOVE else None
        value = number(_NUMERAL.findall(behind["number"])[0]) if behind else None
        if behind and value:
            yield Mark(*behind.span("number"), "（一）", int(value), behind["number"].strip(), opens_line=False)


def _upcoming(found: Sequence[Mark]) -> list[int | None]:
    """For each the value of the next of its style that opens a line; None where none does."""
    coming: dict[str, int] = {}
    upcoming: list[int | None] = []
    for mark in reversed(found):
        upcoming.append(coming.get(mark.style))
        if mark.opens_line:
            coming[mark.style] = mark.value
    return upcoming[::-1]


def _is_next(mark: Mark, last: Mapping[str, Mark]) -> bool:
    """Does it count on from the last of its style? Of dotted numbers the one around them has to count on too."""
    before = last.get(mark.style)
    if before and before.within == mark.within:
        return mark.value == before.value + 1
    if mark.style == "1.1":
        return mark.value == 1 and int(mark.within) == 1 + int(before.within if before else 0)
    return mark.value == 1 and mark.within in {"", last["1.1"].ref if "1.1" in last else ""}


def _opens(mark: Mark, text: str, *, next_one: bool, filling: bool) -> bool:
    if _REFERS.match(text, mark.end):
        return False
    if next_one and (mark.opens_line or filling):
        return True
    if mark.style in _DOTTED:
        return False
    return (mark.opens_line or (filling and mark.value == 1)) and not _MAY_REFER.match(text, mark.end)
