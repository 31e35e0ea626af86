from collections.abc import Callable

import pytest

from knowledge.model import Answer, Status


@pytest.mark.parametrize(
    ("typed", "numbers"),
    [
        ("新增学为多少", "300个"),
        ("峻工几个", "7个"),
        ("城冬区建几所学校", "4个"),
        ("xin zeng xue wei", None),
        ("xinzengxuewei duoshao", None),
        ("心里讲座办几期", "2-3期"),
    ],
)
def test_a_word_that_sounds_right_is_understood(
    typed: str, numbers: str | None, ask_small: Callable[[str], Answer]
) -> None:
    answer = ask_small(typed)
    if numbers is None:  # only the clause is asked for
        assert answer.matches[0].clause.number == 1
    else:
        assert [f.raw for _, f in answer.figures] == [numbers]


def test_a_word_of_its_own_is_not_taken_for_another_that_sounds_alike(ask_small: Callable[[str], Answer]) -> None:
    assert ask_small("附近的极客大会").status is Status.NOT_COVERED


@pytest.mark.parametrize("typed", ["培训机构资金监官", "培训机构资监管金", "培训机构资金监监管", "资金监"])
def test_a_character_wrong_swapped_doubled_or_missing_is_forgiven(
    typed: str, ask_small: Callable[[str], Answer]
) -> None:
    assert [m.clause.number for m in ask_small(typed).matches][:1] == [2]
