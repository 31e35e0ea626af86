"""Answers, figures and reports as JSON, for scripts outside the project: these names are promised and only grow. The command
line, the API and its description all take them from here."""

import json
from decimal import Decimal
from typing import TYPE_CHECKING, Annotated, Any, Literal

import msgspec
from msgspec import Meta, Struct
from msgspec.structs import replace

from bot.replies.naming import as_printed
from knowledge import model
from knowledge.model import Asks, Op, PartKind, Status

if TYPE_CHECKING:
    from bot.records import unanswered
    from indexer import document

_STATUS = (
    "answered 答上了；no_figure 说到这件事但没写这个数；no_detail 说到这件事但没写问的时间、地点、名单、部门这些；"
    "unsure 拿不准问的是哪一件；not_covered 没有写这件事；ambiguous 有几种读法，都列出来"
)
Value = int | float  # 16500 and 2.5
_KINDS = ["sum", "difference", "ratio", "share", "average", "growth", "product", "rate", "most", "least"]


class Clause(Struct, frozen=True):
    plan: Annotated[str, Meta(description="计划的标题")]
    year: Annotated[int | None, Meta(description="计划是哪一年的")]
    number: Annotated[int, Meta(ge=0, description="在计划里是第几条；引言是 0")]
    id: Annotated[str | None, Meta(description="清单里带来的编号")]
    ref: Annotated[str, Meta(description="印着的条号，例如（七）")]
    chapter: Annotated[str, Meta(description="所在部分")]
    title: str


class Match(Clause, frozen=True):
    score: Annotated[float, Meta(ge=0, le=100, description="有多近")]


class Figure(Struct, frozen=True):
    clause: Annotated[int, Meta(ge=0, description="在计划的第几条；引言是 0")]
    what: Annotated[str, Meta(description="数的是什么")]
    part: Annotated[str | None, Meta(description="“其中”的一项")]
    part_kind: Annotated[PartKind | None, Meta(description="按地区、学段还是别的分")]
    value: Annotated[Value, Meta(description="数值：1.5亿元是 150000000")]
    value_max: Annotated[Value | None, Meta(description="范围的上限：2-3期是 3")]
    unit: str
    qualifier: Annotated[str | None, Meta(description="以上、左右这样的话")]
    raw: Annotated[str, Meta(description="原文里的写法")]
    plan: Annotated[str, Meta(description="计划的标题")]
    year: Annotated[int | None, Meta(description="计划是哪一年的")]
    id: Annotated[str | None, Meta(description="清单里带来的编号")]
    total: Annotated[str | None, Meta(description="它是哪个总数的一部分")]
    split: Annotated[int | None, Meta(description="一条里的第几种分法：分法相同的分项是并列的")]


class WholeClause(Clause, frozen=True):
    text: Annotated[str, Meta(description="标题和全文")]
    figures: list[Figure]


class Derived(Struct, frozen=True):
    """由条款里的数字算出的数"""

    kind: Annotated[str, Meta(extra_json_schema={"enum": _KINDS})]
    value: Value
    unit: str
    of: list[Figure]


class Ref(Struct, frozen=True, omit_defaults=True):
    """指到的条款"""

    number: Annotated[int | None, Meta(description="条号，-1 是最后一条")] = None
    to: int | None = None
    chapter: Annotated[int | None, Meta(description="第几部分，-1 是最后一部分")] = None
    step: Annotated[int, Meta(description="1 是下一条，-1 是上一条")] = 0


class Frame(Struct, frozen=True, omit_defaults=True, kw_only=True):
    """听懂了什么，空的不写"""

    text: Annotated[str, Meta(description="问的话里管这一问的")] = ""
    about: Annotated[list[str], Meta(description="问的是什么事")] = []
    parts: Annotated[list[str], Meta(description="点到名的分项：武进区、小学")] = []
    by: Annotated[PartKind | None, Meta(description="要每个地区、每个学段的")] = None
    each: Annotated[bool, Meta(description="点到的每一个都要")] = False
    asks: Annotated[Asks, Meta(description="要哪种回答")]
    units: Annotated[list[str], Meta(description="数的单位可以是哪些")] = []
    op: Annotated[Op | None, Meta(description="对这些数做什么")] = None
    first: Annotated[list[Op], Meta(description="算之前先挑哪些：前三名平均几个是 top")] = []
    value: Annotated[Value | None, Meta(description="op 用到的数：超过 10 个的 10")] = None
    stated: Annotated[list[str], Meta(description="问的话里写出的数")] = []
    refs: list[Ref] = []
    few: Annotated[str, Meta(description="问的是其中几个，比如 4个县")] = ""
    years: Annotated[list[int], Meta(description="问的是哪几年；去年是 -1")] = []
    span: Annotated[int, Meta(description="最近几年放在一起看；这两年是 2")] = 0
    over: Annotated[Op | None, Meta(description="对几年的数做什么")] = None
    plans: Annotated[list[str], Meta(description="点到名的计划")] = []
    elsewhere: Annotated[list[str], Meta(description="手头没有的年份、地方")] = []


class Answer(Struct, frozen=True):
    question: Annotated[str, Meta(description="问的话")]
    status: Annotated[Status, Meta(description=_STATUS)]
    clauses: Annotated[list[Match], Meta(description="回答问题的条款，最好的在前")]
    figures: Annotated[list[Figure], Meta(description="回答问题的数字")]
    derived: Derived | None
    nearest: Annotated[list[Match], Meta(description="不管答没答上，最接近的条款")]
    reply: Annotated[str, Meta(description="给人看的回答")]
    frames: Annotated[list[Frame], Meta(description="听懂了什么，一问一项")]


class Plan(Struct, frozen=True):  # but for the file that it was read from, which is the operator's affair
    title: str
    issuer: Annotated[str | None, Meta(description="发布单位")]
    year: int | None
    date: Annotated[str | None, Meta(description="成文或发布的日期，如 2021-03-05；没写就是空的")]
    number: Annotated[str | None, Meta(description="文号，如 苏教〔2021〕5号；没有就是空的")]
    edition: Annotated[str | None, Meta(description="通俗版这样的版本；空的就是原文")]
    current: Annotated[Literal[0, 1], Meta(description="1：回答引用的就是它")]
    clauses: Annotated[int, Meta(ge=0)]
    figures: Annotated[int, Meta(ge=0)]


class Picked(Struct, frozen=True):
    clause: str
    count: int


class Group(Struct, frozen=True):
    question: str
    count: int
    last: str
    wordings: list[str]
    picked: list[Picked]


class Damage(Struct, frozen=True):
    what: str
    where: str
    repaired: str | None


class Sum(Struct, frozen=True):
    clause: int
    what: str
    total: Value
    parts: Value
    unit: str
    count: int
    ok: bool
    verdict: str


class Report(Struct, frozen=True):
    plan: str
    issuer: str
    year: int | None
    date: str
    number: str
    edition: str
    source: str
    replaced: bool
    chapters: int
    clauses: int
    figures: int
    damage: list[Damage]
    sums: list[Sum]
    numbering: list[str]
    outside: float
    digits_lost: int
    notes: list[str]


def as_json(record: Any, indent: int | None = None) -> str:
    """A record, or anything that holds some, as JSON."""
    return json.dumps(msgspec.to_builtins(record), ensure_ascii=False, indent=indent)


def described() -> dict[str, Any]:
    """The JSON Schema of every record that the API gives, by name."""
    _, schemas = msgspec.json.schema_components((Answer, WholeClause, Plan), ref_template="#/components/schemas/{name}")
    return schemas


def answer_record(answer: model.Answer, reply: str) -> Answer:
    return Answer(
        answer.text,
        answer.status,
        [_match(m) for m in answer.matches],
        [figure_record(c, f) for c, f in answer.figures],
        next((_derived(f.derived, f) for f in answer.findings if f.derived), None),
        [_match(m) for m in answer.nearest],
        reply,
        [_frame(f) for f in answer.frames],
    )


def unasked_record(text: str, told: str) -> Answer:
    """The record of what asks nothing, with the sentence that says so."""
    nothing = model.Answer(text, (model.Finding(model.Frame(""), Status.NOT_COVERED),))
    return replace(answer_record(nothing, told), frames=[])


def clause_record(clause: model.Clause) -> Clause:
    return Clause(*_places(clause))


def whole_record(clause: model.Clause) -> WholeClause:
    return WholeClause(*_places(clause), clause.text, [figure_record(clause, f) for f in clause.figures])


def figure_record(clause: model.Clause, figure: model.Figure) -> Figure:
    return Figure(
        clause.number,
        figure.what,
        figure.part,
        figure.part_kind,
        plain(figure.value),
        None if figure.value_max is None else plain(figure.value_max),
        figure.unit,
        figure.qualifier,
        figure.raw,
        clause.plan,
        clause.year,
        clause.id,
        None if figure.total is None else clause.figures[figure.total].raw,
        figure.split,
    )


def group_record(group: "unanswered.Group") -> Group:
    picked = [Picked(clause, count) for clause, count in group.picked]
    return Group(group.question, group.count, group.last, list(group.wordings), picked)


def report_record(report: "document.Report") -> Report:
    plan = report.plan
    return Report(
        plan=plan.title,
        issuer=plan.issuer,
        year=plan.year,
        date=plan.date,
        number=plan.number,
        edition=plan.edition,
        source=report.source,
        replaced=report.replaced,
        chapters=len(plan.chapters),
        clauses=len(plan.clauses),
        figures=sum(len(c.figures) for c in plan.clauses),
        damage=[Damage(d.found, f"第 {d.line} 行：{d.context}", d.repaired) for d in report.damage],
        sums=[
            Sum(s.clause, s.what, plain(s.total), plain(s.parts), s.unit, s.count, s.ok, s.verdict) for s in report.sums
        ],
        numbering=list(report.oddities),
        outside=round(report.outside, 3),
        digits_lost=0,
        notes=list(report.notes),
    )


def plain(value: Decimal) -> Value:
    """16500 and 2.5 as JSON numbers."""
    return int(value) if value == value.to_integral_value() else float(value)


def _places(clause: model.Clause) -> tuple[str, int | None, int, str | None, str, str, str]:
    return clause.plan, clause.year, clause.number, clause.id, clause.ref, clause.chapter, clause.title


def _match(match: model.Match) -> Match:
    return Match(*_places(match.clause), match.score)


def _derived(derived: model.Derived, finding: model.Finding) -> Derived:
    clause_of = {id(f): c for c, f in finding.figures}
    of = [figure_record(clause_of.get(id(f), finding.matches[0].clause), f) for f in derived.of]
    value, unit = as_printed(derived.value, derived)
    return Derived(derived.kind, plain(value), unit, of)


def _frame(frame: model.Frame) -> Frame:
    return Frame(
        text=frame.text,
        about=[t.text for t in frame.about],
        parts=[p.text for p in frame.parts],
        by=frame.by,
        each=frame.each,
        asks=frame.asks,
        units=list(frame.units),
        op=frame.op,
        first=list(frame.first),
        value=None if frame.value is None else plain(frame.value),
        stated=[q.raw for q in frame.stated],
        refs=[Ref(r.number, r.to, r.chapter, r.step) for r in frame.refs],
        few=f"{frame.few[0]}个{frame.few[1]}" if frame.few else "",
        years=[y.number or y.from_now for y in frame.years],
        span=frame.span,
        over=frame.over,
        plans=list(frame.named),
        elsewhere=list(frame.elsewhere),
    )
