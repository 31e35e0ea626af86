"""Lines as they were written: those that a page's width has broken made whole again."""

import re
import unicodedata
from collections.abc import Iterable
from itertools import pairwise

# A text is broken by the width of a page, in half characters, where so many lines, this share of all, go nearly as far and
# hardly one goes farther; there a line that does so and ends in no mark goes on.
_NARROWEST, _LEAST, _FULL, _NEARLY, _LONGER = 24, 6, 0.45, 0.75, 0.05
# A shorter line that ends in a digit may be a page's number.
_WHOLE = 12
CONTENTS = re.compile(r"^目\s?[录次]$", re.MULTILINE)
_LEADER = "...."  # from a heading to its page in a table of contents, as long as the page is wide or longer
_UNITS = frozenset("个所名人万亿千百元年月日门项家处次%％")
STOPS = tuple("。；：！？”）|")


def unbroken(text: str, opens: set[int]) -> str:
    r"""The text with lines that reach the width of its page joined to the next. `opens` are places where a new unit begins,
    before which no line is joined.

    >>> unbroken("各学校按照职责抓好安全工作，投入1\n2万元，确保\n平安。", set())
    '各学校按照职责抓好安全工作，投入12万元，确保\n平安。'
    """
    lines = text.split("\n")
    page = page_width(lines)
    made, place = [lines[0]], 0
    for above, line in pairwise(lines):
        place += len(above) + 1
        if line and place not in opens and _goes_on(above, line, page):
            made[-1] += line
        else:
            made.append(line)
    return "\n".join(made)


def _goes_on(above: str, line: str, page: int) -> bool:
    """On a page so wide (0: none), or where a line ends inside a number or at a comma; 发布机构：… is a line of its own."""
    if "：" in above[:8] or _LEADER in above:
        return False
    if page and width(above) > _NEARLY * page and not above.endswith(STOPS):
        return True
    inside = above[-1:].isdigit() and (line[0].isdigit() or line[0] in _UNITS)
    return len(above) >= _WHOLE and not above.startswith("|") and (inside or above.endswith(("，", "、")))


def page_width(lines: Iterable[str]) -> int:
    """The width that the page of these lines had; 0 where lines are as long as they were written."""
    seen = sorted(w for line in lines if _LEADER not in line and (w := width(line)))
    page = seen[int((1 - _LONGER) * (len(seen) - 1))] if seen else 0
    full = sum(_NEARLY * page < w <= 1.1 * page for w in seen)
    return page if page >= _NARROWEST and full >= max(_LEAST, _FULL * len(seen)) else 0


def width(text: str) -> int:
    """In half characters."""
    return sum(2 if unicodedata.east_asian_width(c) in "FWA" else 1 for c in text)
