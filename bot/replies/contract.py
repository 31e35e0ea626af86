"""Answers, figures and reports as JSON, for scripts outside the project: these names are promised and only grow."""

from decimal import Decimal
from typing import TYPE_CHECKING, Any

from knowledge.model import Answer, Clause, Figure, Finding, Frame, Match, Ref, Status

if TYPE_CHECKING:
    from bot.records.unanswered import Group
    from indexer.document import Report


def answer_record(answer: Answer, reply: str) -> dict[str, Any]:
    return {
        "question": answer.text,
        "status": answer.status.value,
        "clauses": [match_record(m) for m in answer.matches],
        "figures": [figure_record(c, f) for c, f in answer.figures],
        "derived": next((_derived_record(f) for f in answer.findings if f.derived), None),
        "nearest": [match_record(m) for m in answer.nearest],
        "reply": reply,
        "frames": [_frame_record(f) for f in answer.frames],
    }


def unasked_record(text: str, told: str) -> dict[str, Any]:
    """The record of what asks nothing, with the sentence that says so."""
    nothing = Answer(text, (Finding(Frame(""), Status.NOT_COVERED),))
    return answer_record(nothing, told) | {"frames": []}


def _frame_record(frame: Frame) -> dict[str, Any]:
    """What was understood of one question: the slots that are not empty."""
    slots = {
        "text": frame.text,
        "about": [t.text for t in frame.about],
        "parts": [p.text for p in frame.parts],
        "by": frame.by and frame.by.value,
        "each": frame.each,
        "asks": frame.asks.value,
        "units": list(frame.units),
        "op": frame.op and frame.op.value,
        "first": [op.value for op in frame.first],
        "value": None if frame.value is None else plain(frame.value),
        "stated": [q.raw for q in frame.stated],
        "refs": [_ref_record(r) for r in frame.refs],
        "few": frame.few and f"{frame.few[0]}个{frame.few[1]}",
        "years": [y.number or y.from_now for y in frame.years],
        "span": frame.span,
        "over": frame.over and frame.over.value,
        "plans": list(frame.named),
        "elsewhere": list(frame.elsewhere),
    }
    return {name: slot for name, slot in slots.items() if slot or (name == "value" and slot is not None)}


def _ref_record(ref: Ref) -> dict[str, int]:
    slots = {"number": ref.number, "to": ref.to, "chapter": ref.chapter, "step": ref.step or None}
    return {name: slot for name, slot in slots.items() if slot is not None}


def group_record(group: "Group") -> dict[str, Any]:
    return {
        "question": group.question,
        "count": group.count,
        "last": group.last,
        "wordings": list(group.wordings),
        "picked": [{"clause": clause, "count": count} for clause, count in group.picked],
    }


def match_record(match: Match) -> dict[str, Any]:
    return clause_record(match.clause) | {"score": match.score}


def clause_record(clause: Clause) -> dict[str, Any]:
    return {
        "plan": clause.plan,
        "year": clause.year,
        "number": clause.number,
        "id": clause.id,
        "ref": clause.ref,
        "chapter": clause.chapter,
        "title": clause.title,
    }


def figure_record(clause: Clause, figure: Figure) -> dict[str, Any]:
    return {
        "clause": clause.number,
        "what": figure.what,
        "part": figure.part,
        "part_kind": figure.part_kind.value if figure.part_kind else None,
        "value": plain(figure.value),
        "value_max": None if figure.value_max is None else plain(figure.value_max),
        "unit": figure.unit,
        "qualifier": figure.qualifier,
        "raw": figure.raw,
        "plan": clause.plan,
        "year": clause.year,
        "id": clause.id,
        "total": None if figure.total is None else clause.figures[figure.total].raw,
        "split": figure.split,
    }


def report_record(report: "Report") -> dict[str, Any]:
    plan = report.plan
    return {
        "plan": plan.title,
        "issuer": plan.issuer,
        "year": plan.year,
        "date": plan.date,
        "number": plan.number,
        "edition": plan.edition,
        "source": report.source,
        "replaced": report.replaced,
        "chapters": len(plan.chapters),
        "clauses": len(plan.clauses),
        "figures": sum(len(c.figures) for c in plan.clauses),
        "damage": [
            {"what": d.found, "where": f"第 {d.line} 行：{d.context}", "repaired": d.repaired} for d in report.damage
        ],
        "sums": [
            {
                "clause": s.clause,
                "what": s.what,
                "total": plain(s.total),
                "parts": plain(s.parts),
                "unit": s.unit,
                "count": s.count,
                "ok": s.ok,
                "verdict": s.verdict,
            }
            for s in report.sums
        ],
        "numbering": list(report.oddities),
        "outside": round(report.outside, 3),
        "digits_lost": 0,
        "notes": list(report.notes),
    }


def plain(value: Decimal) -> int | float:
    """16500 and 2.5 as JSON numbers."""
    return int(value) if value == value.to_integral_value() else float(value)


def _derived_record(finding: Finding) -> dict[str, Any] | None:
    derived = finding.derived
    if derived is None:
        return None
    clause_of = {id(f): c for c, f in finding.figures}
    return {
        "kind": derived.kind,
        "value": plain(derived.value),
        "unit": derived.unit,
        "of": [figure_record(clause_of.get(id(f), finding.matches[0].clause), f) for f in derived.of],
    }
