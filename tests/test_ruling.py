"""Numbers that answer no question, however near they stand: of both sexes, of each, a share of what is counted, of another kind."""

import pytest
from conftest import Index, Talk

from knowledge.fit import is_of
from knowledge.model import Clause, Figure, Frame, Status
from knowledge.ruling import ruled_out

PLAN = """白荷市2035年教育工作计划
一、办好学校
（一）建强队伍。全系统在职党员9860名；受理信访举报217件，其中收费类38件。
（二）开好校车。校车635辆，每辆校车配照管员1名。
（三）推进公平。积分入学公办学位（含购买学位）比例由78%提高到82%；公办积分学位21000个，其中小学14600个、初中6400个。
（四）开设实验班。实验班女生320人。
"""


@pytest.mark.parametrize(
    ("question", "figures"),
    [
        ("全系统在职的女党员有多少名", []),
        ("在职党员有多少名", ["9860名"]),
        ("子女是在职党员的有多少名", ["9860名"]),
        ("实验班女生多少人", ["320人"]),
        ("实验班男生多少人", []),
        ("信访举报里有多少件是校服问题", []),
        ("信访举报里有多少件是收费的", ["38件"]),
        ("信访举报有多少件", ["217件"]),
        ("全市校车照管员有多少名", []),
        ("每辆校车配几名照管员", ["1名"]),
        ("校车照管员配几名", ["1名"]),
        ("积分入学给多少公办学位", ["21000个"]),
        ("积分入学公办学位比例多少", ["82%"]),
    ],
)
def test_a_number_of_more_or_of_others_does_not_answer(
    question: str, figures: list[str], index: Index, talk: Talk
) -> None:
    assert [f.raw for _, f in talk(index(PLAN), question)[0].figures] == figures


ASKED = """白荷市2035年教育工作计划
一、办好学校
（一）办好集团。义务教育集团由28个增至35个；补齐功能教室124间，其中小学68间、初中56间。
（二）办好职教。中等职业学校由17所优化至13所；招生6800人，其中船舶类1500人、冶金类5300人。
（三）办好托育。提供2至3岁托位1160个，新设老年学习点50个，其中城区32个、乡镇18个。
（四）改善校舍。加固改造老旧校舍11.8万平方米，其中教学用房7.5万平方米、学生宿舍4.3万平方米；指标到校比例由60%提高到65%。
（五）浇建冰场。浇建校园冰场48块，其中东城区9块、西城区8块、柞岭县31块；定制学生专线24条。
（六）建设艺术团。建设学生艺术团40个，其中合唱14个、器乐26个。优化教师资源配置。
"""


@pytest.mark.parametrize(
    ("question", "figures"),
    [
        ("义务教育集团由多少个增到多少个", ["28个", "35个"]),
        ("义务教育集团增加以后是多少个", ["35个"]),
        ("指标到校比例从多少变到多少", ["60%", "65%"]),
        ("中职学校减少了多少所", ["17所", "13所"]),
        ("托位多少", ["1160个"]),
        ("托位给几岁的孩子", ["2至3岁"]),
        ("加固改造老旧校舍总面积", ["11.8万平方米"]),
        ("校园冰场最少的是哪个县区", ["8块"]),
        ("艺术团按门类都是几个", ["14个", "26个"]),
        ("数学练习册第38页第4题怎么做", []),
    ],
)
def test_a_number_is_heard_in_whatever_form_it_is_asked(
    question: str, figures: list[str], index: Index, talk: Talk
) -> None:
    assert [f.raw for _, f in talk(index(ASKED), question)[0].figures] == figures


@pytest.mark.parametrize(
    ("questions", "figures"),
    [
        (("老年学习点新设几个", "城里的"), ["32个"]),
        (("老年学习点新设几个", "乡下的呢"), ["18个"]),
        (("加固改造老旧校舍总面积", "学生宿舍呢"), ["4.3万平方米"]),
    ],
)
def test_town_and_country_have_many_names(
    questions: tuple[str, ...], figures: list[str], index: Index, talk: Talk
) -> None:
    assert [f.raw for _, f in talk(index(ASKED), *questions)[-1].figures] == figures


def test_the_clause_on_a_subject_is_not_the_first_one(index: Index, talk: Talk) -> None:
    answer = talk(index(ASKED), "关于优化教师资源配置那一条怎么写的")[0]
    assert answer.matches[0].clause.number == 6


def test_a_detail_of_what_has_a_number_is_not_the_number(index: Index, talk: Talk) -> None:
    answer = talk(index(ASKED), "24条学生专线的发车时刻表")[0]
    assert (answer.status, [f.raw for _, f in answer.figures]) == (Status.NO_DETAIL, [])


TOWN = """麦陵县2036年教育工作计划
一、办好学校
（一）扩大城区学位供给。年内续建城区学校5所，总投资3.4亿元。建成后新增学位5200个，其中小学3000个、初中2200个。
（二）调整教学点。现有教学点70个，其中学生不足12人的18个；在园不足25人的小园归并13所。年内减少16个，分镇看，东山镇减9个、西河镇减7个。
（三）办好寄宿。生活教师按小学每50名住校生配1名、初中每80名住校生配1名，新聘240名。寄宿床位由900张增至1300张，新增的安排为东山镇250张、西河镇150张。
（四）普通高中招生。普通高中计划招生2400人，其中麦陵一中1000人、麦陵二中900人、实验高中500人。
（五）补充教师。全年补充教师320名，其中学前50名、小学150名、初中120名；另有民办小学3所，名师3名。
（六）开放场馆。体育场馆开放46家，服务群众8万人次。托管班每生每学期收费不超过280元。开设社团30个，其中城区20个、乡镇10个。
"""


@pytest.mark.parametrize(
    ("question", "figures"),
    [
        ("城区学校总投资多少钱", ["3.4亿元"]),
        ("城区学校建成后新增多少学位", ["5200个"]),
        ("城区新增的学位里初中有多少", ["2200个"]),
        ("西河镇学校总投资多少钱", []),
        ("学生不到12人的教学点有几个", ["18个"]),
        ("在园幼儿现在多少人", []),
        ("在园不足多少人的小园要归并", ["不足25人"]),
        ("生活老师新聘多少名", ["240名"]),
        ("生活教师多少名住校生配一名", ["50名", "1名", "80名", "1名"]),
        ("西河镇新增多少张床位", ["150张"]),
        ("新增床位各乡镇分多少张", ["250张", "150张"]),
        ("教学点哪个镇减得最多", ["9个"]),
        ("普通高中招多少人", ["2400人"]),
        ("三所高中各招多少人", ["1000人", "900人", "500人"]),
        ("三所高中哪所招得最少", ["500人"]),
        ("今年补充多少老师", ["320名"]),
        ("西河镇那几个教学点叫什么名字", []),
        ("托管一学期最多交多少", ["不超过280元"]),
        ("体育场馆开放花了多少", []),
        ("得多少村民点头", []),
    ],
)
def test_a_question_of_a_county_is_answered_by_its_own_number_or_by_none(
    question: str, figures: list[str], index: Index, talk: Talk
) -> None:
    assert [f.raw for _, f in talk(index(TOWN), question)[0].figures] == figures


def test_two_parts_that_are_joined_are_added(index: Index, talk: Talk) -> None:
    derived = talk(index(TOWN), "学前和小学补充的教师共多少名")[0].derived
    assert derived is not None
    assert derived.value == 200


def test_what_was_taken_away_is_asked_by_name(index: Index, talk: Talk) -> None:
    assert talk(index(TOWN), "西河镇减掉的教学点是哪几个村的")[0].status is Status.NO_DETAIL


def test_what_is_paid_each_term_is_no_number_of_places(index: Index, talk: Talk) -> None:
    first, then = talk(index(TOWN), "体育场馆开放几家", "一个月收多少")
    assert ([f.raw for _, f in first.figures], then.figures) == (["46家"], ())


MORE = """麦陵县2037年教育工作计划
一、办好学校
（一）扩大义务教育资源。投资9.2亿元新建义务教育学校14所，其中小学8所、初中6所；新增学位6100个，其中小学4000个、初中2100个。
（二）开行专线。开行学子专线60条，其中东山镇38条、西河镇22条。护学岗240个，公安、家长志愿者分别承担150个、90个。
（三）强健体魄。体质健康优良率由51%提高到55%。每周劳动课不少于2课时，建设劳动课基地19个。
（四）补充教师。招聘教师540名，其中校园招聘120名、公开招聘420名；全县教师公寓300套，其中东山镇180套、西河镇120套。
（五）办好高中。扩大城区高中规模，新建高中2所。评选先进30名，其中义务教育学校22名、普通高中8名。
"""


@pytest.mark.parametrize(
    ("question", "figures"),
    [
        ("义务教育学校总投资多少", ["9.2亿元"]),
        ("义务教育新增学位多少个", ["6100个"]),
        ("西河镇有几条学子专线", ["22条"]),
        ("护学岗有几个", ["240个"]),
        ("家长志愿者的护学岗有几个", ["90个"]),
        ("体质健康优良率今年的目标", ["55%"]),
        ("一个礼拜至少上多少劳动课", ["不少于2课时"]),
        ("招老师多少名", ["540名"]),
        ("校园招聘的老师多少名", ["120名"]),
        ("教师公寓套数垫底的是哪里", ["120套"]),
        ("多少套教师公寓", ["300套"]),
    ],
)
def test_a_number_is_that_of_the_whole_or_of_the_part_that_is_named(
    question: str, figures: list[str], index: Index, talk: Talk
) -> None:
    assert [f.raw for _, f in talk(index(MORE), question)[0].figures] == figures


def test_what_is_named_is_added_to_what_was_told(index: Index, talk: Talk) -> None:
    *_, added = talk(index(MORE), "东山镇教师公寓几套", "加上西河镇")
    assert added.derived is not None
    assert added.derived.value == 300


def only(asked: tuple[str, str, str], index: Index, talk: Talk) -> tuple[Frame, Figure, Clause]:
    """How a question is read, with the figure of a plan that is written so."""
    plan, question, raw = asked
    store = index(plan)
    clauses = store.clauses_of(store.plans()[0]["title"])
    clause, figure = next((c, f) for c in clauses for f in c.figures if f.raw == raw)
    return talk(store, question)[0].frames[0], figure, clause


@pytest.mark.parametrize(
    ("asked", "out"),
    [
        ((MORE, "一个礼拜至少上多少劳动课", "19个"), True),
        ((MORE, "一个礼拜至少上多少劳动课", "不少于2课时"), False),
        ((MORE, "劳动课基地多少个", "19个"), False),
        ((TOWN, "生活教师多少名", "50名"), True),
        ((TOWN, "生活教师多少名", "1名"), True),
        ((TOWN, "生活教师多少名", "240名"), False),
        ((TOWN, "每多少名住校生配1名生活教师", "50名"), False),
        ((TOWN, "归并的小园有多少人", "不足25人"), True),
        ((TOWN, "多少人的小园要归并", "不足25人"), False),
    ],
)
def test_how_many_go_to_one_and_what_bounds_a_kind_are_ruled_out_unless_they_are_asked(
    asked: tuple[str, str, str], *, out: bool, index: Index, talk: Talk
) -> None:
    assert ruled_out(*only(asked, index, talk)) is out


@pytest.mark.parametrize(
    ("asked", "of"),
    [
        ((TOWN, "城区新增学位", "5200个"), True),
        ((TOWN, "西河镇新增学位", "5200个"), False),
        ((MORE, "义务教育学校新增学位", "6100个"), True),
        ((MORE, "义务教育学校投资", "9.2亿元"), True),
    ],
)
def test_what_a_heading_or_a_whole_sentence_speaks_of_is_what_its_numbers_are_of(
    asked: tuple[str, str, str], *, of: bool, index: Index, talk: Talk
) -> None:
    frame, figure, clause = only(asked, index, talk)
    assert [is_of(part, figure, clause) for part in frame.parts] == [of]


def test_teachers_are_counted_by_either_word(index: Index, talk: Talk) -> None:
    frame = talk(index(TOWN), "老师新聘多少名")[0].frames[0]
    assert ("教师", 1.0) in {other for term in frame.about for other in term.others}
