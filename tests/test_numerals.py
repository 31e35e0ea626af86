import time
from decimal import Decimal

import cn2an
import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge.numerals import number, quantities


@given(st.integers(0, 10**12))
def test_a_number_in_characters_reads_as_an_independent_library_writes_it(value: int) -> None:
    assert number(cn2an.an2cn(value)) == value


@given(st.integers(0, 10**15))
def test_a_number_in_digits_reads_as_itself_with_and_without_thousands_marks(value: int) -> None:
    assert (number(str(value)), number(f"{value:,}")) == (value, value)


@given(st.text())
def test_whatever_is_written_every_quantity_stands_where_it_says(text: str) -> None:
    assert all(text[q.start : q.end] == q.raw for q in quantities(text))


@pytest.mark.parametrize(
    ("text", "value", "unit"),
    [
        ("一亿五千万元", 150000000, "元"),
        ("1.65万个", 16500, "个"),
        ("一万六千五百人", 16500, "人"),
        ("百分之八十", 80, "%"),
        ("2.5倍", "2.5", "倍"),
        ("万名老人", 10000, "名"),
        ("551万农村人口", 5510000, ""),
        ("投入3000万", 30000000, "元"),
        ("壹佰万元", 1000000, "元"),
        ("1个半月", "1.5", "个月"),
        ("57\n个", 57, "个"),
        ("16 000個项目".replace("個", "个"), 16000, "个"),
        ("延至18时", 18, "时"),
        ("20时30分前结束", "20.5", "时"),
        ("70周岁以上", 70, "周岁"),
        ("10个工作日内", 10, "个工作日"),
        ("三百名", 300, "名"),
        ("一点五倍", "1.5", "倍"),
        ("3.6万份", 36000, "份"),
        ("18.4万平方米", 184000, "平方米"),
        ("公开课24讲", 24, "讲"),
        ("2600批次", 2600, "批次"),
        ("航线30趟", 30, "趟"),
        ("不低于18℃", 18, "℃"),
    ],
)
def test_a_quantity_has_its_plain_value_and_unit(text: str, value: object, unit: str) -> None:
    found = [q for q in quantities(text) if not q.label]
    assert [(q.value, q.unit) for q in found] == [(Decimal(str(value)), unit)]


@pytest.mark.parametrize(
    ("text", "low", "high", "qualifier"),
    [
        ("2-3期", 2, 3, None),
        ("五至十年", 5, 10, None),
        ("10家以上", 10, None, "以上"),
        ("不少于30分钟", 30, None, "不少于"),
        ("约36亿元", 3600000000, None, "约"),
        ("10—30万元", 100000, 300000, None),
        ("两三个", 2, 3, None),
        ("2至3岁", 2, 3, None),
        ("二三十所", 20, 30, None),
        ("不得少于二年", 2, None, "不得少于"),
        ("不得高于35%", 35, None, "不得高于"),
        ("1000多万人", 10000000, None, "多"),
        ("一倍半", 1.5, None, None),
        ("2万余口", 20000, None, "余"),
        ("至多二年", 2, None, "至多"),
        ("公示不得少于二十日", 20, None, "不得少于"),
        ("病假超过累计14天", 14, None, "超过"),
        ("累计14天", 14, None, None),
        ("25度以上的坡地", 25, None, "以上"),
        ("年满六周岁", 6, None, "年满"),
        ("3人（含）以上", 3, None, "以上"),
        ("一至三年", 1, 3, None),
        ("2～3个", 2, 3, None),
        ("控制在30人以内", 30, None, "以内"),
    ],
)
def test_a_range_has_two_ends_and_a_bound_its_qualifier(
    text: str, low: int, high: int | None, qualifier: str | None
) -> None:
    assert [(q.value, q.value_max, q.qualifier) for q in quantities(text)] == [(low, high, qualifier)]


@pytest.mark.parametrize(
    "text",
    ["2021年", "十四五", "第三条", "“三联三查”", "“7+1”体系", "统一", "一体化", "开学第一课", "三年行动计划", "成立100周年", "〔2019〕21号",
     "百年", "一带一路", "每一个", "12月31日", "5月24日至5月26日", "2022年9月1日至2023年8月31日", "前三名", "几十所", "九年一贯制", "二期工程", "二〇二一年", "中央八项规定",
     "一半", "12时间", "30时", "第五届", "一、二年级", "四至八年级", "“1+3+N”", "三二分段", "三年制", "一期建筑", "一人一档", "一个不漏",
     "http://a.cn/%E5%8F%88/12个", "电话0519-85681301", "亿万人民", "千家万户", "新一轮", "两个市场", "每万人", "今年前5个月", "8月31日9时", "108学年度",
     "十二届十次全会", "第一、二轮", "民国103年", "2021/3/5", "从2021年起", "PM_2.5年均", "第 14 条", "总量（万元）", "三次产业",
     "2020年 6 月 3 日", "2021届", "2021 届", "2013-2014学年", "九届二次", "百日攻坚", "360度", "100GBps"],
)  # fmt: skip
def test_names_dates_and_orders_are_no_quantities(text: str) -> None:
    assert [q.raw for q in quantities(text) if not q.label] == []


@pytest.mark.parametrize(
    ("text", "raw", "qualifier"),
    [("至少召开2次联席会议", "2次", "至少"), ("不低于学费收入的10%", "10%", "不低于"), ("最多报考3所", "3所", "最多")],
)
def test_a_bound_may_stand_some_words_before_its_number(text: str, raw: str, qualifier: str) -> None:
    assert [(q.raw, q.qualifier) for q in quantities(text)] == [(raw, qualifier)]


def test_a_word_that_begins_like_a_bound_is_none() -> None:
    assert [(q.raw, q.qualifier) for q in quantities("占超标班级总数的30%")] == [("30%", None)]


@pytest.mark.parametrize(
    ("text", "raw", "hours", "until"),
    [
        ("离校时间不早于18:00。", "不早于18:00", 18, None),
        ("弹性托管至19：30。", "19：30", "19.5", None),
        ("每天8:00—17:30开放", "8:00—17:30", 8, "17.5"),
        ("延到下午6:15", "6:15", "18.25", None),
        ("每晚9:30熄灯", "9:30", "21.5", None),
        ("早上6:15开门", "6:15", "6.25", None),
    ],
)
def test_a_time_of_the_day_is_a_figure_in_hours(text: str, raw: str, hours: object, until: object) -> None:
    told = next(q for q in quantities(text) if not q.label)
    most = None if until is None else Decimal(str(until))
    assert (told.raw, told.unit, told.value, told.value_max) == (raw, "时", Decimal(str(hours)), most)


@pytest.mark.parametrize(
    "text",
    [
        "3月5日9:30开会",
        "师生比不低于1:50",
        "按1:10配备",
        "按4:10配备",
        "比例12:30",
        "11:06 梁远：",
        "当天9:00",
        "至17:30-8:00",
        "至25:00",
    ],
)
def test_the_time_of_an_event_and_a_ratio_are_no_figures(text: str) -> None:
    assert [q.raw for q in quantities(text) if not q.label] == []


@pytest.mark.parametrize(("text", "raw"), [("造林完成三分之二", "三分之二"), ("2/3以上的成员", "2/3以上")])
def test_a_fraction_is_a_share_of_one(text: str, raw: str) -> None:
    assert [(q.raw, q.value, q.unit) for q in quantities(text)] == [(raw, Decimal("0.666667"), "")]


@given(st.integers(1, 30), st.integers(1, 12))
def test_a_date_between_bars_is_no_fraction(day: int, month: int) -> None:
    assert not [q for q in quantities(f"2021/{month}/{day}") if not q.label]


@pytest.mark.parametrize("piece", ["1,111,", "5个，", "亿", "一", "“", "一万", "1", "不", "百分之", "20时30分"])
def test_a_line_however_long_takes_linear_time(piece: str) -> None:
    began = time.process_time()
    assert all(q.raw for q in quantities(piece * (100_000 // len(piece))))
    assert time.process_time() - began < 20


@pytest.mark.parametrize("text", ["9" * 1_000_000, "9" * 1_000_000 + "万", "9" * 1_000_000 + ".5亿"])
def test_a_number_of_a_million_digits_is_a_name_and_takes_linear_time(text: str) -> None:
    began = time.process_time()
    assert [q.label for q in quantities(text)] == [True]
    assert time.process_time() - began < 10
