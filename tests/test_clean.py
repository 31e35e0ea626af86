from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indexer.clean import clean
from indexer.document import read_document
from knowledge.wording import simplify

CHINESE = st.text(
    alphabet=st.sampled_from("學校学位新增個个()（），,。;；?？:《》“” \n0123456789AFSuēī後著"), max_size=60
)


@given(st.one_of(CHINESE, st.text(max_size=40)))
def test_cleaning_twice_is_cleaning_once(text: str) -> None:
    once = clean(text)[0]
    assert clean(once)[0] == once


@given(st.lists(st.integers(0, 10**6), min_size=1, max_size=5))
def test_no_digit_is_lost_in_cleaning(numbers: list[int]) -> None:
    text = "、".join(f"學校{n}個" for n in numbers)
    assert clean(text)[0] == "、".join(f"学校{n}个" for n in numbers)


@pytest.mark.parametrize(
    ("found", "clear"),
    [
        ("規(guī)劃", "规划"),
        ("社會(huì )主義", "社会主义"),
        ("我們(men)的", "我们的"),
        ("職業(yè", "职业"),
        ("AFS(YFU)項目", "AFS(YFU)项目"),
        ("家校(園)共育", "家校（园）共育"),
        ("人工智能(ai)", "人工智能(ai)"),
        ("１２个，ＡＰＰ", "12个，APP"),
        ("学\u200b位\ufeff", "学位"),
        ("学位。\n扫一扫在手机打开当前页\n|", "学位。"),
        ("打印 分享\n（一）打印材料", "（一）打印材料"),
    ],
)
def test_what_does_not_belong_is_taken_out_and_nothing_else(found: str, clear: str) -> None:
    assert clean(found)[0] == clear


def test_a_line_of_page_junk_with_a_number_stays() -> None:
    assert clean("打印 3\n正文")[0] == "打印 3\n正文"


@pytest.mark.parametrize("text", ["添加新增", "显著提高", "跟着走", "乾隆", "开学后、剩余的"])
def test_a_simplified_text_stays_as_it_is(text: str) -> None:
    assert simplify(text) == text


def test_bytes_out_of_step_are_put_right_where_one_word_fits() -> None:
    text, damage = clean("建成實驗教學?;饭芾砥脚_,素養旨?xì)w的特色", trade=["危化品"])
    assert text == "建成实验教学危化品管理平台，素养旨归的特色"
    assert [(d.found, d.repaired) for d in damage] == [("?;饭芾砥脚_", "危化品管理平台"), ("旨?xì)w", "旨归")]


def test_what_no_word_fits_is_shown_as_lost_with_what_survived() -> None:
    text, damage = clean("建成實驗教學?;饭芾砥脚_")
    assert text == "建成实验教学〔原文缺损〕管理平台"
    assert len(damage) == 1


def test_a_circled_or_raised_number_does_not_run_into_the_next(tmp_path: Path) -> None:
    file = tmp_path / "plan.txt"
    file.write_text("（一）建设。①10所学校完成改造，57¹个项目。", encoding="utf8")
    assert [f.raw for c in read_document(file).report.plan.clauses for f in c.figures] == ["10所"]


def test_an_operators_repair_goes_first_and_is_reported() -> None:
    text, damage = clean("提供IO(X)人次", {"IO(X)": "1000"})
    assert text == "提供1000人次"
    assert [(d.found, d.repaired) for d in damage] == [("IO(X)", "1000")]


def test_a_question_mark_before_a_semicolon_is_no_damage() -> None:
    assert clean("怎么办？；请看附件。")[1] == []


def test_text_decoded_with_the_wrong_encoding_is_turned_back() -> None:
    wrong = "教育工作要点内容".encode().decode("gb18030")
    assert "教" not in wrong
    assert clean(wrong)[0] == "教育工作要点内容"
