"""Pictures of answers: whatever stands in a plan, they are well-formed, nothing runs over an edge, and none grows without end."""

import asyncio
import re
import shutil
import time
from decimal import Decimal
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
import segno
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from bot.pictures import drawing, png, rendering
from bot.pictures.drawing import Imprint
from bot.pictures.lines import lines, shortened, width
from bot.pictures.png import Painter, family_of
from bot.pictures.sheet import EDGE, WIDTH, Picture
from bot.replies.blocks import Bar, Block, Chart, Clauses, Computed, Help, Number, Numbers, Quote, Reply, Say
from knowledge.model import Clause

SVG = "{http://www.w3.org/2000/svg}"
ALLOWED = {f"{SVG}{name}" for name in ("svg", "title", "rect", "path", "text", "tspan")}
LINK = "https://ask.example.org/a/0123456789abcdef"
SHARED = Imprint("2026年11月29日", LINK)
CHINESE = Painter().can
STOPS = "，。、；：！？）》”"

texts = st.text(
    st.one_of(
        st.sampled_from("学位新增，。、《》（）“”；：7012345个 aMi%.-\n\t\x1b\0\ud800<>&\"'"),
        st.characters(),
    ),
    max_size=60,
) | st.integers(290, 1000).map(lambda long: ("持续增加学位资源供给，" * 100)[:long])


def clause(plan: str = "计划", title: str = "增加学位") -> Clause:
    return Clause(7, "（七）", "", title, "", plan=plan)


@st.composite
def blocks(draw: st.DrawFn) -> Block:
    names = draw(st.lists(texts, min_size=1, max_size=4)) * draw(st.sampled_from([1, 3, 20]))
    made: tuple[Block, ...] = (
        Say(names[0], heading=draw(st.booleans())),
        Help(names[0], ("110",)),
        Numbers(tuple(Number(n, names[0], names[-1][:5], place=i % 2) for i, n in enumerate(names))),
        Numbers((Computed(names[0], names[-1], "个", names[0]), Computed(names[0], "", "", names[-1]))),
        Chart(names[0], tuple(Bar(n, names[-1], Decimal(1) / (i + 1), marked=i == 0) for i, n in enumerate(names))),
        Quote(
            names[0], draw(st.sampled_from(["", "《计划》"])), clause(names[0], names[-1]), (names[-1][:3] or "学位",)
        ),
        Clauses(tuple((n, clause()) for n in names)),
    )
    return draw(st.sampled_from(made))


replies = st.builds(Reply, st.lists(blocks(), max_size=8).map(tuple), st.booleans())


def elements(picture: Picture) -> list[ET.Element]:
    return list(ET.fromstring(picture.svg).iter())


def written(picture: Picture) -> str:
    return "".join("".join(e.itertext()) for e in elements(picture) if e.tag == f"{SVG}text")


# As it fails: to make so large an example smaller takes minutes.
@settings(max_examples=60, phases=(Phase.explicit, Phase.reuse, Phase.generate))
@given(replies, texts)
def test_a_picture_of_anything_is_well_formed_and_within_its_edges(reply: Reply, title: str) -> None:
    for picture in (drawing.card(reply, title, "x", SHARED), drawing.charts(reply, title, "x")):
        assert picture.height < 16_000
        for element in elements(picture):
            assert element.tag in ALLOWED
            if element.tag == f"{SVG}text":
                size, x, y = (float(element.attrib[name]) for name in ("font-size", "x", "y"))
                long = width(element.text or "") * size + sum(
                    width(part.text or "") * float(part.get("font-size", size)) + width(part.tail or "") * size
                    for part in element
                )
                assert x + long <= WIDTH or element.get("text-anchor") == "end" or long <= 1.01 * size
                assert 0 < y <= picture.height - EDGE + size
            if element.tag == f"{SVG}rect":
                x, y, wide, high = (float(element.get(name, 0)) for name in ("x", "y", "width", "height"))
                assert x >= 0
                assert x + wide <= WIDTH
                assert y + high <= picture.height


def test_a_card_is_no_longer_than_a_few_screens_of_a_phone() -> None:
    chart = Chart("学位", tuple(Bar(f"{n}区", f"{n}个", Decimal(1), marked=False) for n in range(1000)))
    several = (Quote("持续增加学位资源供给，" * 100, "《计划》", clause()), chart, Say("学位" * 500))
    for some in ((several[n],) * 30 for n in range(3)):
        assert 1_600 < drawing.card(Reply(some), "", "x", SHARED).height < 3_400


@given(texts, st.floats(1, 30))
def test_lines_hold_all_of_a_text_and_none_is_too_wide(text: str, room: float) -> None:
    found = [text[start:end] for start, end in lines(text, room)]
    assert "".join(found) == text.replace("\n", "")
    assert all(width(line) <= room or width(line[1:]) == 0 for line in found)


@given(st.text("学位新增，。（《7个", max_size=80), st.integers(6, 20))
def test_no_line_begins_with_a_stop_that_has_room_behind_what_it_closes(text: str, room: int) -> None:
    text = re.sub(f"[{STOPS}]+", "，", text).lstrip("，")
    assert not [line for start, _ in lines(text, room) if (line := text[start:])[:1] in tuple(STOPS)]


@given(texts, st.floats(4, 30), st.integers(1, 5))
def test_what_is_cut_short_has_as_many_lines_as_it_may_and_says_so(text: str, room: float, most: int) -> None:
    told = shortened(text, room, most)
    assert len(lines(told, room)) <= most + (told != text and "\n" in told)
    assert told == text or (told.endswith("……") and text.startswith(told[:-2]))


def test_a_number_stays_with_its_unit() -> None:
    assert [("增加学位7020个"[a:b]) for a, b in lines("增加学位7020个", 6.5)] == ["增加学位", "7020个"]


def test_the_words_that_were_asked_about_stand_out() -> None:
    quote = Quote("新增学位有57个，小学7个。", "《计划》", clause(), ("7个", "小学"))
    drawn = elements(drawing.card(Reply((quote,)), "", "x", Imprint()))
    assert ["".join(e.itertext()) for e in drawn if e.tag == f"{SVG}tspan"] == ["小学7个"]


def test_traditional_script_reaches_every_word_of_the_plan() -> None:
    reply = Reply((Quote("新增学位", "《计划》", clause("发展计划", "增加学位"), ("学位",)),), traditional=True)
    told = written(drawing.card(reply, "", "x", SHARED))
    assert ("學位" in told, "增加學位" in told, "發展計劃" in told, "掃一掃" in told) == (True,) * 4


def test_the_code_is_that_of_the_link_and_only_there_where_one_is() -> None:
    matrix = segno.make_qr(LINK, error="m").matrix
    paths = [e.get("d", "") for e in elements(drawing.card(Reply(()), "", "x", SHARED)) if e.tag == f"{SVG}path"]
    dark = {
        (int(x) + n, int(y)) for x, y, long in re.findall(r"M(\d+) (\d+)h(\d+)v1", paths[-1]) for n in range(int(long))
    }
    assert dark == {(x, y) for y, row in enumerate(matrix) for x, cell in enumerate(row) if cell}
    assert len([e for e in elements(drawing.card(Reply(()), "", "x", Imprint())) if e.tag == f"{SVG}path"]) == 1


def test_of_many_bars_the_first_are_drawn_and_the_rest_counted() -> None:
    bars = tuple(Bar(f"第{n}区", f"{n}个", Decimal(n) / 30, marked=False) for n in range(30, 0, -1))
    picture = drawing.card(Reply((Chart("学位", bars),)), "", "x", Imprint())
    told = written(picture)
    assert ("第19区" in told, "第18区" in told, "还有 18 项" in told) == (True, False, True)
    assert "第1区" in written(drawing.charts(Reply((Chart("学位", bars),)), "", "x"))


def test_numbers_that_a_chart_shows_are_not_told_twice() -> None:
    bars = tuple(Bar(f"{n}区", f"{n}个", Decimal(1), marked=False) for n in range(3))
    numbers = Numbers(tuple(Number(f"学位 · {n}区", str(n), "个") for n in range(3)))
    told = written(drawing.card(Reply((numbers, Chart("学位", bars))), "", "x", Imprint()))
    others = written(drawing.card(Reply((numbers, Chart("学位", bars[1:]))), "", "x", Imprint()))
    assert ("学位 · 1区" in told, "学位 · 1区" in others) == (False, True)


# --- PNG


@pytest.mark.skipif(not CHINESE, reason="no Chinese font is installed")
def test_a_png_is_made_in_less_than_300_thousandths_and_once_for_all_who_wait() -> None:
    quote = Quote("能提供的新增学位有16500个，其中小学7020个。" * 4, "《计划》", clause(), ("学位",))
    bars = tuple(Bar(name, "7020个", Decimal(1), marked=False) for name in ("幼儿园", "小学", "初中", "高中"))
    reply = Reply((Numbers((Number("新增学位", "16500", "个"),)), Chart("新增学位", bars), quote))
    painter = Painter()
    svg = drawing.card(reply, "", painter.family, SHARED).svg
    begun = time.process_time()
    rendering.rendered(svg, zoom=1.25)
    assert time.process_time() - begun < 0.3

    async def twice() -> list[bytes | None]:
        return list(await asyncio.gather(painter.png(svg), painter.png(svg)))

    first, second = asyncio.run(twice())
    assert first is not None
    assert first is second
    assert (first[:8], int.from_bytes(first[16:20])) == (b"\x89PNG\r\n\x1a\n", 900)


@pytest.mark.skipif(not CHINESE, reason="no Chinese font is installed")
def test_what_cannot_be_drawn_is_no_picture_and_stops_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    painter = Painter()
    assert asyncio.run(painter.png("<svg")) is None
    monkeypatch.setattr(png, "_PATIENCE", 0.0)
    assert asyncio.run(painter.png('<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>')) is None
    monkeypatch.undo()
    monkeypatch.setattr(png.sys, "executable", "/no/such/python")
    assert asyncio.run(painter.png('<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>')) is None
    monkeypatch.undo()
    assert asyncio.run(painter.png('<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>'))


def test_without_a_chinese_font_there_is_no_png_and_the_svg_names_many(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rendering, "rendered", lambda *_: b"the same box")
    painter = Painter()
    assert (painter.can, asyncio.run(painter.png("<svg/>"))) == (False, None)
    assert {"PingFang", "sans-serif"} <= set(re.split("[ ',]+", painter.family))


def found(*names: str) -> Path | None:
    return next((path for name in names for path in Path("/usr/share/fonts").rglob(name)), None)


@pytest.mark.skipif(not found("NotoSansCJK-Regular.ttc"), reason="the font is not installed")
def test_a_font_that_is_named_is_written_with(tmp_path: Path) -> None:
    font = tmp_path / "字体.ttc"
    shutil.copyfile(str(found("NotoSansCJK-Regular.ttc")), font)
    painter = Painter(font)
    assert (painter.can, painter.family.split(",")[0]) == (True, f"'{family_of(font)}'")
    svg = f'<svg xmlns="http://www.w3.org/2000/svg" width="36" height="36" font-family="{painter.family}"><text y="30">{{}}</text></svg>'
    assert asyncio.run(painter.png(svg.format("国"))) != asyncio.run(painter.png(svg.format("")))


@pytest.mark.parametrize(
    "content", [b"", b"no font at all", b"ttcf" + b"\xff" * 40, b"\0\1\0\0\xff\xff" + b"name" * 400]
)
def test_a_named_file_that_is_no_font_is_told_and_the_system_is_asked(
    content: bytes, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    font = tmp_path / "font.ttf"
    font.write_bytes(content)
    assert (Painter(font).can, Painter(tmp_path / "gone.ttf").can) == (CHINESE, CHINESE)
    assert str(font) in caplog.text
