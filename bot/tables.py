"""Rows, scores and reports printed: as tables in a terminal, as tab-separated lines in a pipe."""

import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from bot.evaluate import Score
    from indexer.document import Report

# From this share on what belongs to no clause is more than a title, an introduction and a signature.
_MUCH = 0.1
_VERDICTS = {"ok": "相符", "short": "各部分加起来不到总数", "over": "各部分加起来超过总数"}


def print_rows(headings: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    if not sys.stdout.isatty():
        for row in (headings, *rows):
            print("\t".join(cell.replace("\n", " ") for cell in row))
        return
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    table = Table(*headings, box=None, header_style="bold", pad_edge=False)
    for row in rows:
        table.add_row(*(Text(cell) for cell in row))
    Console().print(table)


def print_scores(scores: "Mapping[str, Score]") -> None:
    headings = ("题型", "题数", "条款首位", "前三", "前十", "MRR@10", "数字全对", "状态对", "拒答对", "毫秒")
    print_rows(headings, [_score(kind, score) for kind, score in sorted(scores.items(), key=lambda s: s[0] == "全部")])
    missed = [name for kind, score in scores.items() if kind != "全部" for name in score.missed]
    if missed:
        print(f"没全对的 {len(missed)} 题：{' '.join(missed)}")


def _score(kind: str, score: "Score") -> tuple[str, ...]:
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


def print_report(reports: "Sequence[Report]", db: Path) -> None:
    """What became of each document; where there are many, only their number and what is odd."""
    for report in reports if len(reports) <= 10 else ():
        plan = report.plan
        figures = sum(len(c.figures) for c in plan.clauses)
        name = f"《{plan.title}》{f'（{plan.edition}）' if plan.edition else ''}"
        print(
            f"{name}{'（更新）' if report.replaced else ''}：{len(plan.chapters)} 个部分，{len(plan.clauses)} 条，{figures} 个数字，没有丢失数字。"
        )
        for note in report.notes:
            print(f"  {note}")
        for damage in report.damage:
            became = (
                f"修复为“{damage.repaired}”"
                if damage.repaired is not None
                else "修复不了，标为〔原文缺损〕，可用 --repairs 改正"
            )
            print(f"  原文第 {damage.line} 行“{damage.found}”有缺损，{became}。")
        for s in report.sums:
            total = f"{s.total:f}{s.unit}"
            detail = "" if s.ok else f"（{s.parts:f}{s.unit}）"
            print(f"  第 {s.clause} 条“{s.what}”{total}，分成 {s.count} 项，{_VERDICTS[s.verdict]}{detail}。")
        for oddity in report.oddities:
            print(f"  编号有疑问：{oddity}。")
        if report.outside > _MUCH:
            print(f"  有 {report.outside:.0%} 的字不属于任何一条（开头、附件或落款），请看看是不是漏了什么。")
    if len(reports) > 10:
        print(f"{len(reports)} 份文件，共 {sum(len(r.plan.clauses) for r in reports)} 条。")
    print(f"索引在 {db}")


@contextmanager
def progress(total: int, what: str) -> Iterator[Callable[[int], None]]:
    """A function to call with how many are done; it shows a bar in a terminal and nothing in a pipe."""
    if not sys.stderr.isatty() or total < 5:
        yield lambda _done: None
        return
    from rich.console import Console
    from rich.progress import Progress

    with Progress(console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(what, total=total)
        yield lambda done: bar.update(task, completed=done)
