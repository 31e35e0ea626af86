"""From spans to frames: what a message asks, in slots. Pure: no index is asked here.

A message is cut where one question ends and the next begins; each question is a frame. What a frame leaves unsaid it takes
from the one before it, in the message as in the chat (thread).
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from decimal import Decimal

from knowledge.doing import ENDS
from knowledge.model import Asks, Frame, Op, PartKind, Term
from knowledge.slots import frame_of
from knowledge.spans import Span, Stretch, joined
from knowledge.weighing import SLIGHT

_BREAK = re.compile(r"[,，。;；?？!！\n\s]")
_ENDINGS = ("呢", "嘞", "咧", "哩")
# From so many characters on a message may begin with a story; what is told there counts less than what is asked.
_LONG, _STORY = 45, 0.3
# A word of less weight stands in every clause, or in the name of the plan.
_EVERYWHERE = 0.05
_FIGURES = tuple(f"asks.{line}" for line in "figure money percent duration clock age".split())
# 哪里写了一万名 asks for a number, 10家的名单在哪看 for a place.
_WRITTEN = re.compile("[写提说见]|出现")
# What asks for the meaning of a number where one is stated: 57个是啥.
_OF_NUMBER = frozenset({Asks.CLAUSE, Asks.MEANING, Asks.SOURCE, Asks.CHAPTER, Asks.PLACE})


def read(text: str, spans: Sequence[Span]) -> tuple[Frame, ...]:
    """The questions of a folded message, in the order asked; one frame at least.

    1. cut  2. what is told before or behind a question goes with it  3. what says nothing of its own goes with the one before
    """
    stretches = _stretches(text, spans)  # 1
    corrects = len(stretches) > 1 and bool(stretches[0].of("chat.correct")) and not stretches[0].asks()
    stretches = stretches[1:] if corrects else stretches  # 不是钟楼，是新北
    asking = [s for s in stretches if s.asks()]
    asking = [s for s in asking if s.of("word", "asks", "ref", "number") or s is asking[-1]]  # 小学加初中，教室几间
    if asking and stretches[-1] not in asking and stretches[-1].spans[-1].text in _ENDINGS:
        asking.append(stretches[-1])  # 劳动基地几个，手工的那类呢
    if not asking:  # 学位 竣工 高中: words of one question
        stretches = asking = [joined(stretches)] if stretches else [Stretch(text, ())]
    story = len(text) >= _LONG and len(stretches) > len(asking)
    frames = [_settled(f) for f in _joined(_told(stretches, asking, story=story))]  # 2 3
    return tuple(replace(f, turn="correct") if corrects else f for f in frames)


def _told(stretches: list[Stretch], asking: list[Stretch], *, story: bool) -> list[Frame]:
    frames: list[Frame] = []
    told: list[Stretch] = []
    for stretch in stretches:
        if stretch in asking:
            frame = frame_of(stretch)
            frames.append(_with(frame, frame_of(joined(told)), story=story) if told else frame)
            told = []
        else:
            told.append(stretch)
    behind = frame_of(joined(told)) if told else None  # 建设项目有几个，就市本级那块
    if behind and (
        (behind.parts and not frames[-1].parts)
        or (behind.years and not frames[-1].years)
        or not any(t.known for t in subject(frames[-1]))
    ):
        frames[-1] = _with(frames[-1], behind, story=story)
    return frames


def _joined(frames: list[Frame]) -> Iterator[Frame]:
    """The frames, those that only ask once more joined to the one before: 助学金几档 分别多少."""
    last = frames[0]
    for frame in frames[1:]:
        if frame.op is Op.DIFFERENCE and last.op in ENDS and not subject(frame):
            last = replace(last, op=frame.op)  # 哪个多，多几个
            continue
        own = frame.about or frame.refs or frame.stated or frame.op
        if own or frame.asks not in {Asks.CLAUSE, last.asks}:
            yield last
            last = frame
        else:
            units = last.units if frame.units in {(), last.units} and not frame.each else ()
            both = last.former != frame.former  # 原来多少，要做到多少
            last = replace(
                _with(last, frame), units=units, each=last.each or frame.each or both, former=last.former and not both
            )
    yield last


def _with(one: Frame, other: Frame, *, story: bool = False) -> Frame:
    """The first with the subject of the other added; what a story tells counts less, and names no part beside one asked."""
    told = (replace(t, weight=_STORY * t.weight) if story else t for t in other.about)
    kinds = {p.kind for p in one.parts}
    more = () if story and one.parts else tuple(p for p in other.parts if p.kind not in kinds)
    return replace(
        one,
        text=f"{other.text} {one.text}".strip(),
        told=f"{other.told} {one.told}",
        about=tuple({t.text: t for t in (*told, *one.about)}.values()),
        parts=(*one.parts, *more),
        refs=one.refs or other.refs,
        stated=one.stated or other.stated,
        op=other.op if other.op is Op.EXCEPT else one.op or (other.op if other.op is Op.SUM else None),
        leans=one.leans or other.leans,
        doubtful=one.doubtful or (other.how and other.asks is Asks.CLAUSE),  # 想去蹲几个月，有没有名额
        turn=one.turn or other.turn,
        sides=one.sides or (() if story else other.sides),
        each=one.each or other.each,
        few=one.few or other.few,
        named=tuple(dict.fromkeys([*one.named, *other.named])),
        years=one.years or other.years,
        span=max(one.span, other.span),
        grows=one.grows or other.grows,
        moves=one.moves or other.moves,
    )


def _settled(frame: Frame) -> Frame:
    """The frame with what it asks for told apart by all that it says: a number that is given is asked about, unless it may be
    said in passing (班里坐了六十多个)."""
    named = any(t.known for t in frame.about)
    of_place = frame.asks is Asks.PLACE and not _WRITTEN.search(frame.text)
    in_passing = frame.asks is Asks.CLAUSE and bool(subject(frame))
    if (
        frame.stated
        and frame.op is None
        and frame.by is None
        and not in_passing
        and not of_place
        and (frame.asks in _OF_NUMBER or (frame.asks is Asks.NAMES and not named))
    ):
        return replace(frame, asks=Asks.MEANING)
    if frame.op is Op.MOST and frame.few and frame.few[0] and "哪" in frame.text:  # 哪三个区最多
        frame = replace(frame, op=Op.TOP, value=Decimal(frame.few[0]))
    if frame.op is not None and frame.asks in {Asks.CLAUSE, Asks.MEANING, Asks.WHICH, Asks.NAMES}:
        units = ("%",) if frame.op is Op.SHARE else frame.units
        return replace(frame, asks=Asks.FIGURE, units=units, doubtful=frame.by is None)
    return replace(frame, asks=Asks.CLAUSE) if frame.asks is Asks.MEANING else frame


def inherit(frame: Frame, last: Frame) -> Frame:
    """The frame with what it leaves unsaid taken from the one before: the subject always, what is asked where it only
    names another part or thing."""
    # 和去年比 names a year, 归谁管 nothing.
    names = bool(frame.parts or frame.leans or frame.years or frame.span or subject(frame))
    bare = only_names(frame) and names
    return replace(
        frame,
        about=frame.about if subject(frame) else (*frame.about, *subject(last)),
        parts=frame.parts or (() if frame.by or not (names or frame.asks is Asks.FIGURE or frame.op) else last.parts),
        asks=last.asks if bare else frame.asks,
        units=last.units if bare else frame.units,
    )


def only_names(frame: Frame) -> bool:
    """Does it name a thing and ask nothing of it: 那小学呢?"""
    return frame.asks is Asks.CLAUSE and frame.op is None and not frame.how


def subject(frame: Frame) -> tuple[Term, ...]:
    """What a question is about but for the parts of splits that it names and words that all clauses hold."""
    parts = {p.text for p in frame.parts}
    own = tuple(t for t in frame.about if t.text not in parts and t.weight > _EVERYWHERE)
    levels = parts and all(p.kind is PartKind.LEVEL for p in frame.parts)
    return tuple(t for t in own if not levels or t.weight > SLIGHT)  # 市级拿多少 has none


# --- where one question ends


def _stretches(text: str, spans: Sequence[Span]) -> list[Stretch]:
    """The spans cut at punctuation, at words like 另外, and behind what a first question asks, where a second follows."""
    cut: list[list[Span]] = []
    end = 0
    for span in spans:
        both = span.kind == "joins.both" and span.text != "还是" and cut and _is_whole(Stretch(text, tuple(cut[-1])))
        breaks = _BREAK.search(text[end : span.start]) and span.text != "还是"  # 市区多，还是县里多
        if not cut or breaks or span.kind == "joins.next" or both:
            cut.append([])
        cut[-1].append(span)
        end = span.end
    merged: list[Stretch] = []
    for stretch in (piece for spans_ in cut for piece in _at_second(Stretch(text, tuple(spans_)))):
        if merged and (not merged[-1].content() or not (stretch.content() or stretch.asks())):
            merged[-1] = joined([merged[-1], stretch])
        else:
            merged.append(stretch)
    return merged


def _is_whole(stretch: Stretch) -> bool:
    """Is the question before 和 a whole one: 几门课程 和 几所学校?"""
    return bool(stretch.of("asks")) and stretch.content()


def _at_second(stretch: Stretch) -> Iterator[Stretch]:
    """食育课程几门心理特色校几所 → two; a second thing that is asked needs words of its own before it, or asks for a share."""
    spans = stretch.spans
    places = [i for i, s in enumerate(spans) if s.kind in _FIGURES]
    if len(places) == 2:
        first, last = places
        # 一共几个项目占全市多少 is cut before 占.
        share = next((i for i in range(first + 1, last) if spans[i].kind == "ops.share"), None)
        between = Stretch(stretch.text, spans[first + 1 : last])
        if Stretch(stretch.text, spans[:first]).content() and (between.content() or share):
            cut = share or first + 1
            yield Stretch(stretch.text, spans[:cut])
            yield Stretch(stretch.text, spans[cut:])
            return
    yield stretch
