"""From a message to its answer: what it asks (frames), in this chat (thread), which clauses speak of it (search), whether
they answer (verdict), which figures do (ledger), and what that comes to (finding)."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from knowledge.across import Told, side_by_side
from knowledge.bank import SCHOOL, shipped
from knowledge.concepts import concepts
from knowledge.danger import in_danger
from knowledge.errors import QuestionError
from knowledge.finding import claimed, evidence, find, states_number, states_well, the_only, wants_figures
from knowledge.fit import Row, has_unit, is_increment
from knowledge.frames import read, subject
from knowledge.ledger import sentence_with
from knowledge.lexicon import EVERYTHING, Lexicon
from knowledge.mentions import mentions, without_years
from knowledge.model import DETAILS, Answer, Asks, Finding, Frame, Listed, Match, Status
from knowledge.ruling import year_of
from knowledge.scope import Scope, Step, asked_of, scope
from knowledge.search import Found, held, search
from knowledge.store import Store
from knowledge.table import of_plan
from knowledge.tagging import tag
from knowledge.thread import Memory, Reading, chosen, continued, goes_on, holds_most, remember, whole
from knowledge.verdict import answers
from knowledge.wording import HAN, fold

LONGEST = 1000
# Said to a person rather than asked of a plan.
_TALK = re.compile(
    "(?:谢谢|多谢|感谢|辛苦|辛苦了|谢了|thanks?|thank you|嗯+|好的?)+(?:您|你|啦|了|啊|哦|呀|大家)*"
    "|再见|拜拜|回头见|晚安|bye|(?:您|你)好[啊呀吗]?|在[吗么不]|嗨|哈喽|喂|早上好|下午好|晚上好|hi|hello|嗯+|好的?[吧呀啦]?|知道了|明白了?|收到|ok"
)
# From so much weight on a stretch of a message is a question of its own; in a chat one of no more than _LITTLE is none.
_ALONE, _LITTLE = 0.5, 0.45
# From this probability on a message is about a matter of its own, where it asks for nothing that plans say: 3 of 4 questions
# of daily life, 1 of 9 of those that go on with a chat (and those are mostly understood by what they ask for).
_CLEARLY, _UNSAYABLE = 0.5, -1.0
# A refusal names its matter from this probability on, where so much of all speaks for school life.
_LIKELY, _MOSTLY = 0.1, 0.6
# A question that a clause covers so far is one of its own however little it says: 投入多少钱.
_ALL = 0.75
# Plans that nowhere write so much of what a question says, and another year's clause on it does, are silent on it.
_SILENT = 0.3
# So many plans are named where none is of the year or place that is asked for.
_NAMED = 4
_UNSAID = frozenset({Status.NO_FIGURE, Status.NO_DETAIL})
_SAID = frozenset({Status.ANSWERED, Status.AMBIGUOUS})


def ask(text: str, store: Store, lexicon: Lexicon, limit: int = 5) -> Answer:
    """The answer to what a person typed; `limit` clauses are named as the nearest whatever the status.

    Raises QuestionError where nothing is asked, StoreError where the index cannot be read.
    """
    return converse(text, None, store, lexicon, limit)[0]


def converse(
    text: str, before: Memory | None, store: Store, lexicon: Lexicon, limit: int = 5
) -> tuple[Answer, Memory | None]:
    """The answer to what a person typed after what is remembered of the chat, and what to remember now."""
    plain = typed(text)
    if (taken := _taken(plain, before, store)) is not None:
        return Answer(text, (taken[0],), taken[0].matches, in_danger(plain)), taken[1]
    if _TALK.fullmatch(re.sub(r"[\s,.，。、;；?？!！~]", "", plain)):
        return Answer(text, (Finding(Frame(plain), Status.NOT_COVERED, reason="talk"),)), before
    if (told := _of_plan(plain, before, store)) is not None:
        return Answer(text, (told,)), before
    findings: list[Finding] = []
    nearest: list[Match] = []
    memory = before
    for asked in questions(_frames(plain, before, store, lexicon), plain, before, store):
        reading, found, finding = _in_scope(asked, memory, findings, store)
        finding = replace(finding, evidence=tuple(evidence(finding)))
        findings.append(_helped(finding, lexicon) if finding.status is Status.NOT_COVERED else finding)
        if finding.status in {Status.NOT_COVERED, Status.UNSURE} and reading.last is not None:
            nearest.append(Match(reading.last.clause, 0.0))
        nearest += [*finding.offered, *([f.match for f in found[:limit]] or finding.matches[:limit])]
        memory = remember(text, finding, reading, memory)
    near: dict[int, Match] = {}
    for match in nearest:
        near.setdefault(match.clause.key, match)
    return Answer(text, tuple(findings), tuple(near.values())[:limit], in_danger(plain)), memory


def of_years(item: str, plans: Sequence[Listed], store: Store, lexicon: Lexicon) -> Finding:
    """What these plans say of one item, those of each year by themselves, side by side, the newest first. Raises as `ask` does."""
    plain = typed(item)
    frame = _frames(plain, None, store, lexicon)[0]
    bare = replace(
        frame,
        text=without_years(frame.text),
        told=without_years(frame.told),
        asks=Asks.FIGURE if frame.asks is Asks.CLAUSE else frame.asks,
        op=None,
        years=(),
        span=0,
        named=(),
        elsewhere=(),
        doubtful=False,
    )
    years = sorted({p.year for p in plans if p.year}, reverse=True)
    steps = tuple(asked_of(bare, [p for p in plans if p.year == year], store) for year in years)
    asked = Question(steps[0].frame, Scope(steps, together=True), search(steps[0].frame, steps[0].store))
    return _in_scope(asked, None, [], store)[2]


def _taken(plain: str, before: Memory | None, store: Store) -> tuple[Finding, Memory | None] | None:
    """The answer of the clause that was chosen of those offered to the question before, and what to remember."""
    place = chosen(plain, before)
    clause = store.clause(*place) if place else None
    if clause is None or before is None or before.asked is None:
        return None
    text, frame = before.asked
    reading = Reading(frame, clause)
    finding = find(reading, [], before, store)
    finding = replace(finding, evidence=tuple(evidence(finding)), reason=finding.reason or "chosen")
    return finding, remember(text, finding, reading, replace(before, offered=(), asked=None))


def typed(text: str) -> str:
    """What was typed, folded, without signs that mean nothing here. Raises QuestionError where nothing is left."""
    plain = fold(text).replace("几多", "多少")  # as it is said in the south
    plain = re.sub(rf"[^{HAN}a-z0-9.,，。、;；?？!！%‰()（）/+\-:~— ]", " ", plain)
    plain = re.sub(" +", " ", plain).strip()
    if not re.search(rf"[{HAN}a-z0-9]", plain):
        if any(c.isalpha() for c in text):
            raise QuestionError("请用中文来问，比如“今年新增多少学位？”")
        raise QuestionError("请写一句想问的话，比如“今年新增多少学位？”")
    if len(plain) > LONGEST:
        raise QuestionError(f"问题太长了（{len(plain)} 个字），请用一两句话来问。")
    return plain


def _of_plan(plain: str, before: Memory | None, store: Store) -> Finding | None:
    """What is asked of a document itself, with its plan where it is one of several: 2022年的计划一共几条."""
    named = list(mentions(plain, store.listed()))
    rest = "".join(c for i, c in enumerate(plain) if not any(m.start <= i < m.end for m in named))
    asked, of_document = of_plan(rest if store.count_plans() > 1 else plain)
    if not asked or not (of_document or before is None or any(m.titles for m in named)) or not store.count():
        return None
    frame = Frame(
        plain, named=tuple(t for m in named for t in m.titles), years=tuple(y for m in named for y in m.years)
    )
    one = scope(frame, plain, store).steps[0].store
    count = one.count_figures() if asked == "figures" else one.count(1)
    plan = one.plan() if one.count_plans() == 1 < store.count_plans() else None
    return Finding(frame, Status.ANSWERED, reason=f"plan.{asked}", count=count, plans=(plan,) if plan else ())


def _frames(plain: str, before: Memory | None, store: Store, lexicon: Lexicon) -> list[Frame]:
    """What a message asks; where it opens a chat with the name of a document alone, that name is what it is about."""
    frames = list(read(plain, tag(plain, store, lexicon)))
    bare = before is None and all(not (f.about or f.refs or f.stated or f.years) for f in frames)
    return list(read(plain, tag(plain, store, lexicon, scoped=False))) if bare and frames[0].named else frames


# --- which questions a message holds


@dataclass(frozen=True, slots=True)
class Question:
    """A question, where it is asked, and the clauses that the first plans asked have for it."""

    frame: Frame
    scope: Scope
    found: list[Found]


def questions(frames: list[Frame], plain: str, before: Memory | None, store: Store) -> Iterator[Question]:
    """The frames with the clauses found for each. Several are one question after all where not each of them is answered on
    its own, or where all mean the same clause and ask for no number; unless one is answered on its own and all of it is not."""
    asked = [
        _question(frame, plain, frames[place - 1] if place else None, before, store)
        for place, frame in enumerate(frames)
    ]
    found = [(a.frame, a.found) for a in asked]
    if len(frames) == 1 or _are_apart(found, plain) or not any(f.about for f in frames):
        yield from asked
        return
    asking = [f for f, (g, c) in zip(frames, found, strict=True) if _is_sound(g, c) or f.refs] or frames
    numbers = [f for f in asking if f.asks is Asks.FIGURE or f.op]
    main = next(iter([*numbers, *(f for f in asking if f.asks is not Asks.CLAUSE)]), asking[-1])
    joined = replace(
        main,
        text=" ".join(f.text for f in frames),
        about=tuple({t.text: t for f in frames for t in f.about}.values()),
        parts=tuple(dict.fromkeys(p for f in frames for p in f.parts)),
        by=main.by or next((f.by for f in frames if f.by), None),
        named=tuple(dict.fromkeys(t for f in frames for t in f.named)),
        years=tuple(dict.fromkeys(y for f in frames for y in f.years)),
        span=max(f.span for f in frames),
        doubtful=main.doubtful or any(f.how and f.asks is Asks.CLAUSE for f in frames),  # 都压我们几个头上，这回清不清
        also=tuple(f for f in frames if f is not main and f.asks is Asks.FIGURE and f.op is None),
    )
    one = _question(joined, plain, None, before, store)
    split = not _is_sound(one.frame, one.found) and any(_is_sound(f, c) for f, c in found)
    yield from asked if split else [one]


def _question(frame: Frame, plain: str, ahead: Frame | None, before: Memory | None, store: Store) -> Question:
    """A frame with the plans that it is asked of; `ahead` is the one before it in the message."""
    topic = before.topics[-1] if before and before.topics and goes_on(frame) and not ahead else None
    last = ahead or (topic.frame if topic else None)
    where = scope(frame, plain, store, last, topic.plan if topic else "")
    first = where.steps[0]
    return Question(first.frame, where, search(first.frame, first.store))


def _are_apart(found: list[tuple[Frame, list[Found]]], plain: str) -> bool:
    """Is each a question of its own: answered on its own, or set apart by 还有 and the like, or by a question mark of each?"""
    further = [f.turn == "next" for f, _ in found]
    marked = len([said for said in plain.split("?") if said.strip()]) == len(found)
    for place, (frame, clauses) in enumerate(found):
        set_apart = marked or further[place] or any(further[place + 1 : place + 2])
        if not (frame.refs or _is_sound(frame, clauses) or (place and not subject(frame)) or set_apart):
            return False
    firsts = {c[0].match.clause.key if c and subject(f) and not f.refs else -i for i, (f, c) in enumerate(found)}
    return len(firsts) > 1 or any(wants_figures(f) or f.asks in DETAILS for f, _ in found)


def _is_sound(frame: Frame, found: list[Found]) -> bool:
    if frame.stated and frame.asks is Asks.MEANING:
        return True
    if not found or not (answers(found[0].likely) or states_number(frame, found[0])):
        return False
    return found[0].strength >= _ALONE or found[0].covered >= _ALL or states_well(frame, found[0])


# --- one question


def _in_scope(
    asked: Question, memory: Memory | None, before: list[Finding], store: Store
) -> tuple[Reading, list[Found], Finding]:
    """The answer to one question, wherever it is asked, with the frame as it was meant and the clauses found for it."""
    told: list[tuple[Reading, list[Found], Finding]] = []
    for step in asked.scope.steps:
        found = asked.found if step.frame is asked.frame else search(step.frame, step.store)
        reading, finding = _answered(step.frame, found, memory, before, _Where(step.store, store))
        if finding.status is not Status.NOT_COVERED and _is_silent(step):
            found, finding = [], Finding(reading.frame, Status.NOT_COVERED)
        told.append((reading, found, finding))
        if not asked.scope.together and finding.status in _SAID:
            break
    stores = [step.store for step in asked.scope.steps[: len(told)]]
    plans = tuple(p for some in stores if some.count_plans() == 1 and (p := some.plan()))
    if asked.scope.together:
        finding = side_by_side([Told(r.frame, found, f) for r, found, f in told])
        reading = replace(told[0][0], frame=finding.frame, own=True)
        return reading, told[0][1], replace(finding, plans=plans)
    reading, found, finding = best = next((t for t in told if t[2].status in _SAID), told[0])
    if finding.reason == "elsewhere" and 1 < store.count_plans() <= _NAMED:
        plans = tuple(store.outlines(_NAMED))
    if store.count_plans() > 1:
        newest = asked.scope.newest if finding.matches else frozenset()
        leads = best is told[0] and any(m.clause.plan in newest for m in finding.matches[:1])
        older = best is not told[0] and bool(newest)
        finding = replace(finding, plans=plans, led="newest" if leads else "older" if older else "")
    return reading, found, finding


def _is_silent(step: Step) -> bool:
    """Do other years' plans speak of a thing that these do not: jumping rope, where this year's plan has basketball?"""
    lost = step.lost()
    enough = _SILENT * sum(t.weight for t in step.kin.frame.about) if step.kin else 0.0
    if step.kin is None or sum(t.weight for t in lost) <= enough:
        return False
    first = next((fold(f.match.clause.text) for f in search(step.kin.frame, step.kin.store, 1)), "")
    return sum(t.weight for t in lost if t.text in first) > enough


@dataclass(frozen=True, slots=True)
class _Where:
    """The plans that a question is asked of, and all that there are."""

    some: Store
    whole: Store


def _answered(
    frame: Frame, found: list[Found], memory: Memory | None, before: list[Finding], where: _Where
) -> tuple[Reading, Finding]:
    """The answer to one question of a message, `before` the answers to those before it; with the frame as it was meant. Of a
    year that no plan is of only what a plan states of it all the same is told."""
    past = frame.past
    if past is None:
        reading, finding = _understood(frame, found, memory, before, where)
        return reading, finding if reading.within else claimed(finding, found)
    reading, finding = _understood(replace(frame, elsewhere=()), found, memory, before, where)
    of_past = all(year_of(f, c) == past for c, f in finding.figures)
    since = any(is_increment(Row(c, f, 0.0)) for c, f in finding.figures)  # 48所，较上年增加9所
    if finding.figures and (of_past or since):
        return reading, finding
    reading, finding = _understood(replace(frame, past=None), found, memory, before, where)
    said = (sentence_with(c, f) for c, f in finding.figures)
    if frame.years and finding.figures and not any(f"{past}年" in s for s in said):
        # No number of this year answers for that one.
        frame = replace(frame, elsewhere=(f"{past}年",))
        return Reading(frame), find(Reading(frame), [], memory, where.some)
    return reading, finding


def _understood(
    frame: Frame, found: list[Found], memory: Memory | None, before: list[Finding], where: _Where
) -> tuple[Reading, Finding]:
    """A question is first taken as the chat suggests. Where that says nothing to it, the other way of taking it is tried."""
    store = where.some
    best = max((held(subject(frame), f.match.clause) for f in found[:5]), default=0.0)
    reading = continued(frame, memory, where.whole, best, store.titles())
    finding = find(reading, found if reading.frame is frame else search(reading.frame, store), memory, store)
    spoken = before[-1].frame if before else _last(memory) if reading.within and frame.leans else None
    if spoken and (shared := _shared(frame if before else reading.frame, spoken, found, store)) is not None:
        return reading, shared
    own, last = subject(frame), reading.last
    stands = reading.within or (last.clause if last else None)
    nothing = finding.status is not Status.ANSWERED and not frame.elsewhere and not finding.figures
    if nothing and stands and (alone := the_only(frame, reading.rows, stands)) is not None:
        return replace(reading, within=stands), alone
    rows = [r for r in reading.rows if has_unit(r.figure, frame.units)]
    other = bool(frame.parts and reading.rows and not rows) and frame.op is None  # 东城区几辆, behind what it costs
    if finding.status in _UNSAID and reading.within is not None and (own or frame.by or other) and not frame.leans:
        # A short question is taken to go on with the last clause; what that does not say another one may.
        elsewhere = find(Reading(frame), search(frame, store), None, store)
        if elsewhere.figures:
            return Reading(frame), elsewhere
    bare = frame.asks is Asks.CLAUSE and frame.op is None
    if finding.status is Status.NO_FIGURE and not (reading.within and frame.parts) and (bare or frame.doubtful):
        # 那近视呢, 能转职高吗 behind a number, and 几个老师在说 ask for none; 东城区几处托管点 does.
        plain = replace(reading, frame=replace(reading.frame, asks=Asks.CLAUSE, op=None, by=None))
        told = find(plain, found, None, store)
        if bare or told.figures or not (frame.parts and frame.units):
            return plain, told
    refused = finding.status in {Status.NOT_COVERED, Status.UNSURE} and finding.reason is None
    weight = sum(t.weight for t in own)
    of_last = last is not None and (not frame.counted or held((frame.counted,), last.clause) > 0)  # but 最高的山多高
    if refused and last and of_last and not _strays(frame) and (weight <= _LITTLE or holds_most(own, last.clause)):
        # 花在哪些地方, 啥时候发 have no subject to speak of; 老师有培训吗 speaks of what the last clause says.
        reading = Reading(whole(frame, last.frame, reading.rows), last.clause, reading.rows)
        return reading, find(reading, search(reading.frame, store), memory, store)
    return reading, finding


def _strays(frame: Frame) -> bool:
    """Is it clearly about a matter that plans do not speak of: 天气怎么样, 世界上最高的山多高?"""
    thought = concepts(frame.text, shipped())
    planned = shipped().matters.names_planned
    outside = sum(likely for matter, likely in thought.matters.likely.items() if matter not in planned)
    subject, likely = next(iter(thought.subjects.likely.items()))
    foreign = outside >= _CLEARLY and thought.sayable < _UNSAYABLE
    return foreign or (likely >= _CLEARLY and subject not in shipped().subjects.names_planned)


def _last(memory: Memory | None) -> Frame | None:
    return memory.topics[-1].frame if memory and memory.topics else None


def _helped(refusal: Finding, lexicon: Lexicon) -> Finding:
    """A refusal with the matter of school life that it is about, and whom to ask."""
    if refusal.reason is not None:
        return refusal
    thought = concepts(refusal.frame.text, shipped()).subjects.likely
    school = shipped().subjects.names_of(SCHOOL)
    of_school = sum(likely for name, likely in thought.items() if name in school)
    name, likely = next(iter(thought.items()))
    if name not in school or likely < _LIKELY or of_school < _MOSTLY * sum(thought.values()):
        return refusal
    return replace(
        refusal, subject=name, elsewhere=lexicon.elsewhere.get(name) or lexicon.elsewhere.get(EVERYTHING, "")
    )


def _shared(frame: Frame, last: Frame, found: list[Found], store: Store) -> Finding | None:
    """小学今年竣工几个,新增学位多少: the part that the first question names is meant in the next, where that has such a part."""
    goes_on = not frame.parts and last.parts and frame.asks is last.asks is Asks.FIGURE
    if not goes_on or frame.op or frame.turn == "next" or not subject(frame):
        return None
    finding = find(Reading(replace(frame, parts=last.parts)), found, None, store)
    return finding if finding.figures else None
