"""A plan small enough to check by eye, its index, and where the real documents lie."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from indexer.build import build
from indexer.document import read_document
from knowledge import lexicon
from knowledge.answer import ask
from knowledge.lexicon import Lexicon
from knowledge.model import Answer
from knowledge.store import Store

SMALL = """东湖市2030年教育工作要点
2030年的工作安排如下。
一、增加学位，办好学校
（一）扩大学位供给。全年新建学校9个，其中城东区4个、城西区5个；竣工7个，其中小学3个、初中4个；新增学位300个，其中小学100个、初中200个。
（二）管好培训机构。出台校外培训机构资金监管办法，投入1.5亿元，首批10家以上机构进入“阳光学”平台。
二、关心教师成长
（三）减轻教师负担。清理各类报表，开展2-3期心理讲座，评选名教师20名，实施“五个一”行动。
"""


@pytest.fixture(scope="session")
def shipped_words() -> Lexicon:
    return lexicon.load(lexicon.SHIPPED)


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
def ask_small(small: Store, shipped_words: Lexicon) -> Callable[[str], Answer]:
    return lambda question: ask(question, small, shipped_words)


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
    build([read_document(lexicon.SHIPPED.parent / "plans" / "changzhou-2021.md")], db)
    return db


@pytest.fixture(scope="session")
def shipped(shipped_db: Path) -> Store:
    return Store(shipped_db)
