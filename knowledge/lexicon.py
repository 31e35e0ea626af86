"""Everyday words and the official words they stand for: 补习班 → 校外培训机构."""

import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from knowledge.errors import SettingsError

SHIPPED = Path(__file__).with_name("lexicon.toml")
# How near an everyday word comes to the official one, by the table it stands in.
CLOSENESS = {"same": 1.0, "part": 0.85, "often": 0.7, "wider": 0.85}
_GAP = ".{0,6}?"


@dataclass(frozen=True, slots=True)
class Entry:
    """One everyday expression: the official words it may mean, each with its closeness (0–1)."""

    everyday: str
    official: tuple[tuple[str, float], ...]


class Lexicon:
    """Finds everyday expressions in a question."""

    def __init__(self, meanings: dict[str, dict[str, float]], wider: dict[str, dict[str, float]]) -> None:
        self._meanings, self._wider = meanings, wider
        self._longest = max((len(e) for e in meanings if "…" not in e), default=0)
        self._patterns = [(re.compile(_GAP.join(map(re.escape, e.split("…")))), e) for e in meanings if "…" in e]
        self.official = frozenset(word for m in meanings.values() for concept in m for word in concept.split())

    def find(self, text: str) -> Iterator[tuple[int, int, Entry]]:
        """Yield (start, end, entry) for every expression in a folded text, those inside a longer one left out."""
        for pattern, everyday in self._patterns:
            yield from ((*m.span(), self.entry(everyday)) for m in pattern.finditer(text))
        start = 0
        while start < len(text):
            end = min(len(text), start + self._longest)
            while end > start and text[start:end] not in self._meanings:
                end -= 1
            if end > start and not _splits_word(text, start, end):
                yield start, end, self.entry(text[start:end])
                start = end
            else:
                start += 1

    def entry(self, everyday: str) -> Entry:
        """What an expression means: its official words and, one step on, the wider official words that those stand for
        in other plans (钢琴课 → 非学科类培训 → 校外培训机构)."""
        meant = dict(self._meanings[everyday])
        for official, near in list(meant.items()):
            for wider, closeness in self._wider.get(official, {}).items():
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
    meanings: dict[str, dict[str, float]] = {}
    wider: dict[str, dict[str, float]] = {}
    for file in files:
        for table, official, everyday in _lines(file):
            for word in everyday.lower().split():
                for tables in (meanings, wider) if table == "wider" else (meanings,):
                    meant = tables.setdefault(word, {})
                    meant[official] = max(CLOSENESS[table], meant.get(official, 0))
    return Lexicon(meanings, wider)


def _lines(file: Path) -> Iterator[tuple[str, str, str]]:
    try:
        tables = tomllib.loads(file.read_text(encoding="utf8"))
    except OSError as error:
        raise SettingsError(f"词表 {file} 读不出来（{error.strerror}），请检查文件名和权限。") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise SettingsError(f'词表 {file} 写法有误（{error}），每行应是 "官方说法" = "口语 口语"。') from None
    for name, lines in tables.items():
        if name not in CLOSENESS or not isinstance(lines, dict):
            raise SettingsError(f"词表 {file} 里的 [{name}] 不认识，只能是 {'、'.join(f'[{k}]' for k in CLOSENESS)}。")
        for official, everyday in lines.items():
            if not isinstance(everyday, str):
                raise SettingsError(f"词表 {file} 里“{official}”后面应是一串用空格隔开的词。")
            yield name, official.lower(), everyday
