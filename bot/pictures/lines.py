"""How wide a text is, and where its lines end. Widths are in em: those of a Chinese character are 1."""

import re
from collections.abc import Iterator
from unicodedata import category, east_asian_width

# Measured on Noto Sans CJK Bold, the widest of each kind; other fonts differ by a few hundredths.
_WIDE, _CAPITAL, _OTHER, _NARROW = 0.92, 0.7, 0.6, 0.34
_STOPS = "，。、；：！？）》」』】〉”’…—％,.;:!?)]}%·"
_OPENERS = "（《「『【〈“‘([{"
# What stays on one line where it can: a word, a number and its unit, what closes behind it, what opens before it.
_ATOM = re.compile(
    rf"[{re.escape(_OPENERS)}]*(?:[0-9A-Za-z.,:/_+-]+(?:(?<=[0-9])[一-鿿])?|.)[{re.escape(_STOPS)}]*", re.DOTALL
)


def width(text: str) -> float:
    """How wide a text is, rather too much than too little.

    >>> width("学位，"), round(width("7020"), 2)
    (3, 2.4)
    """
    return sum(map(_width, text))


def _width(char: str) -> float:
    if east_asian_width(char) in "WFA":
        return 1
    if category(char) in {"Mn", "Me", "Cf"}:
        return 0
    if char in "mwMW@%":
        return _WIDE
    if char.isupper():
        return _CAPITAL
    return _NARROW if char in " .,:;'|!iljI()[]-" else _OTHER


def lines(text: str, room: float) -> list[tuple[int, int]]:
    """The lines of a text as places in it, none wider than the room unless a single character is; no line begins with what
    closes or ends with what opens, as far as there is room for both.

    >>> [("新增学位，7020个"[a:b]) for a, b in lines("新增学位，7020个", 4)]
    ['新增学', '位，', '7020个']
    """
    found: list[tuple[int, int]] = []
    for paragraph in re.finditer(r"[^\n]+", text):
        start, used = paragraph.start(), 0.0
        for place, end in _atoms(text, *paragraph.span(), room):
            wide = width(text[place:end])
            if used and used + wide > room:
                found.append((start, place))
                start, used = place, 0.0
            used += wide
        found.append((start, paragraph.end()))
    return found


def _atoms(text: str, start: int, end: int, room: float) -> Iterator[tuple[int, int]]:
    """What is not parted, but what would not fit into any line is."""
    for atom in _ATOM.finditer(text, start, end):
        if width(atom[0]) <= room:
            yield atom.span()
        else:
            yield from ((place, place + 1) for place in range(*atom.span()))


def shortened(text: str, room: float, most: int) -> str:
    """As much of a text as so many lines hold, with …… where that is not all of it."""
    found = lines(text, room)
    if len(found) <= most:
        return text
    end = found[most - 1][1]
    start = found[most - 1][0]
    while end > start and width(text[start:end]) + 2 > room:
        end -= 1
    return text[:end].rstrip("，、；：\n") + "……"
