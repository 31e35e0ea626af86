"""Score the answers to a question set: the clause, the figures, the refusals, the time, by kind of question."""

import json
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Any

from bot.console import print_rows
from knowledge.errors import SettingsError
from knowledge.model import Answer, Status
from knowledge.numerals import quantities
from knowledge.thread import Memory


@dataclass(slots=True)
class Score:
    """Sums over the questions of a kind; `figures` and `refusals` only count those that have them."""

    questions: int = 0
    first: int = 0
    third: int = 0
    tenth: int = 0
    reciprocal: float = 0.0
    figures: int = 0
    figures_of: int = 0
    status: int = 0
    refusals: int = 0
    refusals_of: int = 0
    seconds: float = 0.0
    missed: list[str] = field(default_factory=list)

    def record(self) -> dict[str, Any]:
        """Shares between 0 and 1 and milliseconds a question."""

        def share(part: float, whole: float) -> float | None:
            return round(part / whole, 4) if whole else None

        return {
            "questions": self.questions,
            "clause_first": share(self.first, self.questions),
            "clause_in_three": share(self.third, self.questions),
            "clause_in_ten": share(self.tenth, self.questions),
            "mrr_at_ten": share(self.reciprocal, self.questions),
            "figures_exact": share(self.figures, self.figures_of),
            "status_right": share(self.status, self.questions),
            "refusals_right": share(self.refusals, self.refusals_of),
            "milliseconds": round(1000 * self.seconds / max(1, self.questions), 1),
            "missed": self.missed,
        }


Ask = Callable[[str, Memory | None], tuple[Answer, Memory | None]]


def evaluate(
    rows: Iterable[dict[str, Any]], ask: Ask, progress: Callable[[int], None] = lambda _done: None
) -> dict[str, Score]:
    """Scores by kind, and all together under 全部. `ask` answers a question after what is remembered of the chat and
    names ten nearest clauses; a row with `turns` is a chat, whose later turns count as 追问."""
    scores: dict[str, Score] = {}
    for done, row in enumerate(rows, 1):
        memory: Memory | None = None
        for place, turn in enumerate(row.get("turns", [row])):
            started = time.perf_counter()
            answer, memory = ask(turn["question"], memory)
            seconds = time.perf_counter() - started
            chat = ("追问" if place else "首问") if "turns" in row else row.get("kind") or "question"
            for kind in (chat, "全部"):
                named = {"id": f"{row.get('id', '')}.{place + 1}", "kind": chat, **turn} if "turns" in row else row
                _add(scores.setdefault(kind, Score()), named, answer, seconds)
        progress(done)
    return scores


def _add(score: Score, row: dict[str, Any], answer: Answer, seconds: float) -> None:
    gold = row["clauses"]
    named = all(isinstance(g, str) for g in gold) and bool(gold)
    answering = [m.clause.id if named else m.clause.number for m in answer.matches]
    ranked = [m.clause.id if named else m.clause.number for m in answer.nearest] if named else answering
    rank = next((i for i, key in enumerate(ranked) if key in gold), None)
    first = rank == 0 if gold else not answering
    if row.get("kind") == "chapter":
        first = set(answering) == set(gold)
    score.questions += 1
    score.first += first
    score.third += first if not gold or row.get("kind") == "chapter" else rank is not None and rank < 3
    score.tenth += first if not gold else rank is not None and rank < 10
    score.reciprocal += 1 / (rank + 1) if rank is not None and rank < 10 else 0.0
    score.seconds += seconds
    right = True
    if "figures" in row:
        right = _pairs(f for _, f in answer.figures) == _expected(row["figures"])
        score.figures_of += 1
        score.figures += right
    settled = answer.status in _statuses(row)
    score.status += settled
    if row.get("answerable") is False:
        score.refusals_of += 1
        score.refusals += settled and right
    if not (first and right and settled):
        score.missed.append(str(row.get("id", row["question"])))


def _pairs(figures: Iterable[Any]) -> set[tuple[Decimal, Decimal | None]]:
    return {(f.value, f.value_max) for f in figures}


def _expected(raws: list[str]) -> set[tuple[Decimal, Decimal | None]]:
    return _pairs(q for raw in raws for q in list(quantities(raw))[:1])


def _statuses(row: dict[str, Any]) -> set[Status]:
    kind = row.get("kind")
    if kind == "figure-none":
        return {Status.NO_FIGURE, Status.NO_DETAIL, Status.UNSURE}
    if kind == "offtopic" or not row["clauses"]:
        return {Status.NOT_COVERED, Status.UNSURE}
    if row.get("answerable") is False:
        return {Status.ANSWERED, Status.AMBIGUOUS, Status.NO_FIGURE, Status.NO_DETAIL}
    return {Status.ANSWERED, Status.AMBIGUOUS}


def _fits(turn: dict[str, Any]) -> bool:
    """Is this a question with its gold? Raises KeyError, TypeError or AttributeError where it is not even near."""
    return (
        isinstance(turn["question"], str)
        and isinstance(turn.get("kind") or "", str)
        and isinstance(turn["clauses"], list)
        and all(isinstance(c, int | str) for c in turn["clauses"])
        and isinstance(turn.get("figures", []), list)
        and all(isinstance(f, str) for f in turn.get("figures", []))
    )


def read_questions(file: Path) -> list[dict[str, Any]]:
    """The questions of a JSON-lines file. Raises SettingsError, naming the line, where one does not fit."""
    try:
        text = file.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "不是 UTF-8 文本"
        raise SettingsError(f"题目 {file} 读不出来（{reason}），请检查文件名。") from None
    rows = []
    for place, line in enumerate(text.split("\n"), 1):
        if not line.strip():
            continue
        try:
            row = json.loads(line)
            turns = row.get("turns", [row])
            fits = bool(turns) and all(_fits(turn) for turn in turns)
        except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
            fits = False
        if not fits:
            raise SettingsError(
                f'题目 {file} 第 {place} 行应形如 {{"question": "…", "clauses": [7], "figures": ["7020个"]}}。'
            )
        rows.append(row)
    if not rows:
        raise SettingsError(f"题目 {file} 里一道题也没有。")
    return rows


def print_scores(scores: Mapping[str, Score]) -> None:
    headings = ("题型", "题数", "条款首位", "前三", "前十", "MRR@10", "数字全对", "状态对", "拒答对", "毫秒")
    print_rows(headings, [_score(kind, score) for kind, score in sorted(scores.items(), key=lambda s: s[0] == "全部")])
    missed = [name for kind, score in scores.items() if kind != "全部" for name in score.missed]
    if missed:
        print(f"没全对的 {len(missed)} 题：{' '.join(missed)}")


def _score(kind: str, score: Score) -> tuple[str, ...]:
    record = score.record()
    shares = (
        "clause_first",
        "clause_in_three",
        "clause_in_ten",
        "mrr_at_ten",
        "figures_exact",
        "status_right",
        "refusals_right",
    )
    cells = ["—" if record[s] is None else f"{record[s]:.3f}" for s in shares]
    return (kind, str(score.questions), *cells, f"{record['milliseconds']:.1f}")
