from pathlib import Path

import pytest
from bot.shelf import Shelf
from conftest import SMALL

from bot.examples import examples
from bot.teaching import teach
from indexer.build import build
from indexer.document import read_document
from knowledge.answer import ask
from knowledge.errors import SettingsError, StoreError
from knowledge.model import Status

OTHER = """西山市2029年教育工作要点
一、办好学校
（一）建设学校。全年新建学校8个。
（二）丰富课后服务。课后服务开到六点。
（三）改善伙食。食堂要让家长放心。
"""


@pytest.fixture
def db(tmp_path: Path) -> Path:
    for name, text in (("东湖", SMALL), ("西山", OTHER)):
        (tmp_path / f"{name}.txt").write_text(text, encoding="utf8")
    build([read_document(tmp_path / "东湖.txt")], tmp_path / "a.db")
    return tmp_path / "a.db"


@pytest.fixture
def shelf(db: Path, tmp_path: Path) -> Shelf:
    return Shelf(db, [tmp_path / "own.toml"])


def test_an_index_that_is_replaced_is_answered_from_at_once(shelf: Shelf, db: Path, tmp_path: Path) -> None:
    before = shelf.store
    assert shelf.store is before
    build([read_document(tmp_path / "西山.txt", title="西山计划")], db)
    assert shelf.store is not before
    assert shelf.store.titles() == ["东湖市2030年教育工作要点", "西山计划"]


def test_a_file_that_is_broken_leaves_what_was_read_before(shelf: Shelf, db: Path, tmp_path: Path) -> None:
    (tmp_path / "bad").write_text("no index")
    (tmp_path / "bad").replace(db)
    assert shelf.store.count() == 3
    with pytest.raises(StoreError):
        shelf.refresh()
    db.unlink()
    assert shelf.store.count() == 3


def test_a_word_that_is_taught_is_known_at_once_and_a_slip_in_the_file_forgets_nothing(
    shelf: Shelf, tmp_path: Path
) -> None:
    assert not list(shelf.lexicon.find("云朵"))
    teach(tmp_path / "own.toml", "云朵", "学位")
    assert list(shelf.lexicon.find("云朵"))
    (tmp_path / "own.toml").write_text("[same")
    assert list(shelf.lexicon.find("云朵"))
    with pytest.raises(SettingsError, match="写法有误"):
        shelf.refresh()


def test_one_plan_alone_is_answered_from_where_it_is_named(shelf: Shelf, db: Path, tmp_path: Path) -> None:
    build([read_document(tmp_path / "西山.txt", title="西山'计划")], db)
    west, east = shelf.store_of("西山'计划"), shelf.store_of("东湖市2030年教育工作要点")
    assert [s.count() for s in (west, east, shelf.store)] == [3, 3, 6]
    for store, raw in ((west, "8个"), (east, "9个")):
        answer = ask("新建学校多少个", store, shelf.lexicon)
        assert [f.raw for _, f in answer.figures] == [raw]
        assert ask("第一条", store, shelf.lexicon).matches[0].clause.plan == store.titles()[0]
    assert shelf.store_of("没有这份").count() == 6


def test_examples_are_questions_that_the_index_answers(shelf: Shelf) -> None:
    some = examples(shelf.store, shelf.lexicon)
    assert len(some) == 3
    assert {ask(q, shelf.store, shelf.lexicon).status for q in some} == {Status.ANSWERED}
