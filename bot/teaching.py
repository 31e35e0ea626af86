"""An everyday word added to an operator's own lexicon or taken from it, the file otherwise left as it is."""

import os
import re
import tomllib
from pathlib import Path
from typing import Any

from knowledge.errors import SettingsError
from knowledge.lexicon import tables, text_of
from knowledge.wording import fold

_LONGEST = 20
_UNFIT = re.compile(r"[\"'＂＇“”‘’「」\\＼\x00-\x1f\x7f-\x9f\ud800-\udfff]")
_HEADING = re.compile(r"\s*\[\s*(.*?)\s*\]")
_ENTRY = re.compile(r"""\s*(?:"([^"\\]*)"|'([^']*)'|([\w-]+))\s*=\s*(["'])(?P<words>[^"'\\]*)\4\s*(?P<comment>#.*)?$""")


def teach(file: Path, everyday: str, official: str) -> None:
    """Add an everyday word to an operator's lexicon: to the line of the official words in [same], else in a new line.

    The file is made where there is none; comments and all else in it stay. Raises SettingsError where a word does not
    fit or is there already, and where the file cannot be read or written.
    """
    everyday, official = fitted(everyday, official)
    _, same, key = _line(file, official)
    words = same.get(key, "")
    if everyday in words.lower().split():
        raise SettingsError(f"词表 {file} 里“{official}”那一行已经有“{everyday}”了，不用再添。")
    _rewrite(file, key, f"{words} {everyday}" if words else everyday, f"添上“{everyday}”")


def forget(file: Path, everyday: str, official: str) -> None:
    """Take an everyday word out of the line of the official words in [same]; a line that is empty then goes, but for a
    comment in it.

    Raises SettingsError where it is not there, and where the file cannot be read or written.
    """
    _, same, key = _line(file, official.lower())
    words = same.get(key, "").split()
    left = [word for word in words if word.lower() != everyday.lower()]
    if left == words:
        raise SettingsError(f"词表里“{official}”那一行没有“{everyday}”，可能已经去掉了。")
    _rewrite(file, key, " ".join(left), f"去掉“{everyday}”")


def taught(file: Path) -> list[tuple[str, str]]:
    """The everyday words of [same], each with the official words that it stands for."""
    _, same, _ = _line(file, "")
    return [(everyday, official) for official, words in same.items() for everyday in words.split()]


def fitted(everyday: str, official: str) -> tuple[str, str]:
    """Both words in the form in which they are kept. Raises SettingsError where one has none."""
    everyday, official = _fit(everyday, "口语说法"), _fit(official, "官方说法")
    if " " in everyday:
        raise SettingsError(f"口语说法“{everyday}”中间不能有空格，可以隔几个字的地方写 …，例如 挂…骂。")
    return everyday, official


def _line(file: Path, official: str) -> tuple[str, dict[str, str], str]:
    """The text of a lexicon, its [same], and under which key the official words stand there, or would."""
    text = text_of(file) if file.exists() else ""
    same = tables(text, file).get("same", {})
    return text, same, next((key for key in same if key.lower() == official), official)


def _rewrite(file: Path, key: str, words: str, done: str) -> None:
    """Write the lexicon with these words in that line; `done` says in a few words what that does."""
    text, same, _ = _line(file, key)
    expected = {**same, key: words}
    if not words:
        del expected[key]
    new = _with_entry(text, key, words)
    if _parsed(new) != {**tables(text, file), "same": expected}:
        raise SettingsError(f"词表 {file} 的写法比较特别，请自己在 [same] 下面“{key}”那一行{done}。")
    _write(file, new)


def _fit(word: str, what: str) -> str:
    """The word in the form in which questions are looked up: 掛……罵 → 挂…骂. Raises SettingsError where it has none."""
    if _UNFIT.search(word):
        raise SettingsError(f"{what}里不能有引号、反斜杠和看不见的字符，请只写词本身。")
    pieces = [fold(piece) for piece in re.split(r"…+|\.{3,}", word)]
    if not all(pieces):
        raise SettingsError(f"{what}没有写全，请照这个样子写：yaodian teach 补习班 校外培训机构。")
    word = "…".join(pieces)
    if len(word) > _LONGEST:
        raise SettingsError(f"{what}太长了（{len(word)} 个字），最多 {_LONGEST} 个字。")
    return word


def _with_entry(text: str, official: str, words: str) -> str:
    """The text of a lexicon with these words in the line of the official words in [same]."""
    lines = text.splitlines(keepends=True)
    newline = "\r\n" if "\r\n" in text else "\n"
    if not any(_opens_same(line) for line in lines):
        lines += [newline] * bool(lines) + [f"[same]{newline}"]
    table, last = False, 0
    for place, line in enumerate(lines):
        table = _opens_same(line) if _HEADING.match(line) else table
        entry = _ENTRY.match(line) if table else None
        if entry and official in entry.groups()[:3]:
            left = line[entry.start("comment") :] if entry["comment"] else ""
            lines[place] = line[: entry.start("words")] + words + line[entry.end("words") :] if words else left
            return "".join(lines)
        last = place if entry or _opens_same(line) else last
    lines[last : last + 1] = [lines[last].rstrip("\r\n"), newline, f'"{official}" = "{words}"{newline}']
    return "".join(lines)


def _opens_same(line: str) -> bool:
    heading = _HEADING.match(line)
    return heading is not None and heading[1] == "same"


def _write(file: Path, text: str) -> None:
    """Write the file beside its place, then move it there: who reads it meanwhile finds the old one whole."""
    target = file.resolve()
    scratch = target.with_name(f".{target.name}.{os.getpid()}.new")
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        scratch.write_text(text, encoding="utf8", newline="")
        if target.exists():
            scratch.chmod(target.stat().st_mode)
        scratch.replace(target)
    except OSError as error:
        raise SettingsError(f"词表 {file} 写不进去（{error.strerror}），请检查磁盘空间和文件夹权限。") from None
    finally:
        scratch.unlink(missing_ok=True)


def _parsed(text: str) -> dict[str, Any] | None:
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError:
        return None
