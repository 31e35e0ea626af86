"""How a plan, a clause and a figure are called, and which plan a person means."""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from decimal import Decimal
from functools import lru_cache
from typing import Any

from bot.replies.blocks import Number, shortened
from knowledge.errors import SettingsError
from knowledge.mentions import bare_title, is_yearly, place_of, series
from knowledge.model import Clause, Derived, Figure, Listed
from knowledge.numerals import MONEY, SHARES
from knowledge.wording import fold

_NAMED = 5  # plans named in a sentence
_SHORT = 10  # characters of a name

_NUMBER = re.compile(r"(?P<number>\D*?\d[\d.,]*(?:[-–—~～至到]\d[\d.,]*)?)(?P<unit>.*)")
_COUNTED = re.compile(r"([（(].{1,5}[）)]|\d{1,4})[.、]?")


def line(clause: Clause) -> str:
    """（七）持续增加学位资源供给"""
    return f"{clause.ref}{clause.title or shortened(clause.text)}"


def named(figure: Figure) -> str:
    """新增学位 · 小学：7020个"""
    return f"{counted(figure)}：{figure.raw}{_qualified(figure)}"


def number(clause: Clause, figure: Figure, place: int = 0, *, dated: bool = False) -> Number:
    """A figure as a number that answers; `dated` where those of several plans stand together: 2023年 新增学位（第（七）条）"""
    what, note = counted(figure), _qualified(figure)
    if dated:
        when = f"{clause.year}年" if clause.year else titled(clause.plan, clause.edition)
        what, note = f"{when} {what}", f"{note}（{ref_of(clause)}）"
    return Number(what, *parted(figure.raw), note, place, figure, clause)


def parted(raw: str) -> tuple[str, str]:
    """A number as printed, and its unit.

    >>> parted("约1.5亿元"), parted("2-3期"), parted("若干所")
    (('约1.5', '亿元'), ('2-3', '期'), ('若干所', ''))
    """
    found = _NUMBER.fullmatch(raw)
    return (found["number"], found["unit"]) if found else (raw, "")


def _qualified(figure: Figure) -> str:
    shown = figure.qualifier and figure.qualifier not in figure.raw + counted(figure)
    return f"（{figure.qualifier}）" if shown else ""


def counted(figure: Figure) -> str:
    """新增学位 · 小学"""
    return f"{figure.what} · {figure.part}" if figure.part else figure.what


def asked_for(unit: str) -> str:
    """How one asks for a number in that unit, behind what it counts.

    >>> asked_for("个"), asked_for("亿元"), asked_for("%")
    ('有多少个？', '多少钱？', '是多少？')
    """
    if unit in MONEY or unit.endswith("元"):
        return "多少钱？"
    return "是多少？" if unit in SHARES else f"有多少{unit}？"


def source(clause: Clause) -> str:
    """《2021年常州教育工作要点》（通俗版）第（七）条 持续增加学位资源供给"""
    return f"{titled(clause.plan, clause.edition)}{ref_of(clause)}{' ' + clause.title if clause.title else ''}"


def ref_of(clause: Clause) -> str:
    """第（七）条 or 第3条, as it is printed where that says it: 第七条, 三、, 【任务3】, 五、（三）; the place of what has no number."""
    if not clause.ref or clause.ref.startswith("问"):
        return f"第 {clause.number} 段"
    counted = _COUNTED.fullmatch(clause.ref)
    return f"第{counted[1]}条" if counted and not clause.path else clause.path + clause.ref


def titled(title: str, edition: str) -> str:
    return f"《{title}》{f'（{edition}）' if edition else ''}"


def plan_called(name: str, plans: Sequence[Mapping[str, Any]]) -> Mapping[str, Any]:
    """The plan (of rows as Store.plans gives them) that a name means: its whole title, else telling parts of its title, year,
    issuer, number or edition.

    Raises SettingsError, naming the plans that there are, where none or several fit.
    """
    exact = [p for p in plans if name.strip("《》") == p["title"]]
    parts = re.findall(r"\d+年?|[^\W\d]+", fold(name))
    fitting = exact or [p for p in plans if parts and all(_says(_told_of(p), part) for part in parts)]
    if len(fitting) == 1:
        return fitting[0]
    if fitting:
        raise SettingsError(f"“{name}”可以指{_listed(fitting)}，请写得再具体一点，例如加上年份、发布单位或“原文”。")
    there = f"现有{_listed(plans)}" if plans else "索引里还没有计划"
    raise SettingsError(f"没有叫“{name}”的计划，{there}。")


@lru_cache(4)
def short_names(plans: tuple[Listed, ...]) -> Mapping[str, str]:
    """A name of a few characters for each of several plans, by its title: 2022年 of the bureau that has most of them, 钟楼区 of
    another, with its year where that has several too; else the title, cut short where that still tells it from others."""
    yearly = Counter(series(p) for p in plans if is_yearly(p)).most_common(2)
    alone = yearly and yearly[0][1] > (yearly[1][1] if len(yearly) > 1 else 1)
    ways = [[way(p, yearly[0][0] if alone else "") for p in plans] for way in _WAYS]
    counts = [Counter(names) for names in ways]
    told = zip(plans, zip(*ways, strict=True), strict=True)
    return {
        p.title: next((n for n, c in zip(names, counts, strict=True) if n and c[n] == 1), p.title) for p, names in told
    }


def plan_names(titles: Iterable[str], plans: tuple[Listed, ...]) -> tuple[str, ...]:
    """The short names of the plans with these titles, each once; none where there is but one plan, which needs no name."""
    names = short_names(plans) if len(plans) > 1 else {}
    return tuple(dict.fromkeys(names[title] for title in titles if title in names))


def _placed(plan: Listed, _home: str) -> str:
    return place_of(plan) if is_yearly(plan) else ""


# From the shortest on; a way that says nothing of a plan is passed over, as is one that says the same of two.
_WAYS: tuple[Callable[[Listed, str], str], ...] = (
    lambda plan, home: f"{plan.year}年" if is_yearly(plan) and series(plan) == home else _placed(plan, home),
    lambda plan, home: f"{place}{plan.year}年" if (place := _placed(plan, home)) else "",
    lambda plan, _: shortened(bare_title(plan.title), _SHORT),
)


def _says(told: str, part: str) -> bool:
    """Does what is told of a plan hold these letters, or this number as a whole one?"""
    return part in told if not part[0].isdigit() else bool(re.search(rf"(?<!\d){part}(?!\d)", told))


def _told_of(plan: Mapping[str, Any]) -> str:
    year = f"{plan['year']}年" if plan["year"] else ""
    said = (plan["title"], year, plan["issuer"], plan["number"], plan["edition"] or "原文")
    return fold(" ".join(s or "" for s in said))


def _listed(plans: Sequence[Mapping[str, Any]]) -> str:
    names = "、".join(titled(p["title"], p["edition"]) for p in plans[:_NAMED])
    return names + (f"等 {len(plans)} 份" if len(plans) > _NAMED else "")


def body(clause: Clause) -> str:
    """The clause without its heading."""
    return clause.text.removeprefix(clause.title).lstrip("。\n ") if clause.title else clause.text


def amount(value: Decimal, unit: str) -> str:
    """A number that was computed, with its unit.

    >>> amount(Decimal("1.50"), "亿元"), amount(Decimal("10.0"), "倍")
    ('1.5亿元', '10倍')
    """
    return f"{value.normalize():f}{unit}"


def as_printed(value: Decimal, derived: Derived) -> tuple[Decimal, str]:
    """A number in the unit of what was computed, as its figures are printed: 33000, 人 of 1.9万人 and 1.4万人 are 3.3, 万人.

    Money is told in 万 or 亿 whatever its figures are in; a number that would have more than two decimals so is not.
    """
    printed = {"".join(re.findall(f"[亿万](?={re.escape(derived.unit)})", f.raw)[:1]) for f in derived.of}
    names = printed if len(printed) == 1 else {"亿", "万"} if derived.unit == "元" else set()
    for size, name in ((10**8, "亿"), (10**4, "万")):
        if name in names and value % (size // 100) == 0 and (value >= size or len(names) == 1):
            return value / size, name + derived.unit
    return value, derived.unit
