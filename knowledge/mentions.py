"""The years and the plans that a question names: 2022年, 22年, 二〇二一年, 这两年; 学前教育法里, 钟楼区, 省里的规定."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from knowledge.model import Listed, Year
from knowledge.numerals import number
from knowledge.table import places
from knowledge.wording import fold

ALL = 99  # 历年: as many years as there are
_DIGITS = str.maketrans("〇○零一二三四五六七八九", "000123456789")
_YEAR = re.compile(
    r"(?<![\d.])(?P<year>20\d\d)(?:\s?[-—–~至到]\s?(?:20)?\d\d(?=学年)|(?![\d.%]))\s?(?:学年|年度?)?"
    r"|(?P<said>二[〇○零][〇○零一二三四五六七八九]{2})(?:学年|年度?)"
    r"|(?<![\d.满近超达足约第])(?P<short>\d\d)年度?(?![级以内制期])"
)
# A bare number is a year where nothing is counted with it: 2022和2023哪年多, but not 2022个.
_COUNTED = re.compile(r"[个名所人万亿元间套条项家支座处门台块份次册岗本]")
# 22年 is a year where some plan is of about that year.
_ABOUT = 5
_SPAN = re.compile(
    r"(?:最近|这|近|过去|前后)(?P<n>[几两二三四五2-5])年(?:[来间里]|之间)?"
    r"|(?P<bare>[两二三四五])年(?=[来间里各都共总合加差一比提增涨降减少多平]|$|\s)(?!一[次届])(?:[来间里]|之间)?"
    r"|历年|逐年|各年(?!级)|这些年"
)
_WHICH = re.compile("哪一?年度?")
_KIND = re.compile(
    "(?:要点|计划|意见|方案|规定|办法|措施|报告|法|条例|通知|指引|纲要|规划|指南|细则|标准|决定|章程)$"
)
# A document is named by so many characters of its title, so many of them before what kind of document it is.
_NAME, _BEFORE = 4, 2
_AROUND = (r"(?:按照?|根据|依照|在)?\s?《?$", r"^》?(?:里面|里头|里|中|上)?的?")
_PLACE = re.compile(r"[^省市区县旗全本我各该]{1,6}?(?:自治[区州县]|[省市区县旗])")
# Whose plan is meant by these, and by which words of its title or issuer such a plan is known.
_LEVELS = {
    "国": (re.compile(r"(?:国家|全国|中央|教育部|部里)的?(?=规定|文件|要求|政策|计划|要点|标准|法)|国家层面"), re.compile("中华人民共和国|国务院|教育部|全国|国家")),
    "省": (re.compile("省里面?|省教育厅|省厅|省级文件"), re.compile("省|自治区|厅")),
    "市": (re.compile("市里面?|市教育局|市局|市级文件"), re.compile("市")),
    "区": (re.compile("区里面?|区教育局|区局|县里面?"), re.compile("[区县旗]")),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Mention:
    """A stretch [start, end) of a folded text that names a year, a number of years (`span`) or plans by their titles."""

    start: int
    end: int
    kind: str
    years: tuple[Year, ...] = ()
    span: int = 0
    titles: tuple[str, ...] = ()


def mentions(text: str, plans: Sequence[Listed]) -> Iterator[Mention]:
    """The years and plans that a folded text names, beside plans that are listed."""
    years = {p.year for p in plans if p.year}
    yield from _years(text, years)
    if len(years) > 1:
        yield from (Mention(*m.span(), "time.span", span=_many(m["n"] or m["bare"])) for m in _SPAN.finditer(text))
        yield from (Mention(*m.span(), "time.which", span=ALL) for m in _WHICH.finditer(text))
    yield from _documents(text, plans)
    if len(plans) > 1:
        yield from _places(text, plans)
        yield from _levels(text, plans)


def _years(text: str, known: set[int]) -> Iterator[Mention]:
    """
    >>> [m.years[0].number for m in _years("22年比二〇二三年多几个", {2022})]
    [2022, 2023]
    """
    for found in _YEAR.finditer(text):
        value = int(found["year"] or (found["said"] or "").translate(_DIGITS) or f"20{found['short']}")
        counted = found[0].strip() == found["year"] and _COUNTED.match(text, found.end())
        near = not found["short"] or any(abs(value - year) <= _ABOUT for year in known)
        if near and not counted:
            yield Mention(*found.span(), "time.year", (Year(value),))


def _many(said: str | None) -> int:
    value = number(said.replace("两", "二")) if said and said != "几" else None
    return int(value) if value else ALL


def bare_title(title: str) -> str:
    """A title without its year and its signs.

    >>> bare_title("关于2021年教育工作的意见")
    '关于教育工作的意见'
    """
    return re.sub(r"(?:20\d\d|二[〇○零][〇○零一二三四五六七八九]{2})(?:学年|年度?)?|[《》()\s]", "", fold(title))


def place_of(plan: Listed) -> str:
    """The place that a plan is for, the last that its issuer or its title begins with; empty where none is named.

    >>> place_of(Listed(1, "常州市钟楼区2021年教育工作要点", "", 2021)), place_of(Listed(1, "2021年常州教育工作要点", "", 2021))
    ('钟楼区', '常州')
    """
    for name in (fold(plan.issuer), bare_title(plan.title)):
        place, start = "", 0
        while found := _PLACE.match(name, start):
            place, start = found[0], found.end()
        if place := place or next((name[:n] for n in range(5, 1, -1) if name[:n] in places()), ""):
            return place
    return ""


def _documents(text: str, plans: Sequence[Listed]) -> Iterator[Mention]:
    """The stretches that name documents by the end of their titles, each with those that it says most of."""
    called: dict[tuple[int, int], list[str]] = {}
    for plan in plans:
        for start, end in _called(text, bare_title(plan.title)):
            called.setdefault((start, end), []).append(plan.title)
    for (start, end), titles in called.items():
        if not any((a, b) != (start, end) and a <= start and end <= b for a, b in called):
            before, behind = re.search(_AROUND[0], text[:start]), re.match(_AROUND[1], text[end:])
            a, b = before.start() if before else start, end + (behind.end() if behind else 0)
            yield Mention(a, b, "scope.plan", titles=tuple(titles))


def _called(text: str, title: str) -> Iterator[tuple[int, int]]:
    """Where a text says the end of a title, stretches of two characters or more of it left out:

    >>> list(_called("按食品安全规定留样", "学校食品安全与营养健康管理规定"))
    [(1, 7)]
    """
    kind = _KIND.search(title)
    place = text.find(kind[0]) if kind else -1
    while kind and place >= 0:
        start, end = _back(text, place, title, kind.start()), place + len(kind[0])
        if end - start >= _NAME and place - start >= _BEFORE:
            yield start, end
        place = text.find(kind[0], place + 1)


def _back(text: str, start: int, title: str, before: int) -> int:
    """Where the stretch of a text begins that says what stands in a title before a place."""
    for n in range(min(start, before), 0, -1):
        said = text[start - n : start]
        at = before - n if title[:before].endswith(said) else title.rfind(said, 0, before) if n > 1 else -1
        if at >= 0:
            return _back(text, start - n, title, at)
    return start


def _places(text: str, plans: Sequence[Listed]) -> Iterator[Mention]:
    """The places of some plans but not of all, with their ending or without it."""
    of_place: dict[str, list[str]] = {}
    for plan in plans:
        place = place_of(plan)
        for name in {place, *([place[:-1]] if len(place) > 2 else [])} - {""}:
            of_place.setdefault(name, []).append(plan.title)
    for name, titles in of_place.items():
        start = text.find(name) if len(titles) < len(plans) else -1
        if start >= 0:
            end = start + len(name) + (text[start + len(name) :].startswith("的"))
            yield Mention(start, end, "scope.place", titles=tuple(titles))


def _levels(text: str, plans: Sequence[Listed]) -> Iterator[Mention]:
    """Whose plan is asked for by its level, where those at hand are of several: 省里, 市里."""
    levels = {plan.title: level_of(plan) for plan in plans}
    for level, (said, _) in _LEVELS.items():
        titles = tuple(title for title, of in levels.items() if of == level)
        if 0 < len(titles) < len(plans):
            yield from (Mention(*m.span(), "scope.level", titles=titles) for m in said.finditer(text))


def level_of(plan: Listed) -> str:
    """国, 省, 市 or 区; a place without its ending is taken for a city."""
    name = fold(plan.issuer) + bare_title(plan.title)
    if _LEVELS["国"][1].search(name):
        return "国"
    place = place_of(plan)
    ends = "区" if place.endswith(("区", "县", "旗")) and not place.endswith("自治区") else ""
    if not place:
        return "省" if "厅" in name else ""
    return ends or ("省" if place.endswith(("省", "自治区")) or "厅" in name else "市")
