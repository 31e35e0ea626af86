# ruff: noqa: T201 — it is a command as well
"""How well the questions about a plan are answered: clause, figures, status; whole answers, follow-ups, wrong numbers.

`python tests/scoring_plans.py` prints a line a plan: those of tests/plans and, where YAODIAN_DATA is set, the real one and
the one that is kept with it.
"""

import json
import os
import re
import sys
import tempfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

from indexer.build import build
from indexer.document import read_document
from knowledge.answer import converse
from knowledge.lexicon import Lexicon
from knowledge.model import Answer, Status
from knowledge.numerals import quantities
from knowledge.store import Store
from knowledge.thread import Memory

PLANS = Path(__file__).with_name("plans")
# Kinds that ask for a clause, whose figures may be shown or not; so may those of what asks for a clause by its place.
_CLAUSE_KINDS = frozenset("clause-ref chapter term topic short colloquial who-what".split())
_BY_PLACE = re.compile("[上下]一?条|原文|全文|第.{1,3}条")
_UNSTATED = frozenset({Status.NO_FIGURE, Status.NO_DETAIL})
_SAID = frozenset({Status.ANSWERED, Status.AMBIGUOUS})


@dataclass(frozen=True, slots=True)
class Mark:
    """Whether the clause, the figures and the status of an answer are those of the gold, None where gold has none;
    `wrong` that a figure was given which gold does not name, `follow` that the question goes on with a chat."""

    name: str
    clause: bool | None
    figures: bool | None
    status: bool
    wrong: bool
    follow: bool

    @property
    def right(self) -> bool:
        return self.clause is not False and self.figures is not False and self.status


@dataclass(frozen=True, slots=True)
class Scores:
    """Shares, 0 to 1: of the clauses, figures, whole answers and follow-ups that are right, and of answers with a wrong
    number."""

    clause: float
    figures: float
    whole: float
    follow: float
    wrong: float


def scores(marks: Iterable[Mark]) -> Scores:
    found = list(marks)

    def share(told: Iterable[bool | None]) -> float:
        asked = [t for t in told if t is not None]
        return sum(asked) / max(1, len(asked))

    return Scores(
        share(m.clause for m in found),
        share(m.figures for m in found),
        share(m.right for m in found),
        share(m.right for m in found if m.follow),
        share(m.wrong for m in found),
    )


def marks(files: Iterable[Path], store: Store, words: Lexicon) -> Iterator[Mark]:
    """A mark for each question and each turn of the chats in these files."""
    for file in files:
        for line in file.read_text(encoding="utf8").strip().split("\n"):
            row, memory = json.loads(line), None
            for place, turn in enumerate(row.get("turns", [row])):
                answer, memory = asked(turn["question"], memory, store, words)
                yield mark(f"{row.get('id', '')}.{place + 1} {turn['question']}", turn, answer, follow=place > 0)


def asked(text: str, memory: Memory | None, store: Store, words: Lexicon) -> tuple[Answer, Memory | None]:
    return converse(text, memory, store, words)


def mark(name: str, gold: dict[str, Any], answer: Answer, *, follow: bool) -> Mark:
    computed = _computed(gold)
    shown = {(f.value, f.value_max) for _, f in answer.figures}
    wanted = {(q.value, q.value_max) for raw in gold["figures"] for q in list(quantities(raw))[:1]}
    figures: bool | None = None
    if computed is not None:
        figures = answer.derived is not None and abs(answer.derived.value - computed) < Decimal("0.06")
    elif gold.get("kind") in {"figure-compare", "figure-sum"}:
        figures = wanted <= shown
    elif _is_unstated(gold) and gold["clauses"]:
        figures = not shown
    elif wanted and gold.get("kind") not in _CLAUSE_KINDS and not _BY_PLACE.search(gold["question"]):
        figures = shown == wanted
    wrong = bool(shown - wanted) and figures is not True and (figures is False or not gold["clauses"])
    return Mark(name, _clause(gold, answer, shown=bool(shown)), figures, _status(gold, answer), wrong, follow)


def _clause(gold: dict[str, Any], answer: Answer, *, shown: bool) -> bool | None:
    """A refusal that names the right clause as the nearest is as good as one that answers with it."""
    wanted, top = gold["clauses"], [m.clause.number for m in answer.matches]
    near = [m.clause.number for m in answer.nearest][:1]
    if gold.get("kind") == "chapter" or len(wanted) > 4:
        return set(wanted) == set(top)
    if gold.get("kind") == "two-in-one":
        return set(wanted) <= set(top)
    if gold.get("kind") == "nearmiss":
        return None
    if not wanted:
        return answer.status is Status.NOT_COVERED and not shown
    if not gold["answerable"]:
        return (top or near)[:1] != [] and (top or near)[0] in wanted
    return bool(top) and top[0] in wanted and answer.status in _SAID | _UNSTATED


def _status(gold: dict[str, Any], answer: Answer) -> bool:
    if _is_unstated(gold):
        return answer.status in _UNSTATED | {Status.NOT_COVERED}
    if not gold["answerable"]:
        return answer.status is Status.NOT_COVERED
    return answer.status in _SAID


def _is_unstated(gold: dict[str, Any]) -> bool:
    return gold.get("kind") in {"figure-none", "nearmiss"} or (not gold["answerable"] and bool(gold["clauses"]))


def _computed(gold: dict[str, Any]) -> Decimal | None:
    """The number that has to be computed: behind the last = of the note, of a sum else its first."""
    note, kind = gold.get("note", ""), gold.get("kind")
    if kind != "figure-sum" and not (kind == "figure-compare" and "=" in note):
        return None
    found = re.findall(r"=\s*(\d+(?:\.\d+)?)", note)[-1:] or re.findall(r"\d+(?:\.\d+)?", note)[:1]
    return Decimal(found[0]) if found else None


def files_of(plan: Path) -> list[Path]:
    return [plan.with_suffix(f".{kind}.jsonl") for kind in ("questions", "dialogues")]


def indexed(*plans: Path, folder: Path) -> Store:
    db = folder / "plans.db"
    build([read_document(plan) for plan in plans], db)
    return Store(db)


def main(verbose: bool) -> None:
    words = Lexicon()
    plans = (plan for plan in sorted(PLANS.glob("*.txt")) if files_of(plan)[0].exists())
    sets = {plan: files_of(plan) for plan in plans}
    if data := os.environ.get("YAODIAN_DATA"):
        held = Path(data) / "eval"
        more = [held / f"more-{kind}.dev.jsonl" for kind in ("questions", "dialogues")]
        kept = [held / "planc" / f"{kind}.jsonl" for kind in ("questions", "dialogues")]
        sets |= {
            Path(data) / "plans" / "changzhou-2021-official.txt": more,
            held / "planc" / "chenghaiwan-2024.txt": kept,
        }
    print(f"{'':26}{'clause':>8}{'figures':>8}{'whole':>8}{'follow':>8}{'wrong':>8}")
    for plan, files in sets.items():
        with tempfile.TemporaryDirectory() as folder:
            found = list(marks(files, indexed(plan, folder=Path(folder)), words))
        told = scores(found)
        print(
            f"{plan.stem:26}"
            + "".join(f"{v:8.3f}" for v in (told.clause, told.figures, told.whole, told.follow, told.wrong))
        )
        if verbose:
            for m in found:
                if not m.right:
                    print(
                        "   ",
                        m.name,
                        f"clause {m.clause}, figures {m.figures}, status {m.status}",
                        "WRONG" if m.wrong else "",
                    )


if __name__ == "__main__":
    main("-v" in sys.argv)
