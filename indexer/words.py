"""Words by jieba's dictionary, at index time: those of everyday Chinese, and those that a document is cut into."""

import re
from collections.abc import Callable, Iterable
from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import jieba

# jieba copies the way so far at every character that it guesses at: what no sentence ends in is cut for it.
_STRETCH = re.compile(r"[^\n]{0,999}\n|[^\n]{1,999}(?:[。；]|$)|[^\n]{1,1000}")
# A word of at most four characters that is met at least five times.
_EVERYDAY = re.compile(r"^([^ \n]{1,4}) ([5-9]|[1-9]\d+) ", re.MULTILINE)


def everyday_words() -> list[tuple[str, str]]:
    """The words of everyday Chinese with their frequency: those of jieba's dictionary that are not rare."""
    return _EVERYDAY.findall(_dictionary())


def default_cutter() -> Callable[[str], Iterable[str]]:
    """A function that cuts with all of jieba's dictionary and guesses new words: for documents, at index time."""
    return lambda text: (word for piece in _STRETCH.findall(text) for word in _tokenizer().cut(piece, HMM=True))


@cache
def parts_of_speech() -> dict[str, str]:
    """The words of jieba's dictionary with their part of speech (新增 → v, 学校 → n)."""
    return {word: tag for word, _, tag in (line.split(" ") for line in _dictionary().splitlines())}


@cache
def _tokenizer() -> "jieba.Tokenizer":
    import logging

    import jieba

    jieba.setLogLevel(logging.WARNING)
    tokenizer = jieba.Tokenizer()
    with jieba.get_dict_file() as lines:  # its cache is a marshal file in /tmp, which anyone may have written
        tokenizer.FREQ, tokenizer.total = tokenizer.gen_pfdict(lines)
    tokenizer.initialized = True
    return tokenizer


def _dictionary() -> str:
    """Lines of a word, its frequency and its part of speech."""
    import jieba

    with jieba.get_dict_file() as lines:
        return str(lines.read(), "utf8")
