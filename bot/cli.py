"""The command line: every command takes its words apart, calls what it needs and prints what comes back."""

import argparse
import json
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

from bot import config
from knowledge.errors import QuestionError, SettingsError, YaodianError

if TYPE_CHECKING:
    from knowledge.lexicon import Lexicon
    from knowledge.store import Store

SHIPPED = Path(__file__).resolve().parents[1] / "knowledge" / "plans" / "changzhou-2021.md"


def main(words: Sequence[str] | None = None) -> None:
    """Run one command. Exits with 0, or with 2 and one sentence on standard error where it failed."""
    _plain_streams()
    arguments = _parser().parse_args(words)
    try:
        arguments.run(arguments)
    except YaodianError as error:
        _fail(str(error))
    except KeyboardInterrupt:
        sys.exit(130)
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    except OSError as error:
        _fail(f"没有办成（{error.strerror or error}），请检查磁盘空间和权限后再试。")


def _parser() -> argparse.ArgumentParser:
    where = _Parser(add_help=False, argument_default=argparse.SUPPRESS)
    where.add_argument("--db", type=Path, metavar="文件", help="索引文件（不写就用内置的计划）")
    where.add_argument("--config", type=Path, metavar="文件", help="设置文件，见 config.example.toml")
    as_json = _Parser(add_help=False)
    as_json.add_argument("--json", action="store_true", help="输出 JSON")
    parser = _Parser(
        parents=[where],
        prog="yaodian",
        description="要点：向一份政府工作计划提问，得到条款和准确的数字。不带命令就是在终端里聊天。",
    )
    parser.set_defaults(run=_chat, db=None, config=None)
    commands = parser.add_subparsers(metavar="命令", parser_class=_Parser)

    ask = commands.add_parser("ask", parents=[where, as_json], help="问一个问题")
    ask.add_argument("question", nargs="*", metavar="问题")
    ask.add_argument("--jsonl", action="store_true", help='从标准输入逐行读 {"question": "…"}，逐行输出 JSON')
    ask.add_argument("--limit", type=_positive, default=5, metavar="条数", help="列出几条最接近的条款（默认 5）")
    ask.set_defaults(run=_ask)

    index = commands.add_parser("index", parents=[where, as_json], help="给文档建索引")
    index.add_argument("sources", nargs="*", type=Path, metavar="文档")
    index.add_argument(
        "--clauses", type=Path, metavar="清单", help='现成的条款清单，每行 {"id": …, "plan": …, "text": …}'
    )
    index.add_argument("--title", default="", metavar="标题")
    index.add_argument("--issuer", default="", metavar="发布单位")
    index.add_argument("--year", type=_positive, metavar="年份")
    index.add_argument("--repairs", type=Path, metavar="文件", help='改正表：每行 "原文里的错字" = "应该是什么"')
    index.set_defaults(run=_index)

    plans = commands.add_parser("plans", parents=[where, as_json], help="列出有哪些计划")
    plans.set_defaults(run=_plans)
    clauses = commands.add_parser("clauses", parents=[where, as_json], help="列出条款，或看其中一条")
    clauses.add_argument("ref", nargs="?", metavar="条号")
    clauses.set_defaults(run=_clauses)
    figures = commands.add_parser("figures", parents=[where, as_json], help="列出计划里的数字")
    figures.add_argument("words", nargs="*", metavar="关键词")
    figures.set_defaults(run=_figures)
    evaluate = commands.add_parser("eval", parents=[where, as_json], help="用一套题打分")
    evaluate.add_argument("file", type=Path, metavar="题目")
    evaluate.set_defaults(run=_eval)
    return parser


class _Parser(argparse.ArgumentParser):
    """An argument parser whose errors are one sentence in Chinese."""

    def error(self, message: str) -> NoReturn:
        _fail(f"命令写得不对（{message}），用 {self.prog} --help 看看怎么写。")


def _positive(text: str) -> int:
    value = int(text)
    if value < 1:
        raise argparse.ArgumentTypeError("要写一个大于 0 的数")
    return value


def _chat(arguments: argparse.Namespace) -> None:
    from bot.terminal import chat

    store, lexicon = _knowledge(arguments)
    chat(store, lexicon)


def _ask(arguments: argparse.Namespace) -> None:
    from knowledge.answer import ask

    if arguments.jsonl:
        _ask_lines(arguments)
        return
    question = " ".join(arguments.question)
    if not question and not sys.stdin.isatty():
        question = sys.stdin.read()
    store, lexicon = _knowledge(arguments)
    answer = ask(question, store, lexicon, arguments.limit)
    record = _record(answer, store)
    print(json.dumps(record, ensure_ascii=False) if arguments.json else record["reply"])


def _ask_lines(arguments: argparse.Namespace) -> None:
    """One answer a line in the order asked; a line that cannot be answered gets a reply that says why."""
    from knowledge.answer import ask
    from knowledge.model import Answer, Question, Status, Wants

    store, lexicon = _knowledge(arguments)
    for place, line in enumerate(sys.stdin, 1):
        if not line.strip():
            continue
        try:
            question = json.loads(line)["question"]
        except (ValueError, KeyError, TypeError):
            question = None
        if not isinstance(question, str):
            raise SettingsError(f'标准输入第 {place} 行应形如 {{"question": "今年新增多少学位？"}}。')
        try:
            record = _record(ask(question, store, lexicon, arguments.limit), store)
        except QuestionError as error:
            nothing = Answer(Question(question, "", Wants.CLAUSE), Status.NOT_COVERED)
            record = _record(nothing, store) | {"reply": str(error)}
        print(json.dumps(record, ensure_ascii=False), flush=True)


def _record(answer: Any, store: "Store") -> dict[str, Any]:
    from bot.contract import answer_record
    from bot.replies import reply

    return answer_record(answer, reply(answer, store.plan()))


def _knowledge(arguments: argparse.Namespace) -> tuple["Store", "Lexicon"]:
    """The index to answer from, the shipped plan's made on first use, and the lexicon."""
    from knowledge import lexicon
    from knowledge.store import Store

    settings = config.load(arguments.config)
    words = lexicon.load(lexicon.SHIPPED, *([settings.lexicon] if settings.lexicon else []))
    db = arguments.db or settings.db
    if db is None:
        db = _default_db()
        _build_shipped(db)
    return Store(db), words


def _default_db() -> Path:
    from platformdirs import user_data_path

    return user_data_path("yaodian", appauthor=False) / "yaodian.db"


def _build_shipped(db: Path) -> None:
    """Index the shipped plan unless the index holds it as it is today."""
    from knowledge.store import Store, check, digest

    check(db)
    if db.exists() and db.stat().st_size:
        store = Store(db)
        try:
            if digest(SHIPPED.read_bytes()) in store.digests():
                return
        finally:
            store.close()
    from bot.replies import BUILDING
    from indexer.build import build
    from indexer.document import read_document

    print(BUILDING, file=sys.stderr)
    build([read_document(SHIPPED)], db)


def _index(arguments: argparse.Namespace) -> None:
    from bot.contract import report_record
    from bot.tables import print_report, progress
    from indexer.build import build
    from indexer.document import read_clauses, read_document, read_repairs

    if bool(arguments.sources) == bool(arguments.clauses):
        raise SettingsError("请指明要索引的文档，例如 yaodian index 工作要点.txt；条款清单用 --clauses。")
    settings = config.load(arguments.config)
    db = arguments.db or settings.db
    if db is None:
        db = _default_db()
        _build_shipped(db)
    if arguments.clauses:
        documents = read_clauses(arguments.clauses)
    else:
        repairs = read_repairs(arguments.repairs) if arguments.repairs else {}
        documents = [
            read_document(s, arguments.title, arguments.issuer, arguments.year, repairs) for s in arguments.sources
        ]
    with progress(len(documents), "建索引") as advance:
        reports = build(documents, db, advance)
    if arguments.json:
        records = [report_record(r) for r in reports]
        print(json.dumps(records[0] if len(records) == 1 else records, ensure_ascii=False, indent=2))
    else:
        print_report(reports, db)


def _plans(arguments: argparse.Namespace) -> None:
    from bot.tables import print_rows

    store, _ = _knowledge(arguments)
    plans = store.plans()
    if arguments.json:
        print(json.dumps(plans, ensure_ascii=False))
        return
    rows = [
        (
            p["title"],
            p["edition"] or "原文",
            p["issuer"] or "",
            str(p["year"] or ""),
            str(p["clauses"]),
            str(p["figures"]),
            "是" if p["current"] else "否",
        )
        for p in plans
    ]
    print_rows(("计划", "版本", "发布单位", "年份", "条款", "数字", "引用"), rows)


def _clauses(arguments: argparse.Namespace) -> None:
    from bot.contract import clause_record, figure_record
    from bot.replies import body, source
    from bot.tables import print_rows

    store, _ = _knowledge(arguments)
    clauses = (
        _chosen(store, arguments.ref)
        if arguments.ref
        else [c for p in store.plans() if p["current"] for c in store.clauses_of(p["title"])]
    )
    if arguments.json:
        records = [
            clause_record(c) | {"text": c.text, "figures": [figure_record(c, f) for f in c.figures]} for c in clauses
        ]
        print(json.dumps(records, ensure_ascii=False))
    elif arguments.ref:
        print("\n\n".join(f"{source(c)}\n\n{body(c)}" for c in clauses))
    else:
        print_rows(
            ("条", "标题", "所在部分"), [(c.ref or str(c.number), c.title or c.text[:24], c.chapter) for c in clauses]
        )


def _chosen(store: "Store", ref: str) -> list[Any]:
    """The clauses printed under a number, in any way of writing it."""
    import re

    from knowledge.numerals import number
    from knowledge.wording import fold

    found = re.search(r"-?\d+|[零〇一二三四五六七八九十百]+", fold(ref))
    value = number(found[0]) if found else None
    plan = store.plan()
    clauses = store.clause_by_ref(plan.title, int(value)) if plan and value is not None else []
    if not clauses:
        last = store.last_ref(plan.title) if plan else 0
        raise SettingsError(f"没有“{ref}”这一条，请写 1 到 {last} 之间的条号，例如 yaodian clauses 7。")
    return clauses


def _figures(arguments: argparse.Namespace) -> None:
    from bot.contract import figure_record
    from bot.tables import print_rows

    store, _ = _knowledge(arguments)
    clauses = [c for p in store.plans() if p["current"] for c in store.clauses_of(p["title"])]
    ledger = [
        (c, f)
        for c in clauses
        for f in c.figures
        if all(w in f"{f.what}{f.part or ''}{f.raw}{c.title}" for w in arguments.words)
    ]
    if arguments.json:
        print(json.dumps([figure_record(c, f) for c, f in ledger], ensure_ascii=False))
        return
    rows = [(c.ref or str(c.number), f.what, f.part or "", f.raw, f.qualifier or "") for c, f in ledger]
    print_rows(("条", "数的是什么", "其中", "数", "说明"), rows)


def _eval(arguments: argparse.Namespace) -> None:
    from bot.evaluate import evaluate, read_questions
    from bot.tables import print_scores, progress
    from knowledge.answer import ask

    rows = read_questions(arguments.file)
    store, lexicon = _knowledge(arguments)
    with progress(len(rows), "打分") as advance:
        scores = evaluate(rows, lambda question: ask(question, store, lexicon, 10), advance)
    if arguments.json:
        print(json.dumps({kind: score.record() for kind, score in scores.items()}, ensure_ascii=False, indent=2))
    else:
        print_scores(scores)


def _plain_streams() -> None:
    """Chinese comes out whole whatever the terminal's encoding says, and bytes that are no text come in as marks."""
    for stream in (sys.stdin, sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is not None:
            reconfigure(encoding="utf-8", errors="replace")


def _fail(sentence: str) -> NoReturn:
    print(sentence, file=sys.stderr)
    sys.exit(2)
