"""The only number in its unit of a sentence or of a clause, where no words beside a figure tell which is meant."""

import re
from collections.abc import Sequence
from dataclasses import replace

from knowledge.fit import APART, ARTICLES, FITS, Row, best, has_unit, is_increment, is_of, other_end, spoken
from knowledge.frames import subject
from knowledge.model import Clause, Frame, Op
from knowledge.ruling import is_more, ruled_out
from knowledge.sentences import likeness, sentence
from knowledge.surroundings import bounds, changes, context, near
from knowledge.weighing import SLIGHT
from knowledge.wording import fold

# A sentence says so much of a question whose figure it states.
_MOST = 0.5
# What a rate goes by is no subject: 一天几块钱.
_ONE_DAY = re.compile("[一每](?:天|年|月|学期|学年|次|餐|顿|个人|个月|年级)")


def stated_beside(frame: Frame, clause: Clause) -> list[Row]:
    """The one figure, or range, in the unit asked for of the sentence that says most of the question, where no words right
    beside a figure tell which is meant."""
    said = sentence(frame, clause, subject(frame))
    held = sum(t.weight for t in spoken(frame, clause) if near(t, fold(said)))
    return _only_of(said, frame, clause) if held > _MOST * sum(t.weight for t in subject(frame)) else []


def stated_alike(frame: Frame, clause: Clause) -> list[Row]:
    """The same of the sentence that is about what is asked, in whatever words: 买球买垫子花好多钱."""
    said = sentence(frame, clause, subject(frame))
    return _only_of(said, frame, clause) if likeness(frame.text, said) else []


def _only_of(said: str, frame: Frame, clause: Clause) -> list[Row]:
    start = clause.text.find(said)
    inside = [Row(clause, f, FITS) for f in clause.figures if start <= f.start < start + len(said)]
    rows = [r for r in inside if _may_answer(frame, r)]
    rows = best(rows) if tuple(r.figure for r in rows) in changes(clause) else rows
    one = rows[:1] + (other_end(rows[0]) if rows else [])
    return rows if len(one) == len(rows) else []


def only_one(frame: Frame, shown: Sequence[Row], clause: Clause) -> list[Row]:
    """The one figure in the unit asked for of the sentence whose figure was shown last, else of the clause, where the question
    says nothing of its own: 花多少钱, 一天几块钱."""
    own = subject(frame)
    rates = [t.text[1:] for t in own if _ONE_DAY.fullmatch(t.text)]
    silent = all(t.weight <= SLIGHT or t.text[1:] in rates for t in own) and not frame.per
    if not silent or not frame.units or frame.op not in {None, Op.SUM} or frame.by is not None:
        return []
    stated = (Row(clause, f, FITS) for f in clause.figures if all(r in context(f, clause).own for r in rates))
    rows = [r for r in stated if _may_answer(frame, r)]
    start, end = bounds(clause, shown[-1].figure) if shown and shown[-1].clause == clause else (0, 0)
    beside = [r for r in rows if start <= r.figure.start < end]
    return next((some for some in (beside, rows) if len(some) == 1), [])


def _may_answer(frame: Frame, row: Row) -> bool:
    figure, clause = row.figure, row.clause
    whole = figure.part is None or bool(frame.parts and frame.units and APART.issuperset(frame.units))
    plain = whole and figure.raw not in ARTICLES and not is_increment(row)
    fitting = has_unit(figure, frame.units) and all(is_of(p, figure, clause) for p in frame.parts)
    return (
        plain
        and fitting
        and not is_more(frame, figure, clause)
        and not ruled_out(replace(frame, past=None), figure, clause)
    )
