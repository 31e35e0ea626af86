from collections.abc import Callable

from bot.blocks import drawn, width
from bot.replies import chart, reply
from knowledge.model import Answer
from knowledge.store import Store


def test_the_figure_comes_first_then_the_split_the_sentence_and_the_source(
    ask_small: Callable[[str], Answer], small: Store
) -> None:
    lines = reply(ask_small("小学新增学位"), small.plan()).split("\n")
    assert lines[0] == "新增学位 · 小学：100个"
    assert "▸ 小学 " in lines[4]
    assert "新增学位300个，其中小学100个、初中200个。" in lines[6]
    assert lines[7] == "——《东湖市2030年教育工作要点》第（一）条 扩大学位供给"


def test_the_bars_of_a_chart_line_up(small: Store) -> None:
    clause = small.clauses_of("东湖市2030年教育工作要点")[0]
    rows = drawn(chart(clause, clause.figures[0], [])).split("\n")[1:]
    assert len({width(row) for row in rows}) == 1


def test_who_asks_in_traditional_script_is_answered_in_it(ask_small: Callable[[str], Answer], small: Store) -> None:
    assert "學位" in reply(ask_small("新增學位多少個"), small.plan())
    assert "学位" in reply(ask_small("新增学位多少个"), small.plan())


def test_a_split_of_another_kind_is_named(ask_small: Callable[[str], Answer], small: Store) -> None:
    text = reply(ask_small("城东区新增学位多少"), small.plan())
    assert text.startswith("新增学位这个数，计划只按学段分，没有单独写城东区的。全部是300个：")
