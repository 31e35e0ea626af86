"""From an answer to the words that a person is sent. Every Chinese sentence of the bot stands here."""

import re
from collections.abc import Iterable
from decimal import Decimal
from unicodedata import east_asian_width

from knowledge.figures import sentence_with, split_of, total_of
from knowledge.model import Answer, Clause, Figure, Match, PartKind, Plan, Status, Wants
from knowledge.retrieve import sentence
from knowledge.wording import is_traditional, traditional

WELCOME = "您好！我是要点，专门回答{plan}里的问题。\n可以直接问，比如：今年新增多少学位？　补习班谁来管？　57个是啥？\n输入 /帮助 看用法，/退出 结束。"
HELP = (
    "直接打字问就行，几个字也可以，比如：小学学位、武进几个项目、减负。\n"
    "/条 7　看第七条全文\n/目录　看全部条款\n/帮助　看这份说明\n/退出　结束"
)
GREETING = "您好！我只回答{plan}里的问题。可以问：今年新增多少学位？　补习班谁来管？　武进几个项目？"
GOODBYE = "再见！"
BUILDING = "第一次使用，正在整理内置的计划，请稍等……"
NO_COMMAND = "没有这个命令。" + "输入 /帮助 看看能用哪些。"
CLAUSE_USAGE = "请写条号，比如 /条 7。这份计划有第 1 到第 {last} 条。"
HELPLINES = (
    "您和孩子的安全最要紧。有危险请马上打 110 或 120；心里难受，随时可以打 12356（心理援助热线）或 12355（青少年服务热线），"
    "会有人耐心听您说。"
)
NAMED_ONLY = "计划里写到这个名称的是下面这句；它没有一一列出的，我不替它补。"
_ENUMERATES = re.compile("哪[两二三四五六七八九十]|[指是]哪几")
_POINTING = {
    "source": "出自",
    "detail": "",
    "reason": "计划里没有写原因，原文是这样说的：\n\n",
    "no_others": "没有找到别的条款，还是这一条：",
    "others": "",
}
_BAR = 14
_LONG = 600
_KINDS = {PartKind.AREA: "地区", PartKind.STAGE: "学段", PartKind.OTHER: "项目"}
_BLOCKS = " ▏▎▍▌▋▊▉█"


def reply(answer: Answer, plan: Plan | None) -> str:
    """The reply as plain text, in traditional script where the question was in it."""
    text = (HELPLINES + "\n\n" if answer.question.danger else "") + _text(answer, plan).strip()
    return traditional(text) if is_traditional(answer.question.text) else text


def _text(answer: Answer, plan: Plan | None) -> str:
    if answer.status is Status.NOT_COVERED:
        return _not_covered(answer, plan)
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
    if len(answer.matches) > 1 and answer.question.refs:
        return "\n\n".join(f"{source(m.clause)}\n{body(m.clause)}" for m in answer.matches)
    return _subject(answer)


def _figures(answer: Answer) -> str:
    clause = answer.figures[0][0]
    figures = [f for _, f in answer.figures]
    lines = [named(f) for f in figures]
    if answer.derived:
        lines.append(_computed(answer))
    totals = list(dict.fromkeys(total_of(clause, f) for f in figures))
    charts = [chart(clause, total, figures) for total in totals if split_of(clause, total)]
    said = list(dict.fromkeys(sentence_with(clause, f) for f in figures))
    quote = "\n".join(said)
    return "\n\n".join(
        filter(None, ["\n".join(lines), *charts, f"{quote}\n——{source(clause)}", _around(clause, quote)])
    )


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


def _readings(answer: Answer) -> str:
    lines = [f"计划里有 {len(answer.figures)} 处写到这个数："]
    for place, (clause, figure) in enumerate(answer.figures, 1):
        lines.append(f"\n{place}. {named(figure)}\n{sentence_with(clause, figure)}\n——{source(clause)}")
    return "\n".join(lines)


def _several(answer: Answer) -> str:
    """Figures of several clauses, each with its sentence and source, and what is computed from them."""
    lines = [named(f) for _, f in answer.figures] + ([_computed(answer)] if answer.derived else [])
    quotes = [f"{sentence_with(c, f)}\n——{source(c)}" for c, f in answer.figures]
    return "\n\n".join(["\n".join(lines), *quotes])


def _pointed(answer: Answer) -> str:
    """What was asked of the last answer: where it stands, more of it, why, what else."""
    clause = answer.matches[0].clause
    if answer.reason == "others":
        listed = "\n".join(source(m.clause) for m in answer.matches)
        return f"还有这几条也提到了：\n{listed}\n想看哪一条，发条号就行。"
    return f"{_POINTING[str(answer.reason)]}{source(clause)}\n\n{body(clause)}"


def _subject(answer: Answer) -> str:
    clause = answer.matches[0].clause
    quote = sentence(answer.question, clause)
    others = _also(answer.matches[1:])
    if answer.question.refs:
        return f"{source(clause)}\n\n{body(clause)}"
    if _ENUMERATES.search(answer.question.plain):
        quote = f"{NAMED_ONLY}\n\n{quote}"
    return "\n\n".join(filter(None, [source(clause), quote, _around(clause, quote), others]))


def _chapter(answer: Answer) -> str:
    clauses = [m.clause for m in answer.matches]
    lines = [f"“{clauses[0].chapter}”这一部分共 {len(clauses)} 条："]
    lines += [f"{c.ref}{c.title or _shortened(c.text)}" for c in clauses]
    return "\n".join([*lines, f"——{_plan(clauses[0].plan, clauses[0].edition)}", "想看哪一条，发条号就行。"])


def _no_figure(answer: Answer) -> str:
    clause = answer.matches[0].clause
    if answer.reason == "other_split":
        return _other_split(answer, clause)
    quote = sentence(answer.question, clause)
    lines = [f"计划提到了这件事，但没有写明您问的数。相关的是{source(clause)}：", quote, _around(clause, quote)]
    return "\n\n".join(filter(None, lines))


def _other_split(answer: Answer, clause: Clause) -> str:
    """钟楼区新增学位: what the plan splits it by, and what it does give."""
    totals = [f for f in clause.figures if f.part is None and split_of(clause, f)]
    asked = [t for t in totals if any(term.text in t.what for term in answer.question.terms)] or totals
    kinds = "、".join(dict.fromkeys(_KINDS[p.part_kind] for p in split_of(clause, asked[0]) if p.part_kind))
    parts = "、".join(answer.question.parts)
    first = f"{asked[0].what}这个数，计划只按{kinds}分，没有单独写{parts}的。全部是{asked[0].raw}："
    return "\n\n".join([first, chart(clause, asked[0], []), f"{sentence_with(clause, asked[0])}\n——{source(clause)}"])


def _not_covered(answer: Answer, plan: Plan | None) -> str:
    name = _plan(plan.title, plan.edition) if plan else "现有的计划"
    if answer.reason == "no_such_clause":
        return f"{name}没有这一条。一共 {answer.count} 条，请发 1 到 {answer.count} 之间的条号。"
    if answer.reason == "no_such_chapter":
        return f"{name}没有这一部分，一共 {answer.count} 个部分。"
    if answer.reason == "elsewhere":
        return f"我手头没有{'、'.join(answer.question.elsewhere)}的计划，只能回答{name}里的内容。"
    if not answer.question.terms and answer.reason is None:
        return GREETING.format(plan=name)
    if answer.reason == "no_such_number":
        first = f"{name}里没有这个数。"
    else:
        first = f"{name}里没有写这件事。我只回答计划里写明的内容。"
    near = [m for m in answer.nearest if m.score >= 15][:1]
    return first + (f"\n\n最接近的是{source(near[0].clause)}，不一定是您要问的。" if near else "")


def contents(plan: Plan, clauses: Iterable[Clause]) -> str:
    """The chapters with their clauses."""
    lines, chapter = [_plan(plan.title, plan.edition)], ""
    for clause in clauses:
        if clause.chapter != chapter:
            chapter = clause.chapter
            lines.append(f"\n{chapter}")
        lines.append(f"{clause.ref}{clause.title or _shortened(clause.text)}")
    return "\n".join(lines)


def named(figure: Figure) -> str:
    """新增学位 · 小学：7020个"""
    what = f"{figure.what} · {figure.part}" if figure.part else figure.what
    extra = f"（{figure.qualifier}）" if figure.qualifier and figure.qualifier not in figure.raw + what else ""
    return f"{what}：{figure.raw}{extra}"


def chart(clause: Clause, total: Figure, asked: Iterable[Figure]) -> str:
    """The split of a total as bars in text, the longest first, the parts that were asked about marked."""
    parts = sorted(split_of(clause, total), key=lambda p: -p.value)
    marked = {f.start for f in asked if f.part}
    width = max(_width(p.part or "") for p in parts)
    top = max(p.value for p in parts) or Decimal(1)
    numbers = max(_width(p.raw) for p in parts)
    lines = [f"{total.what} {total.raw}"]
    for p in parts:
        name = (p.part or "") + " " * (width - _width(p.part or ""))
        mark = "▸" if p.start in marked else " "
        lines.append(f"{mark} {name} {_bar(p.value / top)} {' ' * (numbers - _width(p.raw))}{p.raw}")
    return "\n".join(lines)


def _bar(share: Decimal) -> str:
    eighths = max(1, round(share * _BAR * 8))
    bar = "█" * (eighths // 8) + (_BLOCKS[eighths % 8] if eighths % 8 else "")
    return bar + " " * (_BAR - len(bar))


def _width(text: str) -> int:
    return sum(2 if east_asian_width(c) in "WF" else 1 for c in text)


def source(clause: Clause) -> str:
    """《2021年常州教育工作要点》（通俗版）第（七）条 持续增加学位资源供给"""
    place = f"第{clause.ref.strip('.、')}条" if not clause.ref.startswith("第") else clause.ref
    place = place if clause.ref else f"第 {clause.number} 段"
    return f"{_plan(clause.plan, clause.edition)}{place}{' ' + clause.title if clause.title else ''}"


def _plan(title: str, edition: str) -> str:
    return f"《{title}》{f'（{edition}）' if edition else ''}"


def body(clause: Clause) -> str:
    """The clause without its heading."""
    return clause.text[len(clause.title) :].lstrip("。\n ") if clause.title else clause.text


def _around(clause: Clause, quote: str = "") -> str:
    text = body(clause)
    if text.strip() == quote.strip():
        return ""
    return f"全文：{text if len(text) <= _LONG else _shortened(text, _LONG)}"


def _shortened(text: str, length: int = 30) -> str:
    return text if len(text) <= length else re.sub(r"[，、；：]?$", "", text[:length]) + "……"


def _also(matches: Iterable[Match]) -> str:
    lines = [source(m.clause) for m in matches]
    return "也可以看：" + "；".join(lines) if lines else ""


def amount(value: Decimal, unit: str) -> str:
    """150000000 元 → 1.5亿元"""
    for size, name in ((10**8, "亿"), (10**4, "万")):
        if value >= size and value % (size // 100) == 0 and unit == "元":
            return f"{(value / size).normalize():f}{name}{unit}"
    return f"{value:f}{unit}"
