"""What pages have printed around a text that was taken from them: their numbers, alone or run into a line, and their heads."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise
from statistics import median

from indexer.formats.layout import PAGE_NUMBER
from indexer.lines import STOPS, page_width, width

# Numbers that count on from page to page: so many, so many characters apart as a rule. Rows of a table are shorter.
_FEWEST, _APART = 3, 200
# Those run into a line are told by their places alone: more of them, each so many lines behind the last, give or take a few.
_FEWEST_GLUED, _PAGE, _GIVE = 4, range(10, 81), 3
_LONGEST_HEAD = 40
_ALONE = re.compile(r"\d(?: ?\d){0,3}")
_GLUED = re.compile(r"(\d{1,3})(?=[^\d\s.．、，,%：:/）)~—-])")
# In running text too no one sets one number between two long dashes; — 1 — alone could be one of a range.
_FOOT = re.compile(r"(?<![\d—])— ?(\d{1,3}) ?—(?![\d—])")
# A number set below or above its line (PM2.5, m²) becomes a line of its own.
_SHIFTED = re.compile(r"\d{1,2}(?:\.\d)?")


def without_pages(text: str) -> tuple[str, str]:
    """The text without the numbers, heads and feet of pages, its sentences going on over them, and what was taken out.

    1. —1—, 第1页  2. numbers alone  3. the heads beside them  4. numbers run into a line  5. numbers off their line
    6. —1—, —2— inside lines
    """
    lines = text.split("\n")
    numbers = {n for n, line in enumerate(lines) if PAGE_NUMBER.fullmatch(line)}  # 1
    numbers |= _alone(lines)  # 2
    lines, taken = _without(lines, numbers | _heads(lines, numbers))  # 3
    for n, end in _glued(lines):  # 4
        taken.append(lines[n][:end])
        lines[n] = lines[n][end:]
    lines, shifted = _without(lines, _shifted(lines))  # 5
    text, feet = _without_feet("\n".join(lines))  # 6
    return text, "\n".join([*taken, *shifted, *feet])


def _without(lines: Sequence[str], out: set[int]) -> tuple[list[str], list[str]]:
    """The lines that stay and those that go; with these go the blank lines around them."""
    kept: list[str] = []
    gap = False
    for n, line in enumerate(lines):
        if n in out:
            gap = True
            while kept and not kept[-1]:
                kept.pop()
        elif line or not gap:
            gap = False
            kept.append(line)
    return kept, [lines[n] for n in sorted(out)]


def _alone(lines: Sequence[str]) -> set[int]:
    """The lines that hold the numbers of pages alone: the longest row of them that counts on by one."""
    place, found = 0, []
    for n, line in enumerate(lines):
        if _ALONE.fullmatch(line):
            found.append((n, place, int(line.replace(" ", ""))))
        place += len(line)
    before: dict[int, int] = {}  # a number → which of those found was the last of it
    chain: list[tuple[int, int | None]] = []  # how many count up to each, and the one before it
    for i, (_, _, value) in enumerate(found):
        last = before.get(value - 1)
        chain.append((1 + (chain[last][0] if last is not None else 0), last))
        before[value] = i
    row = [found[i] for i in _row(chain)]
    apart = [b[1] - a[1] for a, b in pairwise(row)]
    return {n for n, _, _ in row} if len(row) >= _FEWEST and median(apart) >= _APART else set()


def _glued(lines: Sequence[str]) -> Iterator[tuple[int, int]]:
    """The lines that begin with the number of their page, and where that ends: 12业，“十三五”规划如期完成"""
    found = [(n, m) for n, line in enumerate(lines) if (m := _GLUED.match(line))]
    at = {n: i for i, (n, _) in enumerate(found)}
    chain: list[tuple[int, int | None]] = []
    gaps: list[int] = []
    for n, mark in found:
        best, gap, last = 0, 0, None
        for apart in _PAGE:
            i = at.get(n - apart)
            if i is None or int(found[i][1][1]) + 1 != int(mark[1]):
                continue
            if chain[i][0] > best and (not gaps[i] or abs(gaps[i] - apart) <= _GIVE):
                best, gap, last = chain[i][0], apart, i
        chain.append((best + 1, last))
        gaps.append(gap)
    row = _row(chain)
    if len(row) >= _FEWEST_GLUED:
        yield from ((found[i][0], found[i][1].end()) for i in row)


def _row(chain: Sequence[tuple[int, int | None]]) -> list[int]:
    """The longest row in a chain, from its first to its last."""
    row: list[int] = []
    at = max(range(len(chain)), key=lambda i: chain[i][0], default=None)
    while at is not None:
        row.append(at)
        at = chain[at][1]
    return row[::-1]


def _heads(lines: Sequence[str], numbers: set[int]) -> set[int]:
    """The lines beside the numbers of pages that most of these have and the text has once more at most, as its title: the
    name of the book, the day of the sitting."""
    beside = {m for n in numbers for m in _beside(lines, n) if len(lines[m]) <= _LONGEST_HEAD} - numbers
    often, anywhere = Counter(lines[m] for m in beside), Counter(lines)
    least = max(_FEWEST, len(numbers) / 2)
    return {m for m in beside if often[lines[m]] >= least and anywhere[lines[m]] <= often[lines[m]] + 1}


def _beside(lines: Sequence[str], n: int) -> Iterator[int]:
    """The nearest line with text above and the one below, at most a blank one away."""
    for way in (-1, 1):
        near = (m for m in (n + way, n + 2 * way) if 0 <= m < len(lines) and lines[m])
        yield from list(near)[:1]


def _shifted(lines: Sequence[str]) -> set[int]:
    """Numbers alone between a line that is full and what follows it: left there they would be read as part of its last number."""
    full = 0.75 * page_width(lines)
    return {
        n
        for n in range(1, len(lines) - 1)
        if full
        and _SHIFTED.fullmatch(lines[n])
        and lines[n + 1]
        and width(lines[n - 1]) > full
        and not lines[n - 1].endswith(STOPS)
    }


def _without_feet(text: str) -> tuple[str, Iterable[str]]:
    """The text without —1—, —2— … that stand inside its lines, and these; one alone stays."""
    feet = list(_FOOT.finditer(text))
    pages = [int(m[1]) for m in feet]
    if len(feet) < 2 or any(b != a + 1 for a, b in pairwise(pages)):
        return text, ()
    return _FOOT.sub("", text), (m[0] for m in feet)
