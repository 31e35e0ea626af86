"""A list on show: what the next words of a chat mean of it, by the name, by the number, by the kind of its parts."""

from collections.abc import Callable

import pytest
from conftest import Index, Talk

from bot.replies.compose import reply
from bot.replies.contract import answer_record
from knowledge.fit import FITS
from knowledge.model import Answer, Status, Term
from knowledge.surroundings import near

PLAN = """白荷市2035年教育工作计划
一、办好学校
（一）推动普通高中发展。普通高中招生4200名，其中公办2900名、民办1300名；特色班40个。
（二）规范培训机构。非学科类机构186家，其中艺术类98家、体育类57家、科技类31家。
（三）做好课后服务。课程1200门，其中体育艺术类540门、科技类260门、劳动类400门。
（四）引导民办学校发展。民办学校236所，其中小学97所、初中139所。
（五）发放津贴。海岛津贴按近岸岛每月1000元、远岸岛每月1800元发放；下达资金8.4亿元，其中市级3.1亿元、县级5.3亿元。
（六）建设公寓。教师公寓720套，其中潮东区260套、河阳县180套、北山县150套、青溪县130套；参训教师5.6万人，其中城区1.9万人、乡镇3.7万人。
（七）改善食堂。班级食堂4个，改造食堂15个。
"""
Chat = Callable[..., list[Answer]]


@pytest.fixture
def chat(index: Index, talk: Talk) -> Chat:
    return lambda *questions: talk(index(PLAN), *questions)


def raws(answer: Answer) -> list[str]:
    return [f.raw for _, f in answer.figures]


@pytest.mark.parametrize(
    ("before", "question", "clause", "figures"),
    [
        ("普高招多少人", "民办呢", 1, ["1300名"]),
        ("普高招多少人", "公办几名", 1, ["2900名"]),
        ("近岸岛津贴一个月多少", "远的呢", 5, ["1800元"]),
        ("非学科类机构几家", "艺术类比科技类多几家", 2, ["98家", "31家"]),
        ("课程多少门", "科技的呢", 3, ["260门"]),
        ("民办学校几所", "公办呢", 1, ["2900名"]),  # no part of that list: asked anew
        ("非学科类机构几家", "科技类几门", 3, ["260门"]),  # in another unit: asked anew
    ],
)
def test_a_word_that_names_a_part_of_the_list_on_show_means_it(
    before: str, question: str, clause: int, figures: list[str], chat: Chat
) -> None:
    answer = chat(before, question)[1]
    assert (answer.matches[0].clause.number, sorted(raws(answer))) == (clause, sorted(figures))


def test_a_whole_question_is_asked_anew_whatever_is_on_show(chat: Chat) -> None:
    assert raws(chat("普高招多少人", "民办学校几所")[1]) == ["236所"]


@pytest.mark.parametrize(
    ("questions", "value"),
    [
        (("教师公寓多少套", "河阳几套", "北山呢", "这俩一共"), "330"),
        (("教师公寓多少套", "河阳几套", "北山呢", "两个县加起来"), "330"),
        (("教师公寓多少套", "潮东几套", "北山呢", "它俩合计"), "410"),
        (("非学科类机构几家", "三类平均几家"), "62.0"),
    ],
)
def test_so_many_of_what_was_shown_are_the_last(questions: tuple[str, ...], value: str, chat: Chat) -> None:
    derived = chat(*questions)[-1].derived
    assert derived is not None
    assert str(derived.value) == value


def test_two_districts_are_not_the_last_two_where_one_is_a_county(chat: Chat) -> None:
    answer = chat("教师公寓多少套", "潮东几套", "北山呢", "两个区一共")[-1]
    assert answer.derived is None or str(answer.derived.value) != "410"


def test_of_two_that_were_compared_the_least_is_that_of_all(chat: Chat) -> None:
    answers = chat("教师公寓多少套", "河阳几套", "比北山多几套", "哪个最少", "哪个多")
    assert raws(answers[3]) == ["130套"]


@pytest.mark.parametrize(
    ("question", "figures"),
    [
        ("教师公寓各县几套", ["180套", "150套", "130套"]),
        ("教师公寓哪个县最多", ["180套"]),
        ("教师公寓哪个区最多", ["260套"]),
        ("三类机构里最少的是哪类", ["31家"]),
    ],
)
def test_counties_are_no_districts_and_a_list_is_meant_by_its_size(
    question: str, figures: list[str], chat: Chat
) -> None:
    assert raws(chat(question)[0]) == figures


@pytest.mark.parametrize("asked", ["四个县几套公寓", "各县几套公寓"])
def test_four_counties_are_four_where_a_city_stands_beside_them(asked: str, index: Index, talk: Talk) -> None:
    store = index(
        "白荷市2035年工作计划\n一、办好学校\n（一）建设公寓。教师公寓70套，其中甲水县20套、乙山县15套、丙谷县12套、丁口县10套、戊原市8套、潮东区5套。\n（二）发展体育。体育场4个。\n"
    )
    with_city = ["8套"] if asked.startswith("各") else []
    assert raws(talk(store, asked)[0]) == ["20套", "15套", "12套", "10套", *with_city]


def test_a_share_may_be_asked_for_beside_a_sum(chat: Chat) -> None:
    for question in ("河阳和北山一共几套公寓，占全市多少", "河阳和北山一共几套公寓占全市多少"):
        answer = chat(question)[0]
        assert [str(f.derived.value) for f in answer.findings if f.derived] == ["330", "45.8"]


@pytest.mark.parametrize(
    ("question", "value", "unit", "told"),
    [
        ("县级比市级资金多多少", 2.2, "亿元", "多2.2亿元"),
        ("城区和乡镇参训教师一共多少人", 5.6, "万人", "5.6万人"),
        ("河阳比北山多几套公寓", 30, "套", "多30套"),
    ],
)
def test_what_is_computed_is_told_as_its_figures_are_printed(
    question: str, value: float, unit: str, told: str, chat: Chat
) -> None:
    answer = chat(question)[0]
    record = answer_record(answer, "").derived
    if record is not None:  # a sum that the plan states itself is computed of nothing
        assert (record.value, record.unit) == (value, unit)
    assert told in reply(answer, None)


def test_what_one_person_pays_is_never_the_money_of_a_budget(chat: Chat) -> None:
    for question in ("津贴资金一学期要交多少钱", "津贴资金每人收费多少元"):
        assert all(f.value < 200_000 for _, f in chat(question)[0].figures)
    assert raws(chat("市级下达资金多少钱")[0]) == ["3.1亿元"]


@pytest.mark.parametrize("asked", ["差多少", "相差几倍"])
def test_no_number_is_told_for_a_difference_that_was_not_computed(asked: str, index: Index, talk: Talk) -> None:
    store = index(
        "白荷市2035年工作计划\n一、关心教师\n（一）提高教师待遇。全年评审正高级教师18名、副高级教师260名，在乡村学校任教累计满25年的可直接申报高级职称。乡村教师生活补助按远近分三档，每月分别为400元、700元、1000元。\n（二）发展体育。体育场4个。\n"
    )
    assert raws(talk(store, "乡村教师生活补助最高一档多少", "最低呢", asked)[2]) == []


def test_a_word_that_the_plan_s_name_holds_may_name_a_part(index: Index, talk: Talk) -> None:
    store = index(
        "白荷市教育体育局2035年工作计划\n一、办好学校\n（一）改革考试。中考总分700分，其中语文120分、数学120分、体育与健康70分、合卷390分。\n（二）发展体育。体育场4个。\n"
    )
    assert raws(talk(store, "中考总分多少", "体育呢")[1]) == ["70分"]


def test_a_longer_word_is_said_in_part_by_half_of_its_pairs(index: Index, talk: Talk) -> None:
    store = index(
        "白荷市2035年工作计划\n一、办好学校\n（一）规范招生。现有55人以上大班73个，其中小学46个、初中27个，划定学区12个。\n（二）发展体育。体育场4个。\n"
    )
    assert [raws(a) for a in talk(store, "现有大班额多少个", "小学的几个")] == [["73个"], ["46个"]]


@pytest.mark.parametrize("question", ["186家机构的名单在哪看", "186家机构的名单有吗"])
def test_a_number_that_is_given_is_no_answer_to_what_is_asked_of_it(question: str, chat: Chat) -> None:
    answer = chat(question)[0]
    assert (answer.status, raws(answer)) == (Status.NO_DETAIL, [])


def test_what_is_asked_of_two_that_the_plan_has_not_is_not_told_of_all(chat: Chat) -> None:
    answer = chat("机构里舞蹈和围棋各几家")[0]
    assert (answer.status, raws(answer)) == (Status.NO_FIGURE, [])


def test_a_word_is_said_by_most_of_its_pairs_in_part_by_half_and_not_by_a_third() -> None:
    word = Term("大班额", 1.0, known=True)
    assert near(word, "大班额清零") == 1.0
    assert FITS < near(word, "55人以上大班") < 0.9
    assert near(Term("游泳池馆", 1.0, known=True), "泳池") == 0.0


def test_a_word_that_names_two_parts_of_a_list_means_none_of_them(index: Index, talk: Talk) -> None:
    store = index(
        "白荷市2035年工作计划\n一、办好学校\n（一）开设托班。托班12个，其中城区公办5个、乡镇公办4个、民办3个。\n（二）发展体育。体育场4个。\n"
    )
    assert raws(talk(store, "托班几个", "公办的呢")[1]) not in (["5个"], ["4个"])
    assert raws(talk(store, "托班几个", "民办的呢")[1]) == ["3个"]


def test_a_dear_fee_is_one_and_a_small_budget_is_none(index: Index, talk: Talk) -> None:
    store = index(
        "白荷市2035年工作计划\n一、办好学校\n（一）规范收费。中外合作班每年学费15万元，市级补助场馆25万元。\n（二）发展体育。体育场4个。\n"
    )
    assert raws(talk(store, "中外合作班学费一年要交多少钱")[0]) == ["15万元"]
    assert raws(talk(store, "补助场馆一学期要交多少钱")[0]) == []


@pytest.mark.parametrize(
    ("questions", "figures", "value"),
    [
        (("非学科类机构几家", "科技类呢", "另外两类呢"), ["98家", "57家"], 155),
        (("教师公寓几套", "潮东区呢", "其余的各多少"), ["180套", "150套", "130套"], 460),
        (("教师公寓几套", "潮东区呢", "剩下几个加起来"), ["180套", "150套", "130套"], 460),
        (("教师公寓几套", "潮东区呢", "河阳县呢", "另外两个呢"), ["150套", "130套"], 280),
        (("教师公寓几套", "潮东区呢", "剩下的呢"), ["260套", "720套"], 460),
        (("教师公寓几套", "潮东区呢", "河阳县呢", "剩下的呢"), ["260套", "180套", "720套"], 280),
    ],
)
def test_the_rest_of_a_list_is_what_was_not_shown(
    questions: tuple[str, ...], figures: list[str], value: int, chat: Chat
) -> None:
    answer = chat(*questions)[-1]
    assert answer.derived is not None
    assert (raws(answer), answer.derived.value) == (figures, value)


def test_where_not_so_many_are_left_none_are_told_as_the_rest(chat: Chat) -> None:
    for more in ("另外三类呢", "另外三类各几家"):
        assert raws(chat("非学科类机构几家", "科技类呢", more)[-1]) != ["98家", "57家"]


@pytest.mark.parametrize(("text", "how_near"), [("小学一年级新生", 1.0), ("一年级新生", 1.0), ("初中一年级新生", 0.0)])
def test_the_first_grade_of_junior_middle_school_is_no_first_grade(text: str, how_near: float) -> None:
    assert near(Term("一年级", 1.0, known=True), text) == how_near
