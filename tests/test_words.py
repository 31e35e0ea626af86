import re
from time import process_time

import jieba
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from indexer.subjects import pieces, spoken
from indexer.words import default_cutter, everyday_words
from knowledge.bank import shipped
from knowledge.concepts import concepts, direction
from knowledge.model import Clause
from knowledge.store import Store
from knowledge.wording import fold, traditional

WORDS = [word for word, _ in everyday_words()]
MIXED = st.one_of(st.sampled_from(WORDS), st.characters(), st.sampled_from("的一是在学校 \r\n，。a1.%+-#_"))


@pytest.fixture(scope="module")
def tokenizer() -> jieba.Tokenizer:
    made = jieba.Tokenizer()
    with jieba.get_dict_file() as lines:
        made.FREQ, made.total = made.gen_pfdict(lines)
    made.initialized = True
    return made


def test_the_words_of_everyday_chinese_are_those_of_jieba_that_are_short_and_not_rare(
    tokenizer: jieba.Tokenizer,
) -> None:
    often = {word: str(times) for word, times in tokenizer.FREQ.items() if len(word) <= 4 and times >= 5}
    assert dict(everyday_words()) == often


@settings(deadline=None, max_examples=300)
@given(pieces=st.lists(MIXED, max_size=40))
def test_a_text_is_cut_into_the_words_that_jieba_cuts_it_into(pieces: list[str], tokenizer: jieba.Tokenizer) -> None:
    text = "".join(pieces)
    assert list(default_cutter()(text)) == list(tokenizer.cut(text))


def test_characters_of_no_word_are_cut_in_a_time_that_grows_with_their_number() -> None:
    texts = ["".join(chr(0x4E00 + place * 7919 % 20900) for place in range(size)) for size in (10_000, 40_000)]
    seconds = []
    for text in texts:
        start = process_time()
        assert "".join(default_cutter()(text)) == text
        seconds.append(process_time() - start)
    assert seconds[1] < 8 * seconds[0]


def test_a_sentence_speaks_of_what_a_question_of_the_same_words_is_about(small: Store) -> None:
    planned = shipped().subjects.names_planned, shipped().matters.names_planned
    for clause in small.clauses_of("东湖市2030年教育工作要点"):
        for sentence in filter(str.strip, re.split("[。;]", fold(clause.text))):
            told = concepts(sentence, shipped())
            found = list(spoken(Clause(1, "", "", "", sentence)))
            for level, thought, names in zip(
                ("subject", "matter"), (told.subjects, told.matters), planned, strict=True
            ):
                likely = {t: d for t, d in thought.likely.items() if t in names and d > 0.003}
                most = sorted(likely.values(), reverse=True)[:12]
                degrees = sorted((s.degree for s in found if s.level == level and s.degree), reverse=True)
                assert degrees == [round(degree, 4) for degree in most]
                first = max(thought.marked, key=thought.marked.__getitem__)
                assert max((s.mark, s.topic) for s in found if s.level == level)[1] == first


def test_a_clause_without_a_word_speaks_of_nothing() -> None:
    assert list(spoken(Clause(1, "（一）", "", "", ""))) == []


def test_a_piece_of_a_clause_that_says_next_to_nothing_has_no_place() -> None:
    size = len(direction("食堂", shipped()))
    assert len(pieces(Clause(1, "（一）", "", "", "科技类，改造食堂；操场。"))) == size


@given(st.text(st.sampled_from("學位新增学后\ud800\udfffa "), max_size=12))
def test_half_a_character_is_in_no_way_of_either_script(text: str) -> None:
    broken = re.compile("[\ud800-\udfff]")
    assert broken.findall(traditional(text)) == broken.findall(text)
    assert fold(text) == fold(fold(text))
