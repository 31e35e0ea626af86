"""How a plan, a clause and a figure are called."""

from decimal import Decimal

from bot.blocks import shortened
from knowledge.model import Clause, Figure


def line(clause: Clause) -> str:
    """（七）持续增加学位资源供给"""
    return f"{clause.ref}{clause.title or shortened(clause.text)}"


def named(figure: Figure) -> str:
    """新增学位 · 小学：7020个"""
    what = counted(figure)
    extra = f"（{figure.qualifier}）" if figure.qualifier and figure.qualifier not in figure.raw + what else ""
    return f"{what}：{figure.raw}{extra}"


def dated(figure: Figure, clause: Clause) -> str:
    """2023年 新增学位 · 小学：7020个（第（七）条）"""
    when = f"{clause.year}年" if clause.year else titled(clause.plan, clause.edition)
    return f"{when} {named(figure)}（{ref_of(clause)}）"


def counted(figure: Figure) -> str:
    """新增学位 · 小学"""
    return f"{figure.what} · {figure.part}" if figure.part else figure.what


def source(clause: Clause) -> str:
    """《2021年常州教育工作要点》（通俗版）第（七）条 持续增加学位资源供给"""
    return f"{titled(clause.plan, clause.edition)}{ref_of(clause)}{' ' + clause.title if clause.title else ''}"


def ref_of(clause: Clause) -> str:
    """第（七）条"""
    if not clause.ref:
        return f"第 {clause.number} 段"
    return clause.ref if clause.ref.startswith("第") else f"第{clause.ref.strip('.、')}条"


def titled(title: str, edition: str) -> str:
    return f"《{title}》{f'（{edition}）' if edition else ''}"


def body(clause: Clause) -> str:
    """The clause without its heading."""
    return clause.text.removeprefix(clause.title).lstrip("。\n ") if clause.title else clause.text


def amount(value: Decimal, unit: str) -> str:
    """A number that was computed, with its unit.

    >>> amount(Decimal(150000000), "元"), amount(Decimal("10.0"), "倍")
    ('1.5亿元', '10倍')
    """
    for size, name in ((10**8, "亿"), (10**4, "万")):
        if value >= size and value % (size // 100) == 0 and unit == "元":
            return f"{(value / size).normalize():f}{name}{unit}"
    return f"{value.normalize():f}{unit}"
