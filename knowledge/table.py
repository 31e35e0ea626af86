"""The table of phrases as it is looked up: how things are asked, stages and their names, endings that hint at a unit."""

import re
import tomllib
from functools import cache
from pathlib import Path

_TABLE = Path(__file__).with_name("phrases.toml")
_PLACES = Path(__file__).with_name("places.txt")
# Words of the subject of a question, and whole questions about the document.
_APART = frozenset({"stages", "grades", "alike", "sides", "levels", "hints", "plan"})


@cache
def _lines() -> dict[str, dict[str, list[str]]]:
    tables = tomllib.loads(_TABLE.read_text(encoding="utf8"))
    return {table: {name: words.split() for name, words in lines.items()} for table, lines in tables.items()}


@cache
def phrases() -> dict[str, str]:
    """Each phrase → its table and line: 一共 → sum, of the table ops: ops.sum."""
    asked = {table: lines for table, lines in _lines().items() if table not in _APART}
    return {w: f"{table}.{name}" for table, lines in asked.items() for name, words in lines.items() for w in words}


@cache
def stages() -> dict[str, tuple[str, ...]]:
    """Each name of a stage of schooling → all its names: 普高 → 高中, 普通高中, 普高."""
    return _alike("stages")


@cache
def grades() -> dict[str, tuple[str, ...]]:
    """Each name of a grade → all its names: 初一 → 七年级, 初一, 初中一年级."""
    return _alike("grades")


@cache
def alike() -> dict[str, tuple[str, ...]]:
    """Each name of what counts the same → all its names: 老师 → 教师, 老师."""
    return _alike("alike")


@cache
def sides() -> dict[str, tuple[str, ...]]:
    """Each name of town or country → all its names: 城里 → 城里, 城区, 城市, 城镇, 县城."""
    return _alike("sides")


@cache
def levels() -> dict[str, tuple[str, ...]]:
    """Each name of a level of government → all its names: 省里 → 省, 省级, 省里, 省财政."""
    return _alike("levels")


def _alike(table: str) -> dict[str, tuple[str, ...]]:
    return {name: tuple(names) for names in _lines()[table].values() for name in names}


def of_plan(text: str) -> tuple[str, bool]:
    """What a message asks about the document itself: gist, issuer, year, clauses, figures, contents (empty: nothing of the
    kind), and whether it names the document: 这份文件是谁发的 → issuer, True."""
    lines = _lines()["plan"]
    said = re.sub(r"[\s,.，。、;；?？!！~]", "", text)
    rest = re.sub("|".join(sorted(lines["called"], key=len, reverse=True)), "", said)
    bare = re.sub("|".join(sorted(lines["around"], key=len, reverse=True)), "", rest)
    asked = (name for name, words in lines.items() if name not in {"called", "around"} and {rest, bare} & {*words})
    return next(asked, ""), rest != said


def hinted(word: str) -> str | None:
    """In what a number of this is stated: 保育费 → money, 近视率 → percent; None where nothing tells."""
    return next((line for line, endings in _lines()["hints"].items() if word.endswith(tuple(endings))), None)


@cache
def places() -> frozenset[str]:
    """The places of the country that a question may name."""
    return frozenset(_PLACES.read_text(encoding="utf8").split())
