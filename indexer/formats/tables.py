"""A table's cells as lines of a text: `| a | b |`, one a row, the first row the head."""

from collections.abc import Iterable, Iterator, Sequence


def rows(table: Iterable[Sequence[str]]) -> Iterator[str]:
    r"""A line for every row that says something.

    >>> list(rows([["学段", "学位"], ["小学\n初中", "7020个"], ["", ""], ["a|b", "1"]]))
    ['| 学段 | 学位 |', '| 小学 初中 | 7020个 |', '| a／b | 1 |']
    """
    for row in table:
        cells = [_cell(text) for text in row]
        if any(cells):
            yield f"| {' | '.join(cells)} |"


def _cell(text: str) -> str:
    return " ".join(text.replace(" | ", "／").replace("|", "／").split())


def join(lines: Iterable[str]) -> str:
    """Lines that were broken by the width of a page or a cell, made one: a blank stands only between two words of Latin
    letters.

    >>> join(["新增学位165", "00个，WPS", "Office"])
    '新增学位16500个，WPS Office'
    """
    whole = ""
    for line in lines:
        between = " " if whole and line and _is_letter(whole[-1]) and _is_letter(line[0]) else ""
        whole += between + line
    return whole


def _is_letter(char: str) -> bool:
    return char.isascii() and char.isalpha()
