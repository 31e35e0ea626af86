"""A chat that goes on: what is kept of it, and how a message that leaves something unsaid is made whole by it.

Kept are the last frame, the clause that answered, the rows last shown and the subjects before: never text to be parsed
again. What a message names itself outranks what is kept.
"""

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace

from knowledge.changed import grown, only_grows
from knowledge.fit import Row, has_unit, is_of, same_unit
from knowledge.frames import inherit, only_names, subject
from knowledge.model import Asks, Clause, Figure, Finding, Frame, Op, Part, Status, Term
from knowledge.search import held
from knowledge.store import Store
from knowledge.surroundings import split_of
from knowledge.table import sides
from knowledge.weighing import SLIGHT
from knowledge.wording import fold

# A message says little where its own words weigh less than this and are no longer than so many characters.
_THIN, _BRIEF = 1.7, 9
# It stays with the last clause where that holds this share of its words, and nearly as much of them as any other clause.
STILL, _NEARLY, _STRANGE = 0.5, 0.75, 0.4
_POINTING = frozenset({Asks.SOURCE, Asks.DETAIL, Asks.OTHERS, Asks.REASON})
_TRAIL = 6
_CHOICE = re.compile(r"(?:第 ?)?([1-3一二三]) ?[个.。、]?")


@dataclass(frozen=True, slots=True)
class Topic:
    """What was talked about: the frame made whole, the clause by plan and number, and the figures shown by the clause's
    plan and number and their place in it, of which the last answer showed the `latest`."""

    frame: Frame
    plan: str
    number: int
    rows: tuple[tuple[str, int, int], ...] = ()
    latest: int = 0


@dataclass(frozen=True, slots=True)
class Memory:
    """What a chat has to keep: its topics, the last one last, and the keys of the clauses shown under it; where it was left
    open which clause is meant, those `offered` by plan and number, with the question (`asked`) as it was typed and read."""

    topics: tuple[Topic, ...] = ()
    shown: tuple[int, ...] = ()
    offered: tuple[tuple[str, int], ...] = ()
    asked: tuple[str, Frame] | None = None


@dataclass(frozen=True, slots=True)
class Reading:
    """A frame made whole; `within` is the clause it stays in, `rows` the figures it is done with, of which the
    last answer showed the `latest`, `points` that it asks
    about the last answer itself, `own` that it names a thing or a part itself, `last` where the chat stood."""

    frame: Frame
    within: Clause | None = None
    rows: tuple[Row, ...] = ()
    latest: int = 0
    points: bool = False
    own: bool = False
    last: "Last | None" = None


@dataclass(frozen=True, slots=True)
class Last:
    """Where the chat stands: the frame and the clause of its last answer."""

    frame: Frame
    clause: Clause


def continued(frame: Frame, memory: Memory | None, store: Store, best: float, plans: Collection[str]) -> Reading:
    """The frame as it is meant in this chat. `best` is how much of its words the best clause holds, wherever it is; `plans`
    are the titles of those that it is asked of.

    1. a topic that it goes back to  2. questions about the last answer  3. what names its own subject stands alone
    4. what names none, or says little that the last clause says too, stays there; in another plan it is looked for anew
    """
    topic = _topic(frame, memory)
    clause = store.clause(topic.plan, topic.number) if topic else None
    if topic is None or clause is None or frame.elsewhere or (frame.stated and frame.asks is Asks.MEANING):
        return Reading(frame)
    if frame.refs:
        return Reading(frame, clause if any(r.step for r in frame.refs) else None)
    rows, last = tuple(_rows(topic, store)), Last(topic.frame, clause)
    frame = _of_list(_bared(frame), clause, rows)
    own = subject(frame)
    if clause.plan not in plans:  # 那2022年呢
        return Reading(
            _asking(frame, topic.frame) if own else whole(frame, topic.frame, rows), rows=rows, own=bool(own)
        )
    if frame.turn == "back":  # 1
        own = tuple(t for t in own if not held((t,), clause))
        if not own and frame.asks is Asks.CLAUSE and not frame.parts:
            return Reading(topic.frame, clause, rows)
    if frame.asks in _POINTING and not own and not frame.parts:  # 2
        return Reading(replace(topic.frame, asks=frame.asks, text=frame.text), clause, rows, points=True)
    if frame.turn in {"correct", "change"} and own:  # 3
        return Reading(_asking(frame, topic.frame), last=last)
    if not own or (only_grows(frame) and grown(frame, rows[-1:])):  # 4
        return Reading(whole(frame, topic.frame, rows), clause, rows, topic.latest, own=bool(frame.parts))
    short = len(frame.text) <= _BRIEF and sum(t.weight for t in own) <= _THIN
    if (frame.leans or short) and stays(own, clause) and held(own, clause) >= _NEARLY * best:
        return Reading(_narrowed(frame, topic.frame), clause, rows, own=True)
    return Reading(_asking(frame, topic.frame) if frame.leans else frame, rows=rows, last=last)


def _bared(frame: Frame) -> Frame:
    """The frame without words that hardly tell anything, where it says what to do: 平均一个县几个, 多久来学校一次."""
    own = subject(frame)
    doing = frame.op or frame.by or frame.few or frame.per or "次" in frame.units
    slight = all(t.weight <= SLIGHT and (t.known or len(t.text) == 1 or t.text in frame.per) for t in own)
    bare = doing and slight  # 每个地方几名, but 世界上最高的
    return replace(frame, about=tuple(t for t in frame.about if t not in own)) if bare else frame


def _of_list(frame: Frame, clause: Clause, rows: Sequence[Row]) -> Frame:
    """The frame with the parts of a split of the last clause that all of its words name: 公办呢, 远的呢 of 远岸岛, 艺术类比科技类多几家.
    Where it does not say that it goes on, it means the split last shown."""
    own, shown = subject(frame), [r.figure for r in rows if r.clause == clause and r.figure.part]
    terms = [t for t in frame.about if t.text not in {p.text for p in frame.parts}]
    counts = frame.leans or frame.asks is Asks.FIGURE or frame.op is not None or frame.text.endswith("的")  # 城里的
    if not terms or not counts or frame.how or frame.turn == "back":
        return frame
    short = len(frame.text) <= _BRIEF or frame.op is not None
    splits = [split_of(clause, f) for f in shown] if short else []
    splits += [split_of(clause, r.figure) for r in rows if r.clause == clause and short]
    splits += [split_of(clause, f) for f in clause.figures if f.part] if frame.leans else []
    for split in splits:
        parts = {t: _part_named(t, split) for t in terms}
        named = tuple(p for p in parts.values() if p)
        of_split = all(any(is_of(p, f, clause) for f in split) for p in frame.parts)
        if named and all(parts[t] for t in own) and of_split and has_unit(split[0], frame.units):
            return replace(frame, about=tuple(t for t in frame.about if t not in terms), parts=(*frame.parts, *named))
    return frame


def _part_named(term: Term, split: Sequence[Figure]) -> Part | None:
    """The one part of a split that a word names by some of its name."""
    names = sides().get(term.text, (term.text,))
    named = [f for f in split if any(n in fold(f.part or "") for n in names)]
    if len(named) > 1:
        named = [f for f in named if fold(f.part or "") in names]
    return Part(term.text, named[0].part_kind, (fold(named[0].part or ""),)) if len(named) == 1 else None


def stays(own: Sequence[Term], clause: Clause) -> bool:
    """Does the clause hold most of these words? What no clause holds counts little."""
    return holds_most(own, clause, _STRANGE)


def holds_most(own: Sequence[Term], clause: Clause, strange: float = 1.0) -> bool:
    """Does the clause hold most of the weight of these words, of which those that no clause holds count only so much?"""
    weight = sum(t.weight * (1.0 if t.known else strange) for t in own)
    return held(tuple(own), clause) >= STILL * weight > 0


def chosen(text: str, memory: Memory | None) -> tuple[str, int] | None:
    """Which of the clauses offered a message chooses: 2, 第二个."""
    found = _CHOICE.fullmatch(text)
    if found is None or memory is None:
        return None
    place = "一二三123".index(found[1]) % 3
    return memory.offered[place] if place < len(memory.offered) else None


def goes_on(frame: Frame) -> bool:
    """Does a frame say so little, or say that it goes on, that it is about the plan that the chat is about? A number that is
    looked up says enough."""
    own = subject(frame)
    if not own:
        return frame.leans or not frame.stated
    return frame.leans or (len(frame.text) <= _BRIEF and sum(t.weight for t in own) <= _THIN)


def _topic(frame: Frame, memory: Memory | None) -> Topic | None:
    """The last topic or, where the message goes back, the last one that its words name."""
    if memory is None or not memory.topics:
        return None
    if frame.turn == "back":
        for topic in reversed(memory.topics):
            said = {t.text for t in topic.frame.about} | {o for t in topic.frame.about for o, _ in t.others}
            if any(t.text in said or any(t.text in s or s in t.text for s in said) for t in subject(frame)):
                return topic
        if subject(frame):
            return None  # never talked about: a question of its own
    return memory.topics[-1]


def _rows(topic: Topic, store: Store) -> list[Row]:
    clauses = {(plan, number): store.clause(plan, number) for plan, number, _ in topic.rows}
    return [
        Row(clause, clause.figures[place], 1.0)
        for plan, number, place in topic.rows
        if (clause := clauses[plan, number]) is not None and place < len(clause.figures)
    ]


def whole(frame: Frame, last: Frame, rows: Sequence[Row]) -> Frame:
    """A frame without a subject of its own, with that of the last one: 那小学呢, 哪个区最多, 一共呢."""
    made = inherit(frame, replace(last, op=None, value=None))
    if only_names(frame) and frame.by is None and last.op is Op.SHARE:
        made = replace(made, op=last.op)  # 那初中呢, behind 小学占几成
    if frame.parts and rows and frame.asks is Asks.CLAUSE and not frame.how:
        made = replace(made, asks=Asks.FIGURE)  # 幼儿园呢, behind a number and a question about it
    if frame.op is not None or frame.by is not None or frame.asks is Asks.SPLIT:
        made = replace(made, parts=frame.parts, asks=Asks.FIGURE if made.asks is Asks.CLAUSE else made.asks)
    if frame.asks is not Asks.CLAUSE and frame.asks is not Asks.FIGURE:
        made = replace(made, units=())
    return replace(made, by=frame.by, each=frame.each, refs=frame.refs, stated=frame.stated, former=frame.former)


def _narrowed(frame: Frame, last: Frame) -> Frame:
    """Another thing of the same clause: 基地呢, behind 食育精品课程几门."""
    return _asking(replace(frame, leans=True), last)


def _asking(frame: Frame, last: Frame) -> Frame:
    """What is asked of a new subject is what was asked of the last one, unless it says so itself: 那食育课程呢."""
    if only_names(frame) and frame.leans and last.asks is Asks.FIGURE:
        return replace(frame, asks=Asks.FIGURE)
    return frame


def remember(text: str, finding: Finding, reading: Reading, before: Memory | None) -> Memory | None:
    """What to keep of the answer to a typed text; a refusal leaves what was kept before."""
    if finding.offered:
        offered = tuple((m.clause.plan, m.clause.number) for m in finding.offered)
        return replace(before or Memory(), offered=offered, asked=(text, reading.frame))
    if finding.status is Status.NOT_COVERED or not finding.matches:
        return replace(before, offered=(), asked=None) if before else None
    first = finding.matches[0].clause
    topics = before.topics if before else ()
    shown = tuple(m.clause.key for m in finding.matches)
    if reading.points and topics:
        return Memory(topics, (*(before.shown if before else ()), *shown))
    rows = tuple(
        (c.plan, c.number, next(i for i, f in enumerate(c.figures) if f is figure or f == figure))
        for c, figure in finding.figures
    )
    # Single figures of one kind that are asked one after the other make a list: 武进几个, 新北呢, 差几个.
    last = topics[-1] if topics else None
    near = [r for r in reading.rows if r.clause.plan == first.plan or finding.frame.years]
    alike = [r for r in near if any(same_unit(r.figure.unit, f.unit) for _, f in finding.figures)]
    if finding.derived is not None:
        alike = [r for r in alike if r.figure.part]  # the least beside another part, not beside the whole
    base = tuple((r.clause.plan, r.clause.number, r.clause.figures.index(r.figure)) for r in alike)
    if last and len(rows) == 1 and base and not _is_computed(finding, reading.rows) and _goes_on(finding.frame):
        rows = (*(r for r in dict.fromkeys(base) if r not in rows), *rows)[-4:]
    elif last and not rows and last.plan == first.plan and last.number == first.number:
        rows = last.rows
    topic = Topic(_kept(finding), first.plan, first.number, rows, len(finding.figures) or (last.latest if last else 0))
    same = last is not None and (last.plan, last.number) == (first.plan, first.number)
    kept = topics[:-1] if same and last and _about(last.frame) == _about(topic.frame) else topics
    return Memory((*kept, topic)[-_TRAIL:], shown)


def _is_computed(finding: Finding, rows: Sequence[Row]) -> bool:
    """Is the number none to set beside the one before? The most of a split is, where its least, or another part, was asked for
    by itself."""
    one = [r for r in rows if r.figure.part] == list(rows[-1:]) != []
    return finding.derived is not None and not (one and finding.derived.kind in {Op.MOST, Op.LEAST})


def _kept(finding: Finding) -> Frame:
    """The frame as what comes next goes on from it: from 57个是啥 with what the number counts."""
    frame = replace(finding.frame, refs=(), stated=())
    if frame.asks is not Asks.MEANING or not finding.figures:
        return frame
    what = finding.figures[0][1].what
    return replace(frame, text=what, told=what, about=(Term(what, 1.0, known=True),), asks=Asks.FIGURE)


def _goes_on(frame: Frame) -> bool:
    return frame.leans or not subject(frame) or bool(frame.parts) or len(frame.text) <= _BRIEF


def _about(frame: Frame) -> frozenset[str]:
    return frozenset(t.text for t in subject(frame))
