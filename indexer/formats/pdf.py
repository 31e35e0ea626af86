"""PDF: its characters where they lie, its tables by their rules. A page that is a picture is read where OCR is installed."""

import ctypes
from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING

from indexer.formats import Text, Unreadable, scan
from indexer.formats.grid import Rule, rule, with_tables
from indexer.formats.layout import Page, Piece, paragraphs

if TYPE_CHECKING:
    import pypdfium2

Point = tuple[float, float]

_MOST_PAGES = 2000
_MOST_CHARACTERS = 5_000_000
_MOST_SEGMENTS = 10_000  # of a path; one of more is a drawing


def read(data: bytes) -> Text:
    """Raises Unreadable where it is locked, too long, or a scan and OCR is not installed."""
    import pypdfium2

    try:
        document = pypdfium2.PdfDocument(data)
    except pypdfium2.PdfiumError as error:
        locked = "password" in str(error).lower()
        raise Unreadable(
            "有密码，请先去掉密码再试。" if locked else "打不开，可能没有下载完整，请重新下载后再试。"
        ) from None
    try:
        return _read(document)
    finally:
        document.close()


def _read(document: "pypdfium2.PdfDocument") -> Text:
    if len(document) > _MOST_PAGES:
        raise Unreadable(f"有 {len(document)} 页，超过 {_MOST_PAGES} 页，请只取正文部分。")
    pages, pictures, left = [], [], _MOST_CHARACTERS
    for number, page in enumerate(document, 1):
        pieces = list(_pieces(page))
        left -= len(pieces)
        if left < 0:
            raise Unreadable("字数太多，不像一份工作计划，请只取正文部分。")
        if pieces:
            pages.append(Page(page.get_width(), tuple(with_tables(pieces, _rules(page)))))
        elif _has_picture(page):
            pictures.append(number)
            pages += [scan.page(page.render(scale=scan.SCALE).to_numpy())] if scan.is_installed() else []
    if pictures and not pages:
        raise Unreadable(scan.ADVICE)
    return Text("\n".join(filter(None, paragraphs(pages))), notes=tuple(_notes(pictures)))


def _notes(pictures: Sequence[int]) -> Iterator[str]:
    if pictures:
        named = "、".join(map(str, pictures[:20]))
        yield f"第 {named} 页是图片，{scan.RECOGNISED if scan.is_installed() else scan.NOT_READ}"


def _has_picture(page: "pypdfium2.PdfPage") -> bool:
    from pypdfium2 import raw

    return next(page.get_objects(filter=[raw.FPDF_PAGEOBJ_IMAGE], max_depth=3), None) is not None


def _pieces(page: "pypdfium2.PdfPage") -> Iterator[Piece]:
    """Every character that is seen, where it lies on the page as it is shown."""
    from pypdfium2 import raw

    text, turn = page.get_textpage(), _turn(page)
    x, y, box = ctypes.c_double(), ctypes.c_double(), raw.FS_RECTF()
    for i in range(text.count_chars()):
        char = chr(raw.FPDFText_GetUnicode(text, i))
        if char.isspace() or char < " " or raw.FPDFText_IsGenerated(text, i) == 1:
            continue
        raw.FPDFText_GetCharOrigin(text, i, ctypes.byref(x), ctypes.byref(y))
        raw.FPDFText_GetLooseCharBox(text, i, ctypes.byref(box))
        (x0, y0), (x1, y1) = turn(box.left, box.bottom), turn(box.right, box.top)
        size = abs(x1 - x0) if char >= "\u2e80" else abs(y1 - y0)
        yield Piece(char, min(x0, x1), max(x0, x1), turn(x.value, y.value)[1], max(size, 1.0))


def _turn(page: "pypdfium2.PdfPage") -> Callable[[float, float], tuple[float, float]]:
    """From a place in the file's coordinates to one from the left and the top of the page as it is shown."""
    left, bottom, right, top = page.get_mediabox()
    return {
        0: lambda x, y: (x - left, top - y),
        90: lambda x, y: (y - bottom, x - left),
        180: lambda x, y: (right - x, y - bottom),
        270: lambda x, y: (top - y, right - x),
    }[page.get_rotation() % 360]


def _rules(page: "pypdfium2.PdfPage") -> Iterator[Rule]:
    """The straight lines that are drawn on a page, the sides of boxes too."""
    from pypdfium2 import raw

    turn = _turn(page)
    for path in page.get_objects(filter=[raw.FPDF_PAGEOBJ_PATH], max_depth=1):
        matrix = path.get_matrix()
        for a, b in _sides(path):
            found = rule(turn(*matrix.on_point(*a)), turn(*matrix.on_point(*b)))
            if found:
                yield found


def _sides(path: "pypdfium2.PdfObject") -> Iterator[tuple[Point, Point]]:
    from pypdfium2 import raw

    x, y = ctypes.c_float(), ctypes.c_float()
    start = last = (0.0, 0.0)
    for n in range(min(raw.FPDFPath_CountSegments(path), _MOST_SEGMENTS)):
        segment = raw.FPDFPath_GetPathSegment(path, n)
        raw.FPDFPathSegment_GetPoint(segment, ctypes.byref(x), ctypes.byref(y))
        point = (x.value, y.value)
        kind = raw.FPDFPathSegment_GetType(segment)
        if kind == raw.FPDF_SEGMENT_MOVETO:
            start = point
        elif kind == raw.FPDF_SEGMENT_LINETO:
            yield last, point
        if raw.FPDFPathSegment_GetClose(segment):
            yield point, start
        last = point
