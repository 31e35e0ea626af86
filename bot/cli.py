"""The command line: every command takes its words apart, calls what it needs and prints what comes back."""

import argparse
import json
import os
import signal
import sys
from collections.abc import Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

from bot.commandline import commands, fail, parse
from bot.console import visible
from bot.replies.naming import plan_called, titled
from bot.settings import Settings, load
from knowledge.errors import SettingsError, StoreError, YaodianError

if TYPE_CHECKING:
    from bot.assistant import Assistant
    from bot.records import Records

# Our files where no setting names others.
_INDEX, _WORDS, _CHATS = "yaodian.db", "words.toml", "chats.db"
ONE_BOT = "--workers 不能和 --telegram 一起用，因为机器人只能有一个；请另外运行 yaodian telegram。"
REMOVE = "要从索引里去掉{plan}吗？里面有 {clauses} 条、{figures} 个数字。（是/否）"
REMOVED = "已从索引里去掉{plan}：{clauses} 条、{figures} 个数字。"


def main(words: Sequence[str] | None = None) -> None:
    """Run one command. Exits with 0, or with 2 and one sentence on standard error where it failed."""
    _plain_streams()
    signal.signal(signal.SIGTERM, _stop)
    typed = list(sys.argv[1:] if words is None else words)
    arguments = parse(commands(_COMMANDS), typed, argparse.Namespace(db=None, config=None, plan=""))
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


def _chat(arguments: argparse.Namespace) -> None:
    from bot.terminal import chat

    chat(_assistant(arguments, steady=True))


def _telegram(arguments: argparse.Namespace) -> None:
    from bot.pictures.png import Painter
    from bot.telegram.app import run

    settings = load(arguments.config)
    assistant, words = _assistant(arguments, steady=True), settings.lexicon or _default(_WORDS)
    run(settings.telegram, assistant, words, settings.keep_days, Painter(settings.web.font))


def _web(arguments: argparse.Namespace) -> None:
    from msgspec.structs import replace

    from bot.web.app import create_app, run, run_many

    settings = load(arguments.config)
    where = replace(settings.web, host=arguments.host or settings.web.host, port=arguments.port or settings.web.port)
    if arguments.workers > 1 and arguments.telegram:
        raise SettingsError(ONE_BOT)
    assistant = _assistant(arguments, steady=True)
    if arguments.workers > 1:
        run_many(arguments.workers, where, partial(_assistant, arguments, steady=True))
    elif arguments.telegram:
        from bot.pictures.png import Painter
        from bot.telegram.app import beside

        words = settings.lexicon or _default(_WORDS)
        bot = beside(settings.telegram, assistant, words, settings.keep_days, Painter(settings.web.font))
        run(create_app(where, assistant, bot.routes, bot.ready), where, bot.running)
    else:
        run(create_app(where, assistant), where)


def _ask(arguments: argparse.Namespace) -> None:
    from bot.replies.blocks import plain
    from bot.replies.contract import answer_record, as_json
    from bot.replies.explained import explained
    from bot.terminal import answer_lines

    if arguments.jsonl:
        answer_lines(_with_plans(arguments), arguments.limit)
        return
    question = " ".join(arguments.question)
    if not question and not sys.stdin.isatty():
        question = sys.stdin.read()
    turn = _with_plans(arguments).alone(question, limit=arguments.limit)
    if arguments.explain and not arguments.json:
        print(explained(turn.answer), end="\n\n")
    reply = plain(turn.reply)
    print(as_json(answer_record(turn.answer, reply)) if arguments.json else visible(reply))


def _with_plans(arguments: argparse.Namespace) -> "Assistant":
    """The assistant, where there is something to answer from."""
    assistant = _assistant(arguments)
    if not assistant.library.store.count_plans():
        raise StoreError("索引里一份计划也没有，请先运行 yaodian index 文档。")
    return assistant


def _assistant(arguments: argparse.Namespace, *, steady: bool = False) -> "Assistant":
    """Answers from the index, the shipped plan's made on first use, with the lexicon and the operator's own."""
    from bot.assistant import Assistant
    from bot.library import Library
    from knowledge import lexicon

    settings = load(arguments.config)
    if settings.lexicon and not settings.lexicon.exists():
        lexicon.load(settings.lexicon)  # tells that it is not there
    words = [settings.lexicon or _default(_WORDS)]
    library = Library(_db(arguments, settings), words, settings.elsewhere, arguments.plan, steady=steady)
    return Assistant(library, _records(settings))


def _records(settings: Settings, *, forgiving: bool = True) -> "Records":
    """What chats leave behind: where they find what was talked about, and note what they refused."""
    from bot.records import Records

    return Records(settings.chats or _default(_CHATS), settings.keep_days, forgiving=forgiving)


def _db(arguments: argparse.Namespace, settings: Settings) -> Path:
    """The index that the option or the setting names, else the default one with the shipped plan in it."""
    named = arguments.db or settings.db
    if named:
        return named
    from bot.shipped import build_shipped

    build_shipped(_default(_INDEX))
    return _default(_INDEX)


def _default(name: str) -> Path:
    """Where a file of ours lies that no option and no setting names."""
    from platformdirs import user_data_path

    return user_data_path("yaodian", appauthor=False) / name


def _index(arguments: argparse.Namespace) -> None:
    from bot.indexing import Known, index, index_list
    from indexer.document import read_repairs

    if bool(arguments.sources) == bool(arguments.clauses):
        raise SettingsError("请指明要索引的文档，例如 yaodian index 工作要点.docx；条款清单用 --clauses。")
    settings = load(arguments.config)
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
    from bot.listing import list_plans
    from knowledge.store import Store

    list_plans(Store(_db(arguments, load(arguments.config))), as_json=arguments.json)


def _remove(arguments: argparse.Namespace) -> None:
    from indexer.build import remove

    db = _db(arguments, load(arguments.config))
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
    from bot.listing import list_clauses

    list_clauses(_with_plans(arguments), arguments.ref, as_json=arguments.json)


def _figures(arguments: argparse.Namespace) -> None:
    from bot.listing import list_figures

    list_figures(_with_plans(arguments), arguments.words, as_json=arguments.json)


def _unanswered(arguments: argparse.Namespace) -> None:
    from bot.listing import list_unanswered

    list_unanswered(_records(load(arguments.config), forgiving=False), as_json=arguments.json)


def _feedback(arguments: argparse.Namespace) -> None:
    from bot.listing import list_feedback

    list_feedback(_records(load(arguments.config), forgiving=False), as_json=arguments.json)


def _teach(arguments: argparse.Namespace) -> None:
    from bot.teaching import teach

    file = load(arguments.config).lexicon or _default(_WORDS)
    teach(file, arguments.everyday, arguments.official)
    print(
        f"记住了：以后有人说“{arguments.everyday}”，就当是问“{arguments.official}”；写在 {file} 里，正开着的聊天重新打开后生效。"
    )


def _eval(arguments: argparse.Namespace) -> None:
    from bot.console import progress
    from bot.evaluate import evaluate, print_scores, read_questions

    rows = read_questions(arguments.file)
    assistant = _with_plans(arguments)
    with progress(len(rows), "打分") as advance:
        scores = evaluate(rows, lambda question, before: assistant.converse(question, before, limit=10), advance)
    if arguments.json:
        print(json.dumps({kind: score.record() for kind, score in scores.items()}, ensure_ascii=False, indent=2))
    else:
        print_scores(scores)


_COMMANDS = {
    "": _chat,
    "index": _index,
    "plans": _plans,
    "remove": _remove,
    "ask": _ask,
    "clauses": _clauses,
    "figures": _figures,
    "unanswered": _unanswered,
    "teach": _teach,
    "feedback": _feedback,
    "eval": _eval,
    "telegram": _telegram,
    "web": _web,
}


def _plain_streams() -> None:
    """Chinese comes out whole whatever the terminal's encoding says, and bytes that are no text come in as marks."""
    for name in ("stdin", "stdout", "stderr"):
        if getattr(sys, name) is None:  # closed by who started the command
            setattr(sys, name, Path(os.devnull).open("r" if name == "stdin" else "w"))  # noqa: SIM115 — open as long as the command runs
        reconfigure = getattr(getattr(sys, name), "reconfigure", None)
        if reconfigure is not None:
            reconfigure(encoding="utf-8", errors="replace")
