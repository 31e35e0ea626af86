"""A chat that goes on: what a message takes from what was said before, and what it does not."""

import json
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path

import pytest
from conftest import PLANS, Index, Talk
from scoring_plans import files_of

from bot.replies.compose import reply
from knowledge.answer import ask, converse
from knowledge.lexicon import Lexicon
from knowledge.model import Answer, Clause, Status, Term
from knowledge.store import Store
from knowledge.thread import Memory, stays

Chat = Callable[..., list[Answer]]
FIRST = [
    "今年新增多少学位？", "松台区几个项目", "第五条", "补习班谁来管", "哪个区最多", "第二十五条", "心理健康", "公办园几所", "从多到少排一下", "减负",
]  # fmt: skip


@pytest.fixture
def chat(small: Store, talk: Talk) -> Chat:
    return lambda *questions: talk(small, *questions)


@pytest.fixture
def by_the_lake(lake: Store, talk: Talk) -> Chat:
    return lambda *questions: talk(lake, *questions)


def raws(answer: Answer) -> list[str]:
    return [f.raw for _, f in answer.figures]


def numbers(answer: Answer) -> list[int]:
    return [m.clause.number for m in answer.matches]


def computed(answer: Answer) -> str | None:
    return str(answer.derived.value) if answer.derived else None


# --- what is left unsaid


@pytest.mark.parametrize(
    ("first", "then", "figures"),
    [
        ("新增学位多少个", "那小学呢", ["100个"]),
        ("新增学位多少个", "里面初中几个", ["200个"]),
        ("小学新增学位多少", "初中呢？", ["200个"]),
        ("新建学校几个", "城西呢", ["5个"]),
        ("新增学位多少个", "那竣工的呢", ["7个"]),
        ("心理讲座办几期", "名教师呢", ["20名"]),
        ("心理讲座办几期", "那新增学位呢", ["300个"]),
    ],
)
def test_a_short_question_is_about_what_the_one_before_was(
    first: str, then: str, figures: list[str], chat: Chat
) -> None:
    assert raws(chat(first, then)[1]) == figures


def test_a_chain_of_short_questions_keeps_its_thread(chat: Chat) -> None:
    assert [raws(a) for a in chat("新增学位多少个", "小学呢", "初中呢", "竣工的呢")[1:]] == [
        ["100个"],
        ["200个"],
        ["4个"],
    ]


def test_a_new_subject_that_only_looks_like_a_follow_up_is_a_new_subject(chat: Chat) -> None:
    assert numbers(chat("新增学位多少个", "那教师的报表怎么管")[1]) == [3]


def test_a_refusal_does_not_lose_the_thread(chat: Chat) -> None:
    answers = chat("新增学位多少个", "明天下雨吗", "那小学呢")
    assert (answers[1].status, raws(answers[2])) == (Status.NOT_COVERED, ["100个"])


@pytest.mark.parametrize("refused", ["学费多少钱", "录取线大概多少分", "校长叫啥名字", "毕业证怎么补办"])
def test_a_refusal_names_the_clause_that_the_chat_stands_at_first(refused: str, by_the_lake: Chat) -> None:
    standing, refusal = by_the_lake("心理健康怎么抓", refused)
    assert refusal.status is Status.NOT_COVERED
    assert refusal.nearest[0].clause == standing.matches[0].clause
    assert len({m.clause for m in refusal.nearest}) == len(refusal.nearest) > 1


def test_without_a_question_before_it_a_follow_up_stands_alone(chat: Chat) -> None:
    assert raws(chat("那小学呢")[0]) in ([], ["3个", "100个"])


def test_thanks_are_no_question_and_do_not_lose_the_thread(by_the_lake: Chat) -> None:
    answers = by_the_lake("新增学位多少", "谢谢", "那小学呢")
    assert (answers[1].reason, raws(answers[2])) == ("talk", ["600个"])


# --- what is asked of the last answer


@pytest.mark.parametrize(
    ("then", "reason"), [("哪条说的", "source"), ("详细点", "detail"), ("原文", "detail"), ("为什么", "reason")]
)
def test_what_is_asked_of_the_last_answer_stays_with_its_clause(
    then: str, reason: str, chat: Chat, small: Store
) -> None:
    answer = chat("投入多少钱", then)[1]
    assert (numbers(answer), answer.reason) == ([2], reason)
    assert "第（二）条 管好培训机构" in reply(answer, small.plan())


def test_more_of_the_same_is_another_clause_or_none(chat: Chat) -> None:
    assert chat("新增学位多少个", "还有别的吗")[1].reason in {"others", "no_others"}


@pytest.mark.parametrize(
    ("then", "reason"),
    [
        ("什么时候", "date"),
        ("在哪", "place"),
        ("归哪个部门管", "body"),
        ("电话多少", "contact"),
        ("具体是哪几所", "roll"),
    ],
)
def test_a_detail_that_the_clause_does_not_state_is_missing_and_no_number_stands_for_it(
    then: str, reason: str, by_the_lake: Chat
) -> None:
    answer = by_the_lake("招聘教师几名", then)[1]
    assert (answer.status, answer.reason, numbers(answer), raws(answer)) == (Status.NO_DETAIL, reason, [3], [])


def test_whose_affair_it_is_is_not_answered_with_a_number(by_the_lake: Chat) -> None:
    assert raws(by_the_lake("改造食堂几个", "归谁管")[1]) == []


def test_a_reason_that_the_clause_gives_is_shown_and_none_is_made_up(index: Index, talk: Talk) -> None:
    store = index(
        "西岭市2033年教育工作要点\n一、学校\n（一）食堂。为方便孩子吃饭，改造食堂30个。\n（二）操场。修缮操场12个。\n（三）信访。回应来信。\n"
    )
    told = [talk(store, f"{what}几个", "为什么")[1] for what in ("改造食堂", "修缮操场")]
    assert [(a.status, a.reason) for a in told] == [(Status.ANSWERED, "reason"), (Status.NO_DETAIL, "reason")]


# --- chains over a list


@pytest.mark.parametrize(
    ("then", "figures", "number"),
    [
        ("其中东城区几个", ["12个"], None),
        ("西城区呢", ["9个"], None),
        ("只看东城区和西城区", ["12个", "9个"], None),
        ("哪个区最多", ["12个"], "12"),
        ("哪个区最少", ["5个"], "5"),
        ("东城区和西城区差几个", ["12个", "9个"], "3"),
        ("东城区比西城区多几个", ["12个", "9个"], "3"),
        ("东城区和西城区加起来几个", ["12个", "9个"], "21"),
        ("除了东城区呢", ["9个", "8个", "6个", "5个"], "28"),
        ("除了东城区其他的一共呢", ["12个", "40个"], "28"),
        ("平均每个区几个", ["40个"], "8.0"),
        ("东城区占几成", ["12个", "40个"], "30.0"),
        ("东城区是河口县的几倍", ["12个", "5个"], "2.4"),
        ("从多到少排一下", ["12个", "9个", "8个", "6个", "5个"], None),
        ("从少到多排一下", ["5个", "6个", "8个", "9个", "12个"], None),
        ("从少到多", ["5个", "6个", "8个", "9个", "12个"], None),
        ("前三名", ["12个", "9个", "8个"], None),
        ("倒数两名", ["5个", "6个"], None),
        ("第二多的是哪个", ["9个"], None),
        ("排第三的", ["8个"], None),
        ("第二少的呢", ["6个"], None),
        ("超过7个的区", ["12个", "9个", "8个"], None),
        ("不到7个的有哪些", ["6个", "5个"], None),
        ("超过平均的有哪些", ["12个", "9个"], None),
        ("低于平均的有哪些", ["6个", "5个"], None),
        ("两个县一共几个", ["6个", "5个"], "11"),
        ("各区分别几个", ["12个", "9个", "8个", "6个", "5个"], None),
    ],
)
def test_what_is_done_with_the_list_behind_a_total(
    then: str, figures: list[str], number: str | None, by_the_lake: Chat
) -> None:
    answer = by_the_lake("建设学校项目多少个", then)[1]
    assert (raws(answer), computed(answer)) == (figures, number)


@pytest.mark.parametrize(
    ("questions", "figures", "number"),
    [
        (("各区项目分别几个", "从多到少", "前两名", "差几个"), ["12个", "9个"], "3"),
        (("各区项目分别几个", "前两名", "加起来"), ["12个", "9个"], "21"),
        (("各区项目分别几个", "前两名", "加起来", "占全部的几成"), ["12个", "9个", "40个"], "52.5"),
        (("东城区项目几个", "西城区呢", "差几个"), ["12个", "9个"], "3"),
        (("东城区项目几个", "西城区呢", "哪个多"), ["12个", "9个"], "12"),
        (("东城区项目几个", "西城区呢", "南城区呢", "加起来几个"), ["12个", "9个", "8个"], "29"),
        (("东城区项目几个", "西城区呢", "南城区呢", "平均呢"), ["12个", "9个", "8个"], "9.7"),
        (("新增学位多少", "小学呢", "初中呢", "比小学少几个"), ["600个", "300个"], "300"),
        (("新增学位多少", "小学呢", "占几成"), ["600个", "1000个"], "60.0"),
        (("新增学位多少", "小学占几成", "那初中呢"), ["300个", "1000个"], "30.0"),
        (("新增学位多少", "小学呢", "剩下的呢"), ["600个", "1000个"], "400"),
        (("小学新增学位几个", "是高中的几倍"), ["600个", "100个"], "6.0"),
        (("小学新增学位几个", "比高中多几个"), ["600个", "100个"], "500"),
        (("哪个区项目最多", "最少的呢"), ["5个"], "5"),
        (("项目前三名", "倒数两名呢"), ["5个", "6个"], None),
        (("项目超过7个的区", "一共几个"), ["12个", "9个", "8个"], "29"),
    ],
)
def test_a_chain_over_a_list_ends_where_it_should(
    questions: tuple[str, ...], figures: list[str], number: str | None, by_the_lake: Chat
) -> None:
    answer = by_the_lake(*questions)[-1]
    assert (sorted(raws(answer)), computed(answer)) == (sorted(figures), number)


@pytest.mark.parametrize(
    ("then", "kind", "value"), [("哪个多", "most", 5), ("差多少", "difference", 1), ("加起来呢", "sum", 9)]
)
def test_what_was_asked_one_by_one_is_compared(then: str, kind: str, value: int, chat: Chat) -> None:
    derived = chat("城东新建学校几个", "城西呢", then)[2].derived
    assert derived is not None
    assert (derived.kind, derived.value) == (kind, value)


# --- correct, back, change


@pytest.mark.parametrize(
    "said", ["不对，我问的是食堂", "不是，我是问食堂几个", "错了，食堂", "换个问题，食堂几个", "那食堂呢"]
)
def test_a_correction_or_a_change_leaves_the_list_before(said: str, by_the_lake: Chat) -> None:
    answer = by_the_lake("建设学校项目多少个", said)[1]
    assert (numbers(answer), raws(answer)) == ([2], ["30个"])


@pytest.mark.parametrize("said", ["回到刚才的学位", "再说下刚才学位", "说回学位"])
def test_a_chat_goes_back_to_what_it_names(said: str, by_the_lake: Chat) -> None:
    answers = by_the_lake("新增学位多少", "改造食堂几个", "资助学生多少人次", said, "小学呢")
    assert [raws(a) for a in answers[3:]] == [["1000个"], ["600个"]]


def test_going_back_to_what_was_not_talked_about_states_no_other_number(by_the_lake: Chat) -> None:
    assert raws(by_the_lake("建设学校项目多少个", "回到刚才的学位")[1]) in ([], ["1000个"])


@pytest.mark.parametrize(("between", "kept"), [(5, True), (7, False)])
def test_a_chat_remembers_its_last_six_topics(between: int, kept: bool, by_the_lake: Chat) -> None:
    others = [
        "改造食堂几个",
        "招聘教师几名",
        "教师平均工资多少元",
        "心理健康特色校几所",
        "资助学生多少人次",
        "食堂每餐收费多少元",
        "发放资助金多少钱",
    ]
    answers = by_the_lake("东城区和西城区项目相差几个", *others[:between], "回到刚才的项目")
    assert (numbers(answers[-1]) == [1], len(raws(answers[-1])) == 2) == (True, kept)


# --- references


def test_steps_go_from_the_clause_that_the_chat_stands_at(by_the_lake: Chat) -> None:
    answers = by_the_lake("第三条", "上一条", "下一条", "再下一条", "上上条", "下一条")
    assert [numbers(a) for a in answers] == [[3], [2], [3], [4], [2], [3]]


def test_a_step_goes_from_the_clause_of_a_number_too_and_never_over_the_end(by_the_lake: Chat) -> None:
    assert [numbers(a) for a in by_the_lake("资助金多少钱", "下一条")] == [[5], []]
    assert numbers(by_the_lake("资助金多少钱", "上一条")[1]) == [4]
    assert numbers(by_the_lake("第一条", "上一条")[1]) == []


def test_a_reference_alone_stands_for_itself_wherever_the_chat_is(by_the_lake: Chat) -> None:
    assert [numbers(a) for a in by_the_lake("新增学位多少", "第四条", "（二）", "最后一条", "第二部分第一条")[1:]] == [
        [4],
        [2],
        [5],
        [4],
    ]


# --- years


def test_another_year_is_refused_in_a_chat_too_and_the_thread_stays(official: Store, talk: Talk) -> None:
    answers = talk(official, "今年新增多少学位", "2022年新增多少学位", "明年呢", "那小学呢")
    assert [(a.status, a.reason) for a in answers[1:3]] == [(Status.NOT_COVERED, "elsewhere")] * 2
    assert [raws(a) for a in answers] == [["16500个"], [], [], ["7020个"]]


# --- independence


def gist(answer: Answer) -> tuple[str, list[int], list[str]]:
    return answer.status.value, numbers(answer), sorted(raws(answer))


def own(plan: Path) -> list[str]:
    """The questions of a set that name their subject."""
    rows = [json.loads(line) for line in files_of(plan)[0].read_text(encoding="utf8").strip().split("\n")]
    return [r["question"] for r in rows if len(r["question"]) > 6]


@pytest.mark.parametrize("plan", PLANS[:2], ids=lambda file: file.stem)
def test_a_question_that_stands_alone_is_answered_alike_after_any_other(
    plan: Path, index: Index, shipped_words: Lexicon
) -> None:
    store = index(plan.read_text(encoding="utf8"))
    memories: list[Memory | None] = [converse(first, None, store, shipped_words)[1] for first in FIRST]
    differ = [
        (question, first)
        for question in own(plan)[::2]
        for alone in [gist(ask(question, store, shipped_words))]
        for first, memory in zip(FIRST, memories, strict=True)
        if gist(converse(question, memory, store, shipped_words)[0]) != alone
    ]
    assert differ == []


# --- numbers that decide


_ONE_WORD = pytest.mark.xfail(reason="a clause that holds one word of three counts as about it", strict=True)


@pytest.mark.parametrize(
    "question", ["丧假教师可以请几天", pytest.param("教师跳绳多少个满分", marks=_ONE_WORD), "世界上最高的山多高"]
)
def test_another_matter_is_never_given_a_number_of_the_last_clause(question: str, lake: Store, talk: Talk) -> None:
    assert [f.raw for _, f in talk(lake, "招聘教师几名", question)[1].figures] == []


@pytest.mark.parametrize(("question", "stays"), [("教师有培训吗", True), ("操场什么时候修", False)])
def test_what_the_last_clause_does_not_say_is_looked_for_elsewhere(
    question: str, stays: bool, index: Index, talk: Talk
) -> None:
    store = index(
        "东湖市2030年教育工作要点\n一、教师\n（一）招聘教师。招聘教师200名，开展教师培训。\n（二）修缮操场。修缮操场5个，9月底前完成。\n（三）档案。整理档案。\n（四）信访。回应来信。\n"
    )
    assert numbers(talk(store, "招聘教师几名", question)[1]) == ([1] if stays else [2])


@pytest.mark.parametrize(
    ("own", "does"),
    [
        ((Term("食堂", 1.0, known=True), Term("操场", 0.9, known=True)), True),
        ((Term("食堂", 1.0, known=True), Term("操场", 1.2, known=True)), False),
        ((Term("食堂", 1.0, known=True), Term("独角兽", 2.2, known=False)), True),
        ((Term("食堂", 1.0, known=True), Term("独角兽", 2.8, known=False)), False),
        ((), False),
    ],
)
def test_a_chat_stays_with_a_clause_that_holds_half_of_what_is_said(own: tuple[Term, ...], does: bool) -> None:
    """What no clause of the plan holds counts three tenths."""
    assert stays(own, Clause(1, "（一）", "", "食堂", "食堂。改善伙食。")) == does


def test_single_figures_are_kept_up_to_four(by_the_lake: Chat) -> None:
    answers = by_the_lake("东城区项目几个", "西城区呢", "南城区呢", "北山县呢", "加起来几个")
    assert (computed(answers[-1]), len(raws(answers[-1]))) == ("35", 4)


def test_shown_lists_of_one_chat_do_not_grow_into_another(by_the_lake: Chat) -> None:
    answers = by_the_lake("新增学位怎么分的", "各区项目分别几个", "前两名")
    assert raws(answers[-1]) == ["12个", "9个"]
    assert all(one.text != two.text for one, two in pairwise(answers))


# --- the list that is meant


@pytest.mark.parametrize(
    ("questions", "shown", "number"),
    [
        (("建设学校项目几个", "三个区一共"), ["12个", "9个", "8个"], "29"),
        (("建设学校项目几个", "两个县平均几个"), ["6个", "5个"], "5.5"),
        (("各区项目分别几个", "只看超过七个的"), ["12个", "9个", "8个"], None),
        (("各区项目分别几个", "从少到多排个队"), ["5个", "6个", "8个", "9个", "12个"], None),
        (("建设学校项目几个", "东城区呢", "哪个最少"), ["5个"], "5"),
        (("哪个区项目最少", "哪个最多", "差多少"), ["5个", "12个"], "7"),
        (("新增学位几个", "哪个学段最多"), ["600个"], "600"),
        (("各区项目分别几个", "第二呢"), ["9个"], None),
        (("北山县项目几个", "河口县呢", "两个县一共"), ["6个", "5个"], "11"),
        (("东城区项目几个", "西城区呢", "两个区一共"), ["12个", "9个"], "21"),
        (("建设学校项目几个", "两个县都算上 平均一个县几个"), ["6个", "5个"], "5.5"),
        (("招聘教师几名", "骨干呢", "教师平均工资提高到多少", "比原先多多少"), ["8000元", "9000元"], "1000"),
        (("招聘教师几名", "归谁管"), [], None),
        (("招聘教师几名", "东城区呢"), [], None),
        # a part alone means the thing before it, unless that was counted otherwise
        (("改造食堂几个", "东城区几个"), [], None),
        (("教师平均工资提高到多少", "东城区几个"), ["12个"], None),
        (("新增学位多少", "小学呢", "东城区几个项目", "新增学位多少", "小学呢", "占几成"), ["600个", "1000个"], "60.0"),
        (("建设学校项目几个", "东城区呢", "招聘教师几名", "骨干占多少"), ["80名", "200名"], "40.0"),
        # what was shown last is shared, however much was shown before it
        (("建设学校项目几个", "东城区呢", "西城区呢", "占多少"), ["9个", "40个"], "22.5"),
        (("东城区和西城区项目几个", "占多少"), ["12个", "9个", "40个"], "52.5"),
        # all but one part, and what they come to
        (("新增学位几个", "除了小学呢"), ["300个", "100个"], "400"),
        (("新增学位几个", "除了小学一共几个"), ["600个", "1000个"], "400"),
        (("新增学位几个", "小学呢", "总的有多少"), ["1000个"], None),
        # the whole that the plan states, rather than the sum of what was asked for one by one; two that are said to be two
        (("东城区项目几个", "西城区呢", "一共呢"), ["40个"], None),
        (("各区项目分别几个", "加起来呢"), ["40个"], None),
        (("东城区项目几个", "西城区呢", "它俩一起几个"), ["12个", "9个"], "21"),
        (("东城区项目几个", "西城区呢", "俩区加一块"), ["12个", "9个"], "21"),
        (("建设学校项目几个", "东城区呢", "最少的是哪个区", "两个差多少"), ["12个", "5个"], "7"),
        # what chooses, counts off or points at some of them does not mean the whole, nor does what asks in another unit
        (("东城区项目几个", "前三名一共几个"), ["12个", "9个", "8个"], "29"),
        (("各区项目分别几个", "前三名一共几个"), ["12个", "9个", "8个"], "29"),
        (("各区项目分别几个", "两个县一共几个"), ["6个", "5个"], "11"),
        (("东城区项目几个", "西城区呢", "两个一共几个"), ["12个", "9个"], "21"),
        (("东城区项目几个", "西城区呢", "他们两个一共几个"), ["12个", "9个"], "21"),
        (("东城区项目几个", "西城区呢", "一共呢", "两个一共几个"), ["12个", "9个"], "21"),
        (("东城区项目几个", "西城区呢", "以上一共几个"), ["12个", "9个"], "21"),
        (("东城区项目几个", "西城区呢", "合计呢"), ["40个"], None),
        (("北山县项目几个", "河口县呢", "县一共几个"), ["6个", "5个"], "11"),
        (("东城区项目几个", "一共多少钱"), [], None),
        (("骨干教师几名", "一共多少钱"), [], None),
        # the least of a list is no number beside the rest of it, nor beside the whole
        (("各区项目分别几个", "最少的是哪个区", "平均呢"), ["40个"], "8.0"),
        (("项目几个", "东城区呢", "最多的是哪个区", "两个差多少"), [], None),
        # a unit alone asks for the only number in it, and a rate by its name
        (("资助学生多少", "花多少钱"), ["1.5亿元"], None),
        (("改造食堂几个", "一餐几块钱"), ["不超过12元"], None),
        (("改造食堂几个", "一天几块钱"), [], None),
    ],
)
def test_what_is_done_is_done_on_the_list_that_is_meant(
    questions: tuple[str, ...], shown: list[str], number: str | None, by_the_lake: Chat
) -> None:
    answer = by_the_lake(*questions)[-1]
    if number is not None or not shown:
        assert (raws(answer), str(answer.derived.value) if answer.derived else None) == (shown, number)
    else:
        assert raws(answer) == shown


def test_a_unit_alone_asks_for_the_number_of_the_sentence_that_was_shown(index: Index, talk: Talk) -> None:
    store = index(
        "东岭市2033年教育工作要点\n一、学校\n（一）建校。新建学校7所，总投资6亿元；改造食堂3个，安排资金80万元。\n"
    )
    assert raws(talk(store, "新建学校几所", "花多少钱")[1]) == ["6亿元"]


def test_a_whole_in_a_unit_alone_is_the_number_of_the_clause_that_was_shown(index: Index, talk: Talk) -> None:
    store = index(
        "青湖市2031年计划\n（一）守护学生视力。投入2880万元更换护眼灯，改造普通教室3200间，其中东城区1900间、西城区1300间。\n"
        "（二）管好食堂。改造食堂9个。\n"
    )
    said, asked = talk(store, "娃眼睛看不清黑板了，灯给换吗", "总共换几间")
    assert (numbers(said), raws(asked)) == ([1], ["3200间"])


def test_parts_that_do_not_make_up_the_whole_are_added(index: Index, talk: Talk) -> None:
    store = index("青湖市2031年计划\n（一）招聘教师。招聘教师200名，其中骨干教师80名、音乐教师50名。\n")
    added = talk(store, "骨干教师和音乐教师各几名", "加起来呢")[1]
    assert (raws(added), computed(added)) == (["80名", "50名"], "130")


def test_numbers_of_other_units_are_not_set_beside_each_other(by_the_lake: Chat) -> None:
    assert by_the_lake("资助学生多少", "改造食堂几个", "差多少")[2].derived is None
