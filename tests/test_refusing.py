from collections.abc import Callable

import pytest

from bot.replies.compose import reply
from knowledge.danger import in_danger
from knowledge.model import Answer, Status
from knowledge.store import Store

Ask = Callable[[str], Answer]


@pytest.mark.parametrize(
    ("question", "named"),
    [("2022年新增多少学位", "2022年"), ("无锡新增多少学位", "无锡"), ("苏州2031年建几所学校", "2031年、苏州")],
)
def test_another_year_or_place_is_refused_by_its_name(question: str, named: str, ask_small: Ask, small: Store) -> None:
    answer = ask_small(question)
    assert (answer.status, answer.matches) == (Status.NOT_COVERED, ())
    assert reply(answer, small.plan()) == f"我手头没有{named}的计划，只能回答《东湖市2030年教育工作要点》里的内容。"


@pytest.mark.parametrize(
    ("question", "named"),
    [
        ("明年新增多少学位", "2031年"),
        ("去年新增多少学位", "2029年"),
        ("前年小学学位几个", "2028年"),
        ("去年小学学位", "2029年"),
        ("去年小学的新增学位", "2029年"),
    ],
)
def test_a_year_that_is_counted_from_now_is_refused_by_its_name(question: str, named: str, ask_small: Ask) -> None:
    answer = ask_small(question)
    assert (answer.status, answer.reason, answer.findings[0].frame.elsewhere) == (
        Status.NOT_COVERED,
        "elsewhere",
        (named,),
    )


def test_a_story_may_speak_of_any_year(ask_small: Ask) -> None:
    """A bare phrase of twelve characters that names another year asks for its number, a longer one does not."""
    for story in ("去年就听说要减轻教师的负担了", "这报表还填吗，去年才清理几张"):
        assert ask_small(story).status is Status.ANSWERED, story


@pytest.mark.parametrize(
    ("question", "elsewhere"),
    [
        ("我们在浙江打工，娃跟奶奶过，培训机构的钱有没有人管", ()),
        ("儿子户口在浙江，培训机构的资金有没有人管", ()),
        ("浙江的培训机构，资金有没有人管", ("浙江",)),  # nobody is said to be there
        ("我想问浙江培训机构资金有没有人管", ("浙江",)),  # it is what is asked about
        ("我想问一下浙江的机构，资金有没有人管", ("浙江",)),
        ("我们从浙江过来的，培训机构的资金有没有人管", ()),
        ("我们在浙江打工，新增学位多少个", ("浙江",)),  # no number of another place
    ],
)
def test_a_place_that_somebody_is_in_is_none_that_is_asked_about(
    question: str, elsewhere: tuple[str, ...], ask_small: Ask
) -> None:
    assert ask_small(question).findings[0].frame.elsewhere == elsewhere


def test_a_number_told_beside_what_is_asked_is_not_missed(ask_small: Ask) -> None:
    """Several of a message's numbers are told: 几块钱 of what somebody pays is none that the plan would have to state."""
    for question in ("交了几块钱的押金，培训机构的资金管不管", "报表太多了，填了几张就头晕，会不会清理"):
        answer = ask_small(question)
        assert (answer.status, answer.figures) == (Status.ANSWERED, ()), question


def test_the_plans_own_year_is_no_other_year(ask_small: Ask) -> None:
    assert [f.raw for _, f in ask_small("2030年新增多少学位").figures] == ["300个"]


@pytest.mark.parametrize(
    "question",
    [
        "我不想活了",
        "孩子说想死",
        "女儿割腕了",
        "被老公打得鼻青脸肿",
        "老师乱摸女学生",
        "同学天天勒索他",
        "孩子离家出走了",
        "班里有人被霸凌",
        "活着没意思想一了百了",
        "老师打人",
        "班主任打了我家娃",
        "教练踢学生",
        "体罚怎么处理",
        "严禁体罚的规定",
        "孩子抑郁了",
        "老師體罰學生",
    ],
)
def test_a_person_in_danger_is_given_help_before_anything_else(question: str, ask_small: Ask, small: Store) -> None:
    text = reply(ask_small(question), small.plan())
    assert all(number in text.split("\n")[0] for number in ("110", "120", "12356", "12355"))


@pytest.mark.parametrize(
    "question",
    [
        "作业多得烦死了",
        "被打分的标准",
        "累死了",
        "想死你了",
        "打印机坏了",
        "打卡几次",
        "死记硬背怎么改",
        "篮球打人盯人",
        "打造人才队伍",
        "单打人数",
        "老师打电话找谁",
        "打学生电话",
        "孩子踢球",
        "教室电扇",
        "打人才牌",
        "老师打分",
    ],
)
def test_strong_words_alone_are_no_danger(question: str) -> None:
    assert not in_danger(question)


@pytest.mark.parametrize(
    ("question", "near"), [("学位证书丢了怎么办", True), ("学校放假时间", True), ("校服多少钱一套", False)]
)
def test_a_refusal_names_the_clause_that_comes_nearest_where_one_comes_near(
    question: str, near: bool, ask_small: Callable[[str], Answer], small: Store
) -> None:
    told = reply(ask_small(question), small.plan())
    assert ("没有写这件事" in told, "最接近的是《东湖市2030年教育工作要点》第（" in told) == (True, near)
