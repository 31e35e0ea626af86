"""A clerk publishes a plan: looks at what was read, corrects it, takes it back."""

import json
import re
import shutil
from collections.abc import Iterator
from datetime import datetime
from html import unescape
from pathlib import Path

import pytest
from conftest import LAKE, SMALL
from web_clerk import Clerk, clerk, do, publish, raws, settled, upload, words

from indexer.build import build
from indexer.document import read_clauses

pytestmark = pytest.mark.usefixtures("read_here")
ODD = SMALL.replace("城西区5个", "城西区4个").replace("（三）减轻", "（四）减轻")
MENDED = SMALL.replace("评选名教师20名", "评选名教师30名")


@pytest.fixture
def one(own_db: Path, tmp_path: Path) -> Iterator[Clerk]:
    with clerk(own_db, tmp_path) as one:
        yield one


def before(one: Clerk) -> str:
    """Which version the page of the plans offers to go back to; empty where none."""
    found = re.search(r'name="before" value="([^"]+)"', one.get("/desk/plans").text)
    return found[1] if found else ""


def go_back(one: Clerk) -> None:
    do(one, "/desk/plans/back", before=before(one))


def test_a_document_is_read_looked_at_published_and_taken_back(one: Clerk) -> None:
    path = upload(one, LAKE.encode(), "青湖.txt")
    page = words(one.get(path).text)
    assert "青湖市2031年教育工作计划" in page
    assert "读到 2 个部分、5 条、" in page
    assert "第 3 条“招聘教师”200名，分成 1 项，各部分加起来不到总数（80名）" in page
    assert "和现在的计划放在一起" in page
    assert raws(one, "改造食堂几个") == []  # nobody is told before it is published
    do(one, f"{path}/publish")
    settled(one, path)
    assert "发布了：大家现在问到的《青湖市2031年教育工作计划》就是这一份" in words(one.get(path).text)
    assert raws(one, "改造食堂几个") == ["30个"]
    assert "会拿掉： 《青湖市2031年教育工作计划》" in words(one.get("/desk/plans").text)
    go_back(one)
    assert raws(one, "改造食堂几个") == []
    assert raws(one, "新增学位多少") == ["300个"]
    assert "会拿掉" not in one.get("/desk/plans").text
    assert one.post("/desk/plans/back").status_code == 422
    log = words(one.get("/desk/changes").text)
    assert log.index("退回到 ") < log.index("发布了计划 王老师")
    assert re.search(r"退回到 [\d-]+ \d\d:\d\d 的那一版 王老师，\s?\S+ \S+ 原来：《青湖市2031年教育工作计划》", log)
    assert re.search(r"发布了计划 王老师，\s?\S+ \S+ 现在：《青湖市2031年教育工作计划》：5 条", log)


def test_what_does_not_add_up_is_told_and_corrected_beside_what_came(one: Clerk, own_db: Path) -> None:
    path = upload(one, ODD.encode())
    page = one.get(path).text
    assert re.search("第 1 条“新建学校”9个，分成 [23] 项，各部分加起来", words(page))
    assert "编号有疑问" in words(page)
    assert "顶替现在的《东湖市2030年教育工作要点》" in words(page)
    found = re.search(r'<textarea id="text"[^>]*>\n(.*?)</textarea>', page, re.DOTALL)
    assert found
    text = unescape(found[1])
    mended = text.replace("城西区4个", "城西区5个").replace("（四）减轻", "（三）减轻").replace("\n", "\r\n")
    do(
        one,
        path,
        text=mended,
        title="东湖市2030年教育工作要点（改）",
        year="2030",
        edition="通俗版",
        issuer="a\nyear: 1999",
    )
    settled(one, path)
    told = words(one.get(path).text)
    assert ("没有发现问题" in told, "东湖市2030年教育工作要点（改）" in told, "用的是您改过的文字" in told) == (
        True,
    ) * 3
    assert 'value="通俗版"' in one.get(path).text
    assert 'value="2030"' in one.get(path).text
    (kept,) = own_db.with_name("plan.desk").glob("drafts/*/document")
    assert kept.read_bytes() == ODD.encode()


def test_the_version_before_comes_back_step_by_step(one: Clerk) -> None:
    for number in ("400", "500"):
        changed = SMALL.replace("新增学位300个", f"新增学位{number}个").replace(
            "初中200个", f"初中{int(number) - 100}个"
        )
        publish(one, changed)
    assert raws(one, "新增学位多少") == ["500个"]
    go_back(one)
    assert raws(one, "新增学位多少") == ["400个"]
    go_back(one)
    assert raws(one, "新增学位多少") == ["300个"]
    do(one, "/desk/plans/remove", title="东湖市2030年教育工作要点", edition="")
    assert "一份也没有" in one.get("/desk/plans").text
    assert one.post("/desk/plans/remove", title="东湖市2030年教育工作要点", edition="").status_code == 422
    go_back(one)
    assert raws(one, "新增学位多少") == ["300个"]


def test_one_mended_figure_is_noted_and_taken_back_though_all_is_called_and_counted_as_before(
    one: Clerk, own_db: Path
) -> None:
    since = datetime.fromtimestamp(own_db.stat().st_mtime).astimezone()
    publish(one, MENDED, "东湖.txt")
    assert raws(one, "评选名教师多少") == ["30名"]
    assert words(one.get("/desk/changes").text).count("发布了计划 王老师") == 1
    page = words(one.get("/desk/plans").text)
    assert f"上一版是从 {since:%Y-%m-%d %H:%M} 起用的。 会拿掉： 《东湖市2030年教育工作要点》" in page
    go_back(one)
    assert raws(one, "评选名教师多少") == ["20名"]
    assert f"退回到 {since:%Y-%m-%d %H:%M} 的那一版 王老师" in words(one.get("/desk/changes").text)


def test_the_same_once_more_is_no_change_and_does_not_stand_in_the_way_back(one: Clerk) -> None:
    path = publish(one, MENDED)
    do(one, f"{path}/publish")
    settled(one, path)
    assert words(one.get("/desk/changes").text).count("发布了计划") == 1
    assert "里面的计划和现在一样" in words(one.get("/desk/plans").text)
    go_back(one)
    go_back(one)
    assert raws(one, "评选名教师多少") == ["20名"]


def test_a_page_that_is_older_than_the_last_change_takes_nothing_back(one: Clerk) -> None:
    publish(one, MENDED)
    seen = before(one)
    publish(one, LAKE)
    told = one.post("/desk/plans/back", before=seen)
    assert (told.status_code, "没有退回" in told.text) == (409, True)
    assert raws(one, "改造食堂几个") == ["30个"]


def test_what_was_published_is_said_to_be_asked_only_as_long_as_it_is(one: Clerk) -> None:
    path = publish(one, MENDED)
    assert "发布了：大家现在问到的《东湖市2030年教育工作要点》就是这一份" in words(one.get(path).text)
    publish(one, MENDED.replace("30名", "40名"))
    assert ("发布了：" in one.get(path).text, "大家现在问到的不是这一份" in one.get(path).text) == (False, True)
    go_back(one)
    assert ("发布了：" in one.get(path).text, "大家现在问到的不是这一份" in one.get(path).text) == (True, False)


def test_of_an_edition_whose_official_text_is_quoted_it_is_said_so(one: Clerk) -> None:
    path = publish(one, f"---\nedition: 通俗版\n---\n{SMALL}")
    page = words(one.get(path).text)
    assert ("就是这一份" in page, "回答引用的是原文，不是这一份" in page) == (False, True)


def test_another_text_of_what_was_published_is_not_published(one: Clerk) -> None:
    path = publish(one, MENDED)
    do(one, path, text=MENDED.replace("30名", "40名"))
    page = words(one.get(settled(one, path)).text)
    assert ("发布过" in page, "再发布一次" in page, "顶替现在的" in page) == (False, False, True)


def test_an_index_that_somebody_else_wrote_is_not_undone(one: Clerk, own_db: Path) -> None:
    path = upload(one, LAKE.encode())
    do(one, f"{path}/publish")
    settled(one, path)
    other = own_db.with_suffix(".other")
    shutil.copyfile(own_db, other)
    other.replace(own_db)
    assert "会拿掉" not in one.get("/desk/plans").text
    assert one.post("/desk/plans/back").status_code == 422
    assert raws(one, "改造食堂几个") == ["30个"]


def test_of_many_plans_some_are_shown_and_the_others_found(one: Clerk, own_db: Path, tmp_path: Path) -> None:
    rows = ({"id": "1", "plan": f"第{n}号计划", "text": "新增学位"} for n in range(60))
    (tmp_path / "list.jsonl").write_text("\n".join(json.dumps(row) for row in rows), encoding="utf8")
    build(read_clauses(tmp_path / "list.jsonl"), own_db)
    page = one.get("/desk/plans").text
    assert (page.count("<summary>去掉这一份"), "共 61 份，先列 50 份" in page) == (50, True)
    page = one.get("/desk/plans?search=57 號").text
    assert (page.count("<summary>去掉这一份"), "共 1 份。" in page) == (1, True)
    assert "没有这样的标题" in one.get("/desk/plans?search=<b>").text
