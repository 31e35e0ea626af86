"""What a number was before it changed, and by how much it grew, where a plan says so: 由268名增至340名, 48所，较上年增加9所."""

import re
from collections.abc import Sequence
from dataclasses import replace

from knowledge.fit import Row, best, fits, is_increment
from knowledge.frames import subject
from knowledge.model import Asks, Clause, Figure, Frame, Op
from knowledge.numerals import SHARES
from knowledge.operations import Result, derive
from knowledge.surroundings import changes

_ADDED = frozenset("新增 增加 增设 新设 新建 增".split())
_THAN_BEFORE = re.compile("比(?:原来|原先|以前)")
_LESS = re.compile("[减少降缩]")


def grown(frame: Frame, rows: Sequence[Row]) -> Result | None:
    """What is added where a number grows from one to another: 增加几名 of 由268名增至340名."""
    pair = next((p for p in changes(rows[0].clause) if rows[0].figure == p[1]), None) if len(rows) == 1 else None
    if pair is None or frame.op not in {None, Op.DIFFERENCE} or frame.asks is not Asks.FIGURE or pair[0].unit in SHARES:
        return None
    both = (replace(rows[0], figure=pair[0]), rows[0])
    return Result(both, rows[0].fit, derive(Op.DIFFERENCE, (pair[1], pair[0])))


def only_grows(frame: Frame) -> bool:
    """Does it ask for nothing but what was added: 新增几个, 比原来多几个?"""
    added = frame.stock is False and bool(subject(frame)) and all(t.text in _ADDED for t in subject(frame))
    return (added and frame.op is None) or (frame.op is Op.DIFFERENCE and bool(_THAN_BEFORE.match(frame.text)))


def before(frame: Frame, clause: Clause) -> Result:
    """What a number was before what was added to it or taken from it: 9000个，比上年增加1600个."""
    rows = fits(frame, clause)
    pairs = ((now, added) for added in rows if is_increment(added) for now in best(rows))
    for now, added in (pair for pair in pairs if _follows(pair[1].figure, pair[0].figure, clause)):
        op = Op.SUM if _LESS.search(added.figure.qualifier or "") else Op.DIFFERENCE
        if derived := derive(op, (now.figure, added.figure)):
            return Result((now, added), now.fit, derived)
    return Result()


def _follows(increment: Figure, figure: Figure, clause: Clause) -> bool:
    """Is it said of that figure, the last in its unit before it?"""
    before = [f for f in clause.figures if f.start < increment.start and f.unit == increment.unit and f.part is None]
    return bool(before) and before[-1] == figure
