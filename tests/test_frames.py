"""What a message asks, in slots."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from knowledge.frames import read, subject
from knowledge.lexicon import Lexicon
from knowledge.model import Answer, Asks, Frame, Op, PartKind, Term, Year
from knowledge.numerals import MONEY, PEOPLE
from knowledge.store import Store
from knowledge.tagging import tag
from knowledge.wording import fold

Read = Callable[[str], tuple[Frame, ...]]
QUIET = settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@pytest.fixture(scope="session")
def framed(lake: Store, shipped_words: Lexicon) -> Read:
    return lambda text: read(fold(text), tag(fold(text), lake, shipped_words))


def about(frame: Frame) -> set[str]:
    return {t.text for t in subject(frame)}


def gist(frame: Frame) -> dict[str, Any]:
    """All that a frame says but for the order of its words."""
    return {
        "about": frozenset(about(frame)), "parts": frozenset(p.text for p in frame.parts), "by": frame.by, "asks": frame.asks,
        "units": frame.units, "op": frame.op, "value": frame.value,
    }  # fmt: skip


# --- order and politeness


@QUIET
@given(
    subjects=st.permutations(["食堂", "教师", "心理健康"]),
    before=st.lists(
        st.sampled_from(["请问", "你好", "麻烦", "我想知道", "今年", "到底", "帮我查一下"]), max_size=3, unique=True
    ),
    asked=st.sampled_from(["几个", "多少", "占几成", "什么时候", "在哪", "有哪些", "从多到少", "平均"]),
    behind=st.sampled_from(["", "啊", "谢谢", "呀", "吧"]),
)
def test_a_frame_says_the_same_whatever_the_order_of_its_words_and_however_polite(
    subjects: list[str], before: list[str], asked: str, behind: str, framed: Read
) -> None:
    plain = framed("食堂教师心理健康" + asked)
    said = framed("".join([*before, *subjects, asked, behind]))
    assert [gist(f) for f in said] == [gist(f) for f in plain]


@pytest.mark.parametrize(
    ("one", "other"),
    [("小学新增学位几个", "新增学位小学几个"), ("东城区项目几个", "项目东城区几个"), ("食堂改造几个", "改造几个食堂")],
)
def test_a_part_may_stand_before_or_behind_its_subject(one: str, other: str, framed: Read) -> None:
    assert gist(framed(one)[0]) == gist(framed(other)[0])


@QUIET
@given(
    pieces=st.lists(
        st.sampled_from(
            "食堂 学位 小学 东城区 几个 多少 和 ， ？ 还有 除了 前三名 最多 第三条 30个 那 呢 不是 回到刚才 明年 谁 为什么 各".split()
        ),
        min_size=1,
        max_size=8,
    )
)
def test_a_message_is_at_least_one_frame_and_its_parts_and_references_are_those_it_names(
    pieces: list[str], framed: Read
) -> None:
    text = fold("".join(pieces))
    frames = framed(text)
    assert frames
    assert all(p.text in text for f in frames for p in f.parts)
    assert all(f.op is None or f.op in set(Op) for f in frames)
    assert "第三条" in pieces or not any(f.refs for f in frames)


# --- what is asked for


@pytest.mark.parametrize(
    ("text", "asks", "units"),
    [
        ("食堂几个", Asks.FIGURE, ("个",)),
        ("食堂多少", Asks.FIGURE, ()),
        ("资助金多少钱", Asks.FIGURE, tuple(sorted(MONEY))),
        ("资助金惠及多少大班娃", Asks.FIGURE, tuple(sorted(PEOPLE | {"人次"}))),
        ("资助金惠及多少儿童", Asks.FIGURE, tuple(sorted(PEOPLE | {"人次"}))),
        ("建多少儿童之家", Asks.FIGURE, ()),
        ("食堂什么时候改造", Asks.DATE, ()),
        ("食堂在哪", Asks.PLACE, ()),
        ("食堂归哪个部门管", Asks.BODY, ()),
        ("食堂电话", Asks.CONTACT, ()),
        ("食堂打了三个电话都打不通", Asks.CLAUSE, ()),
        ("打哪个电话投诉食堂", Asks.CONTACT, ()),
        ("特色校是哪几所", Asks.ROLL, ()),
        ("特色校有哪些", Asks.NAMES, ()),
        ("学位怎么分的", Asks.SPLIT, ()),
        ("食堂", Asks.CLAUSE, ()),
        ("食堂怎么管", Asks.CLAUSE, ()),
        ("食堂为什么改造", Asks.REASON, ()),
        ("30个是啥", Asks.MEANING, ()),
        ("哪条提到30个", Asks.MEANING, ()),
    ],
)
def test_the_kind_of_answer_and_its_units_are_told(text: str, asks: Asks, units: tuple[str, ...], framed: Read) -> None:
    frame = framed(text)[0]
    assert (frame.asks, frame.units) == (asks, units)


def test_points_are_places_unless_something_moves_by_them(framed: Read) -> None:
    assert [framed(text)[0].units for text in ("托管点几个点", "全市有几个点")] == [("个",), ("个",)]
    assert all("个百分点" in framed(text)[0].units for text in ("近视率降几个点", "办结率提高了几个点"))


def test_a_share_is_asked_in_percent(framed: Read) -> None:
    assert all("%" in framed(text)[0].units for text in ("办结率百分之几", "骨干教师占几成", "办结率多少"))


@pytest.mark.parametrize(
    ("text", "op", "value"),
    [
        ("小学和初中一共几个学位", Op.SUM, None),
        ("小学加初中几个学位", Op.SUM, None),
        ("小学比初中多几个学位", Op.DIFFERENCE, None),
        ("小学和初中学位相差几个", Op.DIFFERENCE, None),
        ("小学学位是初中的几倍", Op.RATIO, None),
        ("小学占学位几成", Op.SHARE, None),
        ("平均每个区几个项目", Op.AVERAGE, None),
        ("平均一个区几个项目", Op.AVERAGE, None),
        ("它俩一起几个项目", Op.SUM, None),
        ("跟城区学校一起搞项目", None, None),
        ("除了小学学位几个", Op.EXCEPT, None),
        ("不算东城区几个项目", Op.EXCEPT, None),
        ("哪个区项目最多", Op.MOST, None),
        ("哪个区项目最少", Op.LEAST, None),
        ("东城和西城哪个多", Op.MOST, None),
        ("项目前三名", Op.TOP, 3),
        ("项目倒数两名", Op.BOTTOM, 2),
        ("项目第二多的区", Op.RANK, 2),
        ("项目第二少的区", Op.RANK, -2),
        ("项目超过7个的区", Op.ABOVE, 7),
        ("项目不到7个的有哪些", Op.BELOW, 7),
        ("项目从多到少排一下", Op.DOWN, None),
        ("项目从少到多排一下", Op.UP, None),
        ("项目从少到多", Op.UP, None),
        ("新增多少学位", None, None),
        ("参加培训的教师几名", None, None),
        ("一顿最多收多少钱", None, None),
    ],
)
def test_what_is_to_be_done_with_the_figures_is_told(text: str, op: Op | None, value: int | None, framed: Read) -> None:
    frame = framed(text)[0]
    assert (frame.op, frame.value) == (op, None if value is None else Decimal(value))


@pytest.mark.parametrize(
    ("text", "by"),
    [
        ("各区项目几个", PartKind.AREA),
        ("每个学段几个学位", PartKind.STAGE),
        ("哪个区最多", PartKind.AREA),
        ("食堂几个", None),
        ("我们区食堂几个", None),
    ],
)
def test_by_what_kind_of_part_it_asks_is_told(text: str, by: PartKind | None, framed: Read) -> None:
    assert framed(text)[0].by is by


@pytest.mark.parametrize(
    ("text", "years"),
    [
        ("去年几个学位", [Year(from_now=-1)]),
        ("明年几个学位", [Year(from_now=1)]),
        ("前年几个学位", [Year(from_now=-2)]),
        ("今年几个学位", [Year()]),
        ("2030年几个学位", [Year(2030)]),
        ("30年几个学位", [Year(2030)]),
        ("二〇三〇年几个学位", [Year(2030)]),
        ("学位比去年多几个", [Year(), Year(from_now=-1)]),
        ("2030年和2031年各几个学位", [Year(2030), Year(2031)]),
        ("服务满30年的教师几名", []),
        ("2030个学位", []),
    ],
)
def test_the_years_that_a_question_names_are_told(text: str, years: list[Year], framed: Read) -> None:
    assert list(framed(text)[0].years) == years


@pytest.mark.parametrize(
    ("text", "op"),
    [
        ("天天白菜萝卜见不到肉", None),
        ("不到5个的区", Op.BELOW),
        ("大比赛在哪个区办", None),
        ("哪个区学位大", Op.MOST),
        ("娃娃一年比一年少", None),
    ],
)
def test_what_only_looks_like_a_comparison_is_none(text: str, op: Op | None, framed: Read) -> None:
    assert framed(text)[0].op is op


@pytest.mark.parametrize(("text", "refs"), [("给校车单开一条", 0), ("第一条", 1), ("一条", 1), ("31条讲啥", 1)])
def test_one_of_a_thing_is_no_first_clause(text: str, refs: int, framed: Read) -> None:
    assert len(framed(text)[0].refs) == refs


@pytest.mark.parametrize(
    ("text", "turn"),
    [("不对，我问的是食堂", "correct"), ("回到刚才的食堂", "back"), ("换个问题，食堂几个", "change"), ("食堂几个", "")],
)
def test_what_a_message_does_with_the_chat_is_told(text: str, turn: str, framed: Read) -> None:
    frame = framed(text)[-1]
    assert (frame.turn, about(frame)) == (turn, {"食堂"})


# --- several questions in one message


@pytest.mark.parametrize(
    ("text", "subjects"),
    [
        ("食堂几个？教师几名？", [{"食堂"}, {"教师"}]),
        ("食堂几个教师几名", [{"食堂"}, {"教师"}]),
        ("食堂几个，另外教师几名", [{"食堂"}, {"教师"}]),
        ("食堂几个还有教师几名", [{"食堂"}, {"教师"}]),
        ("食堂几个和教师几名", [{"食堂"}, {"教师"}]),
        ("食堂 改造 几个", [{"食堂", "改造"}]),
        ("食堂改造，几个？", [{"食堂", "改造"}]),
        ("学位 食堂 教师", [{"学位", "食堂", "教师"}]),
    ],
)
def test_a_message_is_cut_where_one_question_ends(text: str, subjects: list[set[str]], framed: Read) -> None:
    assert [about(f) for f in framed(text)] == subjects


def test_the_second_question_takes_the_subject_that_it_leaves_unsaid_from_the_first(
    ask_lake: Callable[[str], Answer],
) -> None:
    assert [f.raw for _, f in ask_lake("东城区几个项目？西城区呢？").figures] == ["12个", "9个"]
    assert [f.raw for _, f in ask_lake("新增学位多少，小学呢").figures] == ["1000个", "600个"]


def test_what_is_taken_back_is_not_asked(ask_lake: Callable[[str], Answer]) -> None:
    assert [f.raw for _, f in ask_lake("不是东城，西城区项目几个").figures] == ["9个"]


def test_what_a_long_story_tells_counts_less_than_what_it_asks(framed: Read) -> None:
    """A message of 45 characters may begin with a story; its words weigh three tenths."""
    short, long = (
        "教师来了，食堂几个",
        "教师来了，我们一家人从很远的地方搬过来住了好些年头一直也没来得及去找人问个清楚明白，食堂几个",
    )
    told = {text: {t.text: t.weight for t in framed(text)[-1].about} for text in (short, long)}
    assert told[long]["教师"] == pytest.approx(0.3 * told[short]["教师"])
    assert told[long]["食堂"] == told[short]["食堂"]


@pytest.mark.parametrize(("filler", "weighs_less"), [(28, False), (40, True)])
def test_a_message_is_long_from_about_45_characters_on(filler: int, weighs_less: bool, framed: Read) -> None:
    text = f"教师来了，{'啊呀' * (filler // 2)}，食堂几个"
    assert 35 < len(text) < 57
    one = {t.text: t.weight for t in framed("教师来了，食堂几个")[-1].about}["教师"]
    assert ({t.text: t.weight for t in framed(text)[-1].about}["教师"] < one) == weighs_less


def test_a_few_that_begins_a_tale_may_mean_some(framed: Read) -> None:
    """几 asks for a number where no more than five characters follow and nothing asks whether."""
    texts = ("食堂改造几个", "几个食堂改造", "几个食堂要改造了", "食堂会不会改造几个", "食堂能不能改造多少")
    assert [framed(text)[0].doubtful for text in texts] == [False, False, True, True, False]


@pytest.mark.parametrize("text", ["好几个食堂改造了", "没几个食堂改造", "头几个食堂改造"])
def test_some_and_few_ask_for_no_number(text: str, framed: Read) -> None:
    assert framed(text)[0].asks is Asks.CLAUSE


@pytest.mark.parametrize(
    ("text", "which"), [("哪家医院改造食堂", "医院"), ("食堂改造了哪几家", None), ("哪些食堂改造", "食堂")]
)
def test_what_one_is_wanted_of_stands_behind_which(text: str, which: str | None, framed: Read) -> None:
    wanted = framed(text)[0].which
    assert (wanted.text if wanted else None) == which


def test_a_word_that_every_clause_holds_is_no_subject(lake: Store, shipped_words: Lexicon) -> None:
    text = fold("青湖市的食堂")
    frame = read(text, tag(text, lake, shipped_words))[0]
    assert "食堂" in about(frame)
    assert all(t.weight > 0 for t in subject(frame))


@pytest.mark.parametrize(("weight", "counts"), [(0.04, False), (0.06, True)])
def test_a_word_is_part_of_the_subject_from_a_twentieth_on(weight: float, counts: bool) -> None:
    assert bool(subject(Frame("", about=(Term("学校", weight, known=True),)))) == counts


def test_how_long_a_person_has_done_something_is_no_number_to_look_up(framed: Read) -> None:
    assert [bool(framed(text)[0].stated) for text in ("我教了十年了，食堂改造吗", "十年是什么")] == [False, True]
