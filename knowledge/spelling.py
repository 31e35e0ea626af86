"""A second chance for words that are misspelt: by their sound, by a character too many, too few or wrong, by pinyin.

Every word of the clauses is stored under its forms; a stretch of a question that no clause holds is looked up under its
own. Right words never come here, so they never pay for it.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import accumulate

from knowledge.wording import HAN, pinyin

# How near a misspelt word comes to the right one.
RESPELT = 0.9
# Sounds that people mix up, in their typing as in their speech: n/l, zh/z, ang/an, hu/f.
_MIXED = [("zh", "z"), ("ch", "c"), ("sh", "s"), ("ng", "n"), ("hu", "f"), ("l", "n"), ("v", "u")]
_HAN_RUN = re.compile(f"[{HAN}]+")
_LATIN_RUN = re.compile(r"[a-z]+(?: [a-z]+)*")
_LONGEST = 8
_EDITED = 4  # a shorter word is too like too many others to be told by what is left of it


def forms(word: str) -> Iterator[str]:
    """What a word of the clauses is found under: ~sound, ^initials, -word less one character.

    >>> sorted(forms("学位"))
    ['~xuewei']
    >>> sorted(forms("家校共育"))
    ['-家共育', '-家校共', '-家校育', '-校共育', '^jxgy', '~jiaxiaogonyu']
    """
    if not _HAN_RUN.fullmatch(word):
        return
    syllables = pinyin(word)
    yield "~" + _mixed("".join(syllables))
    if len(word) >= 3:
        yield "^" + "".join(s[0] for s in syllables)
    if len(word) >= _EDITED:
        yield from ("-" + shorter for shorter in _shorter(word))


def _shorter(word: str) -> set[str]:
    return {word[:i] + word[i + 1 :] for i in range(len(word))}


def _mixed(sound: str) -> str:
    for said, heard in _MIXED:
        sound = sound.replace(said, heard)
    return sound


def misspelt(
    text: str,
    known: Iterable[tuple[int, int]],
    edges: set[int],
    lost: Sequence[str],
    spelt: Callable[[Iterable[str]], Mapping[str, list[str]]],
) -> dict[str, str]:
    """The stretches of a question that may be misspellings, the longest first, with the word of the clauses that each may be.

    `known` are the places of what is right as it stands, `edges` those between words, `lost` the words that nobody knows,
    `spelt` looks up forms among the words of the clauses.
    """
    whole = [piece for piece in lost if len(piece) > 1]
    looked_up = _stretches(text, list(known), edges, whole)
    found = {
        stretch: word
        for form, words in spelt(looked_up).items()
        for stretch in looked_up[form]
        for word in words
        if form[0] != "-" or _one_edit(stretch, word)
    }
    return dict(sorted(found.items(), key=lambda pair: -len(pair[0])))


def _one_edit(stretch: str, word: str) -> bool:
    """Is one character too many, too few or another, or are two swapped? 特色校评 is two edits from 特色学校."""
    wrong = sum(a != b for a, b in zip(stretch, word, strict=False))
    return len(stretch) != len(word) or wrong == 1 or sorted(stretch) == sorted(word)


def _stretches(
    text: str, known: Sequence[tuple[int, int]], edges: set[int], lost: Sequence[str]
) -> dict[str, set[str]]:
    """Per form to look up, the stretches of a question that it may be: whole words that are not known as they stand.

    洗衣机 is one word, so its 衣机 is no misspelt 以及. A character too many or too few is looked for only where a whole
    word is lost.
    """
    found: dict[str, set[str]] = {}
    right, soonest = _reach(text, known), _soonest(text, set(lost))
    for run in _HAN_RUN.finditer(text):
        sounds = ["".join(pinyin(char)) for char in run[0]]
        for start, end in _windows(sorted(e for e in edges if run.start() <= e <= run.end())):
            if end <= right[start]:
                continue
            stretch = text[start:end]
            keys = ["~" + _mixed("".join(sounds[start - run.start() : end - run.start()]))]
            if len(stretch) >= _EDITED - 1 and soonest[start] <= end:
                keys += ["-" + stretch, *("-" + s for s in _shorter(stretch) if len(stretch) >= _EDITED)]
            for key in keys:
                found.setdefault(key, set()).add(stretch)
    for run in _LATIN_RUN.finditer(text):
        for key, stretch in _spelt(run[0]):
            found.setdefault(key, set()).add(stretch)
    return found


def _reach(text: str, known: Sequence[tuple[int, int]]) -> list[int]:
    """For each place how far one of these stretches goes that begins there or before."""
    ends = [0] * (len(text) + 1)
    for start, end in known:
        ends[start] = max(ends[start], end)
    return list(accumulate(ends, max))


def _soonest(text: str, lost: set[str]) -> list[int]:
    """For each place where the first of these words ends that begins there or behind."""
    never = len(text) + 1
    ends = [
        next((start + n for n in range(2, _LONGEST + 1) if text[start : start + n] in lost), never)
        for start in range(never)
    ]
    return list(accumulate(reversed(ends), min))[::-1]


def _windows(edges: Sequence[int]) -> Iterator[tuple[int, int]]:
    """The stretches of two to eight characters between edges in order, the shortest first."""
    pairs = [(a, b) for i, a in enumerate(edges) for b in edges[i + 1 : i + 1 + _LONGEST] if 2 <= b - a <= _LONGEST]
    yield from sorted(pairs, key=lambda pair: pair[1] - pair[0])


def _spelt(run: str) -> Iterator[tuple[str, str]]:
    """Xin zeng xuewei → every piece of it as a sound, and its words as initials."""
    for word in run.split():
        if 3 <= len(word) <= _LONGEST:
            yield "^" + word, word
    words = run.split()
    for first in range(len(words)):
        for last in range(first + 1, min(len(words), first + 6) + 1):
            yield "~" + _mixed("".join(words[first:last])), " ".join(words[first:last])
    for word in words:
        for start in range(len(word)):
            for end in range(start + 4, min(len(word), start + 24) + 1):
                yield "~" + _mixed(word[start:end]), word[start:end]
