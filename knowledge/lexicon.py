"""Everyday words and the official words they stand for: 补习班 → 校外培训机构."""

import os
import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from knowledge.errors import SettingsError
from knowledge.wording import fold

SHIPPED = Path(__file__).with_name("lexicon.toml")
# How near an everyday word comes to the official one, by the table it stands in.
CLOSENESS = {"same": 1.0, "part": 0.85, "often": 0.7, "wider": 0.85}
_GAP = ".{0,6}?"
_LONGEST = 20
_UNFIT = re.compile(r"[\"'＂＇“”‘’「」\\＼\x00-\x1f\x7f-\x9f\ud800-\udfff]")
_HEADING = re.compile(r"\s*\[\s*(.*?)\s*\]")
_ENTRY = re.compile(r"""\s*(?:"([^"\\]*)"|'([^']*)'|([\w-]+))\s*=\s*(["'])(?P<words>[^"'\\]*)\4\s*(?:#.*)?$""")


@dataclass(frozen=True, slots=True)
class Entry:
    """One everyday expression: the official words it may mean, each with its closeness (0–1)."""

    everyday: str
    official: tuple[tuple[str, float], ...]


# Everyday expression → official words with their closeness, as often as lines say so.
Meanings = dict[str, list[tuple[str, float]]]


class Lexicon:
    """Finds everyday expressions in a question."""

    def __init__(self, meanings: Meanings, wider: Meanings) -> None:
        self._meanings, self._wider = meanings, wider
        self._longest = max((len(e) for e in meanings if "…" not in e), default=0)
        # By their first character: few of them begin with one that the question holds.
        self._patterns: dict[str, list[tuple[list[str], str]]] = {}
        for everyday in meanings:
            if "…" in everyday:
                self._patterns.setdefault(everyday[0], []).append((everyday.split("…"), everyday))

    @property
    def official(self) -> frozenset[str]:
        """Every official word that an expression may mean."""
        return frozenset(word for meant in self._meanings.values() for concept, _ in meant for word in concept.split())

    def find(self, text: str) -> Iterator[tuple[int, int, Entry]]:
        """Yield (start, end, entry) for every expression in a folded text, those inside a longer one too."""
        for pieces, everyday in (p for first in dict.fromkeys(text) for p in self._patterns.get(first, ())):
            if all(piece in text for piece in pieces):
                pattern = _GAP.join(map(re.escape, pieces))
                yield from ((*m.span(), self.entry(everyday)) for m in re.finditer(pattern, text))
        for start in range(len(text)):
            for end in range(start + 1, min(len(text), start + self._longest) + 1):
                if text[start:end] in self._meanings and not _splits_word(text, start, end):
                    yield start, end, self.entry(text[start:end])

    def entry(self, everyday: str) -> Entry:
        """What an expression means: its official words and, one step on, the wider official words that those stand for
        in other plans (钢琴课 → 非学科类培训 → 校外培训机构)."""
        meant: dict[str, float] = {}
        for official, near in self._meanings[everyday]:
            meant[official] = max(near, meant.get(official, 0))
            for wider, closeness in self._wider.get(official, []):
                meant[wider] = max(near * closeness, meant.get(wider, 0))
        return Entry(everyday, tuple(meant.items()))


def _splits_word(text: str, start: int, end: int) -> bool:
    """Is a Latin expression only a piece of a longer word, as ai in main?"""
    if not text[start:end].isascii():
        return False
    around = text[start - 1 : start] + text[end : end + 1]
    return any(c.isascii() and c.isalnum() for c in around)


def load(*files: Path) -> Lexicon:
    """The lexicon of these files, later ones adding to earlier ones. Raises SettingsError where one does not fit."""
    meanings: Meanings = {}
    wider: Meanings = {}
    for file in files:
        for table, official, everyday in _lines(file):
            meant = [(official, CLOSENESS[table])]
            for tables in (meanings, wider) if table == "wider" else (meanings,):
                for word in everyday.lower().split():
                    tables[word] = [*tables[word], *meant] if word in tables else meant
    return Lexicon(meanings, wider)


def teach(file: Path, everyday: str, official: str) -> None:
    """Add an everyday word to an operator's lexicon: to the line of the official words in [same], else in a new line.

    The file is made where there is none; comments and all else in it stay. Raises SettingsError where a word does not
    fit or is there already, and where the file cannot be read or written.
    """
    everyday, official = _fit(everyday, "口语说法"), _fit(official, "官方说法")
    if " " in everyday:
        raise SettingsError(f"口语说法“{everyday}”中间不能有空格，可以隔几个字的地方写 …，例如 挂…骂。")
    text = _read(file) if file.exists() else ""
    same = _tables(text, file).get("same", {})
    key = next((key for key in same if key.lower() == official), official)
    words = same.get(key, "")
    if everyday in words.lower().split():
        raise SettingsError(f"词表 {file} 里“{official}”那一行已经有“{everyday}”了，不用再添。")
    longer = f"{words} {everyday}" if words else everyday
    taught = _with_entry(text, key, longer)
    if _parsed(taught) != {**_tables(text, file), "same": {**same, key: longer}}:
        raise SettingsError(f"词表 {file} 的写法比较特别，请自己在 [same] 下面“{official}”那一行添上“{everyday}”。")
    _write(file, taught)


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
            lines[place] = line[: entry.start("words")] + words + line[entry.end("words") :]
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


def _lines(file: Path) -> Iterator[tuple[str, str, str]]:
    for name, lines in _tables(_read(file), file).items():
        for official, everyday in lines.items():
            yield name, official.lower(), everyday


def _read(file: Path) -> str:
    try:
        return file.read_bytes().decode("utf-8-sig")
    except OSError as error:
        raise SettingsError(f"词表 {file} 读不出来（{error.strerror}），请检查文件名和权限。") from None
    except UnicodeDecodeError as error:
        raise SettingsError(f"词表 {file} 写法有误（{error}），请存成 UTF-8 文本。") from None


def _tables(text: str, file: Path) -> dict[str, dict[str, str]]:
    """The tables of a lexicon. Raises SettingsError where one is not a table of ours."""
    try:
        tables = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise SettingsError(f'词表 {file} 写法有误（{error}），每行应是 "官方说法" = "口语 口语"。') from None
    for name, lines in tables.items():
        if name not in CLOSENESS or not isinstance(lines, dict):
            raise SettingsError(f"词表 {file} 里的 [{name}] 不认识，只能是 {'、'.join(f'[{k}]' for k in CLOSENESS)}。")
        for official, everyday in lines.items():
            if not isinstance(everyday, str):
                raise SettingsError(f"词表 {file} 里“{official}”后面应是一串用空格隔开的词。")
    return tables


def _parsed(text: str) -> dict[str, Any] | None:
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError:
        return None
