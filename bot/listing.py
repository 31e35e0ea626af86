"""What the commands print that list what there is: plans, clauses, figures, questions that were not answered, opinions."""

from collections.abc import Sequence

from bot.assistant import Assistant
from bot.console import print_rows, visible
from bot.records import Records
from bot.replies import contract
from bot.replies.contract import figure_record, group_record, whole_record
from bot.replies.naming import body, source, titled
from knowledge.errors import SettingsError
from knowledge.store import Store

_WORDINGS = 5


def list_plans(store: Store, *, as_json: bool) -> None:
    plans = store.plans()
    if as_json:
        print(contract.as_json(plans))
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


def list_clauses(assistant: Assistant, ref: str | None, *, as_json: bool) -> None:
    """All clauses in a line each, or those printed under one number in full."""
    store = assistant.library.store
    plan = next(iter(store.titles()), "")
    clauses = assistant.clauses(ref, plan) if ref else [c for t in store.titles() for c in store.clauses_of(t)]
    if ref and not clauses:
        last = store.last_ref(plan)
        raise SettingsError(f"没有“{ref}”这一条，请写 1 到 {last} 之间的条号，例如 yaodian clauses 7。")
    if as_json:
        print(contract.as_json([whole_record(c) for c in clauses]))
    elif ref:
        print(visible("\n\n".join(f"{source(c)}\n\n{body(c)}" for c in clauses)))
    else:
        print_rows(
            ("条", "标题", "所在部分"), [(c.ref or str(c.number), c.title or c.text[:24], c.chapter) for c in clauses]
        )


def list_figures(assistant: Assistant, words: Sequence[str], *, as_json: bool) -> None:
    """The ledger, or the figures in it that go with all of the words."""
    ledger = list(assistant.figures(words, assistant.library.store.titles()))
    if as_json:
        print(contract.as_json([figure_record(c, f) for c, f in ledger]))
        return
    rows = [(c.ref or str(c.number), f.what, f.part or "", f.raw, f.qualifier or "") for c, f in ledger]
    print_rows(("条", "数的是什么", "其中", "数", "说明"), rows)


def list_unanswered(records: Records, *, as_json: bool) -> None:
    groups = records.unanswered.groups()
    if as_json:
        print(contract.as_json([group_record(g) for g in groups]))
        return
    rows = [
        (str(g.count), g.last, g.question, _others(g.wordings[1:]), "　".join(f"{c}（{n} 次）" for c, n in g.picked))
        for g in groups
    ]
    print_rows(("次数", "最近", "问题", "还这样问过", "大家选了"), rows)


def list_feedback(records: Records, *, as_json: bool) -> None:
    """The judged answers and what people wrote."""
    votes, notes = records.feedback.votes(), records.feedback.notes()
    if as_json:
        print(contract.as_json({"votes": votes, "notes": notes}))
        return
    rows = [(f"👍{v.up} 👎{v.down}", v.last, v.question, v.clause) for v in votes]
    print_rows(("评价", "最近", "内容", "条款"), [*rows, *(("意见", n.day, n.note, "") for n in notes)])


def _others(wordings: Sequence[str]) -> str:
    more = f"　等 {len(wordings)} 种" if len(wordings) > _WORDINGS else ""
    return "　".join(wordings[:_WORDINGS]) + more
