"""How fast clauses are indexed, in how much memory, and how the time grows with the length of what is hostile.

    uv run python tests/benchmarks/indexing.py [--sizes 1000,10000,100000] [--characters 20000] [--json]

In: clauses made of the plans of tests with their numbers exchanged, as a list for --clauses (40 a plan) and as one document,
of two megabytes at the most; and hostile texts inside a clause of a small plan, at a length, at twice and at four times that.
Out: a line for each with the seconds of processor time and, of the first kind, clauses a second and the most memory that
was in use (MB, of a process of its own); of the second how much longer each takes than the one before: 2 is linear.
"""

import argparse
import json
import os
import random
import re
import shutil
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from itertools import pairwise
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from indexer.build import build  # noqa: E402 — it stands in the folder above
from indexer.document import document, read_document  # noqa: E402
from indexer.sources import File  # noqa: E402
from knowledge.errors import DocumentError  # noqa: E402

PLANS = ROOT / "tests" / "plans"
_A_PLAN, _SEED, _LONGEST = 40, 2021, 2_000_000  # bytes of a document
_HOST = "青山市2021年教育工作要点\n一、学位\n（一）新增学位。新增学位300个，其中小学200个。{}\n（二）招聘教师20名。\n"


# --- how fast, in how much memory


def made_up(size: int) -> Iterator[str]:
    """So many clauses of the plans of tests, every number in them another."""
    chosen = random.Random(_SEED)
    plans = (read_document(file).report.plan for file in sorted(PLANS.glob("*.txt")))
    texts = [clause.text for plan in plans for clause in plan.clauses]
    for _ in range(size):
        yield re.sub(r"\d+", lambda found: str(chosen.randrange(1, 10 ** len(found[0]))), chosen.choice(texts))


def as_list(size: int, folder: Path) -> tuple[list[str], int]:
    """The arguments of the command, and how many clauses there are."""
    file = folder / "clauses.jsonl"
    with file.open("w", encoding="utf8") as lines:
        for place, text in enumerate(made_up(size)):
            row = {"id": str(place), "plan": f"第{place // _A_PLAN}市教育工作要点", "text": text}
            lines.write(json.dumps(row, ensure_ascii=False) + "\n")
    return ["--clauses", str(file)], size


def as_document(size: int, folder: Path) -> tuple[list[str], int]:
    lines, length = ["青山市2021年教育工作要点"], 0
    for place, text in enumerate(made_up(size)):
        line = f"{place // 99 + 1}.{place % 99 + 1} {text.replace(chr(10), '')}"
        length += len(line.encode())
        if length > _LONGEST:
            break
        lines.append(line)
    (folder / "plan.txt").write_text("\n".join(lines), encoding="utf8")
    return [str(folder / "plan.txt")], len(lines) - 1


def indexed(kind: str, size: int) -> dict[str, object]:
    """What the command takes, in a process of its own."""
    made = as_list if kind == "list" else as_document
    with tempfile.TemporaryDirectory() as scratch:
        arguments, clauses = made(size, Path(scratch))
        command = [sys.executable, "-m", "bot", "index", *arguments, "--db", f"{scratch}/plan.db"]
        with open(os.devnull, "w") as silent:  # noqa: PTH123 — for its number
            places = [(os.POSIX_SPAWN_DUP2, silent.fileno(), 1)]
            child = os.posix_spawn(sys.executable, command, os.environ | {"PYTHONPATH": str(ROOT)}, file_actions=places)
        _, status, used = os.wait4(child, 0)
    if status:
        raise SystemExit(f"{kind} of {size} clauses: the command failed")
    seconds = used.ru_utime + used.ru_stime
    most = used.ru_maxrss / (1e6 if sys.platform == "darwin" else 1e3)
    return {
        "kind": kind,
        "clauses": clauses,
        "seconds": round(seconds, 1),
        "clauses a second": round(clauses / seconds),
        "MB": round(most),
    }


# --- how the time grows


def _again(piece: str) -> Callable[[int], str]:
    return lambda size: (piece * (size // len(piece) + 1))[:size]


def _lines(piece: str) -> Callable[[int], str]:
    return lambda size: "\n" + f"{piece}\n" * (size // (len(piece) + 1))


def _table(size: int) -> str:
    rows = (f"|第{n}区|{n % 97}|{n % 1009}|\n" for n in range(size // 16))
    return f"\n|区|学校（所）|学位（个）|\n|---|---|---|\n{''.join(rows)}|合计|{size}|{size}|\n"


def _wide(size: int) -> str:
    cells = range(size // 8)
    return f"\n|{'|'.join(f'区{n % 89}' for n in cells)}|\n|{'|'.join(str(n % 97) for n in cells)}|\n"


def _nested(size: int) -> str:
    return "\n" + "".join(f"{n // 100}.{n % 100}.{n % 7} 学位{n}个。\n" for n in range(size // 14))


HOSTILE: dict[str, Callable[[int], str]] = {
    **{f"{piece} again and again": _again(piece) for piece in "| ： : 一 （ “ 《 ） 、 ， 。 9 的 a".split()},
    **{
        f"{piece} again and again": _again(piece) for piece in "其中 增加到 第一条 新增 1,000, 2-3- 1/2/ 百分之".split()
    },
    "parts without end": _again("其中甲3个，"),
    "numbers without end": _again("3个、"),
    "names for numbers": _again("甲、乙分别3个、4个，"),
    "brackets never closed": _again("（3个"),
    "numbers of all kinds": _again("（一）1.（1）①"),
    "lost bytes": _again("学校?;饭芾"),
    "glued pinyin": _again("学(xué)"),
    "doubled characters": _again("认认真真踏踏实实"),
    "simplified among traditional": _again("學位学位"),
    "marks piled up": lambda size: "a" + "\u0301\u0327" * (size // 2),
    "characters of no word": lambda size: "".join(chr(0x4E00 + n * 7919 % 20900) for n in range(size)),
    "lines of bars": _lines("|||"),
    "many tables": _lines("|甲|1|\n|乙|2|\n以及"),
    "many rows": _table,
    "many columns": _wide,
    "nested numbers": _nested,
    "numbers of pages": lambda size: "\n" + "".join(f"{n}\n" for n in range(size // 5)),
    "traditional lines": _lines("持續增加學位，新增300個。"),
    "headings": _lines("（一）学"),
    "dates": _lines("2021年3月5日"),
}


def growth(characters: int) -> Iterator[dict[str, object]]:
    """For each hostile text the seconds at a length, at twice and at four times that, and how they grow."""
    with tempfile.TemporaryDirectory() as scratch:
        bare, db = Path(scratch) / "bare.db", Path(scratch) / "plan.db"
        build([], bare)
        _seconds("", bare, db)
        for name, made in HOSTILE.items():
            seconds = [_seconds(made(times * characters), bare, db) for times in (1, 2, 4)]
            grown = [round(b / a, 1) for a, b in pairwise(seconds)]
            yield {"text": name, "seconds": " ".join(f"{s:.2f}" for s in seconds), "grown": " ".join(map(str, grown))}


def _seconds(text: str, bare: Path, db: Path) -> float:
    shutil.copyfile(bare, db)
    began = time.process_time()
    with suppress(DocumentError):  # it may be refused, but not late
        build([document(File("plan.txt", "plan.txt", _HOST.format(text).encode()))], db)
    return time.process_time() - began


# --- the command


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sizes", default="1000,10000,100000", help="how many clauses are indexed")
    parser.add_argument("--characters", type=int, default=20_000, help="the shortest hostile text; 0: none")
    parser.add_argument("--json", action="store_true")
    words = parser.parse_args()
    sizes = [int(size) for size in words.sizes.split(",") if size]
    _show((indexed(kind, size) for kind in ("list", "document") for size in sizes), as_json=words.json)
    if words.characters:
        _show(growth(words.characters), as_json=words.json)


def _show(lines: Iterator[dict[str, object]], *, as_json: bool) -> None:
    for n, line in enumerate(lines):
        if as_json:
            print(json.dumps(line, ensure_ascii=False), flush=True)
            continue
        if not n:
            print("\t".join(line))
        print("\t".join(map(str, line.values())), flush=True)


if __name__ == "__main__":
    main()
