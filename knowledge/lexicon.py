"""What an operator adds to the bank: everyday words with the official ones they stand for, and where else to ask."""

import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from knowledge.errors import SettingsError

# How near an everyday word comes to the official one, by the table it stands in.
CLOSENESS = {"same": 1.0, "part": 0.85, "often": 0.7, "wider": 0.85}
# In an operator's [elsewhere]: whatever has no line of its own.
EVERYTHING = "其他"
_GAP = ".{0,6}?"


@dataclass(frozen=True, slots=True)
class Entry:
    """One everyday expression: the official words it may mean, each with its closeness (0–1)."""

    everyday: str
    official: tuple[tuple[str, float], ...]


# Everyday expression → official words with their closeness, as often as lines say so.
Meanings = dict[str, list[tuple[str, float]]]


class Lexicon:
    """Finds an operator's everyday expressions in a question; `elsewhere` are subjects with whom to ask about them."""

    def __init__(self, meanings: Meanings | None = None, elsewhere: Mapping[str, str] | None = None) -> None:
        self._meanings: Meanings = meanings or {}
        self.elsewhere: Mapping[str, str] = elsewhere or {}
        self._longest = max((len(e) for e in self._meanings if "…" not in e), default=0)
        # By their first character: few of them begin with one that the question holds.
        self._patterns: dict[str, list[tuple[list[str], str]]] = {}
        for everyday in self._meanings:
            if "…" in everyday:
                self._patterns.setdefault(everyday[0], []).append((everyday.split("…"), everyday))

    def find(self, text: str) -> Iterator[tuple[int, int, Entry]]:
        """Yield (start, end, entry) for every expression in a folded text, those inside a longer one too."""
        for pieces, everyday in (p for first in dict.fromkeys(text) for p in self._patterns.get(first, ())):
            if all(piece in text for piece in pieces):
                pattern = _GAP.join(map(re.escape, pieces))
                yield from ((*m.span(), self.entry(everyday)) for m in re.finditer(pattern, text))
        for start in range(len(text)):
            for end in range(start + 1, min(len(text), start + self._longest) + 1):
                if text[start:end] in self._meanings and not splits_word(text, start, end):
                    yield start, end, self.entry(text[start:end])

    def also(self, everyday: str, official: str) -> "Lexicon":
        """The same with one more expression that stands for these official words."""
        return Lexicon(
            {**self._meanings, everyday: [*self._meanings.get(everyday, ()), (official, 1.0)]}, self.elsewhere
        )

    def entry(self, everyday: str) -> Entry:
        """What an expression means: its official words, each as close as the closest line says."""
        meant: dict[str, float] = {}
        for official, near in self._meanings[everyday]:
            meant[official] = max(near, meant.get(official, 0))
        return Entry(everyday, tuple(meant.items()))


def splits_word(text: str, start: int, end: int) -> bool:
    """Is a Latin expression only a piece of a longer word, as ai in main?"""
    if not text[start:end].isascii():
        return False
    around = text[start - 1 : start] + text[end : end + 1]
    return any(c.isascii() and c.isalnum() for c in around)


def load(*files: Path, elsewhere: Mapping[str, str] | None = None) -> Lexicon:
    """The lexicon of these files, later ones adding to earlier ones. Raises SettingsError where one does not fit."""
    meanings: Meanings = {}
    for file in files:
        for table, official, everyday in _lines(file):
            for word in everyday.lower().split():
                meanings.setdefault(word, []).append((official, CLOSENESS[table]))
    return Lexicon(meanings, elsewhere)


def _lines(file: Path) -> Iterator[tuple[str, str, str]]:
    for name, lines in tables(text_of(file), file).items():
        for official, everyday in lines.items():
            yield name, official.lower(), everyday


def text_of(file: Path) -> str:
    """What a lexicon file holds. Raises SettingsError where it cannot be read."""
    try:
        return file.read_bytes().decode("utf-8-sig")
    except OSError as error:
        raise SettingsError(f"词表 {file} 读不出来（{error.strerror}），请检查文件名和权限。") from None
    except UnicodeDecodeError as error:
        raise SettingsError(f"词表 {file} 写法有误（{error}），请存成 UTF-8 文本。") from None


def tables(text: str, file: Path) -> dict[str, dict[str, str]]:
    """The tables of a lexicon. Raises SettingsError where one is not a table of ours."""
    try:
        found = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise SettingsError(f'词表 {file} 写法有误（{error}），每行应是 "官方说法" = "口语 口语"。') from None
    for name, lines in found.items():
        if name not in CLOSENESS or not isinstance(lines, dict):
            raise SettingsError(f"词表 {file} 里的 [{name}] 不认识，只能是 {'、'.join(f'[{k}]' for k in CLOSENESS)}。")
        for official, everyday in lines.items():
            if not isinstance(everyday, str):
                raise SettingsError(f"词表 {file} 里“{official}”后面应是一串用空格隔开的词。")
    return found
