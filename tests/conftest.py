"""A plan small enough to check by eye, its index, and where the real documents lie."""

import io
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import settings

from bot.apart import carry_out
from bot.assistant import Assistant
from bot.cli import main
from bot.library import Library
from bot.records import Records
from indexer.build import build
from indexer.document import read_document
from indexer.words import default_cutter, everyday_words
from knowledge.answer import ask, converse
from knowledge.bank import FILE
from knowledge.lexicon import Lexicon
from knowledge.model import Answer
from knowledge.store import Store

if TYPE_CHECKING:
    from knowledge.thread import Memory

SMALL = """东湖市2030年教育工作要点
2030年的工作安排如下。
一、增加学位，办好学校
（一）扩大学位供给。全年新建学校9个，其中城东区4个、城西区5个；竣工7个，其中小学3个、初中4个；新增学位300个，其中小学100个、初中200个。
（二）管好培训机构。出台校外培训机构资金监管办法，投入1.5亿元，首批10家以上机构进入“阳光学”平台。
二、关心教师成长
（三）减轻教师负担。清理各类报表，开展2-3期心理讲座，评选名教师20名，实施“五个一”行动。
"""

# Another, with what can be computed: a split of five, two kinds of area, a part that is no stage, a change, a date, a place.
LAKE = """青湖市2031年教育工作计划
2031年的工作安排如下。
一、办好学校
（一）建设学校。全年建设学校项目40个，其中东城区12个、西城区9个、南城区8个、北山县6个、河口县5个；新增学位1000个，其中小学600个、初中300个、高中100个。
（二）管好食堂。改造食堂30个，每月检查2次；食堂每餐收费不超过12元。
（三）招聘教师。招聘教师200名，其中骨干教师80名；教师平均工资由8000元提高到9000元。
二、关心学生
（四）守护心理健康。创建心理健康特色校10所，开通心理热线，6月底前在东城区举办心理健康周。
（五）发放资助金。发放资助金1.5亿元，资助学生3000人次；评选“湖畔好少年”“湖畔好书友”60名。
"""
# A property says what holds, not how fast; a busy machine is no failure.
settings.register_profile("patient", deadline=None)
settings.load_profile("patient")
# Plans of other cities with questions and conversations about them; of some there are only everyday questions to fit with.
CITIES = [
    file
    for file in sorted(Path(__file__).with_name("plans").glob("*.txt"))
    if file.with_suffix(".questions.jsonl").exists()
]
# Three of them, with everyday questions of their own, stand for all where one property is shown.
PLANS = [file for file in CITIES if file.with_suffix(".everyday.jsonl").exists()]
Index = Callable[[str], Store]
Talk = Callable[..., list[Answer]]
Run = Callable[..., "subprocess.CompletedProcess[str]"]


@pytest.fixture(scope="session", autouse=True)
def _everyday_words_are_read_once() -> Iterator[None]:
    words = everyday_words()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("indexer.build.everyday_words", lambda: words)
        yield


@pytest.fixture(scope="session")
def shipped_words() -> Lexicon:
    return Lexicon()


@pytest.fixture(scope="session")
def small_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("small") / "东湖.txt"
    file.write_text(SMALL, encoding="utf8")
    return file


@pytest.fixture(scope="session")
def small(small_file: Path) -> Store:
    db = small_file.with_suffix(".db")
    build([read_document(small_file)], db)
    return Store(db)


@pytest.fixture(scope="session")
def db(small: Store, small_file: Path) -> Path:  # noqa: ARG001 — it is the index that is asked
    return small_file.with_suffix(".db")


@pytest.fixture
def own_db(db: Path, tmp_path: Path) -> Path:
    """The same index, to be changed."""
    return Path(shutil.copy(db, tmp_path / "plan.db"))


@pytest.fixture(scope="session")
def ask_small(small: Store, shipped_words: Lexicon) -> Callable[[str], Answer]:
    return lambda question: ask(question, small, shipped_words)


@pytest.fixture(scope="session")
def index(tmp_path_factory: pytest.TempPathFactory) -> Index:
    """The index of a plan that is given as text, made once; jieba's dictionary is read once for all of them."""
    bare = tmp_path_factory.mktemp("bare") / "bare.db"
    build([], bare)
    cut = default_cutter()

    @cache
    def index(text: str) -> Store:
        folder = tmp_path_factory.mktemp("plan")
        (folder / "plan.txt").write_text(text, encoding="utf8")
        shutil.copyfile(bare, folder / "plan.db")
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr("indexer.build.default_cutter", lambda: cut)
            build([read_document(folder / "plan.txt")], folder / "plan.db")
        return Store(folder / "plan.db")

    return index


@pytest.fixture(scope="session")
def lake(index: Index) -> Store:
    return index(LAKE)


@pytest.fixture(scope="session")
def ask_lake(lake: Store, shipped_words: Lexicon) -> Callable[[str], Answer]:
    return lambda question: ask(question, lake, shipped_words)


@pytest.fixture(scope="session")
def talk(shipped_words: Lexicon) -> Talk:
    """The answers to questions asked one after the other in one chat."""

    def talk(store: Store, *questions: str) -> list[Answer]:
        answers: list[Answer] = []
        memory: Memory | None = None
        for question in questions:
            answer, memory = converse(question, memory, store, shipped_words)
            answers.append(answer)
        return answers

    return talk


@pytest.fixture(scope="session")
def several(tmp_path_factory: pytest.TempPathFactory, small_file: Path) -> Store:
    """All plans of tests/plans and the small one in one index."""
    db = tmp_path_factory.mktemp("several") / "several.db"
    build([read_document(file) for file in (*PLANS, small_file)], db)
    return Store(db)


@pytest.fixture(scope="session", params=PLANS, ids=lambda file: file.stem)
def city(request: pytest.FixtureRequest, index: Index) -> Store:
    """Each plan of tests/plans in turn."""
    return index(request.param.read_text(encoding="utf8"))


@pytest.fixture(scope="session")
def data() -> Path:
    """The folder of real documents and question sets."""
    folder = os.environ.get("YAODIAN_DATA")
    if not folder:
        pytest.skip("YAODIAN_DATA is not set: the official plan and the question sets are not at hand")
    return Path(folder)


@pytest.fixture(scope="session")
def official_file(data: Path) -> Path:
    return data / "plans" / "changzhou-2021-official.txt"


@pytest.fixture(scope="session")
def official(official_file: Path, tmp_path_factory: pytest.TempPathFactory) -> Store:
    db = tmp_path_factory.mktemp("official") / "official.db"
    build([read_document(official_file)], db)
    return Store(db)


@pytest.fixture(scope="session")
def shipped_db(tmp_path_factory: pytest.TempPathFactory) -> Path:
    db = tmp_path_factory.mktemp("shipped") / "shipped.db"
    build([read_document(FILE.parent / "plans" / "changzhou-2021.md")], db)
    return db


@pytest.fixture(scope="session")
def shipped(shipped_db: Path) -> Store:
    return Store(shipped_db)


@pytest.fixture
def records(tmp_path: Path) -> Iterator[Records]:
    opened = Records(tmp_path / "chats.db", forgiving=False)
    yield opened
    opened.close()


@pytest.fixture
def assistant(small: Store, small_file: Path, records: Records) -> Assistant:  # noqa: ARG001 — it is the index
    return Assistant(Library(small_file.with_suffix(".db")), records)


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """The command in this process, its streams as bytes; whether it is the same in one of its own is tested at the end."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("YAODIAN_CONFIG", raising=False)
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))

    def run(*words: str, typed: str | bytes = "", **variables: str) -> "subprocess.CompletedProcess[str]":
        with monkeypatch.context() as patch:
            for name, value in variables.items():
                patch.setenv(name, value)
            streams = {name: io.TextIOWrapper(io.BytesIO(), write_through=True) for name in ("stdout", "stderr")}
            streams["stdin"] = io.TextIOWrapper(io.BytesIO(typed.encode() if isinstance(typed, str) else typed))
            for name, stream in streams.items():
                patch.setattr(sys, name, stream)
            try:
                main(words)
                status = 0
            except SystemExit as end:
                status = int(end.code or 0)
            said = [streams[name].buffer.getvalue().decode() for name in ("stdout", "stderr")]
        return subprocess.CompletedProcess(words, status, *said)

    return run


@pytest.fixture
def read_here(monkeypatch: pytest.MonkeyPatch) -> None:
    """Documents of the desk are read in this process: what one of its own is for is tested in test_desk_drafts."""
    monkeypatch.setattr("bot.drafts._run", carry_out)
