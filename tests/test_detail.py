"""Whether a sentence states the kind of thing that is asked for."""

from collections.abc import Callable

import pytest
from conftest import Index

from bot.replies.compose import reply
from knowledge.answer import ask
from knowledge.detail import Detail, details, states, unstated
from knowledge.frames import read
from knowledge.lexicon import Lexicon
from knowledge.model import Answer, Asks, Status
from knowledge.store import Store
from knowledge.tagging import tag


@pytest.mark.parametrize(
    ("asks", "says_it", "says_it_not"),
    [
        (Asks.DATE, "6月底前授牌", "授牌并公布"),
        (Asks.DATE, "秋季开学前交付", "按时交付"),
        (Asks.DATE, "每学期抽查一次", "抽查一次"),
        (Asks.DATE, "在期末进行", "学前教育阶段130名"),
        (Asks.PLACE, "在东城区举办艺术节", "举办艺术节"),
        (Asks.BODY, "教育、公安部门联合排查", "全面排查隐患"),
        (Asks.OFFICE, "（责任科室：基教科）", "由专人负责"),
        (Asks.CONTACT, "热线051988888888", "开通心理热线"),
        (Asks.NAMES, "评选“湖畔好少年”和“湖畔好书友”", "评选好少年60名"),
        (Asks.NAMES, "茶叶、竹器、康养三类", "三类工坊11个"),
        (Asks.ROLL, "铸原一中、铸原实验中学结对", "结对4所县中"),
        (Asks.ROLL, "铸原理工学院牵头", "设少年科学院分院7个，新增高中学位900个"),
        (Asks.WHICH, "枫渡市先试点", "先试点一个"),
        (Asks.WHICH, "湖东县承办", "实施县中振兴"),
        (Asks.WHICH, "铸原实验学校承办", "全市中职学校9所，中学生300名"),
        (Asks.REASON, "为方便家长，增设窗口", "增设窗口12个"),
    ],
)
def test_a_detail_is_stated_or_it_is_not(asks: Asks, says_it: str, says_it_not: str) -> None:
    assert (states(asks, says_it), states(asks, says_it_not)) == (True, False)


@pytest.mark.parametrize("asks", [Asks.CLAUSE, Asks.FIGURE, Asks.MEANING, Asks.SOURCE])
def test_what_any_sentence_can_answer_needs_no_sign(asks: Asks) -> None:
    assert states(asks, "抓好落实")


@pytest.mark.parametrize(
    ("question", "asks"),
    [
        # how things stand, and a place
        ("食堂的钱花到哪去了", Asks.CLAUSE),
        ("食堂搬到哪了", Asks.PLACE),
        ("食堂修到哪一步了", Asks.CLAUSE),
        ("食堂要搬到哪里", Asks.PLACE),
        # who decides, and one of several
        ("食堂改造哪个说了算", Asks.CLAUSE),
        ("哪个区先改造食堂", Asks.WHICH),
        ("哪个负责人管食堂", Asks.WHICH),
    ],
)
def test_a_question_is_taken_for_what_it_wants_to_know(question: str, asks: Asks, lake: Store) -> None:
    (frame,) = read(question, tag(question, lake, Lexicon()))
    assert frame.asks is asks


@pytest.mark.parametrize(
    ("question", "status"),
    [
        # a wish for what a plan may have in hand, and a date
        ("食堂啥时候能热和点", Status.ANSWERED),
        ("啥时候能不趴着改造食堂", Status.NO_DETAIL),
        ("几时轮到我们食堂", Status.ANSWERED),
        ("食堂啥时候能修好", Status.NO_DETAIL),
        ("招聘教师什么时候能报名", Status.NO_DETAIL),
        ("招聘教师什么时候有结果", Status.NO_DETAIL),
        ("心理健康周什么时候能举办", Status.ANSWERED),  # 6月底前
    ],
)
def test_a_wish_is_answered_by_what_is_in_hand_and_a_date_only_by_a_date(
    question: str, status: Status, index: Index, talk: Callable[..., list[Answer]]
) -> None:
    store = index(
        "青湖市2031年计划\n（一）管好食堂。改造食堂30个。\n（二）招聘教师。招聘教师200名。\n"
        "（三）守护心理健康。6月底前在东城区举办心理健康周。\n"
    )
    assert talk(store, question)[0].status is status


@pytest.mark.parametrize(
    ("question", "kind"),
    [
        pytest.param(
            "食堂什么时候改造", "date", marks=pytest.mark.xfail(strict=True, reason="每月检查 is taken for it")
        ),
        ("食堂在哪", "place"),
        ("食堂归哪个部门管", "body"),
        ("心理热线电话多少", "contact"),
        ("心理热线打哪个号", "contact"),
        ("心理健康特色校是哪几所", "roll"),
        ("改造食堂的责任科室是哪个单位", "office"),
    ],
)
def test_a_detail_that_the_plan_does_not_state_is_said_to_be_missing_by_its_kind(
    question: str, kind: str, ask_lake: Callable[[str], Answer]
) -> None:
    answer = ask_lake(question)
    assert (answer.status, answer.reason, answer.figures) == (Status.NO_DETAIL, kind, ())


@pytest.mark.parametrize(
    ("question", "clause"),
    [("心理健康周什么时候办", 4), ("心理健康周在哪办", 4), ("湖畔评选有哪些", 5), ("食堂多久检查一回", 2)],
)
def test_a_detail_that_the_plan_states_is_answered_with_its_sentence(
    question: str, clause: int, ask_lake: Callable[[str], Answer]
) -> None:
    answer = ask_lake(question)
    assert (answer.status, [m.clause.number for m in answer.matches]) == (Status.ANSWERED, [clause])
    assert answer.findings[0].evidence[0].text in answer.matches[0].clause.text


# --- the table of details


@pytest.mark.parametrize("detail", details(), ids=lambda d: d.name)
def test_each_detail_is_missing_where_no_word_states_it(detail: Detail) -> None:
    for phrase in detail.ask:
        assert unstated(f"航模社{phrase}", "设立航模社。") is not None, phrase
        whole = set(phrase) & set("谁啥咋") or phrase in {"加分", "吊销", "奖品", "地址"}
        assert len(phrase) > 2 or whole, phrase  # what is shorter stands in other words
    for word in detail.stated:
        assert unstated(f"航模社{detail.ask[0]}", f"设立航模社，{word}。") != detail, word


def test_what_a_clause_leaves_out_is_named(index: Index, shipped_words: Lexicon) -> None:
    store = index(
        "西岭市2033年教育工作要点\n一、学校\n（一）科学。设立少年科学院，开展观察。\n（二）操场。修缮操场12个。\n（三）信访。回应来信。\n"
    )
    answer = ask("少年科学院怎么报名", store, shipped_words)
    assert (answer.status, answer.reason) == (Status.NO_DETAIL, "enrol")
    assert "计划没有写怎么报名。" in reply(answer, store.plan())
    assert ask("少年科学院做什么", store, shipped_words).status is Status.ANSWERED
