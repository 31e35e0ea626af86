"""The items inside a clause that readers cite: 第十二条第（三）项, 第三款."""

import re

from knowledge.model import Clause
from knowledge.numerals import number

_CHINESE, _CIRCLED = "[一二三四五六七八九十]{1,3}", "①②③④⑤⑥⑦⑧⑨⑩"
# How items are numbered, the outer styles first.
_STYLES = [
    re.compile(rf"[（(](?P<n>{_CHINESE})[）)]"),
    re.compile(r"(?<!\d)(?P<n>\d{1,2})(?:[.．](?!\d)|、)"),
    re.compile(r"[（(](?P<n>\d{1,2})[）)]"),
    re.compile(f"(?P<n>[{_CIRCLED}])"),
    re.compile(rf"(?P<n>{_CHINESE})是"),
]


def item(clause: Clause, place: int, *, paragraph: bool = False) -> str:
    """The text of the item with that number (第三项), or of the paragraph at that place (第三款); "" where there is none.

    >>> item(Clause(1, "第一条", "", "", "有下列情形的：（一）迟到；（二）早退。"), 2)
    '（二）早退。'
    """
    if paragraph:
        lines = [line for line in clause.text.split("\n") if line.strip()]
        return lines[place - 1] if 0 < place <= len(lines) else ""
    for style in _STYLES:
        found = list(style.finditer(clause.text))
        values = [_CIRCLED.find(m["n"]) + 1 or int(number(m["n"]) or 0) for m in found]
        counted: list[re.Match[str]] = []
        for mark, value in zip(found, values, strict=True):
            if value == len(counted) + 1:
                counted.append(mark)
        if 0 < place <= len(counted):
            end = counted[place].start() if place < len(counted) else len(clause.text)
            return clause.text[counted[place - 1].start() : end].strip()
    return ""
