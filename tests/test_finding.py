"""What a whole message comes to, where a step before the last could have gone the other way."""

from collections.abc import Callable
from dataclasses import replace

import pytest
from conftest import LAKE, Index, Talk

from knowledge.finding import claimed, find
from knowledge.model import Answer, Asks, Finding, Frame, Status, Term
from knowledge.search import search
from knowledge.spelling import misspelt
from knowledge.store import Store
from knowledge.thread import Reading

MORE = (
    LAKE
    + "（六）供应午餐。全市有学校137所，已有124所供餐。开展6-8期厨师培训。\n（七）管好午餐。午餐费用公开。\n（八）提高补助。营养补助每人1300元，比上年多300元。\n"
)


@pytest.fixture(scope="module")
def more(index: Index) -> Store:
    return index(MORE)


def test_two_clauses_of_a_sentence_about_one_thing_are_one_question(more: Store, talk: Talk) -> None:
    assert [len(a.findings) for a in talk(more, "食堂怎么管，食堂如何检查")] == [1]


def test_what_was_shown_is_not_shown_again_as_something_else(more: Store, talk: Talk) -> None:
    first, other = talk(more, "午餐", "还有别的吗")
    assert sorted(m.clause.number for m in first.matches) == [6, 7]
    assert (other.reason, other.matches[0].clause) == ("no_others", first.matches[0].clause)


def test_another_year_beside_this_one_is_no_refusal(more: Store, talk: Talk) -> None:
    assert [f.raw for _, f in talk(more, "去年和今年新增学位多少")[0].figures] == ["1000个"]


def test_what_is_left_is_the_whole_less_what_is_done(more: Store, talk: Talk) -> None:
    derived = talk(more, "还剩几所学校没有供餐")[0].derived
    assert derived is not None
    assert (str(derived.value), [f.raw for f in derived.of]) == ("13", ["137所", "124所"])


def test_a_question_that_the_last_clause_speaks_of_stays_with_it(more: Store, talk: Talk) -> None:
    assert [m.clause.number for m in talk(more, "教师招聘", "骨干教师待遇好吗")[1].matches] == [3]


def test_both_ends_of_a_range_are_found_by_their_number(more: Store, talk: Talk) -> None:
    for question in ("6期是什么", "8期是什么"):
        assert [f.raw for _, f in talk(more, question)[0].figures] == ["6-8期"]


def test_a_word_of_its_own_is_not_taken_for_one_that_sounds_alike(ask_lake: Callable[[str], Answer]) -> None:
    assert ask_lake("公子提高到多少").figures == ()


def test_one_part_that_is_named_leaves_the_split_whole(ask_lake: Callable[[str], Answer]) -> None:
    assert len(ask_lake("东城区的项目各区几个").figures) == 5


def test_two_edits_make_another_word() -> None:
    forms = {"-特色校": ["特色学校"], "-特色学": ["特色学校"]}
    found = misspelt("特色校评", [], {0, 4}, ["特色校评"], lambda asked: {f: forms[f] for f in asked if f in forms})
    assert found == {}


def test_what_was_added_since_last_year_is_not_what_there_is(more: Store, talk: Talk) -> None:
    assert [[f.raw for _, f in a.figures] for a in talk(more, "营养补助每人多少钱", "营养补助比上年多多少")] == [
        ["1300元"],
        ["300元"],
    ]


def test_which_has_most_is_asked_of_several_even_where_the_number_is_asked(ask_lake: Callable[[str], Answer]) -> None:
    assert [f.raw for _, f in ask_lake("哪个区项目最多几个").figures] == ["12个"]


def test_each_question_of_a_message_is_a_topic_to_go_back_to(lake: Store, talk: Talk) -> None:
    back = talk(lake, "新增学位多少？建设学校项目几个？", "回到刚才的学位")[1]
    assert [f.raw for _, f in back.figures] == ["1000个"]


def test_things_that_are_counted_apart_are_not_put_together(lake: Store, talk: Talk) -> None:
    answer = talk(lake, "心理健康特色校和资助金一共多少")[0]
    assert (answer.derived, [f.raw for _, f in answer.figures]) == (None, ["10所"])


@pytest.mark.parametrize(
    ("question", "value", "of"),
    [
        ("项目前三名平均几个", "9.7", ["12个", "9个", "8个"]),
        ("项目最后两名平均几个", "5.5", ["5个", "6个"]),
        ("前两名的区一共几个项目", "21", ["12个", "9个"]),
        ("超过8个项目的区一共几个项目", "21", ["12个", "9个"]),
        ("不到8个项目的区平均几个项目", "5.5", ["6个", "5个"]),
        ("除了东城区其他区县平均几个项目", "7.0", ["9个", "8个", "6个", "5个"]),
        ("项目最多的区比最少的县多几个", "7", ["12个", "5个"]),
        ("项目最多的区是最少的县的几倍", "2.4", ["12个", "5个"]),
    ],
)
def test_what_is_chosen_first_is_what_is_computed_with(
    question: str, value: str, of: list[str], ask_lake: Callable[[str], Answer]
) -> None:
    derived = ask_lake(question).derived
    assert derived is not None
    assert (str(derived.value), [f.raw for f in derived.of]) == (value, of)


def test_what_is_chosen_first_may_be_what_was_shown(lake: Store, talk: Talk) -> None:
    answers = talk(lake, "各区县几个项目", "前三名平均几个", "最多的比最少的多几个")
    assert [str(a.derived and a.derived.value) for a in answers] == ["None", "9.7", "7"]


@pytest.mark.parametrize(("weight", "status"), [(0.3, Status.AMBIGUOUS), (0.42, Status.ANSWERED)])
def test_a_question_that_says_too_little_for_one_number_is_offered_several(
    weight: float, status: Status, index: Index
) -> None:
    store = index("湖州市2031年计划\n（一）建设项目。建设学校项目40个。\n（二）文化项目。举办文化项目12个。\n")
    frame = Frame("项目", (Term("项目", weight, known=True),), asks=Asks.FIGURE)
    finding = find(Reading(frame), search(frame, store), None, store)
    assert finding.status is status


@pytest.mark.parametrize(("text", "figures"), [("项目", ["40个", "12个"]), ("学校项目", ["40个"])])
def test_of_several_that_state_such_a_number_the_clause_that_is_by_far_nearest_is_meant(
    text: str, figures: list[str], index: Index
) -> None:
    store = index("湖州市2031年计划\n（一）建设项目。建设学校项目40个。\n（二）文化项目。举办文化项目12个。\n")
    frame = Frame(text, (Term("项目", 0.3, known=True),), asks=Asks.FIGURE)
    assert sorted(f.raw for _, f in find(Reading(frame), search(frame, store), None, store).figures) == sorted(figures)


def test_a_number_said_in_passing_is_not_looked_up(more: Store, talk: Talk) -> None:
    """12个 is a figure of the plan, in a clause that says nothing else of the question."""
    passing, asked, bare = talk(more, "食堂的师傅才来十二个，饭菜凉透了"), talk(more, "12个项目"), talk(more, "12个")
    assert passing[0].figures == ()
    assert [f.raw for _, f in asked[0].figures] == [f.raw for _, f in bare[0].figures] == ["12个"]
    some, more_of_it = talk(more, "十二个项目，饭菜凉透了"), talk(more, "40个项目全部烂尾")
    assert (some[0].figures, [f.raw for _, f in more_of_it[0].figures]) == ((), ["40个"])


@pytest.mark.parametrize(
    ("question", "figures"),
    [
        ("屋里穷念不起书，公家一共拿出多少钱", ["1.5亿元"]),  # no word of it is in 发放资助金
        ("吃堂食一顿掏几块钱", ["不超过12元"]),
        ("老师改作业用几支红笔", []),
    ],
)
def test_the_one_number_of_a_sentence_answers_in_whatever_words_it_is_asked(
    question: str, figures: list[str], ask_lake: Callable[[str], Answer]
) -> None:
    assert [f.raw for _, f in ask_lake(question).figures] == figures


def test_a_part_that_is_named_is_never_answered_by_another_number_in_other_words(
    ask_lake: Callable[[str], Answer],
) -> None:
    assert ask_lake("东城区新增学位多少").figures == ()


def test_whether_there_is_one_is_asked_where_a_story_holds_some(ask_lake: Callable[[str], Answer]) -> None:
    answer = ask_lake("想去做几个月老师，有没有招聘")
    assert (answer.status, answer.figures) == (Status.ANSWERED, ())


@pytest.mark.parametrize(("word", "status"), [("食堂", Status.ANSWERED), ("股票", Status.NOT_COVERED)])
def test_a_word_that_a_clause_holds_needs_no_question(
    word: str, status: Status, ask_lake: Callable[[str], Answer]
) -> None:
    assert ask_lake(word).status is status


@pytest.mark.parametrize(
    ("question", "figures"),
    [
        ("40个学校项目每一块各多少", ["12个", "9个", "8个", "6个", "5个"]),  # by their total
        ("五个区县的学校项目分别是哪几块各几个", ["12个", "9个", "8个", "6个", "5个"]),  # by how many they are
        ("1000个学位每一类各多少", ["600个", "300个", "100个"]),
    ],
)
def test_a_split_is_listed_by_the_number_that_a_question_states(
    question: str, figures: list[str], ask_lake: Callable[[str], Answer]
) -> None:
    assert [f.raw for _, f in ask_lake(question).figures] == figures


@pytest.mark.parametrize(
    ("question", "statuses"),
    [
        ("心理热线开不开 还有食堂一共改几个", [Status.ANSWERED, Status.ANSWERED]),  # 开不开 asks
        ("食堂改几个 还有明天下不下雨", [Status.ANSWERED, Status.NOT_COVERED]),
        ("食堂改几个？明天下雨吗？", [Status.ANSWERED, Status.NOT_COVERED]),
        ("食堂改几个，听说明天下雨", [Status.ANSWERED]),
    ],
)
def test_what_is_set_apart_is_a_question_of_its_own(
    question: str, statuses: list[Status], ask_lake: Callable[[str], Answer]
) -> None:
    assert [f.status for f in ask_lake(question).findings] == statuses


@pytest.mark.parametrize(
    ("question", "figures"),
    [
        ("全市资助了多少这样的孩子", ["3000人次"]),  # who is no 1.5亿元
        ("食堂有多少个", ["30个"]),  # and no 2次
        ("全市有多少", []),  # of everything that the plan counts
        ("家里穷念不起书能贴多少", []),  # of money, pupils and awards, which its clause counts
    ],
)
def test_a_number_counts_what_is_asked(question: str, figures: list[str], ask_lake: Callable[[str], Answer]) -> None:
    assert [f.raw for _, f in ask_lake(question).figures] == figures


@pytest.mark.parametrize(
    ("likely", "strength", "status"),
    [
        (0.6, 0.0, Status.NO_DETAIL),
        (0.4, 0.0, Status.UNSURE),
        (0.4, 0.6, Status.UNSURE),
        (0.4, 0.7, Status.NO_DETAIL),
        (0.0, 0.6, Status.NOT_COVERED),
    ],
)
def test_that_a_plan_is_about_what_it_does_not_say_is_claimed_where_that_is_sure(
    likely: float, strength: float, status: Status, lake: Store
) -> None:
    frame = Frame("食堂几点开门", about=(Term("食堂", 0.8, known=True),))
    first, *others = search(frame, lake)
    nearest = replace(first, strength=strength)
    nearest.__dict__["likely"] = likely
    told = claimed(Finding(frame, Status.NO_DETAIL, (first.match,), reason="clock"), [nearest, *others])
    assert told.status is status
    assert told.matches == ((first.match,) if status is Status.NO_DETAIL else ())
    assert (told.offered[:1] == (first.match,)) is (status is Status.UNSURE)


@pytest.mark.parametrize(
    ("question", "status"),
    [
        ("撤并的14个专业点都是哪些专业", Status.NO_DETAIL),  # the list of the sentence is of other places
        ("调剂的12宗用地具体是哪些", Status.NO_DETAIL),  # two kinds are no twelve names
        ("新增的9个专业点是哪些", Status.ANSWERED),  # 等: some of them are named
        ("4个示范区是哪些", Status.ANSWERED),
        ("6个试点区是哪些", Status.ANSWERED),  # three of six are named
        ("组建的5个教研联盟是哪些", Status.NO_DETAIL),  # two of five
        ("46所新学校什么时候建成", Status.NO_DETAIL),  # June is that of the others
        ("38所学校什么时候开工", Status.ANSWERED),
    ],
)
def test_the_names_and_the_date_of_so_many_things_stand_beside_their_number(
    question: str, status: Status, index: Index, talk: Talk
) -> None:
    store = index(
        "白荷市2035年教育工作计划\n一、办好学校\n"
        "（一）调整专业。新增海洋装备、冷链物流、邮轮服务等专业点9个，撤并陈旧专业点14个，建设东城、西城、南城、北城示范区4个，确定甲口、乙口、丙口试点区6个，组建丁山、戊山教研联盟5个。\n"
        "（二）建设学校。6月底前开工学校38所，建成新学校46所；调剂商业、工业用地12宗。\n"
    )
    assert talk(store, question)[0].status is status
