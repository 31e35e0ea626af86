"""From a message to its answer: what it asks (frames), in this chat (thread), which clauses speak of it (search), whether
they answer (verdict), which figures do (ledger)."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace

from knowledge.danger import in_danger
from knowledge.detail import states
from knowledge.errors import QuestionError
from knowledge.frames import read, subject
from knowledge.fit import Row, compatible, split_of
from knowledge.ledger import fitting, look_up, sentence_with
from knowledge.lexicon import Lexicon
from knowledge.model import Answer, Asks, Clause, Evidence, Figure, Finding, Frame, Match, Op, Ref, Status
from knowledge.numerals import SHARES
from knowledge.operations import LISTS, Result, apply
from knowledge.search import Found, held, search, sentence, variants
from knowledge.store import Store
from knowledge.table import places
from knowledge.tagging import tag
from knowledge.thread import Memory, Reading, continued, remember, stays, whole
from knowledge.verdict import answers
from knowledge.wording import HAN, bigrams, fold

LONGEST = 1000
# Said to a person rather than asked of a plan.
_TALK = re.compile(
    "(?:谢谢|多谢|感谢|辛苦|辛苦了|谢了|thanks?|thank you|嗯+|好的?)+(?:您|你|啦|了|啊|哦|呀|大家)*"
    "|再见|拜拜|回头见|晚安|bye|(?:您|你)好[啊呀吗]?|在[吗么不]|嗨|哈喽|喂|早上好|下午好|晚上好|hi|hello|嗯+|好的?[吧呀啦]?|知道了|明白了?|收到|ok"
)
# Other clauses are named as answers too where they score this near to the first; figures are looked for this near.
_AS_GOOD, _NEAR = 0.9, 0.8
# From so much weight on a stretch of a message is a question of its own.
_ALONE = 0.5
# A clause that holds less than half of a question answers no part of it.
_HALF = 0.5
# In a chat, words of no more weight than this are no subject of their own.
_LITTLE = 0.45
_DETAILS = frozenset({Asks.DATE, Asks.PLACE, Asks.NAMES, Asks.ROLL, Asks.WHICH, Asks.BODY, Asks.OFFICE, Asks.CONTACT})
_POINTS = {Asks.SOURCE: "source", Asks.DETAIL: "detail", Asks.REASON: "reason"}


def ask(text: str, store: Store, lexicon: Lexicon, limit: int = 5) -> Answer:
    """The answer to what a person typed; `limit` clauses are named as the nearest whatever the status.

    Raises QuestionError where nothing is asked, StoreError where the index cannot be read.
    """
    return converse(text, None, store, lexicon, limit)[0]


def converse(
    text: str, before: Memory | None, store: Store, lexicon: Lexicon, limit: int = 5
) -> tuple[Answer, Memory | None]:
    """The answer to what a person typed after what is remembered of the chat, and what to remember now."""
    plain = _plain(text)
    if _TALK.fullmatch(re.sub(r"[\s,.，。、;；?？!！~]", "", plain)):
        finding = Finding(Frame(plain), Status.NOT_COVERED, reason="talk")
        return Answer(text, (finding,)), before
    frames = [_placed(f, plain, store) for f in read(plain, tag(plain, store, lexicon))]
    frames = [f if f.text or len(frames) > 1 else replace(f, text=plain) for f in frames]
    findings: list[Finding] = []
    nearest: list[Match] = []
    memory = before
    for frame, found in _questions(frames, store):
        best = max((held(subject(frame), f.match.clause) for f in found[:5]), default=0.0)
        reading = continued(frame, memory, store, best)
        if reading.frame is not frame:
            found = search(reading.frame, store)
        finding = _find(reading, found, memory, store)
        if findings and (shared := _shared(frame, findings[-1], found, store)) is not None:
            finding = shared
        if (
            reading.within is not None
            and finding.status in {Status.NO_FIGURE, Status.NO_DETAIL}
            and subject(frame)
            and not frame.leans
        ):
            # A short question is taken to go on with the last clause; what that does not say another one may.
            alone = Reading(frame)
            elsewhere = _find(alone, search(frame, store), None, store)
            if elsewhere.figures:
                reading, finding = alone, elsewhere
        elif (
            finding.status is Status.NO_FIGURE
            and reading.within is None
            and (frame.doubtful or frame.asks is Asks.CLAUSE)
        ):
            # 那近视呢, behind a number, and 几个老师在说 ask for none
            finding = _find(Reading(replace(frame, asks=Asks.CLAUSE, op=None, by=None)), found, None, store)
        elif finding.status is Status.NOT_COVERED and finding.reason is None and reading.last is not None:
            own = subject(frame)
            # 花在哪些地方, 啥时候发 have no subject to speak of; 老师有培训吗 speaks of what the last clause says.
            if sum(t.weight for t in own) <= _LITTLE or stays(own, reading.last.clause):
                reading = Reading(whole(frame, reading.last.frame, reading.rows), reading.last.clause, reading.rows)
                finding = _find(reading, search(reading.frame, store), memory, store)
            else:
                nearest.append(Match(reading.last.clause, 0.0))
        findings.append(replace(finding, evidence=tuple(_evidence(finding))))
        nearest += [f.match for f in found[:limit]] or finding.matches[:limit]
        memory = remember(finding, reading, memory)
    near = tuple({m.clause.key: m for m in reversed(nearest)}.values())[::-1][:limit]
    return Answer(text, tuple(findings), near, in_danger(plain)), memory


def _shared(frame: Frame, last: Finding, found: list[Found], store: Store) -> Finding | None:
    """小学今年竣工几个,新增学位多少: the part that the first question names is meant in the next, where that has such a part."""
    goes_on = not frame.parts and last.frame.parts and frame.asks is last.frame.asks is Asks.FIGURE
    if not goes_on or frame.op or frame.turn == "next" or not subject(frame):
        return None
    finding = _find(Reading(replace(frame, parts=last.frame.parts)), found, None, store)
    return finding if finding.figures else None


def _plain(text: str) -> str:
    """What was typed, folded, without signs that mean nothing here. Raises QuestionError where nothing is left."""
    plain = re.sub(rf"[^{HAN}a-z0-9.,，。、;；?？!！%‰()（）/+\-:~— ]", " ", fold(text))
    plain = re.sub(" +", " ", plain).strip()
    if not re.search(rf"[{HAN}a-z0-9]", plain):
        if any(c.isalpha() for c in text):
            raise QuestionError("请用中文来问，比如“今年新增多少学位？”")
        raise QuestionError("请写一句想问的话，比如“今年新增多少学位？”")
    if len(plain) > LONGEST:
        raise QuestionError(f"问题太长了（{len(plain)} 个字），请用一两句话来问。")
    return plain


def _questions(frames: list[Frame], store: Store) -> Iterator[tuple[Frame, list[Found]]]:
    """The frames with the clauses found for each. Several are one question after all where not each of them is answered on
    its own, or where all mean the same clause and ask for no number."""
    found = [(frame, search(frame, store)) for frame in frames]
    if len(frames) == 1 or all(f.refs or _is_sound(f, c) or (i and not subject(f)) for i, (f, c) in enumerate(found)):
        firsts = {c[0].match.clause.key if c and subject(f) and not f.refs else -i for i, (f, c) in enumerate(found)}
        if len(firsts) > 1 or any(_wants_figures(f) or f.asks in _DETAILS for f in frames) or len(frames) == 1:
            yield from found
            return
    if not any(t.text for f in frames for t in f.about):
        yield from found
        return
    sound = [f for f, c in found if _is_sound(f, c) or f.refs]
    asking = sound or frames
    main = asking[0] if len(asking) == 1 else next((f for f in asking if f.asks is not Asks.CLAUSE or f.op), asking[-1])
    about = {t.text: t for f in frames for t in f.about}
    parts = tuple(dict.fromkeys(p for f in frames for p in f.parts))
    whole = replace(main, text=" ".join(f.text for f in frames), about=tuple(about.values()), parts=parts)
    yield whole, search(whole, store)


def _is_sound(frame: Frame, found: list[Found]) -> bool:
    if frame.stated and frame.asks is Asks.MEANING:
        return True
    return bool(found) and answers(frame, found[0]) and found[0].strength >= _ALONE


def _wants_figures(frame: Frame) -> bool:
    return frame.asks in {Asks.FIGURE, Asks.SPLIT} or frame.op is not None or frame.by is not None


# --- one question


def _find(reading: Reading, found: list[Found], memory: Memory | None, store: Store) -> Finding:
    frame = reading.frame
    if frame.elsewhere:
        return Finding(frame, Status.NOT_COVERED, reason="elsewhere")
    if frame.refs:
        return _by_reference(frame, reading, store)
    if reading.within is not None:
        return _within(reading, found, memory)
    if frame.stated and frame.asks is Asks.MEANING and (finding := _by_number(frame, found, store)) is not None:
        return finding
    if (finding := _by_chapter(frame, found, store)) is not None:
        return finding
    return _by_subject(frame, found)


def _within(reading: Reading, found: list[Found], memory: Memory | None) -> Finding:
    """The answer to a question that stays with the last clause, or that asks about the last answer itself."""
    frame, clause = reading.frame, reading.within
    assert clause is not None
    match = next((f.match for f in found if f.match.clause.key == clause.key), Match(clause, 100.0))
    if reading.points:
        if frame.asks is Asks.OTHERS:
            shown = memory.shown if memory else ()
            others = tuple(f.match for f in found if f.match.clause.key not in shown and answers(frame, f))[:3]
            return Finding(frame, Status.ANSWERED, others or (match,), reason="others" if others else "no_others")
        return Finding(frame, Status.ANSWERED, (match,), reason=_POINTS[frame.asks])
    if frame.op is not None and (result := _on_shown(frame, reading, clause)) is not None:
        return _told(frame, match, result)
    return _in_clause(frame, match)


def _on_shown(frame: Frame, reading: Reading, clause: Clause) -> Result | None:
    """An operation done on the rows last shown, with what the message names itself; None where they do not serve."""
    rows = reading.rows
    units = () if frame.op in {Op.SHARE, Op.RATIO} else frame.units
    named = fitting(replace(frame, op=None, each=False, units=units), clause) if reading.own else []
    if frame.op in LISTS:
        if not rows or frame.parts or frame.by is not None:
            return None
        split = split_of(clause, rows[0].figure) if rows[0].figure.part else []
        whole = len(rows) > 2 or frame.op not in {Op.MOST, Op.LEAST}
        if whole and split and all(r.figure in split for r in rows):  # 倒数两名 of all, behind 前三名
            return apply(frame, [Row(clause, f, 1.0) for f in split])
        return apply(frame, rows) if len(rows) > 1 else None
    if frame.op in {Op.SHARE, Op.EXCEPT, Op.REST}:
        chosen = named or [r for r in rows if r.figure.total is not None]
        if chosen and chosen[0].figure.unit in SHARES:
            return None  # stated as a share
        return apply(frame, chosen) if chosen else None
    if named and rows and frame.op in {Op.DIFFERENCE, Op.RATIO, Op.SUM}:
        last = next((r for r in reversed(rows) if r.figure not in [n.figure for n in named]), None)
        kin = [n for n in named if last and (n.figure.split, n.figure.total) == (last.figure.split, last.figure.total)]
        named = kin or named  # 比小学多几所: of what was shown, not of another split
        if len(named) > max(1, len(frame.parts)):
            return None
        chosen = [*named, *([last] if last and len(named) == 1 else [])]
        return apply(frame, chosen) if len(chosen) > 1 else None
    if frame.op in {Op.DIFFERENCE, Op.RATIO}:
        return apply(frame, rows[-2:]) if len(rows) > 1 else None
    if frame.op is Op.SUM and len(rows) > 1 and not frame.parts:
        return apply(frame, rows)
    return None


def _by_subject(frame: Frame, found: list[Found]) -> Finding:
    deep = frame.op in LISTS and frame.by is not None
    good = [f for f in found if answers(frame, f) or (deep and f.covered >= _HALF)]
    if frame.stated and _wants_figures(frame):  # 57个项目各区怎么分: the clause that states the number
        values = {q.value for q in frame.stated}
        good = [f for f in found if values & {x.value for x in f.match.clause.figures}] or good
    if not good:
        return Finding(frame, Status.NOT_COVERED)
    if not _wants_figures(frame):
        frame = replace(frame, asks=Asks.CLAUSE) if frame.asks is Asks.CHAPTER else frame
        finding = _in_clause(frame, good[0].match)
        also = tuple(f.match for f in good if f.match.score >= _AS_GOOD * good[0].match.score)[:3]
        return replace(finding, matches=also) if finding.status is Status.ANSWERED and not finding.figures else finding
    near = good if deep or not subject(frame) else [f for f in good if f.match.score >= _NEAR * good[0].match.score][:5]
    results = [(f, look_up(frame, f.match.clause)) for f in near]
    told = [(f, r) for f, r in results if r.rows]
    if not told or (len(frame.sides) > 1 and len(told[0][1].rows) < 2):
        if (across := _across(frame, good)) is not None:
            return across
    if told:
        best, result = max(told, key=lambda x: x[0].match.score * (0.5 + 0.5 * x[1].fit))
        return _told(frame, best.match, result)
    return _told(frame, near[0].match, results[0][1])


def _told(frame: Frame, match: Match, result: Result) -> Finding:
    if not result.rows:
        return Finding(frame, Status.NO_FIGURE, (match,), reason=result.reason)
    figures = tuple((r.clause, r.figure) for r in result.rows)
    others = {r.clause.key: Match(r.clause, match.score) for r in result.rows if r.clause.key != match.clause.key}
    return Finding(frame, Status.ANSWERED, (match, *others.values()), figures, result.derived)


def _in_clause(frame: Frame, match: Match) -> Finding:
    """The answer that one clause gives to a question that is known to be about it."""
    clause = match.clause
    if _wants_figures(frame):
        return _told(frame, match, look_up(frame, clause))
    if frame.asks in _DETAILS and not _states(frame, clause):
        return Finding(frame, Status.NO_DETAIL, (match,), reason=frame.asks.value)
    figures = tuple((clause, f) for f in _named(frame, clause)) if frame.asks is Asks.CLAUSE else ()
    return Finding(frame, Status.ANSWERED, (match,), figures)


def _states(frame: Frame, clause: Clause) -> bool:
    """Does the sentence on the subject state the kind of thing that is asked for?"""
    return states(frame.asks, sentence(subject(frame), clause))


def _named(frame: Frame, clause: Clause) -> list[Figure]:
    """The figures that a bare phrase names in full: 竣工的初中, 幼儿园新增学位, 新增学位."""
    terms = subject(frame)
    if frame.stated or not all(t.known for t in terms):
        return []
    if frame.parts:
        if not terms:
            return []
        return [r.figure for r in fitting(frame, clause) if r.figure.part and r.fit > 0.9]
    said = "".join(t.text for t in terms)
    return [
        f for f in clause.figures
        if f.part is None and said and all(t.text in fold(f.what) for t in terms) and len(said) >= 0.8 * len(fold(f.what))
    ]  # fmt: skip


def _across(frame: Frame, found: list[Found]) -> Finding | None:
    """心理特色校和健康促进学校一共几所: one figure for each thing that is joined, from clauses that differ."""
    parts = {p.text for p in frame.parts}
    if len(frame.sides) < 2 or any(all(t.text in parts for t in side) for side in frame.sides):
        return None
    rows: list[Row] = []
    matches: list[Match] = []
    for side in frame.sides:
        alone = replace(frame, about=side, sides=(), op=None, parts=(), text=" ".join(t.text for t in side))
        ranked = sorted(found, key=lambda f: -held(side, f.match.clause))[:3]
        each = ((f, rows_) for f in ranked if len(rows_ := fitting(alone, f.match.clause)) == 1)
        best = max(each, key=lambda x: x[1][0].fit * held(side, x[0].match.clause), default=None)
        if best is None:
            return None
        rows.append(best[1][0])
        matches.append(best[0].match)
    if len({(r.clause.key, r.figure) for r in rows}) < len(frame.sides) or not compatible(
        rows[0].figure.unit, rows[1].figure.unit
    ):
        return None
    result = apply(frame, rows)
    figures = tuple((r.clause, r.figure) for r in rows)
    return Finding(frame, Status.ANSWERED, tuple(dict.fromkeys(matches)), figures, result.derived)


def _evidence(finding: Finding) -> Iterator[Evidence]:
    """The sentences with the figures that answer, else the one of each answering clause that says most of what is asked."""
    terms = finding.frame.about
    words = [w for t in terms for v, _ in variants(t) for w in v.split()]
    if finding.figures:
        for clause in dict.fromkeys(c for c, _ in finding.figures):
            figures = [f for c, f in finding.figures if c == clause]
            text = "\n".join(dict.fromkeys(sentence_with(clause, f) for f in figures))
            yield Evidence(
                clause, text, tuple(dict.fromkeys(w for w in [*(f.raw for f in figures), *words] if w in text))
            )
    elif finding.matches and not finding.frame.refs:
        clause = finding.matches[0].clause
        text = sentence(terms, clause)
        yield Evidence(clause, text, tuple(dict.fromkeys(w for w in words if w in text)))


# --- by reference, by number, by chapter


def _by_reference(frame: Frame, reading: Reading, store: Store) -> Finding:
    """第七条, 3和4条, （三十）, 最后一条, 第五部分第二条, 下一条."""
    plan = frame.plan or (reading.within.plan if reading.within else "") or (store.titles() or [""])[0]
    clauses = list(dict.fromkeys(c for ref in frame.refs for c in _referred(ref, plan, reading.within, store)))
    if not clauses:
        chapter = frame.refs[0].chapter
        if chapter is not None:
            return Finding(frame, Status.NOT_COVERED, reason="no_such_chapter", count=len(store.chapters(plan)))
        return Finding(frame, Status.NOT_COVERED, reason="no_such_clause", count=store.last_ref(plan))
    matches = tuple(Match(c, 100.0, (c.ref,)) for c in clauses)
    if any(r.chapter is not None and r.number is None for r in frame.refs):
        return Finding(replace(frame, asks=Asks.CHAPTER), Status.ANSWERED, matches)
    if len(clauses) == 1 and _wants_figures(frame) and subject(frame):
        return _in_clause(frame, matches[0])
    return Finding(frame, Status.ANSWERED, matches)


def _referred(ref: Ref, plan: str, within: Clause | None, store: Store) -> list[Clause]:
    if ref.step:
        clause = store.clause(plan, within.number + ref.step) if within else None
        return [clause] if clause else []
    if ref.chapter is not None:
        chapters = store.chapters(plan)
        place = len(chapters) if ref.chapter == -1 else ref.chapter
        if not 1 <= place <= len(chapters):
            return []
        inside = [c for c in store.clauses_of(plan) if c.chapter == chapters[place - 1]]
        if ref.number is None:
            return inside
        if ref.number < 0:
            return inside[ref.number :][:1] if -ref.number <= len(inside) else []
        return inside[ref.number - 1 : ref.number]
    if ref.number is not None and ref.number < 0:
        last = store.last_ref(plan)
        return store.clause_by_ref(plan, last + 1 + ref.number)
    numbers = range(ref.number or 0, min(ref.to or ref.number or 0, (ref.number or 0) + 60) + 1)
    return [c for n in numbers for c in store.clause_by_ref(plan, n)]


def _by_number(frame: Frame, found: list[Found], store: Store) -> Finding | None:
    """57个是啥, 哪条提到1.5亿. A number said in passing gives way to what the rest of the question is about."""
    figures = [
        (clause, figure)
        for stated in frame.stated
        for clause in store.clauses_with_value(stated.value)
        for figure in clause.figures
        if stated.value in {figure.value, figure.value_max} and compatible(stated.unit, figure.unit)
    ]
    units = {q.unit for q in frame.stated}
    figures = [(c, f) for c, f in figures if f.unit in units] or figures
    own = subject(frame)
    elsewhere = bool(found) and answers(frame, found[0])
    if not figures:
        return None if elsewhere else Finding(frame, Status.NOT_COVERED, reason="no_such_number")
    weight = {c.key: held(own, c) for c, _ in figures}
    best = max(weight.values())
    exact = len(weight) == 1 and all(f.unit in units for _, f in figures)  # 50门是指哪方面的课
    if elsewhere and not exact and best < 0.5 * found[0].strength:
        return None
    figures = list(dict.fromkeys((c, f) for c, f in figures if weight[c.key] >= best - 1e-9))
    clauses = list(dict.fromkeys(c for c, _ in figures))
    status = Status.ANSWERED if len(clauses) == 1 else Status.AMBIGUOUS
    return Finding(frame, status, tuple(Match(c, 100.0) for c in clauses), tuple(figures))


def _by_chapter(frame: Frame, found: list[Found], store: Store) -> Finding | None:
    """队伍建设有哪些措施: the contents of the chapter whose heading says all that is asked about."""
    terms = subject(frame)
    said = "".join(t.text for t in terms)
    if frame.asks not in {Asks.CHAPTER, Asks.NAMES, Asks.CLAUSE, Asks.DETAIL} or len(said) < 3:
        return None
    if frame.asks is Asks.CLAUSE and found and found[0].covered >= 0.5:
        return None
    for plan in [frame.plan] if frame.plan else store.titles()[:1]:
        for chapter in store.chapters(plan):
            if all(t.text in fold(chapter) for t in terms):
                clauses = [c for c in store.clauses_of(plan) if c.chapter == chapter]
                return Finding(
                    replace(frame, asks=Asks.CHAPTER), Status.ANSWERED, tuple(Match(c, 100.0) for c in clauses)
                )
    return None


# --- years and places that no plan at hand is about

_YEAR = re.compile(r"(?<!\d)(20\d\d)(?!\d)(?=年|学年|年度|$|的|[^\d])")
# A bare phrase that names another year asks for a number of it: 去年小学学位.
_SHORT = 12


def _placed(frame: Frame, plain: str, store: Store) -> Frame:
    elsewhere = tuple(dict.fromkeys([*_years(frame, plain, store), *_foreign(frame, store)]))
    return replace(frame, elsewhere=elsewhere) if elsewhere else frame


def _years(frame: Frame, plain: str, store: Store) -> Iterator[str]:
    """The years that a question names or counts to (去年) and that no plan is about; a story may speak of any year."""
    years = store.years()
    for year in dict.fromkeys(_YEAR.findall(plain)):
        if int(year) not in years and not store.spread([year], "text"):
            yield f"{year}年"
    asked = frame.asks in {Asks.FIGURE, Asks.SPLIT} or (frame.asks is Asks.CLAUSE and len(plain) <= _SHORT)
    if frame.year and asked and frame.op not in {Op.DIFFERENCE, Op.RATIO} and years and "今年" not in plain:
        year = max(years) + frame.year
        if year not in years:
            yield f"{year}年"


def _foreign(frame: Frame, store: Store) -> Iterable[str]:
    """The places that a question names and that no plan speaks of by themselves: 南京航空航天大学 is not 南京."""
    named = [t.text for t in frame.about if t.text in places()]
    words = store.spread(named, "words") if named else {}
    titles = store.spread({b for p in named for b in bigrams(p)}, "plan") if named else {}
    return (p for p in named if p not in words and not titles.keys() >= set(bigrams(p)))
