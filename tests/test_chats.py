import random
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from bot.chats import APPLICATION, Chats, Group
from bot.feedback import Feedback
from bot.shown import Shown, ShownReplies

from knowledge.errors import StoreError
from knowledge.model import Status


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
def chats(file: Path, clock: Clock) -> Iterator[Chats]:
    opened = Chats(file, clock=clock)
    yield opened
    opened.close()


def test_what_a_chat_is_about_is_recalled_for_half_an_hour(chats: Chats, clock: Clock) -> None:
    chats.remember("a", '{"question": "新增学位"}')
    clock.move(minutes=20)
    assert (chats.recall("a"), chats.recall("b")) == ('{"question": "新增学位"}', None)
    chats.remember("a", "later")
    clock.move(minutes=29)
    assert chats.recall("a") == "later"
    clock.move(minutes=1)
    assert chats.recall("a") is None


def test_a_chat_that_is_forgotten_leaves_the_others_alone(chats: Chats) -> None:
    chats.remember("a", "1")
    chats.remember("b", "2")
    chats.forget("a")
    chats.forget("never heard of")
    assert (chats.recall("a"), chats.recall("b")) == (None, "2")


def test_memory_survives_a_restart(chats: Chats, file: Path, clock: Clock) -> None:
    chats.remember("a", "\ud800 half an emoji")
    chats.refused("明天下雨吗")
    chats.close()
    again = Chats(file, clock=clock)
    assert (again.recall("a"), len(again.unanswered())) == ("\ud800 half an emoji", 1)
    again.close()


def test_who_chats_is_written_nowhere(chats: Chats, file: Path) -> None:
    chats.remember("telegram:13800138000", "学位")
    chats.refused("明天下雨吗")
    chats.close()
    assert [f for f in file.parent.iterdir() if b"13800138000" in f.read_bytes()] == []
    assert file.stat().st_mode & 0o077 == 0


def test_what_is_forgotten_is_deleted_and_not_only_hidden(chats: Chats, file: Path, clock: Clock) -> None:
    chats.remember("a", "1")
    clock.move(minutes=31)
    chats.remember("b", "2")
    with sqlite3.connect(file) as connection:
        assert connection.execute("SELECT count(*) FROM memory").fetchone() == (1,)
    connection.close()


def test_refused_questions_are_grouped_by_likeness_and_the_most_asked_come_first(chats: Chats, clock: Clock) -> None:
    for question in ("校车几点来", "学区怎么划分？", "学区怎么划分？", "學區怎麼劃分"):
        chats.refused(question)
    clock.move(days=2)
    chats.refused("请问学区怎么划")
    assert chats.unanswered() == [
        Group("学区怎么划分？", 4, "2030-05-03", ("学区怎么划分？", "學區怎麼劃分", "请问学区怎么划")),
        Group("校车几点来", 1, "2030-05-01", ("校车几点来",)),
    ]


def test_a_refused_question_is_noted_as_one_line_that_can_be_printed(chats: Chats) -> None:
    for question in ("\x1b[2J明天\r\n\t下雨吗\u202e\ud800", " \n", "\u200b"):
        chats.refused(question)
    assert [g.question for g in chats.unanswered()] == ["[2J明天 下雨吗"]


def test_a_refused_question_is_dropped_after_the_days_that_are_kept(file: Path, clock: Clock) -> None:
    chats = Chats(file, keep_days=7, clock=clock)
    chats.refused("明天下雨吗")
    clock.move(days=7)
    assert len(chats.unanswered()) == 1
    clock.move(days=1)
    assert chats.unanswered() == []
    chats.close()
    Chats(file, keep_days=10**12, clock=clock).close()
    assert Chats(file, keep_days=10**12, clock=clock).unanswered() != []
    Chats(file, keep_days=7, clock=clock).close()
    assert Chats(file, keep_days=10**12, clock=clock).unanswered() == []


def test_many_processes_open_and_write_one_new_file_at_once(file: Path) -> None:
    code = f"""
from pathlib import Path
from bot.chats import Chats
chats = Chats(Path({str(file)!r}))
for i in range(20):
    chats.refused("明天下雨吗")
    chats.remember(str(i), "x")
"""
    running = [subprocess.Popen([sys.executable, "-c", code], cwd=Path(__file__).parents[1]) for _ in range(8)]
    assert [process.wait(timeout=60) for process in running] == [0] * 8
    chats = Chats(file)
    assert [(g.question, g.count) for g in chats.unanswered()] == [("明天下雨吗", 160)]
    assert chats.recall("19") == "x"


def test_ten_thousand_different_questions_are_grouped_in_a_few_seconds(chats: Chats, file: Path) -> None:
    some = random.Random(1)
    signs = [chr(0x4E00 + i) for i in range(800)]
    questions = {"".join(some.choices(signs, k=some.randint(5, 16))) for _ in range(10_000)}
    with sqlite3.connect(file) as connection:
        connection.executemany("INSERT INTO refused VALUES (?, '2030-05-01', 1)", [(q,) for q in questions])
    connection.close()
    start = time.perf_counter()
    assert sum(g.count for g in chats.unanswered()) == len(questions)
    assert time.perf_counter() - start < 10


def other_program(file: Path) -> None:
    connection = sqlite3.connect(file)
    connection.execute("CREATE TABLE notes (note TEXT)")
    connection.close()


def other_version(file: Path) -> None:
    Chats(file).close()
    connection = sqlite3.connect(file)
    connection.execute("PRAGMA user_version = 99")
    connection.close()


def cut_short(file: Path) -> None:
    Chats(file).close()
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
        Chats(tmp_path / "taken" / "chats.db" if says == "打不开" else file)
    assert str(told.value).count("。") == 1
    assert (file.read_bytes() if file.is_file() else b"") == before


def test_the_file_is_marked_as_ours_and_an_empty_one_is_taken(file: Path) -> None:
    file.parent.mkdir()
    file.touch()
    Chats(file).close()
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
    chats = Chats(file, clock=clock)
    chats.remember("a", "1")
    assert ([(g.question, g.count) for g in chats.unanswered()], chats.recall("a")) == ([("明天下雨吗", 3)], "1")
    chats.close()


def test_a_file_of_the_version_before_takes_what_is_picked_and_keeps_the_rest(file: Path) -> None:
    older = Chats(file)
    older.refused("谁管食堂")
    older.remember("a", "1")
    older.close()
    with sqlite3.connect(file) as connection:
        connection.execute("DROP TABLE picked")
        connection.execute("PRAGMA user_version = 2")
    connection.close()
    chats = Chats(file)
    chats.picked("谁管食堂", "第（二）条")
    chats.picked("谁管食堂", "第（二）条")
    assert ([(g.question, g.picked) for g in chats.unanswered()], chats.recall("a")) == (
        [("谁管食堂", (("第（二）条", 2),))],
        "1",
    )
    chats.close()


def test_a_person_who_is_forgotten_leaves_nothing_in_any_chat(chats: Chats) -> None:
    shown, feedback = ShownReplies(chats, ""), Feedback(chats)
    for who in ("anna", "ben"):
        for chat in (who, f"group {who}"):
            chats.remember(chat, "学位", who)
            chats.choose(chat, "计划", who)
        feedback.vote("token", who, "学位", "计划 7", up=True)
        feedback.note(who, "很好")
        feedback.count(who, Status.ANSWERED)
        shown.keep(Shown(who, ("<b>一</b>",)), "place", who, 1, token=who)
    chats.forget("anna")
    assert [chats.recall(c) for c in ("anna", "group anna", "ben", "group ben")] == [None, None, "学位", "学位"]
    assert [chats.chosen(c) for c in ("group anna", "group ben")] == [None, "计划"]
    assert (shown.get("anna"), shown.get("ben")) == (None, Shown("ben", ("<b>一</b>",)))
    assert ([(v.up, v.down) for v in feedback.votes()], len(feedback.notes())) == ([(1, 0)], 1)
    assert [(d.people, d.statuses) for d in feedback.days()] == [(1, {Status.ANSWERED: 1})]


def test_a_reply_is_kept_for_a_week_and_the_rest_as_long_as_the_settings_say(chats: Chats, clock: Clock) -> None:
    shown, feedback = ShownReplies(chats, ""), Feedback(chats)
    token = shown.keep(Shown("学位", ("一",)), "place", "anna", 5)
    shown.sent(token, 6)
    feedback.note("anna", "很好")
    clock.move(days=7)
    chats.purge()
    assert (shown.reply_to("place", 5), shown.reply_to("other", 5)) == ((token, 6), None)
    clock.move(days=1)
    chats.purge()
    assert (shown.get(token), shown.reply_to("place", 5), len(feedback.notes())) == (None, None, 1)
    clock.move(days=83)
    chats.purge()
    assert feedback.notes() == []


def test_a_second_thumb_of_a_person_takes_the_place_of_the_first(chats: Chats) -> None:
    feedback = Feedback(chats)
    for up in (True, True, False):
        feedback.vote("token", "anna", "学位", "计划 7", up=up)
    feedback.vote("token", "ben", "学位", "计划 7", up=True)
    assert [(v.question, v.up, v.down) for v in feedback.votes()] == [("学位", 1, 1)]
