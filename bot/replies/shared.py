"""An answer as it is kept for good, for a link that is passed on: what it says and shows, word for word, and where that stands.
It holds words of the plans and of ours alone, nothing that anybody typed: who asked tells nobody by it, and nobody can have a
sentence of their own shown in our name."""

import hashlib
from collections.abc import Iterator
from dataclasses import replace
from enum import Enum

import msgspec
from msgspec import Struct, structs

from bot.replies.blocks import (
    Also,
    Block,
    Chart,
    Clauses,
    Computed,
    Number,
    Numbers,
    Quote,
    Reply,
    Say,
    Whole,
    shortened,
)
from bot.replies.naming import asked_for, line, source
from knowledge.model import Answer, Clause, Status
from knowledge.store import Store

_TOLD = {Status.ANSWERED, Status.AMBIGUOUS}
# What holds more bytes is not kept.
_LARGEST = 32_768
# So many letters of a title and of a description are shown where a link is passed on.
_TITLE, _DESCRIPTION = 60, 120


class Stand(Struct, frozen=True):
    """A clause that an answer rests on, as it was: its plan, its running number, the digest of its text."""

    plan: str
    number: int
    digest: str


class Kept(Struct, frozen=True, omit_defaults=True):
    """What is kept of an answer; its clauses have lost their texts and figures. `plans` are the short names that stood over it
    where there were several plans."""

    blocks: tuple[Block, ...]
    traditional: bool
    stands: tuple[Stand, ...]
    plans: tuple[str, ...] = ()

    @property
    def reply(self) -> Reply:
        return Reply(self.blocks, self.traditional)

    @property
    def charts(self) -> list[Chart]:
        return [block for block in self.blocks if isinstance(block, Chart)]

    @property
    def quotes(self) -> list[Quote]:
        return [block for block in self.blocks if isinstance(block, Quote)]

    @property
    def items(self) -> list[Number | Computed]:
        """All numbers, those that were computed first."""
        items = [item for block in self.blocks if isinstance(block, Numbers) for item in block.items]
        return sorted(items, key=lambda item: isinstance(item, Number))


class Fate(Enum):
    """What became since then of the clauses that an answer rests on."""

    SAME = ""
    CHANGED = "分享以后，计划里的这段话改过了。下面还是当时的回答。"
    GONE = "分享以后，这份计划已经不在这里了。下面还是当时的回答。"


def content_of(reply: Reply, answer: Answer | None = None, plans: tuple[str, ...] = ()) -> str:
    """What is kept of a reply, as JSON; empty where its link asks the question anew: what a plan does not say today it may say
    tomorrow, and a refusal repeats words of the question."""
    clauses = list(_clauses(reply))
    if not clauses or (answer and any(f.status not in _TOLD for f in answer.findings)):
        return ""
    stands = dict.fromkeys(Stand(c.plan, c.number, _digest(c)) for c in clauses)
    blocks = tuple(_lean(b) for b in reply.blocks if not isinstance(b, Also))
    content = msgspec.json.encode(Kept(blocks, reply.traditional, tuple(stands), plans)).decode()
    return content if len(content.encode()) <= _LARGEST else ""


def read(content: str) -> Kept | None:
    """None for what another version kept in a way that is not known any more."""
    try:
        return msgspec.json.decode(content, type=Kept)
    except msgspec.MsgspecError:
        return None


def fate(kept: Kept, store: Store) -> Fate:
    """A clause may stand elsewhere in its plan by now; what counts is that it is there, word for word."""
    texts = {plan: {_digest(c) for c in store.clauses_of(plan)} for plan in {s.plan for s in kept.stands}}
    if not all(texts.values()):
        return Fate.GONE
    return Fate.SAME if all(s.digest in texts[s.plan] for s in kept.stands) else Fate.CHANGED


def title(kept: Kept) -> str:
    """What it answers, in a line: 新增学位 · 小学：7020个, else the heading of its clause."""
    named = "；".join(_named(item) for item in kept.items)
    return kept.reply.written(shortened(named or _heading(kept), _TITLE))


def description(kept: Kept) -> str:
    """The sentence that it rests on and where that stands."""
    quote = next(iter(kept.quotes), None)
    told = f"{shortened(quote.text, _DESCRIPTION)}——{_place(quote)}" if quote else _heading(kept)
    return kept.reply.written(" ".join(told.split()))


def question(kept: Kept) -> str:
    """How one would ask anew for its only number, in words of the plan: 小学新增学位有多少个？ Empty where it is more than that, or
    a number in words (三类), which nobody asks for."""
    match kept.items:
        case [Number(what=counted, unit=unit)] if unit:
            what, _, part = counted.partition(" · ")
            return f"{part}{what}{asked_for(unit)}"
    return ""


def standing(kept: Kept, store: Store) -> Clause | None:
    """The first clause that it rests on, wherever it stands in its plan by now; None where it is gone."""
    first = next(iter(kept.stands), None)
    if first is None:
        return None
    same = (c for c in store.clauses_of(first.plan) if _digest(c) == first.digest)
    return next(same, None) or store.clause(first.plan, first.number)


def _named(item: Number | Computed) -> str:
    """新增学位 · 小学：7020个, 合计19个"""
    between = "：" if isinstance(item, Number) else ""
    return f"{item.what}{between}{item.number}{item.unit}"


def _heading(kept: Kept) -> str:
    """What the first clause is called, else the first words."""
    quote = next(iter(kept.quotes), None)
    if quote:
        return line(replace(quote.clause, text=quote.text))
    return next((b.text for b in kept.blocks if isinstance(b, Say)), "").rstrip("：")


def _place(quote: Quote) -> str:
    return quote.source or source(quote.clause)


def _clauses(reply: Reply) -> Iterator[Clause]:
    for block in reply.blocks:
        match block:
            case Quote(clause=clause) | Whole(clause=clause):
                yield clause
            case Clauses(lines):
                yield from (clause for _, clause in lines)


def _lean(block: Block) -> Block:
    """The block, its clauses without what it does not show of them."""
    match block:
        case Numbers(items):
            return Numbers(tuple(_without(i) if isinstance(i, Number) else i for i in items))
        case Quote(clause=clause) | Whole(clause=clause):
            return structs.replace(block, clause=_bare(clause))
        case Clauses(lines):
            return Clauses(tuple((name, _bare(clause)) for name, clause in lines))
    return block


def _without(number: Number) -> Number:
    return structs.replace(number, figure=None, clause=None)


def _bare(clause: Clause) -> Clause:
    return replace(clause, text="", figures=(), key=0, id=None)


def _digest(clause: Clause) -> str:
    return hashlib.sha256(clause.text.encode(errors="replace")).hexdigest()[:16]
