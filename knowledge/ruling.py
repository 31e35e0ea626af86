"""Which figures a question rules out whatever stands beside them: of another year, of a budget, of each, of men and women."""

import re

from knowledge.model import Clause, Figure, Frame, Op
from knowledge.numerals import MONEY, PLACES, SHARES, TIME
from knowledge.surroundings import bounds, changes, context, near, split_of, total_of
from knowledge.table import hinted
from knowledge.wording import fold

# What one person pays, and from what on money is no such fee.
_PAID = re.compile(
    "(?:[交缴贴领借贷]|[领借贷]到)(?:多少|几|好多)|收费|票价|学费|(?:[一每]个?(?:人|生|学期|月|趟|次|天|顿|餐)|每生).*(?:钱|块)"
)
_BUDGET = 200_000
# The year that a number is said of (2023年的41.6万人, 由上年的318名), but not one that it is compared with.
_OF_YEAR = re.compile("(?<![比较])(?:(\\d{4})年|(上年|去年|上一年|上学年)|(今年|本年|年内))")
_IN_ALL = re.compile("^(?!.*[每各一]).*全[市县区州省]")
_BOUNDS = frozenset({"不足", "不到", "未满", "以上", "以下"})
# 按每50名寄宿生配1名; so far before a number at the most, since a line may have any length.
_TO_ONE, _TO_SOME, _NEAR = re.compile(r"(?:每\d+[^，。；、\d]{1,12}|\d[人名]配)$"), re.compile(r"配\d"), 40
_PERIODS = frozenset("天 周 礼拜 星期 月 学期".split())
_AGE = re.compile("[几多周]岁|年龄|多大|岁数")
_SEX = re.compile("男|(?<![子儿妇闺孙侄])女(?![儿士婿])")


def ruled_out(frame: Frame, figure: Figure, clause: Clause) -> bool:
    """Is it a number that does not answer, whatever words stand beside it?"""
    return (
        _is_no_fee(frame, figure)
        or _is_no_count(frame, figure)
        or _is_of_each(frame, figure, clause)
        or _is_an_age(frame, figure)
        or _is_a_bound(frame, figure, clause)
        or _is_no_rate(frame, figure, clause)
        or not is_of_year(frame, figure, clause)
        or _counts_things(frame, figure, clause)
    )


def _is_no_fee(frame: Frame, figure: Figure) -> bool:
    """Is what one person pays asked for (一学期交多少钱), and is it the money of a budget?"""
    return figure.unit in MONEY and figure.value >= _BUDGET and bool(_PAID.search(frame.text))


def _is_no_count(frame: Frame, figure: Figure) -> bool:
    """Are things counted by their own word (多少公办学位), and is it a share?"""
    word = frame.counted.text if frame.counted and not frame.units else ""
    return f"多少{word}" in frame.text and bool(word) and figure.unit in SHARES and hinted(word) is None


def _is_of_each(frame: Frame, figure: Figure, clause: Clause) -> bool:
    """Is the number of all asked for (全市有多少), and is it that of each (每车配照管员1名)?"""
    return bool(_IN_ALL.search(frame.text)) and "每" in context(figure, clause).own


def _is_an_age(frame: Frame, figure: Figure) -> bool:
    """Is it an age, which nobody asks for but by name: 提供2至3岁托位1160个?"""
    return figure.unit in {"岁", "周岁"} and not frame.units and not _AGE.search(frame.text)


def _is_a_bound(frame: Frame, figure: Figure, clause: Clause) -> bool:
    """Does it tell which things are meant (在园不足20人的小园) or how many go to one (每50名配1名), where neither is asked?"""
    said = clause.text[figure.end : figure.end + 1] == "的" and figure.qualifier in _BOUNDS
    each = clause.text[figure.start - 1 : figure.start] == "每" and figure.unit not in TIME
    if said or each or _TO_SOME.match(clause.text, figure.end):
        return not re.search("(?:多少|几).的|每(?:多少|几)|(?:多少|几).*配", frame.text)
    to_one = _TO_ONE.search(clause.text, max(0, figure.start - _NEAR), figure.start)
    return bool(to_one) and not re.search("[每配比]|[一几][个名位所]", frame.text)


def _is_no_rate(frame: Frame, figure: Figure, clause: Clause) -> bool:
    """Is it asked how much comes to a week or a term, and does it count places once and for all?"""
    return frame.per in _PERIODS and figure.unit in PLACES and "每" not in context(figure, clause).own


def is_of_year(frame: Frame, figure: Figure, clause: Clause) -> bool:
    """Is a figure that of the past year that is asked for, where one is?"""
    return frame.past is None or year_of(figure, clause) == frame.past


def year_of(figure: Figure, clause: Clause) -> int | None:
    """The year that a figure is said of: by the words before it or before its list, by its total, or since it changes into
    this year's; None where nothing says."""
    beside = split_of(clause, figure) if figure.part else [figure]
    first = min(f.start for f in beside)
    before = max((f.end for f in clause.figures if f.end <= first), default=0)
    said = list(_OF_YEAR.finditer(clause.text, max(before, bounds(clause, figure)[0]), first))
    if said:
        last = (clause.year or 0) - 1
        return int(said[-1][1]) if said[-1][1] else last if said[-1][2] else clause.year
    if figure.total is not None:
        return year_of(total_of(clause, figure), clause)
    old = any(one == figure for one, _ in changes(clause))
    return clause.year - 1 if old and clause.year else None


def is_more(frame: Frame, figure: Figure, clause: Clause) -> bool:
    """Does a figure count more than what of a thing is asked for: 老师里男的几个, 女党员几名 by how many there are of both?"""
    around = context(figure, clause)
    if any(sex not in around.sentence for sex in _SEX.findall(frame.text)):
        return True
    return bool(frame.among) and not any(near(t, around.own) for t in frame.among)


def _counts_things(frame: Frame, figure: Figure, clause: Clause) -> bool:
    """Does a figure count the things of each of which something is asked, rather than something of each?"""
    what, name = fold(figure.what), frame.per if frame.op is not Op.AVERAGE else ""
    named = any(what.endswith(name[:size]) for size in range(2, len(name) + 1))  # 教育集团 of 教育集团带
    return named and "每" not in context(figure, clause).own
