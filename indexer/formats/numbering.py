"""The numbers that Word prints before paragraphs and that stand in no text: 一、（一）1. 第一条."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_DIGITS = "〇一二三四五六七八九"
_CAPITAL = "零壹贰叁肆伍陆柒捌玖"
_STEMS = "甲乙丙丁戊己庚辛壬癸"
_LEVELS = 9


@dataclass(frozen=True, slots=True)
class _Level:
    """How one level of a list is printed: `pattern` "（%1）" with each %n in its level's format."""

    pattern: str = ""
    format: str = "decimal"
    start: int = 1
    restart: int | None = None  # the level behind which it begins again; None: any above it
    gap: str = " "
    plain: bool = False  # every number in it in Arabic digits


@dataclass(slots=True)
class _Count:
    """How far a list has come: a number for each level, None where it has not begun."""

    numbers: list[int | None] = field(default_factory=lambda: [None] * _LEVELS)


class Numbering:
    """The lists of one document, counted while its paragraphs are read in their order."""

    def __init__(self, document: Any) -> None:
        self._styles = {s.get(_W + "styleId"): s for s in document.styles.element.iter(_W + "style")}
        part = next((r.target_part for r in document.part.rels.values() if r.reltype.endswith("/numbering")), None)
        root = None if part is None else part.element
        found = [] if root is None else list(root)
        self._abstract = {e.get(_W + "abstractNumId"): e for e in found if e.tag == _W + "abstractNum"}
        self._nums = {e.get(_W + "numId"): e for e in found if e.tag == _W + "num"}
        self._levels: dict[str, list[_Level]] = {}
        self._counts: dict[str, _Count] = {}
        self._begun: set[str] = set()

    def is_contents(self, paragraph: Any) -> bool:
        """Is this a line of the table of contents, which says every heading twice?"""
        style = self._style(paragraph)
        name = _value(style, "name") if style is not None else None
        return bool(name) and str(name).lower().startswith("toc ")

    def label(self, paragraph: Any) -> str:
        """The number that is printed before this paragraph, with the blank behind it; the next one counts on from it."""
        num, depth = self._place(paragraph)
        if num is None or num not in self._nums:
            return ""
        levels = self._levels_of(num)
        if depth >= len(levels):
            return ""
        numbers = self._advance(num, levels, depth)
        level = levels[depth]
        text = level.pattern
        for n, number in enumerate(numbers):
            if f"%{n + 1}" in text:
                style = "decimal" if level.plain else levels[n].format if n < len(levels) else "decimal"
                text = text.replace(f"%{n + 1}", written(number or 0, style))
        text = text.strip()
        return text + ("" if not text or text[-1] in "、）】〕》：" else level.gap)

    def _advance(self, num: str, levels: list[_Level], depth: int) -> list[int | None]:
        numbers = self._counts.setdefault(self._list_of(num), _Count()).numbers
        if num not in self._begun:
            self._begun.add(num)
            for override in self._nums[num].iter(_W + "lvlOverride"):
                begins = _value(override, "startOverride")
                n = _number(override.get(_W + "ilvl"), 0)
                if begins is not None and n < _LEVELS:
                    numbers[n:] = [None] * (_LEVELS - n)
        now = numbers[depth]
        numbers[depth] = levels[depth].start if now is None else now + 1
        for above in range(depth):
            if numbers[above] is None:
                numbers[above] = levels[above].start
        for below in range(depth + 1, min(_LEVELS, len(levels))):
            restart = levels[below].restart
            if restart is None or depth < restart:
                numbers[below] = None
        return numbers

    def _style(self, paragraph: Any) -> Any:
        named = paragraph.find(f"{_W}pPr/{_W}pStyle")
        if named is not None:
            return self._styles.get(named.get(_W + "val"))
        return next(
            (s for s in self._styles.values() if s.get(_W + "type") == "paragraph" and s.get(_W + "default") == "1"),
            None,
        )

    def _place(self, paragraph: Any) -> tuple[str | None, int]:
        """The list of a paragraph and its level in it: its own, else that of its style."""
        own = paragraph.find(f"{_W}pPr/{_W}numPr")
        num = _value(own, "numId") if own is not None else None
        level = _value(own, "ilvl") if own is not None else None
        style, seen = self._style(paragraph), set[str]()
        while style is not None and (name := style.get(_W + "styleId")) not in seen and None in (num, level):
            seen.add(name)
            given = style.find(f"{_W}pPr/{_W}numPr")
            if given is not None and num is None:
                num = _value(given, "numId")
                level = level or _value(given, "ilvl") or self._level_of_style(num, name)
            style = self._styles.get(_value(style, "basedOn") or "")
        return (None if num == "0" else num), _number(level, 0)

    def _level_of_style(self, num: str | None, style: str) -> str | None:
        """The level that a list keeps for a style: 标题 2 → its second."""
        abstract = self._abstract.get(self._list_of(num or ""))
        for level in () if abstract is None else abstract.iter(_W + "lvl"):
            if _value(level, "pStyle") == style:
                return str(level.get(_W + "ilvl"))
        return None

    def _list_of(self, num: str) -> str:
        """The list that a number counts in; one may be defined by way of a style."""
        element = self._nums.get(num)
        name = "" if element is None else _value(element, "abstractNumId") or ""
        abstract = self._abstract.get(name)
        linked = None if abstract is None else _value(abstract, "numStyleLink")
        if linked:
            for other, definition in self._abstract.items():
                if _value(definition, "styleLink") == linked:
                    return str(other)
        return name

    def _levels_of(self, num: str) -> list[_Level]:
        if num not in self._levels:
            abstract = self._abstract.get(self._list_of(num))
            given = {e.get(_W + "ilvl"): e for e in ([] if abstract is None else abstract.iter(_W + "lvl"))}
            starts = {}
            for override in self._nums[num].iter(_W + "lvlOverride"):
                n = override.get(_W + "ilvl")
                given[n] = next(override.iter(_W + "lvl"), given.get(n))
                starts[n] = _value(override, "startOverride")
            self._levels[num] = [_level(given.get(str(n)), starts.get(str(n))) for n in range(_LEVELS)]
        return self._levels[num]


def _level(element: Any, start: str | None) -> _Level:
    if element is None:
        return _Level(start=_number(start, 1))
    number_format = element.find(f".//{_W}numFmt")
    restart = _value(element, "lvlRestart")
    kind = "decimal" if number_format is None else number_format.get(_W + "val") or "decimal"
    pattern = "•" if kind == "bullet" else _value(element, "lvlText") or ""
    return _Level(
        "" if kind == "none" else pattern,
        kind,
        _number(start, _number(_value(element, "start"), 0)),
        None if restart is None else _number(restart, 0),
        "" if _value(element, "suff") == "nothing" else " ",
        element.find(_W + "isLgl") is not None,
    )


def _value(element: Any, tag: str) -> str | None:
    found = element.find(_W + tag)
    return None if found is None else found.get(_W + "val")


def _number(text: str | None, otherwise: int) -> int:
    return int(text) if text and text.isdecimal() and len(text) < 8 else otherwise


def written(number: int, style: str) -> str:
    """A number as a list prints it.

    >>> [written(n, "chineseCountingThousand") for n in (1, 10, 12, 20, 101, 110)]
    ['一', '十', '十二', '二十', '一百零一', '一百一十']
    >>> written(21, "ideographDigital"), written(3, "decimalEnclosedCircle"), written(4, "lowerRoman"), written(28, "upperLetter")
    ('二一', '③', 'iv', 'BB')
    """
    write = _WRITERS.get(style)
    return write(number) if write and number > 0 else str(number)


def _counted(number: int, digits: str, places: str, *, short: bool = True) -> str:
    if number >= 10000:
        return str(number)
    text, gap = "", False
    for place in range(len(str(number)) - 1, -1, -1):
        digit = number // 10**place % 10
        if digit:
            text += (digits[0] if gap else "") + digits[digit] + (places[place - 1] if place else "")
        gap = bool(text) and not digit
    return text[1:] if short and 10 <= number < 20 else text


def _roman(number: int) -> str:
    if number >= 4000:
        return str(number)
    steps = [(1000, "m"), (900, "cm"), (500, "d"), (400, "cd"), (100, "c"), (90, "xc"), (50, "l"), (40, "xl")]
    text = ""
    for value, letters in [*steps, (10, "x"), (9, "ix"), (5, "v"), (4, "iv"), (1, "i")]:
        text += letters * (number // value)
        number %= value
    return text


def _letters(number: int) -> str:
    """1 → a, 26 → z, 27 → aa, 28 → bb."""
    return chr(ord("a") + (number - 1) % 26) * min((number - 1) // 26 + 1, 8)


def _circled(number: int) -> str:
    return chr(ord("①") + number - 1) if number <= 20 else str(number)


def _chinese(number: int) -> str:
    return _counted(number, "零" + _DIGITS[1:], "十百千")


def _capital(number: int) -> str:
    return _counted(number, _CAPITAL, "拾佰仟", short=False)


def _spelt(number: int) -> str:
    return "".join(_DIGITS[int(d)] for d in str(number))


_WRITERS: dict[str, Callable[[int], str]] = {
    **dict.fromkeys(("chineseCounting", "chineseCountingThousand", "japaneseCounting"), _chinese),
    **dict.fromkeys(("taiwaneseCounting", "taiwaneseCountingThousand"), _chinese),
    **dict.fromkeys(("chineseLegalSimplified", "ideographLegalTraditional"), _capital),
    **dict.fromkeys(("ideographDigital", "taiwaneseDigital"), _spelt),
    **dict.fromkeys(("decimalEnclosedCircle", "decimalEnclosedCircleChinese"), _circled),
    "ideographTraditional": lambda number: _STEMS[(number - 1) % len(_STEMS)],
    "lowerLetter": _letters,
    "upperLetter": lambda number: _letters(number).upper(),
    "lowerRoman": _roman,
    "upperRoman": lambda number: _roman(number).upper(),
    "decimalEnclosedParen": "({})".format,
    "decimalEnclosedFullstop": "{}.".format,
    "decimalZero": "{:02}".format,
}
