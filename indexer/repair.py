"""Give back what a document lost when its bytes were decoded out of step.

Such a text was traditional Chinese in GBK. Wherever the bytes of a full-width semicolon (A3 BB) stood across two
characters they were taken for one, and wherever a pinyin bracket was glued behind such a false character it cut the next
one in two:

    危化品管理平臺   CE[A3 BB]AF C6B7 B9DC C0ED C6BD C55F   became   ?;饭芾砥脚_
    旨歸             D6[BC 9A]77                            became   旨?xì)w      (BC9A is 細, read xì)

Encoding what is left gives most bytes back. A character whose bytes did not all survive is looked up in the words that
fit; where no single word does, it is shown as lost.
"""

import os
import re
import string
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from itertools import combinations
from typing import Any

LOST = "〔原文缺损〕"

PINYIN = "a-zāáǎàēéěèīíǐìōóǒòūúǔùǖǘǚǜüńňǹḿ"
_SEMICOLON = re.compile(
    rf"[?？][;；](?P<rest>[^\s,，。;；:：、!！?？()（）]{{1,24}})(?P<cut>[?？](?P<sound>[{PINYIN}]+)[)）])?"
)
_CUT = re.compile(rf"(?P<stem>[\u4e00-\u9fff])[?？](?P<sound>[{PINYIN}]+)[)）](?P<trail>[@-~])?")
_REPLACED = re.compile("\ufffd+|(?:锟斤拷)+锟?斤?")

# A pair of bytes in GBK's user-defined areas has no character and was dropped without a trace.
_DROPPED = [(a, t) for a in (*range(0xAA, 0xB0), *range(0xF8, 0xFF)) for t in range(0xA1, 0xFF)]
_DROPPED += [(a, t) for a in range(0xA1, 0xA8) for t in range(0x40, 0xA1)]
# A word of the general dictionary is only trusted where it is frequent (基本 has 20479, 基址 90) and this many times as
# frequent as the next that fits.
_FREQUENT = 1000
_DOMINANCE = 10


@dataclass(frozen=True, slots=True)
class Damage:
    """A place where the source is damaged: the line (from 1), what stands there, what it was repaired to (None: lost)."""

    line: int
    found: str
    repaired: str | None
    context: str


def repair(text: str, words: Iterable[str] = ()) -> tuple[str, list[Damage]]:
    """The text with its damage repaired where that is certain, else shown as 〔原文缺损〕, and the list of it.

    `words` are names of the trade that are trusted before the general dictionary.

    >>> repair("應用驅動、素養旨?xì)w的特色")[0]
    '應用驅動、素養旨歸的特色'
    >>> repair("推動建成實驗教學?;饭芾砥脚_,", ["危化品"])[0]
    '推動建成實驗教學危化品管理平臺,'
    """
    trade = frozenset(words)
    damages: list[Damage] = []
    for pattern, solve in ((_SEMICOLON, _after_semicolon), (_CUT, _cut_in_two), (_REPLACED, _replaced)):
        pieces, end = [], 0
        for found in pattern.finditer(text):
            solved = solve(found, trade)
            if solved is None:
                continue
            whole, kept = solved
            pieces += [text[end : found.start()], whole]
            end = kept
            damages.append(_damage(text, found.start(), kept, whole))
        text = "".join(pieces) + text[end:]
    return text, sorted(damages, key=lambda d: d.line)


def _damage(text: str, start: int, end: int, repaired: str) -> Damage:
    line = text.count("\n", 0, start) + 1
    context = text[max(0, start - 12) : end + 12].replace("\n", " ")
    return Damage(line, text[start:end], None if repaired == LOST else repaired, context)


def _replaced(found: re.Match[str], _trade: frozenset[str]) -> tuple[str, int]:
    return LOST, found.end()


def _cut_in_two(found: re.Match[str], _trade: frozenset[str]) -> tuple[str, int]:
    """旨?xì)w → 旨歸: the false character (…, L) was read `sound`, so L is known, and L with what follows is the next."""
    stem = _bytes(found["stem"])
    leads = _sounding(stem[-1], found["sound"]) if len(stem) == 2 else []
    trail = found["trail"]
    chars = {c for lead in leads if trail and (c := _char(lead, ord(trail)))}
    if len(chars) == 1:
        return found["stem"] + chars.pop(), found.end()
    return found["stem"] + LOST, found.end()


def _after_semicolon(found: re.Match[str], trade: frozenset[str]) -> tuple[str, int] | None:
    """?;饭芾砥脚_ → 危化品管理平臺: the run is back in step behind a single byte or a cut character."""
    rest = found["rest"]
    single = next((i for i, c in enumerate(rest) if c in string.ascii_letters + string.punctuation), None)
    if single is not None:
        known, end = _bytes(rest[: single + 1]), found.start("rest") + single + 1
        streams = [known]
    elif found["cut"]:
        known, end = _bytes(rest), found.end()
        streams = [[*known, lead] for lead in _sounding(known[-1], found["sound"])] if known else []
    else:
        return None if _is_chinese(rest) else (LOST, found.end("rest"))
    outlines = [outline for stream in streams for outline in _outlines(stream)]
    readings = [_filled(outline, trade) for outline in outlines]
    best = min(readings, key=lambda text: (text.count("\0"), len(text)), default="\0")
    return re.sub("\0+", LOST, best), end


def _is_chinese(text: str) -> bool:
    """Is this ordinary text, so that the ?; before it is only a question mark and a semicolon?"""
    return all(_common(c) or c.encode("gb2312", "ignore") for c in text)


def _outlines(known: list[int]) -> list[list[set[str]]]:
    """What each character may be, for every way to read `known`: the bytes behind a lost lead byte and A3 BB."""
    spots = range(0, len(known), 2)
    for gaps in (0, 1, 2):
        outlines = [o for dropped in combinations(spots, gaps) if (o := _outline(known, dropped)) is not None]
        if outlines:
            return outlines
    return []


def _outline(known: list[int], dropped: tuple[int, ...]) -> list[set[str]] | None:
    stream: list[int | None] = [None, 0xA3, 0xBB]
    for i, byte in enumerate(known):
        stream += [None, None, byte] if i in dropped else [byte]
    if len(stream) % 2:
        return None
    outline = [_fitting(lead, trail) for lead, trail in zip(stream[::2], stream[1::2], strict=True)]
    return outline if all(outline) else None


def _fitting(lead: int | None, trail: int | None) -> set[str]:
    """The characters of a pair of bytes of which one may be unknown, in simplified script where it is a guess."""
    if lead is not None and trail is not None:
        return {c} if (c := _char(lead, trail)) else set()
    # A known lead byte was followed by the lead of a dropped pair; what follows a lost byte may be anything.
    pairs = ((lead, a) for a, _ in _DROPPED) if lead is not None else ((a, trail or 0) for a in range(0x81, 0xFF))
    return {_simple(c) for pair in set(pairs) if (c := _char(*pair))}


def _filled(outline: list[set[str]], trade: frozenset[str]) -> str:
    r"""The text of an outline, \0 for a character that is not certain."""
    chars = [next(iter(choice)) if len(choice) == 1 else "\0" for choice in outline]
    for hole in list(re.finditer("\0+", "".join(chars))):
        start, end = hole.span()
        chars[start:end] = _guess(outline[start:end], trade, opening=start == 0)
    return "".join(chars)


def _guess(choices: list[set[str]], trade: frozenset[str], *, opening: bool) -> str:
    r"""The one word that fits, or \0s. The character before a run is 。 more often than any other (A1A3), so that and
    a word are tried as well."""
    word = _only([w for w in trade if _fits(w, choices)])
    if word is None and opening:
        rest = _word(choices[1:], trade) if choices[1:] else ""
        word = None if rest is None else "。" + rest
    elif word is None:
        word = _word(choices, trade)
    return word or "\0" * len(choices)


def _word(choices: list[set[str]], trade: frozenset[str]) -> str | None:
    """The word of the trade that fits, else the word of the dictionary that is by far the most frequent."""
    trusted = _only([w for w in trade if _fits(w, choices)])
    if trusted is not None:
        return trusted
    ranked = sorted(((f, w) for w, f in _dictionary(len(choices)) if _fits(w, choices)), reverse=True)
    runner_up = ranked[1][0] if len(ranked) > 1 else 1
    return ranked[0][1] if ranked and ranked[0][0] >= max(_FREQUENT, _DOMINANCE * runner_up) else None


def _only(words: list[str]) -> str | None:
    return words[0] if len(words) == 1 else None


def _fits(word: str, choices: list[set[str]]) -> bool:
    return len(word) == len(choices) and all(c in choice for c, choice in zip(word, choices, strict=True))


@cache
def _dictionary(length: int) -> list[tuple[str, int]]:
    """The words of that many characters in jieba's dictionary, with their frequency."""
    import jieba

    with jieba.get_dict_file() as lines:
        rows = (line.decode("utf8").split(" ") for line in lines)
        return [(row[0], int(row[1])) for row in rows if len(row[0]) == length]


@cache
def _sounding(lead: int, sound: str | None) -> list[int]:
    """The trail bytes that make, with this lead byte, a character read `sound` (with its tone)."""
    os.environ.setdefault("PYPINYIN_NO_PHRASES", "true")
    import pypinyin

    def sounds(char: str) -> bool:
        return sound in pypinyin.pinyin(char, style=pypinyin.Style.TONE, heteronym=True)[0]

    return [t for t in range(0x40, 0xFF) if (c := _char(lead, t)) and sounds(c)]


@cache
def _char(lead: int, trail: int) -> str | None:
    """The common Chinese character of a GBK pair, or None."""
    try:
        char = bytes([lead, trail]).decode("gbk")
    except UnicodeDecodeError:
        return None
    return char if len(char) == 1 and "\u4e00" <= char <= "\u9fff" and _common(char) else None


def _common(text: str) -> bool:
    """Is every character in everyday use where traditional script is written?"""
    try:
        text.encode("big5")
        _simple(text).encode("gb2312")
    except UnicodeEncodeError:
        return False
    return True


@cache
def _simple(text: str) -> str:
    return str(_converter().convert(text))


@cache
def _converter() -> Any:
    import opencc

    return opencc.OpenCC("t2s")


def _bytes(text: str) -> list[int]:
    return [b for c in text for b in c.encode("gbk", errors="ignore")]
