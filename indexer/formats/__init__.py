"""One reader for each format, named after it: from its bytes to the text that it shows, a paragraph or a table row a line."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Text:
    r"""What a document says: `body` in lines ended by \n, the `title` that its format gives it, and what its reader has
    to tell whoever indexes it (`notes`, a sentence each)."""

    body: str
    title: str = ""
    notes: tuple[str, ...] = ()


class Unreadable(Exception):  # noqa: N818 — it says what the document is
    """Its text completes the sentence that begins with the document's name: "是扫描件，……"."""
