import json
import sqlite3
import subprocess
import sys
import time
from pathlib import Path
from unittest.mock import Mock

import pytest
import sqlite_utils
from conftest import SMALL

from bot.replies.naming import body
from indexer import build as building
from indexer import document
from indexer.build import build, remove, restore
from indexer.document import read_clauses, read_document
from knowledge.errors import DigitsLost, DocumentError, StoreError
from knowledge.seal import is_sealed
from knowledge.store import Store


def files(folder: Path) -> list[str]:
    """What is left in a folder but for locks, which stay where they were made."""
    return sorted(f.name for f in folder.iterdir() if f.suffix != ".lock")


def test_what_is_saved_is_what_is_loaded(small: Store, small_file: Path) -> None:
    saved = read_document(small_file).report.plan.clauses
    loaded = small.clauses_of("东湖市2030年教育工作要点")
    assert [(c.number, c.ref, c.chapter, c.title, c.text, c.figures) for c in loaded] == [
        (c.number, c.ref, c.chapter, c.title, c.text, c.figures) for c in saved
    ]


def test_the_tables_are_read_without_a_key(small_file: Path) -> None:
    database = sqlite_utils.Database(small_file.with_suffix(".db"))
    assert database["plans"].get(1)["title"] == "东湖市2030年教育工作要点"
    rows = database.query("SELECT what, part, value, unit FROM figures WHERE part = '初中' ORDER BY value")
    assert [tuple(r.values()) for r in rows] == [("竣工", "初中", 4, "个"), ("新增学位", "初中", 200, "个")]


def test_indexing_the_same_plan_again_replaces_it(tmp_path: Path) -> None:
    file, db = tmp_path / "plan.txt", tmp_path / "plan.db"
    for places in (300, 400):
        file.write_text(SMALL.replace("新增学位300个", f"新增学位{places}个"), encoding="utf8")
        reports = build([read_document(file)], db)
    assert reports[0].replaced
    store = Store(db)
    assert [p["clauses"] for p in store.plans()] == [3]
    assert "400个" in [f.raw for f in store.clauses_of("东湖市2030年教育工作要点")[0].figures]


def test_the_official_text_is_quoted_rather_than_a_plain_edition_of_it(tmp_path: Path) -> None:
    official, plain, db = tmp_path / "official.txt", tmp_path / "plain.md", tmp_path / "plan.db"
    official.write_text(SMALL.split("\n", 1)[1], encoding="utf8")
    plain.write_text(f"---\ntitle: 东湖要点\nissuer: 东湖教育局\nedition: 通俗版\n---\n{SMALL}", encoding="utf8")
    build([read_document(plain)], db)
    build([read_document(official)], db)
    build([read_document(plain)], db)
    plans = Store(db).plans()
    assert [(p["title"], p["issuer"], p["edition"], p["current"]) for p in plans] == [
        ("东湖要点", "东湖教育局", "", 1),
        ("东湖要点", "东湖教育局", "通俗版", 0),
    ]


def yearly(year: int, folder: Path, title: str = "东湖市{year}年教育工作要点") -> Path:
    """The small plan as it is in another year: the headings stay, a number changes."""
    text = SMALL.replace("2030", str(year)).replace("新增学位300个", f"新增学位{year}个")
    file = folder / f"{year}.txt"
    file.write_text(f"{title.format(year=year)}\n{text.split(chr(10), 1)[1]}", encoding="utf8")
    return file


@pytest.mark.parametrize("title", ["东湖市{year}年教育工作要点", "教育工作要点", ""])
def test_next_years_plan_stands_beside_last_years_though_its_headings_are_the_same(title: str, tmp_path: Path) -> None:
    db = tmp_path / "plan.db"
    for year in (2029, 2031, 2030):
        reports = build([read_document(yearly(year, tmp_path, title))], db)
        assert not reports[0].replaced
    store = Store(db)
    assert [p["year"] for p in store.plans()] == [2031, 2030, 2029]
    assert len(set(store.titles())) == 3
    stated = [{f.raw for f in store.clauses_of(title)[0].figures} for title in store.titles()]
    assert [f"{year}个" in raws for year, raws in zip((2031, 2030, 2029), stated, strict=True)] == [True] * 3


def test_a_title_that_the_operator_gives_makes_no_other_year_the_same_plan(tmp_path: Path) -> None:
    db = tmp_path / "plan.db"
    for year in (2029, 2030):
        build([read_document(yearly(year, tmp_path), title="东湖要点", year=year)], db)
    assert Store(db).titles() == ["东湖要点（2030年）", "东湖要点"]
    assert build([read_document(yearly(2030, tmp_path), title="东湖要点", year=2030)], db)[0].replaced
    assert Store(db).titles() == ["东湖要点（2030年）", "东湖要点"]


def test_plans_of_one_title_and_year_by_two_bureaus_are_two_plans(tmp_path: Path) -> None:
    db, file = tmp_path / "plan.db", yearly(2030, tmp_path, "2030年教育工作要点")
    for issuer in ("城东区教育局", "城西区教育局"):
        file.write_text(f"{file.read_text(encoding='utf8')}\n", encoding="utf8")
        build([read_document(file, issuer=issuer)], db)
    assert Store(db).titles() == ["2030年教育工作要点", "2030年教育工作要点（城西区教育局）"]


def test_the_same_file_again_replaces_itself_whatever_is_said_of_it(tmp_path: Path) -> None:
    db, file = tmp_path / "plan.db", yearly(2030, tmp_path)
    build([read_document(file)], db)
    assert build([read_document(file, title="东湖要点", year=2031)], db)[0].replaced
    assert [(p["title"], p["year"]) for p in Store(db).plans()] == [("东湖要点", 2031)]


def test_a_text_without_a_title_is_an_edition_only_of_a_plan_of_its_year(tmp_path: Path) -> None:
    db = tmp_path / "plan.db"
    plain = tmp_path / "plain.md"
    plain.write_text(f"---\ntitle: 东湖要点\nedition: 通俗版\n---\n{SMALL}", encoding="utf8")
    build([read_document(plain)], db)
    build([read_document(yearly(2031, tmp_path, ""))], db)
    build([read_document(yearly(2030, tmp_path, ""))], db)
    assert [(p["title"], p["year"], p["edition"], p["current"]) for p in Store(db).plans()] == [
        ("2031", 2031, "", 1),
        ("东湖要点", 2030, "通俗版", 0),
        ("东湖要点", 2030, "", 1),
    ]


def test_a_plan_that_the_operator_names_is_replaced_by_one_that_is_quite_different(tmp_path: Path) -> None:
    db = tmp_path / "plan.db"
    build([read_document(yearly(year, tmp_path)) for year in (2029, 2030)], db)
    new = tmp_path / "new.txt"
    new.write_text("西山计划\n（一）上学。新建学校3所。\n（二）吃饭。\n（三）睡觉。", encoding="utf8")
    assert build([read_document(new)], db, replacing=("东湖市2029年教育工作要点", ""))[0].replaced
    assert Store(db).titles() == ["东湖市2030年教育工作要点", "西山计划"]
    with pytest.raises(StoreError, match="已经没有"):
        build([read_document(new)], db, replacing=("东湖市2029年教育工作要点", ""))


def test_a_plan_that_is_removed_leaves_nothing_behind_and_its_plain_edition_is_quoted_again(tmp_path: Path) -> None:
    db, plain = tmp_path / "plan.db", tmp_path / "plain.md"
    plain.write_text(f"---\ntitle: 东湖市2030年教育工作要点\nedition: 通俗版\n---\n{SMALL}", encoding="utf8")
    build([read_document(plain), read_document(yearly(2030, tmp_path))], db)
    assert [p["current"] for p in Store(db).plans()] == [0, 1]
    remove(db, "东湖市2030年教育工作要点", "")
    assert [(p["edition"], p["current"]) for p in Store(db).plans()] == [("通俗版", 1)]
    remove(db, "东湖市2030年教育工作要点", "通俗版")
    tables = ("plans", "clauses", "figures", "damage", "speaks", "pieces", "clause_search")
    assert [sqlite_utils.Database(db)[table].count for table in tables] == [0] * 7


def test_a_failure_leaves_the_old_index_as_it_was(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file, db = tmp_path / "plan.txt", tmp_path / "plan.db"
    file.write_text(SMALL, encoding="utf8")
    build([read_document(file)], db)
    before = db.read_bytes()

    def full(*_arguments: object) -> None:
        raise sqlite3.OperationalError("database or disk is full")

    monkeypatch.setattr(building, "clause_row", full)
    with pytest.raises(StoreError, match="没有动"):
        build([read_document(file)], db)
    assert (db.read_bytes(), files(tmp_path)) == (before, ["plan.db", "plan.txt"])


@pytest.mark.parametrize(
    ("error", "says"),
    [
        (sqlite3.OperationalError("attempt to write a readonly database"), "权限"),
        (sqlite3.DatabaseError("database disk image is malformed"), "损坏.*删掉"),
    ],
)
def test_why_an_index_cannot_be_written_is_told_apart(
    error: sqlite3.Error, says: str, tmp_path: Path, small_file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(building, "clause_row", Mock(side_effect=error))
    with pytest.raises(StoreError, match=says):
        build([read_document(small_file)], tmp_path / "plan.db")
    assert files(tmp_path) == []


def test_an_index_that_is_read_only_is_left_alone(
    small_file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    db = tmp_path / "plan.db"
    build([read_document(small_file)], db)
    monkeypatch.setattr(building.os, "access", lambda *_: False)
    with pytest.raises(StoreError, match="只读"):
        build([read_document(small_file)], db)
    assert files(tmp_path) == ["plan.db"]


def test_a_database_that_may_not_be_read_is_not_called_damaged(
    small: Store,  # noqa: ARG001 — it is its file that is opened
    small_file: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(Path, "open", Mock(side_effect=PermissionError(13, "Permission denied")))
    with pytest.raises(StoreError, match=r"Permission denied.*权限"):
        Store(small_file.with_suffix(".db"))


def test_what_a_killed_run_left_is_cleared_and_a_link_stays_one(tmp_path: Path, small_file: Path) -> None:
    link = tmp_path / "link.db"
    link.symlink_to(tmp_path / "plan.db")
    for left in (".plan.db.new", ".plan.db.new-journal", ".plan.db.lock"):
        (tmp_path / left).write_text("left")
    build([read_document(small_file)], link)
    assert (link.is_symlink(), files(tmp_path)) == (True, ["link.db", "plan.db"])


def test_runs_at_once_lose_nothing(tmp_path: Path) -> None:
    for i in range(4):
        (tmp_path / f"{i}.jsonl").write_text(json.dumps({"id": "a", "plan": f"计划{i}", "text": "x"}))
    start = [sys.executable, "-m", "bot", "index", "--db", str(tmp_path / "a.db"), "--clauses"]
    root = Path(__file__).parents[1]
    runs = [subprocess.Popen([*start, tmp_path / f"{i}.jsonl"], cwd=root, stdout=-3) for i in range(4)]
    assert [run.wait() for run in runs] == [0] * 4
    assert len(Store(tmp_path / "a.db").plans()) == 4


def test_a_run_that_is_ended_cleans_up(tmp_path: Path) -> None:
    rows = (json.dumps({"id": str(i), "plan": f"计划{i}", "text": "补贴2000元。"}) for i in range(20_000))
    (tmp_path / "a.jsonl").write_text("\n".join(rows))
    command = [sys.executable, "-m", "bot", "index", "--db", tmp_path / "a.db", "--clauses", tmp_path / "a.jsonl"]
    with subprocess.Popen(command, cwd=Path(__file__).parents[1]) as run:
        while not (tmp_path / ".a.db.new").exists() and run.poll() is None:
            time.sleep(0.01)
        run.terminate()
    assert (run.returncode, files(tmp_path)) == (143, ["a.jsonl"])


def test_a_digit_that_would_be_lost_stops_the_build_and_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "plan.txt"
    file.write_text(SMALL, encoding="utf8")
    real = document.split
    monkeypatch.setattr(document, "split", lambda text: real(text.replace("20名", "名")))
    with pytest.raises(DigitsLost, match="20"):
        read_document(file)


def test_a_line_that_ends_inside_a_number_loses_nothing(tmp_path: Path) -> None:
    file = tmp_path / "plan.txt"
    lines = SMALL.split("\n")
    for width in range(18, 40):
        wrapped = ("\n".join(line[i : i + width] for i in range(0, len(line), width)) for line in lines)
        file.write_text("\n".join(wrapped), encoding="utf8")
        clauses = read_document(file).report.plan.clauses
        assert (width, len(clauses), len(clauses[0].figures)) == (width, 3, 9)


def test_a_document_without_a_clause_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "poem.txt"
    file.write_text("暂无内容", encoding="utf8")
    with pytest.raises(DocumentError, match="没有找到条款"):
        read_document(file)


@pytest.mark.parametrize(("pragma", "says"), [("application_id = 7", "别的程序"), ("user_version = 99", "另一个版本")])
def test_a_database_that_is_not_ours_is_left_alone(pragma: str, says: str, small_file: Path, tmp_path: Path) -> None:
    db = tmp_path / "other.db"
    db.write_bytes(small_file.with_suffix(".db").read_bytes())
    with sqlite3.connect(db) as connection:
        connection.execute(f"PRAGMA {pragma}")
    connection.close()
    before = db.read_bytes()
    with pytest.raises(StoreError, match=says):
        build([read_document(small_file)], db)
    assert db.read_bytes() == before


def test_a_ready_made_list_keeps_its_ids(tmp_path: Path) -> None:
    listed, db = tmp_path / "clauses.jsonl", tmp_path / "list.db"
    listed.write_text(
        '{"id": "a#1", "plan": "甲通知", "text": "补贴2000元。"}\n{"id": "b", "plan": "乙", "text": "x\\ud800"}\n'
    )
    build(read_clauses(listed), db)
    assert [(c.id, c.number, [f.raw for f in c.figures]) for c in Store(db).clauses_of("甲通知")] == [
        ("a#1", 1, ["2000元"])
    ]


def test_an_index_that_is_written_again_is_sealed_anew_with_one_seal(small_file: Path, tmp_path: Path) -> None:
    db, behind = tmp_path / "again.db", set()
    for _ in range(3):
        build([read_document(small_file)], db)
        assert is_sealed(db)
        behind.add(db.stat().st_size % 4096)  # behind the last page
    assert len(behind) == 1


def test_a_list_that_is_indexed_again_replaces_each_of_its_plans(tmp_path: Path) -> None:
    listed, db = tmp_path / "clauses.jsonl", tmp_path / "list.db"
    for text in ("补贴2000元。", "补贴3000元。", "补贴3000元。"):
        rows = ({"id": str(i), "plan": plan, "text": text} for i, plan in enumerate(["甲通知", "乙通知", "甲通知"]))
        listed.write_text("\n".join(json.dumps(row, ensure_ascii=False) for row in rows), encoding="utf8")
        build(read_clauses(listed), db)
    assert [(p["title"], p["clauses"]) for p in Store(db).plans()] == [("甲通知", 2), ("乙通知", 1)]


@pytest.mark.parametrize(
    "line", ['{"id": "b"}', '{"id": "b", "plan": "甲", "text": ["x"]}', '{"id": 1, "plan": " ", "text": "x"}']
)
def test_a_line_that_is_no_clause_is_named(line: str, tmp_path: Path) -> None:
    listed = tmp_path / "clauses.jsonl"
    listed.write_text(f'{{"id": "a", "plan": "甲", "text": "x"}}\n{line}\n')
    with pytest.raises(DocumentError, match="第 2 行"):
        read_clauses(listed)


def test_a_title_that_is_no_part_of_the_text_costs_no_word_of_it(tmp_path: Path) -> None:
    row = {"id": "a", "plan": "甲计划", "title": "校园安全", "text": "全年开展检查20次，覆盖学校35所。"}
    (tmp_path / "list.jsonl").write_text(json.dumps(row, ensure_ascii=False), encoding="utf8")
    build(read_clauses(tmp_path / "list.jsonl"), tmp_path / "list.db")
    [clause] = Store(tmp_path / "list.db").clauses_of("甲计划")
    assert body(clause) == row["text"]


def test_a_link_in_the_place_of_the_lock_is_not_followed(small_file: Path, tmp_path: Path) -> None:
    (tmp_path / "theirs").write_text("not ours to empty")
    (tmp_path / ".a.db.lock").symlink_to(tmp_path / "theirs")
    with pytest.raises(StoreError, match="写不进"):
        build([read_document(small_file)], tmp_path / "a.db")
    assert (tmp_path / "theirs").read_text() == "not ours to empty"


@pytest.mark.parametrize("links", [True, False])
def test_the_index_before_comes_back_step_by_step_and_no_further(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, links: bool
) -> None:
    if not links:
        monkeypatch.setattr(Path, "hardlink_to", Mock(side_effect=OSError))
    db, keep, named = tmp_path / "a.db", tmp_path / "before", tmp_path / "list.jsonl"

    def titles() -> list[str]:
        return sorted(p["title"] for p in Store(db).plans())

    def add(title: str, folder: Path | None = keep) -> None:
        named.write_text(json.dumps({"id": "1", "plan": title, "text": "新增学位"}), encoding="utf8")
        build(read_clauses(named), db, keep=folder)

    add("甲")
    add("乙")
    add("丙")
    remove(db, "甲", "", keep)
    for expected in (["丙", "乙", "甲"], ["乙", "甲"], ["甲"]):
        restore(db, keep)
        assert titles() == sorted(expected)
    with pytest.raises(StoreError, match="没有可以退回的上一版"):
        restore(db, keep)
    add("丁")
    restore(db, keep)
    assert titles() == ["甲"]
    add("戊")
    add("己", None)  # written by somebody who keeps nothing: what was before is not before that
    with pytest.raises(StoreError, match="没有可以退回的上一版"):
        restore(db, keep)
    assert titles() == sorted(["甲", "戊", "己"])
    for n in range(12):
        add(str(n))
    assert len(list(keep.iterdir())) == 10
    assert files(tmp_path) == ["a.db", "before", "list.jsonl"]
