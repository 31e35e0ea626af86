import random
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.records import Records
from bot.records.replies import Shown
from bot.records.schema import APPLICATION
from bot.records.unanswered import Group, alike, grouped
from knowledge.errors import StoreError
from knowledge.model import Status
from knowledge.wording import fold


class Clock:
    """A clock that stands still until it is moved."""

    def __init__(self) -> None:
        self.now = datetime(2030, 5, 1, 9, 0, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now

    def move(self, **much: float) -> None:
        self.now += timedelta(**much)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "new" / "chats.db"


@pytest.fixture
def records(file: Path, clock: Clock) -> Iterator[Records]:
    opened = Records(file, clock=clock, forgiving=False)
    yield opened
    opened.close()


def test_what_a_chat_is_about_is_recalled_for_half_an_hour(records: Records, clock: Clock) -> None:
    records.memories.remember("a", '{"question": "新增学位"}')
    clock.move(minutes=20)
    assert (records.memories.recall("a"), records.memories.recall("b")) == ('{"question": "新增学位"}', "")
    records.memories.remember("a", "later")
    clock.move(minutes=29)
    assert records.memories.recall("a") == "later"
    clock.move(minutes=1)
    assert records.memories.recall("a") == ""


def test_a_chat_that_is_forgotten_leaves_the_others_alone(records: Records) -> None:
    records.memories.remember("a", "1")
    records.memories.remember("b", "2")
    records.forget("a")
    records.forget("never heard of")
    assert (records.memories.recall("a"), records.memories.recall("b")) == ("", "2")


def test_memory_survives_a_restart(records: Records, file: Path, clock: Clock) -> None:
    records.memories.remember("a", "\ud800 half an emoji")
    records.unanswered.note("明天下雨吗")
    records.close()
    again = Records(file, clock=clock, forgiving=False)
    assert (again.memories.recall("a"), len(again.unanswered.groups())) == ("\ud800 half an emoji", 1)
    again.close()


def test_who_chats_is_written_nowhere(records: Records, file: Path) -> None:
    records.memories.remember("telegram:13800138000", "学位")
    records.unanswered.note("明天下雨吗")
    records.close()
    assert [f for f in file.parent.iterdir() if b"13800138000" in f.read_bytes()] == []
    assert file.stat().st_mode & 0o077 == 0


def test_what_is_forgotten_is_deleted_and_not_only_hidden(records: Records, file: Path, clock: Clock) -> None:
    records.memories.remember("a", "1")
    clock.move(minutes=31)
    records.memories.remember("b", "2")
    records.tidy()
    with sqlite3.connect(file) as connection:
        assert connection.execute("SELECT count(*) FROM memory").fetchone() == (1,)
    connection.close()


def test_refused_questions_are_grouped_by_likeness_and_the_most_asked_come_first(
    records: Records, clock: Clock
) -> None:
    for question in ("校车几点来", "学区怎么划分？", "学区怎么划分？", "學區怎麼劃分"):
        records.unanswered.note(question)
    clock.move(days=2)
    records.unanswered.note("请问学区怎么划")
    assert records.unanswered.groups() == [
        Group("学区怎么划分？", 4, "2030-05-03", ("学区怎么划分？", "學區怎麼劃分", "请问学区怎么划")),
        Group("校车几点来", 1, "2030-05-01", ("校车几点来",)),
    ]


def test_a_refused_question_is_noted_as_one_line_that_can_be_printed(records: Records) -> None:
    for question in ("\x1b[2J明天\r\n\t下雨吗\u202e\ud800", " \n", "\u200b"):
        records.unanswered.note(question)
    assert [g.question for g in records.unanswered.groups()] == ["[2J明天 下雨吗"]


def test_a_refused_question_is_dropped_after_the_days_that_are_kept(file: Path, clock: Clock) -> None:
    records = Records(file, keep_days=7, clock=clock, forgiving=False)
    records.unanswered.note("明天下雨吗")
    clock.move(days=7)
    assert len(records.unanswered.groups()) == 1
    clock.move(days=1)
    assert records.unanswered.groups() == []
    records.close()
    Records(file, keep_days=10**12, clock=clock, forgiving=False).close()
    assert Records(file, keep_days=10**12, clock=clock, forgiving=False).unanswered.groups() != []
    Records(file, keep_days=7, clock=clock, forgiving=False).close()
    assert Records(file, keep_days=10**12, clock=clock, forgiving=False).unanswered.groups() == []


def test_many_processes_open_and_write_one_new_file_at_once(file: Path) -> None:
    code = f"""
from pathlib import Path
from bot.records import Records
records = Records(Path({str(file)!r}))
for i in range(20):
    records.unanswered.note("明天下雨吗")
    records.memories.remember(str(i), "x")
"""
    running = [subprocess.Popen([sys.executable, "-c", code], cwd=Path(__file__).parents[1]) for _ in range(8)]
    assert [process.wait(timeout=60) for process in running] == [0] * 8
    records = Records(file, forgiving=False)
    assert [(g.question, g.count) for g in records.unanswered.groups()] == [("明天下雨吗", 160)]
    assert records.memories.recall("19") == "x"


def test_who_looks_into_the_file_of_a_running_bot_takes_nothing_away_from_it(file: Path) -> None:
    running = Records(file)
    code = f"from pathlib import Path; from bot.records import Records; Records(Path({str(file)!r}), forgiving=False).close()"
    for n in range(1, 4):
        running.unanswered.note("明天下雨吗")
        subprocess.run([sys.executable, "-c", code], cwd=Path(__file__).parents[1], check=True)
        looking = sqlite3.connect(file)
        assert looking.execute("SELECT sum(times) FROM refused").fetchone() == (n,)
        looking.close()
    running.close()


def test_ten_thousand_different_questions_are_grouped_in_a_few_seconds(records: Records, file: Path) -> None:
    some = random.Random(1)
    signs = [chr(0x4E00 + i) for i in range(800)]
    questions = {"".join(some.choices(signs, k=some.randint(5, 16))) for _ in range(10_000)}
    with sqlite3.connect(file) as connection:
        connection.executemany("INSERT INTO refused VALUES (?, '2030-05-01', 1)", [(q,) for q in questions])
    connection.close()
    start = time.perf_counter()
    assert sum(g.count for g in records.unanswered.groups()) == len(questions)
    assert time.perf_counter() - start < 10


def other_program(file: Path) -> None:
    connection = sqlite3.connect(file)
    connection.execute("CREATE TABLE notes (note TEXT)")
    connection.close()


def other_version(file: Path) -> None:
    Records(file, forgiving=False).close()
    connection = sqlite3.connect(file)
    connection.execute("PRAGMA user_version = 99")
    connection.close()


def cut_short(file: Path) -> None:
    Records(file, forgiving=False).close()
    file.write_bytes(file.read_bytes()[:5000])


@pytest.mark.parametrize(
    ("spoil", "says"),
    [
        (other_program, "别的程序"),
        (other_version, "另一个版本的聊天记录（99"),
        (cut_short, "已经损坏"),
        (lambda file: file.write_text("not a database at all, just text"), "不是聊天记录"),
        (Path.mkdir, "是文件夹"),
        (lambda file: (file.parent / "taken").touch(), "打不开"),
    ],
)
def test_a_file_that_does_not_fit_is_told_in_a_sentence_and_left_as_it_is(
    spoil: Callable[[Path], object], says: str, tmp_path: Path
) -> None:
    file = tmp_path / "chats.db"
    spoil(file)
    before = file.read_bytes() if file.is_file() else b""
    with pytest.raises(StoreError, match=says) as told:
        Records(tmp_path / "taken" / "chats.db" if says == "打不开" else file, forgiving=False)
    assert str(told.value).count("。") == 1
    assert (file.read_bytes() if file.is_file() else b"") == before


def test_the_file_is_marked_as_ours_and_an_empty_one_is_taken(file: Path) -> None:
    file.parent.mkdir()
    file.touch()
    Records(file, forgiving=False).close()
    connection = sqlite3.connect(file)
    assert connection.execute("PRAGMA application_id").fetchone() == (APPLICATION,)
    assert connection.execute("PRAGMA journal_mode").fetchone() == ("wal",)
    connection.close()


def test_what_an_older_version_kept_of_refused_questions_stays(file: Path, clock: Clock) -> None:
    file.parent.mkdir()
    with sqlite3.connect(file) as connection:
        for statement in (
            f"PRAGMA application_id = {APPLICATION}",
            "PRAGMA user_version = 1",
            "CREATE TABLE salt (salt BLOB NOT NULL)",
            "INSERT INTO salt VALUES (x'00')",
            "CREATE TABLE memory (chat BLOB PRIMARY KEY, context BLOB NOT NULL, at REAL NOT NULL) WITHOUT ROWID",
            "CREATE TABLE refused (question TEXT, day TEXT, times INTEGER NOT NULL, PRIMARY KEY (question, day)) WITHOUT ROWID",
            "INSERT INTO refused VALUES ('明天下雨吗', '2030-05-01', 3)",
        ):
            connection.execute(statement)
    connection.close()
    records = Records(file, clock=clock, forgiving=False)
    records.memories.remember("a", "1")
    assert ([(g.question, g.count) for g in records.unanswered.groups()], records.memories.recall("a")) == (
        [("明天下雨吗", 3)],
        "1",
    )
    records.close()


def test_a_file_of_the_version_before_takes_what_is_picked_and_keeps_the_rest(file: Path) -> None:
    older = Records(file, forgiving=False)
    older.unanswered.note("谁管食堂")
    older.memories.remember("a", "1")
    older.close()
    with sqlite3.connect(file) as connection:
        connection.execute("DROP TABLE picked")
        connection.execute("PRAGMA user_version = 2")
    connection.close()
    records = Records(file, forgiving=False)
    records.unanswered.picked("谁管食堂", "第（二）条")
    records.unanswered.picked("谁管食堂", "第（二）条")
    assert ([(g.question, g.picked) for g in records.unanswered.groups()], records.memories.recall("a")) == (
        [("谁管食堂", (("第（二）条", 2),))],
        "1",
    )
    records.close()


def test_a_file_of_before_the_desk_gets_its_tables_and_keeps_the_rest(file: Path) -> None:
    older = Records(file, forgiving=False)
    older.unanswered.note("谁管食堂")
    older.close()
    with sqlite3.connect(file) as connection:
        for table in ("hours", "changes", "sessions", "attempts"):
            connection.execute(f"DROP TABLE {table}")
        connection.execute("PRAGMA user_version = 3")
    connection.close()
    records = Records(file, forgiving=False)
    records.changes.note("王老师", "教了一个词", "", "晚托 → 课后服务")
    records.sessions.open(b"key", "王老师")
    records.feedback.count("anna", Status.ANSWERED)
    assert records.sessions.wait("203.0.113.1") == 0
    assert ([g.question for g in records.unanswered.groups()], records.sessions.who(b"key")) == (["谁管食堂"], "王老师")
    assert [(c.who, c.became) for c in records.changes.newest()] == [("王老师", "晚托 → 课后服务")]
    records.close()


def test_what_the_desk_keeps_is_dropped_in_its_time(records: Records, clock: Clock) -> None:
    records.sessions.open(b"key", "王老师")
    for _ in range(3):
        records.sessions.wait("203.0.113.1")
    records.changes.note("王老师", "教了一个词", "", "晚托\n→ 课后服务\x1b")
    records.feedback.count("anna", Status.ANSWERED, 4)
    assert [(c.became, c.at.astimezone(UTC)) for c in records.changes.newest()] == [("晚托 → 课后服务", clock.now)]
    assert records.feedback.hours()[9] == 4
    tables = ("sessions", "attempts", "changes", "hours")

    def rows() -> list[int]:
        records.tidy()
        return [records.database.rows(f"SELECT count(*) FROM {table}")[0][0] for table in tables]

    assert rows() == [1, 3, 1, 1]
    clock.move(minutes=16)
    assert rows() == [1, 0, 1, 1]
    clock.move(minutes=46)
    assert rows() == [0, 0, 1, 1]
    clock.move(days=91)
    assert rows() == [0, 0, 0, 0]


def test_passwords_are_counted_in_a_window_that_moves(records: Records, clock: Clock) -> None:
    tried = []
    for _ in range(8):
        tried.append(records.sessions.wait("203.0.113.1"))
        clock.move(minutes=2)
    assert tried == [0, 0, 0, 0, 0, 300, 180, 60]  # 15 minutes after the first of five
    assert [records.sessions.wait("203.0.113.1"), records.sessions.wait("203.0.113.1")] == [0, 60]
    records.sessions.right("203.0.113.1")
    assert records.sessions.wait("203.0.113.1") == 0


def test_a_person_who_is_forgotten_leaves_nothing_in_any_chat(records: Records) -> None:
    shown, feedback = records.replies(""), records.feedback
    for who in ("anna", "ben"):
        for chat in (who, f"group {who}"):
            records.memories.remember(chat, "学位", who)
            records.memories.choose(chat, "计划", who)
        feedback.vote("token", who, "学位", "计划 7", up=True)
        feedback.note(who, "很好")
        feedback.count(who, Status.ANSWERED)
        shown.keep(Shown(who, ("<b>一</b>",)), "place", who, 1, token=who)
    records.forget("anna")
    assert [records.memories.recall(c) for c in ("anna", "group anna", "ben", "group ben")] == ["", "", "学位", "学位"]
    assert [records.memories.chosen(c) for c in ("group anna", "group ben")] == [None, "计划"]
    assert (shown.get("anna"), shown.get("ben")) == (None, Shown("ben", ("<b>一</b>",)))
    assert ([(v.up, v.down) for v in feedback.votes()], len(feedback.notes())) == ([(1, 0)], 1)
    assert [(d.people, d.statuses) for d in feedback.days()] == [(1, {Status.ANSWERED: 1})]


def test_a_reply_is_kept_for_a_week_and_the_rest_as_long_as_the_settings_say(records: Records, clock: Clock) -> None:
    shown, feedback = records.replies(""), records.feedback
    token = shown.keep(Shown("学位", ("一",)), "place", "anna", 5)
    shown.sent(token, 6)
    feedback.note("anna", "很好")
    clock.move(days=7)
    records.tidy()
    assert (shown.reply_to("place", 5), shown.reply_to("other", 5)) == ((token, 6), None)
    clock.move(days=1)
    records.tidy()
    assert (shown.get(token), shown.reply_to("place", 5), len(feedback.notes())) == (None, None, 1)
    clock.move(days=83)
    records.tidy()
    assert feedback.notes() == []


def test_what_is_shared_is_kept_for_good_once_and_up_to_a_bound(file: Path, clock: Clock) -> None:
    records = Records(file, keep_days=1, clock=clock, forgiving=False)
    first = records.shared.keep("一", 2)
    clock.move(days=4000)
    assert (records.shared.keep("一", 2), records.shared.get(str(first))) == (first, ("一", "2030-05-01"))
    assert (records.shared.keep("二", 2) == first, records.shared.keep("三", 2)) == (False, None)
    assert records.shared.keep("一", 2) == first
    records.forget("anna")
    records.tidy()
    records.close()
    again = Records(file, clock=clock, forgiving=False)
    assert (again.shared.get(str(first)), again.shared.get("0" * 16)) == (("一", "2030-05-01"), None)
    again.close()


@pytest.mark.parametrize("version", [2, 3])
def test_a_file_of_a_version_before_keeps_what_is_shared_and_the_rest(file: Path, version: int) -> None:
    older = Records(file, forgiving=False)
    older.memories.remember("a", "1")
    older.close()
    with sqlite3.connect(file) as connection:
        connection.execute("DROP TABLE shared")
        connection.execute(f"PRAGMA user_version = {version}")
    connection.close()
    records = Records(file, forgiving=False)
    name = records.shared.keep("一")
    assert (records.shared.get(str(name)) is not None, records.memories.recall("a")) == (True, "1")
    records.close()


def test_a_byte_that_is_no_text_in_what_sqlite_says_of_the_file_costs_no_answer(file: Path) -> None:
    """SQLite quotes the damaged line of its schema, which Python cannot read then."""
    older = Records(file, forgiving=False)
    older.close()
    file.write_bytes(file.read_bytes().replace(b"indexmemory_by_time", b"indexmemory_by_t\xd4me"))
    with pytest.raises(StoreError, match="损坏"):
        Records(file, forgiving=False)
    records = Records(file)
    records.memories.remember("a", "1")
    assert records.memories.recall("a") == "1"
    assert file.with_name("chats.db.damaged").exists() or list(file.parent.glob("*.damaged"))
    records.close()


def test_what_is_kept_of_a_chat_and_is_no_text_any_more_is_as_if_nothing_had_been_said(file: Path) -> None:
    records = Records(file, forgiving=False)
    records.memories.remember("a", "1")
    records.database.change(("UPDATE memory SET context = ?", (b"\xd4",)))
    assert records.memories.recall("a") == ""
    records.close()


def test_what_is_shared_while_the_file_is_out_of_use_is_brought_there(file: Path) -> None:
    file.mkdir(parents=True)
    records = Records(file)
    name = records.shared.keep("一")
    assert records.shared.get(str(name))
    file.rmdir()
    records.close()
    again = Records(file, forgiving=False)
    assert again.shared.get(str(name))
    again.close()


def test_whatever_is_kept_while_the_file_is_out_of_use_is_brought_there_but_who_is_at_the_desk(file: Path) -> None:
    file.mkdir(parents=True)
    records = Records(file)
    records.memories.remember("a", "1")
    records.memories.choose("a", "计划")
    records.unanswered.note("明天下雨吗")
    records.unanswered.picked("明天下雨吗", "第（一）条")
    records.shared.keep("一")
    token = records.replies("w").keep(Shown("学位", ("一",)), "a", "anna")
    records.feedback.vote(token, "anna", "学位", "第（一）条", up=True)
    records.feedback.note("anna", "很好")
    records.feedback.count("anna", Status.ANSWERED, 3)
    records.changes.note("王老师", "教了一个词", "", "晚托 → 课后服务")
    records.sessions.open(b"key", "王老师")
    file.rmdir()
    records.close()
    with sqlite3.connect(file) as connection:
        tables = {name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
        empty = {name for name in tables if not connection.execute(f"SELECT count(*) FROM {name}").fetchone()[0]}
    connection.close()
    assert empty == {"sessions", "attempts"}
    again = Records(file, forgiving=False)
    assert (sum(again.feedback.hours()), [c.became for c in again.changes.newest()]) == (3, ["晚托 → 课后服务"])
    again.close()


def test_a_second_thumb_of_a_person_takes_the_place_of_the_first(records: Records) -> None:
    feedback = records.feedback
    for up in (True, True, False):
        feedback.vote("token", "anna", "学位", "计划 7", up=up)
    feedback.vote("token", "ben", "学位", "计划 7", up=True)
    assert [(v.question, v.up, v.down) for v in feedback.votes()] == [("学位", 1, 1)]


# --- questions that ask the same


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("学区怎么划分", "學區怎麼劃分？"),
        ("什么时候开学", "请问几号开学呀？？？"),
        ("实验小学怎么报名", "怎么报名实验小学"),
        ("校车几点来", "校车几点"),
        ("？", "?"),
    ],
)
def test_the_same_question_is_known_in_other_words(one: str, other: str) -> None:
    assert alike(one, other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("什么时候开学", "什么时候放学"),
        ("教师节放假吗", "食堂有鱼吗"),
        ("有没有500个", "有没有600个"),
        ("第十七条在哪", "第十八条在哪"),
        ("第一中学怎么样", "第二中学怎么样"),
        ("学位", ""),
    ],
)
def test_questions_about_other_things_are_not_alike(one: str, other: str) -> None:
    assert not alike(one, other)


@given(st.sets(st.text("学位校车几点来12 ", min_size=1, max_size=9).map(fold)))
def test_leaders_are_unlike_each_other_and_like_all_that_follow_them(texts: set[str]) -> None:
    groups = grouped(sorted(texts))
    assert sorted(t for group in groups for t in group) == sorted(texts)
    assert [group for group in groups if not all(alike(group[0], t) for t in group)] == []
    assert [(a, b) for a, *_ in groups for b, *_ in groups if a != b and alike(a, b)] == []


# --- a file that things happen to while it is used


@pytest.fixture
def server(file: Path, clock: Clock) -> Iterator[Records]:
    """Records as a server keeps them: whatever happens to the file, they go on."""
    opened = Records(file, clock=clock)
    opened.memories.remember("a", "before")
    opened.feedback.note("anna", "很好")
    yield opened
    opened.close()


def overwrite(file: Path) -> None:
    file.write_bytes(b"garbage" * 2000)


def lose(file: Path) -> None:
    for some in file.parent.iterdir():
        some.unlink()


@pytest.mark.parametrize(
    ("happens", "told"),
    [(lose, "被移走或换掉"), (lambda file: file.rename(file.with_name("away")), "被移走或换掉"), (overwrite, "移到了")],
)
def test_a_file_that_is_lost_moved_or_overwritten_is_made_anew_and_said_once(
    happens: Callable[[Path], object], told: str, server: Records, file: Path, caplog: pytest.LogCaptureFixture
) -> None:
    happens(file)
    server.memories.remember("a", "gone with the file, where it is written before that is noticed")
    for n in range(5):
        server.memories.remember(f"chat {n}", "学位")
        server.unanswered.note("明天下雨吗")
    assert [server.memories.recall(f"chat {n}") for n in range(5)] == ["学位"] * 5
    assert sum(told in line for line in caplog.messages) == 1
    server.close()
    again = Records(file, forgiving=False)
    assert [(g.question, g.count) for g in again.unanswered.groups()] == [("明天下雨吗", 5)]
    again.close()


def test_a_file_that_another_takes_the_place_of_is_left_for_that_one(
    server: Records, file: Path, tmp_path: Path
) -> None:
    other = Records(tmp_path / "other.db", forgiving=False)
    other.feedback.note("ben", "也好")
    other.close()
    (tmp_path / "other.db").replace(file)
    assert [n.note for n in server.feedback.notes()] == ["也好"]
    server.feedback.note("ben", "更好")
    server.close()
    again = Records(file, forgiving=False)
    assert {n.note for n in again.feedback.notes()} == {"也好", "更好"}
    again.close()


def test_while_another_program_keeps_the_file_to_itself_nobody_waits_and_nothing_is_lost(
    server: Records, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.records.database._PAUSE", 0.5)
    holding = sqlite3.connect(file, isolation_level=None)
    holding.execute("BEGIN EXCLUSIVE")
    started = time.monotonic()
    for n in range(50):
        server.memories.remember(f"chat {n}", "学位")
        server.feedback.note("ben", "还行")
        assert server.memories.recall(f"chat {n}") == "学位"
    assert time.monotonic() - started < 2.5  # 150 times the file is wanted, and waited for once in each pause
    holding.execute("ROLLBACK")
    holding.close()
    time.sleep(0.5)
    assert (server.memories.recall("chat 7"), server.memories.recall("a")) == ("学位", "before")
    assert len(server.feedback.notes()) == 51


@pytest.mark.parametrize(("seconds", "kept"), [(1, 1), (5, 0)])
def test_at_the_end_the_file_is_waited_for_and_said_what_is_lost(
    seconds: float, kept: int, server: Records, file: Path, caplog: pytest.LogCaptureFixture
) -> None:
    holding = sqlite3.connect(file, isolation_level=None, check_same_thread=False)
    holding.execute("BEGIN EXCLUSIVE")
    server.feedback.note("ben", "还行")
    letting_go = threading.Timer(seconds, holding.close)
    letting_go.start()
    server.close()
    letting_go.join()
    again = Records(file, forgiving=False)
    assert [n.note for n in again.feedback.notes()].count("还行") == kept
    again.close()
    assert ("没能存下来" in caplog.text) != bool(kept)


def test_a_file_that_is_no_good_at_the_start_is_said_and_left_alone(
    file: Path, caplog: pytest.LogCaptureFixture
) -> None:
    file.parent.mkdir()
    other_program(file)
    before = file.read_bytes()
    records = Records(file)
    records.memories.remember("a", "学位")
    assert (records.memories.recall("a"), file.read_bytes()) == ("学位", before)
    assert ["别的程序" in line for line in caplog.messages] == [True]
    records.close()


def test_a_second_process_that_holds_a_lost_file_does_no_harm_to_the_new_one(file: Path) -> None:
    one, two = Records(file), Records(file)
    one.unanswered.note("明天下雨吗")
    two.unanswered.note("明天下雨吗")
    file.unlink()
    for records in (one, two, one, two):
        records.unanswered.note("后天下雨吗")
    one.close()
    two.close()
    again = Records(file, forgiving=False)
    assert [(g.question, g.count) for g in again.unanswered.groups()] == [("后天下雨吗", 4)]
    again.close()


def test_a_fault_of_ours_does_not_cost_the_file(server: Records, file: Path) -> None:
    with pytest.raises(sqlite3.IntegrityError):
        server.database.change(("INSERT INTO notes VALUES (?, NULL, ?)", (b"", "")))
    assert [n.note for n in server.feedback.notes()] == ["很好"]
    assert not file.with_name("chats.db.damaged").exists()
