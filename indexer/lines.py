"""Lines as they were written: those that a page's width has broken made whole again."""

import unicodedata
from collections.abc import Iterable
from itertools import pairwise

# A text is broken by the width of a page, in half characters, where so many lines, this share of all, end that near to it and
# hardly one is longer.
_NARROWEST, _LEAST, _FULL, _NEAR, _LONGER = 24, 6, 0.4, 4, 0.05
_STOPS = tuple("。；：！？”）|")


def unbroken(text: str, opens: set[int]) -> str:
    r"""The text with lines that reach the width of its page joined to the next. `opens` are places where a new unit begins,
    before which no line is joined.

    >>> unbroken("各学校按照职责抓好安全工\\n" * 6 + "作。", set()).count("\\n")
    0
    """
    lines = text.split("\n")
    width = _page(_width(line) for line in lines)
    if not width:
        return text
    made, place = [lines[0]], 0
    for above, line in pairwise(lines):
        place += len(above) + 1
        full = _width(above) > width - _NEAR and not above.endswith(_STOPS)
        if full and line and place not in opens:
            made[-1] += line
        else:
            made.append(line)
    return "\n".join(made)


def _page(widths: Iterable[int]) -> int:
    """The width that a page had; 0 where lines are as long as they were written."""
    seen = sorted(w for w in widths if w)
    width = seen[int((1 - _LONGER) * (len(seen) - 1))] if seen else 0
    full = sum(width - _NEAR < w <= width + _NEAR for w in seen)
    return width if width >= _NARROWEST and full >= max(_LEAST, _FULL * len(seen)) else 0


def _width(text: str) -> int:
    return sum(2 if unicodedata.east_asian_width(c) in "FWA" else 1 for c in text)
