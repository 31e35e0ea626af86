"""Words and characters: one form for what is written many ways, and what a text is cut into for matching."""

import re
import unicodedata
from functools import cache, lru_cache
from typing import Any

HAN = "\u3400-\u9fff〇"
_DROPPED = re.compile(
    r"[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u00ad\u034f\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufe00-\ufe0f\ufeff\ufff9-\uffff]"
)
_KEYCAP = re.compile("(?<=\\d)\u20e3")
_IDEOGRAPHS = re.compile("[\\u3400-\\u9fff]+")
_WORDS = re.compile(rf"[{HAN}]+|[a-z]+")
_RUN = re.compile(rf"[{HAN}]+|[a-z]+|\d+(?:\.\d+)?")
# 一是建课堂。 is the label of the sentence behind it.
_LABELLED = r"(?:[一二三四五六七八九十]+是[^{ends}]{{1,8}}[{ends}])?[^{ends}]+[{ends}]?"
_WHOLE = re.compile("[^\\ud800-\\udfff]+")
_REPEATED = re.compile(r"(.)\1{3,}(?<![\d\s])")


@lru_cache(2048)
def fold(text: str) -> str:
    """The text in one script and one width, without what is invisible and without endless repetition.

    >>> fold("⼩學　新增學位？？？？多少啊啊啊啊啊")
    '小学 新增学位?多少啊'
    """
    text = unicodedata.normalize("NFKC", _KEYCAP.sub("", text))
    text = _DROPPED.sub("", text).lower()
    text = _REPEATED.sub(r"\1", text)
    return re.sub(r"\s+", " ", simplify(text)).strip()


def is_traditional(text: str) -> bool:
    """Is it written in traditional script? A character outside GB2312 that has a simplified form gives it away."""
    return any(not _in_gb2312(c) and _converted(c) != c for c in text)


def simplify(text: str) -> str:
    """The text in simplified script. A text that is simplified already stays as it is, but for a stray 後 or 馀.

    >>> simplify("持續增加學位，跟著"), simplify("显著，开学後"), simplify("添加新增")
    ('持续增加学位，跟着', '显著，开学后', '添加新增')
    """
    text = text.replace("後", "后").replace("馀", "余")  # GB2312 holds these two as well
    if _in_gb2312(text):
        return text
    # Converted as a whole, simplified 显著 would become 显着: so only where a good part of the text is traditional.
    if sum(not _in_gb2312(c) for c in text) * 12 >= len(re.findall(f"[{HAN}]", text)):
        text = _converted(text, "tw2s")
    return "".join(c if _in_gb2312(c) else _converted(c) for c in text)


def traditional(text: str) -> str:
    """The text in traditional script."""
    return _converted(text, "s2t")


def _in_gb2312(text: str) -> bool:
    """Does GB2312 hold its Chinese characters?"""
    try:
        "".join(_IDEOGRAPHS.findall(text)).encode("gb2312")
    except UnicodeEncodeError:
        return False
    return True


@cache
def _converter(config: str) -> Any:
    import opencc

    return opencc.OpenCC(config)


def _converted(text: str, config: str = "t2s") -> str:
    """Half a character, which no file can hold, stays as it is."""
    return _WHOLE.sub(lambda run: str(_converter(config).convert(run[0])), text)


def bigrams(text: str) -> list[str]:
    """The pairs of neighbouring characters of every Chinese run, words of letters and digits whole.

    >>> bigrams("新增学位，APP 57个")
    ['新增', '增学', '学位', 'app', '57', '个']
    """
    tokens: list[str] = []
    for run in _RUN.findall(text.lower()):
        pairs = "\u3400" <= run[0] <= "\u9fff" and len(run) > 1
        tokens += [run[i : i + 2] for i in range(len(run) - 1)] if pairs else [run]
    return tokens


def sentences(text: str, ends: str = "。\n") -> list[str]:
    """The sentences of a text, with what `ends` them; a label goes with the one that it stands before.

    >>> sentences("一是建好工地大课堂。办讲座3场。二是办好全市校园足球联赛。抓实班会。")
    ['一是建好工地大课堂。办讲座3场。', '二是办好全市校园足球联赛。', '抓实班会。']
    """
    return [said for said in re.findall(_LABELLED.format(ends=ends), text) if said.strip()]


def substrings(text: str, shortest: int = 2, longest: int = 8) -> list[str]:
    """Every stretch of `shortest` to `longest` characters of the Chinese runs of a text, each once, as they begin in it."""
    found: dict[str, None] = {}
    for run in _WORDS.findall(text):
        for start in range(len(run) - shortest + 1):
            found |= {run[start:end]: None for end in range(start + shortest, min(start + longest, len(run)) + 1)}
    return list(found)


def pinyin(text: str) -> list[str]:
    """The readings of the characters without tones: 学位 → ['xue', 'wei']; other characters are left out."""
    return [reading for char in text if (reading := _reading(char))]


def readings(char: str) -> tuple[str, ...]:
    """Every reading of a character without tones: 长 → ('chang', 'zhang'); a letter or a sign has none."""
    return _readings(char, heteronym=True)


def _reading(char: str) -> str:
    return "".join(_readings(char, heteronym=False))


@lru_cache(8192)
def _readings(char: str, *, heteronym: bool) -> tuple[str, ...]:
    import os

    os.environ.setdefault("PYPINYIN_NO_PHRASES", "true")
    os.environ.setdefault("PYPINYIN_NO_DICT_COPY", "true")
    import pypinyin

    found = pypinyin.pinyin(char, style=pypinyin.Style.NORMAL, heteronym=heteronym, errors="ignore")
    return tuple(dict.fromkeys(sound for sounds in found for sound in sounds))
