import tomllib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.teaching import fitted, forget, taught, teach
from knowledge import lexicon
from knowledge.errors import SettingsError
from knowledge.lexicon import Lexicon
from knowledge.store import Store
from knowledge.tagging import tag

OWN = """# 我们局的叫法

[same]  # 一回事
# 学校
"竣工" = "揭牌 完工"  # 两个词
'学位' = '名额'

[often]
"竣工" = "开门"
"""


@pytest.fixture
def own(tmp_path: Path) -> Path:
    file = tmp_path / "own.toml"
    file.write_text(OWN, encoding="utf8")
    return file


def found(words: Lexicon, text: str) -> list[tuple[str, dict[str, float]]]:
    return [(entry.everyday, dict(entry.official)) for _, _, entry in words.find(text)]


def test_an_expression_inside_a_longer_one_is_offered_too_and_in_a_question_the_longest_wins(
    tmp_path: Path, small: Store
) -> None:
    file = tmp_path / "own.toml"
    file.write_text('[same]\n"学位" = "名额"\n"竣工" = "名额满"\n', encoding="utf8")
    words = lexicon.load(file)
    assert sorted((start, end) for start, end, _ in words.find("名额满了还有名额吗")) == [(0, 2), (0, 3), (6, 8)]
    meant = {s.text: dict(s.term.others) for s in tag("名额满了还有名额吗", small, words) if s.term and s.term.others}
    assert meant == {"名额满": {"竣工": 1.0}, "名额": {"学位": 1.0}}


def test_an_expression_with_a_gap_spans_a_few_characters_and_no_more(tmp_path: Path) -> None:
    file = tmp_path / "own.toml"
    file.write_text('[same]\n"舆情" = "挂…骂"\n', encoding="utf8")
    words = lexicon.load(file)
    assert found(words, "学校被挂网上骂了") == [("挂…骂", {"舆情": 1.0})]
    assert found(words, "挂骂") == [("挂…骂", {"舆情": 1.0})]
    assert found(words, "挂在学校门口的墙上没人骂") == []


def test_a_latin_expression_is_not_found_inside_a_longer_word(tmp_path: Path) -> None:
    file = tmp_path / "own.toml"
    file.write_text('[same]\n"人工智能" = "AI"\n', encoding="utf8")
    words = lexicon.load(file)
    assert found(words, "ai课") == [("ai", {"人工智能": 1.0})]
    assert (found(words, "main"), found(words, "ai2")) == ([], [])


def test_the_closest_line_of_an_expression_counts(own: Path) -> None:
    words = lexicon.load(own)
    assert found(words, "揭牌") == [("揭牌", {"竣工": 1.0})]
    assert found(words, "开门") == [("开门", {"竣工": 0.7})]


def test_an_everyday_word_is_added_to_its_line_and_all_else_stays(own: Path) -> None:
    teach(own, "剪彩", "竣工")
    teach(own, "位子", "学位")
    assert own.read_text(encoding="utf8") == OWN.replace("揭牌 完工", "揭牌 完工 剪彩").replace("名额", "名额 位子")


def test_official_words_without_a_line_get_one_at_the_end_of_the_table(own: Path) -> None:
    teach(own, "开门", "新建")
    assert own.read_text(encoding="utf8") == OWN.replace("'名额'\n", '\'名额\'\n"新建" = "开门"\n')


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (None, '[same]\n"竣工" = "剪彩"\n'),
        ("", '[same]\n"竣工" = "剪彩"\n'),
        ("# 只有说明", '# 只有说明\n[same]\n"竣工" = "剪彩"\n'),
        ('[often]\n"a" = "b"\n', '[often]\n"a" = "b"\n\n[same]\n"竣工" = "剪彩"\n'),
        ("[same]", '[same]\n"竣工" = "剪彩"\n'),
        ('[same]\r\n"竣工" = ""\r\n', '[same]\r\n"竣工" = "剪彩"\r\n'),
        ('[same]\r\n"a" = "b"', '[same]\r\n"a" = "b"\r\n"竣工" = "剪彩"\r\n'),
    ],
)
def test_a_file_or_a_table_that_is_not_there_is_made(before: str | None, after: str, tmp_path: Path) -> None:
    file = tmp_path / "new" / "own.toml"
    if before is not None:
        file.parent.mkdir()
        file.write_bytes(before.encode())
    teach(file, "剪彩", "竣工")
    assert file.read_bytes().decode() == after
    assert [f.name for f in file.parent.iterdir()] == ["own.toml"]


def test_a_word_is_written_as_questions_are_looked_up(tmp_path: Path) -> None:
    file = tmp_path / "own.toml"
    teach(file, " 掛……罵 ", "輿情")
    teach(file, "ＷｅＣｈａｔ", "家校　共育")
    assert file.read_text(encoding="utf8") == '[same]\n"舆情" = "挂…骂"\n"家校 共育" = "wechat"\n'


@pytest.mark.parametrize(
    ("everyday", "official", "says"),
    [
        ("", "竣工", "没有写全"),
        ("剪彩", " \u200b", "没有写全"),
        ("…", "竣工", "没有写全"),
        ("挂…", "竣工", "没有写全"),
        ("剪" + "彩票" * 10, "竣工", "太长了（21 个字）"),
        ("剪彩", "竣" + "工地" * 10, "太长了（21 个字）"),
        ('剪"彩', "竣工", "引号"),
        ("“剪彩”", "竣工", "引号"),
        ("剪彩", "竣工\\", "反斜杠"),
        ("剪\n彩", "竣工", "看不见"),
        ("剪彩", "竣\x1b工", "看不见"),
        ("剪彩", "竣工\udcff", "看不见"),
        ("剪 彩", "竣工", "空格"),
        ("剪　彩", "竣工", "空格"),
        ("完工", "竣工", "已经有"),
    ],
)
def test_a_word_that_does_not_fit_is_refused_and_the_file_stays(
    everyday: str, official: str, says: str, own: Path
) -> None:
    with pytest.raises(SettingsError, match=says) as told:
        teach(own, everyday, official)
    assert (str(told.value).count("。"), own.read_text(encoding="utf8")) == (1, OWN)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("[same", "写法有误"),
        ('[colour]\n"a" = "b"', "不认识"),
        ('same = { "竣工" = "开门" }', "自己在"),
        ('[same]\n"竣工" = """\n开门"""', "自己在"),
        ('[same]\n"竣工" = "开门\\u0020揭牌"', "自己在"),
    ],
)
def test_a_file_that_cannot_be_added_to_stays_as_it_is(text: str, says: str, own: Path) -> None:
    own.write_text(text, encoding="utf8")
    with pytest.raises(SettingsError, match=says):
        teach(own, "剪彩", "竣工")
    assert own.read_text(encoding="utf8") == text


def test_a_file_that_a_link_points_to_is_changed_and_the_link_stays(own: Path, tmp_path: Path) -> None:
    own.chmod(0o640)
    link = tmp_path / "link.toml"
    link.symlink_to(own)
    teach(link, "剪彩", "竣工")
    assert (link.is_symlink(), "剪彩" in own.read_text(encoding="utf8"), own.stat().st_mode & 0o777) == (
        True,
        True,
        0o640,
    )


@given(st.text(max_size=8), st.text(max_size=8))
def test_what_was_taught_loads_and_is_found(tmp_path_factory: pytest.TempPathFactory, one: str, two: str) -> None:
    file = tmp_path_factory.mktemp("taught") / "own.toml"
    try:
        teach(file, one, two)
    except SettingsError:
        assert not file.exists()
        return
    ((official, everyday),) = tomllib.loads(file.read_text(encoding="utf8"))["same"].items()
    assert [(e, o) for e, o in found(lexicon.load(file), everyday)] == [(everyday, {official: 1.0})]


@given(st.text(max_size=8), st.text(max_size=8))
def test_what_is_forgotten_leaves_the_words_as_they_were(
    tmp_path_factory: pytest.TempPathFactory, one: str, two: str
) -> None:
    file = tmp_path_factory.mktemp("taught") / "own.toml"
    file.write_text(OWN, encoding="utf8")
    before = tomllib.loads(OWN)
    try:
        teach(file, one, two)
    except SettingsError:
        return
    forget(file, *fitted(one, two))
    assert tomllib.loads(file.read_text(encoding="utf8")) == before


def test_a_word_is_forgotten_and_all_else_in_the_file_stays(tmp_path: Path) -> None:
    file = tmp_path / "own.toml"
    file.write_text(
        '# ours\n[same]\n"竣工" = "完工 剪彩 揭牌"  # as people say\n"GDP" = "鸡的屁"\n\n[part]\n"学位" = "位子"\n',
        "utf8",
    )
    forget(file, "剪彩", "竣工")
    assert file.read_text(encoding="utf8").startswith('# ours\n[same]\n"竣工" = "完工 揭牌"  # as people say\n"GDP"')
    assert taught(file) == [("完工", "竣工"), ("揭牌", "竣工"), ("鸡的屁", "GDP")]
    forget(file, "鸡的屁", "GDP")
    assert file.read_text(encoding="utf8").endswith('# as people say\n\n[part]\n"学位" = "位子"\n')
    forget(file, "完工", "竣工")
    forget(file, "揭牌", "竣工")
    assert file.read_text(encoding="utf8") == '# ours\n[same]\n# as people say\n\n[part]\n"学位" = "位子"\n'
    kept = file.read_bytes()
    for everyday, official in (("剪彩", "竣工"), ("位子", "学位"), ("没有", "没有")):
        with pytest.raises(SettingsError, match="可能已经去掉了"):
            forget(file, everyday, official)
    assert file.read_bytes() == kept
    assert taught(tmp_path / "none.toml") == []
