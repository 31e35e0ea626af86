import time
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indexer.figures import check_sums, find_figures
from indexer.labels import alike
from knowledge.model import Clause, PartKind


def clause(text: str) -> Clause:
    return Clause(1, "（一）", "", "", text)


def test_a_split_is_tied_to_its_total_and_to_what_that_counts() -> None:
    figures = find_figures(clause("新增学位300个，其中小学100个、初中200个。"))
    assert [(f.what, f.part, f.part_kind, f.total) for f in figures] == [
        ("新增学位", None, None, None),
        ("新增学位", "小学", PartKind.STAGE, 0),
        ("新增学位", "初中", PartKind.STAGE, 0),
    ]


@pytest.mark.parametrize(
    ("text", "verdict"),
    [
        ("新建学校9个，其中城东区4个、城西区5个。", "ok"),
        ("新建学校9个，其中城东区4个。", "short"),
        ("新建学校9个，其中城东区4个、城西区6个。", "over"),
    ],
)
def test_a_sum_that_does_not_add_up_is_told_apart_from_one_that_is_not_whole(text: str, verdict: str) -> None:
    assert [s.verdict for s in check_sums(find_figures(clause(text)))] == [verdict]


@pytest.mark.parametrize("text", ["新建24所（小学6所、初中18所）。", "新建24所。其中：小学6所，初中18所。"])
def test_a_split_in_brackets_or_in_a_sentence_of_its_own_has_its_total(text: str) -> None:
    figures = find_figures(clause(text))
    assert [(f.part, f.total) for f in figures] == [(None, None), ("小学", 0), ("初中", 0)]


def test_a_split_belongs_to_the_total_that_it_adds_up_to() -> None:
    figures = find_figures(clause("实施项目12个，计划竣工3个，其中幼儿园7个、小学5个。"))
    assert [f.total for f in figures] == [None, None, 0, 0]


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("开发50门劳动课程。", "劳动课程"),
        ("创建健康学校60所。", "健康学校"),
        ("健康学校计划创建60所。", "健康学校"),
        ("计划投入1.5亿元，重点改善装备。", "投入"),
        ("推进3所“双高计划”高职院和5所中职校建设。", "“双高计划”高职院"),
        ("建设职教集团（联盟）1-2个。", "职教集团（联盟）"),
        ("培训人次达到在校生规模的2.5倍。", "培训人次"),
        ("能提供的新增学位有300个。", "新增学位"),
    ],
)
def test_what_a_figure_counts_is_found_behind_it_or_before_it(text: str, what: str) -> None:
    assert find_figures(clause(text))[0].what == what


def test_the_first_lot_is_a_qualifier() -> None:
    assert find_figures(clause("挂牌首批基地50个。"))[0].qualifier == "首批"


def test_every_figure_stands_where_it_says() -> None:
    text = "新增学位1.65万个，其中小学7020个；约36亿元，2-3期，10家以上。"
    figures = find_figures(clause(text))
    assert [text[f.start : f.end] for f in figures] == ["1.65万个", "7020个", "约36亿元", "2-3期", "10家以上"]
    assert figures[0].value == Decimal(16500)


def parts(text: str, title: str = "") -> list[tuple[str, str | None, int | None, int | None]]:
    """raw, part, total and split of every figure."""
    return [(f.raw, f.part, f.total, f.split) for f in find_figures(Clause(1, "（一）", "", title, text))]


@pytest.mark.parametrize("by", ["按区域分", "分区域看", "从区域看", "按地区"])
def test_one_total_is_split_twice_and_each_split_has_its_number(by: str) -> None:
    text = f"新增床位900张。{by}，东湖区400张、西湖区500张；按学段分，小学600张、初中300张。"
    assert parts(text) == [
        ("900张", None, None, None),
        ("400张", "东湖区", 0, 0), ("500张", "西湖区", 0, 0),
        ("600张", "小学", 0, 1), ("300张", "初中", 0, 1),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("text", "named", "total"),
    [
        ("建设书屋12个，其中山城县5个、水城县7个。", ["山城县", "水城县"], 0),
        ("建设书屋12个，包括城镇5个、农村7个。", ["城镇", "农村"], 0),
        ("建设书屋12个，山城县5个，水城县7个。", ["山城县", "水城县"], 0),
        ("建设书屋12个。其中：山城县5个，水城县7个。", ["山城县", "水城县"], 0),
        ("建设书屋12个，由流动书屋（5个）、固定书屋（7个）组成。", ["流动书屋", "固定书屋"], 0),
        ("书屋总数由9个增至12个，山城县5个、水城县7个。", ["山城县", "水城县"], 1),
        ("安排资金12万元，省5万元，市7万元。", ["省", "市"], 0),
        ("建设书屋12个，5个在山城县，7个在水城县。", ["山城县", "水城县"], 0),
        ("建设绘本与科普两类书屋12个，前者5个，后者7个。", ["绘本", "科普"], 1),
    ],
)
def test_a_split_is_found_however_it_is_introduced(text: str, named: list[str], total: int) -> None:
    figures = [f for f in find_figures(clause(text)) if f.part]
    assert ([f.part for f in figures], {f.total for f in figures}) == (named, {total})


@pytest.mark.parametrize("said", ["全市共", "合计", "共计", "总计", "共"])
def test_a_total_may_stand_behind_its_parts_and_counts_what_they_count(said: str) -> None:
    figures = find_figures(clause(f"建设气象站，甲山区3所、乙水县4所，{said}7所。"))
    assert [(f.what, f.part, f.total) for f in figures] == [
        ("气象站", "甲山区", 2), ("气象站", "乙水县", 2), ("气象站", None, None),
    ]  # fmt: skip


def test_what_each_of_several_names_has_is_one_figure_for_each_name() -> None:
    figures = find_figures(clause("建设气象站，甲山区、丙谷区各3所，乙水县4所，全市共10所。"))
    assert [(f.raw, f.part, f.total) for f in figures] == [
        ("3所", "甲山区", 3), ("3所", "丙谷区", 3), ("4所", "乙水县", 3), ("10所", None, None),
    ]  # fmt: skip
    assert figures[0].start == figures[1].start


@pytest.mark.parametrize(
    "text", ["建设气象站，每个区县2所。", "建设气象站，各县区各2所。", "建设气象站，五个区县各2所。"]
)
def test_what_every_area_has_is_one_figure_without_a_part(text: str) -> None:
    assert [(f.what, f.raw, f.part) for f in find_figures(clause(text))] == [("气象站", "2所", None)]


@pytest.mark.parametrize(
    ("text", "named", "totals"),
    [
        ("新增围棋、剪纸、口琴特色校9所，分别为2所、3所、4所。", ["围棋", "剪纸", "口琴"], [0, 0, 0]),
        ("实施“新叶、青枝、大树”三级培养，分别培训50名、30名、20名。", ["新叶", "青枝", "大树"], [None] * 3),
        ("小学、初中、高中分别新增4间、5间、6间。", ["小学", "初中", "高中"], [None] * 3),
        ("表彰好少年60名，小学、初中依次为40名、20名。", ["小学", "初中"], [0, 0]),
        ("讲座一至三季度分别完成2场、3场、4场，合计9场。", ["一季度", "二季度", "三季度"], [3, 3, 3]),
    ],
)
def test_names_are_paired_with_quantities_in_order(text: str, named: list[str], totals: list[int | None]) -> None:
    figures = [f for f in find_figures(clause(text)) if f.part]
    assert ([f.part for f in figures], [f.total for f in figures]) == (named, totals)


def test_names_and_quantities_whose_counts_differ_are_not_paired() -> None:
    assert [p for _, p, _, _ in parts("助学金分三档，分别为每人300元、400元、500元。")] == [None, None, None]


@pytest.mark.parametrize(
    ("text", "what", "named"),
    [
        ("提高午餐补贴标准，小学每生每天4元、初中每生每天5元。", "午餐补贴标准", ["小学", "初中"]),
        ("校服价格小学每套不超过90元、初中不超过110元。", "校服价格", ["小学", "初中"]),
        ("发放交通补贴，岛内30元、岛外80元。", "交通补贴", ["岛内", "岛外"]),
        ("设立奖学金，本科生每人每年1万元，硕士生每人每年2万元。", "奖学金", ["本科生", "硕士生"]),
    ],
)
def test_a_list_in_contrast_is_a_split_without_a_total(text: str, what: str, named: list[str]) -> None:
    figures = find_figures(clause(text))
    assert [(f.what, f.part, f.total, f.split) for f in figures] == [(what, n, None, 0) for n in named]


def test_what_leads_to_a_list_is_no_part_of_its_first_name() -> None:
    figures = find_figures(clause("新增托位城区30个，农村20个，共50个。"))
    assert [(f.what, f.part) for f in figures] == [("新增托位", "城区"), ("新增托位", "农村"), ("新增托位", None)]


@pytest.mark.parametrize(
    "text",
    [
        "掌握2项艺术技能、3项体育技能。",
        "新增课程8门、停开3门。",
        "新增音乐班8个、画室3间。",
        "参训教师30名，其中骨干教师占40%。",
    ],
)
def test_what_merely_follows_is_no_split(text: str) -> None:
    assert [p for _, p, _, _ in parts(text)] == [None, None]


@pytest.mark.parametrize(
    ("text", "whats"),
    [
        ("山区教师驻校津贴提高到每人每月500元，比上年多80元。", ["山区教师驻校津贴", "山区教师驻校津贴"]),
        ("评比事项由9项减至4项。", ["评比事项", "评比事项"]),
        ("入园率由82%提高到90%。", ["入园率", "入园率"]),
        ("保育费每生每月不高于700元。", ["保育费"]),
        ("参训教师中女教师占40%。", ["参训教师中女教师占比"]),
        ("设置护学点30个，每个点不少于2人。", ["护学点", "护学点"]),
        ("为50名乡村教师颁发证书。", ["乡村教师"]),
        ("支持4所初中开设足球班9个。", ["初中", "足球班"]),
        ("晚托结束时间延至18时。", ["晚托结束时间"]),
        ("投诉在10个工作日内办结。", ["投诉"]),
    ],
)
def test_what_is_a_noun_and_never_a_verb_or_a_preposition_alone(text: str, whats: list[str]) -> None:
    assert [f.what for f in find_figures(clause(text))] == whats


def test_a_change_is_a_qualifier() -> None:
    assert find_figures(clause("津贴为500元，比上年多80元。"))[1].qualifier == "比上年多"


WORDS = st.sampled_from(
    "甲山区 乙水县 小学 初中 公办 其中 按区域分， 合计 共 各 分别为 （ ） 、 ， 。 ； 12个 7个 5个 3所 40% 6万元 每生每年 新增学位 由 增至 和 前者 在小学".split()
)  # fmt: skip


@given(st.lists(WORDS, max_size=40).map("".join))
def test_whatever_is_listed_the_ledger_keeps_its_promises(text: str) -> None:
    figures = find_figures(clause(text))
    assert all(text[f.start : f.end] == f.raw for f in figures)
    assert all(f.total is None or (0 <= f.total < len(figures) and figures[f.total] is not f) for f in figures)
    assert all((f.part is None) == (f.split is None) for f in figures)
    assert all(f.part is not None or f.total is None for f in figures)
    for number in {f.split for f in figures if f.part}:
        units = {f.unit for f in figures if f.split == number}
        assert all(alike(one, other) for one in units for other in units)
        assert len({f.total for f in figures if f.split == number}) == 1


@given(st.text())
def test_any_text_has_a_ledger(text: str) -> None:
    assert all(text[f.start : f.end] == f.raw for f in find_figures(clause(text)))


@pytest.mark.parametrize(
    "piece",
    ["小学5个、", "其中", "（", "）（", "5个，", "各3所", "由甲（3个）、", "不少于", "按分看，", "每", "每个", "“", "《", "占", "的", "和", "、", "中",
     "新增", "建设", "在校", "比20", "5至", "1/3", "三分之", "百分之", "1,111,", "1 ", "一", "九", "亿", "%E5", "http://a", "a@b", "至少", "|1|2|\n", "|甲|1|\n|乙|2|\n以及\n",
     "1个中，", "分别为1个、", "5万元以上", "电话1"],
)  # fmt: skip
def test_a_line_four_times_as_long_takes_about_four_times_as_long(piece: str) -> None:
    def seconds(length: int) -> float:
        text = clause(piece * (length // len(piece)))
        began = time.process_time()
        find_figures(text)
        return time.process_time() - began

    seconds(200)  # the dictionary is read once
    short = min(seconds(5_000) for _ in range(3))
    # Four times in linear time, sixteen in quadratic: between the two with room for a busy machine.
    assert min(seconds(20_000) for _ in range(2)) <= max(9 * short, 0.3)


def test_a_table_of_ten_thousand_columns_is_read_in_seconds() -> None:
    began = time.process_time()
    assert find_figures(clause(2 * f"{'|1' * 10_000}|\n"))
    assert time.process_time() - began < 30


@pytest.mark.parametrize("piece", ["一", "九", "1", "亿"])
def test_what_no_one_counts_to_is_no_figure(piece: str) -> None:
    assert find_figures(clause(f"新建学校{piece * 5_000}所。")) == ()


def rows(text: str, title: str = "") -> list[tuple[str, str | None, int, str, int | None]]:
    found = find_figures(Clause(1, "（一）", "", title, text))
    return [(f.what, f.part, int(f.value), f.unit, f.total) for f in found]


TABLE = """下达计划如下：
| 区 | 学校（所） | 学位（万个） |
|---|---|---|
| 东区 | 3 | 0.4 |
| 西区 | 4 | 0.5 |
| 合计 | 7 | 0.9 |
投入2亿元。"""


def test_each_number_of_a_table_counts_what_its_column_says_of_what_its_row_names() -> None:
    assert rows(TABLE) == [
        ("学校", "东区", 3, "所", 4), ("学位", "东区", 4000, "个", 5),
        ("学校", "西区", 4, "所", 4), ("学位", "西区", 5000, "个", 5),
        ("学校", None, 7, "所", None), ("学位", None, 9000, "个", None),
        ("投入", None, 200000000, "元", None),
    ]  # fmt: skip


def test_the_sums_of_a_table_are_checked_column_by_column() -> None:
    sums = check_sums(find_figures(clause(TABLE.replace("| 0.9 |", "| 1 |"))))
    assert [(s.what, s.verdict) for s in sums] == [("学校", "ok"), ("学位", "short")]


def test_a_table_may_lie_on_its_side_and_holds_numbers_that_count_nothing() -> None:
    text = "| 序号 | 指标 | 东区 | 西区 |\n| 1 | 学校（所） | 3 | 4 |"
    assert {(what, part) for what, part, *_ in rows(text.replace("序号 | ", "").replace("1 | ", ""))} == {
        ("学校", "东区"), ("学校", "西区"),
    }  # fmt: skip
    assert rows("| 序号 | 区 | 学校（所） |\n| 1 | 东区 | 3 |\n| 2 | 西区 | 4 |") == [
        ("学校", "东区", 3, "所", None), ("学校", "西区", 4, "所", None),
    ]  # fmt: skip


CELLS = st.text(st.sampled_from("东西区学校所个合计0123456789,.% "), max_size=6)


@given(st.lists(st.lists(CELLS, min_size=1, max_size=4), max_size=6))
def test_whatever_a_table_holds_its_figures_stand_in_their_cells(table: list[list[str]]) -> None:
    text = "\n".join(f"| {' | '.join(row)} |" for row in table)
    assert all(f.raw.startswith(text[f.start : f.end]) for f in find_figures(clause(text)))


def test_what_stands_in_the_bracket_behind_a_part_is_a_split_of_that_part() -> None:
    text = "现有学校20所。其中，幼儿园12所（7所民办），小学8所（城区5所、乡村3所）。"
    assert parts(text) == [
        ("20所", None, None, None), ("12所", "幼儿园", 0, 0), ("7所", "民办", 1, 1),
        ("8所", "小学", 0, 0), ("5所", "城区", 3, 2), ("3所", "乡村", 3, 2),
    ]  # fmt: skip


def test_a_number_that_the_text_comes_back_to_is_stated_once() -> None:
    text = "建设书屋12个。12个中，7个已开放，5个待装修。"
    assert parts(text) == [("12个", None, None, None), ("7个", "已开放", 0, 0), ("5个", "待装修", 0, 0)]


def test_a_total_that_is_split_twice_is_summed_twice() -> None:
    text = "新增床位900张，按区域分，东湖区400张、西湖区500张；按学段分，小学600张、初中200张。"
    assert [s.verdict for s in check_sums(find_figures(clause(text)))] == ["ok", "short"]


def test_what_stands_in_one_list_is_not_all_part_of_one_thing() -> None:
    figures = find_figures(clause("机电产品、农产品出口分别增长8%、5%。"))
    assert [(f.what, f.part) for f in figures] == [("机电产品", None), ("农产品出口", None)]


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("达成就业意向3.99万人。", "就业意向"),
        ("营养改善计划惠及6.8万人。", "营养改善计划"),
        ("城镇登记失业率控制在4%以内。", "城镇登记失业率"),
        ("为1.9万名贫困劳动力发放补贴。", "贫困劳动力"),
        ("20座城市中，绿化达标的有8座。", "城市"),
        ("7家重点实验室落户本地。", "重点实验室"),
        ("组建1支覆盖所有社区的志愿队伍。", "志愿队伍"),
        ("藏书由2019年的6万册增加到8万册。", "藏书"),
        ("年度经费不低于学费收入的10%。", "年度经费"),
        ("优质高中指标到校比例达到65%。", "优质高中指标到校比例"),
        ("处5万元以上50万元以下的罚款。", "罚款"),
        ("新建、改扩建幼儿园28所。", "新建、改扩建幼儿园"),
        ("每个工作室年度经费8万元。", "工作室年度经费"),
    ],
)
def test_what_is_counted_is_what_a_reader_would_call_it(text: str, what: str) -> None:
    assert find_figures(clause(text))[0].what == what


def test_a_share_is_of_no_first_lot() -> None:
    text = "高考第一批上线率升到55%；第一批建成12所。"
    figures = find_figures(Clause(1, "一、", "", "", text))
    assert [(f.raw, f.qualifier) for f in figures] == [("55%", None), ("12所", "首批")]


def test_a_number_that_stands_first_in_a_list_is_not_the_total_of_the_others() -> None:
    assert [f.total for f in find_figures(clause("遴选名师60名、班主任40名、校长20名。"))] == [None] * 3


def test_what_is_given_each_year_is_split_by_the_names_behind_that() -> None:
    assert parts("开设编程课，每学年小学8课时、初中10课时。") == [
        ("8课时", "小学", None, 0), ("10课时", "初中", None, 0),
    ]  # fmt: skip


def test_pairs_and_the_list_behind_them_are_one_split_where_both_add_up() -> None:
    text = "开设托管点83个，甲山区、乙水区、丙谷区分别为21个、18个、15个，丁口县和戊田县各10个，己海区9个。"
    figures = [f for f in find_figures(clause(text)) if f.part]
    assert ([f.part for f in figures], {f.total for f in figures}) == (
        ["甲山区", "乙水区", "丙谷区", "丁口县", "戊田县", "己海区"], {0},
    )  # fmt: skip
    short = [f for f in find_figures(clause(text.replace("83个", "90个"))) if f.part]
    assert {f.total for f in short[:3]} == {None}


def test_an_ordinal_is_no_part_of_what_it_leads_to() -> None:
    figures = find_figures(clause("一是轮训校长90人次。二是新增学位300个；三是生均经费按小学700元、初中900元拨付。"))
    assert [(f.what, f.part) for f in figures] == [
        ("轮训校长", None),
        ("新增学位", None),
        ("生均经费", "小学"),
        ("生均经费", "初中"),
    ]


def test_the_first_of_a_list_is_no_place_in_an_order() -> None:
    figures = find_figures(clause("名师工作室15个，其中学前2个、小学6个、初中7个；目前3个已挂牌；奖励排名前3名。"))
    assert [(f.part, f.raw) for f in figures] == [
        (None, "15个"),
        ("学前", "2个"),
        ("小学", "6个"),
        ("初中", "7个"),
        (None, "3个"),
    ]


def test_times_of_the_day_are_split_by_stage() -> None:
    figures = find_figures(clause("小学到校时间不早于8:20，中学不早于8:00；离校时间不早于18:00。"))
    assert [(f.what, f.part, f.raw) for f in figures] == [
        ("到校时间", "小学", "不早于8:20"),
        ("到校时间", "中学", "不早于8:00"),
        ("离校时间", None, "不早于18:00"),
    ]


@pytest.mark.parametrize("between", ["", "、"])
def test_two_numbers_of_each_name_are_two_splits(between: str) -> None:
    text = f"新建幼儿园6所，新增学位1500个，东河区3所{between}800个，西岭县2所{between}400个，南坪县1所{between}300个。"
    assert [(f.what, f.part, f.total) for f in find_figures(clause(text))] == [
        ("新建幼儿园", None, None),
        ("新增学位", None, None),
        *(
            (what, part, n)
            for part in ("东河区", "西岭县", "南坪县")
            for n, what in enumerate(["新建幼儿园", "新增学位"])
        ),
    ]


@pytest.mark.parametrize(
    ("last", "totals"),
    [("40万元", [None, 0, 0, 0]), ("50万元", [None] * 4), ("40万元、评比10万元", [None] * 5)],
)
def test_a_list_that_a_verb_leads_to_is_a_split_where_it_is_the_whole(last: str, totals: list[int | None]) -> None:
    figures = find_figures(clause(f"安排奖补资金120万元，用于设备30万元、图书50万元、研修{last}。"))
    assert [f.total for f in figures] == totals


def test_a_part_is_split_again_by_the_list_of_a_later_sentence() -> None:
    text = "全年轮岗90名，其中教师80名、校长10名。教师去向为城里到乡下40名、乡下之间30名、县城到村里{}名。"
    figures = find_figures(clause(text.format(10)))
    assert [(f.part, f.total) for f in figures[3:]] == [("城里到乡下", 1), ("乡下之间", 1), ("县城到村里", 1)]
    assert {f.total for f in find_figures(clause(text.format(9)))[3:]} == {None}


def test_two_numbers_that_add_up_to_a_part_by_chance_are_none_of_it() -> None:
    text = "发放补助3000元，其中小学1400元、初中1600元；发放路费省内600元、省外1000元。"
    assert [f.total for f in find_figures(clause(text))] == [None, 0, 0, None, None]


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("义务教育生均公用经费小学700元、初中900元。", ["小学", "初中"]),
        ("收费标准城区每生每学期不超过300元、乡镇不超过200元。", ["城区", "乡镇"]),
        ("小学一年级招生400人、初中七年级招生500人。", ["小学一年级", "初中七年级"]),
    ],
)
def test_the_first_name_of_a_list_ends_where_the_others_do(text: str, named: list[str]) -> None:
    assert [f.part for f in find_figures(clause(text))] == named


def test_names_that_begin_alike_are_things_of_their_own_unless_they_tell_two_sides_apart() -> None:
    apart, sides = (find_figures(clause(t)) for t in ("设考点14个、考场612个。", "入学路费省内600元、省外1000元。"))
    assert [(f.part, f.total) for f in apart] == [(None, None), (None, None)]
    assert [f.part for f in sides] == ["省内", "省外"]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("老年学习点由310个增至420个，其中利用闲置校舍设立130个。", ("老年学习点", "利用闲置校舍", 1)),
        ("上年小学、初中近视率分别为36.2%、68.4%。", ("近视率", "小学", None)),
        ("生均公用经费标准每年小学760元、初中980元。", ("生均公用经费标准", "小学", None)),
    ],
)
def test_a_part_is_named_by_what_it_is_of_its_total(text: str, said: tuple[str, str, int | None]) -> None:
    figures = find_figures(clause(text))
    assert said in [(f.what, f.part, f.total) for f in figures]


@pytest.mark.parametrize(
    ("text", "whats"),
    [
        ("秋季小学一年级新生为21800人。", ["秋季小学一年级新生"]),
        ("控制书面作业，三至六年级不超过60分钟。", ["书面作业"]),
        ("支持60所学位富余的幼儿园开设托班。", ["幼儿园"]),
        ("组建27个教育集团的学校联盟。", ["教育集团"]),
    ],
)
def test_a_grade_is_counted_by_its_pupils_and_what_has_something_by_itself(text: str, whats: list[str]) -> None:
    assert [f.what for f in find_figures(clause(text))] == whats


def ledger(text: str) -> list[tuple[str, str | None, str, int | None]]:
    return [(f.what, f.part, f.raw, f.total) for f in find_figures(clause(text))]


def test_what_is_new_of_a_number_that_grew_is_listed_as_what_is_new() -> None:
    grew = ledger("午休躺椅由300把增至420把，新增的安排为东山镇70把、西河镇50把。".replace("把", "套"))
    assert grew[2:] == [("新增午休躺椅", "东山镇", "70套", None), ("新增午休躺椅", "西河镇", "50套", None)]
    alone = ledger("午休躺椅由300套增至420套，新增120套。")
    assert [said[1] for said in alone] == [None, None, None]
    whole = ledger("午休躺椅由300套增至420套，其中东山镇270套、西河镇150套。")
    assert {said[3] for said in whole[2:]} == {1}


def test_a_part_may_be_named_by_a_bound() -> None:
    assert ledger("全县有读书点80个，其中藏书不足100册的25个。") == [
        ("读书点", None, "80个", None),
        ("藏书", None, "不足100册", None),
        ("读书点", "藏书不足100册", "25个", 0),
    ]


def test_what_each_pays_is_split_by_place_as_well_as_by_stage() -> None:
    fees = ledger("做实午餐。收费每生每学期城区不超过260元、乡镇不超过180元。")
    assert [(what[-2:], part) for what, part, _, _ in fees] == [("收费", "城区"), ("收费", "乡镇")]


def test_a_school_that_is_called_like_a_stage_is_none() -> None:
    kinds = {f.part: f.part_kind for f in find_figures(clause("招生900人，其中临河一中500人、实验高中400人。"))}
    assert (kinds["临河一中"], kinds["实验高中"]) == (PartKind.OTHER, PartKind.OTHER)
    kinds = {f.part: f.part_kind for f in find_figures(clause("招生900人，其中公办高中500人、其他400人。"))}
    assert kinds["公办高中"] is PartKind.STAGE


def test_a_year_is_no_end_of_a_range() -> None:
    assert [said[2] for said in ledger("两所9月开学，其余3所到2029年投用，5所到8所备选。")] == [
        "两所",
        "3所",
        "5所到8所",
    ]


def test_what_does_not_add_up_to_what_is_new_is_no_list_of_it() -> None:
    short = ledger("午休躺椅由300套增至420套，新增的安排为东山镇70套、西河镇40套。")
    assert not any(said[0].startswith("新增") for said in short)
    named = ledger("学习点由40个增至65个，新增部分街道8个、乡镇17个。")
    assert [said[1] for said in named[2:]] == ["街道", "乡镇"]
