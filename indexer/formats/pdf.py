"""PDF: its characters where they lie, its tables by their rules. A page that is a picture is read where OCR is installed."""

import ctypes
import io
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import pairwise
from typing import TYPE_CHECKING

from indexer.formats import Text, Unreadable, scan, tables
from indexer.formats.layout import Line, Page, Piece, lines_of, paragraphs

if TYPE_CHECKING:
    import pypdfium2

Box = tuple[float, float, float, float]  # left, top, right, bottom

_MOST_PAGES = 2000
_MOST_CHARACTERS = 5_000_000
_FEWEST_RULES = 4  # a table has so many lines at least
_NEAR = 2.0  # points within which two rules are one


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
        return _read(document, data)
    finally:
        document.close()


def _read(document: "pypdfium2.PdfDocument", data: bytes) -> Text:
    if len(document) > _MOST_PAGES:
        raise Unreadable(f"有 {len(document)} 页，超过 {_MOST_PAGES} 页，请只取正文部分。")
    pages, pictures, left = [], [], _MOST_CHARACTERS
    for number, page in enumerate(document, 1):
        pieces = list(_pieces(page))
        left -= len(pieces)
        if left < 0:
            raise Unreadable("字数太多，不像一份工作计划，请只取正文部分。")
        if pieces:
            pages.append(Page(page.get_width(), tuple(_lines(pieces, _tables(page, data, number)))))
        elif _objects(page, _IMAGE):
            pictures.append(number)
            pages += [scan.page(page.render(scale=scan.SCALE).to_numpy())] if scan.is_installed() else []
    if pictures and not pages:
        raise Unreadable(scan.ADVICE)
    return Text("\n".join(filter(None, paragraphs(pages))), notes=tuple(_notes(pictures)))


def _notes(pictures: Sequence[int]) -> Iterator[str]:
    if pictures:
        named = "、".join(map(str, pictures[:20]))
        yield f"第 {named} 页是图片，{scan.RECOGNISED if scan.is_installed() else scan.NOT_READ}"


_TEXT, _PATH, _IMAGE = 1, 2, 3  # kinds of objects on a page (FPDF_PAGEOBJ_…)


def _objects(page: "pypdfium2.PdfPage", kind: int) -> int:
    return sum(1 for _ in page.get_objects(filter=[kind], max_depth=3))


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


def _lines(pieces: Sequence[Piece], grids: "Sequence[_Grid]") -> list[Line]:
    """The lines of a page, each table's rows in its place."""
    lines = []
    for grid in grids:
        inside = [p for p in pieces if _within(p, grid.box)]
        pieces = [p for p in pieces if not _within(p, grid.box)]
        for top, row in grid.rows(inside):
            lines += [Line(text, grid.box[0], grid.box[2], top, 1.0, is_row=True) for text in tables.rows([row])]
    return sorted(lines + lines_of(pieces), key=lambda line: line.y)


def _within(piece: Piece, box: Box) -> bool:
    # A baseline lies a little above the lower edge of its line.
    middle = (piece.left + piece.right) / 2
    return box[0] <= middle <= box[2] and box[1] <= piece.y - piece.size / 4 <= box[3]


class _Grid:
    """A table of a page by its cells; one that goes over several columns or rows is there for each of them."""

    def __init__(self, cells: Sequence[Box]) -> None:
        self._cells = cells
        self.box: Box = (
            min(c[0] for c in cells),
            min(c[1] for c in cells),
            max(c[2] for c in cells),
            max(c[3] for c in cells),
        )
        self._across = _spans(x for c in cells for x in (c[0], c[2]))
        self._down = _spans(y for c in cells for y in (c[1], c[3]))

    def is_table(self) -> bool:
        """Has it several columns? One is a frame around paragraphs."""
        return len(self._across) > 1

    def rows(self, pieces: Sequence[Piece]) -> Iterator[tuple[float, list[str]]]:
        texts = {
            cell: tables.join(line.text for line in lines_of(p for p in pieces if _within(p, cell)))
            for cell in self._cells
        }
        for top, bottom in self._down:
            middles = (((left + right) / 2, (top + bottom) / 2) for left, right in self._across)
            cells = (next((c for c in self._cells if c[0] < x < c[2] and c[1] < y < c[3]), None) for x, y in middles)
            yield top, ["" if cell is None else texts[cell] for cell in cells]


def _spans(edges: Iterable[float]) -> list[tuple[float, float]]:
    """From edge to edge, those that nearly touch taken for one."""
    lines: list[float] = []
    for edge in sorted(edges):
        if not lines or edge - lines[-1] > _NEAR:
            lines.append(edge)
    return list(pairwise(lines))


def _tables(page: "pypdfium2.PdfPage", data: bytes, number: int) -> list[_Grid]:
    if _objects(page, _PATH) < _FEWEST_RULES:
        return []  # looking for tables takes ten times as long as reading the page
    import pdfplumber

    with pdfplumber.open(io.BytesIO(data), pages=[number]) as document:
        found = [_Grid(table.cells) for table in document.pages[0].find_tables() if table.cells]
    return [grid for grid in found if grid.is_table()]
