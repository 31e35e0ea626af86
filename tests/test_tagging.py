"""The spans of a question: what competes for its characters, and what wins."""

import re
import tomllib
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import pytest
from conftest import LAKE, PLANS, Index
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from indexer.document import read_document
from knowledge import tagging
from knowledge.bank import FILE
from knowledge.lexicon import Lexicon
from knowledge.model import Answer, PartKind, Term
from knowledge.spans import Span
from knowledge.store import Store
from knowledge.tagging import references, tag
from knowledge.wording import fold, substrings

TABLE = tomllib.loads((Path(tagging.__file__).with_name("phrases.toml")).read_text(encoding="utf8"))
PHRASES = sorted({phrase for lines in TABLE.values() for line in lines.values() for phrase in line.split()})
SHIPPED = FILE.parent / "plans" / "changzhou-2021.md"
QUIET = settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
Tag = Callable[[str], list[Span]]


@pytest.fixture(scope="session")
def tagged(lake: Store, shipped_words: Lexicon) -> Tag:
    return lambda text: tag(fold(text), lake, shipped_words)


def kinds(spans: list[Span]) -> list[tuple[str, str]]:
    return [(s.text, s.kind) for s in spans]


def weights(spans: list[Span]) -> dict[str, float]:
    return {s.text: s.term.weight for s in spans if s.term}


# --- the table of phrases


def test_a_phrase_stands_in_one_line_of_the_table_and_once() -> None:
    lines = Counter(
        p
        for table, lines in TABLE.items()
        if table not in {"stages", "hints", "plan"}
        for line in lines.values()
        for p in line.split()
    )
    assert [phrase for phrase, times in lines.items() if times > 1] == []


def test_a_stage_of_schooling_is_no_phrase_and_has_one_line() -> None:
    named = Counter(name for line in TABLE["stages"].values() for name in line.split())
    others = {p for table, lines in TABLE.items() if table != "stages" for line in lines.values() for p in line.split()}
    assert ([n for n, times in named.items() if times > 1], named.keys() & others) == ([], set())


@pytest.mark.parametrize("file", [*PLANS, SHIPPED], ids=lambda f: f.stem)
def test_no_phrase_names_an_area_or_the_city_of_a_plan(file: Path) -> None:
    plan = read_document(file).report.plan
    areas = {f.part for c in plan.clauses for f in c.figures if f.part and f.part_kind is PartKind.AREA}
    areas |= set(re.findall("[一-龥]{2,3}市", plan.title))
    bare = {re.sub("(?:区|市|县|镇|乡|街道|开发区|片)$", "", a) for a in areas}
    names = {n for n in areas | bare if len(n) > 1} - {
        "市本级",
        "本级",
        "市直",
        "县属",
        "市区",
        "县域",
        "市级",
        "省",
        "市",
        "县",
    }
    assert [(p, n) for p in PHRASES for n in names if n in p and n not in {"县域", "其他"}] == []


def test_every_phrase_is_written_as_questions_are_looked_up() -> None:
    assert [p for p in PHRASES if fold(p) != p] == []


# --- who wins


@QUIET
@given(
    pieces=st.lists(
        st.one_of(
            st.sampled_from([*PHRASES, *re.findall("[一-龥]{2,4}", LAKE)]),
            st.text("学位几个加第条3万，、?的a", max_size=4),
        ),
        max_size=7,
    )
)
def test_no_character_is_tagged_twice_and_every_span_stands_where_it_says(pieces: list[str], tagged: Tag) -> None:
    text = fold("".join(pieces))
    spans = tagged(text)
    assert all(text[s.start : s.end] == s.text or s.quantity for s in spans)
    assert all(0 <= s.start < s.end <= len(text) for s in spans)
    assert all(one.end <= two.start for one, two in pairwise(spans))


@pytest.mark.parametrize(
    ("text", "inside", "is_none"),
    [
        ("参加食堂检查", "加", "ops.sum"),
        ("增加教师", "加", "ops.sum"),
        ("哪个区最多", "哪个", "asks.which"),
        ("其中小学几个", "中小学", "word"),
        ("其他区几个", "他", "noise.filler"),
        ("多少学位", "少", "ops.fewer"),
        ("一共几个", "共", "ops.sum"),
        ("第二少的区", "少", "ops.fewer"),
    ],
)
def test_the_longer_reading_wins(text: str, inside: str, is_none: str, tagged: Tag) -> None:
    assert (inside, is_none) not in kinds(tagged(text))


@pytest.mark.parametrize(
    ("text", "span"),
    [
        ("东城几个", ("东城", "part")),
        ("普高几个", ("普高", "part")),
        ("招聘教师几名", ("招聘", "word")),
        ("前三名", ("前三名", "ops.top")),
        ("倒数两名", ("倒数两名", "ops.bottom")),
        ("第二少的", ("第二少的", "ops.rank")),
        ("三个学段分别几个", ("三个学段", "by.stage")),
        ("两个县几个", ("两个县", "by.area")),
        ("哪几所是特色校", ("哪几所", "asks.roll")),
        ("上海几个学位", ("上海", "place")),
        ("30个是啥", ("30个", "number")),
    ],
)
def test_each_kind_of_span_is_told(text: str, span: tuple[str, str], tagged: Tag) -> None:
    assert span in kinds(tagged(text))


@pytest.mark.parametrize("text", ["这三家食堂的检查情况是怎么样的呀你说说", "一个月检查多少次", "今年是2031年"])
def test_a_small_numeral_an_article_and_a_year_are_no_numbers(text: str, tagged: Tag) -> None:
    assert [s.text for s in tagged(text) if s.kind == "number"] == []


def test_a_part_knows_all_its_names_and_its_kind(tagged: Tag) -> None:
    east, senior = (s.part for s in tagged("东城和普高几个") if s.part)
    assert (east.kind, "东城区" in east.names) == (PartKind.AREA, True)
    assert (senior.kind, "高中" in senior.names) == (PartKind.STAGE, True)


def test_where_a_number_is_asked_a_teacher_is_one_by_either_word(tagged: Tag) -> None:
    def teacher(text: str) -> Term:
        return next(s.term for s in tagged(text) if s.term and s.text in {"老师", "教师"})

    assert teacher("招聘多少老师") == replace(teacher("招聘多少教师"), text="老师", others=(("教师", 1.0),))
    for called in ("老师天天加班", "老师，学位几个", "老师请问学位几个", "孩子老师都说挤，食堂几个"):
        assert not teacher(called).known


def test_an_average_that_a_clause_states_is_a_word_of_it(index: Index, talk: Callable[..., list[Answer]]) -> None:
    store = index(
        "青湖市2031年计划\n（一）高中。新建高中3所，平均班额由55人降至50人，学生1200人。\n（二）食堂。改造食堂9个。\n"
    )
    stated, computed = talk(store, "高中平均班额降到多少人")[0], talk(store, "每所高中平均学生多少")[0]
    assert ([f.raw for _, f in stated.figures], stated.derived) == (["50人"], None)
    assert str(computed.derived and computed.derived.value) == "400.0"


def test_a_word_of_one_clause_tells_more_than_a_word_of_many_and_an_unknown_one_is_not_known(tagged: Tag) -> None:
    told = weights(tagged("食堂教师独角兽"))
    assert told["食堂"] > 0.5
    assert [s.term.known for s in tagged("独角兽") if s.term] == [False] * len(tagged("独角兽"))


@pytest.mark.parametrize(("text", "weight"), [("xyzzy", 0.15), ("好些", 0.5), ("明白", 0.15)])
def test_a_word_that_no_clause_holds_weighs_by_how_rare_it_is(text: str, weight: float, tagged: Tag) -> None:
    assert weights(tagged(text)) == pytest.approx({text: weight}, rel=0.1)


# --- misspelt


@pytest.mark.parametrize(
    ("text", "meant"), [("新增学为", "学位"), ("石堂几个", "食堂"), ("心里健康", "心理健康"), ("召聘教师", "招聘")]
)
def test_a_misspelt_word_stands_for_the_one_that_sounds_like_it(text: str, meant: str, tagged: Tag) -> None:
    assert meant in {o for s in tagged(text) if s.term for o, _ in s.term.others} | {s.text for s in tagged(text)}


@pytest.mark.parametrize(("text", "meant"), [("教室几间", "教师"), ("自主招生", "资助")])
def test_a_common_word_is_no_misspelling_of_one_that_sounds_alike(text: str, meant: str, tagged: Tag) -> None:
    assert meant not in {o for s in tagged(text) if s.term for o, _ in s.term.others} | {s.text for s in tagged(text)}


# --- references


@pytest.mark.parametrize(
    ("text", "refs"),
    [
        ("第七条", [(7, None, None, 0)]),
        ("（三十一）", [(31, None, None, 0)]),
        ("五、（三）", [(3, None, 5, 0)]),
        ("3跟4条", [(3, None, None, 0), (4, None, None, 0)]),
        ("3和4条还有第五部分第二条", [(3, None, None, 0), (4, None, None, 0), (2, None, 5, 0)]),
        ("5-8条", [(5, 8, None, 0)]),
        ("14至16条", [(14, 16, None, 0)]),
        ("第十四到十六条", [(14, 16, None, 0)]),
        ("第1、3、5条", [(1, None, None, 0), (3, None, None, 0), (5, None, None, 0)]),
        ("（二）和（四）", [(2, None, None, 0), (4, None, None, 0)]),
        ("翻到36", [(36, None, None, 0)]),
        ("倒数第二条", [(-2, None, None, 0)]),
        ("最后一条", [(-1, None, None, 0)]),
        ("末条", [(-1, None, None, 0)]),
        ("第四部分最后那条", [(-1, None, 4, 0)]),
        ("第二部分", [(None, None, 2, 0)]),
        ("最后一部分", [(None, None, -1, 0)]),
        ("第2章第1条", [(1, None, 2, 0)]),
        ("第12点", [(12, None, None, 0)]),
        ("上一条", [(None, None, None, -1)]),
        ("下一条", [(None, None, None, 1)]),
        ("再下一条", [(None, None, None, 1)]),
        ("上上条", [(None, None, None, -2)]),
        ("29条原文", [(29, None, None, 0)]),
        ("no.3", [(3, None, None, 0)]),
        ("③", [(3, None, None, 0)]),
    ],
)
def test_a_reference_is_read_in_every_form(text: str, refs: list[tuple[int | None, ...]], tagged: Tag) -> None:
    found = [r for s in tagged(text) for r in s.refs]
    assert [(r.number, r.to, r.chapter, r.step) for r in found] == refs


@pytest.mark.parametrize("text", ["3条措施", "5条航线", "几条街", "两条红线", "每条意见", "第三方评估", "提了10条建议"])
def test_what_only_counts_is_no_reference(text: str) -> None:
    assert list(references(text)) == []


# --- numbers that decide


def test_one_character_too_few_is_looked_for_in_a_short_question_only(tagged: Tag) -> None:
    """A single character that nobody knows may be a slip in 14 characters and no more."""
    assert "食堂" in {o for s in tagged("食膛几个") if s.term for o, _ in s.term.others} | {
        s.text for s in tagged("食膛几个")
    }


def test_every_word_of_the_clauses_is_looked_up_wherever_it_stands(several: Store) -> None:
    """No word lies over two characters that stand beside each other in no clause, so that none is cut in two."""
    texts = [clause.text for title in several.titles() for clause in several.clauses_of(title)]
    words = several.spread({word for text in texts for word in substrings(fold(text), 2, 8)}, "words")
    assert len(words) > 1000
    assert [word for word in words if word not in tagging.written(word, several)] == []


def test_a_phrase_of_eight_characters_is_found(tagged: Tag) -> None:
    assert max(map(len, PHRASES)) <= tagging._LONGEST  # noqa: SLF001
    for text in ("按片区从大到小排", "心理健康特色校"):
        assert tagged(text) != []


def test_the_names_that_plans_give_their_parts_are_short_enough_to_be_found_whole(several: Store) -> None:
    names = {
        f.part
        for title in several.titles()
        for c in several.clauses_of(title)
        for f in c.figures
        if f.part_kind is PartKind.AREA
    }
    assert [n for n in names if n and len(n) > tagging._LONGEST] == []  # noqa: SLF001


def test_an_answer_does_not_hang_on_how_a_plan_is_named(index: Index, shipped_words: Lexicon) -> None:
    renamed = index(LAKE.replace("青湖", "松涛"))
    same = [
        kinds(tag(fold(q), s, shipped_words))
        for q in ("东城区项目几个", "食堂几个", "前三名")
        for s in (index(LAKE), renamed)
    ]
    assert same[::2] == same[1::2]


def test_a_message_in_code_is_not_read_as_words(ask_lake: Callable[[str], Answer]) -> None:
    assert [f.raw for _, f in ask_lake("食堂几个 select name from users where id=1; drop table").figures] == ["30个"]


@pytest.mark.parametrize("text", ["还有多少位子", "剩多少名额", "来了多少家长"])
def test_a_word_that_begins_like_a_unit_is_none(text: str, tagged: Tag) -> None:
    assert [s.text for s in tagged(text) if s.kind == "asks.figure"] == ["多少"]
