"""Questions that were refused, those that ask the same in other words together, and what people picked in their place."""

import re
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil

from rapidfuzz import fuzz, process

from bot.records.database import Database, one_line
from knowledge.wording import fold

# The share of their characters (0–100) that two questions have in common, whatever the order. Set on 104 wordings of
# 27 subjects: 84 of 100 pairs of one subject are found and 2 in 1,000 others (中考/高考 within one frame) come along.
_ALIKE = 70
# What frames any question says nothing about its subject: without leaving it out, 66 of 100 pairs are found.
_FRAME = re.compile(r"请问|今年|什么时候|有没有|多少|怎么|[吗呢啊呀吧的了是要几]|[^\w]")
_NUMBERS = re.compile(r"\d+(?:\.\d+)?|第[零〇一二三四五六七八九十百]+")


@dataclass(frozen=True, slots=True)
class Group:
    """Questions without an answer that are alike: the most frequent wording, how often all were asked, the last day, all
    wordings, and the clauses that people picked where some were offered, each with how often."""

    question: str
    count: int
    last: str
    wordings: tuple[str, ...]
    picked: tuple[tuple[str, int], ...] = ()


class Unanswered:
    def __init__(self, database: Database) -> None:
        self._database = database

    def note(self, question: str, times: int = 1) -> None:
        """Note that a question was refused, how often and on which day, but not who asked it."""
        add = (
            "INSERT INTO refused VALUES (?, ?, ?)"
            " ON CONFLICT (question, day) DO UPDATE SET times = times + excluded.times"
        )
        if question := one_line(question):
            self._database.change((add, (question, self._database.today(), times)))

    def picked(self, question: str, clause: str) -> None:
        """Note which clause was picked of those offered to a question, but not who picked it."""
        add = (
            "INSERT INTO picked VALUES (?, ?, ?, 1) ON CONFLICT (question, clause, day) DO UPDATE SET times = times + 1"
        )
        if question := one_line(question):
            self._database.change((add, (question, clause, self._database.today())))

    def groups(self) -> list[Group]:
        """The refused questions of the days that are kept, those that are alike together, most asked first."""
        since = (self._database.first_day(),)
        refused = "SELECT question, sum(times), max(day) FROM refused WHERE day >= ? GROUP BY question"
        picked = "SELECT question, clause, sum(times) FROM picked WHERE day >= ? GROUP BY question, clause"
        return _groups(self._database.rows(refused, since), self._database.rows(picked, since))


def _groups(rows: list[tuple[str, int, str]], picked: list[tuple[str, str, int]]) -> list[Group]:
    """Questions, how often each was asked and its last day, put together by likeness, most asked first."""
    times, last = {q: n for q, n, _ in rows}, {q: day for q, _, day in rows}
    wordings: dict[str, list[str]] = {}
    for question in times:
        wordings.setdefault(fold(question), []).append(question)
    asked = {folded: sum(times[q] for q in same) for folded, same in wordings.items()}
    groups = []
    for some in grouped(sorted(asked, key=lambda folded: (-asked[folded], folded))):
        same = sorted((q for folded in some for q in wordings[folded]), key=lambda w: (-times[w], w))
        clauses = Counter[str]()
        for question, clause, count in picked:
            clauses[clause] += count if question in same else 0
        chosen = tuple((clause, count) for clause, count in clauses.most_common() if count)
        groups.append(Group(same[0], sum(times[w] for w in same), max(last[w] for w in same), tuple(same), chosen))
    groups.sort(key=lambda g: g.last, reverse=True)
    return sorted(groups, key=lambda g: -g.count)


# --- which questions ask the same


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
