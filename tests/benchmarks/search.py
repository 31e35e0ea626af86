"""How fast a question is answered and how often the clause that answers comes first, beside plain search engines.

    uv run --group bench python tests/benchmarks/search.py [--data FOLDER] [--sizes 1000,10000,100000] [--kept FOLDER] [--json]

In: the shipped plan with the questions of tests, the 599 documents of YAODIAN_DATA where it is set, and collections of any
size made of the clauses of the plans here, their names, numbers and words exchanged. All engines hold the same texts (the
title of the plan and the clause) cut into the same pairs of characters. Out: a line for each engine on each collection.

A question to yaodian is answered whole: figures, refusal and all. Times are of one thread, each question asked for the second
time, so that what is read once is read; questions of one collection are asked for at most --seconds an engine.
"""

import argparse
import json
import os
import random
import re
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from rich.console import Console
from rich.table import Table

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(Path(__file__).parent), str(ROOT)]

from rivals import FOUND, RIVALS  # noqa: E402 — it stands beside this file

from indexer.build import build  # noqa: E402
from indexer.document import Document, read_clauses, read_document  # noqa: E402
from indexer.words import default_cutter  # noqa: E402
from knowledge.answer import LONGEST, converse  # noqa: E402
from knowledge.errors import QuestionError  # noqa: E402
from knowledge.lexicon import Lexicon  # noqa: E402
from knowledge.model import Clause  # noqa: E402
from knowledge.store import Store  # noqa: E402
from knowledge.wording import bigrams, fold  # noqa: E402

SHIPPED = ROOT / "knowledge" / "plans" / "changzhou-2021.md"
PLANS = ROOT / "tests" / "plans"
QUESTIONS = ROOT / "tests" / "questions.jsonl"
# Of a made-up clause so many words are exchanged; so many clauses make a plan; one seed makes the same collection again.
_EXCHANGED, _A_PLAN, _SEED = 0.3, 40, 2021


@dataclass(frozen=True, slots=True)
class Asked:
    """A question with the keys of the clauses that answer it, none where that is not known."""

    text: str
    right: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class Line:
    """What an engine comes to on a collection: milliseconds in which half and 95 % of the questions are answered and those
    of the slowest; the share of questions whose clause comes first and is in ten, and the mean reciprocal rank (0–1)."""

    collection: str
    clauses: int
    engine: str
    questions: int
    p50: float
    p95: float
    slowest: float
    first: float | None = None
    in_ten: float | None = None
    mrr: float | None = None


@dataclass(frozen=True, slots=True)
class Collection:
    """Clauses with questions about them."""

    name: str
    store: Store
    asked: Sequence[Asked]


# --- measuring


def compare(held: Collection, seconds: float) -> Iterator[Line]:
    """A line for yaodian and one for each other engine."""
    yield ours(held, seconds)
    clauses = [clause for title in held.store.titles() for clause in held.store.clauses_of(title)]
    texts = [bigrams(fold(f"{clause.plan} {clause.text}")) for clause in clauses]
    for engine, made in RIVALS.items():
        rival = made(texts)

        def search(question: str) -> list[int]:
            return [clauses[place].key for place in rival(bigrams(fold(question)))]  # noqa: B023 — asked in this turn alone

        yield _line(held, engine, search, seconds)


def ours(held: Collection, seconds: float) -> Line:
    words = Lexicon()

    def search(question: str) -> list[int]:
        answer = converse(question, None, held.store, words, FOUND)[0]
        return list(dict.fromkeys(m.clause.key for m in (*answer.matches, *answer.nearest)))[:FOUND]

    return _line(held, "yaodian", search, seconds)


def _line(held: Collection, engine: str, search: Callable[[str], list[int]], seconds: float) -> Line:
    times, ranks = [], []
    end = time.perf_counter() + seconds
    for question in held.asked:
        took, found = _timed(question.text, search)
        times.append(took)
        if question.right:
            ranks.append(next((rank for rank, key in enumerate(found, 1) if key in question.right), 0))
        if time.perf_counter() > end:
            break
    ordered = sorted(times)
    p50, p95 = (ordered[int(len(ordered) * share)] for share in (0.5, 0.95))
    shares: tuple[float | None, ...] = (None, None, None)
    if ranks:
        told = (sum(r == 1 for r in ranks), sum(r > 0 for r in ranks), sum(1 / r for r in ranks if r))
        shares = tuple(round(share / len(ranks), 3) for share in told)
    spent = (round(p50, 2), round(p95, 2), round(ordered[-1], 1))
    return Line(held.name, held.store.count(), engine, len(times), *spent, *shares)


def _timed(question: str, search: Callable[[str], list[int]]) -> tuple[float, list[int]]:
    """The milliseconds that a question takes when it is asked again, and what is found."""
    for _ in range(2):
        began = time.perf_counter()
        try:
            found = search(question)
        except QuestionError:
            found = []
        took = 1000 * (time.perf_counter() - began)
    return took, found


# --- collections


def _rows(file: Path) -> list[dict[str, object]]:
    return [json.loads(line) for line in file.read_text(encoding="utf8").split("\n") if line.strip()]


def _shipped(folder: Path) -> tuple[Store, list[Asked]]:
    store = _indexed(folder / "shipped.db", lambda: [read_document(SHIPPED)])
    keys = {clause.number: clause.key for title in store.titles() for clause in store.clauses_of(title)}
    rows = [row for row in _rows(QUESTIONS) if "question" in row]
    return store, [Asked(str(r["question"]), frozenset(keys[n] for n in r["clauses"])) for r in rows]  # type: ignore[attr-defined]


def _documents(data: Path, folder: Path) -> tuple[Store, list[Asked]]:
    held = data / "eval" / "ncp"
    store = _indexed(folder / "documents.db", lambda: read_clauses(held / "clauses.jsonl"))
    keys = {clause.id: clause.key for title in store.titles() for clause in store.clauses_of(title)}
    rows = _rows(held / "questions.dev.jsonl")
    return store, [Asked(str(r["question"]), frozenset(keys[n] for n in r["clauses"])) for r in rows]  # type: ignore[attr-defined]


def _made_up(size: int, folder: Path) -> Store:
    def documents() -> Iterator[Document]:
        file = folder / f"made-up-{size}.jsonl"
        rows = enumerate(made_up(size))
        lines = (
            {"id": str(place), "plan": f"{_city(place // _A_PLAN)}教育工作要点之{place // _A_PLAN}", "text": text}
            for place, text in rows
        )
        file.write_text("\n".join(json.dumps(line, ensure_ascii=False) for line in lines), encoding="utf8")
        return read_clauses(file)

    return _indexed(folder / f"made-up-{size}.db", documents)


def made_up(size: int) -> Iterator[str]:
    """So many clauses: sentences of two clauses of the plans here with names, numbers and words exchanged."""
    chosen = random.Random(_SEED)
    clauses = _sources()
    cut = default_cutter()
    words = [list(cut(clause.text)) for clause in clauses]
    by_length: dict[int, list[str]] = {}
    for word in sorted({word for said in words for word in said if re.fullmatch("[\u4e00-\u9fff]{2,4}", word)}):
        by_length.setdefault(len(word), []).append(word)
    for place in range(size):
        said = [*chosen.choice(words)[:40], *chosen.choice(words)[-30:]]
        changed = [_exchanged(word, by_length, chosen) for word in said]
        yield f"（{place % _A_PLAN + 1}）{''.join(changed)}"


def _exchanged(word: str, by_length: dict[int, list[str]], chosen: random.Random) -> str:
    if word.isdigit():
        return str(chosen.randrange(1, 10 ** len(word)))
    return chosen.choice(by_length[len(word)]) if len(word) in by_length and chosen.random() < _EXCHANGED else word


def _city(place: int) -> str:
    first, second = "东南西北青白长安永兴", "湖山川江原城州海阳宁"
    return first[place % 10] + second[place // 10 % 10] + "市"


def _sources() -> list[Clause]:
    files = [SHIPPED, *sorted(PLANS.glob("*.txt"))]
    return [clause for file in files for clause in read_document(file).report.plan.clauses]


def _indexed(db: Path, documents: Callable[[], Iterable[Document]]) -> Store:
    if not db.exists():
        print(f"indexing {db.stem} …", file=sys.stderr)
        build(documents(), db)
    return Store(db)


def nasty() -> list[Asked]:
    """Questions as long as they may be that ask for as much work as can be."""
    chosen = random.Random(_SEED)
    text = "".join(clause.text for clause in _sources())
    han = re.sub("[^\u4e00-\u9fff]", "", text)
    several = [
        han[:LONGEST],
        "".join(chosen.sample(han, LONGEST)),
        "".join(chr(chosen.randrange(0x4E00, 0x9FA5)) for _ in range(LONGEST)),
        "，".join(chosen.sample(han, LONGEST // 2)),
        "".join(chosen.choice("abcdefghijklmnopqrstuvwxyz") for _ in range(LONGEST)),
        " ".join(chosen.choice(["xin", "zeng", "xue", "wei", "duo", "shao"]) for _ in range(LONGEST // 5)),
        "几个多少" * (LONGEST // 4),
        "新增学位和" * (LONGEST // 5),
        "".join(str(chosen.randrange(10)) for _ in range(LONGEST)),
        "12个，" * (LONGEST // 4),
        "一二三四五六七八九十" * (LONGEST // 10),
        "第一条和第二条、" * (LONGEST // 8),
    ]
    return [Asked(question[:LONGEST]) for question in several]


# --- the command


def lines(data: Path | None, sizes: Sequence[int], folder: Path, seconds: float) -> Iterator[Line]:
    shipped = Collection("shipped plan", *_shipped(folder))
    yield from compare(shipped, seconds)
    yield ours(Collection("1,000 characters", shipped.store, nasty()), seconds)
    if data is not None:
        documents = Collection("599 documents", *_documents(data, folder))
        yield from compare(documents, seconds)
        yield ours(Collection("1,000 characters", documents.store, nasty()), seconds)
    everyday = [Asked(question.text) for question in shipped.asked]
    for size in sizes:
        yield from compare(Collection("made up", _made_up(size, folder), everyday), seconds)


def _shown(found: Sequence[Line]) -> None:
    names = list(Line.__slots__)
    rows = [["" if value is None else str(value) for value in asdict(line).values()] for line in found]
    console = Console()
    if not console.is_terminal:
        print("\n".join("\t".join(row) for row in [names, *rows]))
        return
    table = Table()
    for place, name in enumerate(names):
        table.add_column(name.replace("_", " "), justify="left" if place in {0, 2} else "right")
    for row in rows:
        table.add_row(*row)
    console.print(table)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", default=os.environ.get("YAODIAN_DATA"), help="the folder of real documents")
    parser.add_argument("--sizes", default="1000,10000,100000", help="clauses of the collections that are made up")
    parser.add_argument("--kept", type=Path, help="where indexes are kept for the next time")
    parser.add_argument("--seconds", type=float, default=20)
    parser.add_argument("--json", action="store_true")
    words = parser.parse_args()
    sizes = [int(size) for size in words.sizes.split(",") if size]
    with tempfile.TemporaryDirectory() as scratch:
        folder = words.kept or Path(scratch)
        folder.mkdir(parents=True, exist_ok=True)
        found = list(lines(Path(words.data) if words.data else None, sizes, folder, words.seconds))
    if words.json:
        print(json.dumps([asdict(line) for line in found], ensure_ascii=False))
    else:
        _shown(found)


if __name__ == "__main__":
    main()
