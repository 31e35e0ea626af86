"""From a frame and a clause to figures, and what is computed from them."""

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from decimal import Decimal
from itertools import combinations

import pytest
import scoring_plans
from conftest import LAKE, Index, Talk
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from scoring_plans import files_of, marks

from bot.replies.compose import reply
from knowledge.alone import stated_beside
from knowledge.answer import ask
from knowledge.fit import Row, compatible, fit
from knowledge.frames import read
from knowledge.ledger import look_up, sentence_with
from knowledge.lexicon import Lexicon
from knowledge.model import Answer, Asks, Clause, Derived, Figure, Frame, Op, Status, Term
from knowledge.operations import Result, apply
from knowledge.store import Store
from knowledge.surroundings import split_of
from knowledge.tagging import tag
from knowledge.wording import fold

Ask = Callable[[str], Answer]
QUIET = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
TENTH = Decimal("0.1")


def clauses(store: Store) -> Iterator[Clause]:
    for title in store.titles():
        yield from store.clauses_of(title)


def raws(answer: Answer) -> list[str]:
    return [f.raw for _, f in answer.figures]


def told(answer: Answer) -> tuple[list[str], str | None]:
    """The figures as they are printed, and what was computed of them."""
    derived = answer.derived
    return raws(answer), f"{derived.value}{derived.unit}" if derived else None


# --- every operation on a small clause


@pytest.fixture(scope="session")
def projects(lake: Store) -> list[Row]:
    """东城区12 西城区9 南城区8 北山县6 河口县5, of 40."""
    clause = next(clauses(lake))
    return [Row(clause, f, 1.0) for f in split_of(clause, clause.figures[0])]


def done(op: Op, rows: list[Row], value: int | None = None) -> tuple[list[str], str | None]:
    result: Result = apply(Frame("", asks=Asks.FIGURE, op=op, value=None if value is None else Decimal(value)), rows)
    return [
        r.figure.raw for r in result.rows
    ], None if result.derived is None else f"{result.derived.value}{result.derived.unit}"


@pytest.mark.parametrize(
    ("op", "value", "shown", "computed"),
    [
        (Op.SUM, None, ["12个", "9个", "8个", "6个", "5个"], "40个"),
        (Op.AVERAGE, None, ["40个"], "8.0个"),
        (Op.MOST, None, ["12个"], "12个"),
        (Op.LEAST, None, ["5个"], "5个"),
        (Op.DOWN, None, ["12个", "9个", "8个", "6个", "5个"], None),
        (Op.UP, None, ["5个", "6个", "8个", "9个", "12个"], None),
        (Op.TOP, 3, ["12个", "9个", "8个"], None),
        (Op.BOTTOM, 2, ["5个", "6个"], None),
        (Op.RANK, 2, ["9个"], None),
        (Op.RANK, -2, ["6个"], None),
        (Op.RANK, 6, [], None),
        (Op.ABOVE, 8, ["12个", "9个"], None),
        (Op.BELOW, 6, ["5个"], None),
        (Op.ABOVE, None, ["12个", "9个"], None),
        (Op.BELOW, None, ["6个", "5个"], None),
        (Op.ABOVE, 12, [], None),
    ],
)
def test_an_operation_on_a_whole_list(
    op: Op, value: int | None, shown: list[str], computed: str | None, projects: list[Row]
) -> None:
    assert done(op, projects, value) == (shown, computed)


@pytest.mark.parametrize(
    ("op", "shown", "computed"),
    [
        (Op.SUM, {"12个", "9个"}, "21个"),
        (Op.DIFFERENCE, {"12个", "9个"}, "3个"),
        (Op.RATIO, {"12个", "9个"}, "1.3倍"),
        (Op.AVERAGE, {"12个", "9个"}, "10.5个"),
        (Op.SHARE, {"12个", "9个", "40个"}, "52.5%"),
        (Op.EXCEPT, {"12个", "9个", "40个"}, "19个"),
        (Op.REST, {"12个", "9个", "40个"}, "19个"),
        (Op.MOST, {"12个", "9个"}, "12个"),
        (Op.LEAST, {"12个", "9个"}, "9个"),
    ],
)
def test_an_operation_on_two_of_a_list(op: Op, shown: set[str], computed: str, projects: list[Row]) -> None:
    rows, number = done(op, projects[:2])
    assert (set(rows), number) == (shown, computed)


def test_nothing_is_computed_from_one_figure_or_from_things_that_differ(projects: list[Row], lake: Store) -> None:
    money = next(Row(c, f, 1.0) for c in clauses(lake) for f in c.figures if f.unit == "元")
    for op in (Op.SUM, Op.DIFFERENCE, Op.RATIO, Op.AVERAGE):
        assert done(op, projects[:1])[1] is None
        assert done(op, [projects[0], money])[1] is None
    assert done(Op.DIFFERENCE, projects[:3])[1] is None


def test_a_range_is_not_computed_with(small: Store) -> None:
    rows = [Row(c, f, 1.0) for c in clauses(small) for f in c.figures if f.value_max is not None]
    assert rows
    assert done(Op.SUM, rows * 2)[1] is None


# --- as asked


@pytest.mark.parametrize(
    ("question", "figures", "computed"),
    [
        ("小学加初中新增几个", ["600个", "300个"], "900"),
        ("小学和初中新增学位一共几个", ["600个", "300个"], "900"),
        ("小学比高中多多少学位", ["600个", "100个"], "500"),
        ("小学学位是高中的几倍", ["600个", "100个"], "6.0"),
        ("小学占新增学位的百分之几", ["600个", "1000个"], "60.0"),
        ("东城区占几成", ["12个", "40个"], "30.0"),
        ("骨干教师占几成", ["80名", "200名"], "40.0"),
        ("除了高中一共新增多少学位", ["100个", "1000个"], "900"),
        ("不算高中新增学位多少", ["100个", "1000个"], "900"),
        ("除了东城区其他区一共几个项目", ["12个", "40个"], "28"),
        ("平均每个区几个项目", ["40个"], "8.0"),
        ("教师工资涨了多少", ["8000元", "9000元"], "1000"),
        ("两个县一共几个项目", ["6个", "5个"], "11"),
        ("哪两个区项目最多", ["12个", "9个"], None),
        ("项目第二少的区", ["6个"], None),
        ("哪些区超过7个项目", ["12个", "9个", "8个"], None),
        ("项目不到7个的区", ["6个", "5个"], None),
        ("项目从多到少排一下", ["12个", "9个", "8个", "6个", "5个"], None),
        ("项目从少到多排一下", ["5个", "6个", "8个", "9个", "12个"], None),
        ("各区项目分别几个", ["12个", "9个", "8个", "6个", "5个"], None),
        ("新增学位怎么分的", ["600个", "300个", "100个"], None),
        ("教师平均工资多少", ["9000元"], None),
        ("40个项目各区怎么分", ["12个", "9个", "8个", "6个", "5个"], None),
    ],
)
def test_what_is_asked_of_a_list_is_done(
    question: str, figures: list[str], computed: str | None, ask_lake: Ask
) -> None:
    answer = ask_lake(question)
    assert raws(answer) == figures
    assert (
        str(answer.derived.value) if answer.derived and answer.derived.kind not in {"most", "least"} else None
    ) == computed


@pytest.mark.parametrize("question", ["东城区新增学位几个", "小学建设项目几个", "河口县小学学位多少"])
def test_a_split_by_something_else_is_no_answer(question: str, ask_lake: Ask) -> None:
    answer = ask_lake(question)
    assert (answer.status in {Status.NO_FIGURE, Status.NOT_COVERED}, raws(answer)) == (True, [])


@pytest.mark.parametrize(
    ("question", "figures"),
    [
        ("食堂每餐收多少钱", ["不超过12元"]),
        ("食堂一个月检查几次", ["2次"]),
        ("食堂几个", ["30个"]),
        ("食堂几所", ["30个"]),
        ("食堂几名", []),
    ],
)
def test_the_unit_that_is_asked_decides(question: str, figures: list[str], ask_lake: Ask) -> None:
    assert raws(ask_lake(question)) == figures


@pytest.mark.parametrize(
    ("asked", "stated", "may"),
    [
        ("所", "个", True), ("个", "所", True), ("个", "门", True), ("元", "亿元", False), ("元", "元", True), ("人", "名", True), ("人次", "名", True),
        ("个", "元", False), ("个", "%", False), ("所", "名", False), ("天", "个月", True), ("天", "元", False), ("", "元", True), ("所", "元", False),
        ("时", "时", True), ("时", "小时", False), ("小时", "时", False),
    ],
)  # fmt: skip
def test_a_thing_may_be_counted_in_another_unit_of_its_family_only(asked: str, stated: str, may: bool) -> None:
    assert compatible(asked, stated) == may


def test_of_a_change_the_new_number_answers_and_both_where_both_are_asked(ask_lake: Ask) -> None:
    assert raws(ask_lake("教师平均工资多少")) == ["9000元"]
    assert raws(ask_lake("教师平均工资从多少提高到多少")) == ["8000元", "9000元"]


def test_what_is_stated_one_after_the_other_of_one_thing_is_given_whole(index: Index, shipped_words: Lexicon) -> None:
    store = index(
        "东湖市2030年教育工作要点\n一、教师\n（一）发放补贴。补贴分三档发放，每月300元、500元、800元。\n（二）管好食堂。改造食堂30个。\n"
    )
    assert raws(ask("补贴每月多少元", store, shipped_words)) == ["300元", "500元", "800元"]


def test_the_sentence_of_a_figure_holds_it_and_is_the_clauses_own(city: Store) -> None:
    for clause in clauses(city):
        for figure in clause.figures:
            said = sentence_with(clause, figure)
            assert figure.raw in said
            assert said in clause.text


# --- properties


def by_hand(derived: Derived) -> list[Decimal]:
    """What the operation makes of the figures that it names, a total the first or the last of them."""
    values = [f.value for f in derived.of]
    first, rest = values[0], sum(values[1:], Decimal(0))
    last, before = values[-1], sum(values[:-1], Decimal(0))
    match derived.kind:
        case "sum":
            return [first + rest]
        case "average":
            return [((first + rest) / len(values)).quantize(TENTH)]
        case "ratio":
            return [(max(values) / min(values)).quantize(TENTH)]
        case "share":
            return [(100 * part / whole).quantize(TENTH) for part, whole in ((rest, first), (before, last)) if whole]
        case "product":
            return [first * last, first * last / 100]
        case "rate":
            return [(first / last).quantize(TENTH)]
        case "most":
            return [max(values)]
        case "least":
            return [min(values)]
        case _:
            return [abs(first - rest), abs(last - before)]


def consistent(answer: Answer) -> bool:
    if any(f.raw not in c.text or c.text[f.start : f.end] != f.raw for c, f in answer.figures):
        return False
    for finding in answer.findings:
        derived = finding.derived
        if derived is None:
            continue
        lone_mean = derived.kind == "average" and len(derived.of) == 1  # 四个县 say among how many a lone total goes
        if not lone_mean and derived.value not in by_hand(derived):
            return False
        if derived.kind not in {"product", "rate"} and len({f.unit for f in derived.of}) != 1:
            return False
    return True


def test_in_every_answer_about_every_plan_a_computed_number_is_what_is_computed_by_hand(
    city: Store, shipped_words: Lexicon, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Every figure's raw stands in its clause at its place too."""
    plain, wrong = scoring_plans.asked, []

    def checked(*asked: object) -> object:
        answer, memory = plain(*asked)  # type: ignore[arg-type]
        wrong.extend([] if consistent(answer) else [answer.text])
        return answer, memory

    monkeypatch.setattr(scoring_plans, "asked", checked)
    file = next(
        f for f in scoring_plans.PLANS.glob("*.txt") if f.read_text(encoding="utf8").startswith(city.titles()[0])
    )
    assert list(marks(files_of(file), city, shipped_words))
    assert wrong == []


def splits(store: Store) -> list[tuple[Clause, Figure, list[Figure]]]:
    """The splits of a plan of one kind with three parts or more: clause, total, parts."""
    found = []
    for clause in clauses(store):
        for total in (f for f in clause.figures if f.part is None):
            parts = split_of(clause, total)
            first = [f for f in parts if parts and f.split == parts[0].split]
            if len(first) > 2 and len({f.part for f in first}) == len(first) and not any(f.value_max for f in first):
                found.append((clause, total, first))
    return found


@QUIET
@given(choice=st.data())
def test_naming_a_part_more_never_adds_a_figure_of_another_part(
    choice: st.DataObject, city: Store, shipped_words: Lexicon
) -> None:
    _, total, parts = choice.draw(st.sampled_from(splits(city)))
    one, two = choice.draw(st.permutations(parts))[:2]
    tail = choice.draw(st.sampled_from(["多少", "几" + total.unit, "各多少", "一共多少", "差多少"]))
    answer = ask(f"{one.part}和{two.part}{total.what}{tail}", city, shipped_words)
    shown = {f.part for _, f in answer.figures if f.part_kind is one.part_kind and f.split == one.split}
    assert {fold(p or "") for p in shown} <= {fold(one.part or ""), fold(two.part or "")}


@QUIET
@given(choice=st.data())
def test_the_operation_that_is_asked_is_done_on_the_parts_that_are_named(
    choice: st.DataObject, city: Store, shipped_words: Lexicon
) -> None:
    """Where an answer to A和B差多少 computes, it is their difference."""
    _, total, parts = choice.draw(st.sampled_from(splits(city)))
    one, two = choice.draw(st.permutations(parts))[:2]
    said, kind = choice.draw(
        st.sampled_from([("相差多少", "difference"), ("一共多少", "sum"), ("平均多少", "average")])
    )
    answer = ask(f"{total.what}{one.part}和{two.part}{said}", city, shipped_words)
    assert consistent(answer)
    if answer.derived and {f.part for f in answer.derived.of} == {one.part, two.part}:
        assert answer.derived.kind == kind


# --- numbers that decide, each on a plan of two or three clauses

HEAD = "东湖市2030年教育工作要点\n一、学校\n"


@pytest.mark.parametrize(
    ("text", "question", "figures"),
    [
        ("（一）建设。新建食堂4个，食堂改造5个。\n", "食堂改造几个", ["5个"]),
        ("（一）建设。新建食堂4个，改造操场5个，改造食堂6个。\n", "改造食堂几个", ["6个"]),
        ("（一）评选。评选名师20名，表彰先进30名。\n", "表彰几名", ["30名"]),
        ("（一）评选。评选名师20名，每人奖励500元。\n", "名师奖励多少元", ["500元"]),
        ("（一）招聘教师。招聘教师200名，其中骨干教师80名。\n", "骨干教师几名", ["80名"]),
        ("（一）办好社团。社团课程40门，社团教师60名。\n", "社团教师几名", ["60名"]),
        ("（一）管好食堂。检查食堂4次，整改问题5个。\n", "食堂整改问题几个", ["5个"]),
        ("（一）管好食堂。全年检查4次。\n", "食堂检查几次", ["4次"]),
    ],
)
def test_the_figure_whose_surroundings_say_most_of_the_question_answers(
    text: str, question: str, figures: list[str], index: Index, shipped_words: Lexicon
) -> None:
    store = index(HEAD + text + "（二）其他。抓好落实。\n（三）档案。整理档案。\n（四）信访。回应来信。\n")
    assert raws(ask(question, store, shipped_words)) == figures


@pytest.mark.parametrize(
    ("word", "explained"),
    [("食堂", 1.0), ("操场", 0.75), ("宿舍", 0.55), ("车棚", 0.45), ("后勤", 0.7), ("礼堂", 0.15)],
)
def test_a_word_explains_a_figure_the_more_the_nearer_it_stands(word: str, explained: float, index: Index) -> None:
    """Right beside it, in its part of the sentence, where the sentence begins, elsewhere in it, in the heading, elsewhere in the clause."""
    store = index(HEAD + "（一）后勤。修缮礼堂。粉刷宿舍，修缮食堂5个、操场4个，刷新车棚。\n（二）其他。抓好落实。\n")
    clause = next(clauses(store))
    figure = clause.figures[0]
    assert fit([Term(word, 1.0, known=True)], figure, clause, "后勤") == pytest.approx(explained, rel=0.05)


@pytest.mark.parametrize(
    ("question", "figures"), [("教师按学段怎么分", ["50名", "30名"]), ("教师按来源怎么分", ["20名", "60名"])]
)
def test_of_two_splits_of_one_total_the_one_whose_opening_says_what_is_asked_is_given(
    question: str, figures: list[str], index: Index, shipped_words: Lexicon
) -> None:
    store = index(
        HEAD
        + "（一）招聘教师。全年招聘教师80名，其中按照各级各类学校的学段分，小学50名、初中30名；按照报名人员现有的身份和来源分，应届生20名、在职人员60名。\n（二）其他。抓好落实。\n"
    )
    assert raws(ask(question, store, shipped_words)) == figures


def test_two_things_are_compared_only_where_each_has_a_figure_of_its_own(ask_lake: Ask) -> None:
    assert raws(ask_lake("食堂改造和心理特色校一共几个")) in (["30个", "10所"], [])
    answer = ask_lake("食堂和操场一共几个")
    assert answer.derived is None


def test_the_list_that_is_sorted_is_the_one_that_was_asked_for(lake: Store, talk: Talk) -> None:
    assert [raws(a) for a in talk(lake, "新增学位怎么分的", "从少到多", "最多的是哪个")[1:]] == [
        ["100个", "300个", "600个"],
        ["600个"],
    ]


def test_all_pairs_of_areas_are_compared_right(ask_lake: Ask) -> None:
    values = {"东城区": 12, "西城区": 9, "南城区": 8, "北山县": 6, "河口县": 5}
    wrong = []
    for one, two in combinations(values, 2):
        derived = ask_lake(f"{one}比{two}多几个项目").derived
        wrong += [] if derived and derived.value == values[one] - values[two] else [(one, two)]
    assert wrong == []


def test_no_answer_holds_a_number_of_no_plan(ask_lake: Ask) -> None:
    held = set(re.findall(r"\d+", LAKE))
    for question in ("东城区和西城区和南城区一共几个项目", "各区项目", "教师一共几名", "资助金多少"):
        assert {d for r in raws(ask_lake(question)) for d in re.findall(r"\d+", r)} <= held


# --- what it was before, who pays, what is asked besides

CHANGES = (
    HEAD
    + "（一）强校联盟。强校联盟由24个增至36个，成员校共研课程。\n"
    + "（二）取暖工程。投入取暖改造资金5800万元，其中省级1900万元、市级2300万元、县级1600万元。\n"
    + "（三）资源教室。新设资源教室58间，每间补助8万元；改造盲道120米。\n"
    + "（四）课题。立项中小学课题130项，按学段分，小学60项、初中70项；按类别分，德育类75项、科创类55项。\n"
    + "（五）供餐。全市137所学校，已有124所供应午餐，今年改造灶台31所。\n"
    + "（六）轮岗。交流轮岗教师900名，其中骨干300名。\n"
    + "（七）预算。教育支出预算50亿元，比上年多2亿元，其中职业教育占20%。\n"
)


@pytest.mark.parametrize(
    ("question", "shown", "computed"),
    [
        ("强校联盟几个", ["36个"], None),
        ("强校联盟原先几个", ["24个"], None),
        ("强校联盟净增多少个", ["24个", "36个"], "12个"),
        ("强校联盟是原来的几倍", ["24个", "36个"], "1.5倍"),
        ("课题原先几项", [], None),
        ("教育支出预算原来是多少", ["50亿元", "2亿元"], "4800000000元"),
    ],
)
def test_what_a_number_was_before_it_changed_is_told_from_what_it_is(
    question: str, shown: list[str], computed: str | None, index: Index, shipped_words: Lexicon
) -> None:
    answer = ask(question, index(CHANGES), shipped_words)
    assert told(answer) == (shown, computed)


@pytest.mark.parametrize(
    ("question", "shown"),
    [
        ("取暖改造省里出多少钱", ["1900万元"]),
        ("取暖改造资金，市财政和县里各掏多少", ["2300万元", "1600万元"]),
        ("取暖改造资金多少", ["5800万元"]),
    ],
)
def test_a_level_of_government_is_known_by_any_of_its_names(
    question: str, shown: list[str], index: Index, shipped_words: Lexicon
) -> None:
    assert raws(ask(question, index(CHANGES), shipped_words)) == shown


def test_two_numbers_of_one_thing_are_both_told(index: Index, shipped_words: Lexicon) -> None:
    assert raws(ask("资源教室新设几间呀，一间补多少钱", index(CHANGES), shipped_words)) == ["58间", "8万元"]
    assert raws(ask("资源教室新设几间", index(CHANGES), shipped_words)) == ["58间"]


@pytest.mark.parametrize(
    ("question", "shown"),
    [
        ("课题按类别怎么分", ["75项", "55项"]),
        ("课题按学段怎么分", ["60项", "70项"]),
        ("课题哪类最少", ["55项"]),
        ("课题哪个学段最少", ["60项"]),
    ],
)
def test_of_two_splits_of_one_total_the_one_that_is_asked_for_is_told(
    question: str, shown: list[str], index: Index, shipped_words: Lexicon
) -> None:
    assert raws(ask(question, index(CHANGES), shipped_words)) == shown


@pytest.mark.parametrize(
    ("question", "shown", "computed"),
    [
        ("资源教室一共要补多少钱", ["58间", "8万元"], "product 4640000"),
        ("职业教育的支出折合多少亿", ["20%", "50亿元"], "product 1000000000"),
        ("轮岗教师里不是骨干的有多少", ["300名", "900名"], "difference 600"),
        ("还没供应午餐的学校有几所", ["124所", "137所"], "difference 13"),
        ("还剩几所学校没供应午餐", ["124所", "137所"], "difference 13"),
    ],
)
def test_so_many_at_so_much_each_a_share_of_a_whole_and_what_is_not_are_computed(
    question: str, shown: list[str], computed: str, index: Index, shipped_words: Lexicon
) -> None:
    answer = ask(question, index(CHANGES), shipped_words)
    derived = answer.derived
    assert (sorted(raws(answer)), f"{derived.kind} {derived.value:f}" if derived else "") == (shown, computed)


def test_what_is_not_is_refused_where_the_plan_does_not_say_what_is(index: Index, shipped_words: Lexicon) -> None:
    """300名 would be those who are."""
    answer = ask("轮岗教师里没有职称的有多少", index(CHANGES), shipped_words)
    assert (raws(answer), answer.derived) == ([], None)


@pytest.mark.parametrize(
    ("question", "shown"),
    [
        ("中小学课题一共多少项", ["130项"]),
        ("小学和初中课题一共多少项", ["60项", "70项"]),
        ("今年补多少灶台", ["31所"]),
    ],
)
def test_a_stated_total_goes_before_a_sum_and_what_is_counted_before_money(
    question: str, shown: list[str], index: Index, shipped_words: Lexicon
) -> None:
    assert raws(ask(question, index(CHANGES), shipped_words)) == shown


def test_two_things_asked_one_after_the_other_are_not_added(index: Index, talk: Talk) -> None:
    answers = talk(index(CHANGES), "改造灶台几所", "那资源教室呢，一共几间")
    assert [(raws(a), a.derived) for a in answers] == [(["31所"], None), (["58间"], None)]


def test_what_was_before_an_increase_is_called_so(index: Index, shipped_words: Lexicon) -> None:
    store = index(CHANGES)
    said = reply(ask("教育支出预算原来是多少", store, shipped_words), store.plan())
    assert "原来是48亿元（50亿元 − 2亿元，按计划里的数算出）" in said


# --- what is asked of a number besides its name

RIVER = (
    "云河市2032年教育工作计划\n2032年的工作安排如下。\n一、学校\n"
    "（一）办好学校。新增游泳池5个，总数达到23个；组建教育集团60个，每个集团安排经费5万元；修缮校舍1200平方米。\n"
    "（二）增加学位。新增学位1000个，其中小学700个、初中300个；公办园占比由56%提高到61%；总投资3亿元，争取上级补助25%。\n"
    "（三）规范培训。学科类培训机构由43家压减至31家，非学科类培训机构618家，其中艺术类302家、体育类164家、科技类152家。\n"
    "（四）调整专业。撤销陈旧专业9个，增设新专业6个。\n二、保障\n"
    "（五）用好资金。安排教育支出86亿元，比上年增长6%，其中人员经费60亿元、公用经费26亿元。"
    "发放资助资金900万元，其中省400万元、市300万元、县200万元。\n"
    "（六）招好教师。招聘教师200名，其中小学80名、初中70名、特殊教育50名。\n"
    "（七）帮扶学生。为特殊教育学生送教上门，发放书籍。\n"
    "（八）开设课程。开设人工智能课，每学年小学不少于8课时、初中10课时、高中12课时，走进一个陌生的工厂；全年上劳动课60节，每周上劳动课2节。\n"
    "（九）分类办学。全市普通高中38所，科技高中、人文高中、综合高中分别为12所、19所、7所。\n（十）撤并教学点。教学点由20个减到8个。\n"
)


@pytest.mark.parametrize(
    ("question", "shown", "computed"),
    [
        # how many in all, how many more
        ("游泳池现在总共几个", ["23个"], None),
        ("今年新增游泳池几个", ["5个"], None),
        # of each
        ("每个集团安排多少钱", ["5万元"], None),
        ("一个集团给多少经费", ["5万元"], None),
        ("每个集团带几所学校", [], None),
        ("一个礼拜上几节劳动课", ["2节"], None),
        # how far a share moved, and what it was
        ("公办园占比要抬高几个百分点", ["56%", "61%"], "5个百分点"),
        ("公办园占比打算涨到百分之多少", ["61%"], None),
        # what is not of a kind is another kind
        ("非学科类培训机构多少家", ["618家"], None),
        ("学科类培训机构多少家", ["31家"], None),
        ("学科类培训机构减了几家", ["43家", "31家"], "12家"),
        ("学科类培训机构还剩几家", ["31家"], None),
        ("教学点还剩几个", ["8个"], None),
        # each kind of a thing
        ("三类普通高中各几所", ["12所", "19所", "7所"], None),
        # two against each other, in words of their own
        ("专业是撤的多还是增设的多", ["9个", "6个"], "9个"),
        ("专业是淘汰的多还是增设的多", ["9个", "6个"], "9个"),
        ("艺术类的机构有没有超过体育类", ["302家", "164家"], "302家"),
        ("学位是小学多，还是初中多", ["700个", "300个"], "700个"),
        ("培训机构哪一类数量居首", ["302家"], "302家"),
        ("培训机构最稀的是哪一类", ["152家"], "152家"),
        ("资助资金省市县三级谁出得最多", ["400万元"], "4000000元"),
        # a share of its own total goes before another's growth
        ("教育支出里人员经费占百分之几", ["60亿元", "86亿元"], "69.8%"),
        ("初中占总学位的比例是", ["300个", "1000个"], "30.0%"),
        ("小学学位在新增的学位里占百分之几", ["700个", "1000个"], "70.0%"),
        ("教师里小学的占百分之几", ["80名", "200名"], "40.0%"),
        # a thing of any name taken out, and nothing left
        ("除了艺术类其他的非学科类机构一共几家", ["302家", "618家"], "316家"),
        # a part that a clause further down splits by
        ("特殊教育老师招几名", ["50名"], None),
        # units of one kind, and of another
        ("人工智能课小学一学年几节", ["不少于8课时"], None),
        ("修缮校舍几个", [], None),
        ("参加培训的有多少亿", [], None),
        # a part of a thing that the plan does not tell is not all of it
        ("招的教师里男的几名", [], None),
        ("教师当中特殊教育的几名", ["50名"], None),
        # what is added is told before it is asked of what
        ("小学加初中，教师招多少", ["80名", "70名"], "150名"),
        # an article counts nothing
        ("人工智能课要几个", [], None),
    ],
)
def test_a_number_answers_what_is_asked_of_it_besides_its_name(
    question: str, shown: list[str], computed: str | None, index: Index, shipped_words: Lexicon
) -> None:
    answer = ask(question, index(RIVER), shipped_words)
    assert told(answer) == (shown, computed)


def test_two_numbers_asked_in_one_breath_have_a_clause_each(index: Index, shipped_words: Lexicon) -> None:
    answer = ask("今年新增多少学位 又招多少老师", index(RIVER), shipped_words)
    assert ([m.clause.number for m in answer.matches], raws(answer)) == ([2, 6], ["1000个", "200名"])


@pytest.mark.parametrize(("question", "shown"), [("东城区老年学堂几所", ["2所"]), ("东城区课桌几张", [])])
def test_what_every_area_has_each_has_and_what_all_have_no_one_has(
    question: str, shown: list[str], index: Index, shipped_words: Lexicon
) -> None:
    store = index(
        "西河市2034年教育工作要点\n一、学校\n（一）建校。建设学校7所，其中东城区4所、西山县3所。\n"
        "（二）学堂。开设老年学堂，各区县各2所；添置课桌500张。\n（三）信访。回应来信。\n"
    )
    assert raws(ask(question, store, shipped_words)) == shown


def test_what_is_not_of_a_kind_is_no_part_of_a_chat_about_that_kind(index: Index, talk: Talk) -> None:
    answer = talk(index(RIVER), "非学科类培训机构多少家", "科技类的呢", "学科类的减了几家")[2]
    assert (raws(answer), answer.derived and answer.derived.value) == (["43家", "31家"], 12)


WOODS = (
    "北林市2035年教育工作要点\n一、学校\n"
    "（一）扩大公办园。新建幼儿园6所，新增学位1500个，东河区3所800个，西岭县2所400个，南坪县1所300个。\n"
    "（二）招生。普通高中招生4200人，较上年增加300人；优质高中指标到校比例由55%提至60%，共900个名额，其中城里初中500个、乡镇初中400个。\n"
    "（三）线路。开行“林间专线”，客运线路由40条增到50条，其中东河区20条、西岭县30条。\n"
    "（四）经费。小学生均公用经费700元，初中生均公用经费900元；落实助学贷款800笔。\n"
    "（五）布局。新建义务教育学校22所，其中小学13所、初中9所，新增座位1.26万个；组织高考，设考点14个、考场612个。\n"
    "（六）工程。全年实施学校改造57项，年内竣工24项；增设学习点34个，其中社区22个、乡镇12个。\n"
)


@pytest.mark.parametrize(
    ("question", "shown", "computed"),
    [
        # what is counted is said by its own word
        ("公办园今年加多少学位", ["1500个"], None),
        ("西岭县新增多少学位", ["400个"], None),
        ("西岭县新建几所幼儿园", ["2所"], None),
        ("哪个区新增学位最多", ["800个"], "800个"),
        ("指标到校多少名额", ["900个"], None),
        ("竣工的学校有几项", ["24项"], None),
        # what was added since last year is not what there is
        ("普通高中招多少人", ["4200人"], None),
        # a sentence is about what it begins with
        ("林间专线西岭县几条", ["30条"], None),
        ("林间专线各区县各几条", ["20条", "30条"], None),
        # the name of a part may be that of its place and its stage
        ("指标到校城里初中比乡镇多多少个", ["500个", "400个"], "100个"),
        ("指标到校的名额乡镇多少个", ["400个"], None),
        ("优质高中招生指标到校城里初中比乡镇初中多多少个", ["500个", "400个"], "100个"),
        # 初中生均 is no average of pupils
        ("初中生均公用经费比小学高多少", ["900元", "700元"], "200元"),
        # money is asked for
        ("助学贷款最多能贷多少", [], None),
        # the part of the first number is that of the second
        ("西岭县新建几所幼儿园，多少学位", ["2所", "400个"], None),
        # nothing is added to what is asked for, nor to a thing of another kind
        ("公办园能加多少学位", ["1500个"], None),
        ("高考考点几个", ["14个"], None),
        # what is added where a number grows, and what it grows to
        ("客运线路增加几条", ["40条", "50条"], "10条"),
        ("客运线路增至几条", ["50条"], None),
        # which is more, and by how much
        ("城里初中和乡镇初中哪个名额多，多几个", ["500个", "400个"], "100个"),
        # a sentence that begins with a part is about it, where it counts another thing
        ("义务教育新增多少座位", ["1.26万个"], None),
        ("小学新增多少座位", [], None),
        # a part that the list does not have
        ("南坪县今年有几条林间专线客运线路", [], None),
    ],
)
def test_a_number_counts_what_is_asked_for(
    question: str, shown: list[str], computed: str | None, index: Index, shipped_words: Lexicon
) -> None:
    answer = ask(question, index(WOODS), shipped_words)
    assert told(answer) == (shown, computed)


def test_what_is_asked_besides_is_asked_of_the_same_part(index: Index, shipped_words: Lexicon) -> None:
    store, text = index(WOODS), fold("西岭县新建几所幼儿园，多少学位")
    first, second = read(text, tag(text, store, shipped_words))
    result = look_up(replace(first, also=(second,)), next(clauses(store)))
    assert [r.figure.raw for r in result.rows] == ["2所", "400个"]


def test_what_a_list_leaves_out_has_no_number(index: Index, shipped_words: Lexicon) -> None:
    text = WOODS + "（七）托管。开设暑期托管点15处，东河区9处、西岭县6处，免费接送。\n"
    answer = ask("南坪县今年有几处暑期托管点", index(text), shipped_words)
    assert (answer.status, raws(answer)) == (Status.NO_FIGURE, [])


def test_what_is_asked_for_is_added_to_nothing(index: Index, shipped_words: Lexicon) -> None:
    text = fold("普通高中能加多少学位")
    assert [f.op for f in read(text, tag(text, index(WOODS), shipped_words))] == [None]


def test_a_place_names_the_part_that_is_called_by_it_and_a_stage(index: Index, talk: Talk) -> None:
    assert raws(talk(index(WOODS), "指标到校多少名额", "乡镇的呢")[1]) == ["400个"]


@pytest.mark.parametrize(("weight", "shown"), [(0.6, ["80万元"]), (0.4, [])])
def test_the_only_number_of_a_sentence_answers_where_it_says_more_than_half_of_a_question(
    weight: float, shown: list[str], index: Index
) -> None:
    store = index(HEAD + "（一）后勤。修好食堂，全年安排资金80万元。\n（二）其他。抓好落实。\n")
    about = (Term("食堂", weight, known=True), Term("操场", 1 - weight, known=True))
    frame = Frame("食堂操场多少钱", about=about, asks=Asks.FIGURE, units=("元",))
    assert [r.figure.raw for r in stated_beside(frame, next(clauses(store)))] == shown


GRADES = HEAD + (
    "（一）招生。小学一年级新生11.8万人，其中户籍5.1万人、非户籍6.7万人；初中一年级新生7.9万人。\n"
    "（二）作业。三年级书面作业不超过60分钟；学生离校时间不早于18:00，晚间托管至19:30；建设学习点260个，其中社区190个、产业园区45个、工会驿站25个。\n"
)


@pytest.mark.parametrize(
    ("question", "figures"),
    [
        ("小一新生多少人", ["11.8万人"]),
        ("一年级新生多少人", ["11.8万人"]),
        ("初一新生多少人", ["7.9万人"]),
        ("七年级新生多少人", ["7.9万人"]),
        ("小一新生里非户籍的有几多", ["6.7万人"]),
        ("小一跟初一新生一共多少人", ["11.8万人", "7.9万人"]),
        ("学生几点离校", ["不早于18:00"]),
        ("离校时间是几点", ["不早于18:00"]),
        ("三年级书面作业写到几点", []),
        ("学习点在社区、园区、工会驿站各有多少", ["190个", "45个", "25个"]),
        ("园区学习点几个", ["45个"]),
    ],
)
def test_a_grade_a_time_of_the_day_and_a_place_have_all_their_names(
    question: str, figures: list[str], index: Index, talk: Talk
) -> None:
    assert raws(talk(index(GRADES), question)[0]) == figures


EACH = HEAD + (
    "（一）园所。新建、改扩建公办幼儿园13所，新增学位3510个，其中东城区1080个、西城区2430个；另有民办园8所。\n"
    "（二）接送。开行专线142条，投放专用车辆215台，服务学生8600名。\n"
    "（三）托管。开设暑期托管点320个，惠及学生4.8万人；补助30—50万元，资助学生60人。\n"
    "（四）招聘。招聘教师5200名，其中编制内2900名、编制外2300名；按学段，幼儿园640名、小学2180名、初中1350名、高中870名、职校和特校160名。\n"
)


@pytest.mark.parametrize(
    ("question", "figures", "value"),
    [
        ("新建改扩建的公办幼儿园平均每所新增多少学位", ["3510个", "13所"], "270"),
        ("专用车辆平均一辆车服务多少名学生", ["8600名", "215台"], "40"),
        ("一辆专用车辆平均坐多少学生", ["8600名", "215台"], "40"),
        ("暑期托管点平均一个点接多少学生", ["4.8万人", "320个"], "150"),
        ("东城区西城区平均每个区新增多少学位", ["3510个"], "1755"),
    ],
)
def test_how_many_come_to_each_is_one_number_among_the_other_of_its_sentence(
    question: str, figures: list[str], value: str, index: Index, shipped_words: Lexicon
) -> None:
    answer = ask(question, index(EACH), shipped_words)
    assert answer.derived is not None
    assert (raws(answer), answer.derived.value) == (figures, Decimal(value))


def test_how_many_come_to_each_is_told_with_what_was_divided(index: Index, shipped_words: Lexicon) -> None:
    told = reply(ask("暑期托管点平均一个点接多少学生", index(EACH), shipped_words), None)
    assert "平均每个150人（4.8万人 ÷ 320个，按计划里的数算出）" in told


@pytest.mark.parametrize("question", ["补助平均每人多少钱", "专线平均每所学校几条"])
def test_a_range_is_not_divided_nor_anything_by_what_is_not_counted(
    question: str, index: Index, shipped_words: Lexicon
) -> None:
    assert ask(question, index(EACH), shipped_words).derived is None


@pytest.mark.parametrize(
    ("question", "figures"),
    [
        ("教师招聘按学段分别招几名", ["640名", "2180名", "1350名", "870名", "160名"]),
        ("招聘教师哪个学段最少", ["160名"]),
        ("招聘教师小学占多少名", ["2180名"]),
        ("招聘教师小学占了几人", ["2180名"]),
    ],
)
def test_a_list_by_stage_is_whole_and_a_part_is_a_number(
    question: str, figures: list[str], index: Index, shipped_words: Lexicon
) -> None:
    assert raws(ask(question, index(EACH), shipped_words)) == figures


def test_a_grade_is_not_that_of_another_stage(index: Index, talk: Talk) -> None:
    store = index(
        HEAD
        + "（一）积分入学。公办积分学位21000个，其中小学一年级14600个、初中一年级6400个。\n（二）其他。抓好落实。\n"
    )
    assert raws(talk(store, "积分学位多少个", "一年级呢")[1]) == ["14600个"]
    assert raws(talk(store, "七年级积分学位多少个")[0]) == ["6400个"]


def test_times_of_the_day_are_neither_drawn_nor_reckoned_with(index: Index, shipped_words: Lexicon) -> None:
    store = index(HEAD + "（一）作息。小学到校时间不早于8:20，中学到校时间不早于8:00。\n（二）其他。抓好落实。\n")
    both = ask("小学和中学几点到校", store, shipped_words)
    assert raws(both) == ["不早于8:20", "不早于8:00"]
    assert "█" not in reply(both, None)
    for question in ("小学到校时间比中学晚多少", "小学和中学到校时间加起来"):
        assert ask(question, store, shipped_words).derived is None
