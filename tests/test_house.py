"""The walls of the house, and that what is documented is what there is."""

import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from msgspec import Struct, structs

from bot.settings import Settings, load
from knowledge.errors import SettingsError

ROOT = Path(__file__).parents[1]
SOURCES = [f for folder in ("bot", "indexer", "knowledge") for f in sorted((ROOT / folder).rglob("*.py"))]
# One home for each library: files, or a folder.
HOMES = {
    "jieba": ("indexer/words.py", "indexer/repair.py"),
    "opencc": ("knowledge/wording.py", "indexer/repair.py"),
    "pypinyin": ("knowledge/wording.py", "indexer/repair.py", "indexer/clean.py"),
    "rapidfuzz": ("knowledge/search.py", "bot/records/unanswered.py"),
    "sqlite_utils": ("indexer/build.py",),
    "sqlite3": (
        "knowledge/bank.py",
        "knowledge/store.py",
        "indexer/build.py",
        "indexer/editions.py",
        "bot/records/",
    ),
    "rich": ("bot/console.py", "bot/terminal.py"),
    "jinja2": ("bot/web/site.py",),
    "starlette": ("bot/web/", "bot/serving.py", "bot/telegram/incoming.py", "bot/telegram/app.py"),
    "uvicorn": ("bot/serving.py",),
    "telegram": ("bot/telegram/",),
    "aiolimiter": ("bot/telegram/network.py",),
    "docx": ("indexer/formats/docx.py",),
    "pypdfium2": ("indexer/formats/pdf.py",),
    "ofdkit": ("indexer/formats/ofd.py",),
    "selectolax": ("indexer/formats/html.py",),
    "rapidocr": ("indexer/formats/scan.py",),
    "charset_normalizer": ("indexer/formats/plain.py",),
    "filelock": ("indexer/build.py", "bot/copies.py"),
    "httpcore": ("indexer/fetch.py",),
    "resvg_py": ("bot/pictures/rendering.py",),
    "segno": ("bot/pictures/drawing.py",),
}


def imports(file: Path) -> set[str]:
    found: set[str] = set()
    for node in ast.walk(ast.parse(file.read_text(encoding="utf8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            found.add(node.module or "")
    return found


@pytest.mark.parametrize("file", SOURCES, ids=lambda f: str(f.relative_to(ROOT)))
def test_imports_run_from_the_bot_to_knowledge_and_from_the_indexer_to_knowledge(file: Path) -> None:
    name, tops = str(file.relative_to(ROOT)), {module.split(".")[0] for module in imports(file)}
    if file.parent.name == "knowledge":
        assert not tops & {"bot", "indexer"}
    if name.startswith("indexer/") and file.name != "__main__.py":
        assert "bot" not in tops
    if name.startswith("bot/") and name not in {
        "bot/cli.py",
        "bot/indexing.py",
        "bot/shipped.py",
        "bot/replies/contract.py",
    }:
        assert "indexer" not in tops
    assert [library for library, homes in HOMES.items() if library in tops and not name.startswith(homes)] == []


def test_the_types_need_the_standard_library_alone() -> None:
    assert {m.split(".")[0] for m in imports(ROOT / "knowledge/model.py")} <= set(sys.stdlib_module_names)


@pytest.mark.parametrize("file", SOURCES, ids=lambda f: str(f.relative_to(ROOT)))
def test_a_file_is_read_in_one_sitting(file: Path) -> None:
    assert len(file.read_text(encoding="utf8").splitlines()) <= 400


def test_every_command_and_option_stands_in_the_readme_and_nothing_else_does() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf8")
    helps = {"": _help()}
    commands = set(re.findall(r"^    ([a-z]+)(?: |$)", helps[""], re.MULTILINE))
    offered = set().union(*(re.findall(r"--[a-z]+", _help(c)) for c in commands)) - {"--help"}
    told = set(re.findall(r"(?:^|`|run --no-dev )yaodian ([a-z]+)", readme, re.MULTILINE))
    assert (commands - told, told - commands) == (set(), set())
    assert {option for option in offered if option not in readme} == set()


def _help(*words: str) -> str:
    command = [sys.executable, "-m", "bot", *words, "--help"]
    return subprocess.run(command, cwd=ROOT, capture_output=True, check=True, encoding="utf8").stdout


def test_every_setting_stands_in_the_example_and_nothing_else_does() -> None:
    example = (ROOT / "config.example.toml").read_text(encoding="utf8")
    told, table = set(), ""
    for heading, key in re.findall(r"^(?:\[([a-z]+)\]|#? ?([a-z_]+) =)", example, re.MULTILINE):
        table = f"{heading}." if heading else table
        told |= {table + key} if key else set()
    told.add("elsewhere")  # its keys are the operator's
    assert told == set(_keys(Settings))


def _keys(kind: type[Struct], path: str = "") -> Iterator[str]:
    for field in structs.fields(kind):
        if isinstance(field.default, Struct):
            yield from _keys(type(field.default), f"{field.name}.")
        else:
            yield path + field.name


def test_the_lines_of_the_example_that_say_whom_to_ask_can_be_used_as_they_stand(tmp_path: Path) -> None:
    example = (ROOT / "config.example.toml").read_text(encoding="utf8").split("[elsewhere]")[1]
    file = tmp_path / "config.toml"
    file.write_text("[elsewhere]" + example.replace('# "', '"'), encoding="utf8")
    assert load(file).elsewhere.keys() >= {"报名时间", "其他"}
    file.write_text('[elsewhere]\n"报名时光" = "请打电话。"', encoding="utf8")
    with pytest.raises(SettingsError, match=r"报名时光 不是题库里的事项，相近的有：.*报名"):
        load(file)
