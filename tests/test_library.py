import sqlite3
import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from conftest import SMALL

from bot.examples import examples
from bot.library import Library
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
def library(db: Path, tmp_path: Path) -> Library:
    return Library(db, [tmp_path / "own.toml"])


def test_an_index_that_is_replaced_is_answered_from_at_once(library: Library, db: Path, tmp_path: Path) -> None:
    before = library.store
    assert library.store is before
    build([read_document(tmp_path / "西山.txt", title="西山计划")], db)
    assert library.store is not before
    assert library.store.titles() == ["东湖市2030年教育工作要点", "西山计划"]


def test_a_file_that_is_broken_leaves_what_was_read_before(library: Library, db: Path, tmp_path: Path) -> None:
    (tmp_path / "bad").write_text("no index")
    (tmp_path / "bad").replace(db)
    assert library.store.count() == 3
    with pytest.raises(StoreError):
        library.refresh()
    db.unlink()
    assert library.store.count() == 3


def test_a_word_that_is_taught_is_known_at_once_and_a_slip_in_the_file_forgets_nothing(
    library: Library, tmp_path: Path
) -> None:
    assert not list(library.lexicon.find("云朵"))
    teach(tmp_path / "own.toml", "云朵", "学位")
    assert list(library.lexicon.find("云朵"))
    (tmp_path / "own.toml").write_text("[same")
    assert list(library.lexicon.find("云朵"))
    with pytest.raises(SettingsError, match="写法有误"):
        library.refresh()


def test_one_plan_alone_is_answered_from_where_it_is_named(library: Library, db: Path, tmp_path: Path) -> None:
    build([read_document(tmp_path / "西山.txt", title="西山'计划")], db)
    west, east = library.store_of("西山'计划"), library.store_of("东湖市2030年教育工作要点")
    assert [s.count() for s in (west, east, library.store)] == [3, 3, 6]
    for store, raw in ((west, "8个"), (east, "9个")):
        answer = ask("新建学校多少个", store, library.lexicon)
        assert [f.raw for _, f in answer.figures] == [raw]
        assert ask("第一条", store, library.lexicon).matches[0].clause.plan == store.titles()[0]
    assert library.store_of("没有这份").count() == 6


def test_examples_are_questions_that_the_index_answers(library: Library) -> None:
    some = examples(library.store, library.lexicon)
    assert len(some) == 3
    assert {ask(q, library.store, library.lexicon).status for q in some} == {Status.ANSWERED}


def flip(db: Path) -> None:
    """Bytes in the middle of the file, which its head does not show."""
    whole = bytearray(db.read_bytes())
    whole[4096 : len(whole) // 2] = b"\x07" * (len(whole) // 2 - 4096)
    db.write_bytes(whole)


def another(db: Path) -> None:
    spare = db.with_name("spare.db")
    spare.write_bytes(db.read_bytes())
    flip(spare)
    spare.replace(db)


@pytest.mark.parametrize("happens", [flip, another, Path.unlink, lambda db: db.write_text("no index")])
def test_whatever_is_done_to_the_file_a_steady_library_answers_from_the_last_good_one(
    happens: Callable[[Path], object], db: Path, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    library = Library(db, steady=True)
    happens(db)
    for question in ("新建学校多少个", "小学新增学位", "第三条", "谁管培训机构") * 3:
        assert ask(question, library.store, library.lexicon).status is Status.ANSWERED
    assert len(caplog.messages) == 1
    db.unlink(missing_ok=True)
    build([read_document(tmp_path / "西山.txt")], db)
    assert library.store.titles() == ["西山市2029年教育工作要点"]


def test_a_steady_library_keeps_no_more_copies_than_it_reads(db: Path, tmp_path: Path) -> None:
    library = Library(db, steady=True)
    for n in range(5):
        build([read_document(tmp_path / "西山.txt", title=f"计划{n}")], db)
        assert f"计划{n}" in library.store.titles()
    copies = library._copies  # noqa: SLF001 — where else would they be counted?
    assert copies is not None
    assert len(list(copies.folder.glob("*.db"))) <= 2


def test_what_a_server_that_was_killed_left_is_cleared_by_the_next_one_and_what_is_read_stays(db: Path) -> None:
    living, copies = (
        Library(db, steady=True),
        "from bot.copies import Copies; c = Copies(); print(c.folder, flush=True); ",
    )
    killed = subprocess.run(
        [sys.executable, "-c", copies + "import os, signal; os.kill(os.getpid(), signal.SIGKILL)"],
        capture_output=True,
        text=True,
        check=False,
    )
    left = Path(killed.stdout.strip())
    assert left.is_dir()
    with TemporaryDirectory(prefix="yaodian-") as strange:  # an environment of uv
        (Path(strange) / ".lock").touch()
        Library(db, steady=True)
        assert (left.exists(), (Path(strange) / ".lock").exists()) == (False, True)
    copies = living._copies  # noqa: SLF001 — the file itself is open and would be read on
    assert copies is not None
    assert list(copies.folder.glob("*.db"))


def test_one_byte_that_is_another_anywhere_in_an_index_is_told_and_answers_nothing(db: Path) -> None:
    good, library = db.read_bytes(), Library(db, steady=True)
    for place in range(0, len(good), len(good) // 60):
        db.write_bytes(good[:place] + bytes([good[place] ^ 0x10]) + good[place + 1 :])
        with pytest.raises(StoreError):
            Library(db)
        with pytest.raises(StoreError):
            build([read_document(db.with_name("西山.txt"))], db)
        assert ask("新建学校多少个", library.store, library.lexicon).status is Status.ANSWERED


def test_an_index_that_another_program_has_changed_is_told(db: Path) -> None:
    with closing(sqlite3.connect(db)) as connection, connection:
        connection.execute("UPDATE figures SET value = value + 1")
    with pytest.raises(StoreError, match="被别的程序改过"):
        Library(db)


def test_many_threads_that_find_a_new_index_open_it_once(
    db: Path, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    library = Library(db, steady=True)
    build([read_document(tmp_path / "西山.txt", title="新计划")], db)
    with ThreadPoolExecutor(16) as threads:
        assert {store.count() for store in threads.map(lambda _: library.store, range(64))} <= {3, 6}
    assert ("新计划" in library.store.titles(), library.edition, caplog.messages) == (True, 2, [])
