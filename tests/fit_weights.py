# ruff: noqa: T201 — it is a command
"""Fit how near a clause is and how likely it answers: `uv run --group fit python tests/fit_weights.py` writes
knowledge/weights.toml anew.

In: labelled questions on the plans of several cities (tests/plans; with YAODIAN_DATA the sets kept there too) and questions
that no plan answers. Out: the weights, the bounds, and how well they do on a document that the fit has not seen.
"""

import json
import os
import sys
import tempfile
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from math import exp
from pathlib import Path
from typing import Any

from indexer.build import build
from indexer.document import read_clauses, read_document
from knowledge.answer import questions, typed
from knowledge.errors import QuestionError
from knowledge.frames import read
from knowledge.lexicon import Lexicon
from knowledge.search import candidates
from knowledge.store import Store
from knowledge.tagging import tag
from knowledge.verdict import FILE, NEAR, Signs, features, likelihood, near_signs, nearness, read_anew

PLANS = Path(__file__).with_name("plans")
LIKELY = tuple(features(Signs(), 0.0))
# Kinds that are found without a search.
_BY_PLACE = frozenset({"clause-ref", "chapter", "number", "two-in-one"})
# Of what a plan answers, at most so many are refused, and so many more are answered only after asking back. At .04 and .03 some 25
# of 2,737 everyday questions about fourteen plans fewer are answered rightly, and five of 330 of school life more are refused.
REFUSED, ASKED_BACK = 0.035, 0.025
# How much large weights of nearness cost: of 2,600 questions about twelve cities, each left out of the fit, twenty-five times as
# much finds eight fewer clauses.
_SMALL = 2e-5
# Every so many-th question of a plan shows what the signs come to.
_EVERY = 12


@dataclass(frozen=True, slots=True)
class Asked:
    """A labelled question with the signs of its candidates, what makes each of them near, and which are right; `kind` says
    what sort of question it is."""

    plan: str
    kind: str
    text: str
    signs: tuple[Signs, ...]
    near: tuple[tuple[float, ...], ...]
    right: tuple[bool, ...]
    answerable: bool


def documents(data: Path | None) -> Iterator[tuple[str, Path, list[Path], int]]:
    """(name, document, its question sets, every how many-th of the questions that nothing covers it is asked)."""
    for file in sorted(PLANS.glob("*.txt")):
        yield (
            file.stem,
            file,
            [*sorted(PLANS.glob(f"{file.stem}.questions.jsonl")), *sorted(PLANS.glob(f"{file.stem}.everyday.jsonl"))],
            10,
        )
    if data is not None:
        dev, others = data / "eval", data / "plans" / "others"
        sets = [dev / f"{name}.dev.jsonl" for name in ("questions", "more-questions", "clauses")]
        yield (
            "changzhou-2021",
            data / "plans" / "changzhou-2021-official.txt",
            [*sets, *PLANS.glob("changzhou-2021.everyday.jsonl")],
            3,
        )
        planc = dev / "planc"
        yield (
            "chenghaiwan-2024",
            planc / "chenghaiwan-2024.txt",
            [planc / "questions.jsonl", *PLANS.glob("chenghaiwan-2024.everyday.jsonl")],
            10,
        )
        for file in sorted((dev / "plans").glob("*.jsonl")):
            yield file.stem, next(others.glob(f"{file.stem}.*")), [file], 40
        yield "ncp", dev / "ncp" / "clauses.jsonl", [dev / "ncp" / "questions.dev.jsonl"], 40


def asked(data: Path | None) -> Iterator[Asked]:
    """All labelled questions with what a search finds for them, document by document."""
    school = _rows(data / "eval" / "offtopic" / "school.dev.jsonl") if data else []
    daily = _rows(data / "eval" / "offtopic" / "assistant.dev.jsonl") if data else []
    asking: list[tuple[str, Path, list[dict[str, Any]]]] = []
    for shift, (name, file, sets, step) in enumerate(documents(data)):
        rows = [row for some in sets for row in _rows(some)]
        rows += [row | {"kind": "assistant"} for row in daily[shift::step]]
        rows += [row | {"kind": "school"} for row in school[shift::step]] if step < 40 else []
        asking.append((name, file, rows))
    with ProcessPoolExecutor() as pool:
        for found in pool.map(_asked_of, *zip(*asking, strict=True)):
            print(f"{found[0].plan}: {len(found)}", file=sys.stderr)
            yield from found


def _asked_of(name: str, file: Path, rows: Iterable[Mapping[str, Any]]) -> list[Asked]:
    with tempfile.TemporaryDirectory() as folder:
        build(read_clauses(file) if file.suffix == ".jsonl" else [read_document(file)], Path(folder) / "plan.db")
        store = Store(Path(folder) / "plan.db")
        return [a for row in rows if (a := _asked(name, row, store)) is not None]


def _rows(file: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in file.read_text(encoding="utf8").splitlines() if line.strip()]


def _asked(plan: str, row: Mapping[str, Any], store: Store) -> Asked | None:
    try:
        text = typed(row["question"])
    except QuestionError:
        return None
    frames = list(read(text, tag(text, store, Lexicon())))
    if row.get("kind") in _BY_PLACE or any(f.refs or f.stated for f in frames):
        return None
    steps = [q.scope.steps[0] for q in questions(frames, text, None, store)]
    step = max(steps, key=lambda s: sum(t.weight for t in s.frame.about))
    seen = tuple(sorted(candidates(step.frame, step.store), key=lambda s: s.clause.key))
    gold = {str(c) for c in row.get("clauses", [])} | {_plain(ref) for ref in row.get("refs", [])}
    right = tuple(bool(gold & {str(s.clause.number), str(s.clause.id), _plain(s.clause.ref)}) for s in seen)
    answerable = bool(gold) and row.get("answerable", True)
    told = tuple(s.signs for s in seen)
    near = tuple(map(near_signs, told))
    return Asked(plan, row.get("kind", "question"), text, told, near, right, answerable) if seen else None


def _plain(ref: str) -> str:
    return ref.translate(str.maketrans("（）", "()"))


# --- how near


def fit_near(questions: Sequence[Asked]) -> dict[str, float]:
    """The weights with which the right clause is likeliest to come first, none below 0."""
    import numpy as np
    from scipy.optimize import minimize

    useful = [a for a in questions if a.answerable and any(a.right)]
    shares = _shares(useful)
    share = np.array([shares[a.plan] for a in useful])
    table = np.array([near for a in useful for near in a.near])
    right = np.array([hit for a in useful for hit in a.right])
    sizes = [len(a.signs) for a in useful]
    starts, whose = np.cumsum([0, *sizes[:-1]]), np.repeat(np.arange(len(useful)), sizes)

    def loss(weights: Any) -> tuple[float, Any]:
        said = table @ weights
        said = np.exp(said - np.maximum.reduceat(said, starts)[whose])
        likely = said / np.add.reduceat(said, starts)[whose]
        hit = np.add.reduceat(likely * right, starts) + 1e-12
        slope = (np.where(right, likely / hit[whose], 0) - likely) * share[whose]
        return _SMALL * weights @ weights - share @ np.log(hit), 2 * _SMALL * weights - slope @ table

    best = minimize(loss, np.ones(len(NEAR)), jac=True, bounds=[(0, None)] * len(NEAR), method="L-BFGS-B").x
    return dict(zip(NEAR, map(float, best), strict=True))


def _shares(questions: Iterable[Asked]) -> dict[str, float]:
    """How much each question of a plan counts: more questions make a plan count more, but not by as much."""
    counts = Counter(a.plan for a in questions)
    whole = sum(n**0.5 for n in counts.values())
    return {plan: n**-0.5 / whole for plan, n in counts.items()}


# --- how likely


def firsts(questions: Iterable[Asked], near: Mapping[str, float]) -> Iterator[tuple[Asked, dict[str, float], bool]]:
    """Per question the features of its nearest clause, and whether that is right: where a number or a detail is asked that
    the clause does not state, it is the clause to say so of."""
    whole = sum(near.values())
    for a in questions:
        scores = [100 * sum(w * x for w, x in zip(near.values(), said, strict=True)) / whole for said in a.near]
        first = max(range(len(scores)), key=lambda i: (scores[i], -i))
        second = max((s for i, s in enumerate(scores) if i != first), default=0.0)
        signs = a.signs[first]
        right = a.right[first] and (a.answerable or signs.figure or signs.detail)
        yield a, features(signs, scores[first] - second), right


def fit_likely(questions: Sequence[Asked], near: Mapping[str, float]) -> dict[str, float]:
    import numpy as np
    from sklearn.linear_model import LogisticRegression

    rows = list(firsts(questions, near))
    table = np.array([[told[n] for n in LIKELY] for _, told, _ in rows])
    spread = table.std(axis=0)
    spread[spread == 0] = 1.0
    shares = _shares(questions)
    weights = np.array([shares[a.plan] for a, *_ in rows]) * len(rows)
    model = LogisticRegression(C=0.1, max_iter=2000, fit_intercept=False)
    model.fit(table / spread, [right for *_, right in rows], sample_weight=weights)
    return {n: float(w) for n, w in zip(LIKELY, model.coef_[0] / spread, strict=True)}


@dataclass(frozen=True, slots=True)
class Judged:
    asked: Asked
    odds: float
    right: bool


def judged(questions: Sequence[Asked], near: Mapping[str, float], likely: Mapping[str, float]) -> list[Judged]:
    return [Judged(a, sum(likely[n] * told[n] for n in LIKELY), right) for a, told, right in firsts(questions, near)]


def cross_validated(questions: Sequence[Asked]) -> Iterator[Judged]:
    """Every question judged by weights that were fitted without its document."""
    for plan in dict.fromkeys(a.plan for a in questions):
        others = [a for a in questions if a.plan != plan]
        near = fit_near(others)
        yield from judged([a for a in questions if a.plan == plan], near, fit_likely(others, near))


def bounds(found: Sequence[Judged]) -> tuple[float, float]:
    """The log odds below which is refused, and from which on is answered."""
    odds = sorted(j.odds for j in found if j.asked.answerable)
    return odds[int(REFUSED * len(odds))], odds[int((REFUSED + ASKED_BACK) * len(odds))]


def figures(found: Sequence[Judged], refused: float, answered: float) -> Iterator[tuple[str, str]]:
    """Per plan and kind: how many, which share is answered, asked back and right."""
    groups: dict[tuple[str, str], list[Judged]] = {}
    for j in found:
        groups.setdefault(
            (
                j.asked.plan,
                j.asked.kind if not j.asked.answerable or j.asked.kind in {"everyday", "colloquial"} else "answerable",
            ),
            [],
        ).append(j)
    for (plan, kind), some in sorted(groups.items()):
        n = len(some)
        told, back = sum(j.odds >= answered for j in some), sum(refused <= j.odds < answered for j in some)
        first, right = sum(j.right for j in some), sum(j.right and j.odds >= answered for j in some)
        yield (
            f"{plan} {kind}",
            f"n {n}, answered {told / n:.3f}, asked back {back / n:.3f}, first {first / n:.3f}, right {right / n:.3f}",
        )


def example() -> dict[str, float]:
    """What the weights make of the signs of a middling clause: a weight that was changed by hand shows here."""
    signs = Signs._make(0.3 + 0.02 * place for place in range(len(Signs._fields)))
    near = nearness(signs)
    return {"nearness": near, "likelihood": likelihood(signs, 5.0)}


def signs() -> dict[str, list[float]]:
    """What is found of the clause nearest to some questions of one plan. The weights hold for signs made in this way only:
    what makes them otherwise needs a new fit."""
    plan = PLANS / "lanxia-2023.txt"
    found = _asked_of(plan.stem, plan, _rows(plan.with_suffix(".everyday.jsonl"))[::_EVERY])
    return {a.text: [round(float(s), 3) for s in max(a.signs, key=nearness)] for a in found}


def main() -> None:
    data = Path(os.environ["YAODIAN_DATA"]) if os.environ.get("YAODIAN_DATA") else None
    questions = list(asked(data))
    found = list(cross_validated(questions))
    near = fit_near(questions)
    likely = fit_likely(questions, near)
    refused, answered = bounds(judged(questions, near, likely))
    lines = ["# Written by tests/fit_weights.py; its figures are those of documents that a fit has not seen.", "[rank]"]
    lines += [f"{n} = {w:.4f}" for n, w in near.items()]
    lines += ["", "[verdict]", *(f"{n} = {w:.4f}" for n, w in likely.items())]
    lines += ["", "[bounds]", f"unsure = {1 / (1 + exp(-refused)):.4f}", f"answered = {1 / (1 + exp(-answered)):.4f}"]
    FILE.write_text("\n".join(lines) + "\n", encoding="utf8")
    read_anew()
    lines += ["", "[example]", *(f"{name} = {value:.6f}" for name, value in example().items())]
    lines += ["", "[signs]", *(f'"{text}" = {said}' for text, said in signs().items())]
    lines += ["", "[figures]", *(f'"{name}" = "{told}"' for name, told in figures(found, *bounds(found)))]
    FILE.write_text("\n".join(lines) + "\n", encoding="utf8")
    print("\n".join(lines))


if __name__ == "__main__":
    main()
