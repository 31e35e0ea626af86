"""The commands and their options, taken apart by argparse, and what is wrong with them told in Chinese."""

import argparse
import re
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import NoReturn

Run = Mapping[str, Callable[[argparse.Namespace], None]]

_LARGEST = 10**9
# What argparse says, in the words of whoever typed the command.
_TOLD = [
    (r"unrecognized arguments: (.*)", r"不认识 \1"),
    (r"the following arguments are required: (.*)", r"还缺 \1"),
    (r"argument 命令: invalid choice: '?(.*?)'? \(choose from .*", r"没有 \1 这个命令"),
    (r"argument (\S+): expected .*", r"\1 后面要写一个值"),
    (r"argument (\S+): ignored explicit argument '?(.*?)'?", r"\1 后面不能写 \2"),
    (r"argument (\S+): invalid .* value: '?(.*?)'?", r"\1 不能是 \2"),
    (r"ambiguous option: (\S+) could match (.*)", r"\1 没有写全，可以是 \2"),
    (r"argument (\S+): (.*[\u4e00-\u9fff].*)", r"\1 \2"),
]


class Parser(argparse.ArgumentParser):
    """An argument parser whose errors are one sentence in Chinese."""

    def error(self, message: str) -> NoReturn:
        found = ((re.fullmatch(said, message, re.DOTALL), told) for said, told in _TOLD)
        why = next((match.expand(told) for match, told in found if match), "有的词放错了地方")
        fail(f"命令写得不对（{' '.join(why.split())}），用 {self.prog} --help 看看怎么写。")


def commands(run: Run) -> Parser:
    """Every command with its options; `run` does the command of that name, "" what is done without one."""
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
    parser.set_defaults(run=run[""])
    made = parser.add_subparsers(metavar="命令", parser_class=Parser)

    ask = made.add_parser("ask", parents=[one, as_json], help="问一个问题")
    ask.add_argument("question", nargs="*", metavar="问题")
    ask.add_argument("--jsonl", action="store_true", help='从标准输入逐行读 {"question": "…"}，逐行输出 JSON')
    ask.add_argument("--explain", action="store_true", help="先说听懂了什么（每问一行），再回答；JSON 里是 frames")
    ask.add_argument("--limit", type=positive, default=5, metavar="条数", help="列出几条最接近的条款（默认 5）")
    ask.set_defaults(run=run["ask"])

    _add_keeping(made, where, as_json, run)
    clauses = made.add_parser("clauses", parents=[one, as_json], help="列出条款，或看其中一条")
    clauses.add_argument("ref", nargs="?", metavar="条号")
    clauses.set_defaults(run=run["clauses"])
    figures = made.add_parser("figures", parents=[one, as_json], help="列出计划里的数字")
    figures.add_argument("words", nargs="*", metavar="关键词")
    figures.set_defaults(run=run["figures"])
    unanswered = made.add_parser("unanswered", parents=[where, as_json], help="列出没答上的问题")
    unanswered.set_defaults(run=run["unanswered"])
    teach = made.add_parser("teach", parents=[where], help="教一个口语说法")
    teach.add_argument("everyday", metavar="口语")
    teach.add_argument("official", metavar="官方说法")
    teach.set_defaults(run=run["teach"])
    feedback = made.add_parser("feedback", parents=[where, as_json], help="列出大家的评价和意见")
    feedback.set_defaults(run=run["feedback"])
    evaluate = made.add_parser("eval", parents=[one, as_json], help="用一套题打分")
    evaluate.add_argument("file", type=Path, metavar="题目")
    evaluate.set_defaults(run=run["eval"])
    telegram = made.add_parser("telegram", parents=[one], help="运行 Telegram 机器人")
    telegram.set_defaults(run=run["telegram"])
    web = made.add_parser("web", parents=[one], help="在网页上回答问题")
    web.add_argument("--host", metavar="地址", help="在哪个地址上等人来问（默认 127.0.0.1，只有本机能用）")
    web.add_argument("--port", type=positive, metavar="端口", help="在哪个端口上等人来问（默认 8000）")
    web.add_argument(
        "--workers",
        type=workers,
        default=1,
        metavar="个数",
        help="用几个进程一起回答（默认 1，人多、机器有几个核时再加）",
    )
    web.add_argument("--telegram", action="store_true", help="同时接收 Telegram 送来的消息（要写 webhook_url）")
    web.set_defaults(run=run["web"])
    return parser


def _add_keeping(made: "argparse._SubParsersAction[Parser]", where: Parser, as_json: Parser, run: Run) -> None:
    """The commands that say which plans there are."""
    index = made.add_parser("index", parents=[where, as_json], help="给文档建索引")
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
    index.set_defaults(run=run["index"])

    plans = made.add_parser("plans", parents=[where, as_json], help="列出有哪些计划")
    plans.set_defaults(run=run["plans"])
    remove = made.add_parser("remove", parents=[where], help="从索引里去掉一份计划")
    remove.add_argument("name", metavar="计划", help="标题、年份或发布单位里的几个字")
    remove.add_argument("--yes", action="store_true", help="不再问，直接去掉")
    remove.set_defaults(run=run["remove"])


def positive(text: str) -> int:
    return _between(text, 1, _LARGEST, "要写一个大于 0 的整数")


def workers(text: str) -> int:
    return _between(text, 1, 64, "要写 1 到 64 之间的整数")


def year(text: str) -> int:
    return _between(text, 1900, 2999, "要写 1900 到 2999 之间的年份")


def _between(text: str, least: int, most: int, otherwise: str) -> int:
    try:
        value = int(text)
    except ValueError:
        value = least - 1
    if not least <= value <= most:
        raise argparse.ArgumentTypeError(otherwise)
    return value


def parse(parser: Parser, words: list[str], unsaid: argparse.Namespace) -> argparse.Namespace:
    """The command in the words, with `unsaid` for the options that stand neither before it nor behind it. What a question begins with is taken for no option: ask -学位."""
    arguments, unknown = parser.parse_known_args(words, unsaid)
    if unknown and (not hasattr(arguments, "question") or any(re.match("--?[a-zA-Z]", word) for word in unknown)):
        parser.error(f"unrecognized arguments: {' '.join(unknown)}")
    if unknown:
        arguments.question = sorted([*arguments.question, *unknown], key=words.index)
    return arguments


def fail(sentence: str) -> NoReturn:
    print(sentence, file=sys.stderr)
    sys.exit(2)
