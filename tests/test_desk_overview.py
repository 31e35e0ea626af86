"""What the clerk sees first: what people asked in vain and what they did not like."""

import csv
import io
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from web_clerk import Clerk, clerk, words

from bot.records import Records
from knowledge.model import Status


@pytest.fixture
def one(db: Path, tmp_path: Path, records: Records) -> Iterator[Clerk]:  # noqa: ARG001 — its file is there
    with clerk(db, tmp_path) as one:
        yield one


def rows(text: str) -> list[list[str]]:
    return list(csv.reader(io.StringIO(text.removeprefix("\ufeff"))))


def test_questions_without_an_answer_stand_together_with_how_often_and_what_was_picked(
    one: Clerk, records: Records
) -> None:
    for question in ("学区怎么划分", "学区怎么划分", "请问学区是怎么划的", "校服多少钱<b>"):
        records.unanswered.note(question)
    records.unanswered.picked("学区怎么划分", "第（二）条 管好培训机构")
    page = one.get("/desk").text
    assert page.index("学区怎么划分") < page.index("校服多少钱&lt;b&gt;")
    assert "一共 2 种、4 次" in page
    assert ("问过 3 次" in page, "还这样问过：请问学区是怎么划的" in page, "管好培训机构（1 次）" in page) == (
        True,
    ) * 3
    told = rows(one.get("/desk/unanswered.csv").text)
    assert [row[:2] for row in told[1:]] == [["学区怎么划分", "3"], ["校服多少钱<b>", "1"]]
    assert told[1][3:] == ["请问学区是怎么划的", "第（二）条 管好培训机构（1 次）"]


def test_more_than_fit_on_a_page_are_turned_over(one: Clerk, records: Records) -> None:
    for n in range(70):
        records.unanswered.note(f"第{n}号线几点开")
    pages = [one.get(f"/desk?page={n}").text.count('class="box"') for n in (1, 2, 3, 4)]
    assert pages == [30, 30, 10, 0]
    assert one.get("/desk?page=²").text.count('class="box"') == 30
    assert one.get(f"/desk?page={'9' * 5000}").status_code == 200


def test_what_people_did_not_like_and_wrote_is_shown_and_no_formula_in_the_table(one: Clerk, records: Records) -> None:
    records.feedback.vote("a", "anna", "新增学位多少", "第（一）条", up=False)
    records.feedback.vote("a", "ben", "新增学位多少", "第（一）条", up=True)
    records.feedback.vote("b", "anna", "只有人说好", "第（二）条", up=True)
    records.feedback.note("anna", "=HYPERLINK(1)")
    page = one.get("/desk").text
    assert ("新增学位多少" in page, "只有人说好" in page, "=HYPERLINK(1)" in page) == (True, False, True)
    told = rows(one.get("/desk/feedback.csv").text)
    assert told[1] == ["评价", "新增学位多少", "第（一）条", "1", "1", told[1][5]]
    assert told[-1][:2] == ["意见", "'=HYPERLINK(1)"]
    assert b"anna" not in one.get("/desk/feedback.csv").content


def test_a_desk_where_nothing_happened_yet_says_so(one: Clerk) -> None:
    assert one.get("/desk").text.count("还没有。") == 3


def test_hours_are_told_of_no_more_days_than_are_kept(db: Path, tmp_path: Path, records: Records) -> None:
    records.feedback.count("anna", Status.ANSWERED)
    with clerk(db, tmp_path, keep_days=7) as one:
        assert "什么时候问（最近 7 天）" in one.get("/desk/counts").text


def test_what_was_asked_is_counted_by_day_by_kind_and_by_hour(one: Clerk, records: Records) -> None:
    assert "最近还没有人来问" in one.get("/desk/counts").text
    for who, status, times in (("anna", Status.ANSWERED, 6), ("ben", Status.ANSWERED, 1), ("ben", Status.UNSURE, 3)):
        records.feedback.count(who, status, times)
    records.database.change(("INSERT INTO hours VALUES ('1999-01-01', 3, 500)", ()))
    page = words(one.get("/desk/counts").text)
    hour = records.database.hour()
    assert "一共问了 10 次，答上 70%" in page
    assert re.search(r"日期 次数 人数 \d{4}-\d\d-\d\d 10 2 ", page)
    assert "怎么答 次数 占比 答得上 7 70% 拿不准，列出几条给人选 3 30%" in page
    assert f" {hour} 点 10 " in page
    assert page.count(" 点 ") == 1
    assert ("什么时候问（最近 28 天）" in page, "认不出是谁" in page) == (True, True)
    told = rows(one.get("/desk/counts.csv").text)
    assert (told[0][:4], told[1][1:6]) == (["日期", "人数", "问题", "答得上"], ["2", "10", "7", "0", "3"])
    records.database.tidy()
    assert records.database.rows("SELECT sum(times) FROM hours") == [(10,)]
