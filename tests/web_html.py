"""A page of ours read as a program does: its elements and its words."""

from html.parser import HTMLParser

import httpx

_Attributes = dict[str, str | None]


class Parsed(HTMLParser):
    """The elements of a page with their attributes, and its words with the name of what they stand in."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, _Attributes]] = []
        self.words: list[tuple[str, str]] = []
        self._open: list[tuple[str, _Attributes]] = []
        self._within: list[tuple[_Attributes, str]] = []  # of each of the words
        self._list = ""
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        self._open.append((tag, dict(attrs)))
        if tag == "select":
            self._list = str(dict(attrs)["name"])

    def handle_endtag(self, tag: str) -> None:
        while self._open and self._open.pop()[0] != tag:
            pass

    def handle_data(self, data: str) -> None:
        if data.strip() and self._open:
            name, attributes = self._open[-1]
            self.words.append((name, data.strip()))
            self._within.append((attributes, self._list))

    def texts(self, name: str) -> list[str]:
        """The words in every td, or in every td.raw."""
        tag, _, kind = name.partition(".")
        told = zip(self.words, self._within, strict=True)
        return [t for (of, t), (a, _) in told if of == tag and (not kind or kind in (a.get("class") or "").split())]

    def options(self, name: str, *, selected: bool = False) -> list[str]:
        """What the list of that name offers, or what is selected of it."""
        told = zip(self.words, self._within, strict=True)
        return [
            t for (of, t), (a, within) in told if (of, within) == ("option", name) and (not selected or "selected" in a)
        ]

    def all(self, tag: str) -> list[_Attributes]:
        return [attributes for name, attributes in self.elements if name == tag]


def seen(visitor: httpx.Client, path: str) -> Parsed:
    response = visitor.get(path)
    assert (response.status_code, response.headers["content-type"]) == (200, "text/html; charset=utf-8")
    return Parsed(response.text)
