"""So many at so much each, and how many come to each: 58间、每间8万元, 新增学位3510个 in 13所."""

import re
from dataclasses import replace

from knowledge.fit import Row, best, fit, fits, is_increment, same_unit, spoken
from knowledge.model import Clause, Frame, Op
from knowledge.numerals import SHARES
from knowledge.operations import Result, divide, multiply
from knowledge.surroundings import bounds
from knowledge.wording import fold

# What a rate goes by: 每间补助8万元, 每校安排经费600万元.
_EACH = re.compile("每([所个间校名人生位家台辆场节座支门套项])[^，。；、]*$")
# 平均每所, 平均到一个点; 一辆车平均.
_ONE = "[每一](个?(?:学生|孩子|老师|教师|学员|人)|[个所间校名人生位家台辆场节座支门套项处条])"
_AVERAGE = re.compile(f"(?:平均|均摊)[到给下来]{{0,3}}{_ONE}|{_ONE}[^，,]{{0,8}}平均")
_MEASURES = {"校": "所", "生": "名", "辆": "台"} | dict.fromkeys(
    "个学生 个孩子 个老师 个教师 个学员 个人 学员".split(), "人"
)


def product(frame: Frame, clause: Clause) -> Result | None:
    """What so many come to at so much each (一共要补多少钱), or a share of a whole (折合多少人); None where that is not asked."""
    if frame.op not in {Op.SUM, Op.WORTH}:
        return None
    worth = frame.op is Op.WORTH
    plain = replace(frame, op=None, units=tuple(SHARES) if worth else frame.units)
    rate = next(iter(best(fits(plain, clause))), None)
    start, _ = bounds(clause, rate.figure) if rate else (0, 0)
    each = _EACH.search(clause.text[start : rate.figure.start]) if rate and not worth else None
    if rate is None or not (worth or each):
        return None
    units = frame.units if worth else (_MEASURES.get(each[1], each[1]),) if each else ()
    rows = [Row(clause, f, rate.fit) for f in clause.figures if start <= f.start < rate.figure.start and f.part is None]
    counted = [r for r in rows if any(same_unit(u, r.figure.unit) for u in units) and not is_increment(r)]
    return multiply(counted[0], rate) if len(counted) == 1 else None


def rate_of(frame: Frame, clause: Clause) -> Result | None:
    """How many come on the average to each of what the same sentence counts (平均每所新增多少学位); None where that is not asked."""
    each = _AVERAGE.search(frame.text) if frame.op is Op.AVERAGE and not frame.by and not frame.first else None
    if each is None:
        return None
    one = each[1] or each[2]
    rows = [r for r in fits(replace(frame, op=None, per=""), clause) if not is_increment(r)]
    wholes, unit = best(r for r in rows if r.figure.part is None), _MEASURES.get(one, one)
    if len(wholes) != 1:
        return None
    whole = wholes[0].figure
    start, end = bounds(clause, whole)
    others = [f for f in clause.figures if start <= f.start < end and f.part is None and f != whole and f.value > 0]
    counted = [f for f in others if f.unit in {unit, one}] or [f for f in others if same_unit(unit, f.unit)]
    terms, title = spoken(frame, clause), fold(clause.title)
    among = best(Row(clause, f, fit(terms, f, clause, title)) for f in counted)
    exact = len(among) == 1 and whole.value_max is None is among[0].figure.value_max
    return divide(wholes[0], among[0]) if exact else None
