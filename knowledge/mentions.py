"""The years and the plans that a question names: 2022年, 22年, 二〇二一年, 这两年; 学前教育法里, 钟楼区, 省里的规定."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from knowledge.model import Listed, Year
from knowledge.numerals import number
from knowledge.table import places
from knowledge.wording import fold

_KEPT = 4096  # plans whose names are kept in hand
ALL = 99  # 历年: as many years as there are
_DIGITS = str.maketrans("〇○零一二三四五六七八九", "000123456789")
_YEAR = re.compile(
    r"(?<![\d.])(?P<year>20\d\d)(?:\s?[-—–~至到]\s?(?:20)?\d\d(?=学年)|(?!\s?年\s?\d{1,2}月)(?![\d.%]))\s?(?:学年|年度?)?"
    r"|(?P<said>二[〇○零][〇○零一二三四五六七八九]{2})(?:学年|年度?)"
    r"|(?<![\d.满近超达足约第])(?P<short>\d\d)(?:年度?(?![级以内制期])|(?=[、和与跟到至—-]\d\d年))"
)
# A bare number is a year where nothing is counted with it: 2022和2023哪年多, but not 2022个.
_COUNTED = re.compile(r"[个名所人万亿元间套条项家支座处门台块份次册岗本]")
# 22年 is a year where some plan is of about that year.
_ABOUT = 5
_SPAN = re.compile(
    r"(?:最近|这|近|过去|前后)(?P<n>[几两二三四五2-5])年(?:[来间里]|之间)?"
    r"|(?P<bare>[两二三四五])年(?=[的来间里各都共总合加差一比提增涨降减少多平]|$|\s)(?!一[次届])(?:[来间里]|之间)?"
    r"|历年|逐年|各年(?!级)|这些年"
)
_WHICH = re.compile("哪一?年度?")
_KIND = re.compile("(?:要点|计划|意见|方案|规定|办法|措施|报告|法|条例|通知|指引|纲要|规划|指南|细则|标准|决定|章程)$")
# A document is named by so many characters of its title, so many of them before what kind of document it is; by the last
# words of it where these are the name of one or where something says so, by half of it in any case.
_NAME, _BEFORE, _HALF = 4, 2, 0.5
_OF_ONE = re.compile("(?:法|条例|规定|办法|要点|计划|报告|章程|细则)$")
_BEFORE_NAME = re.compile(r"(?:按照?|根据|依照|依据)\s?《?$|《$")
_BEHIND_NAME = re.compile(r"》?(?:里面|里头|里|中|上)的?|》的?|(?=第\s?[零〇一二三四五六七八九十百\d]+\s?条)")
_PLACE = re.compile(r"[^省市区县旗全本我各该]{1,6}?(?:自治[区州县]|[省市区县旗])")
# What a bureau issues every year, whether its title names the year or not.
_YEARLY = ("要点", "计划", "安排", "报告")
# Whose plan is meant by these; behind them a word for a document means any document, not only a plan.
_LEVELS = {
    "国": re.compile("国家|全国|中央|教育部|部里"),
    "省": re.compile("省里面?|省教育厅|省厅"),
    "市": re.compile("市里面?|市教育局|市局"),
    "区": re.compile("区里面?|区教育局|区局|县里面?"),
}
_DOCUMENT = re.compile("的?(?:规定|文件|办法|计划|要点)")
_OF_STATE = re.compile("中华人民共和国|国务院|教育部|全国|国家")


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
        yield from _places(text, [p for p in plans if is_yearly(p)])
        yield from _levels(text, plans)


def _years(text: str, known: set[int]) -> Iterator[Mention]:
    """The years that a text names by their numbers; `known` are those of plans.

    >>> [m.years[0].number for m in _years("22年比二〇二三年多几个", {2022})]
    [2022, 2023]
    """
    for found in _YEAR.finditer(text):
        value = int(found["year"] or (found["said"] or "").translate(_DIGITS) or f"20{found['short']}")
        counted = found[0].strip() == found["year"] and _COUNTED.match(text, found.end())
        near = not found["short"] or any(abs(value - year) <= _ABOUT for year in known)
        if near and not counted:
            yield Mention(*found.span(), "time.year", (Year(value),))


def without_years(text: str) -> str:
    """A text without the years that it names by their numbers."""
    return _YEAR.sub("", text).strip()


def _many(said: str | None) -> int:
    value = number(said.replace("两", "二")) if said and said != "几" else None
    return int(value) if value else ALL


@lru_cache(_KEPT)
def bare_title(title: str) -> str:
    """A title without its year and its signs.

    >>> bare_title("关于2021年教育工作的意见")
    '关于教育工作的意见'
    """
    return re.sub(r"(?:20\d\d|二[〇○零][〇○零一二三四五六七八九]{2})(?:学年|年度?)?|[《》()\s]", "", fold(title))


@lru_cache(_KEPT)
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
    called: dict[tuple[int, int], list[Listed]] = {}
    for plan in plans:
        for start, end in _called(text, bare_title(plan.title)):
            called.setdefault((start, end), []).append(plan)
    for (start, end), named in called.items():
        before, behind = _BEFORE_NAME.search(text[:start]), _BEHIND_NAME.match(text[end:])
        inside = any((a, b) != (start, end) and a <= start and end <= b for a, b in called)
        bare = bare_title(named[0].title)
        one = len(set(map(series, named))) == 1 and (end - start >= _HALF * len(bare) or bool(_OF_ONE.search(bare)))
        if not inside and ((one and bare.endswith(text[start:end])) or before or behind):
            a, b = before.start() if before else start, end + (behind.end() if behind else 0)
            yield Mention(a, b, "scope.plan", titles=tuple(p.title for p in named))


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
    """Whose plan is asked for by its level, where those at hand are of several: 区里, 按省里的规定."""
    for level, said in _LEVELS.items():
        for found in said.finditer(text):
            document = _DOCUMENT.match(text, found.end())
            asked = [p for p in plans if document or (level != "国" and is_yearly(p))]
            titles = tuple(p.title for p in asked if level_of(p) == level)
            if 0 < len(titles) < len(plans):
                yield Mention(found.start(), document.end() if document else found.end(), "scope.level", titles=titles)


@lru_cache(_KEPT)
def level_of(plan: Listed) -> str:
    """国, 省, 市 or 区; a place without its ending is taken for a city."""
    name, place = fold(plan.issuer) + bare_title(plan.title), place_of(plan)
    if _OF_STATE.search(name):
        return "国"
    if place.endswith(("省", "自治区")) or "厅" in name:
        return "省"
    return "区" if place.endswith(("区", "县", "旗")) else "市" if place else ""


@lru_cache(_KEPT)
def is_yearly(plan: Listed) -> bool:
    """Is it what a bureau issues every year?"""
    bare = bare_title(plan.title)
    return plan.year is not None and bare.endswith(_YEARLY)


def series(plan: Listed) -> str:
    """What is the same of the plans that one bureau issues year after year; other documents stand alone."""
    return (place_of(plan) or plan.issuer or bare_title(plan.title)) if is_yearly(plan) else plan.title
