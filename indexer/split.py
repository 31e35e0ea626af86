"""From a clean text to a Plan: its chapters, its clauses, what stands before and after them."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from indexer.metadata import issuer_of, number_of_year, title_of
from knowledge.model import Clause, Plan
from knowledge.numerals import number

_CHINESE = "[一二三四五六七八九十百零〇壹贰叁肆伍陆柒捌玖拾]"
# One numbering style a line: what a heading starts with.
_STYLES = {
    "第一章": rf"第(?P<n>{_CHINESE}+|\d+)[章篇编部分]+(?=\s|\S)",
    "第一条": rf"第(?P<n>{_CHINESE}+|\d+)条(?=[\s　：:]|\S)",
    "一、": rf"(?P<n>{_CHINESE}+)、",
    "（一）": rf"[（(]\s?(?P<n>{_CHINESE}+)\s?[）)]",
    "1.": r"(?P<n>\d{1,3})\s?(?:、|[.．](?!\d))",
}
# Which style numbers the clauses and which the chapters above them, the first whose clauses stand in the document.
_HOUSES = [("第一条", ("第一章",)), ("（一）", ("一、", "第一章")), ("1.", ("一、",)), ("一、", ()), ("第一章", ())]
# （三）项要求, 第三条规定的 and the like refer to a clause, they do not open one.
_REFERENCE = re.compile(r"\s?[项款目、，,；;。]|[条类种至和及或与的所中]|规定[的，。、]")
_LONGEST_TITLE = 40
_TAIL = re.compile(
    r"(?:20\d\d|二[〇○零][^\s年]{2})年\d{0,2}[^\s]{0,3}月[^\s]{1,3}日$|附件[：:\d一]|抄送|主办(?:单位)?[：:]|版权所有|[^\s]{0,8}ICP备|责任编辑|"
    r"(?:信息)?来源[：:]|联系(?:人|电话|我们)[：:]|网站地图|上一[篇条]|下一[篇条]"
)


@dataclass(frozen=True, slots=True)
class _Heading:
    start: int
    end: int
    style: str
    value: int
    ref: str
    opens_line: bool


def split(text: str, front: Mapping[str, str]) -> tuple[Plan, list[str]]:
    r"""The plan that a clean text holds and what is odd about its numbering; a plan without clauses where it has none.

    `front` says what is known of it: title, issuer, year, edition.
    1. an editor's notes  2. headings  3. clauses between them  4. the tail behind the last one

    >>> plan, odd = split("前言。\n一、保障\n（一）学位。新增57个。\n（二）安全。按（三）项要求。", {})
    >>> [(c.number, c.ref, c.chapter, c.title) for c in plan.clauses], plan.preamble, odd
    ([(1, '（一）', '一、保障', '学位'), (2, '（二）', '一、保障', '安全')], '前言。', [])
    """
    notes = "\n".join(re.findall(r"^>[ \t]*(.*)", text, flags=re.MULTILINE))  # 1
    text = re.sub(r"^>.*\n?", "", text, flags=re.MULTILINE)
    text = re.sub(r"^(?:#{1,6}\s+|\*\*)", "", text, flags=re.MULTILINE).replace("**", "")
    clause_style, chapter_styles = _house(text)
    headings = list(_headings(text, clause_style, chapter_styles))  # 2
    preamble = (text[: headings[0].start if headings else len(text)].strip() + "\n" + notes).strip()
    chapters, clauses = _clauses(text, headings, clause_style)  # 3
    tail = ""
    if clauses:
        clauses[-1], tail = _without_tail(clauses)  # 4
    title = front.get("title") or title_of(preamble)
    known = front.get("year", "")
    year = int(known) if re.fullmatch(r"\d{4}", known) else number_of_year(f"{known}\n{title}\n{preamble}")
    issuer = front.get("issuer") or issuer_of(preamble)
    plan = Plan(title, issuer, year, front.get("edition", ""), tuple(chapters), tuple(clauses), preamble, tail)
    return plan, [*_oddities(headings, clause_style)]


def _house(text: str) -> tuple[str, tuple[str, ...]]:
    """The style of the clauses and those of the chapters. Two articles are needed: one may be a quotation."""
    for clause_style, chapter_styles in _HOUSES:
        count = sum(1 for _ in _candidates(text, clause_style))
        if count >= (2 if clause_style in {"第一条", "1.", "第一章"} else 1):
            return clause_style, chapter_styles
    return "（一）", ("一、",)


def _candidates(text: str, style: str) -> Iterator[_Heading]:
    for found in re.finditer(rf"(?:^|(?<=[\n\s。；：！？])){_STYLES[style]}", text):
        opens_line = found.start() == 0 or text[found.start() - 1] == "\n"
        value = number(found["n"].translate(str.maketrans("壹贰叁肆伍陆柒捌玖拾", "一二三四五六七八九十")))
        if value and not _REFERENCE.match(text, found.end()):
            yield _Heading(found.start(), found.end(), style, int(value), found[0].strip(), opens_line)


def _headings(text: str, clause_style: str, chapter_styles: tuple[str, ...]) -> Iterator[_Heading]:
    """The headings in reading order. One that opens a line is believed; one inside a line only where it is the number
    that comes next and no line opens with it."""
    styles = [clause_style, *(s for s in chapter_styles if any(h.opens_line for h in _candidates(text, s)))]
    if len(styles) == 1:
        styles += chapter_styles[:1]
    found = sorted((h for s in styles for h in _candidates(text, s)), key=lambda h: h.start)
    opened = {(h.style, h.value) for h in found if h.opens_line}
    last = dict.fromkeys(styles, 0)
    for heading in found:
        follows = heading.value == last[heading.style] + 1 or (heading.value == 1 and heading.style == clause_style)
        if heading.opens_line or (follows and (heading.style, heading.value) not in opened):
            last[heading.style] = heading.value
            yield heading


def _clauses(text: str, headings: list[_Heading], clause_style: str) -> tuple[list[str], list[Clause]]:
    """Chapters and clauses. Text that a chapter holds before its first clause is a clause of its own, under its number."""
    chapters: list[str] = []
    clauses: list[Clause] = []
    ends = [*(h.start for h in headings[1:]), len(text)]
    for heading, end in zip(headings, ends, strict=False):
        body = _joined(text[heading.end : end])
        if heading.style == clause_style:
            title = _heading_of(body) if heading.style != "第一条" else ""
            clauses.append(Clause(len(clauses) + 1, heading.ref, chapters[-1] if chapters else "", title, body))
            continue
        name, body = _chapter(body)
        chapters.append(heading.ref + (" " if heading.style == "第一章" and name else "") + name)
        if body:
            clauses.append(Clause(len(clauses) + 1, heading.ref, chapters[-1], name, body))
    return chapters, clauses


def _chapter(body: str) -> tuple[str, str]:
    """A chapter's heading and the text under it, in one line too: 总体要求和目标 坚持以…"""
    line, _, rest = body.partition("\n")
    if len(line) > _LONGEST_TITLE and (blank := re.search(r"\s|(?<=。)", line)) and blank.start() <= _LONGEST_TITLE:
        line, rest = line[: blank.start()], line[blank.end() :] + "\n" + rest
    return line.strip().rstrip("。"), rest.strip()


def _heading_of(body: str) -> str:
    """What stands up to the first 。, where that is short enough to be a heading."""
    title = re.split("[。\n]", body, maxsplit=1)[0].strip()
    return title if len(title) <= _LONGEST_TITLE else ""


def _joined(body: str) -> str:
    """Lines that were broken inside a sentence made one again; paragraphs stay apart."""
    return (
        re.sub(r"(?<![。；：！？）”\n])\n(?![\n|#•—]|- )", "", re.sub(r"\n{2,}", "\n\n", body.strip()))
        if _is_wrapped(body)
        else body.strip()
    )


def _is_wrapped(body: str) -> bool:
    lines = [line for line in body.strip().split("\n") if line]
    return len(lines) > 2 and len({len(line) for line in lines[:-1]} - {max(map(len, lines))}) <= len(lines) // 2


def _without_tail(clauses: list[Clause]) -> tuple[Clause, str]:
    """The last clause and what follows it: a signature, a page's foot, or any line where every other clause has one."""
    last = clauses[-1]
    lines = last.text.split("\n")
    single = len(clauses) > 2 and all("\n" not in c.text for c in clauses[:-1])
    cut = next((i for i, line in enumerate(lines) if i and (single or _TAIL.match(line))), len(lines))
    text, tail = "\n".join(lines[:cut]).strip(), "\n".join(lines[cut:]).strip()
    return Clause(last.number, last.ref, last.chapter, last.title, text), tail


def _oddities(headings: list[_Heading], clause_style: str) -> Iterator[str]:
    """Where a number is missing or stands twice; a chapter may begin at one again."""
    last, chapter = 0, ""
    for heading in headings:
        if heading.style != clause_style:
            chapter = heading.ref
            fresh = True
            continue
        if heading.value == last:
            yield f"{chapter}{heading.ref}重复"
        elif heading.value != last + 1 and not (heading.value == 1 and last and fresh):
            yield f"{chapter}{heading.ref}之前应是第{last + 1}条，编号不连续"
        last, fresh = heading.value, False
