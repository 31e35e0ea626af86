"""Words by jieba's dictionary, at index time: those of everyday Chinese, and those that a document is cut into."""

import re
from collections.abc import Callable, Iterable, Iterator
from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import jieba

# jieba copies the way so far at every character that it guesses at: what no sentence ends in is cut for it.
_STRETCH = re.compile(r"[^\n]{0,999}\n|[^\n]{1,999}(?:[。；]|$)|[^\n]{1,1000}")


def everyday_words() -> Iterator[tuple[str, int]]:
    """The words of everyday Chinese with their frequency: those of jieba's dictionary that are not rare."""
    for word, frequency, _ in _entries():
        if len(word) <= 4 and int(frequency) >= 5:
            yield word, int(frequency)


def default_cutter() -> Callable[[str], Iterable[str]]:
    """A function that cuts with all of jieba's dictionary and guesses new words: for documents, at index time."""
    return lambda text: (word for piece in _STRETCH.findall(text) for word in _tokenizer().cut(piece, HMM=True))


@cache
def parts_of_speech() -> dict[str, str]:
    """The words of jieba's dictionary with their part of speech (新增 → v, 学校 → n)."""
    return {word: tag for word, _, tag in _entries()}


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


def _entries() -> Iterator[list[str]]:
    import jieba

    with jieba.get_dict_file() as lines:
        yield from (line.split(" ") for line in lines.read().decode("utf8").splitlines())
