"""From an answer to the words that a person is sent, as blocks that a channel renders in its own way."""

import re
from collections.abc import Iterable
from dataclasses import replace
from decimal import Decimal

from bot.blocks import Bar, Block, Chart, Clauses, Numbers, Quote, Reply, Say, Whole, plain, shortened
from knowledge.figures import sentence_with, split_of, total_of
from knowledge.model import Answer, Clause, Figure, PartKind, Plan, Status, Wants
from knowledge.retrieve import sentence, variants
from knowledge.wording import is_traditional

WELCOME = "您好！我是要点，专门回答{plan}里的问题。\n可以直接问，比如：今年新增多少学位？　补习班谁来管？　57个是啥？\n输入 /帮助 看用法，/退出 结束。"
HELP = (
    "直接打字问就行，几个字也可以，比如：小学学位、武进几个项目、减负。\n"
    "/条 7　看第七条全文\n/目录　看全部条款\n/帮助　看这份说明\n/退出　结束"
)
GREETING = "您好！我只回答{plan}里的问题，直接问就行：一件事、一个数，或者第几条。"
WELCOMED = "不客气！还想问什么，直接打字就行。"
GOODBYE = "再见！"
BUILDING = "第一次使用，正在整理内置的计划，请稍等……"
NO_COMMAND = "没有这个命令。" + "输入 /帮助 看看能用哪些。"
CLAUSE_USAGE = "请写条号，比如 {command} 7。这份计划有第 1 到第 {last} 条。"
HELPLINES = (
    "您和孩子的安全最要紧。有危险请马上打 110 或 120；心里难受，随时可以打 12356（心理援助热线）或 12355（青少年服务热线），"
    "会有人耐心听您说。"
)
NAMED_ONLY = "计划里写到这个名称的是下面这句；它没有一一列出的，我不替它补。"
_ENUMERATES = re.compile("哪[两二三四五六七八九十]|[指是]哪几")
_POINTING = {
    "source": "出自",
    "detail": "",
    "reason": "计划里没有写原因，原文是这样说的：",
    "no_others": "没有找到别的条款，还是这一条：",
    "others": "",
}
CHOOSE = "想看哪一条，发条号就行。"
_KINDS = {PartKind.AREA: "地区", PartKind.STAGE: "学段", PartKind.OTHER: "项目"}


def reply(answer: Answer, plan: Plan | None) -> str:
    """The reply as plain text."""
    return plain(compose(answer, plan))


def compose(answer: Answer, plan: Plan | None) -> Reply:
    """The reply, in traditional script where the question was in it."""
    helplines = [Say(HELPLINES)] if answer.question.danger else []
    return Reply((*helplines, *_blocks(answer, plan)), is_traditional(answer.question.text))


def _blocks(answer: Answer, plan: Plan | None) -> list[Block]:
    if answer.status is Status.NOT_COVERED:
        return [Say(_not_covered(answer, plan))]
    if answer.status is Status.NO_FIGURE:
        return _no_figure(answer)
    if answer.question.wants is Wants.CHAPTER:
        return _chapter(answer)
    if len({c.key for c, _ in answer.figures}) > 1:
        return _readings(answer) if answer.status is Status.AMBIGUOUS else _several(answer)
    if answer.reason in _POINTING:
        return _pointed(answer)
    if answer.figures:
        return _figures(answer)
    if answer.question.refs:
        return [b for m in answer.matches for b in whole(m.clause)]
    return _subject(answer)


def whole(clause: Clause) -> list[Block]:
    """A clause, all of it."""
    return [Say(source(clause), heading=True), Quote(body(clause), "", clause)]


def _figures(answer: Answer) -> list[Block]:
    clause = answer.figures[0][0]
    figures = [f for _, f in answer.figures]
    lines = [named(f) for f in figures]
    if answer.derived:
        lines.append(_computed(answer))
    totals = list(dict.fromkeys(total_of(clause, f) for f in figures))
    charts = [chart(clause, total, figures) for total in totals if split_of(clause, total)]
    quote = "\n".join(dict.fromkeys(sentence_with(clause, f) for f in figures))
    return [Numbers(tuple(lines)), *charts, _quote(answer, quote, clause), *_around(clause, quote)]


def _quote(answer: Answer, text: str, clause: Clause) -> Quote:
    """A sentence of a clause with the numbers and the words in it that were asked about."""
    raws = [f.raw for c, f in answer.figures if c.key == clause.key]
    words = [w for t in answer.question.terms for v, _ in variants(t) for w in v.split()]
    return Quote(text, source(clause), clause, tuple(dict.fromkeys(w for w in [*raws, *words] if w in text)))


def _computed(answer: Answer) -> str:
    """What was computed, and that it was."""
    derived = answer.derived
    if derived is None:
        return ""
    of, value = derived.of, amount(derived.value, derived.unit)
    names = "、".join(f.part or f.what for f in of)
    if derived.kind == "share":
        total = of[-1]
        return f"{'、'.join(f.part or f.what for f in of[:-1])}占{total.what}的{value}（按{total.raw}算出）"
    if derived.kind == "difference" and of[0].part is None and of[-1].part is not None:
        left = "、".join(f.part or "" for f in of[1:])
        return f"除{left}外共{value}（{' − '.join(f.raw for f in of)}，按计划里的数算出）"
    if derived.kind == "sum":
        return f"合计{value}（由{' + '.join(f.raw for f in of)}算出，计划里没有直接写这个数）"
    ranked = sorted(of, key=lambda f: f.value, reverse=True)
    first, last = ranked[0], ranked[-1]
    if derived.kind == "difference":
        return f"{first.part or first.what}多{value}（{first.raw} − {last.raw}，按计划里的数算出）"
    word = "最多" if derived.kind == "most" else "最少"
    if len({f.value for f in of}) == 1:
        return (
            f"{names}{'并列' if len(of) > 1 else ''}{word}（按计划里的数比出）"
            if len(of) != 2 or derived.value
            else f"{names}一样多"
        )
    gap = amount(first.value - last.value, derived.unit)
    if derived.kind == "most":
        return f"{first.part or first.what}多，多{gap}（{first.raw} − {last.raw}，按计划里的数算出）"
    return f"{last.part or last.what}少，少{gap}（{first.raw} − {last.raw}，按计划里的数算出）"


def _readings(answer: Answer) -> list[Block]:
    blocks: list[Block] = [Say(f"计划里有 {len(answer.figures)} 处写到这个数：")]
    for place, (clause, figure) in enumerate(answer.figures, 1):
        blocks += [Numbers((f"{place}. {named(figure)}",)), _quote(answer, sentence_with(clause, figure), clause)]
    return blocks


def readings(answer: Answer) -> list[Answer]:
    """Each reading of an ambiguous answer as an answer of its own."""
    if answer.status is not Status.AMBIGUOUS:
        return []
    found = {m.clause.key: m for m in answer.matches}
    return [
        replace(answer, status=Status.ANSWERED, matches=(found[c.key],), figures=((c, f),)) for c, f in answer.figures
    ]


def _several(answer: Answer) -> list[Block]:
    """Figures of several clauses, each with its sentence and source, and what is computed from them."""
    lines = [named(f) for _, f in answer.figures] + ([_computed(answer)] if answer.derived else [])
    return [Numbers(tuple(lines)), *(_quote(answer, sentence_with(c, f), c) for c, f in answer.figures)]


def _pointed(answer: Answer) -> list[Block]:
    """What was asked of the last answer: where it stands, more of it, why, what else."""
    if answer.reason == "others":
        listed = Clauses(tuple((source(m.clause), m.clause) for m in answer.matches))
        return [Say("还有这几条也提到了："), listed, Say(CHOOSE)]
    told = _POINTING[str(answer.reason)]
    return [*([Say(told)] if told else []), *whole(answer.matches[0].clause)]


def _subject(answer: Answer) -> list[Block]:
    clause = answer.matches[0].clause
    quote = sentence(answer.question, clause)
    blocks: list[Block] = [Say(source(clause), heading=True)]
    if _ENUMERATES.search(answer.question.plain):
        blocks.append(Say(NAMED_ONLY))
    others = [source(m.clause) for m in answer.matches[1:]]
    blocks += [replace(_quote(answer, quote, clause), source=""), *_around(clause, quote)]
    return [*blocks, *([Say("也可以看：" + "；".join(others))] if others else [])]


def _chapter(answer: Answer) -> list[Block]:
    clauses = [m.clause for m in answer.matches]
    first = clauses[0]
    return [
        Say(f"“{first.chapter}”这一部分共 {len(clauses)} 条：", heading=True),
        Clauses(tuple((line(c), c) for c in clauses)),
        Say(f"——{titled(first.plan, first.edition)}\n{CHOOSE}"),
    ]


def _no_figure(answer: Answer) -> list[Block]:
    clause = answer.matches[0].clause
    if answer.reason == "other_split":
        return _other_split(answer, clause)
    quote = sentence(answer.question, clause)
    told = f"计划提到了这件事，但没有写明您问的数。相关的是{source(clause)}："
    return [Say(told), replace(_quote(answer, quote, clause), source=""), *_around(clause, quote)]


def _other_split(answer: Answer, clause: Clause) -> list[Block]:
    """钟楼区新增学位: what the plan splits it by, and what it does give."""
    totals = [f for f in clause.figures if f.part is None and split_of(clause, f)]
    asked = [t for t in totals if any(term.text in t.what for term in answer.question.terms)] or totals
    kinds = "、".join(dict.fromkeys(_KINDS[p.part_kind] for p in split_of(clause, asked[0]) if p.part_kind))
    parts = "、".join(answer.question.parts)
    first = f"{asked[0].what}这个数，计划只按{kinds}分，没有单独写{parts}的。全部是{asked[0].raw}："
    return [Say(first), chart(clause, asked[0], []), _quote(answer, sentence_with(clause, asked[0]), clause)]


def _not_covered(answer: Answer, plan: Plan | None) -> str:
    name = titled(plan.title, plan.edition) if plan else "手头这些计划"
    if answer.reason == "talk" and (said := _talked(answer.question.plain)):
        return said
    newest = name if plan else "最新的那份计划"
    if answer.reason == "no_such_clause":
        return f"{newest}没有这一条。一共 {answer.count} 条，请发 1 到 {answer.count} 之间的条号。"
    if answer.reason == "no_such_chapter":
        return f"{newest}没有这一部分，一共 {answer.count} 个部分。"
    if answer.reason == "elsewhere":
        return f"我手头没有{'、'.join(answer.question.elsewhere)}的计划，只能回答{name}里的内容。"
    if answer.reason == "talk" or not (answer.question.terms or answer.reason):
        return GREETING.format(plan=name)
    if answer.reason == "no_such_number":
        first = f"{name}里没有这个数。"
    else:
        first = f"{name}里没有写这件事。我只回答计划里写明的内容。"
    near = [m for m in answer.nearest if m.score >= 15][:1]
    return first + (f"\n\n最接近的是{source(near[0].clause)}，不一定是您要问的。" if near else "")


def _talked(said: str) -> str:
    """What is said back to thanks and to a farewell."""
    if re.search("谢|辛苦|thank|好的|嗯|知道|明白|收到|ok", said):
        return WELCOMED
    return GOODBYE if re.search("再见|拜|回头见|晚安|bye", said) else ""


def contents(plan: Plan, clauses: Iterable[Clause]) -> str:
    """The chapters with their clauses."""
    lines, chapter = [titled(plan.title, plan.edition)], ""
    for clause in clauses:
        if clause.chapter != chapter:
            chapter = clause.chapter
            lines.append(f"\n{chapter}")
        lines.append(line(clause))
    return "\n".join(lines)


def line(clause: Clause) -> str:
    """（七）持续增加学位资源供给"""
    return f"{clause.ref}{clause.title or shortened(clause.text)}"


def named(figure: Figure) -> str:
    """新增学位 · 小学：7020个"""
    what = f"{figure.what} · {figure.part}" if figure.part else figure.what
    extra = f"（{figure.qualifier}）" if figure.qualifier and figure.qualifier not in figure.raw + what else ""
    return f"{what}：{figure.raw}{extra}"


def chart(clause: Clause, total: Figure, asked: Iterable[Figure]) -> Chart:
    """The split of a total, the largest part first, the parts that were asked about marked."""
    parts = sorted(split_of(clause, total), key=lambda p: -p.value)
    marked = {f.start for f in asked if f.part}
    top = parts[0].value or Decimal(1)
    bars = (Bar(p.part or "", p.raw, p.value / top, p.start in marked) for p in parts)
    return Chart(f"{total.what} {total.raw}", tuple(bars))


def source(clause: Clause) -> str:
    """《2021年常州教育工作要点》（通俗版）第（七）条 持续增加学位资源供给"""
    return f"{titled(clause.plan, clause.edition)}{ref_of(clause)}{' ' + clause.title if clause.title else ''}"


def ref_of(clause: Clause) -> str:
    """第（七）条"""
    if not clause.ref:
        return f"第 {clause.number} 段"
    return clause.ref if clause.ref.startswith("第") else f"第{clause.ref.strip('.、')}条"


def titled(title: str, edition: str) -> str:
    return f"《{title}》{f'（{edition}）' if edition else ''}"


def body(clause: Clause) -> str:
    """The clause without its heading."""
    return clause.text.removeprefix(clause.title).lstrip("。\n ") if clause.title else clause.text


def _around(clause: Clause, quote: str) -> list[Block]:
    """All of the clause where the quote is not all of it."""
    text = body(clause)
    return [] if text.strip() == quote.strip() else [Whole(text, clause)]


def amount(value: Decimal, unit: str) -> str:
    """150000000 元 → 1.5亿元"""
    for size, name in ((10**8, "亿"), (10**4, "万")):
        if value >= size and value % (size // 100) == 0 and unit == "元":
            return f"{(value / size).normalize():f}{name}{unit}"
    return f"{value:f}{unit}"
