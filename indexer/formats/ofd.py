"""OFD, the national format of official documents (GB/T 33190): its text where it lies on the pages."""

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from indexer.formats import Text, Unreadable
from indexer.formats.layout import Page, Piece, lines_of, paragraphs

if TYPE_CHECKING:
    from ofdkit import TextRun

_MOST_PAGES = 2000


def read(data: bytes) -> Text:
    """Raises Unreadable where no text is on its pages, ofdkit's errors where it is broken."""
    import ofdkit

    with ofdkit.open(data) as document:
        if len(document.pages) > _MOST_PAGES:
            raise Unreadable(f"有 {len(document.pages)} 页，超过 {_MOST_PAGES} 页，请只取正文部分。")
        pages = [Page(page.width, tuple(lines_of(_pieces(page.runs)))) for page in document.pages]
    text = "\n".join(filter(None, paragraphs(pages)))
    if not text:
        raise Unreadable("里面没有文字，可能是扫描件，请找一份带文字的版本。")
    return Text(text)


def _pieces(runs: "Iterable[TextRun]") -> Iterator[Piece]:
    for run in runs:
        text = run.text.strip()
        if text:
            yield Piece(text, run.x, run.x + run.width, run.y, max(run.size, 0.1))
