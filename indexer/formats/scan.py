"""Pictures of pages, read where yaodian[ocr] is installed."""

from functools import cache
from importlib.util import find_spec
from typing import Any

from indexer.formats import Text, Unreadable
from indexer.formats.layout import Page, Piece, lines_of, paragraphs

SCALE = 200 / 72  # dots an inch over points: what the models were made for
INSTALL = "装上识别文字的组件（pip install 'yaodian[ocr]'）就能读"
ADVICE = f"是扫描件，里面只有图片；{INSTALL}，也可以找一份带文字的版本。"
NOT_READ = f"没有读；{INSTALL}。"
RECOGNISED = "文字是识别出来的，请对照原件核对数字。"


def is_installed() -> bool:
    return find_spec("rapidocr") is not None and find_spec("onnxruntime") is not None


def read(data: bytes) -> Text:
    """The text in a picture of a page. Raises Unreadable where OCR is not installed or finds none."""
    if not is_installed():
        raise Unreadable(f"是图片；{INSTALL}，也可以找一份带文字的版本。")
    text = "\n".join(filter(None, paragraphs([page(data)])))
    if not text:
        raise Unreadable("是图片，里面没有认出文字，请换一份清楚些的。")
    return Text(text, notes=(f"是图片，{RECOGNISED}",))


def page(image: Any) -> Page:
    """What is written in a picture (its file or its pixels), by the place of each line in pixels."""
    found = _engine()(image)
    if found.boxes is None:
        return Page(1.0, ())
    pieces = []
    for box, text in zip(found.boxes, found.txts, strict=True):
        left, right = min(x for x, _ in box), max(x for x, _ in box)
        top, bottom = min(y for _, y in box), max(y for _, y in box)
        pieces.append(Piece(text, float(left), float(right), float(bottom), float(bottom - top) * 0.8))
    return Page(max(p.right for p in pieces) + min(p.left for p in pieces), tuple(lines_of(pieces)))


@cache
def _engine() -> Any:
    from rapidocr import RapidOCR

    return RapidOCR(params={"Global.log_level": "critical"})
