"""Where an answer leads on to: other clauses, each of its readings where it has several, and what may be asked next."""

from dataclasses import replace

from knowledge.ledger import sentence_with
from knowledge.model import Answer, Clause, Evidence, Figure, Finding, Status
from knowledge.store import Store
from knowledge.surroundings import split_of

# So many clauses are offered: of what was refused those that come nearest, beside an answer others.
_NEAREST, _RELATED = 3, 4
# A clause that is less like the question than this is not offered.
NEAR = 15.0
# What is asked next of a number, in words that the chat understands.
SHARE, ORDER, SINCE = "占比", "从多到少", "和去年比"
# From so many parts on there is an order to tell.
_SEVERAL = 2


def related(answer: Answer, store: Store) -> list[Clause]:
    """Clauses to go on with, none of them among those that answer: what was offered to choose from, what comes nearest to a
    refused question, or what is near to one that was answered and what stands beside its clause in its chapter."""
    if not answer.matches:
        return _nearest(answer)
    first, known = answer.matches[0].clause, {m.clause.key for m in answer.matches}
    near = [m.clause for m in answer.nearest if m.score >= NEAR]
    around = [store.clause(first.plan, first.number + n) for n in (1, -1, 2, -2)]
    beside = [c for c in around if c is not None and c.chapter == first.chapter]
    found = {c.key: c for c in (*near, *beside) if c.key not in known}
    return list(found.values())[:_RELATED]


def _nearest(answer: Answer) -> list[Clause]:
    """What was offered to choose from; what comes nearest to a question that was refused, unless for what it names."""
    if offered := [m.clause for finding in answer.findings for m in finding.offered]:
        return offered
    if answer.reason not in {None, "no_such_number"}:
        return []
    return [m.clause for m in answer.nearest if m.score >= NEAR][:_NEAREST]


def follow_ups(answer: Answer) -> list[str]:
    """What may be asked after a number and is always answered: the order of the parts of a split, the share of one that was
    asked for."""
    if not is_one_number(answer):
        return []
    ((clause, figure),) = answer.figures
    if len(split_of(clause, figure)) < _SEVERAL:
        return []
    return [ORDER, *([SHARE] if figure.part is not None and figure.total is not None else [])]


def is_one_number(answer: Answer) -> bool:
    """Is all that was asked one number of a plan, which may be set beside another?"""
    alone = len(answer.findings) == len(answer.figures) == 1
    return alone and answer.status is Status.ANSWERED and answer.derived is None


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
