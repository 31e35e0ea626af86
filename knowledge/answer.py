"""From a question to its answer: by the clause it names, the number it names, a chapter, or what it is about."""

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from knowledge.figures import FITS, asked_for, compatible, computed, derive, named, only, says_any, splits_otherwise
from knowledge.follow import Memory, Pointing, Resolved, leans, remember, resolve
from knowledge.lexicon import Lexicon
from knowledge.model import Answer, Clause, Figure, Match, Question, Status, Wants
from knowledge.retrieve import CANDIDATES, Found, retrieve
from knowledge.store import Store
from knowledge.understand import understand
from knowledge.wording import fold

if TYPE_CHECKING:
    from collections.abc import Callable

# When a clause answers: it covers nearly all of the question; or it holds this much of it (one rare word counts 0.8, a
# plain one 0.3) and the question names nothing that the plan is silent on; or it holds more than what it is silent on.
# Everyday talk is long, so the share alone tells little: on 137 questions that a plan answers and 15 that it does not,
# a share of 0.38 refused 62 of the first, these bounds refuse 24; both refuse all of the second.
_COVERED, _STRENGTH, _STRENGTH_AGAINST = 0.75, 0.4, 0.7
# Said to a person rather than asked of a plan.
_TALK = re.compile(
    "(?:谢谢|多谢|感谢|辛苦了|谢了|thanks?|thank you)(?:您|你|啦|了|啊|哦|呀|大家)*"
    "|再见|拜拜|回头见|晚安|bye|(?:您|你)好[啊呀吗]?|在[吗么不]|嗨|哈喽|喂|早上好|下午好|晚上好|hi|hello|嗯+|好的?[吧呀啦]?|知道了|明白了?|收到|ok"
)
# Other clauses are named as answers too where they score this near to the first.
_AS_GOOD = 0.9


def ask(text: str, store: Store, lexicon: Lexicon, limit: int = 5) -> Answer:
    """The answer to what a person typed; `limit` clauses are named as the nearest whatever the status.

    Raises QuestionError where nothing is asked, StoreError where the index cannot be read.
    """
    return converse(text, None, store, lexicon, limit)[0]


def converse(
    text: str, before: Memory | None, store: Store, lexicon: Lexicon, limit: int = 5
) -> tuple[Answer, Memory | None]:
    """The answer to what a person typed after what is remembered of the chat, and what to remember now."""
    question = understand(text, store, lexicon)
    resolved = resolve(question, before, store, lexicon)
    answer, found = _resolved(resolved, before, store, limit)
    if answer.status is Status.NO_FIGURE and resolved.within is not None and not leans(question):
        # Short questions are taken to go on with the last clause; what it does not say another one may.
        alone = Resolved(question, base=question.text)
        elsewhere, near = _resolved(alone, None, store, limit)
        if elsewhere.figures:
            resolved, answer, found = alone, elsewhere, near
    nearest = tuple(f.match for f in found[:limit]) or answer.matches[:limit]
    return replace(answer, nearest=nearest), remember(answer, resolved, before)


def _resolved(resolved: Resolved, before: Memory | None, store: Store, limit: int) -> tuple[Answer, list[Found]]:
    question = resolved.question
    # Which part has most is told by few clauses, whose words may be common ones.
    deep = CANDIDATES if question.wants in {Wants.MOST, Wants.LEAST} else 10
    found = retrieve(question, store, max(limit, deep))
    return _continued(resolved, before, found) or _first(question, store, found), found


def _first(question: Question, store: Store, found: list[Found]) -> Answer:
    ways: list[Callable[[Question, Store, list[Found]], Answer | None]] = [
        _talk,
        _elsewhere,
        _by_reference,
        _by_number,
        _by_chapter,
        _by_subject,
    ]
    return next(a for way in ways if (a := way(question, store, found)) is not None)


def _continued(resolved: Resolved, before: Memory | None, found: list[Found]) -> Answer | None:
    """The answer to a question that stays with the last clause, or that asks about the last answer itself."""
    question, clause = resolved.question, resolved.within
    if clause is None or before is None:
        return None
    if resolved.pointing is Pointing.OTHERS:
        others = [f for f in found if f.match.clause.key not in before.shown and f.strength >= _STRENGTH]
        if others:
            return Answer(question, Status.ANSWERED, tuple(f.match for f in others[:3]), reason="others")
        return Answer(question, Status.ANSWERED, (Match(clause, 100.0),), reason="no_others")
    if resolved.pointing is not None:
        return Answer(question, Status.ANSWERED, (Match(clause, 100.0),), reason=resolved.pointing.value)
    here = next((f for f in found if f.match.clause.key == clause.key), Found(Match(clause, 100.0), 1.0, 1.0))
    return _within(question, here)


def _within(question: Question, found: Found) -> Answer:
    """The answer that one clause gives to a question that is known to be about it."""
    clause = found.match.clause
    few = question.doubtful and question.wants is Wants.FIGURE and not question.parts
    if question.wants is Wants.CLAUSE or few:
        figures, derived = named(question, clause), None
        if not figures and question.parts and splits_otherwise(question, clause):
            return Answer(question, Status.NO_FIGURE, (found.match,), reason="other_split")
    else:
        figures, derived = computed(question, clause)
    if figures or question.wants is Wants.CLAUSE or few:
        return Answer(question, Status.ANSWERED, (found.match,), tuple((clause, f) for f in figures), derived)
    reason = "other_split" if splits_otherwise(question, clause) else None
    return Answer(question, Status.NO_FIGURE, (found.match,), reason=reason)


def _by_reference(question: Question, store: Store, _found: list[Found]) -> Answer | None:
    """第七条, 16, （三十）, 最后一条."""
    plan = store.plan()
    if not question.refs or plan is None or (question.wants is Wants.MEANING and len(question.plain) > 4):
        return None
    clauses = [c for ref in question.refs for c in store.clause_by_ref(plan.title, ref)]
    if not clauses:
        by_number = _by_number(replace(question, wants=Wants.MEANING), store, [])
        if by_number is not None and by_number.matches:
            return by_number
        return Answer(question, Status.NOT_COVERED, reason="no_such_clause", count=store.last_ref(plan.title))
    matches = tuple(Match(c, 100.0, (c.ref,)) for c in dict.fromkeys(clauses))
    figures = tuple((c, f) for c in clauses for f in asked_for(question, c)) if question.wants is Wants.FIGURE else ()
    return Answer(question, Status.ANSWERED, matches, figures)


def _by_number(question: Question, store: Store, found: list[Found]) -> Answer | None:
    """57个是啥, 哪条提到1.5亿. A number said in passing gives way to what the rest of the question is about."""
    if question.wants is not Wants.MEANING or not question.stated:
        return None
    figures = [
        (clause, figure)
        for stated in question.stated
        for clause in store.clauses_with_value(stated.value)
        for figure in clause.figures
        if stated.value in {figure.value, figure.value_max} and compatible(stated.unit, figure.unit)
    ]
    units = {q.unit for q in question.stated}
    figures = [(c, f) for c, f in figures if f.unit in units] or figures
    elsewhere = bool(found) and _answers(question, found[0])
    if not figures:
        return None if elsewhere else Answer(question, Status.NOT_COVERED, reason="no_such_number")
    weight = {c.key: sum(t.weight for t in question.terms if says_any(t, fold(c.text))) for c, _ in figures}
    best = max(weight.values())
    if elsewhere and best < FITS * found[0].strength:
        return None
    figures = [(c, f) for c, f in figures if weight[c.key] == best]
    clauses = list(dict.fromkeys(c for c, _ in figures))
    status = Status.ANSWERED if len(clauses) == 1 else Status.AMBIGUOUS
    return Answer(question, status, tuple(Match(c, 100.0) for c in clauses), tuple(dict.fromkeys(figures)))


def _by_chapter(question: Question, store: Store, found: list[Found]) -> Answer | None:
    """第五部分, 队伍建设有哪些."""
    plan = store.plan()
    if plan is None or not plan.chapters:
        return None
    number = question.chapter
    if number is None:
        weight = sum(t.weight for t in question.terms)
        if not question.terms or not (question.lists or not found or found[0].covered < FITS):
            return None
        titles = [fold(c) for c in plan.chapters]
        whole = [i for i, t in enumerate(titles) if weight and all(term.text in t for term in question.terms)]
        number = whole[0] + 1 if whole and len("".join(t.text for t in question.terms)) >= 3 else None
        if number is None:
            return None
    if not 1 <= number <= len(plan.chapters):
        return Answer(question, Status.NOT_COVERED, reason="no_such_chapter", count=len(plan.chapters))
    clauses = [c for c in store.clauses_of(plan.title) if c.chapter == plan.chapters[number - 1]]
    return Answer(
        replace(question, wants=Wants.CHAPTER, chapter=number), Status.ANSWERED, tuple(Match(c, 100.0) for c in clauses)
    )


def _talk(question: Question, _store: Store, _found: list[Found]) -> Answer | None:
    """谢谢, 你好, 再见."""
    said = re.sub(r"[\s,.，。、;；?？!！~]", "", question.plain)
    return Answer(question, Status.NOT_COVERED, reason="talk") if _TALK.fullmatch(said) else None


def _elsewhere(question: Question, _store: Store, _found: list[Found]) -> Answer | None:
    """无锡有多少学位, 2022年新增多少: not a question about the plans at hand."""
    return Answer(question, Status.NOT_COVERED, reason="elsewhere") if question.elsewhere else None


def _by_subject(question: Question, _store: Store, found: list[Found]) -> Answer:
    if question.wants in {Wants.MOST, Wants.LEAST} and (extreme := _most(question, found)) is not None:
        return extreme
    good = [f for f in found if _answers(question, f)]
    if not good:
        return Answer(question, Status.NOT_COVERED)
    if question.wants in {Wants.CLAUSE, Wants.MEANING}:
        answer = _within(replace(question, wants=Wants.CLAUSE), good[0])
        also = tuple(f.match for f in good if f.match.score >= _AS_GOOD * good[0].match.score)[:3]
        return replace(answer, matches=also) if answer.status is Status.ANSWERED else answer
    near = [f for f in good if f.match.score >= 0.8 * good[0].match.score]
    answers = [_within(question, f) for f in near]
    answer = next((a for a in answers if a.figures), answers[0])
    if len(answer.figures) < 2 and (both := _across(question, good)) is not None:
        return both
    return answer


def _across(question: Question, found: list[Found]) -> Answer | None:
    """心理特色校和健康促进学校一共几所: one figure for each thing that is joined by 和, from clauses that differ."""
    said = [s for s in re.split("[和跟与同加比、]", question.plain) if any(t.text in s for t in question.terms)]
    if len(said) < 2 or not (question.asks or question.wants is not Wants.FIGURE):
        return None
    joined: list[tuple[Clause, Figure]] = []
    for stretch in said:
        alone = replace(only(question, stretch), wants=Wants.FIGURE, parts=())
        ranked = sorted(found, key=lambda f: -sum(t.weight for t in alone.terms if t.text in f.match.why))
        each = ((f.match.clause, figures) for f in ranked[:3] if len(figures := asked_for(alone, f.match.clause)) == 1)
        clause, figures = next(each, (None, []))
        if clause is None:
            return None
        joined.append((clause, figures[0]))
    if len({c.key for c, _ in joined}) < 2:
        return None
    matches = tuple(Match(c, f.match.score) for c, _ in joined for f in found if f.match.clause.key == c.key)
    wants = (
        Wants.SUM
        if question.wants is Wants.FIGURE and re.search("一共|总共|合计|共", question.plain)
        else question.wants
    )
    derived = derive(wants, [f for _, f in joined])
    return Answer(question, Status.ANSWERED, tuple(dict.fromkeys(matches)), tuple(joined), derived)


def _most(question: Question, found: list[Found]) -> Answer | None:
    """哪个区项目最多: only a clause that splits the thing can say it, so common words do to find it."""
    for f in found:
        figures, derived = computed(question, f.match.clause)
        if derived is not None and f.covered >= FITS:
            return Answer(question, Status.ANSWERED, (f.match,), tuple((f.match.clause, x) for x in figures), derived)
    return None


def _answers(question: Question, found: Found) -> bool:
    """Is a clause about the question, rather than only near it?"""
    silent = sum(t.weight * max(near for _, near in t.others) for t in question.terms if t.others and not t.known)
    if not silent:
        return found.covered >= _COVERED or found.strength >= _STRENGTH
    return found.strength >= max(_STRENGTH_AGAINST, 0.8 * silent)
