"""A web page: the part of it that is written in sentences, without the menus, the buttons and the feet around it."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import PurePosixPath
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit

from indexer.formats import Text, Unreadable, tables

if TYPE_CHECKING:
    from selectolax.lexbor import LexborHTMLParser, LexborNode

_OUT = (
    "script, style, noscript, template, iframe, svg, object, button, select, textarea, input, nav, header, footer, "
    "aside, dialog, [hidden], [aria-hidden=true], [style*='display:none'], [style*='display: none']"
)
_INLINE = frozenset(
    "a abbr b bdi bdo big cite code del dfn em font i ins kbd label mark q s samp small span strike strong sub sup time tt u var wbr".split()
)
_BLANKS = re.compile(r"\s+")
# A line that is part of a text: a sentence, or a heading with a number.
_WRITTEN = re.compile(
    r"[，。；]|^\s*(?:第?[一二三四五六七八九十]+[、章条节]|[（(][一二三四五六七八九十\d]+[）)]|\d+[.、．])"
)
_ATTACHED = re.compile(r"\.(?:docx?|wps|pdf|ofd|xlsx?|zip|rar)$", re.IGNORECASE)
# A tag that opens or closes an element, without those that need no end.
_TAG = re.compile(
    r"<(/?)(?!(?:area|base|br|col|dd|dt|embed|hr|img|input|li|link|meta|option|p|param|source|tbody|td|th|thead|tr|wbr)\b)"
    r"[a-z][^<>]*(?<!/)>",
    re.IGNORECASE,
)
_CHARSET = re.compile(rb"""<meta[^>]{0,200}?charset\s*=\s*["']?\s*([A-Za-z0-9_-]{2,20})""", re.IGNORECASE)
_TAGS = "html head body div p h[1-6] table tr td ul ol li span br article section center font title meta link script style a b strong".split()
_OPENS = re.compile(
    rf"\ufeff?\s*(?:<\?xml[^>]{{0,200}}>\s*|<!--.{{0,500}}?-->\s*)*<(?:!doctype\s+html|(?:{'|'.join(_TAGS)})[\s>/])",
    re.IGNORECASE | re.DOTALL,
)
_DEEPEST = 200
# How much a linked character speaks against a part, beside a written one: beside a page's text stand summaries of other
# pages, with menus as long. From 1 to 10 the same parts of three pages of government sites are found.
_AGAINST = 3
_BOTTOM = 3000
_WIDEST = 100
_SHORTEST_TITLE = 4


def is_html(text: str) -> bool:
    """Does a text open like a page or a piece of one?

    >>> is_html("<p>一、</p>"), is_html("<link href='a.css'>"), is_html("一、<p>"), is_html("<要点>")
    (True, True, False, False)
    """
    return bool(_OPENS.match(text))


def charset(data: bytes) -> str:
    """The encoding that a page says it has, "" where it says none."""
    found = _CHARSET.search(data, 0, 4096)
    return found[1].decode() if found else ""


def read(text: str) -> Text:
    """1. what no one reads goes  2. the part with the most sentences and the fewest links  3. its lines  4. its title

    Raises Unreadable where nothing is written on the page.
    """
    from selectolax.lexbor import LexborHTMLParser

    if _is_bottomless(text):
        raise Unreadable("是网页，但写得太乱，请在浏览器里把正文复制出来，存成 .txt 再试。")
    page = LexborHTMLParser(text)
    title = _title(page)
    for node in page.css(_OUT):  # 1
        if node.tag not in {"html", "body"}:
            node.decompose()
    if page.body is None:
        raise Unreadable("是网页，但里面没有正文，请在浏览器里把正文复制出来，存成 .txt 再试。")
    main = _main(_Walk().part(page.body, 0))  # 2
    lines = [block.text for block in main.blocks() if not block.is_link()]  # 3
    if not lines:
        raise Unreadable("是网页，但里面没有正文，请在浏览器里把正文复制出来，存成 .txt 再试。")
    if title and not any(_same(title, line) for line in lines[:8]):  # 4
        lines.insert(0, title)
    attached = list(dict.fromkeys(_attachments(main.node)))
    named = "、".join(attached[:20])
    notes = (f"网页上的 {len(attached)} 个附件没有读：{named}；要读就先下载下来再建索引。",) if attached else ()
    return Text("\n".join(lines), title, notes)


def _is_bottomless(text: str) -> bool:
    """Do elements stand within one another so deep that it takes a parser the square of that to follow?"""
    depth = 0
    for found in _TAG.finditer(text):
        depth = max(0, depth + (-1 if found[1] else 1))
        if depth > _BOTTOM:
            return True
    return False


@dataclass(frozen=True, slots=True)
class _Block:
    """A line of the page, `linked` of whose characters are links."""

    text: str
    linked: int

    def is_link(self) -> bool:
        return self.linked * 2 > len(self.text)

    def worth(self) -> int:
        """In characters: how much it speaks for the part that it stands in."""
        if self.is_link():
            return -_AGAINST * self.linked
        return len(self.text) - self.linked if _WRITTEN.search(self.text) else 0

    def is_written(self) -> bool:
        return self.worth() > 0


@dataclass(slots=True)
class _Part:
    """An element of the page with the lines and the parts in it; `worth` is that of all its lines together."""

    node: "LexborNode"
    within: "list[_Block | _Part]" = field(default_factory=list)
    worth: int = 0

    def is_written(self) -> bool:
        return self.worth > 0

    def blocks(self) -> Iterator[_Block]:
        for inner in self.within:
            if isinstance(inner, _Block):
                yield inner
            else:
                yield from inner.blocks()


def _main(body: _Part) -> _Part:
    """The part of the greatest worth, the innermost of those that are worth the same: menus speak against a part as
    sentences for it, so that what is left is the text. One paragraph among others is not all of it."""
    best, around, waiting = body, body, [(body, body)]
    while waiting:
        part, parent = waiting.pop()
        if part.worth > best.worth or (part.worth == best.worth and part.worth > 0):
            best, around = part, parent
        waiting += [(inner, part) for inner in part.within if isinstance(inner, _Part)]
    is_paragraph = not any(isinstance(inner, _Part) for inner in best.within)
    others = any(inner is not best and inner.is_written() for inner in around.within)
    return around if is_paragraph and others else best


class _Walk:
    """From the elements of a page to its parts and lines."""

    def __init__(self) -> None:
        self._said: list[tuple[str, bool]] = []

    def part(self, node: "LexborNode", depth: int) -> _Part:
        part = _Part(node)
        self._fill(part, node, depth, linked=False)
        self._end(part)
        return part

    def _fill(self, part: _Part, node: "LexborNode", depth: int, *, linked: bool) -> None:
        for child in node.iter(include_text=True):
            tag = child.tag or ""
            if tag == "-text" or depth > _DEEPEST:
                self._said.append((child.text(), linked))
            elif tag in _INLINE:
                self._fill(part, child, depth + 1, linked=linked or tag == "a")
            elif tag == "br":
                self._end(part)
            elif tag[:1].isalpha():
                self._end(part)
                self._add(part, self._table(child, depth) if _is_table(child) else self.part(child, depth + 1))

    def _end(self, part: _Part) -> None:
        """The line ends here."""
        text = _tidy("".join(said for said, _ in self._said))
        if text:
            linked = sum(len(_tidy(said)) for said, is_link in self._said if is_link)
            self._add(part, _Block(text, linked))
        self._said = []

    def _table(self, table: "LexborNode", depth: int) -> _Part:
        part = _Part(table)
        grid = [[(cell, self.part(cell, depth + 1)) for cell in _cells(row)] for row in _rows(table)]
        texts = [[(cell, "\n".join(b.text for b in inner.blocks())) for cell, inner in row] for row in grid]
        linked = [sum(b.linked for _, inner in row for b in inner.blocks()) for row in grid]
        for cells, links in zip(_spread(texts), linked, strict=True):
            for line in tables.rows([cells]):
                self._add(part, _Block(line, links))
        return part

    @staticmethod
    def _add(part: _Part, inner: "_Block | _Part") -> None:
        part.within.append(inner)
        part.worth += inner.worth() if isinstance(inner, _Block) else inner.worth


def _is_table(node: "LexborNode") -> bool:
    """Is this a table of cells, not one that lays out the page: that has one column, or other tables in it?"""
    return (
        node.tag == "table" and node.css_first("table table") is None and any(len(_cells(r)) > 1 for r in _rows(node))
    )


def _rows(table: "LexborNode") -> "list[LexborNode]":
    return table.css("tr")


def _cells(row: "LexborNode") -> "list[LexborNode]":
    return [node for node in row.iter() if node.tag in {"td", "th"}]


def _spread(grid: "list[list[tuple[LexborNode, str]]]") -> Iterator[list[str]]:
    """The cells of each row, those that go over several columns or rows repeated."""
    above: dict[int, tuple[int, str]] = {}  # column → for how many more rows, and what
    for row in grid:
        texts: list[str] = []
        for cell, text in row:
            _take(above, texts)
            wide = _span(cell, "colspan")
            for _ in range(wide if len(texts) + wide <= _WIDEST else 1):
                if len(texts) < _WIDEST:
                    above[len(texts)] = (_span(cell, "rowspan") - 1, text)
                texts.append(text)
        _take(above, texts)
        yield texts


def _take(above: dict[int, tuple[int, str]], texts: list[str]) -> None:
    """Put in the cells from the rows above that reach down to where this row has come."""
    while above.get(len(texts), (0, ""))[0] > 0:
        left, text = above[len(texts)]
        above[len(texts)] = (left - 1, text)
        texts.append(text)


def _span(cell: "LexborNode", name: str) -> int:
    said = cell.attributes.get(name) or "1"
    return min(max(int(said), 1), _WIDEST) if said.isdecimal() and len(said) < 6 else 1


def _tidy(text: str) -> str:
    """The text with single blanks; where the page's source breaks its lines beside a Chinese character there is none."""
    return _BLANKS.sub(_blank, text).strip()


def _blank(found: re.Match[str]) -> str:
    beside = found.string[max(0, found.start() - 1) : found.start()] + found.string[found.end() : found.end() + 1]
    return "" if "\n" in found[0] and any(char >= "\u2e80" for char in beside) else " "


def _title(page: "LexborHTMLParser") -> str:
    """As the page's own data has it (ArticleTitle is what the rules for government sites ask for), its first heading or
    the name of its window."""
    said = page.css_first("meta[name=ArticleTitle]")
    texts = [said.attributes.get("content") or ""] if said else []
    texts += [node.text() for node in page.css("h1")]
    window = page.css_first("title")
    texts += re.split(r"[_|]|\s[-–—]+\s", window.text())[:1] if window else []
    return next((tidy for text in texts if len(tidy := _tidy(text)) > _SHORTEST_TITLE), "")


def _same(title: str, line: str) -> bool:
    a, b = ("".join(text.split()) for text in (title, line))
    return a in b or (len(b) > _SHORTEST_TITLE and b in a)


def _attachments(node: "LexborNode") -> Iterator[str]:
    for link in node.css("a[href]"):
        file = PurePosixPath(unquote(_path(link.attributes.get("href") or ""))).name
        if _ATTACHED.search(file):
            yield _tidy(link.text()) or file


def _path(address: str) -> str:
    try:
        return urlsplit(address).path
    except ValueError:
        return ""
