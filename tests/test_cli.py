"""The command as a person runs it: a process of its own, words in, text and an exit status out."""

import json
import os
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from conftest import SMALL, Run

from bot.assistant import SORRY
from bot.records import Records
from knowledge.answer import converse
from knowledge.store import Store


@pytest.fixture
def db(small: Store, small_file: Path) -> str:  # noqa: ARG001 — it is the index that is asked
    return str(small_file.with_suffix(".db"))


def test_without_an_index_the_shipped_plan_answers_and_is_cited_as_a_plain_edition(run: Run) -> None:
    first, second = run("ask", "今年新增多少学位？"), run("ask", "今年新增多少学位？")
    assert first.stdout.startswith("新增学位：16500个\n")
    assert "《2021年常州教育工作要点》（通俗版）第（七）条" in first.stdout
    assert (first.returncode, second.stdout, second.stderr) == (0, first.stdout, "")


def test_one_answer_as_json_keeps_the_promised_names(run: Run, db: str) -> None:
    record = json.loads(run("ask", "小学新增学位", "--json", "--db", db).stdout)
    assert list(record) == ["question", "status", "clauses", "figures", "derived", "nearest", "reply", "frames"]
    assert {k: record["figures"][0][k] for k in ("clause", "what", "part", "part_kind", "value", "unit", "raw")} == {
        "clause": 1, "what": "新增学位", "part": "小学", "part_kind": "stage", "value": 100, "unit": "个", "raw": "100个",
    }  # fmt: skip
    assert record["clauses"][0]["ref"] == "（一）"


def test_lines_of_questions_are_answered_in_their_order(run: Run, db: str) -> None:
    lines = '{"question": "新增学位多少"}\n{"question": ""}\n\n{"question": "第二条", "chat": "a"}\n'
    done = run("ask", "--jsonl", "--db", db, typed=lines)
    records = [json.loads(line) for line in done.stdout.splitlines()]
    assert [(r["question"], r["status"]) for r in records] == [
        ("新增学位多少", "answered"),
        ("", "not_covered"),
        ("第二条", "answered"),
    ]


def test_lines_of_one_chat_are_a_conversation_and_other_lines_are_not(run: Run, db: str) -> None:
    lines = [("新增学位多少", "a"), ("投入多少钱", "b"), ("那小学呢", "a"), ("哪条说的", "b")]
    typed = "\n".join(json.dumps({"question": question, "chat": chat}) for question, chat in lines)
    records = [json.loads(line) for line in run("ask", "--jsonl", "--db", db, typed=typed).stdout.splitlines()]
    assert [[f["raw"] for f in r["figures"]] for r in records] == [["300个"], ["1.5亿元"], ["100个"], []]
    assert records[3]["clauses"][0]["number"] == 2


def test_a_chat_goes_on_after_a_restart(run: Run, db: str) -> None:
    run("--db", db, typed="新增学位多少\n")
    assert run("--db", db, typed="那小学呢\n").stdout.startswith("新增学位 · 小学：100个")


def test_a_report_says_what_was_read_and_that_no_digit_is_lost(run: Run, small_file: Path) -> None:
    report = json.loads(run("index", str(small_file), "--json", "--db", "a.db").stdout)
    assert [report[k] for k in ("plan", "chapters", "clauses", "figures", "damage", "digits_lost")] == [
        "东湖市2030年教育工作要点", 2, 3, 13, [], 0,
    ]  # fmt: skip
    assert [(s["what"], s["total"], s["parts"], s["ok"]) for s in report["sums"]] == [
        ("新建学校", 9, 9, True),
        ("竣工", 7, 7, True),
        ("新增学位", 300, 300, True),
    ]


def test_the_ledger_the_clauses_and_the_plans_are_listed(run: Run, db: str) -> None:
    ledger = json.loads(run("figures", "--json", "--db", db).stdout)
    assert len(ledger) == 13
    assert "新增学位\t小学\t100个" in run("figures", "学位", "--db", db).stdout
    assert run("clauses", "（二）", "--db", db).stdout.startswith("《东湖市2030年教育工作要点》第（二）条 管好培训机构")
    assert [c["number"] for c in json.loads(run("clauses", "--json", "--db", db).stdout)] == [1, 2, 3]
    assert json.loads(run("plans", "--json", "--db", db).stdout)[0]["year"] == 2030


@pytest.fixture
def years(run: Run, tmp_path: Path) -> str:
    """The plans of two years and of two bureaus in one index."""
    for name, text in (
        ("a", SMALL),
        ("b", SMALL.replace("2030", "2029").replace("新增学位300个", "新增学位250个")),
        (
            "c",
            "西山区教育局2030年工作计划\n西教〔2030〕5号\n（一）吃饭。\n（二）上学。新建学校6所。\n西山区教育局\n2030年3月5日",
        ),
    ):
        (tmp_path / f"{name}.txt").write_text(text, encoding="utf8")
        run("index", f"{name}.txt", "--db", "years.db")
    return "years.db"


def test_plans_are_listed_with_what_they_say_of_themselves_the_newest_first(run: Run, years: str) -> None:
    rows = [line.split("\t") for line in run("plans", "--db", years).stdout.splitlines()]
    assert rows[:2] == [
        ["计划", "发布单位", "年份", "日期", "文号", "条款", "数字", "来自文件"],
        ["《西山区教育局2030年工作计划》", "西山区教育局", "2030", "2030-03-05", "西教〔2030〕5号", "2", "1", "c.txt"],
    ]
    listed = json.loads(run("plans", "--db", years, "--json").stdout)
    assert [p["year"] for p in listed] == [2030, 2030, 2029]
    assert {"title", "issuer", "date", "number", "clauses", "figures", "source"} <= listed[0].keys()


def test_every_command_looks_at_one_plan_alone_where_it_is_told_to(run: Run, years: str) -> None:
    assert run("ask", "新增学位多少", "--plan", "2029", "--db", years).stdout.startswith("新增学位：250个")
    assert run("ask", "新增学位多少", "--plan", "东湖 2030", "--db", years).stdout.startswith("新增学位：300个")
    assert run("--plan", "西山区教育局", "figures", "--db", years).stdout.splitlines()[1:] == [
        "（二）\t新建学校\t\t6所\t"
    ]
    assert "2029年教育工作要点》第（一）条" in run("clauses", "1", "--plan", "2029年", "--db", years).stdout
    assert "西山区教育局2030年工作计划" in run("--plan", "西教", "--db", years, typed="第二条\n").stdout


def test_a_name_that_fits_two_plans_or_none_is_told_with_those_there_are(run: Run, years: str) -> None:
    both, none = (
        run("ask", "学位", "--plan", "东湖", "--db", years),
        run("ask", "学位", "--plan", "2035", "--db", years),
    )
    assert (both.returncode, none.returncode) == (2, 2)
    assert "可以指《东湖市2030年教育工作要点》、《东湖市2029年教育工作要点》" in both.stderr
    assert "没有叫“2035”的计划" in none.stderr
    assert "没有叫“203”的计划" in run("ask", "学位", "--plan", "203", "--db", years).stderr  # a year is a whole one
    assert both.stderr.count("\n") == none.stderr.count("\n") == 1


def test_a_plan_is_removed_when_a_person_says_so(run: Run, years: str) -> None:
    unasked = run("remove", "2029", "--db", years)
    assert (unasked.returncode, "--yes" in unasked.stderr) == (2, True)
    gone = run("remove", "2029", "--yes", "--db", years)
    assert gone.stdout == "已从索引里去掉《东湖市2029年教育工作要点》：3 条、13 个数字。\n"
    assert "没有叫“2029”的计划" in run("remove", "2029", "--yes", "--db", years).stderr
    for name in ("东湖", "西山"):
        run("remove", name, "--yes", "--db", years)
    assert "一份计划也没有" in run("ask", "学位", "--db", years).stderr


@pytest.mark.skipif(sys.platform == "win32", reason="there a terminal cannot be made")
@pytest.mark.parametrize(("said", "left"), [("是", 2), ("否", 3), ("", 3)])
def test_a_person_at_a_terminal_is_asked_before_a_plan_is_removed(
    said: str, left: int, years: str, tmp_path: Path
) -> None:
    ours, theirs = os.openpty()
    os.write(ours, f"{said}\n".encode())
    command = [sys.executable, "-m", "bot", "remove", "2029", "--db", str(tmp_path / years)]
    done = subprocess.run(command, stdin=theirs, capture_output=True, cwd=Path(__file__).parents[1], check=False)
    os.close(ours)
    os.close(theirs)
    assert (done.returncode, "要从索引里去掉《东湖市2029年教育工作要点》吗" in done.stdout.decode()) == (0, True)
    assert len(Store(tmp_path / years).plans()) == left


def test_a_plan_is_replaced_by_name(run: Run, years: str, tmp_path: Path) -> None:
    (tmp_path / "new.txt").write_text("西山新计划\n（一）上学。新建学校7所。\n（二）吃饭。", encoding="utf8")
    assert "（更新）" in run("index", "new.txt", "--replace", "西山区教育局", "--db", years).stdout
    plans = {p["title"]: p["issuer"] for p in json.loads(run("--db", years, "plans", "--json").stdout)}
    assert plans == {
        "西山新计划": "西山区教育局",  # what it does not say of itself is said by the one that it replaces
        "东湖市2030年教育工作要点": "",
        "东湖市2029年教育工作要点": "",
    }
    assert "一次只顶替一份" in run("index", "a.txt", "b.txt", "--replace", "西山", "--db", years).stderr


def test_the_shipped_plan_that_a_person_has_removed_does_not_come_back(run: Run) -> None:
    assert run("remove", "常州", "--yes").returncode == 0
    assert json.loads(run("plans", "--json").stdout) == []


def test_a_chat_goes_through_a_pipe(run: Run, db: str) -> None:
    done = run("--db", db, typed="竣工几个\n/条 2\n/条 abc\n/目录\n/没有\n\n/退出\n新增学位\n")
    replies = done.stdout.strip().split("\n\n")
    assert replies[0] == "竣工：7个"
    assert "《东湖市2030年教育工作要点》第（二）条 管好培训机构" in done.stdout
    assert "请写条号，比如 /条 7。这份计划有第 1 到第 3 条。" in done.stdout
    assert "没有这个命令" in done.stdout
    assert "新增学位：300个" not in done.stdout


def test_a_question_set_is_scored_by_kind(run: Run, db: str, tmp_path: Path) -> None:
    rows: list[dict[str, Any]] = [
        {"id": "a", "kind": "figure", "question": "新增学位多少", "clauses": [1], "figures": ["300个"]},
        {"id": "b", "kind": "figure", "question": "竣工几个", "clauses": [1], "figures": ["9个"]},
        {"id": "c", "kind": "offtopic", "question": "明天下雨吗", "clauses": [], "figures": [], "answerable": False},
    ]
    (tmp_path / "set.jsonl").write_text("\n".join(json.dumps(r) for r in rows))
    scores = json.loads(run("eval", "set.jsonl", "--json", "--db", db).stdout)
    assert (scores["figure"]["clause_first"], scores["figure"]["figures_exact"]) == (1.0, 0.5)
    assert scores["offtopic"]["refusals_right"] == 1.0
    assert scores["全部"]["missed"] == ["b"]


def bad_files(folder: Path) -> None:
    (folder / "empty.txt").write_bytes(b"")
    (folder / "binary.txt").write_bytes(bytes(range(256)) * 8)
    (folder / "poem.txt").write_text("床前明月光")
    (folder / "folder").mkdir()
    (folder / "other.db").write_text("not a database at all, just text")
    (folder / "bad.toml").write_text("colour = 'red'")
    (folder / "broken.toml").write_text("db = ")
    (folder / "bad.jsonl").write_text('{"question": 7}')
    (folder / "deep.jsonl").write_text("[" * 100_000)
    (folder / "figures.jsonl").write_text('{"question": "x", "clauses": [], "figures": [5]}')
    (folder / "kind.jsonl").write_text('{"question": "x", "clauses": [], "kind": [1]}')
    (folder / "nobody.toml").write_text('db = "~nouser/x"')
    os.mkfifo(folder / "pipe.db")


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["index", "none.txt"], "没有找到"),
        (["index", "folder"], "文件夹"),
        (["index", "empty.txt"], "空"),
        (["index", "binary.txt"], "不是文本"),
        (["index", "poem.txt"], "没有找到条款"),
        (["index"], "请指明"),
        (["index", "poem.txt", "--repairs", "none.toml"], "改正表"),
        (["index", "--clauses", "poem.txt"], "第 1 行"),
        (["ask", "学位", "--db", "none.db"], "还没有索引"),
        (["ask", "学位", "--db", "other.db"], "不是数据库"),
        (["ask", "学位", "--db", "folder"], "文件夹"),
        (["ask", "学位", "--config", "bad.toml"], "colour"),
        (["ask", "学位", "--config", "broken.toml"], "写法有误"),
        (["ask", "学位", "--config", "none.toml"], "读不出来"),
        (["ask", ""], "请写一句"),
        (["ask", "学校还有没有位子" * 500], "太长"),
        (["clauses", "99"], "没有“99”这一条"),
        (["clauses", "abc"], "没有“abc”这一条"),
        (["clauses", "最后一条"], "没有“最后一条”这一条"),
        (["clauses", "一万亿"], "没有“一万亿”这一条"),
        (["clauses", "9" * 20], "这一条"),
        (["clauses", "1", "2"], "不认识 2"),
        (["plans", "--db", "pipe.db"], "不是普通文件"),
        (["index", "poem.txt", "--year", "20"], "1900 到 2999"),
        (["index", "--clauses", "deep.jsonl"], "第 1 行"),
        (["eval", "deep.jsonl"], "第 1 行"),
        (["eval", "figures.jsonl"], "第 1 行"),
        (["eval", "kind.jsonl"], "第 1 行"),
        (["ask", "学位", "--config", "nobody.toml"], "~nouser"),
        (["eval", "bad.jsonl"], "第 1 行"),
        (["eval", "none.jsonl"], "读不出来"),
        (["teach", "剪 彩", "竣工"], "空格"),
        (["teach", "剪彩"], "还缺 官方说法"),
        (["fly"], "没有 fly 这个命令"),
        (["ask", "--limit", "0", "学位"], "要写一个大于 0 的整数"),
        (["ask", "--limit", "x", "学位"], "要写一个大于 0 的整数"),
        (["ask", "--jsno", "学位"], "不认识 --jsno"),
    ],
)
def test_what_cannot_be_done_is_told_in_one_sentence(words: list[str], says: str, run: Run, tmp_path: Path) -> None:
    bad_files(tmp_path)
    done = run(*words)
    told = [line for line in done.stderr.splitlines() if "第一次使用" not in line]
    assert (done.returncode, done.stdout, len(told)) == (2, "", 1)
    assert says in told[0]


@pytest.mark.parametrize("line", ["not json", "[" * 100_000, '{"question": 7}'])
def test_a_line_that_is_no_question_is_named_and_the_next_one_is_answered(line: str, run: Run, db: str) -> None:
    done = run("ask", "--jsonl", "--db", db, typed=f'{line}\n{{"question": "新建学校几个"}}\n')
    bad, good = map(json.loads, done.stdout.splitlines())
    assert (done.returncode, bad["status"], "第 1 行" in bad["reply"]) == (0, "not_covered", True)
    assert [f["raw"] for f in good["figures"]] == ["9个"]


@pytest.mark.parametrize("ref", ["第99999999999999999999条", "倒数第99999999999999999999条"])
def test_a_number_that_no_database_holds_is_no_clause(ref: str, run: Run, db: str) -> None:
    assert "没有这一条" in run("ask", ref, "--db", db).stdout
    assert "没有这一条" in run("--db", db, typed=f"/条 第{'9' * 20}条\n").stdout


def test_a_question_may_begin_like_an_option(run: Run, db: str) -> None:
    assert run("ask", "-新增学位", "多少", "--db", db).stdout.startswith("新增学位：300个")


def test_a_mark_at_the_head_of_a_file_is_passed_over(run: Run, db: str, tmp_path: Path) -> None:
    (tmp_path / "config.toml").write_text(f"db = {json.dumps(db)}", encoding="utf-8-sig")
    line = json.dumps({"question": "竣工几个"})
    assert json.loads(run("ask", "--jsonl", typed=f"\ufeff{line}\n").stdout)["status"] == "answered"


@pytest.mark.parametrize(("words", "status"), [("ask <&-", 2), ("<&-", 0), ("clauses >&-", 0), ("clauses 99 2>&-", 2)])
def test_a_closed_stream_is_an_empty_one(words: str, status: int, db: str, tmp_path: Path) -> None:
    command = f"{sys.executable} -m bot --db {db} {words}"
    ours = os.environ | {"XDG_DATA_HOME": str(tmp_path)}
    done = subprocess.run(
        command, shell=True, cwd=Path(__file__).parents[1], capture_output=True, env=ours, check=False
    )
    assert (done.returncode, b"Traceback" in done.stderr) == (status, False)


def test_half_a_character_in_a_title_is_marked(run: Run, small_file: Path) -> None:
    assert run("index", str(small_file), "--title", "甲\udcff", "--db", "a.db").returncode == 0
    assert "甲?" in run("plans", "--db", "a.db").stdout


def test_settings_come_from_the_option_the_environment_or_the_folder(run: Run, db: str, tmp_path: Path) -> None:
    (tmp_path / "config.toml").write_text(f"db = {json.dumps(db)}")
    assert run("ask", "竣工几个").stdout.startswith("竣工：7个")
    (tmp_path / "elsewhere.toml").write_text('db = "none.db"')
    assert "none.db" in run("ask", "竣工几个", YAODIAN_CONFIG="elsewhere.toml").stderr
    assert run("ask", "竣工几个", "--config", "config.toml", YAODIAN_CONFIG="elsewhere.toml").returncode == 0


def test_an_operators_own_words_count(run: Run, db: str, tmp_path: Path) -> None:
    (tmp_path / "words.toml").write_text('[same]\n"竣工" = "揭牌开门"')
    (tmp_path / "config.toml").write_text(f'db = {json.dumps(db)}\nlexicon = "words.toml"')
    assert run("ask", "几个揭牌开门").stdout.startswith("竣工：7个")


def test_a_word_that_is_taught_counts_in_the_next_question(run: Run, db: str) -> None:
    taught = run("teach", "揭牌开门", "竣工")
    assert (taught.returncode, taught.stderr, len(taught.stdout.splitlines())) == (0, "", 1)
    assert all(word in taught.stdout for word in ("揭牌开门", "竣工", "words.toml"))
    assert run("ask", "几个揭牌开门", "--db", db).stdout.startswith("竣工：7个")
    assert "已经有" in run("teach", "揭牌开门", "竣工").stderr


def test_a_word_is_taught_to_the_lexicon_that_the_settings_name(run: Run, tmp_path: Path) -> None:
    (tmp_path / "config.toml").write_text('lexicon = "own/words.toml"')
    assert str(tmp_path / "own" / "words.toml") in run("teach", "揭牌开门", "竣工").stdout
    assert "揭牌开门" in (tmp_path / "own" / "words.toml").read_text(encoding="utf8")


def test_what_was_not_answered_is_listed_as_a_table_and_as_json(run: Run, tmp_path: Path) -> None:
    (tmp_path / "config.toml").write_text('chats = "kept/chats.db"\nkeep_days = 7')
    assert run("unanswered", "--json").stdout == "[]\n"
    records = Records(tmp_path / "kept" / "chats.db")
    for question in ("明天下雨吗", "明天下雨吗", "明天会下雨吗", *(f"校车几点到{i}号站" for i in range(3))):
        records.unanswered.note(question)
    today = records.unanswered.groups()[0].last
    records.close()
    assert run("unanswered").stdout.splitlines()[:2] == [
        "次数\t最近\t问题\t还这样问过\t大家选了",
        f"3\t{today}\t明天下雨吗\t明天会下雨吗\t",
    ]
    assert json.loads(run("unanswered", "--json").stdout)[0] == {
        "question": "明天下雨吗", "count": 3, "last": today, "wordings": ["明天下雨吗", "明天会下雨吗"], "picked": [],
    }  # fmt: skip


@pytest.mark.parametrize(
    ("setting", "says"),
    [
        ("keep_days = 0", "keep_days 写得不对，应写 1 以上的整数"),
        ("keep_days = '90'", "keep_days 写得不对，应写 1 以上的整数"),
        ("keep_days = 1.5", "keep_days 写得不对，应写 1 以上的整数"),
        ("keep_days = true", "keep_days 写得不对，应写 1 以上的整数"),
        ("chats = 7", "chats 写得不对，应写带引号的路径"),
        ("db = ['a']", "db 写得不对，应写带引号的路径"),
        ("chats = 'other.db'", "不是聊天记录"),
        ("chats = 'config.toml/chats.db'", "打不开"),
        ("telegram = 1", "单独一行写 [telegram]"),
        ("[telegram]\ntoken = 'x'", "telegram.token 不认识"),
        ("[telegram]\nadmins = ['anna']", "telegram.admins 写得不对，应写方括号里的"),
        ("[telegram]\nadmins = 7", "telegram.admins 写得不对"),
        ("[telegram]\nper_minute = 0", "telegram.per_minute 写得不对"),
        ("[telegram]\napi_url = 'localhost:8081'", "telegram.api_url 写得不对，应写网址"),
        ("[telegram]\nwebhook_url = 'http://[::1'", "telegram.webhook_url 写得不对"),
        ("[telegram]\nwebhook_port = 70000", "telegram.webhook_port 写得不对，应写 1 到 65535"),
        ("[telegrams]\nper_minute = 3", "telegrams 不认识"),
    ],
)
def test_a_setting_that_does_not_fit_is_named_with_what_is_expected(
    setting: str, says: str, run: Run, tmp_path: Path
) -> None:
    bad_files(tmp_path)
    (tmp_path / "config.toml").write_text(setting)
    done = run("unanswered")
    assert (done.returncode, done.stdout, says in done.stderr, done.stderr.count("\n")) == (2, "", True, 1)


def test_what_was_understood_is_told_before_the_reply_where_it_is_asked_for(run: Run, db: str) -> None:
    lines = run("ask", "--explain", "小学新增学位多少？投入多少钱？", "--db", db).stdout.split("\n")
    assert lines[0] == "问的是：新增学位 · 小学 · 数"
    assert lines[1].startswith("问的是：投入")
    assert lines[2:4] == ["", "新增学位 · 小学：100个"]
    assert "问的是" not in run("ask", "新增学位多少", "--db", db).stdout


def test_json_says_what_was_understood_of_each_question(run: Run, db: str) -> None:
    record = json.loads(run("ask", "小学新增学位占几成？第二条", "--json", "--db", db).stdout)
    share, clause = record["frames"]
    assert (share["asks"], share["op"], share["parts"]) == ("figure", "share", ["小学"])
    assert {"新增", "学位"} <= set(share["about"])
    assert (clause["asks"], clause["refs"]) == ("clause", [{"number": 2}])
    assert [(f["raw"], f["split"] is None) for f in record["derived"]["of"]] == [("300个", True), ("100个", False)]
    assert json.loads(run("ask", "--jsonl", "--db", db, typed='{"question": ""}\n').stdout)["frames"] == []


def test_a_question_set_takes_it_as_refused_where_the_plan_is_silent_on_a_detail(
    run: Run, db: str, tmp_path: Path
) -> None:
    row = {"id": "a", "question": "培训机构电话多少", "clauses": [2], "figures": [], "answerable": False}
    (tmp_path / "set.jsonl").write_text(json.dumps(row))
    scores = json.loads(run("eval", "set.jsonl", "--json", "--db", db).stdout)
    assert scores["全部"]["refusals_right"] == 1.0


def test_an_index_of_another_version_is_set_aside_and_the_shipped_plan_indexed_anew(run: Run, tmp_path: Path) -> None:
    kept = tmp_path / "yaodian" / "yaodian.db"
    assert "16500个" in run("ask", "新增学位").stdout
    with closing(sqlite3.connect(kept)) as connection:
        connection.execute("PRAGMA user_version = 1")
    done = run("ask", "新增学位")
    assert (done.returncode, "16500个" in done.stdout, "yaodian.old1.db" in done.stderr) == (0, True, True)
    assert (kept.with_name("yaodian.old1.db").exists(), run("ask", "新增学位").stderr) == (True, "")


def test_text_that_belongs_to_no_clause_is_told_with_its_share(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "plan.txt"
    clauses = "\n".join(f"（{n}）事项{n}。做好工作，建学校3所。" for n in "一二三四五六七八九十")
    for opening, told in (("要点", False), ("本计划说明如下，请各单位认真学习。" * 9, True)):
        file.write_text(f"{opening}\n{clauses}", encoding="utf8")
        assert ("不属于任何一条" in run("index", str(file), "--db", str(tmp_path / "a.db")).stdout) == told
    report = json.loads(run("index", str(file), "--db", str(tmp_path / "a.db"), "--json").stdout)
    assert 0.4 < report["outside"] < 0.6


def test_a_command_in_a_process_of_its_own_answers_as_one_in_this_process_does(run: Run, db: str) -> None:
    command = [sys.executable, "-m", "bot", "--db", db, "ask", "新增学位多少"]
    own = subprocess.run(command, cwd=Path(__file__).parents[1], capture_output=True, check=False)
    here = run("--db", db, "ask", "新增学位多少")
    assert (own.returncode, own.stdout.decode(), own.stderr) == (here.returncode, here.stdout, b"")


@pytest.mark.parametrize("before", [True, False])
def test_options_count_before_the_command_and_behind_it(before: bool, run: Run, db: str, tmp_path: Path) -> None:
    (tmp_path / "其他.toml").write_text(f'db = "{db}"', encoding="utf8")
    option = ("--config", "其他.toml")
    assert "东湖市" in run(*(option if before else ()), "plans", *(() if before else option)).stdout


def test_a_fault_of_ours_costs_one_answer_and_tells_the_log_what_the_question_was_like(
    run: Run, db: str, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def answer(text: str, *rest: Any) -> Any:
        if "初中" in text:
            raise ZeroDivisionError(text)
        return converse(text, *rest)

    monkeypatch.setattr("bot.assistant.converse", answer)
    lines = [json.dumps({"question": f"{stage}新增学位"}) for stage in ("小学", "初中", "小学")]
    said = run("ask", "--jsonl", "--db", db, typed="\n".join(lines)).stdout
    assert [json.loads(line)["reply"].split("\n")[0] for line in said.splitlines()] == [
        "新增学位 · 小学：100个", SORRY, "新增学位 · 小学：100个",
    ]  # fmt: skip
    assert "初中" not in caplog.text
    assert "ZeroDivisionError" in caplog.text
    assert "汉×6" in caplog.text
    chat = run("--db", db, typed="初中新增学位\n小学新增学位\n").stdout
    assert (SORRY in chat, "小学：100个" in chat) == (True, True)
    assert run("ask", "初中新增学位", "--db", db).returncode == 2


def test_what_a_terminal_would_obey_is_not_printed(run: Run, tmp_path: Path) -> None:
    row = {"id": "a\x1b[31m", "plan": "甲\x1b[2J计划", "text": "修\x1b]0;x\x07路三条。"}
    (tmp_path / "list.jsonl").write_text(json.dumps(row))
    assert run("index", "--clauses", "list.jsonl", "--db", "a.db").returncode == 0
    for words in (["ask", "修路"], ["clauses"], ["clauses", "1"], ["plans"], ["figures"], ["ask", "修路", "--explain"]):
        done = run(*words, "--db", "a.db")
        assert (done.returncode, "\x1b" in done.stdout + done.stderr, "\x07" in done.stdout) == (0, False, False), words


@pytest.mark.parametrize(
    "question",
    [
        "9" * 5000,
        "第" + "9" * 900 + "条",
        "\ud800學位幾多",
        "學位\udfff",
        "学位\0多少",
        "=HYPERLINK(1)",
        "²",
        "q:²",
        "一" * 900,
    ],
)
def test_odd_questions_get_a_sentence(question: str, run: Run, db: str) -> None:
    line = json.dumps({"question": question})
    done = run("ask", "--jsonl", "--db", db, typed=line)
    assert (done.returncode, len(done.stdout.splitlines()), "Traceback" in done.stderr) == (0, 1, False)
    assert json.loads(done.stdout)["reply"]


@pytest.mark.parametrize("text", ['db = "a\\u0000b"', 'chats = "\\u0000"', '[telegram]\ntoken_file = "\\u0000"'])
def test_a_setting_that_holds_what_no_name_can_hold_is_told(text: str, run: Run, tmp_path: Path) -> None:
    (tmp_path / "config.toml").write_text(text)
    done = run("ask", "学位")
    assert (done.returncode, "写得不对" in done.stderr, len(done.stderr.splitlines())) == (2, True, 1)


def test_lines_that_name_no_chat_know_nothing_of_each_other(run: Run, db: str) -> None:
    lines = [
        {"question": "新增学位多少"},
        {"question": "那小学呢"},
        {"question": "竣工几个", "chat": 7},
        {"question": "那小学呢", "chat": 7},
    ]
    said = run("ask", "--jsonl", "--db", db, typed="\n".join(map(json.dumps, lines))).stdout.splitlines()
    assert [[f["raw"] for f in json.loads(line)["figures"]] for line in said[1::2]] != [["100个"], ["3个"]]
    assert [f["raw"] for f in json.loads(said[3])["figures"]] == ["3个"]
