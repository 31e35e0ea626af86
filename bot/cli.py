"""The command line: every command takes its words apart, calls what it needs and prints what comes back."""

import argparse
import json
import os
import signal
import sys
from collections.abc import Mapping, Sequence
from contextlib import suppress
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

from bot import config
from bot.naming import plan_called, titled
from bot.words import Parser, fail, parse, positive, year
from knowledge.errors import SettingsError, StoreError, YaodianError

if TYPE_CHECKING:
    from bot.chats import Chats
    from bot.shelf import Shelf
    from knowledge.lexicon import Lexicon
    from knowledge.store import Store

SHIPPED = Path(__file__).resolve().parents[1] / "knowledge" / "plans" / "changzhou-2021.md"
# Our files where no setting names others.
_INDEX, _WORDS, _CHATS = "yaodian.db", "words.toml", "chats.db"


def main(words: Sequence[str] | None = None) -> None:
    """Run one command. Exits with 0, or with 2 and one sentence on standard error where it failed."""
    _plain_streams()
    signal.signal(signal.SIGTERM, _stop)
    typed = list(sys.argv[1:] if words is None else words)
    arguments = parse(_parser(), typed, argparse.Namespace(db=None, config=None, plan=""))
    try:
        arguments.run(arguments)
    except YaodianError as error:
        fail(str(error))
    except KeyboardInterrupt:
        sys.exit(130)
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    except OSError as error:
        fail(f"没有办成（{error.strerror or error}），请检查磁盘空间和权限后再试。")


def _stop(*_signal: object) -> NoReturn:
    """Leave as after Ctrl-C: what is half written is cleaned away."""
    sys.exit(143)


def _parser() -> Parser:
    where = Parser(add_help=False, argument_default=argparse.SUPPRESS)
    where.add_argument("--db", type=Path, metavar="文件", help="索引文件（不写就用内置的计划）")
    where.add_argument("--config", type=Path, metavar="文件", help="设置文件，见 config.example.toml")
    one = Parser(add_help=False, parents=[where], argument_default=argparse.SUPPRESS)
    one.add_argument("--plan", metavar="计划", help="只看这一份：标题、年份或发布单位里的几个字")
    as_json = Parser(add_help=False)
    as_json.add_argument("--json", action="store_true", help="输出 JSON")
    parser = Parser(
        parents=[one],
        prog="yaodian",
        description="要点：向一份政府工作计划提问，得到条款和准确的数字。不带命令就是在终端里聊天。",
    )
    parser.set_defaults(run=_chat)
    commands = parser.add_subparsers(metavar="命令", parser_class=Parser)

    ask = commands.add_parser("ask", parents=[one, as_json], help="问一个问题")
    ask.add_argument("question", nargs="*", metavar="问题")
    ask.add_argument("--jsonl", action="store_true", help='从标准输入逐行读 {"question": "…"}，逐行输出 JSON')
    ask.add_argument("--explain", action="store_true", help="先说听懂了什么（每问一行），再回答；JSON 里是 frames")
    ask.add_argument("--limit", type=positive, default=5, metavar="条数", help="列出几条最接近的条款（默认 5）")
    ask.set_defaults(run=_ask)

    _add_keeping(commands, where, as_json)
    clauses = commands.add_parser("clauses", parents=[one, as_json], help="列出条款，或看其中一条")
    clauses.add_argument("ref", nargs="?", metavar="条号")
    clauses.set_defaults(run=_clauses)
    figures = commands.add_parser("figures", parents=[one, as_json], help="列出计划里的数字")
    figures.add_argument("words", nargs="*", metavar="关键词")
    figures.set_defaults(run=_figures)
    unanswered = commands.add_parser("unanswered", parents=[where, as_json], help="列出没答上的问题")
    unanswered.set_defaults(run=_unanswered)
    teach = commands.add_parser("teach", parents=[where], help="教一个口语说法")
    teach.add_argument("everyday", metavar="口语")
    teach.add_argument("official", metavar="官方说法")
    teach.set_defaults(run=_teach)
    feedback = commands.add_parser("feedback", parents=[where, as_json], help="列出大家的评价和意见")
    feedback.set_defaults(run=_feedback)
    evaluate = commands.add_parser("eval", parents=[one, as_json], help="用一套题打分")
    evaluate.add_argument("file", type=Path, metavar="题目")
    evaluate.set_defaults(run=_eval)
    telegram = commands.add_parser("telegram", parents=[one], help="运行 Telegram 机器人")
    telegram.set_defaults(run=_telegram)
    web = commands.add_parser("web", parents=[one], help="在网页上回答问题")
    web.add_argument("--host", metavar="地址", help="在哪个地址上等人来问（默认 127.0.0.1，只有本机能用）")
    web.add_argument("--port", type=positive, metavar="端口", help="在哪个端口上等人来问（默认 8000）")
    web.add_argument("--telegram", action="store_true", help="同时接收 Telegram 送来的消息（要写 webhook_url）")
    web.set_defaults(run=_web)
    return parser


def _add_keeping(commands: "argparse._SubParsersAction[Parser]", where: Parser, as_json: Parser) -> None:
    """The commands that say which plans there are."""
    index = commands.add_parser("index", parents=[where, as_json], help="给文档建索引")
    index.add_argument("sources", nargs="*", metavar="文档", help="文件、文件夹、压缩包或网址")
    index.add_argument(
        "--clauses", type=Path, metavar="清单", help='现成的条款清单，每行 {"id": …, "plan": …, "text": …}'
    )
    index.add_argument("--title", default="", metavar="标题")
    index.add_argument("--issuer", default="", metavar="发布单位")
    index.add_argument("--year", type=year, metavar="年份")
    index.add_argument("--repairs", type=Path, metavar="文件", help='改正表：每行 "原文里的错字" = "应该是什么"')
    index.add_argument(
        "--replace", default="", metavar="计划", help="顶替索引里的这一份：标题、年份或发布单位里的几个字"
    )
    index.set_defaults(run=_index)

    plans = commands.add_parser("plans", parents=[where, as_json], help="列出有哪些计划")
    plans.set_defaults(run=_plans)
    remove = commands.add_parser("remove", parents=[where], help="从索引里去掉一份计划")
    remove.add_argument("name", metavar="计划", help="标题、年份或发布单位里的几个字")
    remove.add_argument("--yes", action="store_true", help="不再问，直接去掉")
    remove.set_defaults(run=_remove)


def _chat(arguments: argparse.Namespace) -> None:
    from bot.conversation import Conversation
    from bot.terminal import chat

    chat(Conversation(_shelf(arguments), _chats(arguments)))


def _telegram(arguments: argparse.Namespace) -> None:
    from bot.telegram.app import run

    settings = config.load(arguments.config)
    run(
        settings.telegram,
        _shelf(arguments),
        _chats(arguments),
        settings.lexicon or _default(_WORDS),
        settings.keep_days,
    )


def _web(arguments: argparse.Namespace) -> None:
    from dataclasses import replace

    from bot.web.app import create_app, run

    settings = config.load(arguments.config)
    where = replace(settings.web, host=arguments.host or settings.web.host, port=arguments.port or settings.web.port)
    shelf, chats = _shelf(arguments), _chats(arguments)
    if not arguments.telegram:
        run(create_app(where, shelf, chats), where)
        return
    from bot.telegram.app import beside

    bot = beside(settings.telegram, shelf, chats, settings.lexicon or _default(_WORDS), settings.keep_days)
    run(create_app(where, shelf, chats, bot.routes, bot.ready), where, bot.running)


def _ask(arguments: argparse.Namespace) -> None:
    from bot.asking import answer_lines, record
    from bot.conversation import is_unanswered
    from bot.explained import explained
    from knowledge.answer import ask

    if arguments.jsonl:
        answer_lines(*_knowledge(arguments), arguments.limit)
        return
    question = " ".join(arguments.question)
    if not question and not sys.stdin.isatty():
        question = sys.stdin.read()
    store, lexicon = _knowledge(arguments)
    answer = ask(question, store, lexicon, arguments.limit)
    if is_unanswered(answer):
        with suppress(StoreError):  # a question that cannot be noted is answered all the same
            _chats(arguments).refused(question)
    said = record(answer, store)
    if arguments.explain and not arguments.json:
        print(explained(answer), end="\n\n")
    print(json.dumps(said, ensure_ascii=False) if arguments.json else said["reply"])


def _knowledge(arguments: argparse.Namespace) -> tuple["Store", "Lexicon"]:
    """The index to answer from and the lexicon, as they are now."""
    shelf = _shelf(arguments)
    if not shelf.store.count_plans():
        raise StoreError("索引里一份计划也没有，请先运行 yaodian index 文档。")
    return shelf.store, shelf.lexicon


def _shelf(arguments: argparse.Namespace) -> "Shelf":
    """The index to answer from, the shipped plan's made on first use, and the lexicon with the operator's own."""
    from bot.shelf import Shelf
    from knowledge import lexicon

    settings = config.load(arguments.config)
    if settings.lexicon and not settings.lexicon.exists():
        lexicon.load(settings.lexicon)  # tells that it is not there
    return Shelf(_db(arguments, settings), [settings.lexicon or _default(_WORDS)], settings.elsewhere, arguments.plan)


def _db(arguments: argparse.Namespace, settings: config.Config) -> Path:
    """The index that the option or the setting names, else the default one with the shipped plan in it."""
    named = arguments.db or settings.db
    if named:
        return named
    _build_shipped(_default(_INDEX))
    return _default(_INDEX)


def _default(name: str) -> Path:
    """Where a file of ours lies that no option and no setting names."""
    from platformdirs import user_data_path

    return user_data_path("yaodian", appauthor=False) / name


def _build_shipped(db: Path) -> None:
    """Index the shipped plan unless the index holds it as it is today or a person has taken it out. An index of another
    version is set aside."""
    from knowledge.errors import OtherVersion
    from knowledge.store import Store, check, digest

    try:
        check(db)
    except OtherVersion:
        aside = next(file for n in count(1) if not (file := db.with_name(f"{db.stem}.old{n}{db.suffix}")).exists())
        db.rename(aside)
        print(f"索引换了格式，原来的留在 {aside}；自己加的文档请再运行一次 yaodian index。", file=sys.stderr)
    if db.exists() and db.stat().st_size:
        store = Store(db)
        try:
            held = store.digests()
            if SHIPPED.name not in held.values() or digest(SHIPPED.read_bytes()) in held:
                return
        finally:
            store.close()
    from bot.replies import BUILDING
    from indexer.build import build
    from indexer.document import read_document

    print(BUILDING, file=sys.stderr)
    build([read_document(SHIPPED)], db)


def _index(arguments: argparse.Namespace) -> None:
    from bot.indexing import Known, index, index_list
    from indexer.document import read_repairs

    if bool(arguments.sources) == bool(arguments.clauses):
        raise SettingsError("请指明要索引的文档，例如 yaodian index 工作要点.docx；条款清单用 --clauses。")
    settings = config.load(arguments.config)
    db = _db(arguments, settings)
    if arguments.clauses:
        index_list(arguments.clauses, db, as_json=arguments.json)
        return
    repairs = read_repairs(arguments.repairs) if arguments.repairs else {}
    old = _called(arguments.replace, db) if arguments.replace else None
    replaces = (old["title"], old["edition"]) if old else None
    known = Known(arguments.title, arguments.issuer, arguments.year, repairs, replaces)
    if not index(arguments.sources, db, known, intranet=settings.intranet, as_json=arguments.json):
        sys.exit(2)


def _plans(arguments: argparse.Namespace) -> None:
    from bot.listings import list_plans
    from knowledge.store import Store

    list_plans(Store(_db(arguments, config.load(arguments.config))), as_json=arguments.json)


def _remove(arguments: argparse.Namespace) -> None:
    from bot.replies import REMOVE, REMOVED
    from indexer.build import remove

    db = _db(arguments, config.load(arguments.config))
    plan = _called(arguments.name, db)
    told = {"plan": titled(plan["title"], plan["edition"]), "clauses": plan["clauses"], "figures": plan["figures"]}
    if not arguments.yes:
        if not sys.stdin.isatty():
            raise SettingsError("去掉计划之前要问您一声，请在终端里运行，或者加上 --yes。")
        if input(REMOVE.format(**told)).strip().lower() not in {"是", "y", "yes"}:
            return
    remove(db, plan["title"], plan["edition"])
    print(REMOVED.format(**told))


def _called(name: str, db: Path) -> Mapping[str, Any]:
    """The plan in an index that a name means."""
    from knowledge.store import Store

    store = Store(db)
    try:
        return plan_called(name, store.plans())
    finally:
        store.close()


def _clauses(arguments: argparse.Namespace) -> None:
    from bot.listings import list_clauses

    list_clauses(_knowledge(arguments)[0], arguments.ref, as_json=arguments.json)


def _figures(arguments: argparse.Namespace) -> None:
    from bot.listings import list_figures

    list_figures(_knowledge(arguments)[0], arguments.words, as_json=arguments.json)


def _unanswered(arguments: argparse.Namespace) -> None:
    from bot.listings import list_unanswered

    list_unanswered(_chats(arguments).unanswered(), as_json=arguments.json)


def _feedback(arguments: argparse.Namespace) -> None:
    from bot.feedback import Feedback
    from bot.listings import list_feedback

    list_feedback(Feedback(_chats(arguments)), as_json=arguments.json)


def _teach(arguments: argparse.Namespace) -> None:
    from bot.teaching import teach

    file = config.load(arguments.config).lexicon or _default(_WORDS)
    teach(file, arguments.everyday, arguments.official)
    print(
        f"记住了：以后有人说“{arguments.everyday}”，就当是问“{arguments.official}”；写在 {file} 里，正开着的聊天重新打开后生效。"
    )


def _chats(arguments: argparse.Namespace) -> "Chats":
    """What chats leave behind: where they find what was talked about, and note what they refused."""
    from bot.chats import Chats

    settings = config.load(arguments.config)
    return Chats(settings.chats or _default(_CHATS), settings.keep_days)


def _eval(arguments: argparse.Namespace) -> None:
    from bot.evaluate import evaluate, read_questions
    from bot.tables import print_scores, progress
    from knowledge.answer import converse

    rows = read_questions(arguments.file)
    store, lexicon = _knowledge(arguments)
    with progress(len(rows), "打分") as advance:
        scores = evaluate(rows, lambda question, before: converse(question, before, store, lexicon, 10), advance)
    if arguments.json:
        print(json.dumps({kind: score.record() for kind, score in scores.items()}, ensure_ascii=False, indent=2))
    else:
        print_scores(scores)


def _plain_streams() -> None:
    """Chinese comes out whole whatever the terminal's encoding says, and bytes that are no text come in as marks."""
    for name in ("stdin", "stdout", "stderr"):
        if getattr(sys, name) is None:  # closed by who started the command
            setattr(sys, name, Path(os.devnull).open("r" if name == "stdin" else "w"))  # noqa: SIM115 — open as long as the command runs
        reconfigure = getattr(getattr(sys, name), "reconfigure", None)
        if reconfigure is not None:
            reconfigure(encoding="utf-8", errors="replace")
