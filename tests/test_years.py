"""Several plans in one index: which of them a question is asked of, and what the years of one bureau come to."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

import pytest
from conftest import Talk
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.replies.compose import reply
from bot.replies.contract import answer_record
from indexer.build import build
from indexer.document import read_document
from indexer.figures import find_figures
from knowledge.across import alike
from knowledge.fit import Row
from knowledge.mentions import is_yearly, level_of, mentions, place_of, series
from knowledge.model import Answer, Clause, Listed, Status
from knowledge.store import Store

OLDER = """云湖市2040年教育工作要点
2040年的工作安排如下。
一、办好学校
（一）增加学位供给。新建学校12所，新增学位900个，其中小学500个、初中400个。
（二）建设智慧教室。建设智慧教室40间，新增托位200个。
（三）办好赛事。举办学生跳绳联赛，参赛队伍30支。
二、关心教师
（四）招聘教师。招聘教师150名，教师培训800人次。
（五）减轻负担。督查检查事项压减到20项，普惠园补助标准为每生每年600元，普惠园覆盖率达到80%。
"""
NEWER = """云湖市2041年教育工作计划
2041年的工作安排如下。
一、扩大资源
（一）扩大学位资源。新建学校15所，新增学位1200个，其中小学700个、初中500个。
（二）升级数字设施。建设智慧教室60间，托位累计达到700个。
（三）办好体育赛事。举办学生篮球联赛，参赛队伍24支。
（四）改善午休条件。更换午休课桌椅900套。
二、成就教师
（五）补充教师。招聘教师120名，全年培训教师600人。
（六）落实减负要求。督查检查事项压减到15项，普惠园补助标准为每生每月80元，普惠园覆盖率达到86%。
"""
DISTRICT = """云湖市东湖区2041年教育工作要点
2041年的工作安排如下。
一、办好学校
（一）增加学位。新建学校3所，新增学位260个。
（二）招聘教师。招聘教师30名。
"""
LAW = """校园饮水安全管理规定
第一章 总则
第一条 为了保障学校饮水安全，制定本规定。
第二条 学校应当每学期检测饮水水质1次，检测结果公布7日。
第三条 饮水机的滤芯每60日更换一次，未按规定更换滤芯的，处2000元以上1万元以下罚款。
"""

Ask = Callable[[str], Answer]


def stored(folder: Path, *texts: str) -> Store:
    files = [folder / f"{place}.txt" for place in range(len(texts))]
    for file, text in zip(files, texts, strict=True):
        file.write_text(text, encoding="utf8")
    build([read_document(file) for file in files], folder / "plans.db")
    return Store(folder / "plans.db")


@pytest.fixture(scope="module")
def years(tmp_path_factory: pytest.TempPathFactory) -> Store:
    return stored(tmp_path_factory.mktemp("years"), OLDER, NEWER)


@pytest.fixture(scope="module")
def mixed(tmp_path_factory: pytest.TempPathFactory) -> Store:
    return stored(tmp_path_factory.mktemp("mixed"), OLDER, NEWER, DISTRICT, LAW)


@pytest.fixture(scope="module")
def ask_years(years: Store, talk: Talk) -> Ask:
    return lambda question: talk(years, question)[0]


@pytest.fixture(scope="module")
def ask_mixed(mixed: Store, talk: Talk) -> Ask:
    return lambda question: talk(mixed, question)[0]


def shown(answer: Answer) -> list[tuple[int | None, str]]:
    return [(c.year, f.raw) for c, f in answer.figures]


def derived(answer: Answer) -> tuple[str, str] | None:
    return (answer.derived.kind, f"{answer.derived.value.normalize():f}") if answer.derived else None


# --- which year


@pytest.mark.parametrize(
    ("question", "year", "raw"),
    [
        ("2040年新增多少学位", 2040, "900个"),
        ("40年新增多少学位", 2040, "900个"),
        ("二〇四〇年新增多少学位", 2040, "900个"),
        ("去年新增多少学位", 2040, "900个"),
        ("今年新增多少学位", 2041, "1200个"),
        ("2041年小学新增学位多少", 2041, "700个"),
        ("去年小学新增学位多少", 2040, "500个"),
        ("新增学位多少个", 2041, "1200个"),
    ],
)
def test_the_year_that_is_asked_chooses_the_plan(question: str, year: int, raw: str, ask_years: Ask) -> None:
    assert shown(ask_years(question)) == [(year, raw)]


@pytest.mark.parametrize(
    ("question", "year"),
    [("2039年新增多少学位", "2039年"), ("明年招聘多少教师", "2042年"), ("前年新增多少学位", "2039年")],
)
def test_a_year_that_no_plan_is_of_is_refused_by_name(question: str, year: str, ask_years: Ask) -> None:
    answer = ask_years(question)
    assert (answer.status, answer.matches, answer.figures) == (Status.NOT_COVERED, (), ())
    assert reply(answer, None).startswith(f"我手头没有{year}的计划")


def test_without_a_year_the_newest_plan_leads_and_says_so(ask_years: Ask) -> None:
    assert "这里按最新的《云湖市2041年教育工作计划》答" in reply(ask_years("新增学位多少个"), None)
    assert "最新的" not in reply(ask_years("2041年新增学位多少个"), None)


def test_what_only_an_older_plan_says_is_told_to_be_from_there(ask_years: Ask) -> None:
    answer = ask_years("跳绳联赛有多少支队伍参赛")
    assert shown(answer) == [(2040, "30支")]
    assert "《云湖市2041年教育工作计划》里没有写，《云湖市2040年教育工作要点》里写了" in reply(answer, None)


@pytest.mark.parametrize("question", ["2040年更换多少套午休课桌椅", "今年跳绳联赛有多少支队伍参赛"])
def test_what_the_plan_of_the_year_does_not_say_is_not_taken_from_another(question: str, ask_years: Ask) -> None:
    answer = ask_years(question)
    assert (answer.status in {Status.NOT_COVERED, Status.NO_FIGURE, Status.UNSURE}, answer.figures) == (True, ())


def test_a_clause_by_its_number_is_that_of_the_year_named(ask_years: Ask) -> None:
    assert [(m.clause.year, m.clause.title) for m in ask_years("2040年的第三条").matches] == [(2040, "办好赛事")]
    assert [(m.clause.year, m.clause.title) for m in ask_years("第三条").matches] == [(2041, "办好体育赛事")]


def test_what_is_asked_of_a_plan_itself_is_told_of_the_year_named(ask_years: Ask) -> None:
    assert "《云湖市2040年教育工作要点》" in reply(ask_years("2040年的计划一共几条"), None)
    assert ask_years("2041年的计划一共几条").findings[0].count == 6


def test_two_questions_of_two_years_are_each_answered_from_their_year(ask_years: Ask) -> None:
    answer = ask_years("2041年新增学位多少个，2040年招聘教师多少名")
    assert shown(answer) == [(2041, "1200个"), (2040, "150名")]


# --- across years


@pytest.mark.parametrize(
    ("question", "result"),
    [
        ("新增学位比去年多多少", ("difference", "300")),
        ("招聘教师今年比2040年少几名", ("difference", "30")),
        ("新增学位比去年涨了几成", ("growth", "33.3")),
        ("智慧教室今年是去年的几倍", ("ratio", "1.5")),
        ("招聘教师哪年多", ("most", "150")),
        ("2040年和2041年招聘教师一共多少名", ("sum", "270")),
        ("这两年一共新增多少学位", ("sum", "2100")),
        ("这两年新增学位各多少", ("difference", "300")),
        ("招聘教师是多了还是少了", ("difference", "30")),
        ("普惠园覆盖率比去年高了几个百分点", ("difference", "6")),
        ("督查检查事项比去年少了几项", ("difference", "5")),
    ],
)
def test_the_same_item_of_two_years_is_computed_with(question: str, result: tuple[str, str], ask_years: Ask) -> None:
    answer = ask_years(question)
    assert (derived(answer), sorted({c.year or 0 for c, _ in answer.figures})) == (result, [2040, 2041])
    assert answer.derived is not None
    assert list(answer.derived.of) == [f for _, f in answer.figures]


@pytest.mark.parametrize(
    ("question", "raws"),
    [
        ("托位比去年多多少个", {"700个", "200个"}),
        ("普惠园补助标准比去年涨了多少钱", {"80元", "600元"}),
        ("教师培训今年比去年多多少", {"600人", "800人次"}),
    ],
)
def test_items_that_only_look_alike_are_both_shown_and_nothing_is_computed(
    question: str, raws: set[str], ask_years: Ask
) -> None:
    answer = ask_years(question)
    assert ({raw for _, raw in shown(answer)}, answer.derived) == (raws, None)
    assert "不是同一件事" in reply(answer, None)


def test_what_only_one_of_the_years_says_is_given_with_the_word_that_the_other_is_silent(ask_years: Ask) -> None:
    answer = ask_years("跳绳联赛哪年队伍多")
    assert (shown(answer), answer.derived) == ([(2040, "30支")], None)
    assert "《云湖市2041年教育工作计划》里没有写这件事" in reply(answer, None)


def test_each_figure_of_a_table_is_shown_with_its_year_and_its_clause(ask_years: Ask) -> None:
    said = reply(ask_years("新增学位比去年多多少"), None)
    assert "2041年 新增学位：1200个（第（一）条）\n2040年 新增学位：900个（第（一）条）" in said
    assert "2041年比2040年多300个（1200个 − 900个，按计划里的数算出）" in said


def test_the_record_names_the_plan_and_the_year_of_each_clause_and_figure(ask_years: Ask) -> None:
    record = answer_record(ask_years("新增学位比去年多多少"), "")
    titles = [("云湖市2041年教育工作计划", 2041), ("云湖市2040年教育工作要点", 2040)]
    assert [(c.plan, c.year) for c in record.clauses] == titles
    assert record.derived is not None
    assert [(f.plan, f.year) for f in record.derived.of] == titles


PHRASES = st.lists(
    st.sampled_from(
        "去年 今年 2040年 2041年 2039年 这两年 哪年 比 和 新增学位 招聘教师 托位 小学 多少 多几个 一共 几成 多".split()
    ),
    min_size=2,
    max_size=7,
)


@settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(pieces=PHRASES)
def test_no_figure_is_of_a_year_that_was_not_asked_and_what_is_computed_is_of_figures_that_are_shown(
    pieces: list[str], ask_years: Ask
) -> None:
    answer = ask_years("".join(pieces))
    asked = {p for p in pieces if p in {"去年", "今年", "2040年", "2041年"}}
    one = len(answer.findings) == 1  # of two questions the one without a year is asked of the newest plan
    if one and asked <= {"去年", "2040年"} and asked and not {"比", "这两年", "哪年", "2039年"} & set(pieces):
        assert {c.year for c, _ in answer.figures} <= {2040}
    if answer.derived:
        assert set(answer.derived.of) <= {f for _, f in answer.figures} | {
            f for c, _ in answer.figures for f in c.figures
        }


# --- one item or two


def row(text: str) -> Row:
    clause = Clause(1, "（一）", "", "", text)
    clause = replace(clause, figures=find_figures(clause))
    return Row(clause, clause.figures[0], 1.0)


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("新增学位900个。", "新增学位1200个。", True),
        ("学校食堂改造30个。", "学校食堂改造42所。", True),
        ("新增学位900个。", "学位总数达到1200个。", False),
        ("首批认定实验园20所。", "认定实验园30所。", False),
        ("市本级教育经费投入3亿元。", "全市教育经费投入9亿元。", False),
        ("补助标准为每生每年600元。", "补助标准为每生每月80元。", False),
        ("培训教师600人。", "培训教师800人次。", False),
        ("公办幼儿园新建3所。", "民办幼儿园新建5所。", False),
        ("计划招生900人。", "实际招生950人。", False),
    ],
)
def test_figures_are_one_item_only_where_nothing_of_scope_unit_or_measure_differs(
    one: str, other: str, same: bool
) -> None:
    assert (alike(row(one), row(other)), alike(row(other), row(one))) == (same, same)


# --- which plan


@pytest.mark.parametrize(
    ("question", "raws"),
    [
        ("东湖区新增学位多少个", ["260个"]),
        ("区里招聘教师多少名", ["30名"]),
        ("市里招聘教师多少名", ["120名"]),
        ("饮水安全管理规定里滤芯没更换罚多少钱", ["2000元以上", "1万元以下"]),
        ("按照饮水安全规定，水质检测结果公布几日", ["7日"]),
    ],
)
def test_a_place_a_level_or_a_title_in_the_question_chooses_the_plan(
    question: str, raws: list[str], ask_mixed: Ask
) -> None:
    assert [f.raw for _, f in ask_mixed(question).figures] == raws


def test_a_plan_named_beside_a_reference_is_where_the_reference_leads(ask_mixed: Ask) -> None:
    found = ask_mixed("饮水安全管理规定第二条").matches
    assert [(m.clause.plan, m.clause.number) for m in found] == [("校园饮水安全管理规定", 2)]


def test_the_name_of_a_document_is_no_word_that_its_clauses_must_hold(
    tmp_path: Path, talk: Talk, ask_mixed: Ask
) -> None:
    alone = stored(tmp_path, LAW)
    for question in ("滤芯没更换罚多少钱", "水质检测结果公布几日"):
        bare, named = talk(alone, question)[0], talk(alone, f"校园饮水安全管理规定里{question}")[0]
        assert shown(bare) == shown(named) == shown(ask_mixed(f"饮水安全管理规定里{question}")) != []


def test_plans_of_one_bureau_are_a_series_whatever_they_are_called() -> None:
    plans = [
        Listed(1, "云湖市2040年教育工作要点", "", 2040),
        Listed(2, "云湖市教育局2041年工作计划", "", 2041),
        Listed(3, "云湖市东湖区2041年教育工作要点", "", 2041),
        Listed(4, "云湖省学前教育条例", "", 2041),
    ]
    assert [place_of(p) for p in plans] == ["云湖市", "云湖市", "东湖区", "云湖省"]
    assert [is_yearly(p) for p in plans] == [True, True, True, False]
    assert len({series(p) for p in plans[:2]}) == 1
    assert [level_of(p) for p in plans] == ["市", "市", "区", "省"]


@given(text=st.text(alphabet="2041年去今这两哪云湖市东区里教育工作要点计划规定安全饮水管理《》 ", max_size=40))
def test_what_a_text_names_stands_in_it(text: str) -> None:
    plans = [Listed(1, "云湖市2041年教育工作要点", "", 2041), Listed(2, "校园饮水安全管理规定", "", 2040)]
    for found in mentions(text, plans):
        assert 0 <= found.start < found.end <= len(text)
        assert set(found.titles) <= {p.title for p in plans}


# --- in a chat


@pytest.mark.parametrize(
    ("questions", "then"),
    [
        (("新增学位多少个", "那2040年呢"), [(2040, "900个")]),
        (("新增学位多少个", "去年呢"), [(2040, "900个")]),
        (("2040年新增学位多少个", "那小学呢"), [(2040, "500个")]),
        (("2040年新增学位多少个", "小学呢", "今年呢"), [(2041, "700个")]),
        (("新增学位比去年多多少", "那小学呢"), [(2041, "700个"), (2040, "500个")]),
        (("新增学位多少个", "比去年多几个"), [(2041, "1200个"), (2040, "900个")]),
        (("新增学位多少个", "去年呢", "差多少"), [(2041, "1200个"), (2040, "900个")]),
    ],
)
def test_a_follow_up_keeps_the_subject_and_changes_the_year(
    questions: Sequence[str], then: list[tuple[int, str]], years: Store, talk: Talk
) -> None:
    assert shown(talk(years, *questions)[-1]) == then


def test_a_follow_up_changes_the_place(mixed: Store, talk: Talk) -> None:
    assert shown(talk(mixed, "市里新增学位多少个", "区里呢")[-1]) == [(2041, "260个")]


@pytest.mark.parametrize(
    ("questions", "year"),
    [
        (("新增学位多少个", "那2039年呢"), "2039年"),
        (("2040年新增学位多少个", "去年呢"), "2039年"),
        (("新增学位多少个", "明年呢"), "2042年"),
    ],
)
def test_a_year_that_no_plan_is_of_is_refused_in_a_follow_up_too(
    questions: Sequence[str], year: str, years: Store, talk: Talk
) -> None:
    answer = talk(years, *questions)[-1]
    assert (answer.status, answer.findings[0].frame.elsewhere) == (Status.NOT_COVERED, (year,))


def test_what_is_computed_from_figures_of_two_years_shown_is_of_one_item(years: Store, talk: Talk) -> None:
    assert talk(years, "今年新增学位多少个", "去年呢", "差多少")[-1].derived is not None
    assert talk(years, "今年托位多少个", "去年呢", "差多少")[-1].derived is None


# --- one plan among several


def test_a_plan_that_is_named_answers_as_it_does_alone(tmp_path: Path, years: Store, talk: Talk) -> None:
    alone = stored(tmp_path, OLDER)
    for question in ("新增学位多少个", "初中新增学位多少", "招聘教师多少名", "督查检查事项压到几项", "智慧教室建几间"):
        one, of_two = talk(alone, question)[0], talk(years, f"2040年{question}")[0]
        assert (one.status, shown(one)) == (of_two.status, shown(of_two))


@pytest.mark.parametrize("question", ["2041年和2040年新增学位各多少", "新增学位比去年多多少"])
def test_the_years_of_a_city_are_not_set_beside_a_districts(question: str, mixed: Store, talk: Talk) -> None:
    answer = talk(mixed, question)[0]
    assert sorted(shown(answer)) == [(2040, "900个"), (2041, "1200个")]
    assert {c.plan[:3] for c, _ in answer.figures} == {"云湖市"}


def test_how_often_is_answered_with_the_number_of_days_where_the_plan_has_one(ask_mixed: Ask) -> None:
    assert shown(ask_mixed("饮水机的滤芯多久换一次"))[0][1] == "60日"


# Numbers of the older plan stand at places that the clause of the newer one has not.
CROWDED = OLDER.replace("新建学校12所，", "新建学校12所、操场3片、食堂2个、车棚5个、花坛6个、门厅7个，")
FIRST = (
    "今年和去年小学新增学位各多少",
    "小学新增学位今年多少，去年呢",
    "新增学位多少个",
    "招聘教师多少名",
    "智慧教室几间",
)
THEN = (
    "从多到少", "前两名", "哪年多", "最多的", "平均多少", "差多少", "一共", "剩下的", "占多少", "那小学呢", "第二呢", "两个县一共",
    "哪个学段最多", "除了小学其他的", "只看超过600个的", "去年呢", "比去年多几个", "为什么", "归谁管", "是它的几倍",
)  # fmt: skip


@pytest.fixture(scope="module")
def crowded(tmp_path_factory: pytest.TempPathFactory) -> Store:
    return stored(tmp_path_factory.mktemp("crowded"), CROWDED, NEWER)


@pytest.mark.parametrize("then", ["从多到少", "前两名"])
def test_a_list_of_two_years_is_gone_over_as_it_was_shown(then: str, crowded: Store, talk: Talk) -> None:
    assert shown(talk(crowded, FIRST[0], then)[1]) == [(2041, "700个"), (2040, "500个")]


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.sampled_from(FIRST), st.lists(st.sampled_from(THEN), min_size=1, max_size=4))
def test_whatever_follows_an_answer_has_an_answer_with_numbers_of_the_plans(
    crowded: Store, talk: Talk, first: str, then: list[str]
) -> None:
    for answer in talk(crowded, first, *then):
        assert all(f in c.figures for c, f in answer.figures)


@pytest.mark.parametrize(
    ("questions", "numbers", "difference"),
    [
        # not 新增学位 of the other year, and no difference to what there is in all
        (("2041年和2040年托位各多少个",), [(2041, "700个"), (2040, "200个")], None),
        (("小学新增学位多少", "和去年比"), [(2041, "700个"), (2040, "500个")], 200),
        (("招聘教师多少名", "和去年比"), [(2041, "120名"), (2040, "150名")], 30),
        (("新增学位多少", "小学新增学位", "从多到少"), [(2041, "700个"), (2041, "500个")], None),
    ],
)
def test_a_chat_compares_the_same_thing_of_the_same_bureau(
    questions: tuple[str, ...], numbers: list[tuple[int, str]], difference: int | None, mixed: Store, talk: Talk
) -> None:
    answer = talk(mixed, *questions)[-1]
    assert (shown(answer), answer.derived.value if answer.derived else None) == (numbers, difference)
