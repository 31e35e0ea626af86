"""From a frame made whole and the clauses found for it to what is said: which clause, which figures, or why neither."""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from functools import partial
from itertools import chain

from knowledge.alone import only_one, stated_alike, stated_beside
from knowledge.changed import grown, only_grows
from knowledge.detail import states, unstated
from knowledge.fit import APART, Row, compatible, is_increment, spoken
from knowledge.frames import only_names, subject
from knowledge.items import item
from knowledge.ledger import fitting, look_up, sentence_with
from knowledge.lookup import by_chapter, by_number, by_reference
from knowledge.model import DETAILS, Asks, Clause, Evidence, Figure, Finding, Frame, Match, Op, Status, Term
from knowledge.operations import Result, apply, lists
from knowledge.search import Found, held, variants
from knowledge.sentences import sentence
from knowledge.shown import on_shown
from knowledge.store import Store
from knowledge.thread import Memory, Reading
from knowledge.verdict import answers, may_answer
from knowledge.wording import fold

_PAUSES = "，；。：\n"
_POINTS = {Asks.SOURCE: "source", Asks.DETAIL: "detail", Asks.REASON: "reason"}
# Other clauses are named as answers too where they score this near to the first; figures are looked for this near.
_AS_GOOD, _NEAR, _MANY = 0.9, 0.8, 3
# What a plan may state itself: a sum, a share.
_STATED = frozenset({None, Op.SUM, Op.SHARE})
# To choose from there are two clauses at least.
_CHOICE = 2
# A clause that holds less than half of a question answers no part of it.
_HALF = 0.5
# One that holds nearly half of it answers where a whole list is asked for: at half two of 7,145 turns
# fewer are right, and none more.
_LISTED = 0.45
# That a plan is about a thing that it does not say is claimed where it is so likely about it, or holds words that tell so much:
# of 701 such claims on sixteen plans 13 of 73 that were about something else are not made any more, and 12 of 628 that were not.
_CLAIMED, _SPOKEN = 0.45, 0.65
# A question of less weight may mean any of several clauses that state such a number and are nearly as near: 项目几个.
_VAGUE = 0.35
# A phrase names a figure where it says so much of what that counts, or fits its part this well.
_IN_FULL, _WELL = 0.8, 0.9
# A clause that holds so much of a question for a number, and so telling words, is about it whatever else it may be about.
_IN_WORDS, _TELLING = 0.78, 0.45


def find(reading: Reading, found: list[Found], memory: Memory | None, store: Store) -> Finding:
    """The answer to one question. `found` are the clauses for its words, best first; `memory` says which were shown."""
    frame, clause = reading.frame, reading.within
    if frame.elsewhere:
        return Finding(frame, Status.NOT_COVERED, reason="elsewhere")
    if frame.refs:
        finding = by_reference(frame, clause, store)
        figures = len(finding.matches) == 1 and wants_figures(finding.frame) and subject(frame)
        return _in_clause(frame, finding.matches[0]) if figures else finding
    if clause is not None:
        return _within(reading, clause, found, memory)
    about_number = frame.asks is Asks.MEANING or (frame.asks is Asks.CLAUSE and not frame.doubtful)  # 12家的名单有吗
    about_number = about_number and bool(frame.stated) and frame.op is None and frame.by is None
    about_number = about_number and unstated(frame.text, "") is None  # 24条专线的时刻表
    if about_number and (stated := by_number(frame, found, store)) is not None:
        return stated
    if frame.asks is Asks.CHAPTER and "有几条" in frame.text:
        counts = _by_subject(replace(frame, asks=Asks.FIGURE, units=("条",)), found)
        if counts.figures:
            return counts  # 侨乡线有几条
    return by_chapter(frame, found, store) or _by_subject(frame, found)


def wants_figures(frame: Frame) -> bool:
    return frame.asks in {Asks.FIGURE, Asks.SPLIT} or frame.op is not None or frame.by is not None


# --- wherever it is


def claimed(finding: Finding, found: list[Found]) -> Finding:
    """That a clause is about what is asked, though it does not say it, is only claimed where it surely is."""
    if finding.status not in {Status.NO_FIGURE, Status.NO_DETAIL} or finding.figures:
        return finding
    first = next((f for f in found if f.match == finding.matches[0]), None)
    sure = first is None or first.strength >= _SPOKEN or first.likely >= _CLAIMED
    return finding if sure else _offered(finding.frame, found)


def _offered(frame: Frame, found: list[Found]) -> Finding:
    """The clauses to choose from, where any may answer."""
    possible = sum(may_answer(f.likely) for f in found[:_MANY])
    offered = tuple(f.match for f in found[: max(_CHOICE, possible)]) if possible else ()
    return Finding(frame, Status.UNSURE if offered else Status.NOT_COVERED, offered=offered)


def _by_subject(frame: Frame, found: list[Found]) -> Finding:
    deep = frame.by is not None or lists(frame)
    vague = not frame.parts and sum(t.weight for t in subject(frame)) < _VAGUE
    anywhere = deep or vague or not subject(frame)
    good = list(_good(frame, found, _AS_GOOD if not wants_figures(frame) else 0.0 if anywhere else _NEAR))
    if not good:
        return _offered(frame, found)
    if not wants_figures(frame):
        return _told_of(frame, good)
    good = good[:1] if frame.among else good  # what is asked of a thing is asked of its clause
    looked_at = good if anywhere else good[:5]
    results = [(f, look_up(frame, f.match.clause) if _says_any(frame, f.match.clause) else Result()) for f in looked_at]
    told = [(f, r) for f, r in results if r.rows]
    if vague and not deep:
        told = [(f, r) for f, r in told if f.match.score >= _NEAR * told[0][0].match.score]
    if len(told) > 1 and vague and not deep:
        several = sorted(told, key=lambda x: -x[1].rows[0].rank)[:_MANY]
        figures = tuple((r.rows[0].clause, r.rows[0].figure) for _, r in several)
        return Finding(frame, Status.AMBIGUOUS, tuple(f.match for f, _ in several), figures)
    one_side = len(frame.sides) > 1 and bool(told) and len(told[0][1].rows) < 2
    if (not told or one_side) and (across := _across(frame, found)) is not None:
        return across
    told = told or next(_of_part(frame, found), []) or next(_beside(frame, found), [])
    best, result = max(
        told, key=lambda x: x[0].match.score * (0.5 + 0.5 * x[1].fit) * (0.7 + 0.3 * x[0].covered), default=results[0]
    )
    return _told(frame, best.match, result)


def _says_any(frame: Frame, clause: Clause) -> bool:
    """Does a clause say any word of a question's subject? No number of it is meant where it says none."""
    return bool(not subject(frame) or frame.parts or frame.also or spoken(frame, clause))


def _of_part(frame: Frame, found: list[Found]) -> Iterator[list[tuple[Found, Result]]]:
    """The figure of the part that is named, in a clause further down: 特殊教育老师招几名 in that of the teachers."""
    for one in _good(frame, found):
        result = look_up(frame, one.match.clause)
        if result.rows and result.fit > _WELL and all(r.figure.part for r in result.rows) and one.covered >= _HALF:
            yield [(one, result)]


def _beside(frame: Frame, found: list[Found]) -> Iterator[list[tuple[Found, Result]]]:
    """The one number in the unit asked for of the sentence that says most of a question, else of the one in the nearest
    clause that is about the same."""
    if frame.op not in _STATED or frame.by or frame.each or frame.stated or frame.former:
        return
    if frame.op is not None and not APART.issuperset(frame.units):
        return
    good = list(_good(frame, found))
    said = ((one, stated_beside(frame, one.match.clause)) for one in good if frame.units)
    alike = ((one, stated_alike(frame, one.match.clause)) for one in good[:1] if frame.units or not frame.parts)
    for one, rows in chain(said, alike):
        if rows:
            yield [(one, Result(tuple(rows), 1.0))]


def _good(frame: Frame, found: list[Found], share: float = 0.0) -> Iterator[Found]:
    """The clauses that answer, nearest first, as far as they score that share of what the first one does."""
    deep, least = frame.by is not None or lists(frame), 0.0
    values = {q.value for q in frame.stated} if wants_figures(frame) or frame.asks in DETAILS else set()
    stating = [f for f in found if f.covered >= _HALF and values & _numbers_in(f.match.clause)] if values else []
    for one in stating or found:  # 57个项目各区怎么分: the clause that states the number
        if one.match.score < least:
            return
        good = stating or answers(one.likely) or (deep and one.covered >= _LISTED)
        good = good or states_number(frame, one) or _is_a_word_of(frame, one) or _counts_the_part(frame, one)
        if good:
            least = max(least, share * one.match.score)
            yield one


def _numbers_in(clause: Clause) -> set[Decimal]:
    """The numbers that a clause states, and how many parts each of its splits has: 四所高中各招多少."""
    splits = Counter((f.total, f.split) for f in clause.figures if f.part is not None)
    return {f.value for f in clause.figures} | set(map(Decimal, splits.values()))


def _is_a_word_of(frame: Frame, found: Found) -> bool:
    """Is a question nothing but one telling word, which a clause holds: 编制, AI?"""
    word = len(subject(frame)) == 1 and (only_names(frame) or frame.asks in DETAILS) and not frame.parts
    return word and found.covered >= _HALF and found.strength >= _TELLING


def _counts_the_part(frame: Frame, found: Found) -> bool:
    """Is nothing but a part asked for, which a clause that holds it states the number of: 高中几个?"""
    alone = frame.asks is Asks.FIGURE and bool(frame.parts) and not subject(frame) and frame.op is None
    return alone and found.covered >= _HALF and any(r.figure.part for r in fitting(frame, found.match.clause))


def states_number(frame: Frame, found: Found) -> bool:
    """Does a clause hold nearly all words of a question for a number, and a number for them?"""
    if not wants_figures(frame) or found.covered < _IN_WORDS or found.strength < _TELLING:
        return False
    return states_well(frame, found)


def states_well(frame: Frame, found: Found) -> bool:
    """Does a clause state a number that fits all of a question for one?"""
    return frame.asks is Asks.FIGURE and any(row.fit > _WELL for row in fitting(frame, found.match.clause))


def _told_of(frame: Frame, good: list[Found]) -> Finding:
    """What the clauses say to a question that asks for no figure; several are named where they are as good."""
    frame = replace(frame, asks=Asks.CLAUSE) if frame.asks is Asks.CHAPTER else frame
    finding = _in_clause(frame, good[0].match)
    if finding.status is not Status.ANSWERED or finding.figures:
        return finding
    return replace(finding, matches=tuple(f.match for f in good[:_MANY]))


def _told(frame: Frame, match: Match, result: Result) -> Finding:
    if not result.rows:
        return Finding(frame, Status.NO_FIGURE, (match,), reason=result.reason)
    figures = tuple((r.clause, r.figure) for r in result.rows)
    others = {r.clause.key: Match(r.clause, match.score) for r in result.rows if r.clause.key != match.clause.key}
    return Finding(frame, Status.ANSWERED, (match, *others.values()), figures, result.derived, result.reason)


def _across(frame: Frame, found: list[Found]) -> Finding | None:
    """心理特色校和健康促进学校一共几所: one figure for each thing that is joined, from clauses that differ."""
    parts = {p.text for p in frame.parts}
    if len(frame.sides) < 2 or any(all(t.text in parts for t in side) for side in frame.sides):
        return None
    chosen: list[tuple[Found, Row]] = []
    for side in frame.sides:
        alone = replace(frame, about=side, sides=(), op=None, parts=(), text=" ".join(t.text for t in side), told="")
        least = _HALF * sum(t.weight for t in side)
        holding = (f for f in found if held(side, f.match.clause) >= least)
        ranked = sorted(holding, key=lambda f: -held(side, f.match.clause))[:3]
        each = [(f, rows[0]) for f in ranked if len(rows := fitting(alone, f.match.clause)) == 1]
        if not each:
            return None
        chosen.append(max(each, key=lambda x: x[1].fit * held(side, x[0].match.clause)))
    rows = [row for _, row in chosen]
    apart = len({(r.clause.key, r.figure) for r in rows}) == len(rows)
    if not apart or not compatible(rows[0].figure.unit, rows[1].figure.unit):
        return None
    matches = tuple(dict.fromkeys(f.match for f, _ in chosen))
    figures = tuple((r.clause, r.figure) for r in rows)
    return Finding(frame, Status.ANSWERED, matches, figures, apply(frame, rows).derived)


# --- in one clause


def _in_clause(frame: Frame, match: Match) -> Finding:
    """The answer that one clause gives to a question that is known to be about it."""
    clause = match.clause
    if wants_figures(frame):
        return _told(frame, match, look_up(frame, clause))
    # Does the sentence on the subject state the kind of thing that is asked for, and the clause speak of such a thing?
    beside = _beside_number(frame, clause)
    stated = states(frame.asks, beside or _sentence(frame, clause)) and not (beside and _names_few(frame, beside))
    stated = stated or (frame.asks is Asks.DATE and frame.wishes)
    if frame.asks in DETAILS and not (stated and (frame.which is None or held((frame.which,), clause) > 0)):
        return Finding(frame, Status.NO_DETAIL, (match,), reason=frame.asks.value)
    if (lacking := unstated(frame.text, fold(clause.text))) is not None:
        return Finding(frame, Status.NO_DETAIL, (match,), reason=lacking.name)
    figures = tuple((clause, f) for f in _named(frame, clause)) if frame.asks is Asks.CLAUSE else ()
    return Finding(frame, Status.ANSWERED, (match,), figures)


def _beside_number(frame: Frame, clause: Clause) -> str:
    """What is said together with the number of which the names or the date are asked: 14个专业点都是什么专业; empty where they are not."""
    if frame.asks not in {Asks.NAMES, Asks.DATE}:
        return ""
    known = {q.value for q in frame.stated}
    places = [f.start for f in clause.figures if f.value in known]
    pieces = re.finditer(f"[^{_PAUSES}]+", clause.text)
    return "\n".join(p[0] for p in pieces if any(p.start() <= place < p.end() for place in places))


def _names_few(frame: Frame, text: str) -> bool:
    """Does a text name less than half of the things whose names are asked, and no examples (等): 商业、工业用地12宗?"""
    longest = max(len(said.split("、")) for said in re.split(f"[{_PAUSES}]", text))
    return frame.asks is Asks.NAMES and 2 * longest < max(q.value for q in frame.stated) and "等" not in text


def the_only(frame: Frame, shown: tuple[Row, ...], clause: Clause) -> Finding | None:
    """The answer to what names nothing but a unit, behind an answer from that clause: 花多少钱."""
    rows = only_one(frame, shown, clause)
    return _told(frame, Match(clause, 100.0), Result(tuple(rows), rows[0].fit)) if rows else None


def _sentence(frame: Frame, clause: Clause, terms: tuple[Term, ...] = ()) -> str:
    """The sentence on what a frame asks; where it wants a detail, the one that states it."""
    plain = frame.asks in {Asks.DATE, Asks.CONTACT}  # what a sentence states for sure
    return sentence(frame, clause, terms or subject(frame), partial(states, frame.asks) if plain else None)


def _named(frame: Frame, clause: Clause) -> list[Figure]:
    """The figures that a bare phrase names in full: 竣工的初中, 幼儿园新增学位, 新增学位."""
    terms = subject(frame)
    if frame.stated or not terms or not all(t.known for t in terms):
        return []
    if frame.parts:
        return [r.figure for r in fitting(frame, clause) if r.figure.part and r.fit > _WELL]
    said = sum(len(t.text) for t in terms)
    return [
        f
        for f in clause.figures
        if f.part is None and all(t.text in fold(f.what) for t in terms) and said >= _IN_FULL * len(fold(f.what))
    ]


# --- where the chat stands


def _within(reading: Reading, clause: Clause, found: list[Found], memory: Memory | None) -> Finding:
    """The answer to a question that stays with the last clause, or that asks about the last answer itself."""
    frame = reading.frame
    match = next((f.match for f in found if f.match.clause.key == clause.key), Match(clause, 100.0))
    if reading.points and frame.asks is Asks.OTHERS:
        shown = memory.shown if memory else ()
        others = tuple(f.match for f in found if f.match.clause.key not in shown and answers(f.likely))[:_MANY]
        return Finding(frame, Status.ANSWERED, others or (match,), reason="others" if others else "no_others")
    if frame.asks is Asks.REASON and not states(frame.asks, sentence(frame, clause, subject(frame))):
        return Finding(frame, Status.NO_DETAIL, (match,), reason=frame.asks.value)
    if reading.points:
        return Finding(frame, Status.ANSWERED, (match,), reason=_POINTS[frame.asks])
    if only_grows(frame) and (more := grown(frame, reading.rows[-1:])) is not None:
        return _told(frame, match, more)
    if frame.op is not None and (result := on_shown(frame, reading, clause)) is not None:
        return _told(frame, match, result)
    finding = _in_clause(frame, match)
    compared = finding.derived is not None or any(is_increment(Row(c, f, 0.0)) for c, f in finding.figures)
    if frame.op in {Op.DIFFERENCE, Op.RATIO} and not reading.own and not compared:
        return Finding(frame, Status.NO_FIGURE, (match,), reason="no_operands")  # 差多少 asks for no other number
    return finding


# --- what it rests on


def evidence(finding: Finding) -> Iterator[Evidence]:
    """The sentences with the figures that answer, else the one of the first clause that says most of what is asked."""
    words = [w for t in finding.frame.about for v, _ in variants(t) for w in v.split()]
    if finding.figures:
        for clause in dict.fromkeys(c for c, _ in finding.figures):
            figures = [f for c, f in finding.figures if c == clause]
            text = "\n".join(dict.fromkeys(sentence_with(clause, f) for f in figures))
            yield Evidence(clause, text, _inside([*(f.raw for f in figures), *words], text))
    elif (ref := next((r for r in finding.frame.refs if r.item), None)) and len(finding.matches) == 1:
        clause = finding.matches[0].clause
        if text := item(clause, ref.item or 0, paragraph=ref.paragraph):
            yield Evidence(clause, text)
    elif finding.matches and not finding.frame.refs:
        clause = finding.matches[0].clause
        text = _sentence(finding.frame, clause, finding.frame.about)
        yield Evidence(clause, text, _inside(words, text))


def _inside(words: list[str], text: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(w for w in words if w in text))
