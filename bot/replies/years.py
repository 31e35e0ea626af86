"""What a reply says of several plans: which of them answers, which says nothing, and the same item year by year."""

from collections.abc import Iterator
from decimal import Decimal

from bot.replies.blocks import Bar, Block, Chart, Numbers, Say
from bot.replies.naming import counted, titled
from knowledge.model import Finding

NEWEST = "您没说是哪一份计划，这里按最新的{plan}答。"
OLDER = "{newest}里没有写，{plan}里写了："
NEWEST_ONES = "最新的计划"
SILENT = "{plan}里没有写这件事。"
NOT_ONE_ITEM = "这几年写的不是同一件事，或者单位、范围不一样，所以没有替您算。"


def noted(finding: Finding, blocks: list[Block]) -> list[Block]:
    """What answers, with the word that the newest plan was taken, or an older one where the newest says nothing."""
    if not finding.led or not finding.matches:
        return blocks
    here = finding.matches[0].clause
    name = titled(here.plan, here.edition)
    if finding.led == "older":
        others = (titled(p.title, p.edition) for p in finding.plans if (p.title, p.year) != (here.plan, here.year))
        return [Say(OLDER.format(newest=next(others, NEWEST_ONES), plan=name)), *blocks]
    place = 1 if isinstance(blocks[0], Numbers) else 2
    return [*blocks[:place], Say(NEWEST.format(plan=name)), *blocks[place:]]


def of_years(finding: Finding) -> Iterator[str]:
    """Which of several plans that were asked say nothing, and why nothing was computed."""
    if finding.reason == "not_alike":
        yield NOT_ONE_ITEM
    told = {(c.plan, c.year) for c, _ in finding.figures}
    silent = [titled(p.title, p.edition) for p in finding.plans if (p.title, p.year) not in told]
    if silent and not finding.led and len(finding.plans) > 1:
        yield SILENT.format(plan="、".join(silent))


def by_year(finding: Finding) -> Chart:
    """The same item in several years, the newest first; no bars where it is not the same."""
    figures = [(c, f) for c, f in finding.figures if f.unit == finding.figures[0][1].unit] if finding.derived else []
    top = max((f.value for _, f in figures), default=Decimal(0)) or Decimal(1)
    bars = (Bar(f"{c.year}年", f.raw, f.value / top, marked=False, value=f.value, unit=f.unit) for c, f in figures)
    return Chart(counted(figures[0][1]) if figures else "", tuple(bars))
