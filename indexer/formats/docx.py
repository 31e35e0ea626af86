"""Word documents as they are printed: with automatic numbers, with insertions and without deletions, tables as rows."""

import io
from collections.abc import Iterator
from typing import Any

from indexer.formats import Text, tables
from indexer.formats.numbering import Numbering

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_FALLBACK = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"
# What is in the file and is not printed. A text box stands behind the paragraph that holds it.
_UNSEEN = {_W + tag for tag in ("del", "moveFrom", "pPr", "rPr", "instrText", "txbxContent", "sdtPr")} | {_FALLBACK}
_BREAKS = {_W + "tab": " ", _W + "br": "\n", _W + "cr": "\n", _W + "noBreakHyphen": "-"}
_DEEPEST = 8  # tables within tables


def read(data: bytes) -> Text:
    """Raises what python-docx raises where this is no Word document."""
    import docx

    document = docx.Document(io.BytesIO(data))
    lines = _Lines(Numbering(document))
    return Text("\n".join(line for line in lines.of(document.element.body, 0) if line.strip()))


class _Lines:
    """The lines of one document, read from its top to its bottom: numbers count on, and a paragraph whose mark is
    deleted runs into the next."""

    def __init__(self, numbering: Numbering) -> None:
        self._numbering = numbering
        self._open = ""

    def of(self, parent: Any, depth: int) -> Iterator[str]:
        for element in parent:
            if element.tag == _W + "p":
                yield from self._paragraph(element, depth)
            elif element.tag == _W + "tbl":
                yield from self._table(element, depth)
            elif element.tag not in _UNSEEN and isinstance(element.tag, str):
                yield from self.of(element, depth)

    def _paragraph(self, paragraph: Any, depth: int) -> Iterator[str]:
        if self._numbering.is_contents(paragraph):
            return
        self._open += "".join(_said(paragraph))
        if paragraph.find(f"{_W}pPr/{_W}rPr/{_W}del") is None:
            text, self._open = self._open, ""
            # A paragraph that was only deleted text leaves no number behind; an empty one of its own does.
            yield from (self._numbering.label(paragraph) + text).split("\n")
        for box in paragraph.iter(_W + "txbxContent"):
            if depth < _DEEPEST and _shown_in(box, paragraph):
                yield from self.of(box, depth + 1)

    def _table(self, table: Any, depth: int) -> Iterator[str]:
        if depth >= _DEEPEST:
            return
        grid = [list(self._cells(row, depth)) for row in table.iter(_W + "tr") if _owner(row) is table]
        if all(len(row) == 1 for row in grid):  # a frame around paragraphs
            yield from (line for row in grid for _, line in row for line in line.split("\n"))
            return
        above: list[str] = []
        filled = []
        for row in grid:
            above = [above[i] if goes_on and i < len(above) else text for i, (goes_on, text) in enumerate(row)]
            filled.append(above)
        yield from tables.rows(filled)

    def _cells(self, row: Any, depth: int) -> Iterator[tuple[bool, str]]:
        """Each cell as often as it is wide, and whether it goes on from the row above."""
        for cell in (c for c in row.iter(_W + "tc") if _owner(c) is _owner(row)):
            text = "\n".join(line.removeprefix("| ").removesuffix(" |") for line in self.of(cell, depth + 1))
            merged = cell.find(f"{_W}tcPr/{_W}vMerge")
            goes_on = merged is not None and merged.get(_W + "val", "continue") == "continue"
            span = cell.find(f"{_W}tcPr/{_W}gridSpan")
            wide = 1 if span is None else min(max(int(span.get(_W + "val", "1")), 1), 64)
            yield from [(goes_on, text)] * wide


def _owner(element: Any) -> Any:
    """The table that a row or a cell belongs to."""
    return next((above for above in element.iterancestors() if above.tag == _W + "tbl"), None)


def _shown_in(box: Any, paragraph: Any) -> bool:
    """Is this text box anchored in this paragraph, and no second copy of it for old readers?"""
    above = next(box.iterancestors(_W + "p", _FALLBACK), None)
    return above is paragraph


def _said(element: Any) -> Iterator[str]:
    for child in element:
        if child.tag in _UNSEEN or child.find(f"{_W}rPr/{_W}vanish") is not None:
            continue
        if child.tag == _W + "t":
            yield child.text or ""
        elif child.tag in _BREAKS:
            yield _BREAKS[child.tag]
        elif isinstance(child.tag, str):
            yield from _said(child)
