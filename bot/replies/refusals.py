"""What the plan does not say, told so that it helps on: what is not written, what is, what lies near, whom else to ask."""

import re

from bot.replies.blocks import Also, Block, Clauses, Say
from bot.replies.naming import line, source, titled
from bot.replies.passages import around, charts_of, evidence_of, quote
from bot.replies.related import NEAR
from knowledge.detail import details
from knowledge.ledger import sentence_with
from knowledge.model import Answer, Asks, Clause, Evidence, Figure, Finding, PartKind, Plan, Status
from knowledge.surroundings import split_of

CLAUSE_USAGE = "请写条号，比如 {command} 7。这份计划有第 1 到第 {last} 条。"
GREETING = "您好！我只回答{plan}里的问题，直接问就行：一件事、一个数，或者第几条。"
OF_WHAT = "您问的是哪件事？请把事情也写上，比如：各区项目、小学学位。"
WELCOMED = "不客气！还想问什么，直接打字就行。"
GOODBYE = "再见！"
WHAT_IT_SAYS = "关于这件事，写的是："
_UNSAID = {
    Asks.DATE: "计划没有写具体时间。",
    Asks.PLACE: "计划没有写具体地点。",
    Asks.ROLL: "计划没有写是哪几个，也没有列名单。",
    Asks.NAMES: "计划没有一一列出有哪些。",
    Asks.WHICH: "计划没有写是哪一个。",
    Asks.BODY: "计划没有写由哪个部门负责。",
    Asks.OFFICE: "计划没有写由哪个处室负责。",
    Asks.REASON: "计划没有写原因。",
    Asks.CONTACT: "计划没有写电话或网址。",
}
# What is asked for by these is asked of something: 你是谁 is not.
_WANTING = {Asks.FIGURE, Asks.SPLIT, Asks.DATE, Asks.PLACE, Asks.ROLL, Asks.BODY, Asks.OFFICE, Asks.CONTACT}
NO_DETAIL = "计划没有写得这么细。"
NO_FIGURE = "计划提到了这件事，但没有写明您问的数。"
NO_OPERANDS = "这个没法算：计划里没有写明可以拿来一起算的数。"
_NO_NUMBER = {"no_operands": NO_OPERANDS, "none_such": "计划列出的这些数里，没有符合您说的。"}
UNSURE = "我不太确定您问的是哪一件："
CHOOSE_ONE = "是哪一件，发前面的数字就行；都不是，就换个说法再问。"
ASK_12345 = "可以打 12345 问。"
_KINDS = {PartKind.AREA: "地区", PartKind.STAGE: "学段", PartKind.OTHER: "项目"}


def unsure(finding: Finding, answer: Answer) -> list[Block]:
    """The clauses that may be meant, to choose from."""
    asked = f"“{finding.frame.text}”：" if len(answer.findings) > 1 and finding.frame.text else ""
    offered = (m.clause for m in finding.offered)
    lines = tuple((f"{place}. {line(c)}", c) for place, c in enumerate(offered, 1))
    return [Say(asked + UNSURE), Clauses(lines), Say(CHOOSE_ONE)]


def refused(finding: Finding, answer: Answer, plan: Plan | None) -> list[Block]:
    """What is not written, then what the clause does say; of several questions it is told which one."""
    asked = f"“{finding.frame.text}”：" if len(answer.findings) > 1 and finding.frame.text else ""
    if finding.status is Status.NOT_COVERED:
        return [Say(asked + _not_covered(finding, plan)), *_nearest(finding, answer)]
    clause = finding.matches[0].clause
    if finding.reason == "other_split" and (total := _split_otherwise(finding, clause)):
        told = Evidence(clause, sentence_with(clause, total), (total.raw,))
        charts = charts_of(clause, [total])[:1]
        return [Say(asked + _other_split(finding, clause, total)), *charts, quote(clause, told)]
    said = quote(clause, evidence_of(finding))
    return [Say(asked + _unsaid(finding) + WHAT_IT_SAYS), said, *around(clause, said.text)]


def _unsaid(finding: Finding) -> str:
    if finding.status is Status.NO_DETAIL:
        missing = next((d.missing for d in details() if d.name == finding.reason), None)
        return f"计划没有写{missing}。" if missing else _UNSAID.get(finding.frame.asks, NO_DETAIL)
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
    return f"{total.what}这个数，计划只按{kinds or '项目'}分，{missing}。总数是{total.raw}："


def _not_covered(finding: Finding, plan: Plan | None) -> str:
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
    if is_talk(finding):
        return GREETING.format(plan=name)
    if finding.reason == "no_such_number":
        first = f"{name}里没有这个数。"
    else:
        first = f"{name}里没有写这件事。我只回答计划里写明的内容。"
    if finding.subject:
        first += f"\n“{finding.subject}”这类事，{finding.elsewhere or ASK_12345}"
    return first


def _nearest(finding: Finding, answer: Answer) -> list[Block]:
    """The clause that comes nearest to what is not written."""
    if finding.reason not in {None, "no_such_number"} or is_talk(finding) or _says_not_of_what(finding):
        return []
    near = [m.clause for m in answer.nearest if m.score >= NEAR][:1] if len(answer.findings) == 1 else []
    return [Also(f"最接近的是{source(c)}，不一定是您要问的。", (c,)) for c in near]


def is_talk(finding: Finding) -> bool:
    """Was nothing asked that a plan could hold: 你好, 谢谢?"""
    return finding.reason == "talk" or (
        finding.status is Status.NOT_COVERED and not (finding.frame.about or finding.reason)
    )


def _says_not_of_what(finding: Finding) -> bool:
    """Is something asked, but not about what: 前三名是哪几个区, 谁牵头?"""
    frame = finding.frame
    return not (frame.about or finding.reason) and bool(frame.op or frame.by or frame.asks in _WANTING)


def _talked(said: str) -> str:
    """What is said back to thanks and to a farewell."""
    if re.search("谢|辛苦|thank|好的|嗯|知道|明白|收到|ok", said):
        return WELCOMED
    return GOODBYE if re.search("再见|拜|回头见|晚安|bye", said) else ""
