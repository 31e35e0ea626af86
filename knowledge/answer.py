"""From a question to its answer: by the clause it names, the number it names, a chapter, or what it is about."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from knowledge.lexicon import Lexicon
from knowledge.model import Answer, Clause, Derived, Figure, Match, PartKind, Question, Status, Wants
from knowledge.numerals import MONEY, PEOPLE, SHARES, TIME
from knowledge.retrieve import Found, retrieve, variants
from knowledge.store import Store
from knowledge.understand import understand
from knowledge.wording import fold

# When a clause answers: it covers nearly all of the question; or it holds this much of it (one rare word counts 0.8, a
# plain one 0.3) and the question names nothing that the plan is silent on; or it holds more than what it is silent on.
# Everyday talk is long, so the share alone tells little: on 137 questions that a plan answers and 15 that it does not,
# a share of 0.38 refused 62 of the first, these bounds refuse 24; both refuse all of the second.
_COVERED, _STRENGTH, _STRENGTH_AGAINST = 0.75, 0.4, 0.7
# Other clauses are named as answers too where they score this near to the first.
_AS_GOOD = 0.9
# The share of the question that the words around a figure must explain.
_FITS = 0.5
_NEAR, _IN_SENTENCE, _IN_TITLE = 1.0, 0.6, 0.5
_COUNTABLE = frozenset("所 家 座 间 处 个 项 所".split())


def ask(text: str, store: Store, lexicon: Lexicon, limit: int = 5) -> Answer:
    """The answer to what a person typed; `limit` clauses are named as the nearest whatever the status.

    Raises QuestionError where nothing is asked, StoreError where the index cannot be read.
    """
    question = understand(text, store, lexicon)
    found = retrieve(question, store, max(limit, 10))
    ways: list[Callable[[Question, Store, list[Found]], Answer | None]] = [
        _by_reference,
        _by_number,
        _by_chapter,
        _by_subject,
    ]
    answer = next(a for way in ways if (a := way(question, store, found)) is not None)
    return replace(answer, nearest=tuple(f.match for f in found[:limit]) or answer.matches[:limit])


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
    figures = tuple((c, f) for c in clauses for f in _asked_for(question, c)) if question.wants is Wants.FIGURE else ()
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
        if stated.value in {figure.value, figure.value_max} and _compatible(stated.unit, figure.unit)
    ]
    units = {q.unit for q in question.stated}
    figures = [(c, f) for c, f in figures if f.unit in units] or figures
    elsewhere = bool(found) and _answers(question, found[0])
    if not figures:
        return None if elsewhere else Answer(question, Status.NOT_COVERED, reason="no_such_number")
    weight = {c.key: sum(t.weight for t in question.terms if _says_any(t, fold(c.text))) for c, _ in figures}
    best = max(weight.values())
    if elsewhere and best < _FITS * found[0].strength:
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
        if not question.terms or not (question.lists or not found or found[0].covered < _FITS):
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


def _by_subject(question: Question, store: Store, found: list[Found]) -> Answer:
    del store
    if question.wants in {Wants.MOST, Wants.LEAST} and (extreme := _most(question, found)) is not None:
        return extreme
    good = [f for f in found if _answers(question, f)]
    if not good:
        return Answer(question, Status.NOT_COVERED)
    numeric = question.wants in {Wants.FIGURE, Wants.COMPARE, Wants.SUM, Wants.MOST, Wants.LEAST}
    if not numeric:
        figures = _named(question, good[0].match.clause)
        if not figures and question.parts and _splits_otherwise(question, good[0].match.clause):
            return Answer(question, Status.NO_FIGURE, (good[0].match,), reason="other_split")
        matches = tuple(f.match for f in good if f.match.score >= _AS_GOOD * good[0].match.score)[:3]
        return Answer(question, Status.ANSWERED, matches, tuple((good[0].match.clause, f) for f in figures))
    for f in good:
        if f.match.score < 0.8 * good[0].match.score:
            break
        clause = f.match.clause
        figures, derived = _computed(question, clause)
        if figures:
            return Answer(question, Status.ANSWERED, (f.match,), tuple((clause, x) for x in figures), derived)
    best = good[0].match
    if question.doubtful:
        return Answer(question, Status.ANSWERED, (best,))
    reason = "other_split" if _splits_otherwise(question, best.clause) else None
    return Answer(question, Status.NO_FIGURE, (best,), reason=reason)


def _most(question: Question, found: list[Found]) -> Answer | None:
    """哪个区项目最多: only a clause that splits the thing can say it, so common words do to find it."""
    for f in found:
        figures, derived = _computed(question, f.match.clause)
        if derived is not None and f.covered >= _FITS:
            return Answer(question, Status.ANSWERED, (f.match,), tuple((f.match.clause, x) for x in figures), derived)
    return None


def _answers(question: Question, found: Found) -> bool:
    """Is a clause about the question, rather than only near it?"""
    silent = sum(t.weight * max(near for _, near in t.others) for t in question.terms if t.others and not t.known)
    if not silent:
        return found.covered >= _COVERED or found.strength >= _STRENGTH
    return found.strength >= max(_STRENGTH_AGAINST, 0.8 * silent)


@dataclass(frozen=True, slots=True)
class _Fit:
    """How a figure fits a question: `near` the weight of the words beside it, `fit` the share of the question that
    its surroundings explain (0–1), `words` the words beside it."""

    figure: Figure
    near: float
    fit: float
    words: frozenset[str]


def _asked_for(question: Question, clause: Clause) -> list[Figure]:
    """The figures of a clause that answer the question, none where none does."""
    if len(question.asks) > 1:
        each = [_asked_for(_only(question, ask), clause) for ask in question.asks]
        if all(each):
            return sorted({f.start: f for figures in each for f in figures}.values(), key=lambda f: f.start)
    known = {q.value for q in question.stated}
    fits = [_fit(question, clause, f) for f in clause.figures if _has_unit(f, question.units) and f.value not in known]
    if question.parts:
        return _of_parts(question, clause, fits)
    fits = [f for f in fits if f.figure.part is None or f.figure.part_kind is PartKind.OTHER]
    return _best(question, [f for f in fits if f.fit >= _FITS])


def _only(question: Question, ask: str) -> Question:
    """One of several things asked: 竣工几个 of 小学竣工几个,新增学位多少."""
    return replace(question, terms=tuple(t for t in question.terms if t.text in ask), asks=(ask,), plain=ask)


def _of_parts(question: Question, clause: Clause, fits: list[_Fit]) -> list[Figure]:
    """小学学位: of the totals the best, then its parts. 高中几个: every total that has such a part."""
    totals = [f for f in fits if f.figure.part is None]
    parts = [f for f in fits if f.figure.part in question.parts]
    if not parts:
        # 小学 may be a subject like any other where the clause splits nothing by stage.
        return _best(question, [f for f in totals if f.fit >= _FITS]) if not _has_splits(clause) else []
    owners = {id(f.figure): clause.figures[f.figure.total] for f in parts if f.figure.total is not None}
    asked = [f for f in totals if f.figure in owners.values() or f.fit >= _FITS]
    best = _best(question, asked) if any(f.near for f in asked) else [f.figure for f in asked]
    return [f.figure for f in parts if owners.get(id(f.figure)) in best]


def _has_splits(clause: Clause) -> bool:
    return any(f.total is not None for f in clause.figures)


def _best(question: Question, fits: list[_Fit]) -> list[Figure]:
    """The figures whose surroundings say most of what is asked; with 各 or two questions, one for each thing asked."""
    if not fits:
        return []
    top = max(f.near for f in fits)
    best = [f for f in fits if f.near >= top - 1e-9]
    if re.search("各|分别|[,，、和跟与及]", question.plain):
        covered = frozenset(w for f in best for w in f.words)
        for f in sorted(fits, key=lambda f: -f.near):
            if f.words - covered and f.near >= 0.4 * top and f.near > 0.4:
                best.append(f)
                covered |= f.words
    return sorted((f.figure for f in best), key=lambda f: f.start)


def _fit(question: Question, clause: Clause, figure: Figure) -> _Fit:
    phrase, sentence = _phrase(clause.text, figure), _sentence(clause.text, figure)
    title = fold(clause.title)
    near, explained, words = 0.0, 0.0, set()
    matched = 0.0
    beside = [t for t in question.terms if any(_says(v, title) for v, _ in variants(t))]
    listed = _listed(question, clause.text, figure)
    for term in question.terms:
        if any(p in term.text or term.text in p for p in question.parts):
            continue
        said = [(v, c) for v, c in variants(term) if _says(v, fold(clause.text))]
        if not said:  # the clause does not speak of it, so the figure may be about something else
            matched += 0.5 * term.weight
            continue
        matched += term.weight
        closeness = max((c for v, c in said if _says(v, phrase)), default=0.0)
        if closeness:
            near += term.weight * closeness
            explained += term.weight * _NEAR
            words.add(term.text)
        elif any(_says(v, sentence) for v, _ in said):
            # What the money is for follows it in a list: one item of the list is not what the sum was stated for.
            explained += term.weight * (_IN_SENTENCE if beside or listed != 1 else 0.2)
            near += 0.2 * term.weight
        elif term in beside:
            explained += term.weight * _IN_TITLE
            near += 0.1 * term.weight
    # Of two that fit alike, the one whose name and unit are just those asked.
    what = fold(figure.what)
    near += 0.2 * near * sum(len(w) for w in words if w in what) / max(len(what), 1)
    near += 0.05 * near * (figure.unit in question.units)
    return _Fit(figure, near, explained / matched if matched else float(bool(question.parts)), frozenset(words))


def _listed(question: Question, text: str, figure: Figure) -> int:
    """How many items of the list behind a sum of money the question touches; 0 where there is no list."""
    behind = re.split("[。；;]", text[figure.end :], maxsplit=1)[0]
    items = behind.split("、")
    if figure.unit not in MONEY or len(items) < 2:
        return 0
    return sum(any(_says(v, item) for t in question.terms for v, _ in variants(t)) for item in items)


def _says(words: str, text: str) -> bool:
    return all(w in text or _mostly(w, text) for w in words.split())


def _mostly(word: str, text: str) -> bool:
    """Does a text hold a long word but for a character or two in between: 体育特色学校 in 体育传统特色学校?"""
    if len(word) < 4:
        return False
    pairs = [word[i : i + 2] for i in range(len(word) - 1)]
    return sum(p in text for p in pairs) >= 0.6 * len(pairs)


def _phrase(text: str, figure: Figure) -> str:
    """What stands beside a figure: its sentence's part between commas, and what it counts."""
    start = max(text.rfind(mark, 0, figure.start) for mark in "。；，：\n") + 1
    ends = [e for mark in "。；，\n" if (e := text.find(mark, figure.end)) >= 0]
    stretch = text[start : min(ends, default=len(text))]
    # 29个权力事项和11个公共服务事项: another figure's thing is not this one's.
    return fold(figure.what if len(re.findall(r"\d+", stretch)) > 1 and not figure.part else stretch + figure.what)


def _sentence(text: str, figure: Figure) -> str:
    start = max(text.rfind(mark, 0, figure.start) for mark in "。；\n") + 1
    ends = [e for mark in "。；\n" if (e := text.find(mark, figure.end)) >= 0]
    return fold(text[start : min(ends, default=len(text))])


def _has_unit(figure: Figure, units: Sequence[str]) -> bool:
    return not units or any(_compatible(u, figure.unit) for u in units)


def _compatible(asked: str, stated: str) -> bool:
    """May a thing asked in one unit be stated in another? 几所 is answered by 12个, 多少钱 by 元 alone."""
    if not asked or asked == stated:
        return True
    for family in (MONEY, PEOPLE | {"个"}, SHARES, TIME):
        if asked in family and stated in family:
            return True
    special = MONEY | SHARES | TIME | {"倍", "分", "点", "成"}
    if "个" in {asked, stated}:
        return not {asked, stated} & special
    return asked in _COUNTABLE and stated in _COUNTABLE


def _named(question: Question, clause: Clause) -> list[Figure]:
    """The figure that a bare phrase names in full: 竣工的初中, 幼儿园新增学位, 新增学位."""
    if question.lists or not all(t.known for t in question.terms) or question.stated:
        return []
    if question.parts:
        figures = _asked_for(question, clause)
        others = [t for t in question.terms if not any(p in t.text or t.text in p for p in question.parts)]
        return [f for f in figures if f.part and all(_says_any(t, _phrase(clause.text, f)) for t in others)]
    return [f for f in clause.figures if f.part is None and _is_named(question, f)]


def _says_any(term: object, text: str) -> bool:
    return any(_says(v, text) for v, _ in variants(term))  # type: ignore[arg-type]


def _is_named(question: Question, figure: Figure) -> bool:
    what = fold(re.sub("[“”]", "", figure.what))
    said = "".join(t.text for t in question.terms)
    return bool(said) and all(t.text in what for t in question.terms) and len(said) >= 0.8 * len(what)


def _computed(question: Question, clause: Clause) -> tuple[list[Figure], Derived | None]:
    """The figures that answer, and what is computed from them where the question compares or adds."""
    figures = _asked_for(question, clause)
    if question.wants in {Wants.MOST, Wants.LEAST} and (len(question.parts) == 1 or len(figures) < 2):
        return _extreme(question, clause)
    if question.wants is Wants.FIGURE or len(figures) < 2 or len({f.unit for f in figures}) > 1:
        return figures, None
    values = [f.value for f in figures]
    if question.wants is Wants.SUM:
        return figures, Derived("sum", sum(values, Decimal(0)), figures[0].unit, tuple(figures))
    if question.wants in {Wants.MOST, Wants.LEAST}:
        pick = max(values) if question.wants is Wants.MOST else min(values)
        return figures, Derived(question.wants.value, pick, figures[0].unit, tuple(figures))
    return figures, Derived("difference", max(values) - min(values), figures[0].unit, tuple(figures))


def _extreme(question: Question, clause: Clause) -> tuple[list[Figure], Derived | None]:
    """哪个区最多: the part or the parts with the highest figure of the split that is asked about."""
    kind = PartKind.STAGE if re.search("学段|阶段|学校类", question.plain) else PartKind.AREA
    kind = PartKind.AREA if re.search("区|市|县|地方|哪里", question.plain) else kind
    owners = {f.total for f in clause.figures if f.total is not None and f.part_kind is kind}
    totals = [_fit(question, clause, clause.figures[i]) for i in owners]
    best = _best(question, totals)[:1] if any(f.near for f in totals) else [f.figure for f in totals][:1]
    parts = [f for f in clause.figures if f.total is not None and clause.figures[f.total] in best]
    if not parts:
        return [], None
    pick = (max if question.wants is Wants.MOST else min)(f.value for f in parts)
    winners = [f for f in parts if f.value == pick]
    return winners, Derived(question.wants.value, pick, winners[0].unit, tuple(winners))


def _splits_otherwise(question: Question, clause: Clause) -> bool:
    """Is the thing asked about split, but not by what the question asks (钟楼区新增学位: split by stage)?"""
    if not question.parts:
        return False
    plain = replace(question, parts=())
    return any(
        any(f.total == i for f in clause.figures)
        for i, x in enumerate(clause.figures)
        if x in _asked_for(plain, clause)
    )


def split_of(clause: Clause, figure: Figure) -> list[Figure]:
    """The parts of a total, or of the total of a part; none where there is no split."""
    place = figure.total if figure.total is not None else clause.figures.index(figure)
    return [f for f in clause.figures if f.total == place]


def total_of(clause: Clause, figure: Figure) -> Figure:
    return clause.figures[figure.total] if figure.total is not None else figure


def sentence_with(clause: Clause, figure: Figure) -> str:
    """The sentence of the clause that states a figure, as it is printed."""
    start = max(clause.text.rfind(mark, 0, figure.start) for mark in "。\n") + 1
    ends = [e for mark in "。\n" if (e := clause.text.find(mark, figure.end)) >= 0]
    return clause.text[start : min(ends, default=len(clause.text)) + 1].strip()
