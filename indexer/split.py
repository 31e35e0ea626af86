"""From a clean text to a Plan: its chapters, its clauses, what stands before and after them."""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import pairwise

from indexer.introduction import introduction
from indexer.lines import CONTENTS, unbroken
from indexer.numbering import STYLES, Mark, lines, marks
from indexer.pages import without_pages
from knowledge.model import Clause, Plan

# What may number the clauses; the first that does so throughout is taken: laws by articles, plans by （一）, others as they can.
_CLAUSES = (
    "第一条",
    "（一）",
    "【1】",
    "1.1.1",
    "1.1",
    "1.",
    "一、",
    "（1）",
    "问：",
    "第一节",
    "壹、",
    "第一章",
    "第一部分",
    "第一编",
)
# Throughout: over so much of what stands under any number.
_THROUGHOUT = 0.3
# One alone of these may be a quotation or a list of one.
_IN_PAIRS = frozenset({"第一条", "壹、", "【1】", "1.", "1.1", "1.1.1", "（1）", "问："})
# A heading that is printed without a number is a line of no more characters; so is a signature.
_LONGEST_TITLE, _LONGEST_LINE = 40, 30
# A chapter whose first line is longer and holds no mark where a heading could end has none that can be told: two lines of a page.
_LONGEST_CHAPTER = 80
# Paragraphs without a heading are a clause together up to so many characters: one alone says little.
_PROSE = 200
# A table of contents has a number every so many characters or more.
_LISTED = 80
_ANNEX = re.compile(r"^附\s?[件录表]\s?(?:[一二三四五六七八九十\d]{1,2})?\s?(?:[：:].*)?$", re.MULTILINE)
_DATE = re.compile(r"(?:20\d\d|二[〇○零][^\s年]{2})年\d{0,2}[^\s]{0,3}月[^\s]{1,3}日$")
_TAIL = re.compile(
    r"附件[：:\d一]|抄送|主办(?:单位)?[：:]|版权所有|[^\s]{0,8}ICP备|责任编辑|"
    r"(?:信息)?来源[：:]|联系(?:人|电话|我们)[：:]|网站地图|上一[篇条]|下一[篇条]|(?:相关|延伸|更多)(?:报道|阅读|新闻|文章|链接|推荐)(?:[：:]|$)"
)
_NAME = re.compile(r"[^：]*[\u4e00-\u9fff][^：]*")
_STOPS = tuple("。；：！？，、）|")


def split(text: str) -> tuple[Plan, list[str]]:
    r"""The plan that a clean text holds and what is odd about its numbering; a plan without clauses where it has no text.

    1. an editor's notes  2. what pages add  3. the document among its annexes  4. headings  5. clauses between them
    6. an introduction that states figures  7. the tail behind them

    >>> plan, odd = split("前言。\n一、保障\n（一）学位。新增57个。\n（二）安全。按（三）项要求。")
    >>> [(c.number, c.ref, c.chapter, c.title) for c in plan.clauses], plan.preamble, odd
    ([(1, '（一）', '一、保障', '学位'), (2, '（二）', '一、保障', '安全')], '前言。', [])
    """
    notes = "\n".join(re.findall(r"^>[ \t]*(.*)", text, flags=re.MULTILINE))  # 1
    text = re.sub(r"^>.*\n?", "", text, flags=re.MULTILINE)
    text = re.sub(r"^(?:#{1,6}\s+|\*\*)", "", text, flags=re.MULTILINE).replace("**", "")
    text, pages = without_pages(text)  # 2
    text = unbroken(text, {m.start for m in marks(text)})
    before, text, behind = _document(text)  # 3
    style, headings = _headings(text)  # 4
    headings = sorted([*headings, *_plain_headings(text, headings)], key=lambda h: h.start)
    if headings:  # 5
        start, (chapters, clauses) = headings[0].start, _clauses(text, headings, style)
    else:
        chapters, (start, clauses) = [], _unnumbered(text)
    opening, told = introduction(text[:start].strip()) if clauses else (text[:start].strip(), [])  # 6
    preamble = "\n".join(filter(None, (before.strip(), opening, notes)))
    clauses, tail = _without_tail(clauses)  # 7
    tail = "\n".join(filter(None, (tail, behind.strip(), pages)))
    clauses = [*told, *_told_apart(clauses)]
    plan = Plan("", "", None, "", tuple(chapters), tuple(clauses), preamble, tail)
    return plan, [*_oddities(headings, style)]


def _document(text: str) -> tuple[str, str, str]:
    """What stands before the document proper, itself, and what stands behind: a notice and its annexes, or a plan and its
    tables. It is the part in which most text stands under numbers."""
    starts = [0, *(m.start() for m in _ANNEX.finditer(text) if m.start()), len(text)]
    parts = list(pairwise(starts))
    start, end = max(parts, key=lambda part: _under_numbers(text[slice(*part)])) if len(parts) > 1 else parts[0]
    return text[:start], text[start:end], text[end:]


def _under_numbers(text: str) -> int:
    found = marks(text)
    return len(text) - found[0].start if len(found) > 1 else 0


def _headings(text: str) -> tuple[str, list[Mark]]:
    """The style of the clauses, and the numbers that open them and the chapters above them; none where nothing is numbered."""
    found = marks(text)
    by_style = {style: [m for m in found if m.style == style] for style in STYLES}
    # Numbers inside lines head nothing where others open lines.
    opening = any(len(some) > 1 and lines(some) >= 0.5 for some in by_style.values())
    heading = {style for style, some in by_style.items() if some and (not opening or lines(some) >= 0.5)}
    heading -= {style for style in _IN_PAIRS if len(by_style[style]) < 2}
    numbered = [m for m in found if m.style in heading]
    enough = _THROUGHOUT * (len(text) - numbered[0].start if numbered else 0)
    style = next((s for s in _CLAUSES if s in heading and _under(s, numbered, len(text)) >= enough), "")
    above = {s for s in STYLES[: STYLES.index(style)] if s in heading and s != "第一条"} if style else set()
    return style, _without_contents(text, [m for m in numbered if m.style in above | {style}])


def _without_contents(text: str, headings: list[Mark]) -> list[Mark]:
    """The headings behind a table of contents, where they begin anew in the same words."""
    if headings:
        first, *others = headings
        said = text[first.end : first.end + _LONGEST_TITLE].split(maxsplit=1)[:1]
        contents = CONTENTS.search(text, 0, first.start)
        for place, mark in enumerate(others, 1):
            again = (mark.style, mark.value) == (first.style, first.value) and text[mark.end :].split(maxsplit=1)[
                :1
            ] == said
            if again and (contents or mark.start - first.start <= _LISTED * place):
                return headings[place:]
    return headings


def _under(style: str, found: Sequence[Mark], end: int) -> int:
    """How many characters stand under numbers of a style: up to the next number of it or of one above it."""
    rank = STYLES.index(style)
    level = [m for m in found if STYLES.index(m.style) <= rank]
    ends = [*(m.start for m in level[1:]), end]
    return sum(end - m.start for m, end in zip(level, ends, strict=True) if m.style == style) if level else 0


def _plain_headings(text: str, headings: Sequence[Mark]) -> list[Mark]:
    """Headings printed without a number above some of the numbered units; none where the last unit ends in such a line too, for
    then it is their foot: 责任处室 …"""
    bodies = [(unit.end, text[unit.end : below.start].rstrip()) for unit, below in pairwise(headings)]
    *_, foot = text[headings[-1].end :].rstrip().rpartition("\n") if headings else ("",)
    plain = [
        Mark(place, place, "", 0, "", opens_line=True)
        for start, body in bodies
        if _is_heading(body[(cut := body.rfind("\n") + 1) :]) and body[:cut].rstrip().endswith(_STOPS)
        for place in [start + cut]
    ]
    return plain if len(plain) > 1 and not _is_heading(foot) else []


def _clauses(text: str, headings: list[Mark], style: str) -> tuple[list[str], list[Clause]]:
    """Chapters and clauses. A unit above the clauses is a chapter if it holds some or is of the outermost style; the text it
    holds before its first clause is a clause of its own, under its number."""
    ranks = [STYLES.index(h.style or style) - (not h.style) / 2 for h in headings]
    ends = [*(h.start for h in headings[1:]), len(text)]
    chapters: list[str] = []
    around: list[tuple[float, str]] = []
    clauses: list[Clause] = []
    for heading, rank, below, end in zip(headings, ranks, [*ranks[1:], 0], ends, strict=True):
        body = text[heading.end : end].strip()
        while around and around[-1][0] >= rank:
            around.pop()
        name, rest = _chapter(body)
        if heading.style == style or (heading.style and below <= rank > min(ranks)):
            title = "" if style == "第一条" else _heading_of(body) if heading.style == style else name
        else:
            chapters.append(heading.ref + (" " if heading.ref.startswith("第") and name else "") + name)
            around.append((rank, chapters[-1]))
            title, body = name, rest
        if body or heading.style == style:
            clauses.append(Clause(len(clauses) + 1, heading.ref, around[-1][1] if around else "", title, body))
    return chapters, clauses


def _unnumbered(text: str) -> tuple[int, list[Clause]]:
    """Where the first clause of a text without numbers begins, and the clauses: what stands under each heading, or else
    paragraphs, short ones together. The first line of all may be the document's title."""
    told = [(m.start(), m[0]) for m in re.finditer(r"[^\n]+", text) if not m[0].isspace()]
    short = [_is_heading(line) for _, line in told]
    titled = 1 if short[:1] == [True] else 0
    starts = [told[i][0] for i in range(titled, len(told) - 1) if short[i] and not short[i + 1]]
    headed = len(starts) > 1
    if not headed:
        starts, length = [], _PROSE
        for (place, line), heading in zip(told[titled:], short[titled:], strict=True):
            if length >= _PROSE:
                starts, length = [*starts, place], 0
            length += 0 if heading else len(line)
        if not length:
            starts = []
    bodies = [text[a:b].strip() for a, b in pairwise([*starts, len(text)])]
    clauses = [Clause(n, "", "", b.split("\n")[0] if headed else "", b) for n, b in enumerate(bodies, 1)]
    return (starts[0] if starts else len(text)), clauses


def _is_heading(line: str) -> bool:
    return 0 < len(line) <= _LONGEST_LINE and not line.endswith(_STOPS) and bool(_NAME.fullmatch(line))


def _chapter(body: str) -> tuple[str, str]:
    """A chapter's heading and the text under it, in one line too: 总体要求和目标 坚持以…"""
    line, _, rest = body.partition("\n")
    if (
        len(line) > _LONGEST_TITLE
        and (blank := re.search(r"(?<!\d)\s(?!\d)|(?<=。)", line))
        and blank.start() <= _LONGEST_TITLE
    ):
        line, rest = line[: blank.start()], line[blank.end() :] + "\n" + rest
    if len(line) > _LONGEST_CHAPTER:
        return "", body.strip()
    return line.strip().rstrip("。"), rest.strip()


def _heading_of(body: str) -> str:
    """What stands up to the first 。 or 一是, where that is short enough to be a heading."""
    title = re.split("[。\n]|(?<!之)一是", body, maxsplit=1)[0].strip()
    return title if len(title) <= _LONGEST_TITLE else ""


def _without_tail(clauses: list[Clause]) -> tuple[list[Clause], str]:
    """The clauses with the last one's end where the others have theirs, and what follows it: a signature and its date, a
    page's foot, or any paragraph where every other clause has one."""
    if not clauses:
        return [], ""
    *others, last = clauses
    lines = last.text.split("\n")
    single = bool(last.ref) and len(others) > 1 and all("\n" not in c.text for c in others)
    ends = (i for i, line in enumerate(lines) if i and (single or _TAIL.match(line) or _DATE.match(line)))
    cut = next(ends, len(lines))
    while cut > 1 and cut < len(lines) and _is_heading(lines[cut - 1]):
        cut -= 1
    return [*others, replace(last, text="\n".join(lines[:cut]).strip())], "\n".join(lines[cut:]).strip()


def _told_apart(clauses: list[Clause]) -> list[Clause]:
    """The clauses whose printed number stands in several chapters, with the number of their chapter before it."""
    printed = Counter(c.ref for c in clauses)
    return [replace(c, path=_number_of(c.chapter, c.ref)) if printed[c.ref] > 1 and c.ref else c for c in clauses]


def _number_of(chapter: str, ref: str) -> str:
    """The number of a chapter, where it is not itself the one printed."""
    found = marks(chapter)
    return found[0].ref if found and found[0].ref != ref else ""


def _oddities(headings: list[Mark], style: str) -> Iterator[str]:
    """Where a number is missing or stands twice; a chapter may begin at one again."""
    last, chapter, fresh = 0, "", False
    for heading in headings:
        if heading.style != style:
            chapter, fresh = heading.ref, True
            continue
        if heading.value == last and not fresh:
            yield f"{chapter}{heading.ref}重复"
        elif heading.value != last + 1 and not (heading.value == 1 and last and fresh):
            yield f"{chapter}{heading.ref}之前应是第{last + 1}条，编号不连续"
        last, fresh = heading.value, False
