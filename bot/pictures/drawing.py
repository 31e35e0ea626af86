"""The picture of an answer to be passed on: its numbers, its bars, the sentence, where it stands, and a code that leads to it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import groupby, zip_longest

import segno

from bot.pictures import sheet as on
from bot.pictures.lines import width
from bot.pictures.sheet import BASELINE, EDGE, ROOM, UNIT, WIDTH, Pen, Picture, Sheet
from bot.replies.blocks import Block, Chart, Clauses, Computed, Help, Number, Numbers, Quote, Reply, Say
from bot.replies.naming import ref_of, titled
from bot.replies.passages import marked

Script = Callable[[str], str]
# So many of each are drawn, and nothing begins below so many pixels: the rest is behind the link.
_NUMBERS, _BARS, _CLAUSES, _LINES, _DEEPEST = 8, 12, 8, 10, 1600
# Charts alone may be longer; a table of them holds all.
_CHARTS, _BARS_ALONE = 4, 40
# More numbers than these are a list.
_LARGE = 2
_CODE = 132
_REST = "还有 {} 项"
SCAN, PROMISE = "扫一扫，看原文", "内容出自计划原文"
_LOGO = "M9 9.5h14v2.6h-14z M9 14.7h9v2.6h-9z M9 19.9h5v2.6h-5z"


@dataclass(frozen=True, slots=True)
class Imprint:
    """What stands at the foot of a picture: the day on which it was shared, as people write it, and the address that leads to
    it, each empty where there is none."""

    day: str = ""
    link: str = ""


def card(reply: Reply, title: str, family: str, imprint: Imprint) -> Picture:
    """All of an answer, as far as it fits a phone."""
    sheet = Sheet(family)
    _head(sheet)
    for block, following in zip_longest(reply.blocks, reply.blocks[1:]):
        if sheet.y > _DEEPEST:
            sheet.write("……", Pen(28, on.SOFT))
            break
        if not _is_told_by(following, block):
            _draw(sheet, block, reply.written)
    _foot(sheet, imprint, reply.written)
    return sheet.picture(title)


def charts(reply: Reply, title: str, family: str) -> Picture:
    """The charts of an answer alone, and where their numbers stand."""
    sheet = Sheet(family)
    for chart in [b for b in reply.blocks if isinstance(b, Chart) and b.bars][:_CHARTS]:
        _chart(sheet, chart, reply.written, _BARS_ALONE)
    for quote in [b for b in reply.blocks if isinstance(b, Quote)][:1]:
        _source(sheet, quote, reply.written)
    return sheet.picture(title)


def _is_told_by(chart: Block | None, block: Block) -> bool:
    """Are the numbers the bars of the chart below them, all of them and no more?"""
    if not (isinstance(block, Numbers) and isinstance(chart, Chart)):
        return False
    told = [f"{i.number}{i.unit}{i.note}" if isinstance(i, Number) else "" for i in block.items]
    return sorted(told) == sorted(bar.raw for bar in chart.bars)


def _draw(sheet: Sheet, block: Block, written: Script) -> None:
    """What is folded away on a page, and what points elsewhere, is not drawn."""
    match block:
        case Say(text) | Help(text):
            heading = isinstance(block, Help) or block.heading
            sheet.write(written(text), Pen(30 if heading else 26, bold=heading), most=_LINES)
            sheet.space(14)
        case Numbers(items):
            _numbers(sheet, items, written)
        case Chart(_, bars) if bars:
            _chart(sheet, block, written)
        case Quote():
            _quote(sheet, block, written)
        case Clauses(named):
            _clauses(sheet, [name for name, _ in named], written)


# --- numbers


def _numbers(sheet: Sheet, items: Sequence[Number | Computed], written: Script) -> None:
    """What was computed first."""
    plain = [item for item in items if isinstance(item, Number)]
    for item in items:
        if isinstance(item, Computed):
            _computed(sheet, item, written)
    small = len(plain) > _LARGE or len(plain) < len(items)
    for number in plain[:_NUMBERS]:
        (_row if small else _large)(sheet, number, written)
    _rest(sheet, len(plain) - _NUMBERS, written)
    sheet.space(20)


def _large(sheet: Sheet, number: Number, written: Script) -> None:
    sheet.write(written(_counted(number)), Pen(28, on.SOFT), most=2)
    _amount(sheet, written(number.number), written(number.unit + number.note), Pen(96, on.ACCENT, bold=True))
    sheet.space(8)


def _counted(number: Number) -> str:
    return f"{number.place}. {number.what}" if number.place else number.what


def _amount(sheet: Sheet, number: str, unit: str, pen: Pen, left: float = 0) -> None:
    """A number as large as it fits, its unit behind it."""
    size = min(pen.size, (ROOM - 2 * left) / (width(number) + UNIT * width(unit) + 0.1))
    sheet.amount(number, unit, EDGE + left, sheet.y + 1.02 * size, pen._replace(size=size))
    sheet.space(1.28 * size)


def _row(sheet: Sheet, number: Number, written: Script) -> None:
    """One of many numbers: what it counts at the left, itself at the right."""
    taken = _at_right(sheet, written(f"{number.number}{number.unit}{number.note}"), Pen(30, on.ACCENT, bold=True))
    sheet.write(written(_counted(number)), Pen(26), most=2, right=taken)
    sheet.space(8)


def _at_right(sheet: Sheet, text: str, pen: Pen) -> float:
    """Written in a line that goes on at the left, in half of it at most; the room that it takes."""
    size = min(pen.size, ROOM / 2 / max(1, width(text)))
    sheet.put(text, WIDTH - EDGE, sheet.y + BASELINE * 26, pen._replace(size=size), right=True)
    return width(text) * size + 24


def _computed(sheet: Sheet, item: Computed, written: Script) -> None:
    top, pad = sheet.y, 24
    sheet.space(20)
    sheet.write(written(f"{item.what} · 算出来的"), Pen(26, on.COMPUTED_INK), most=2, left=pad, right=pad)
    if item.number:
        large = Pen(84, on.COMPUTED_INK, bold=True)
        _amount(sheet, written(item.number), written(item.unit), large, pad)
    sheet.write(written(item.how), Pen(22, on.COMPUTED_INK), most=3, left=pad, right=pad)
    sheet.space(18)
    sheet.rect((EDGE, top, ROOM, sheet.y - top), on.COMPUTED, 16, below=True)
    sheet.space(16)


# --- bars, sentences, clauses


def _chart(sheet: Sheet, chart: Chart, written: Script, most: int = _BARS) -> None:
    sheet.write(written(chart.title), Pen(26, on.SOFT), most=2)
    sheet.space(6)
    for bar in chart.bars[:most]:
        pen = Pen(26, on.ACCENT, bold=True) if bar.marked else Pen(26)
        taken = _at_right(sheet, written(bar.raw), pen)
        sheet.write(written(bar.name), pen, most=1, right=taken)
        long = max(14, float(bar.share) * ROOM)
        sheet.rect((EDGE, sheet.y, ROOM, 14), on.TRACK, 7)
        sheet.rect((EDGE, sheet.y, long, 14), on.ACCENT if bar.marked else on.BAR, 7)
        sheet.space(24)
    _rest(sheet, len(chart.bars) - most, written)
    sheet.space(20)


def _quote(sheet: Sheet, quote: Quote, written: Script) -> None:
    top = sheet.y + 4
    sheet.write(marked(quote.text.strip(), quote.said, written), Pen(28), most=_LINES, left=24)
    sheet.rect((EDGE, top, 5, sheet.y - top), on.ACCENT, 2.5)
    sheet.space(14)
    if quote.source:  # else a heading has told it
        _source(sheet, quote, written)
    sheet.space(16)


def _source(sheet: Sheet, quote: Quote, written: Script) -> None:
    clause = quote.clause
    sheet.write(written(f"{ref_of(clause)} {clause.title}".strip()), Pen(24, on.ACCENT, bold=True), most=2)
    sheet.write(written(titled(clause.plan, clause.edition)), Pen(22, on.SOFT), most=3)


def _clauses(sheet: Sheet, names: Sequence[str], written: Script) -> None:
    for name in names[:_CLAUSES]:
        sheet.write(written(name), Pen(26), most=2, left=24)
        sheet.space(6)
    _rest(sheet, len(names) - _CLAUSES, written)
    sheet.space(14)


def _rest(sheet: Sheet, count: int, written: Script) -> None:
    if count > 0:
        sheet.write(written(_REST.format(count)), Pen(22, on.SOFT))


# --- head and foot


def _head(sheet: Sheet) -> None:
    sheet.rect((EDGE, EDGE, 44, 44), on.ACCENT, 12)
    sheet.path(_LOGO, EDGE, EDGE, 44 / 32, on.GROUND)
    sheet.rect((EDGE + 27, EDGE + 26, 7, 7), "#ffd56b", 3.5)
    sheet.put("要点", EDGE + 58, EDGE + 33, Pen(30, bold=True))
    sheet.y = EDGE + 72


def _foot(sheet: Sheet, imprint: Imprint, written: Script) -> None:
    sheet.rect((EDGE, sheet.y, ROOM, 2), on.LINE)
    sheet.space(24)
    top, taken = sheet.y, _CODE + 24 if imprint.link else 0
    sheet.write(written(SCAN if imprint.link else PROMISE), Pen(26, bold=bool(imprint.link)), right=taken)
    sheet.write(imprint.link, Pen(18, on.SOFT), most=3, right=taken)
    sheet.write(written(imprint.day), Pen(20, on.SOFT), right=taken)
    if imprint.link:
        _code(sheet, imprint.link, WIDTH - EDGE - _CODE, top)
        sheet.y = max(sheet.y, top + _CODE)


def _code(sheet: Sheet, link: str, x: float, y: float) -> None:
    """A QR code: each row as runs of dark squares."""
    matrix = segno.make_qr(link, error="m").matrix
    path = []
    for line, row in enumerate(matrix):
        place = 0
        for dark, run in groupby(row):
            length = len(list(run))
            path += [f"M{place} {line}h{length}v1h-{length}z"] if dark else []
            place += length
    sheet.path("".join(path), x, y, _CODE / len(matrix))
