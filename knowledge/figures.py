"""Which figures of a clause answer a question, and what is computed from them: the words beside a figure decide."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from knowledge.model import Clause, Derived, Figure, PartKind, Question, Term, Wants
from knowledge.numerals import MONEY, PEOPLE, SHARES, TIME
from knowledge.retrieve import variants
from knowledge.wording import fold

# The share of the question that the words around a figure must explain; a word beside it counts whole, one in its
# sentence or in the heading in part.
FITS = 0.5
_NEAR, _IN_SENTENCE, _IN_TITLE = 1.0, 0.6, 0.5
# From this share on the question names what a figure counts in full.
_FULLY = 0.8
# Asks for a part of a split, so that nothing but a split answers it.
_WHICH_PART = re.compile("[哪那][一个]?个?(?:地方|辖?[区市县]|学段|阶段)")
_COUNTABLE = frozenset("所 家 座 间 处 个 项".split())


@dataclass(frozen=True, slots=True)
class _Fit:
    """How a figure fits a question: `near` the weight of the words beside it, `fit` the share of the question that
    its surroundings explain (0–1), `words` the words beside it."""

    figure: Figure
    near: float
    fit: float
    words: frozenset[str]


def asked_for(question: Question, clause: Clause) -> list[Figure]:
    """The figures of a clause that answer the question, none where none does."""
    if len(question.asks) > 1:
        each = [asked_for(only(question, ask), clause) for ask in question.asks]
        if all(each):
            return sorted({f.start: f for figures in each for f in figures}.values(), key=lambda f: f.start)
    known = set() if question.parts else {q.value for q in question.stated}
    fits = [_fit(question, clause, f) for f in clause.figures if _has_unit(f, question.units) and f.value not in known]
    # Asked for in 期, what is stated in 期 goes before what is stated in 个.
    fits = [f for f in fits if f.fit >= FITS and f.figure.unit in set(question.units) - {"个"}] or fits
    if question.parts:
        return _of_parts(question, clause, fits)
    fits = [f for f in fits if f.figure.part is None or f.figure.part_kind is PartKind.OTHER]
    return _best(question, [f for f in fits if f.fit >= FITS])


def only(question: Question, ask: str) -> Question:
    """One of several things asked: 竣工几个 of 小学竣工几个,新增学位多少."""
    return replace(question, terms=tuple(t for t in question.terms if t.text in ask), asks=(ask,), plain=ask)


def _of_parts(question: Question, clause: Clause, fits: list[_Fit]) -> list[Figure]:
    """小学学位: of the totals the best, then its parts. 高中几个: every total that has such a part."""
    totals = [f for f in fits if f.figure.part is None]
    parts = [f for f in fits if f.figure.part in question.parts]
    if not parts:
        # 小学 may be a subject like any other where the clause splits nothing by stage.
        return _best(question, [f for f in totals if f.fit >= FITS]) if not _has_splits(clause) else []
    owners = {id(f.figure): clause.figures[f.figure.total] for f in parts if f.figure.total is not None}
    asked = [f for f in totals if f.figure in owners.values() or f.fit >= FITS]
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
    if re.search("各|分别|[、和跟与及]", question.plain):
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
            words.add(next(v for v, _ in said if _says(v, phrase)))
        elif any(_says(v, sentence) for v, _ in said):
            # What the money is for follows it in a list: one item of the list is not what the sum was stated for.
            explained += term.weight * (_IN_SENTENCE if beside or listed != 1 else 0.2)
            near += 0.2 * term.weight
        elif term in beside:
            explained += term.weight * _IN_TITLE
            near += 0.1 * term.weight
    # Of two that fit alike, the one whose name and unit are just those asked.
    what = fold(figure.what)
    near += 0.2 * near * (sum(len(w) for w in words if w in what) >= _FULLY * len(what))
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
    others = re.search(r"\d", stretch[: figure.start - start]) or re.search(
        r"\d", text[figure.end : start + len(stretch)]
    )
    if not others or figure.part:
        return fold(stretch + figure.what)
    # 表彰1000名优秀工作者和10000名优秀学生: another figure's thing is not this one's, but the verb before them is.
    return fold(stretch[:2] + figure.what)


def _sentence(text: str, figure: Figure) -> str:
    start = max(text.rfind(mark, 0, figure.start) for mark in "。；\n") + 1
    ends = [e for mark in "。；\n" if (e := text.find(mark, figure.end)) >= 0]
    return fold(text[start : min(ends, default=len(text))])


def _has_unit(figure: Figure, units: Sequence[str]) -> bool:
    return not units or any(compatible(u, figure.unit) for u in units)


def compatible(asked: str, stated: str) -> bool:
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


def named(question: Question, clause: Clause) -> list[Figure]:
    """The figure that a bare phrase names in full: 竣工的初中, 幼儿园新增学位, 新增学位."""
    if question.lists or not all(t.known for t in question.terms) or question.stated:
        return []
    if question.parts:
        figures = asked_for(question, clause)
        others = [t for t in question.terms if not any(p in t.text or t.text in p for p in question.parts)]
        return [f for f in figures if f.part and all(says_any(t, _phrase(clause.text, f)) for t in others)]
    return [f for f in clause.figures if f.part is None and _is_named(question, f)]


def says_any(term: Term, text: str) -> bool:
    return any(_says(v, text) for v, _ in variants(term))


def _is_named(question: Question, figure: Figure) -> bool:
    what = fold(re.sub("[“”]", "", figure.what))
    said = "".join(t.text for t in question.terms)
    return bool(said) and all(t.text in what for t in question.terms) and len(said) >= 0.8 * len(what)


def computed(question: Question, clause: Clause) -> tuple[list[Figure], Derived | None]:
    """The figures that answer, and what is computed from them where the question compares or adds."""
    figures = asked_for(question, clause)
    if question.wants in {Wants.MOST, Wants.LEAST} and (
        len(question.parts) == 1 or len(figures) < 2 or (not question.parts and _WHICH_PART.search(question.plain))
    ):
        return _extreme(question, clause)
    if question.wants in {Wants.SHARE, Wants.WITHOUT} and figures and figures[0].total is not None:
        total = clause.figures[figures[0].total]
        parts = [f for f in figures if f.total == figures[0].total]
        return [*parts, total], _of_total(question.wants, parts, total)
    if question.wants is Wants.FIGURE and len(question.parts) > 1 and re.search("一共|总共|合计|共", question.plain):
        return figures, derive(Wants.SUM, figures)
    return figures, derive(question.wants, figures)


def _of_total(wants: Wants, parts: list[Figure], total: Figure) -> Derived:
    """A share of a total in per cent, to one place, or what is left of it."""
    added = sum((p.value for p in parts), Decimal(0))
    if wants is Wants.WITHOUT:
        return Derived("difference", total.value - added, total.unit, (total, *parts))
    share = (100 * added / total.value).quantize(Decimal("0.1")) if total.value else Decimal(0)
    return Derived("share", share, "%", (*parts, total))


def derive(wants: Wants, figures: list[Figure]) -> Derived | None:
    if len(figures) < 2 or len({f.unit for f in figures}) > 1:
        return None
    values, unit, of = [f.value for f in figures], figures[0].unit, tuple(figures)
    if wants is Wants.SUM:
        return Derived("sum", sum(values, Decimal(0)), unit, of)
    if wants in {Wants.MOST, Wants.LEAST}:
        return Derived(wants.value, max(values) if wants is Wants.MOST else min(values), unit, of)
    return Derived("difference", max(values) - min(values), unit, of) if wants is Wants.COMPARE else None


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


def splits_otherwise(question: Question, clause: Clause) -> bool:
    """Is the thing asked about split, but not by what the question asks (钟楼区新增学位: split by stage)?"""
    if not question.parts or any(
        f.part in question.parts and any(says_any(t, fold(f.what)) for t in question.terms) for f in clause.figures
    ):
        return False
    plain = replace(question, parts=())
    return any(
        any(f.total == i for f in clause.figures) for i, x in enumerate(clause.figures) if x in asked_for(plain, clause)
    )


def split_of(clause: Clause, figure: Figure) -> list[Figure]:
    """The parts of a total, or of the total of a part; none where there is no split."""
    place = figure.total if figure.total is not None else clause.figures.index(figure)
    return [f for f in clause.figures if f.total == place]


def total_of(clause: Clause, figure: Figure) -> Figure:
    return clause.figures[figure.total] if figure.total is not None else figure


def sentence_with(clause: Clause, figure: Figure) -> str:
    """The sentence of the clause that states a figure, as it is printed; a semicolon ends one as well."""
    start = max(clause.text.rfind(mark, 0, figure.start) for mark in "。；\n") + 1
    ends = [e for mark in "。；\n" if (e := clause.text.find(mark, figure.end)) >= 0]
    return clause.text[start : min(ends, default=len(clause.text)) + 1].strip()
