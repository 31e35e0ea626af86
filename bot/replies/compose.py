"""From an answer to the words that a person is sent, as blocks that a channel renders in its own way."""

from collections.abc import Iterable, Sequence
from dataclasses import replace

from bot.replies.blocks import Also, Block, Clauses, Help, Numbers, Reply, Say, Whole, plain
from bot.replies.computed import computed
from bot.replies.naming import line, number, source, titled
from bot.replies.passages import around, charts_of, evidence_of, quote, whole
from bot.replies.refusals import refused, unsure
from bot.replies.years import by_year, noted, of_years
from knowledge.ledger import sentence_with
from knowledge.model import Answer, Asks, Clause, Evidence, Figure, Finding, Op, Plan, Status
from knowledge.wording import is_traditional

HELPLINES = Help(
    "您和孩子的安全最要紧。有危险请马上打 110 或 120；心里难受，随时可以打 12356（心理援助热线）或 12355（青少年服务热线），"
    "会有人耐心听您说。",
    ("110", "120", "12356", "12355"),
)
NAMED_ONLY = "计划里写到名称的是下面这句；没列出来的，我不替它编。"
WHICH_OF = "计划里有 {} 处写到这样的数，您问的可能是其中一个："
NOT_ALIKE = "这几个数的单位不同，或者只写了范围，我没有替您算。"
_COMPUTING = {Op.SUM, Op.DIFFERENCE, Op.RATIO, Op.SHARE, Op.AVERAGE, Op.EXCEPT, Op.REST, Op.NOT, Op.WORTH}
_POINTING = {
    "source": "出自",
    "detail": "",
    "reason": "计划里是这样说的：",
    "no_others": "没有找到别的条款，还是这一条：",
    "others": "",
}
CHOOSE = "想看哪一条，发条号就行。"
SEVERAL = "我手头有好几份计划，请把是哪一份也写上，比如“2021年的计划一共几条”。"
GO_ON = "想知道哪一件，直接问就行；发“第一部分”可以看那一部分有哪些条。"
_REFUSED = {Status.NOT_COVERED, Status.NO_FIGURE, Status.NO_DETAIL}


def reply(answer: Answer, plan: Plan | None) -> str:
    """The reply as plain text."""
    return plain(compose(answer, plan))


def compose(answer: Answer, plan: Plan | None) -> Reply:
    """The reply, one question after the other, in traditional script where the message was in it."""
    blocks: list[Block] = [HELPLINES] if answer.danger else []
    told: list[list[Block]] = []
    for findings in _together(answer.findings):
        if (found := _blocks(findings, answer, plan)) not in told:
            told.append(found)
    blocks += _folded_once([b for found in told for b in found])
    return Reply(tuple(blocks), is_traditional(answer.text))


def _together(findings: Iterable[Finding]) -> list[list[Finding]]:
    """The findings, those that rest on the same sentence together: 小学几个学位？初中呢？"""
    groups: list[list[Finding]] = []
    for finding in findings:
        if groups and _sentences(finding) == _sentences(groups[-1][0]) != ():
            groups[-1].append(finding)
        else:
            groups.append([finding])
    return groups


def _sentences(finding: Finding) -> tuple[tuple[int, str], ...]:
    """The one sentence that an answer with figures rests on."""
    alone = finding.status is Status.ANSWERED and finding.figures and len(finding.evidence) == 1
    return tuple((e.clause.key, e.text) for e in finding.evidence) if alone else ()


def _folded_once(blocks: Sequence[Block]) -> list[Block]:
    """The blocks, each clause folded away but once: under the last of what is said of it."""
    last = {b.clause.key: place for place, b in enumerate(blocks) if isinstance(b, Whole)}
    return [b for place, b in enumerate(blocks) if not isinstance(b, Whole) or last[b.clause.key] == place]


def _blocks(findings: Sequence[Finding], answer: Answer, plan: Plan | None) -> list[Block]:
    finding, *_ = findings
    if finding.status is Status.UNSURE:
        return unsure(finding, answer)
    if finding.reason and finding.reason.startswith("plan."):
        asked = next(iter(finding.plans), plan)
        return [Say(_of_plan(finding.reason.removeprefix("plan."), finding.count or 0, asked))]
    if finding.status in _REFUSED:
        return refused(finding, answer, plan)
    return noted(finding, _answered(findings))


def _answered(findings: Sequence[Finding]) -> list[Block]:
    finding, *_ = findings
    if _lists_chapter(finding):
        return _chapter(finding)
    if finding.status is Status.AMBIGUOUS:
        return _readings(finding)
    if finding.reason in _POINTING:
        return _pointed(finding)
    if finding.figures:
        return _figures(findings)
    if finding.frame.refs:
        items = {e.clause.key: e.text for e in finding.evidence}
        return [b for m in finding.matches for b in whole(m.clause, items.get(m.clause.key, ""))]
    return _subject(finding)


def _of_plan(asked: str, count: int, plan: Plan | None) -> str:
    """What is asked about the document itself."""
    if plan is None:
        return SEVERAL
    name, chapters = titled(plan.title, plan.edition), "\n".join(plan.chapters)
    match asked:
        case "issuer":
            return f"{name}是{plan.issuer}发的。" if plan.issuer else f"{name}没有写明是谁发的。"
        case "year":
            return f"{name}是{plan.year}年的。" if plan.year else f"{name}没有写明是哪一年的。"
        case "clauses":
            parts = f"分 {len(plan.chapters)} 个部分，" if plan.chapters else ""
            return f"{name}{parts}一共 {count} 条。"
        case "figures":
            return f"{name}里一共记着 {count} 个数，都能问。"
        case _:
            return f"{name}说的是这几件事：\n{chapters}\n{GO_ON}" if chapters else f"{name}一共 {count} 条。{GO_ON}"


def _lists_chapter(finding: Finding) -> bool:
    several = bool(finding.frame.refs) or len(finding.matches) > 1
    return finding.frame.asks is Asks.CHAPTER and several and len({m.clause.chapter for m in finding.matches}) == 1


# --- what answers


def _figures(findings: Sequence[Finding]) -> list[Block]:
    """The figures, what was computed from them, their charts, and the sentences with their sources."""
    pairs = dict.fromkeys(pair for f in findings for pair in f.figures)
    several = len({(c.plan, c.year) for c, _ in pairs}) > 1
    told = ((*(number(c, x, dated=several) for c, x in f.figures), computed(f)) for f in findings)
    items = dict.fromkeys(item for some in told for item in some if item)
    apart = [*map(Say, of_years(findings[0]))] or [Say(NOT_ALIKE)] * any(map(_computes_nothing, findings))
    charts = (
        [by_year(findings[0])]
        if several
        else [c for clause in dict.fromkeys(c for c, _ in pairs) for c in charts_of(clause, _of(clause, pairs))]
    )
    charts = [c for c in charts if len(c.bars) > 1]
    quotes = [quote(e.clause, _merged(e, findings)) for e in findings[0].evidence]
    rest = around(quotes[0].clause, quotes[0].text) if len(quotes) == 1 else []
    return [Numbers(tuple(items)), *apart, *charts, *quotes, *rest]


def _computes_nothing(finding: Finding) -> bool:
    """Is it figures that count different things which were to be computed with? 有没有多开几个班 computes nothing."""
    frame = finding.frame
    computing = frame.op in _COMPUTING and (bool(frame.sides) or not frame.how)
    return computing and len(finding.figures) > 1 and finding.derived is None


def _of(clause: Clause, pairs: Iterable[tuple[Clause, Figure]]) -> list[Figure]:
    return [f for c, f in pairs if c.key == clause.key]


def _merged(evidence: Evidence, findings: Sequence[Finding]) -> Evidence:
    """The evidence with the words that any of the findings asked about in it."""
    said = (w for f in findings for e in f.evidence if e.text == evidence.text for w in e.said)
    return replace(evidence, said=tuple(dict.fromkeys(said)))


def _readings(finding: Finding) -> list[Block]:
    many = len(finding.figures)
    blocks: list[Block] = [Say(f"计划里有 {many} 处写到这个数：" if finding.frame.stated else WHICH_OF.format(many))]
    for place, (clause, figure) in enumerate(finding.figures, 1):
        told = Evidence(clause, sentence_with(clause, figure), (figure.raw,))
        blocks += [Numbers((number(clause, figure, place),)), quote(clause, told)]
    return blocks


def _pointed(finding: Finding) -> list[Block]:
    """What was asked of the last answer: where it stands, more of it, why, what else."""
    if finding.reason == "others":
        listed = Clauses(tuple((source(m.clause), m.clause) for m in finding.matches))
        return [Say("还有这几条也提到了："), listed, Say(CHOOSE)]
    told = _POINTING[str(finding.reason)]
    return [*([Say(told)] if told else []), *whole(finding.matches[0].clause)]


def _subject(finding: Finding) -> list[Block]:
    clause = finding.matches[0].clause
    said = quote(clause, evidence_of(finding), headed=True)
    blocks: list[Block] = [Say(source(clause), heading=True)]
    if finding.frame.asks is Asks.ROLL:
        blocks.append(Say(NAMED_ONLY))
    others = tuple(m.clause for m in finding.matches[1:])
    blocks += [said, *around(clause, said.text)]
    return [*blocks, *([Also("也可以看：" + "；".join(map(source, others)), others)] if others else [])]


def _chapter(finding: Finding) -> list[Block]:
    clauses = [m.clause for m in finding.matches]
    first = clauses[0]
    return [
        Say(f"“{first.chapter}”这一部分共 {len(clauses)} 条：", heading=True),
        Clauses(tuple((line(c), c) for c in clauses)),
        Say(f"——{titled(first.plan, first.edition)}\n{CHOOSE}"),
    ]
