"""Which questions ask the same in other words."""

import re
from collections import Counter, defaultdict
from collections.abc import Sequence
from math import ceil

from rapidfuzz import fuzz, process

from knowledge.wording import fold

# The share of their characters (0–100) that two questions have in common, whatever the order. Set on 104 wordings of
# 27 subjects: 84 of 100 pairs of one subject are found and 2 in 1,000 others (中考/高考 within one frame) come along.
_ALIKE = 70
# What frames any question says nothing about its subject: without leaving it out, 66 of 100 pairs are found.
_FRAME = re.compile(r"请问|今年|什么时候|有没有|多少|怎么|[吗呢啊呀吧的了是要几]|[^\w]")
_NUMBERS = re.compile(r"\d+(?:\.\d+)?|第[零〇一二三四五六七八九十百]+")


def alike(one: str, other: str) -> bool:
    """Do two questions ask the same? Never where they name different numbers.

    >>> alike("学区怎么划分？", "請問學區是怎麼劃的"), alike("第26条", "第27条")
    (True, False)
    """
    one, other = fold(one), fold(other)
    return _numbers(one) == _numbers(other) and fuzz.ratio(_content(one), _content(other)) >= _ALIKE


def grouped(texts: Sequence[str]) -> list[list[str]]:
    """The folded texts in groups: one that is like no earlier leader leads a group, the others join whom they are most like.

    >>> grouped(["学区怎么划分", "校服多少钱", "学区划分?"])
    [['学区怎么划分', '学区划分?'], ['校服多少钱']]
    """
    contents = [_content(text) for text in texts]
    spread = Counter(c for content in contents for c in content)
    leaders: dict[int, list[str]] = {}
    found: dict[tuple[str, str], list[int]] = defaultdict(list)
    for place, (text, content) in enumerate(zip(texts, contents, strict=True)):
        rare = {(_numbers(text), c) for c in _rarest(content, spread)}
        near = {leader: contents[leader] for key in rare for leader in found[key]}
        best = process.extractOne(content, near, scorer=fuzz.ratio, score_cutoff=_ALIKE)
        if best:
            leaders[best[2]].append(text)
            continue
        leaders[place] = [text]
        for key in rare:
            found[key].append(place)
    return list(leaders.values())


def _rarest(content: str, spread: Counter[str]) -> str:
    """The rarest characters: two texts that are alike have one of these in common, which spares most comparisons."""
    shared = ceil(len(content) * _ALIKE / (200 - _ALIKE))
    return "".join(sorted(content, key=lambda c: (spread[c], c))[: len(content) - shared + 1])


def _content(text: str) -> str:
    """The characters that say what a question is about, in an order that is always the same."""
    return "".join(sorted(_FRAME.sub("", text) or text))


def _numbers(text: str) -> str:
    return " ".join(sorted(_NUMBERS.findall(text)))
