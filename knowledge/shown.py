"""What is done with the figures that a chat showed last: chosen from their list, or computed with what a message names."""

import re
from dataclasses import replace

from knowledge.across import are_alike
from knowledge.fit import Row, has_unit
from knowledge.ledger import counted, fitting, named_parts, opposed
from knowledge.model import Clause, Frame, Op
from knowledge.numerals import SHARES
from knowledge.operations import OF_TOTAL, Result, apply, derive, lists
from knowledge.surroundings import changes, split_of, total_of
from knowledge.thread import Reading

# Nothing but the whole is asked for: 那一共呢, 总共有多少个; but not 加起来, 他们一共, 刚才说的一共.
_IN_ALL = re.compile(
    "(?:那么?)?(?:全[市县区部])?(?:[一总拢统]共|总计|合计|总的|总数)(?:[呢啊呀]|[有是能]{0,2}(?:几|多少).{0,3})?"
)


def on_shown(frame: Frame, reading: Reading, clause: Clause) -> Result | None:
    """An operation done on the rows last shown, with what the message names itself; None where they do not serve."""
    if frame.past or (reading.own and any(y.from_now < 0 for y in frame.years)):
        return None  # of another year than these; 新生比上年少几个 is set against none of them
    if frame.op is Op.REST and not reading.own and (others := _others(frame, reading.rows)):
        return Result(tuple(others), 1.0, derive(Op.SUM, tuple(r.figure for r in others)))
    if frame.op is Op.SUM and not reading.own and (total := _whole_of(frame, reading)):
        return Result((total,), 1.0)
    rows = _counted_off(frame, reading.rows)
    rows = rows or (_shown_list(frame, reading.rows) if lists(frame) else _operands(frame, reading, clause))
    if not rows:
        return None
    result, of_years = apply(frame, rows), len({(r.clause.plan, r.clause.year) for r in rows}) > 1
    if of_years and result.derived and not are_alike(rows):
        return replace(result, derived=None, reason="not_alike")
    return result


def _counted_off(frame: Frame, rows: tuple[Row, ...]) -> list[Row]:
    """The rows that are meant by how many they are: the last two shown of 这俩, 两个区一共, or the split of four of 四个专场一共."""
    number, ending = frame.few or (int(frame.stated[0].value) if frame.stated else 0, "")
    if number < 2 or not rows or frame.parts or frame.op in OF_TOTAL or frame.first:
        return []
    parts = [r for r in rows if r.figure.part]
    if rows[-1].figure in [total_of(r.clause, r.figure) for r in parts]:
        rows = tuple(parts)  # 两个一共几个, behind 一共呢
    last = list(rows[-number:])
    totals = [total_of(r.clause, r.figure) for r in last if r.figure.part]
    if (
        len(last) == number
        and (frame.few or frame.op is Op.SUM)
        and all((r.figure.part or "").endswith(ending) for r in last)
    ):
        return last if not any(r.figure in totals for r in last) else []
    split = _split(rows[-1])
    return split if len(split) == number and frame.op in {Op.SUM, Op.AVERAGE} else []


def _others(frame: Frame, rows: tuple[Row, ...]) -> list[Row]:
    """The parts of the split last shown that were not: 另外两类, 其余的各多少; none where they are not so many."""
    shown = [r.figure for r in rows]
    left = [r for r in _split(rows[-1]) if r.figure not in shown] if rows and rows[-1].figure.part else []
    return left if (frame.few[0] in {0, len(left)} if frame.few else frame.each) else []


def _shown_list(frame: Frame, rows: tuple[Row, ...]) -> list[Row]:
    """The list that is chosen from, or gone over: the split that the last row is of, or the rows themselves."""
    if not rows or frame.parts:
        return []
    last, apart = rows[-1], len({r.clause.key for r in rows}) > 1  # of two years, or of two clauses
    if frame.by is not None or frame.few:  # 哪个区最多, behind a total that is split by districts
        of_last = [] if apart else _counted(frame, last)
        return [r for r in of_last if frame.by in {None, r.figure.part_kind}]
    parts = [r for r in rows if r.figure.part]
    if not apart and parts and total_of(last.clause, parts[-1].figure) in [r.figure for r in rows]:
        return _split(parts[-1])  # a total and one of its parts
    alone = len(rows) == 1 or (frame.which is not None and not last.figure.part)
    if alone:  # 哪个最少, behind a total or one of its parts
        split = _split(last)
        splits = [[r for r in split if r.figure.split == n] for n in dict.fromkeys(r.figure.split for r in split)]
        long = (some for some in splits if len(some) > (frame.value or 0))  # 前三名 of more than three
        return next(long, splits[0] if splits else [])
    split = _split(rows[0]) if parts and not apart else []
    two = len(rows) == 2 and frame.op in {Op.MOST, Op.LEAST} and "最" not in frame.text  # 哪个多, but 哪个最多
    widened = frame.op is not Op.AVERAGE and not two
    if widened and all(r.figure in [s.figure for s in split] for r in rows):  # 倒数两名 of all, behind 前三名
        return split
    return list(rows)


def _split(row: Row) -> list[Row]:
    return [Row(row.clause, f, 1.0) for f in split_of(row.clause, row.figure)]


def _counted(frame: Frame, row: Row) -> list[Row]:
    """The split of the total of a row, by their number where that is said: 四个县."""
    whole = split_of(row.clause, total_of(row.clause, row.figure))
    return [Row(row.clause, f, 1.0) for f in counted(whole, frame)]


def _operands(frame: Frame, reading: Reading, clause: Clause) -> list[Row]:
    """What is computed with: what the message names, with the last row shown; or rows that were shown."""
    rows = list(reading.rows)
    units = () if frame.op in {Op.SHARE, Op.RATIO} else frame.units
    plain = replace(frame, op=None, each=False, units=units)
    against = len(frame.sides) > 1 and frame.op in {Op.DIFFERENCE, Op.RATIO}
    if both := (named_parts(plain, clause) or opposed(frame, clause)) if against else []:
        return both  # 理工比商贸多几个
    named = fitting(plain, clause) if reading.own else []
    if frame.op in OF_TOTAL:
        latest = len(rows) if frame.op is Op.REST else reading.latest  # 剩下的呢, behind 小学呢 and 初中呢
        chosen = named if reading.own else _of_one_split([r for r in rows[-latest:] if r.figure.total is not None])
        return [] if chosen and chosen[0].figure.unit in SHARES else chosen  # it may be stated as a share
    if frame.op not in {Op.DIFFERENCE, Op.RATIO, Op.SUM}:
        return []
    if frame.moves and (pair := next((p for p in changes(clause) if named and named[0].figure in p), None)):
        return [replace(named[0], figure=f) for f in pair]  # 学科类的减了几家
    if named and rows:
        return _beside_last(named, rows, frame, clause)
    if frame.op is Op.SUM:
        if any(total_of(r.clause, r.figure) in [o.figure for o in rows if o != r] for r in rows):
            return []  # 一共呢, behind a total and one of its parts
        return rows if len(rows) > 1 and not frame.parts and not frame.few else []
    return rows[-2:] if len(rows) > 1 else []


def _whole_of(frame: Frame, reading: Reading) -> Row | None:
    """What the plan states of the whole, rather than the sum of the rows shown: 一共呢, behind a part that was asked for by itself,
    and 加起来呢, behind a list of all its parts. A message that says more means some of them."""
    rows = reading.rows
    plain = not (frame.few or frame.parts or frame.stated or frame.first or frame.by or frame.each or frame.turn)
    splits = {(r.clause.key, r.figure.split, r.figure.total) for r in rows}
    if not plain or len(splits) != 1 or rows[-1].figure.total is None:
        return None
    last, whole = rows[-1], total_of(rows[-1].clause, rows[-1].figure)
    alone = reading.latest == 1 and _IN_ALL.fullmatch(frame.text)
    every = reading.latest == len(rows) and sum(r.figure.value for r in rows) == whole.value
    return replace(last, figure=whole) if (alone or every) and has_unit(whole, frame.units) else None


def _of_one_split(rows: list[Row]) -> list[Row]:
    """Those of the split that the last one is of."""
    last = [(r.clause.key, r.figure.split, r.figure.total) for r in rows]
    return [r for r, of in zip(rows, last, strict=True) if of == last[-1]]


def _beside_last(named: list[Row], rows: list[Row], frame: Frame, clause: Clause) -> list[Row]:
    """比小学多几所: what is named with the last row shown, of the same split where it has such a part. Only parts of one split
    are added: 那食堂一共几个 asks for those alone."""
    last = next((r for r in reversed(rows) if r.figure not in [n.figure for n in named]), None)
    if last and last.figure in [total_of(clause, n.figure) for n in named]:
        return []  # 比书画多多少, behind the whole
    kin = [n for n in named if last and (n.figure.split, n.figure.total) == (last.figure.split, last.figure.total)]
    if frame.op is Op.SUM and not any(n.figure.part for n in kin):
        return []
    named = kin or named
    if len(named) > max(1, len(frame.parts)):
        return []
    chosen = [*named, *([last] if last and len(named) == 1 else [])]
    return chosen if len(chosen) > 1 else []
