"""Answers, figures and reports as JSON, for scripts outside the project: these names are promised and only grow."""

from decimal import Decimal
from typing import TYPE_CHECKING, Any

from knowledge.model import Answer, Clause, Derived, Figure, Match

if TYPE_CHECKING:
    from bot.chats import Group
    from indexer.document import Report


def answer_record(answer: Answer, reply: str) -> dict[str, Any]:
    return {
        "question": answer.question.text,
        "status": answer.status.value,
        "clauses": [match_record(m) for m in answer.matches],
        "figures": [figure_record(c, f) for c, f in answer.figures],
        "derived": _derived_record(answer.derived, answer) if answer.derived else None,
        "nearest": [match_record(m) for m in answer.nearest],
        "reply": reply,
    }


def group_record(group: "Group") -> dict[str, Any]:
    return {
        "question": group.question,
        "count": group.count,
        "last": group.last,
        "wordings": list(group.wordings),
    }


def match_record(match: Match) -> dict[str, Any]:
    return clause_record(match.clause) | {"score": match.score}


def clause_record(clause: Clause) -> dict[str, Any]:
    return {
        "plan": clause.plan,
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
        "id": clause.id,
        "total": None if figure.total is None else clause.figures[figure.total].raw,
    }


def report_record(report: "Report") -> dict[str, Any]:
    plan = report.plan
    return {
        "plan": plan.title,
        "issuer": plan.issuer,
        "year": plan.year,
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
        "digits_lost": 0,
    }


def plain(value: Decimal) -> int | float:
    """16500 and 2.5 as JSON numbers."""
    return int(value) if value == value.to_integral_value() else float(value)


def _derived_record(derived: Derived, answer: Answer) -> dict[str, Any]:
    clause_of = {id(f): c for c, f in answer.figures}
    return {
        "kind": derived.kind,
        "value": plain(derived.value),
        "unit": derived.unit,
        "of": [figure_record(clause_of.get(id(f), answer.matches[0].clause), f) for f in derived.of],
    }
