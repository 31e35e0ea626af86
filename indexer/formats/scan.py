"""Pictures of pages, read where yaodian[ocr] is installed."""

import io
from collections.abc import Iterator, Sequence
from functools import cache
from importlib.util import find_spec
from statistics import median
from typing import TYPE_CHECKING, Any

from indexer.formats import Text, Unreadable
from indexer.formats.layout import Page, Piece, lines_of, paragraphs

if TYPE_CHECKING:
    import numpy as np

SCALE = 200 / 72  # dots an inch over points: what the models were made for
INSTALL = "装上识别文字的组件（pip install 'yaodian[ocr]'）就能读"
_TYPE = 0.8  # the size of the type over the height of a line's box
_DARK = 128
_INKED = 0.015  # the share of a row's pixels that are dark where a line of text is
_SURE = 0.8
ADVICE = f"是扫描件，里面只有图片；{INSTALL}，也可以找一份带文字的版本。"
NOT_READ = f"没有读；{INSTALL}。"
RECOGNISED = "文字是识别出来的，请对照原件核对数字。"


def is_installed() -> bool:
    return find_spec("rapidocr") is not None and find_spec("onnxruntime") is not None


def read(data: bytes) -> Text:
    """The text in a picture of a page. Raises Unreadable where OCR is not installed or finds none."""
    if not is_installed():
        raise Unreadable(f"是图片；{INSTALL}，也可以找一份带文字的版本。")
    import numpy as np
    from PIL import Image

    pixels = np.asarray(Image.open(io.BytesIO(data)).convert("RGB"))
    text = "\n".join(filter(None, paragraphs([page(pixels)])))
    if not text:
        raise Unreadable("是图片，里面没有认出文字，请换一份清楚些的。")
    return Text(text, notes=(f"是图片，{RECOGNISED}",))


def page(image: "np.ndarray") -> Page:
    """What is written in a picture (rows of pixels in red, green, blue), by the place of each line in pixels."""
    pieces = list(_found(image))
    pieces += _missed(image, pieces)
    if not pieces:
        return Page(1.0, ())
    return Page(max(p.right for p in pieces) + min(p.left for p in pieces), tuple(lines_of(pieces)))


def _found(image: "np.ndarray") -> Iterator[Piece]:
    found = _engine()(image, use_det=True, use_cls=True)  # it remembers what it was told last
    for box, text in zip(found.boxes, found.txts, strict=True) if found.boxes is not None else ():
        left, right = min(x for x, _ in box), max(x for x, _ in box)
        top, bottom = min(y for _, y in box), max(y for _, y in box)
        yield Piece(text, float(left), float(right), float(bottom), float(bottom - top) * _TYPE)


def _missed(image: "np.ndarray", pieces: Sequence[Piece]) -> Iterator[Piece]:
    """The lines that the detector passed over, as it does with one in fifty: rows of ink where no piece lies."""
    ink = image[:, :, :3].mean(axis=2) < _DARK
    for piece in pieces:
        ink[int(piece.y - piece.size / _TYPE) : int(piece.y) + 1, int(piece.left) : int(piece.right) + 1] = False
    height = median(p.size for p in pieces) if pieces else float("inf")
    for top, bottom in _bands(ink.sum(axis=1) > _INKED * ink.shape[1]):
        across = ink[top:bottom].any(axis=0).nonzero()[0]
        left, right = int(across[0]), int(across[-1])
        if not height / 2 < bottom - top < height * 2 or right - left < height:
            continue
        said = _engine()(
            image[max(0, top - 4) : bottom + 4, max(0, left - 8) : right + 8], use_det=False, use_cls=False
        )
        if said.txts and said.scores[0] >= _SURE:
            yield Piece(said.txts[0], float(left), float(right), float(bottom), height)


def _bands(rows: "np.ndarray") -> Iterator[tuple[int, int]]:
    """From where to where something is in the rows, one after the other."""
    start = None
    for n, filled in enumerate([*rows.tolist(), False]):
        if filled and start is None:
            start = n
        elif not filled and start is not None:
            yield start, n
            start = None


@cache
def _engine() -> Any:
    from rapidocr import RapidOCR

    return RapidOCR(params={"Global.log_level": "critical"})
