"""Pages of Telegram HTML: never too long, never unparsable, nothing lost."""

import re
from pathlib import Path

from conftest import LAKE
from hypothesis import given
from hypothesis import strategies as st
from telegram_html import parse_html

from bot.assistant import Assistant
from bot.library import Library
from bot.records import Records
from bot.records.replies import Shown
from bot.replies.blocks import Computed, Number, Numbers, Quote, Reply, Say, Whole
from bot.replies.related import ORDER, SHARE, SINCE
from bot.telegram.markup import LIMIT, cut, pages, units
from bot.telegram.views import answer_view, clause_view, contents_view, plans_view, related_view, shown_of
from indexer.build import build
from indexer.document import read_document
from knowledge.model import Clause, Op, Plan, Status

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
    assert sorted(held) == sorted(re.sub(r"\s", "", said))


@given(texts, st.integers(2, 200))
def test_a_text_is_cut_to_fit_and_nothing_but_line_ends_is_lost(text: str, room: int) -> None:
    head, rest = cut(text, room)
    assert units(head) <= room
    assert (head + rest).replace("\n", "") == text.replace("\n", "")
    assert head


def test_every_question_that_is_offered_to_go_on_with_is_answered_as_it_says(tmp_path: Path) -> None:
    earlier = (
        LAKE.replace("2031", "2030")
        .replace("40个，其中东城区12个", "38个，其中东城区10个")
        .replace("1000个，其中小学6", "900个，其中小学5")
    )
    for name, text in (("一", LAKE), ("二", earlier)):
        (tmp_path / f"{name}.txt").write_text(text, encoding="utf8")
    build([read_document(file) for file in sorted(tmp_path.glob("*.txt"))], tmp_path / "lake.db")
    assistant = Assistant(Library(tmp_path / "lake.db"), Records(tmp_path / "chats.db"))
    store, offered = assistant.library.store, set()
    for place, (clause, figure) in enumerate((c, f) for c in store.clauses_of(store.titles()[0]) for f in c.figures):
        turn = assistant.answer(f"chat {place}", f"{figure.part or ''}{figure.what}多少")
        for offer in shown_of(turn, store, assistant.onward(turn)).offers:
            answer = assistant.answer(f"chat {place}", offer, earlier=(turn.after, turn.after)).answer
            offered.add(offer)
            assert answer.status is Status.ANSWERED, (clause.ref, figure.what, offer)
            assert offer != ORDER or answer.findings[0].frame.op is Op.DOWN
            assert offer != SHARE or answer.findings[0].derived.kind == "share"
    assert offered == {ORDER, SHARE, SINCE}


def test_all_of_a_clause_stands_before_its_source() -> None:
    told = pages(Reply((Quote("新建九所。", "《计划》第（一）条", CLAUSE), Whole("全文。", CLAUSE), Say("还有："))))
    assert told == (
        "<blockquote>新建九所。</blockquote>\n<blockquote expandable>全文。</blockquote>\n——《计划》第（一）条\n\n还有：",
    )


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
