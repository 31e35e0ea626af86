"""What was last year, or in a year before, as this year's plan says of it; and what it does not say."""

import pytest
from conftest import Index, Talk

from bot.replies.compose import reply
from knowledge.model import Answer, Status
from knowledge.store import Store

PLAN = """白荷市2035年教育工作计划
一、办好学校
（一）摸清人口。学龄人口由2030年的41.6万人减至2034年的35.2万人，一年级新生21800人，较上年减少2600人。
（二）建设基地。劳动实践基地由27所增至36所，其中稻作类20所、渔业类16所；新建食堂15个。
（三）防控近视。总体近视率由上年的52.1%降至51.3%以下，上年小学、初中、高中近视率分别为36.2%、68.4%、79.7%。
（四）办好美育。建成美育特色学校48所，较上年增加9所；聘请教练12名，2033年的聘期不变。
"""


@pytest.fixture(scope="module")
def plan(index: Index) -> Store:
    return index(PLAN)


def raws(answer: Answer) -> list[str]:
    return [f.raw for _, f in answer.figures]


@pytest.mark.parametrize(
    ("question", "stated"),
    [
        ("去年劳动实践基地几所", ["27所"]),
        ("2034年劳动实践基地几所", ["27所"]),
        ("劳动实践基地几所", ["36所"]),
        ("2030年学龄人口多少", ["41.6万人"]),
        ("2034年学龄人口多少", ["35.2万人"]),
        ("学龄人口多少", ["35.2万人"]),
        ("去年总体近视率多少", ["52.1%"]),
        ("上年初中近视率多少", ["68.4%"]),
        ("上年各学段近视率分别多少", ["36.2%", "68.4%", "79.7%"]),
        ("去年近视率还剩多少", ["52.1%"]),
    ],
)
def test_a_number_of_another_year_is_told_where_the_plan_says_it_is_of_that_year(
    question: str, stated: list[str], plan: Store, talk: Talk
) -> None:
    answer = talk(plan, question)[0]
    assert (answer.status, raws(answer)) == (Status.ANSWERED, stated)


@pytest.mark.parametrize(
    "question", ["去年新建食堂几个", "2030年劳动实践基地几所", "明年劳动实践基地几所", "去年教练几名"]
)
def test_a_number_of_this_year_answers_for_no_other(question: str, plan: Store, talk: Talk) -> None:
    answer = talk(plan, question)[0]
    assert (answer.status, raws(answer), answer.reason) == (Status.NOT_COVERED, [], "elsewhere")
    assert "我手头没有" in reply(answer, None)


@pytest.mark.parametrize(
    ("question", "told"),
    [("去年美育特色学校几所", "39所（48所 − 9所"), ("上年一年级新生多少", "24400人（21800人 + 2600人")],
)
def test_what_was_added_since_is_taken_away_and_what_was_taken_is_added(
    question: str, told: str, plan: Store, talk: Talk
) -> None:
    assert f"原来是{told}" in reply(talk(plan, question)[0], None)


def test_a_change_since_last_year_is_told_as_it_is_stated(plan: Store, talk: Talk) -> None:
    for before in ("学龄人口多少", "一年级新生多少", "2030年学龄人口多少"):
        answer = talk(plan, before, "一年级新生比上年少几个")[1]
        assert (answer.derived, raws(answer)) == (None, ["2600人"])


def test_parts_of_this_year_are_not_compared_for_another(plan: Store, talk: Talk) -> None:
    for question in ("去年稻作类比渔业类多几所", "去年哪类基地最多", "2033年稻作类占多少"):
        answer = talk(plan, question)[0]
        assert (answer.derived, raws(answer)) == (None, [])


def test_last_year_is_asked_of_what_the_chat_is_about(plan: Store, talk: Talk) -> None:
    answers = talk(plan, "劳动实践基地今年到几所", "去年呢", "稻作类占多少", "去年占多少")
    assert [raws(a) for a in answers[:3]] == [["36所"], ["27所"], ["20所", "36所"]]
    assert answers[3].derived is None


def test_a_part_asked_for_behind_last_year_s_number_is_that_of_last_year(plan: Store, talk: Talk) -> None:
    assert [raws(a) for a in talk(plan, "上年近视率小学多少", "高中呢", "比小学高多少")[1:]] == [
        ["79.7%"],
        ["36.2%", "79.7%"],
    ]


def test_what_it_was_before_is_asked_in_many_words(plan: Store, talk: Talk) -> None:
    for word in ("原来呢", "以前呢", "原先几所"):
        assert raws(talk(plan, "劳动实践基地几所", word)[1]) == ["27所"]


@pytest.mark.parametrize("grew", ["新增几个", "增加了几所", "比原来多几所", "比以前多多少"])
def test_by_how_much_the_number_on_show_grew_is_computed(grew: str, plan: Store, talk: Talk) -> None:
    answer = talk(plan, "劳动实践基地几所", grew)[1]
    assert answer.derived is not None
    assert (raws(answer), answer.derived.value, answer.derived.unit) == (["27所", "36所"], 9, "所")


def test_what_it_was_before_is_meant_and_not_what_was_shown_before(plan: Store, talk: Talk) -> None:
    answer = talk(plan, "劳动实践基地稻作类几所", "劳动实践基地几所", "比原来多几所")[2]
    assert raws(answer) == ["27所", "36所"]


def test_what_has_new_in_its_name_is_not_what_was_added(index: Index, talk: Talk) -> None:
    store = index("白荷市2035年教育工作计划\n一、办好学校\n（一）规范校车。在册校车218辆；新能源校车由31辆增至60辆。\n")
    answer = talk(store, "新能源校车多少辆")[0]
    assert (raws(answer), answer.derived) == (["60辆"], None)
