"""A clerk teaches a word: what it changes is shown before it is kept, and it can be taken back."""

import re
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest
from web_clerk import Clerk, clerk, words

from bot.records import Records


@pytest.fixture
def one(db: Path, tmp_path: Path, records: Records) -> Iterator[Clerk]:  # noqa: ARG001 — its file is there
    with clerk(db, tmp_path) as one:
        yield one


def status(one: Clerk, question: str) -> str:
    return str(one.client.get("/api/ask", params={"q": question}).json()["status"])


def test_what_a_word_changes_is_shown_before_it_is_kept(one: Clerk, records: Records, tmp_path: Path) -> None:
    records.unanswered.note("泥鳅苗多少个")
    records.unanswered.note("泥鳅多少个")
    records.unanswered.note("明天下雨吗")
    assert status(one, "泥鳅苗多少个") != "answered"
    page = words(one.get("/desk/words?everyday=泥鳅苗&official=新增学位").text)
    assert (
        "大家问过、回答会变的：1 句 问题 现在 教了以后 泥鳅苗多少个 说没有写 答得上：（一）扩大学位供给 新增学位：300个"
        in page
    )
    assert not (tmp_path / "words.toml").exists()
    assert status(one, "泥鳅苗多少个") != "answered"


def test_what_was_asked_and_answered_is_tried_too(one: Clerk) -> None:
    path = "/desk/words?everyday=新增学位&official=评选名教师"
    assert "大家问过的话里还没有用到“新增学位”的" in words(one.get(path).text)
    assert one.client.post("/ask", data={"q": "新增学位多少"}).status_code == 303
    assert "大家问过的话里还没有用到“新增学位”的" not in words(one.get(path).text)


def test_off_topic_questions_that_a_word_leads_astray_are_told_whatever_was_said_of_them_before(one: Clerk) -> None:
    page = one.get("/desk/words?everyday=老师&official=新增学位").text
    told = re.search(r"会带偏的无关问题：(\d+) 句", page)
    before = re.findall(r'<tr><th scope="row">.*?</th><td>\s*([^：<\s]+)', page)
    assert told
    assert ("换一个具体些的叫法" in page, len(before)) == (True, int(told[1]))
    assert {"说没有写", "拿不准，列出几条给人选"} <= set(before)


def test_it_is_told_how_many_off_topic_questions_hold_a_word_that_leads_none_astray(one: Clerk) -> None:
    page = words(one.get("/desk/words?everyday=孩子&official=新增学位").text)
    held = re.search(r"(\d+) 句无关的问题，有 (\d+) 句用到“孩子”，没有一句会被带偏", page)
    assert held
    assert int(held[1]) > int(held[2]) > 10
    page = words(one.get("/desk/words?everyday=泥鳅苗&official=新增学位").text)
    assert "句无关的问题，没有一句用到“泥鳅苗”" in page


def test_where_not_all_were_tried_it_is_told_how_many_were(one: Clerk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.web.desk.words._MOST", 3)
    page = words(one.get("/desk/words?everyday=孩子&official=新增学位").text)
    assert ("试了前 3 句，没有一句会被带偏" in page, "各只试了前 3 句" in page) == (True, True)


def test_a_slip_hides_nothing_of_what_is_taught(one: Clerk, tmp_path: Path) -> None:
    one.post("/desk/words", everyday="泥鳅苗", official="新增学位")
    for path in ("/desk/words?everyday=甲 乙&official=学位", "/desk/words?everyday=甲"):
        told = one.get(path)
        assert (told.status_code, "忘掉泥鳅苗" in told.text) == (422, True)
    told = one.post("/desk/words", everyday='"', official="学位")
    assert (told.status_code, "忘掉泥鳅苗" in told.text) == (422, True)
    (tmp_path / "words.toml").write_text("[same", encoding="utf8")
    told = one.get("/desk/words")
    assert (told.status_code, "写法有误" in told.text, "还没有教过" in told.text) == (422, True, False)


def test_official_words_that_no_plan_writes_are_told(one: Clerk) -> None:
    assert "计划里没有写“航天器对接”" in words(one.get("/desk/words?everyday=泥鳅苗&official=航天器对接").text)
    assert "计划里没有写" not in words(one.get("/desk/words?everyday=泥鳅苗&official=新增学位").text)


def test_a_word_is_taught_at_once_noted_and_taken_back(one: Clerk, tmp_path: Path) -> None:
    taught = one.post("/desk/words", everyday="泥鳅苗", official="新增学位")
    assert taught.status_code == 303
    page = words(one.get(taught.headers["location"]).text)
    assert ("记住了：有人说“泥鳅苗”，就当是问“新增学位”" in page, "忘掉泥鳅苗" in page) == (True, True)
    assert tomllib.loads((tmp_path / "words.toml").read_text(encoding="utf8")) == {"same": {"新增学位": "泥鳅苗"}}
    assert status(one, "泥鳅苗多少个") == "answered"
    assert one.post("/desk/words", everyday="泥鳅苗", official="新增学位").status_code == 422
    assert one.post("/desk/words/forget", everyday="泥鳅苗", official="新增学位").status_code == 303
    assert status(one, "泥鳅苗多少个") != "answered"
    assert one.post("/desk/words/forget", everyday="泥鳅苗", official="新增学位").status_code == 422
    told = words(one.get("/desk/changes").text)
    assert re.search("忘掉一个词 王老师， \\S+ \\S+ 原来：泥鳅苗 → 新增学位", told)
    assert re.search("教了一个词 王老师， \\S+ \\S+ 现在：泥鳅苗 → 新增学位", told)
    assert told.index("忘掉一个词") < told.index("教了一个词")


@pytest.mark.parametrize(
    ("everyday", "official", "says"),
    [("", "学位", "两格都写上"), ("学位", " ", "两格都写上"), ("甲 乙", "学位", "不能有空格"), ("甲乙丙" * 7, "学位", "太长了"),
     ('"', "学位", "引号"), ("…", "学位", "没有写全"), ("\u202e甲", "学位", "甲")],
)  # fmt: skip
def test_a_word_that_does_not_fit_is_told_on_the_page_and_not_kept(
    one: Clerk, tmp_path: Path, everyday: str, official: str, says: str
) -> None:
    page = one.client.get("/desk/words", params={"everyday": everyday, "official": official})
    assert page.status_code in {200, 422}
    assert says in words(page.text)
    told = one.post("/desk/words", everyday=everyday, official=official)
    assert told.status_code in {303, 422}
    kept = (tmp_path / "words.toml").exists()
    assert kept == (told.status_code == 303)


def test_what_is_typed_is_text(one: Clerk, records: Records) -> None:
    records.unanswered.note("泥鳅苗<script>alert(1)</script>")
    path = "/desk/words?everyday=泥鳅苗&official=新增学位&question=<script>alert(1)</script>"
    for page in (one.get(path), one.get(path + "&done=taught")):
        assert "<script>alert" not in page.text
        assert "&lt;script&gt;alert" in page.text
