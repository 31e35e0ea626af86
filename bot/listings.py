"""What the commands print that list what there is: plans, clauses, figures, questions that were not answered."""

import json
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import asdict

from bot.chats import Group
from bot.contract import clause_record, figure_record, group_record
from bot.feedback import Feedback
from bot.naming import body, source, titled
from bot.tables import print_rows
from knowledge.errors import SettingsError
from knowledge.model import Clause, Figure
from knowledge.numerals import number
from knowledge.store import Store
from knowledge.wording import fold

Entry = tuple[Clause, Figure]
_WORDINGS = 5
# 7, 七, （七）, 第七条: a number and nothing else, and none without an end.
_REF = re.compile(r"\s*第?\s*[(（]?\s*(?P<n>\d{1,40}|[零〇一二两三四五六七八九十百]{1,18})\s*[)）]?\s*[条、.]?\s*")


def list_plans(store: Store, *, as_json: bool) -> None:
    plans = store.plans()
    if as_json:
        print(json.dumps(plans, ensure_ascii=False))
        return
    rows = [
        (
            titled(p["title"], p["edition"]) + ("" if p["current"] else "　有原文，不引用"),
            p["issuer"] or "",
            str(p["year"] or ""),
            p["date"] or "",
            p["number"] or "",
            str(p["clauses"]),
            str(p["figures"]),
            p["source"] or "",
        )
        for p in plans
    ]
    print_rows(("计划", "发布单位", "年份", "日期", "文号", "条款", "数字", "来自文件"), rows)


def list_clauses(store: Store, ref: str | None, *, as_json: bool) -> None:
    """All clauses in a line each, or those printed under one number in full."""
    clauses = _chosen(store, ref) if ref else _quoted(store)
    if as_json:
        records = [
            clause_record(c) | {"text": c.text, "figures": [figure_record(c, f) for f in c.figures]} for c in clauses
        ]
        print(json.dumps(records, ensure_ascii=False))
    elif ref:
        print("\n\n".join(f"{source(c)}\n\n{body(c)}" for c in clauses))
    else:
        print_rows(
            ("条", "标题", "所在部分"), [(c.ref or str(c.number), c.title or c.text[:24], c.chapter) for c in clauses]
        )


def ledger_of(plans: Callable[[], Iterable[Iterable[Clause]]], words: Sequence[str]) -> Iterator[Entry]:
    """The figures of the plans that go with all of the words, or every figure: by what they count, else by their clause.

    One plan at a time is read, twice where no figure counts what the words say.
    """
    wanted = [fold(word) for word in words]
    for says in (what, about):
        found = False
        for clause in (c for plan in plans() for c in plan):
            for figure in clause.figures:
                if all(word in says(clause, figure) for word in wanted):
                    found = True
                    yield clause, figure
        if found:
            return


def what(_clause: Clause, figure: Figure) -> str:
    """What a figure counts and its number, in small letters."""
    return f"{figure.what}{figure.part or ''}{figure.raw}".lower()


def about(clause: Clause, figure: Figure) -> str:
    """What a figure counts and what its clause is about, in small letters."""
    return f"{figure.what}{figure.part or ''}{clause.title}".lower()


def list_figures(store: Store, words: Sequence[str], *, as_json: bool) -> None:
    """The ledger, or the figures in it that go with all of the words."""
    ledger = list(ledger_of(lambda: map(store.clauses_of, store.titles()), words))
    if as_json:
        print(json.dumps([figure_record(c, f) for c, f in ledger], ensure_ascii=False))
        return
    rows = [(c.ref or str(c.number), f.what, f.part or "", f.raw, f.qualifier or "") for c, f in ledger]
    print_rows(("条", "数的是什么", "其中", "数", "说明"), rows)


def list_unanswered(groups: Sequence[Group], *, as_json: bool) -> None:
    if as_json:
        print(json.dumps([group_record(g) for g in groups], ensure_ascii=False))
        return
    rows = [
        (str(g.count), g.last, g.question, _others(g.wordings[1:]), "　".join(f"{c}（{n} 次）" for c, n in g.picked))
        for g in groups
    ]
    print_rows(("次数", "最近", "问题", "还这样问过", "大家选了"), rows)


def list_feedback(feedback: Feedback, *, as_json: bool) -> None:
    """The judged answers and what people wrote."""
    votes, notes = feedback.votes(), feedback.notes()
    if as_json:
        print(
            json.dumps({"votes": [asdict(v) for v in votes], "notes": [asdict(n) for n in notes]}, ensure_ascii=False)
        )
        return
    rows = [(f"👍{v.up} 👎{v.down}", v.last, v.question, v.clause) for v in votes]
    print_rows(("评价", "最近", "内容", "条款"), [*rows, *(("意见", n.day, n.note, "") for n in notes)])


def _others(wordings: Sequence[str]) -> str:
    more = f"　等 {len(wordings)} 种" if len(wordings) > _WORDINGS else ""
    return "　".join(wordings[:_WORDINGS]) + more


def _quoted(store: Store) -> list[Clause]:
    return [c for title in store.titles() for c in store.clauses_of(title)]


def clause_number(ref: str) -> int | None:
    """7, 七, （七）, 第七条 → 7; None where it is no number of a clause."""
    found = _REF.fullmatch(fold(ref))
    value = number(found["n"]) if found else None
    return None if value is None else int(value)


def _chosen(store: Store, ref: str) -> list[Clause]:
    """The clauses printed under a number, in any way of writing it."""
    value = clause_number(ref)
    plan = store.plan()
    clauses = store.clause_by_ref(plan.title, value) if plan and value is not None else []
    if not clauses:
        last = store.last_ref(plan.title) if plan else 0
        raise SettingsError(f"没有“{ref}”这一条，请写 1 到 {last} 之间的条号，例如 yaodian clauses 7。")
    return clauses
