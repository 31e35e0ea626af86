"""From an answer to the words that a person is sent, as blocks that a channel renders in its own way."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace
from decimal import Decimal

from bot.blocks import Bar, Block, Chart, Clauses, Numbers, Quote, Reply, Say, Whole, plain
from bot.computed import computed
from bot.naming import body, dated, line, named, source, titled
from bot.yearly import by_year, noted, of_years
from knowledge.fit import split_of, total_of
from knowledge.ledger import sentence_with
from knowledge.model import Answer, Asks, Clause, Evidence, Figure, Finding, Op, PartKind, Plan, Status
from knowledge.wording import is_traditional

WELCOME = "您好！我是要点，专门回答{plan}里的问题。\n可以直接问，比如：今年新增多少学位？　补习班谁来管？　57个是啥？\n输入 /帮助 看用法，/退出 结束。"
HELP = (
    "直接打字问就行，几个字也可以，比如：小学学位、武进几个项目、减负。一句话里问两件事也行。\n"
    "/条 7　看第七条全文\n/目录　看全部条款\n/帮助　看这份说明\n/退出　结束"
)
GREETING = "您好！我只回答{plan}里的问题，直接问就行：一件事、一个数，或者第几条。"
OF_WHAT = "您问的是哪件事？请把事情也写上，比如：各区项目、小学学位。"
WELCOMED = "不客气！还想问什么，直接打字就行。"
GOODBYE = "再见！"
BUILDING = "第一次使用，正在整理内置的计划，请稍等……"
REMOVE = "要从索引里去掉{plan}吗？里面有 {clauses} 条、{figures} 个数字。（是/否）"
REMOVED = "已从索引里去掉{plan}：{clauses} 条、{figures} 个数字。"
NO_COMMAND = "没有这个命令。" + "输入 /帮助 看看能用哪些。"
CLAUSE_USAGE = "请写条号，比如 {command} 7。这份计划有第 1 到第 {last} 条。"
HELPLINES = (
    "您和孩子的安全最要紧。有危险请马上打 110 或 120；心里难受，随时可以打 12356（心理援助热线）或 12355（青少年服务热线），"
    "会有人耐心听您说。"
)
NAMED_ONLY = "计划里写到名称的是下面这句；它没有一一列出的，我不替它补。"
WHAT_IT_SAYS = "关于这件事，写的是："
_UNSAID = {
    Asks.DATE: "计划没有写具体时间。",
    Asks.PLACE: "计划没有写具体地点。",
    Asks.ROLL: "计划没有写是哪几个，也没有列名单。",
    Asks.NAMES: "计划没有一一写出有哪些。",
    Asks.WHICH: "计划没有写是哪一个。",
    Asks.BODY: "计划没有写由哪个部门负责。",
    Asks.OFFICE: "计划没有写由哪个处室负责。",
    Asks.CONTACT: "计划没有写电话或网址。",
}
# What is asked for by these is asked of something: 你是谁 is not.
_WANTING = {Asks.FIGURE, Asks.SPLIT, Asks.DATE, Asks.PLACE, Asks.ROLL, Asks.BODY, Asks.OFFICE, Asks.CONTACT}
NO_DETAIL = "计划没有写得这么细。"
NO_FIGURE = "计划提到了这件事，但没有写明您问的数。"
NO_OPERANDS = "这个没法算：计划里没有写明可以拿来一起算的数。"
_NO_NUMBER = {"no_operands": NO_OPERANDS, "none_such": "计划列出的这些数里，没有一个是您说的这样。"}
WHICH_OF = "计划里有 {} 处写到这样的数，您问的可能是其中一个："
NOT_ALIKE = "这几个数的单位不同，或者只写了范围，我没有替您算。"
_COMPUTING = {Op.SUM, Op.DIFFERENCE, Op.RATIO, Op.SHARE, Op.AVERAGE, Op.EXCEPT, Op.REST, Op.NOT, Op.WORTH}
_POINTING = {
    "source": "出自",
    "detail": "",
    "reason": "计划里没有写原因，原文是这样说的：",
    "no_others": "没有找到别的条款，还是这一条：",
    "others": "",
}
CHOOSE = "想看哪一条，发条号就行。"
SEVERAL = "我手头有好几份计划，请把是哪一份也写上，比如“2021年的计划一共几条”。"
GO_ON = "想知道哪一件，直接问就行；发“第一部分”可以看那一部分有哪些条。"
UNSURE = "我不太确定您问的是哪一件："
CHOOSE_ONE = "是哪一件，发前面的数字就行；都不是，就换个说法再问。"
ASK_12345 = "可以打 12345 问。"
_KINDS = {PartKind.AREA: "地区", PartKind.STAGE: "学段", PartKind.OTHER: "项目"}
# A clause that is less like the question than this is not named as near to it.
_NEAR = 15
_REFUSED = {Status.NOT_COVERED, Status.NO_FIGURE, Status.NO_DETAIL}


def reply(answer: Answer, plan: Plan | None) -> str:
    """The reply as plain text."""
    return plain(compose(answer, plan))


def compose(answer: Answer, plan: Plan | None) -> Reply:
    """The reply, one question after the other, in traditional script where the message was in it."""
    blocks: list[Block] = [Say(HELPLINES)] if answer.danger else []
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
        return _unsure(finding, answer)
    if finding.reason and finding.reason.startswith("plan."):
        asked = next(iter(finding.plans), plan)
        return [Say(_of_plan(finding.reason.removeprefix("plan."), finding.count or 0, asked))]
    if finding.status in _REFUSED:
        return _refused(finding, answer, plan)
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


def whole(clause: Clause, item: str = "") -> list[Block]:
    """A clause, all of it or the item that was asked for."""
    return [Say(source(clause), heading=True), Quote(item or body(clause), "", clause)]


# --- what answers


def _figures(findings: Sequence[Finding]) -> list[Block]:
    """The figures, what was computed from them, their charts, and the sentences with their sources."""
    pairs = dict.fromkeys(pair for f in findings for pair in f.figures)
    several = len({(c.plan, c.year) for c, _ in pairs}) > 1
    told = ((*(dated(x, c) if several else named(x) for c, x in f.figures), computed(f)) for f in findings)
    lines = dict.fromkeys(text for texts in told for text in texts if text)
    apart = [*map(Say, of_years(findings[0]))] or [Say(NOT_ALIKE)] * any(map(_computes_nothing, findings))
    charts = (
        [by_year(findings[0])]
        if several
        else [c for clause in dict.fromkeys(c for c, _ in pairs) for c in charts_of(clause, _of(clause, pairs))]
    )
    charts = [c for c in charts if len(c.bars) > 1]
    quotes = [_quote(e.clause, _merged(e, findings)) for e in findings[0].evidence]
    around = _around(quotes[0].clause, quotes[0].text) if len(quotes) == 1 else []
    return [Numbers(tuple(lines)), *apart, *charts, *quotes, *around]


def _computes_nothing(finding: Finding) -> bool:
    """Is it figures that count different things which were to be computed with?"""
    return finding.frame.op in _COMPUTING and len(finding.figures) > 1 and finding.derived is None


def _of(clause: Clause, pairs: Iterable[tuple[Clause, Figure]]) -> list[Figure]:
    return [f for c, f in pairs if c.key == clause.key]


def _merged(evidence: Evidence, findings: Sequence[Finding]) -> Evidence:
    """The evidence with the words that any of the findings asked about in it."""
    said = (w for f in findings for e in f.evidence if e.text == evidence.text for w in e.said)
    return replace(evidence, said=tuple(dict.fromkeys(said)))


def _quote(clause: Clause, evidence: Evidence | None, *, headed: bool = False) -> Quote:
    """A sentence of a clause, or all of it, with the words in it that were asked about."""
    place = "" if headed else source(clause)
    return Quote(evidence.text, place, clause, evidence.said) if evidence else Quote(body(clause), place, clause)


def _evidence(finding: Finding) -> Evidence | None:
    """What is quoted of the first clause of a finding."""
    clause = finding.matches[0].clause
    return next((e for e in finding.evidence if e.clause.key == clause.key), None)


def _readings(finding: Finding) -> list[Block]:
    many = len(finding.figures)
    blocks: list[Block] = [Say(f"计划里有 {many} 处写到这个数：" if finding.frame.stated else WHICH_OF.format(many))]
    for place, (clause, figure) in enumerate(finding.figures, 1):
        told = Evidence(clause, sentence_with(clause, figure), (figure.raw,))
        blocks += [Numbers((f"{place}. {named(figure)}",)), _quote(clause, told)]
    return blocks


def readings(answer: Answer) -> list[Answer]:
    """Each reading of an ambiguous answer as an answer of its own."""
    return [
        replace(answer, findings=(_reading(finding, clause, figure),))
        for finding in answer.findings
        if finding.status is Status.AMBIGUOUS
        for clause, figure in finding.figures
    ]


def _reading(finding: Finding, clause: Clause, figure: Figure) -> Finding:
    return replace(
        finding,
        status=Status.ANSWERED,
        matches=tuple(m for m in finding.matches if m.clause.key == clause.key),
        figures=((clause, figure),),
        evidence=(Evidence(clause, sentence_with(clause, figure), (figure.raw,)),),
    )


def _pointed(finding: Finding) -> list[Block]:
    """What was asked of the last answer: where it stands, more of it, why, what else."""
    if finding.reason == "others":
        listed = Clauses(tuple((source(m.clause), m.clause) for m in finding.matches))
        return [Say("还有这几条也提到了："), listed, Say(CHOOSE)]
    told = _POINTING[str(finding.reason)]
    return [*([Say(told)] if told else []), *whole(finding.matches[0].clause)]


def _subject(finding: Finding) -> list[Block]:
    clause = finding.matches[0].clause
    quote = _quote(clause, _evidence(finding), headed=True)
    blocks: list[Block] = [Say(source(clause), heading=True)]
    if finding.frame.asks is Asks.ROLL:
        blocks.append(Say(NAMED_ONLY))
    others = [source(m.clause) for m in finding.matches[1:]]
    blocks += [quote, *_around(clause, quote.text)]
    return [*blocks, *([Say("也可以看：" + "；".join(others))] if others else [])]


def _chapter(finding: Finding) -> list[Block]:
    clauses = [m.clause for m in finding.matches]
    first = clauses[0]
    return [
        Say(f"“{first.chapter}”这一部分共 {len(clauses)} 条：", heading=True),
        Clauses(tuple((line(c), c) for c in clauses)),
        Say(f"——{titled(first.plan, first.edition)}\n{CHOOSE}"),
    ]


# --- what the plan does not say


def _unsure(finding: Finding, answer: Answer) -> list[Block]:
    """The clauses that may be meant, to choose from."""
    asked = f"“{finding.frame.text}”：" if len(answer.findings) > 1 and finding.frame.text else ""
    offered = (m.clause for m in finding.offered)
    lines = tuple((f"{place}. {line(c)}", c) for place, c in enumerate(offered, 1))
    return [Say(asked + UNSURE), Clauses(lines), Say(CHOOSE_ONE)]


def _refused(finding: Finding, answer: Answer, plan: Plan | None) -> list[Block]:
    """What is not written, then what the clause does say; of several questions it is told which one."""
    asked = f"“{finding.frame.text}”：" if len(answer.findings) > 1 and finding.frame.text else ""
    if finding.status is Status.NOT_COVERED:
        return [Say(asked + _not_covered(finding, answer, plan))]
    clause = finding.matches[0].clause
    if finding.reason == "other_split" and (total := _split_otherwise(finding, clause)):
        told = Evidence(clause, sentence_with(clause, total), (total.raw,))
        charts = charts_of(clause, [total])[:1]
        return [Say(asked + _other_split(finding, clause, total)), *charts, _quote(clause, told)]
    quote = _quote(clause, _evidence(finding))
    return [Say(asked + _unsaid(finding) + WHAT_IT_SAYS), quote, *_around(clause, quote.text)]


def _unsaid(finding: Finding) -> str:
    if finding.status is Status.NO_DETAIL:
        return _UNSAID.get(finding.frame.asks, NO_DETAIL)
    return _NO_NUMBER.get(finding.reason or "", NO_FIGURE)


def _split_otherwise(finding: Finding, clause: Clause) -> Figure | None:
    """The total that was asked for in other parts than those it has."""
    totals = [f for f in clause.figures if f.part is None and split_of(clause, f)]
    asked = [f for f in totals if any(t.text in f.what for t in finding.frame.about)]
    return next(iter(asked or totals), None)


def _other_split(finding: Finding, clause: Clause, total: Figure) -> str:
    """钟楼区新增学位: what the plan splits it by, and what it does give."""
    kinds = "、".join(dict.fromkeys(_KINDS[p.part_kind] for p in split_of(clause, total) if p.part_kind))
    parts = "、".join(p.text for p in finding.frame.parts)
    by = finding.frame.by
    missing = f"没有单独写{parts}的" if parts else f"没有按{_KINDS[by] if by else '别的'}分"
    return f"{total.what}这个数，计划只按{kinds or '项目'}分，{missing}。全部是{total.raw}："


def _not_covered(finding: Finding, answer: Answer, plan: Plan | None) -> str:
    asked = finding.plans or ((plan,) if plan else ())
    name = "、".join(titled(p.title, p.edition) for p in asked) or "手头这些计划"
    newest = titled(asked[0].title, asked[0].edition) if asked else "最新的那份计划"
    if finding.reason == "talk" and (said := _talked(finding.frame.text)):
        return said
    if finding.reason == "no_such_clause":
        return f"{newest}没有这一条。一共 {finding.count} 条，请发 1 到 {finding.count} 之间的条号。"
    if finding.reason == "no_such_chapter":
        return f"{newest}没有这一部分，一共 {finding.count} 个部分。"
    if finding.reason == "elsewhere":
        return f"我手头没有{'、'.join(finding.frame.elsewhere)}的计划，只能回答{name}里的内容。"
    if _says_not_of_what(finding):
        return OF_WHAT
    if finding.reason == "talk" or not (finding.frame.about or finding.reason):
        return GREETING.format(plan=name)
    if finding.reason == "no_such_number":
        first = f"{name}里没有这个数。"
    else:
        first = f"{name}里没有写这件事。我只回答计划里写明的内容。"
    if finding.subject:
        first += f"\n“{finding.subject}”这类事，{finding.elsewhere or ASK_12345}"
    near = [m for m in answer.nearest if m.score >= _NEAR][:1] if len(answer.findings) == 1 else []
    return first + (f"\n\n最接近的是{source(near[0].clause)}，不一定是您要问的。" if near else "")


def _says_not_of_what(finding: Finding) -> bool:
    """Is something asked, but not about what: 前三名是哪几个区, 谁牵头?"""
    frame = finding.frame
    return not (frame.about or finding.reason) and bool(frame.op or frame.by or frame.asks in _WANTING)


def _talked(said: str) -> str:
    """What is said back to thanks and to a farewell."""
    if re.search("谢|辛苦|thank|好的|嗯|知道|明白|收到|ok", said):
        return WELCOMED
    return GOODBYE if re.search("再见|拜|回头见|晚安|bye", said) else ""


# --- what surrounds it


def contents(plan: Plan, clauses: Iterable[Clause]) -> str:
    """The chapters with their clauses."""
    lines, chapter = [titled(plan.title, plan.edition)], ""
    for clause in clauses:
        if clause.chapter != chapter:
            chapter = clause.chapter
            lines.append(f"\n{chapter}")
        lines.append(line(clause))
    return "\n".join(lines)


def charts_of(clause: Clause, asked: Sequence[Figure]) -> list[Chart]:
    """The splits of the figures that were asked about, each once; a part alone is no picture."""
    splits = {(p.total, p.split): p for f in asked for p in reversed(split_of(clause, f))}
    return [c for p in splits.values() if len((c := chart(clause, p, asked)).bars) > 1]


def chart(clause: Clause, figure: Figure, asked: Iterable[Figure]) -> Chart:
    """The split of a total or of a part, the largest part first, the parts that were asked about marked."""
    parts = split_of(clause, figure)
    parts = sorted((p for p in parts if p.split == parts[0].split), key=lambda p: -p.value)
    marked = {(f.start, f.part) for f in asked if f.part}
    if all((p.start, p.part) in marked for p in parts):  # what all are tells none from the others
        marked = set()
    top = parts[0].value or Decimal(1)
    bars = (Bar(p.part or "", p.raw, p.value / top, (p.start, p.part) in marked) for p in parts)
    total = total_of(clause, parts[0])
    return Chart(f"{total.what} {total.raw}" if total.part is None else total.what, tuple(bars))


def _around(clause: Clause, quote: str) -> list[Block]:
    """All of the clause where the quote is not all of it."""
    text = body(clause)
    return [] if text.strip() == quote.strip() else [Whole(text, clause)]
