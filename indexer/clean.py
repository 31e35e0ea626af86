"""From a text as it was found to one that can be read: repaired, without glued pinyin, simplified, with one width."""

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import replace
from functools import cache

from indexer.repair import PINYIN, Damage, repair
from knowledge.wording import simplify

_HAN = "\u3400-\u9fff\uf900-\ufaff〇"
_TONED = "āáǎàēéěèīíǐìōóǒòūúǔùǖǘǚǜńňǹḿ"
_GLUED = re.compile(rf"(?<=(?P<char>[{_HAN}]))[(（]\s*(?P<sound>[{PINYIN}]{{1,7}})\s*(?:[)）]|$)", re.MULTILINE)
_CUT_BRACKET = re.compile(rf"(?<=[{_HAN}])[(（]\s*[{PINYIN}]{{0,7}}\Z")
_INVISIBLE = re.compile(
    "[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufe00-\ufe0f\ufeff\ufff9-\ufffb\ufffe\uffff]"
    "|[\x00-\x08\x0e-\x1f\x7f-\x9f]|[\U000e0000-\U000e0fff]"
)
_SPACES = re.compile("[ \t\u00a0\u1680\u2000-\u200a\u202f\u205f\u3000\v\f]+")
_LINES = re.compile("\r\n?|[\u0085\u2028\u2029]")
# The indent of a paragraph; inside a line of more characters it is what is left of a line break.
_INDENT = re.compile("(?<=[^ \t\u00a0\u3000])(?:[ \t\u00a0]{4,}\u3000*|\u3000{2,})(?=[^ \t\u00a0\u3000])")
_LONG = 400
_FULL = str.maketrans({",": "，", ";": "；", ":": "：", "?": "？", "!": "！"})
# What stands around the text of a web page. A line is only dropped where all of it is junk and no digit is in it.
_JUNK = re.compile(
    r"[|｜·•\-—_=*\s]+|(?:扫一扫|用?手机扫).{0,24}|(?:打印|分享|收藏|关闭|返回顶部|回到顶部|字体|大中小|大|中|小|上一篇|下一篇|"
    r"打印本页|关闭窗口|分享到|点击|复制链接|微信|微博|空间|我要纠错|纠错|首页|(?:您当前的|您的)?(?:当前)?位置|浏览次数|信息来源|"
    r"字号|保护视力色|朗读|相关链接|附件下载|责任编辑)(?:[\s|:：>\[\]【】]|打印|分享|收藏|关闭|大|中|小|字体|返回|首页|微信|微博)*"
)
_MARKS = "，。；：？！、“”‘’（）《》〈〉【】〔〕…—"


def clean(text: str, repairs: Mapping[str, str] | None = None, trade: Iterable[str] = ()) -> tuple[str, list[Damage]]:
    """The text cleaned, and every damage found with what became of it.

    1. an operator's repairs  2. bytes lost  3. pinyin  4. script  5. width  6. what is invisible  7. page junk

    >>> clean("(七)持續增加學(xué)位,新增16500個;社會(huì )與AFS(YFU)、家校(園)")[0]
    '（七）持续增加学位，新增16500个；社会与AFS(YFU)、家校（园）'
    """
    text = _LINES.sub("\n", text)
    text = "\n".join(_INDENT.sub("\n", line) if len(line) > _LONG else line for line in text.split("\n"))
    text, settled = _settle(text, repairs or {})  # 1
    text, damages = repair(_undo_utf8(text), trade)  # 2
    damages = [replace(d, repaired=d.repaired and simplify(d.repaired)) for d in damages]
    text = _CUT_BRACKET.sub("", _GLUED.sub(_without_pinyin, text))  # 3
    text = "\n".join(simplify(line) for line in text.split("\n"))  # 4
    text = _one_width(_INVISIBLE.sub("", text))  # 5 6
    lines = (line for line in text.split("\n") if not _is_junk(line))  # 7
    text = re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip("\n")
    return text, sorted(settled + damages, key=lambda d: d.line)


def _settle(text: str, repairs: Mapping[str, str]) -> tuple[str, list[Damage]]:
    """An operator's own repairs: what stands in the source → what it should be."""
    settled = []
    for found, right in repairs.items():
        for place in re.finditer(re.escape(found), text) if found else ():
            line = text.count("\n", 0, place.start()) + 1
            settled.append(Damage(line, found, right, text[max(0, place.start() - 12) : place.end() + 12]))
        text = text.replace(found, right) if found else text
    return text, settled


def _undo_utf8(text: str) -> str:
    """UTF-8 that was read as GBK or Latin-1 (鏁欒偛, æ•™è‚²) gives itself away: its bytes are good UTF-8."""
    return "\n".join(_as_utf8(line) for line in text.split("\n"))


def _as_utf8(line: str) -> str:
    for wrong in ("gb18030", "cp1252", "latin-1"):
        try:
            right = line.encode(wrong).decode("utf-8")
        except UnicodeError:
            continue
        if right != line and len(re.findall(f"[{_HAN}]", right)) >= 4 and "\ufffd" not in right:
            return right
    return line


def _without_pinyin(found: re.Match[str]) -> str:
    """Nothing where the bracket holds a reading of the character before it, else the bracket as it stands."""
    sound, closed = found["sound"], found[0][-1] in ")）"
    if closed and any(c in _TONED for c in sound):
        return ""
    readings = _readings(found["char"])
    if closed:
        return "" if sound in readings else found[0]
    return "" if any(r.startswith(sound) for r in readings) else found[0]


@cache
def _readings(char: str) -> frozenset[str]:
    """The readings of a character, with and without their tones: 們 → mén, men."""
    import pypinyin

    both = (pypinyin.Style.TONE, pypinyin.Style.NORMAL)
    return frozenset(r for style in both for r in pypinyin.pinyin(char, style=style, heteronym=True)[0])


def _one_width(text: str) -> str:
    """Letters and digits half width, the punctuation of Chinese full width.

    >>> _one_width("１２个,其中ＡＰＰ(联盟)1,000名;1-2个")
    '12个，其中APP（联盟）1,000名；1-2个'
    """
    text = "".join(c if c in _MARKS or c == "\n" else narrow(c) for c in text)
    text = re.sub(rf"\(([^()\n]*[{_HAN}][^()\n]*)\)", r"（\1）", _SPACES.sub(" ", text))
    text = re.sub(rf"(?<=[{_HAN}])\((\d{{1,3}})\)|^\((\d{{1,3}})\)", lambda m: f"（{m[1] or m[2]}）", text)
    text = re.sub(
        rf"(?<=[{_HAN}{_MARKS}0-9%A-Za-z])[,;:?!]+(?=[{_HAN}{_MARKS}])|(?<=[{_HAN}{_MARKS}])[,;:?!]+", _full, text
    )
    return "\n".join(line.strip() for line in text.split("\n"))


def narrow(char: str) -> str:
    """A character in its plain form; ①, ² and ½ stay what they are, for 1 beside 10 would be another number."""
    if unicodedata.category(char) == "No" and not "㈠" <= char <= "㈩":
        return char
    return unicodedata.normalize("NFKC", char)


def invisible(text: str) -> str:
    """The text without the characters that no one sees."""
    return _INVISIBLE.sub("", text)


def _full(found: re.Match[str]) -> str:
    return found[0].translate(_FULL)


def _is_junk(line: str) -> bool:
    return bool(line) and not re.search(r"\d", line) and bool(_JUNK.fullmatch(line.strip()))
