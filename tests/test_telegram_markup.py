"""Pages of Telegram HTML: never too long, never unparsable, nothing lost."""

import re

from hypothesis import given
from hypothesis import strategies as st
from telegram_html import parse_html

from bot.records.replies import Shown
from bot.replies.blocks import Computed, Number, Numbers, Quote, Reply, Say, Whole
from bot.telegram.markup import LIMIT, cut, pages, units
from bot.telegram.views import answer_view, clause_view, contents_view, plans_view, related_view
from knowledge.model import Clause, Plan

CLAUSE = Clause(1, "（一）", "一、学位", "扩大学位", "扩大学位。新建九所。", plan="计划")
texts = st.text(st.sampled_from("学位新增。；，\n<>&\"' a👍7"), min_size=1, max_size=3000).filter(str.strip)
titles = st.text(min_size=1, max_size=60).filter(str.strip)
blocks = st.one_of(
    st.builds(Say, texts, st.booleans()),
    st.builds(Numbers, st.tuples(st.builds(Number, texts, texts, texts))),
    st.builds(Numbers, st.tuples(st.builds(Computed, texts, texts, texts, texts))),
    st.builds(Quote, texts, texts, st.just(CLAUSE)),
    st.builds(Whole, texts.map(lambda t: t * 3), st.just(CLAUSE)),
)


@given(st.lists(blocks, min_size=1, max_size=5))
def test_every_page_parses_and_is_short_enough_and_together_they_hold_every_character(some: list) -> None:
    told = pages(Reply(tuple(some)))
    for page in told:
        assert 0 < units(parse_html(page).text) <= LIMIT
    held = re.sub(r"\s", "", "".join(parse_html(page).text for page in told))
    said = "".join(
        f"{b.text}{f'——{b.source}' if isinstance(b, Quote) and b.source.strip() else ''}"
        if not isinstance(b, Numbers)
        else b.lines[0]
        for b in some
    )
    assert held == re.sub(r"\s", "", said)


@given(texts, st.integers(2, 200))
def test_a_text_is_cut_to_fit_and_nothing_but_line_ends_is_lost(text: str, room: int) -> None:
    head, rest = cut(text, room)
    assert units(head) <= room
    assert (head + rest).replace("\n", "") == text.replace("\n", "")
    assert head


def test_a_long_clause_is_cut_behind_a_sentence() -> None:
    told = pages(Reply((Say("学校要办好。" * 1000),)))
    assert len(told) == 2
    assert all(page.endswith("。") for page in told)


@given(titles, st.integers(1, 10**6), st.lists(titles, max_size=40))
def test_no_button_holds_more_than_telegram_takes(title: str, number: int, chapters: list[str]) -> None:
    clause = Clause(number, "", chapters[0] if chapters else "", title, title * 50, plan=title)
    plan = Plan(title, "", 2030, "", tuple(chapters), ())
    shown = Shown(
        title, ("一",) * 30, plan=title, clauses=((title, number),) * 5, answering=1, labels=("（一）" + title,) * 5
    )
    views = [
        answer_view("a" * 12, shown, 9),
        related_view("a" * 12, shown),
        contents_view(plan, [clause]),
        plans_view([title] * 700, title, 50),
        clause_view(clause, 0, f"k:0123456789:{number}:1000", "t:0123456789:1000:0"),
    ]
    for button in (b for view in views for row in view.rows for b in row):
        assert 1 <= len(button.data.encode()) <= 64
        assert button.label.strip()
