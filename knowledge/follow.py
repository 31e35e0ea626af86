"""From a question that leans on the one before it to a whole question: 那小学呢, 武进呢, 基地呢, 哪条说的, 还有别的吗."""

import re
from dataclasses import dataclass, replace
from enum import StrEnum

from knowledge.lexicon import Lexicon
from knowledge.model import Answer, Clause, Question, Status, Wants
from knowledge.retrieve import stands, variants
from knowledge.store import Store
from knowledge.understand import understand
from knowledge.wording import fold


class Pointing(StrEnum):
    """What is asked about the last answer itself."""

    SOURCE = "source"  # 哪条说的
    DETAIL = "detail"  # 详细点
    REASON = "reason"  # 为什么
    OTHERS = "others"  # 还有别的吗


_POINTING = {
    Pointing.SOURCE: r"(?:这个?|那个?|这话|这是|是|在)*(?:哪[一]?条|第几条|出处|来源|依据|根据|原文)(?:说的?|写的?|里?|提到的?|呢|是(?:什么|啥|哪))*",
    Pointing.DETAIL: r"(?:能|可以|再|请|给我|麻烦|想)*(?:详细|具体|细|全文|完整|展开|多说|仔细)(?:一?点|些|说说?|讲讲?|内容|的|看看|介绍|呢|几句|下|一下)*",
    Pointing.REASON: r"(?:那|这|这是)?(?:为什么|为啥|凭什么|凭啥|什么原因|啥原因|怎么回事)(?:呢|啊|这样|这么定|要这样)*",
    Pointing.OTHERS: r"(?:那|这|还|除了这个|除此之外)*(?:有(?:没有)?|有)?(?:别的|其他的?|其它的?|更多的?|另外的?|没有了|还有)(?:吗|呢|么|没|条款|内容|相关的?|的)*",
}
_LEANING = re.compile(r"^(?:那么?|里面|里头|其中|这里面|还有|再|然后|它|这个|这些|该|上面|刚才)|(?:呢|的呢)$")
_SHORT = 12
_COMPARING = {Wants.COMPARE, Wants.MOST, Wants.LEAST, Wants.SUM}
# A clause still holds the subject where it covers this share of what is asked now.
_STILL = 0.7


@dataclass(frozen=True, slots=True)
class Memory:
    """What a chat has to keep of its last answer: the whole question, the parts it was about and what it wanted, the
    clause by plan and number, the keys of the clauses shown so far, and the parts that were asked about one by one."""

    base: str
    parts: tuple[str, ...]
    wants: Wants
    plan: str
    number: int
    shown: tuple[int, ...] = ()
    recent: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Resolved:
    """A question made whole; `within` is the clause it stays in, `pointing` what it asks of the last answer."""

    question: Question
    within: Clause | None = None
    pointing: Pointing | None = None
    base: str = ""


def resolve(question: Question, before: Memory | None, store: Store, lexicon: Lexicon) -> Resolved:
    """The question as it is meant after the one before; as it stands where it stands on its own."""
    alone = Resolved(question, base=question.text)
    if before is None or question.refs or question.chapter is not None:
        return alone
    clause = store.clause(before.plan, before.number)
    if clause is None:
        return alone
    bare = _bare(question)
    for pointing, pattern in _POINTING.items():
        if re.fullmatch(pattern, bare):
            last = understand(before.base, store, lexicon)
            return Resolved(replace(last, text=question.text), clause, pointing, before.base)
    if len(bare) > _SHORT or question.stated or not (leans(question) or _says_little(question)):
        return alone
    return _merged(question, before, clause, store, lexicon) or alone


def leans(question: Question) -> bool:
    """Do its words say that it goes on with what was said before: 那小学呢, 里面初中几个?"""
    return bool(_LEANING.search(_bare(question)))


def _bare(question: Question) -> str:
    return re.sub(r"[\s,.，。、;；?？!！]", "", question.plain)


def _says_little(question: Question) -> bool:
    return len(question.terms) <= 2


def _merged(question: Question, before: Memory, clause: Clause, store: Store, lexicon: Lexicon) -> Resolved | None:
    """The last question with what is new put into it, as long as the same clause is about it."""
    last = understand(before.base, store, lexicon)
    asked = question.wants is not Wants.CLAUSE
    wants = question.wants if asked or not _LEANING.search(question.plain.rstrip("?!？！。 ")) else before.wants
    units = question.units if asked else last.units
    own = [t for t in question.terms if not any(p in t.text or t.text in p for p in question.parts)]
    compares = question.wants in _COMPARING and not question.parts
    if not own and (question.parts or compares):  # 那小学呢; 哪个多, behind 武进 and 新北
        kept = tuple(t for t in last.terms if not any(p in t.text or t.text in p for p in last.parts))
        parts = before.recent if compares else question.parts
        whole = replace(question, terms=kept, parts=parts, wants=wants, units=units, asks=question.asks or last.asks)
        return Resolved(whole, clause, base=before.base)
    weight = sum(t.weight for t in own)
    text = fold(clause.text)
    here = sum(t.weight for t in own if any(stands(v, text) for v, _ in variants(t)))
    if not own or here < _STILL * weight:  # 那食育课程呢, behind another subject
        inherits = wants is not question.wants
        return Resolved(replace(question, wants=wants, units=()), base=question.text) if inherits else None
    parts = question.parts or (before.parts if wants is not Wants.CLAUSE else ())
    return Resolved(replace(question, wants=wants, units=question.units, parts=parts), clause, base=question.text)


def remember(answer: Answer, resolved: Resolved, before: Memory | None) -> Memory | None:
    """What to keep of an answer; a refusal leaves what was kept before."""
    if answer.status is Status.NOT_COVERED or not answer.matches:
        return before
    first = answer.matches[0].clause
    shown = tuple(m.clause.key for m in answer.matches)
    if resolved.pointing is not None and before is not None:
        if resolved.pointing is Pointing.OTHERS:
            return replace(before, plan=first.plan, number=first.number, shown=(*before.shown, *shown))
        return before
    wants = Wants.FIGURE if answer.figures or answer.status is Status.NO_FIGURE else Wants.CLAUSE
    base, parts = resolved.base or answer.question.text, answer.question.parts
    recent = (*before.recent, *parts) if before is not None and before.base == base else parts
    return Memory(base, parts, wants, first.plan, first.number, shown, tuple(dict.fromkeys(recent)))
