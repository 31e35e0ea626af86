"""Words by jieba's dictionary, at index time: those of everyday Chinese, and those that a document is cut into.

The words are those that jieba itself cuts a text into. Its own code copies the way so far at every character that it guesses
at, and looks every stretch up more than once; a document of two megabytes wants a time that is linear, and less of it.
"""

import re
from collections.abc import Callable, Iterable, Iterator
from functools import cache, lru_cache
from math import log
from operator import add
from sys import intern

# What is cut at once; anything else is a word by itself, a line's end too.
_BLOCK = re.compile(r"([\u4e00-\u9fd5a-zA-Z0-9+#&._%-]+)|\r\n|.", re.DOTALL)
_PIECE = re.compile(r"([\u4e00-\u9fd5]+)|[a-zA-Z0-9]+(?:\.\d+)?%?|[^\u4e00-\u9fd5a-zA-Z0-9]+")
_NEVER = float("-inf")
_KEPT = 1 << 14  # stretches that are kept: the same names come again and again


def everyday_words() -> Iterator[tuple[str, int]]:
    """The words of everyday Chinese with their frequency: those of jieba's dictionary that are not rare."""
    words, counts, _ = _dictionary()
    return ((word, count) for word, count in zip(words, counts, strict=True) if len(word) <= 4 and count >= 5)


def default_cutter() -> Callable[[str], Iterable[str]]:
    """A function that cuts with all of jieba's dictionary and guesses new words: for documents, at index time."""
    return _cut


@cache
def parts_of_speech() -> dict[str, str]:
    """The words of jieba's dictionary with their part of speech (新增 → v, 学校 → n)."""
    words, _, tags = _dictionary()
    return dict(zip(words, tags, strict=True))


@cache
def _dictionary() -> tuple[list[str], list[int], list[str]]:
    """The words, how often each is said, and what part of speech it is."""
    import jieba

    with jieba.get_dict_file() as lines:
        said = lines.read().decode("utf8").split()
    return said[::3], list(map(int, said[1::3])), list(map(intern, said[2::3]))


@cache
def _likely() -> tuple[dict[str, float], float]:
    """The logarithms of how likely each word is, and of how likely one is that is said once in the dictionary's texts."""
    words, counts, _ = _dictionary()
    total = log(sum(counts))
    return {word: log(count) - total for word, count in zip(words, counts, strict=True)}, -total


@cache
def _longest() -> dict[str, int]:
    """How long the longest word is that begins with a pair of characters."""
    words = sorted(_dictionary()[0], key=len)
    return {word[:2]: len(word) for word in words if len(word) > 1}


def _cut(text: str) -> list[str]:
    words: list[str] = []
    for found in _BLOCK.finditer(text):
        words += _likeliest(found[1]) if found[1] else (found[0],)
    return words


@lru_cache(_KEPT)
def _likeliest(text: str) -> tuple[str, ...]:
    """The words of a stretch; where single characters stand together, what they may be."""
    words: list[str] = []
    begin = place = 0
    for end in _ends(text):
        if end - place > 1:
            words += *_singles(text[begin:place]), text[place:end]
            begin = end
        place = end
    return *words, *_singles(text[begin:])


def _ends(text: str) -> Iterator[int]:
    """Where the words end on the likeliest way through a text."""
    (likely, once), size = _likely(), len(text)
    longest = [*map(_longest().get, map(add, text, text[1:])), None]
    best, ends, way = [0.0] * (size + 1), [*range(1, size + 1)], 0.0
    for start in range(size - 1, -1, -1):
        alone, reach = likely.get(text[start]), longest[start]
        if reach is None:
            way += once if alone is None else alone
        else:
            way = _NEVER if alone is None else way + alone
            for stop in range(start + 2, min(start + reach, size) + 1):
                word = likely.get(text[start:stop])
                if word is not None and word + best[stop] >= way:
                    way, ends[start] = word + best[stop], stop
            if way == _NEVER:
                way = once + best[start + 1]
        best[start] = way
    place = 0
    while place < size:
        place = ends[place]
        yield place


def _singles(text: str) -> Iterable[str]:
    if len(text) < 2 or text in _likely()[0]:
        return text
    return _guessed(text)


@lru_cache(_KEPT)
def _guessed(text: str) -> tuple[str, ...]:
    """What characters may be that make no word of the dictionary: names, and words that are new."""
    return tuple(word for piece in _PIECE.finditer(text) for word in (_new(piece[1]) if piece[1] else (piece[0],)))


def _new(text: str) -> Iterator[str]:
    """The words of a hidden Markov model whose states are first, middle and last character of a word, and a word alone."""
    states, start = _states(text), 0
    for place, state in enumerate(states, 1):
        if state in "ES":
            yield text[start:place]
            start = place


def _states(text: str) -> str:
    """The likeliest states (B, M, E, S) of characters."""
    from jieba.finalseg import MIN_FLOAT, PrevStatus, emit_P, start_P, trans_P

    score = {state: start_P[state] + emit_P[state].get(text[0], MIN_FLOAT) for state in "BMES"}
    steps = []
    for char in text[1:]:
        step = {
            state: max(
                (score[last] + trans_P[last][state] + emit_P[state].get(char, MIN_FLOAT), last) for last in before
            )
            for state, before in PrevStatus.items()
        }
        steps.append(step)
        score = {state: found[0] for state, found in step.items()}
    states = [max("ES", key=lambda state: (score[state], state))]
    for step in reversed(steps):
        states.append(step[states[-1]][1])
    return "".join(reversed(states))
