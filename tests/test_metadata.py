"""What a document says of itself, in each of the shapes that offices give it."""

import time
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indexer.bodies import is_body
from indexer.document import read_document
from indexer.metadata import Metadata, described, own_title
from knowledge.model import Plan

BODY = "一、办好学校\n（一）建设学校。全年新建学校8个。\n（二）改善伙食。食堂要让家长放心。\n（三）招聘教师。招聘教师20名。\n"
PLACES = ["东湖市", "南岭县", "江城市西山区", "云川省"]
BUREAUS = ["教育局", "人民政府办公室", "卫生健康委员会", "教育体育局"]
KINDS = ["教育工作要点", "工作计划", "民生实事项目实施方案", "教育事业发展报告"]

# One shape of a document each: of a body, a year and a kind the text above its first clause.
SHAPES: dict[str, Callable[[str, int, str], str]] = {
    "one line": lambda body, year, kind: f"{body}{year}年{kind}\n",
    "blanks beside digits": lambda body, year, kind: f"{body} {year} 年{kind}\n",
    "centred over three lines": lambda body, year, kind: (
        f"　　　{body}\n　　关于印发《{year}年{kind}》的\n　　　　通知\n各有关单位：\n请遵照执行。\n"
    ),
    "a heading of Markdown": lambda body, year, kind: f"# {body}{year}年{kind}\n\n全年工作如下。\n",
    "a notice before its annex": lambda body, year, kind: (
        f"东教〔{year}〕5号\n\n{body}关于印发《{year}年{kind}》的通知\n\n各学校：\n现将《{year}年{kind}》印发给你们，请认真执行。\n\n"
        f"附件：{year}年{kind}\n\n{body}\n{year}年3月5日\n\n附件1\n\n{year}年{kind}\n\n今年的工作安排如下。\n"
    ),
    "behind a document's number": lambda body, year, kind: f"东教〔{year}〕5号\n{body}{year}年{kind}\n全年工作如下。\n",
    "below a table of a site": lambda body, year, kind: (
        f"首页 > 政务公开 > 规划计划\n| 索引号 | 0142/{year}-1 | 发布机构 | {body} |\n|---|---|---|---|\n| 标 题 | {year}年{kind} | 文 号 | 东教〔{year}〕5号 |\n"
        f"| 成文日期 | {year}-03-05 | 发布日期 | {year}-03-08 |\n字体：【大 中 小】\n{year}年{kind}\n全年工作如下。\n"
    ),
    "below a list of a site": lambda body, year, kind: (
        f"您当前的位置：首页 > 正文\n信息名称：{year}年{kind}\n索 引 号：0142/{year}-1\n文件编号： 发布机构：{body}\n"
        f"生成日期：{year}-03-05 公开日期：{year}-03-05\n{year}年{kind}\n全年工作如下。\n"
    ),
    "in the older script": lambda body, year, kind: f"{body}關於印發《{year}年{kind}》的通知\n各學校：\n請認真執行。\n",
}


def read(text: str, name: str, folder: Path) -> Plan:
    file = folder / name
    file.write_text(text, encoding="utf8")
    return read_document(file).report.plan


@given(
    body=st.builds(str.__add__, st.sampled_from(PLACES), st.sampled_from(BUREAUS)),
    year=st.integers(2001, 2035),
    kind=st.sampled_from(KINDS),
)
@pytest.mark.parametrize("shape", SHAPES)
def test_title_issuer_and_year_are_found_in_every_shape(
    shape: str, body: str, year: int, kind: str, tmp_path_factory: pytest.TempPathFactory
) -> None:
    plan = read(SHAPES[shape](body, year, kind) + BODY, "t20210305_77.txt", tmp_path_factory.mktemp("shape"))
    assert plan.title.removeprefix(body) == f"{year}年{kind}"
    assert (plan.issuer, plan.year) == (body, year)


@pytest.mark.parametrize(
    ("said", "date"),
    [
        ("东湖市教育局\n2021年3月5日", "2021-03-05"),
        ("东湖市教育局 2021年3月5日", "2021-03-05"),
        ("二〇二一年三月五日", "2021-03-05"),
        ("民国110年3月5日", "2021-03-05"),
        ("发布日期：2021/3/5", "2021-03-05"),
        ("成文日期：2021-03-05 发布日期：2021-04-01", "2021-03-05"),
        ("（2021年3月5日东湖市人民代表大会常务委员会第三次会议通过）", "2021-03-05"),
        ("发布日期：2021年13月45日", ""),
        ("会议定于2021年3月5日在东湖召开，请各单位参加。", ""),
    ],
)
def test_the_day_is_that_of_its_writing_and_no_day_that_it_speaks_of(said: str, date: str, tmp_path: Path) -> None:
    assert read(f"东湖市工作计划\n{said}\n{BODY}", "plan.txt", tmp_path).date == date


@pytest.mark.parametrize("end", ["东湖市教育局\n2021年3月5日\n", "\n东湖市教育局　2021年3月5日\n（此件公开发布）\n"])
def test_a_signature_at_the_end_tells_issuer_year_and_day(end: str, tmp_path: Path) -> None:
    plan = read(f"教育工作要点\n{BODY}{end}", "plan.txt", tmp_path)
    assert (plan.issuer, plan.year, plan.date) == ("东湖市教育局", 2021, "2021-03-05")


@pytest.mark.parametrize(
    ("said", "number"),
    [
        ("苏教[2021]5号\n东湖市工作计划", "苏教〔2021〕5号"),
        ("东湖市工作计划\n（苏教〔2021〕5号）", "苏教〔2021〕5号"),
        ("发文字号：苏教〔2021〕5号\n东湖市工作计划", "苏教〔2021〕5号"),
        ("文号：无〔〕号\n东湖市工作计划", ""),
        ("东湖市工作计划\n根据《省厅通知》（省教〔2020〕9号）精神，制定本计划。", ""),
    ],
)
def test_a_documents_number_is_its_own_and_not_one_that_it_cites(said: str, number: str, tmp_path: Path) -> None:
    assert read(f"{said}\n{BODY}", "plan.txt", tmp_path).number == number


@pytest.mark.parametrize(
    ("title", "year"),
    [
        ("教育部103年度施政目标", 2014),
        ("民国110年教育计划", 2021),
        ("二〇二一年教育工作要点", 2021),
        ("2021—2025年行动计划", 2021),
    ],
)
def test_a_year_is_read_however_it_is_written(title: str, year: int, tmp_path: Path) -> None:
    assert read(f"{title}\n{BODY}", "plan.txt", tmp_path).year == year


@pytest.mark.parametrize(
    ("said", "year"),
    [
        ("东湖市第十四个五年规划和2035年远景目标纲要\n2021 年 9 月", 2021),
        ("东湖市国土空间规划\n（2021 年-2035 年）", 2021),
        ("东湖市发展规划纲要\n面向二〇三五年远景目标。", None),
    ],
)
def test_a_far_aim_and_the_end_of_a_span_are_no_year_of_a_plan(said: str, year: int | None, tmp_path: Path) -> None:
    assert read(f"{said}\n{BODY}", "plan.txt", tmp_path).year == year


def test_the_title_tells_the_year_before_the_day_and_the_day_before_the_text(tmp_path: Path) -> None:
    dated = f"{BODY}东湖市教育局\n2020年12月5日\n"
    assert read(f"2021年工作要点\n{dated}", "plan.txt", tmp_path).year == 2021
    assert read(f"东湖市工作要点\n2019年以来，成绩显著。\n{dated}", "plan.txt", tmp_path).year == 2020
    assert read(f"东湖市工作要点\n2019年以来，成绩显著。\n{BODY}", "plan.txt", tmp_path).year == 2019


@pytest.mark.parametrize(
    ("name", "title", "year"),
    [
        ("03_2021年东湖工作安排草稿(1).txt", "2021年东湖工作安排草稿", 2021),
        ("附件2：东湖安排.txt", "东湖安排", None),
        ("t20210305_88.txt", "t20210305 88", None),
    ],
)
def test_a_files_name_is_the_last_resort_and_without_its_ids(name: str, title: str, year: int, tmp_path: Path) -> None:
    nameless = "各学校要做好下面的事，一件也不能少。\n"
    plan = read(nameless + BODY, name, tmp_path)
    assert (plan.title, plan.year) == (title, year)
    assert read(f"西山工作要点\n{nameless}{BODY}", name, tmp_path).title == "西山工作要点"


def test_what_the_operator_says_goes_before_what_the_document_says(tmp_path: Path) -> None:
    (tmp_path / "plan.txt").write_text(f"东湖市教育局2021年工作要点\n{BODY}", encoding="utf8")
    plan = read_document(tmp_path / "plan.txt", "西山要点", "西山局", 2030).report.plan
    assert (plan.title, plan.issuer, plan.year) == ("西山要点", "西山局", 2030)


def test_the_heading_of_a_part_is_no_title(tmp_path: Path) -> None:
    plan = read("东湖县人民政府工作规则\n第一章总则\n一、办学。\n二、管饭。\n三、招人。\n", "plan.txt", tmp_path)
    assert (plan.title, plan.issuer) == ("东湖县人民政府工作规则", "东湖县人民政府")


def test_a_notice_of_two_documents_keeps_its_own_title() -> None:
    both = "东湖市教育局印发《甲方案要点》《乙方案要点》的通知"
    assert own_title(both) == both


@pytest.mark.parametrize(
    "name", ["东湖市教育局", "教育部、财政部", "东湖市教育局等六部门", "中共东湖市委 东湖市人民政府"]
)
def test_a_body_is_told_from_what_it_does(name: str) -> None:
    assert (is_body(name), is_body(f"{name}工作要点"), is_body("做好以下工作")) == (True, False, False)


@given(st.text(alphabet="关于印发《》的通知要点2021年月日〔〕（）号 \n|：局。，、#附件1", max_size=400))
def test_any_text_at_all_describes_itself_in_what_stands_in_it(text: str) -> None:
    found = described(text, text, {})
    assert len(found.title) <= 90
    assert set(found.title + found.issuer) <= set(text)


def test_a_text_that_says_nothing_is_described_by_nothing() -> None:
    assert described("", "", {}) == Metadata()


@pytest.mark.parametrize(
    "nasty",
    ["关于印发", "《", "（", "2021年", "〔2021〕", "文 号", "教育局 ", "一", "发布机构：\n", "局、", "|", "要点\n"],
)
def test_no_repetition_holds_the_reader_up(nasty: str) -> None:
    text = nasty * (200_000 // len(nasty))
    start = time.monotonic()
    described(text, text, {})
    assert time.monotonic() - start < 2
