"""The words of a command line taken apart by argparse, what is wrong with them told in Chinese."""

import argparse
import re
import sys
from typing import NoReturn

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


def positive(text: str) -> int:
    return _between(text, 1, _LARGEST, "要写一个大于 0 的整数")


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
