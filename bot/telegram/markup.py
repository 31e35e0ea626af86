"""From a reply to the pages of Telegram HTML that it is sent as, none longer than Telegram takes."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from html import escape
from itertools import zip_longest

from bot.replies.blocks import Block, Chart, Clauses, Help, Numbers, Quote, Reply, Say, Whole, drawn

# What a message may hold after its entities are parsed, counted in UTF-16 code units.
LIMIT = 4096
# A page that has less room than this left is full: a few words of a clause at its end help nobody.
_LEAST = 200


@dataclass(frozen=True, slots=True)
class _Piece:
    """A stretch of text in one tag (none where it is empty), parted by `gap` from what stands before it."""

    text: str
    tag: str = ""
    gap: str = "\n\n"


def pages(reply: Reply, limit: int = LIMIT) -> tuple[str, ...]:
    """The reply as HTML, cut between sentences where it is too long for one message."""
    pieces = (_Piece(reply.written(p.text), p.tag, p.gap) for p in _pieces(reply.blocks) if p.text.strip())
    return tuple(_packed(pieces, limit))


def _pieces(blocks: Sequence[Block]) -> Iterator[_Piece]:
    """The blocks one after the other; where a clause is folded away under a sentence of it, both stand before their source."""
    last = ""
    for block, following in zip_longest(blocks, blocks[1:]):
        match block:
            case Quote(text, source):
                yield _Piece(text, "blockquote")
                last = f"——{source}" if source else ""
                if isinstance(following, Whole):
                    continue
            case Whole(text):
                yield _Piece(text, "blockquote expandable", "\n")
            case _:
                yield _other(block)
        if last:
            yield _Piece(last, gap="\n")
            last = ""


def _other(block: Block | None) -> _Piece:
    match block:
        case Say(text, heading):
            return _Piece(text, "b" if heading else "")
        case Help(text):
            return _Piece(text)
        case Numbers():
            return _Piece("\n".join(block.lines), "b")
        case Chart():
            return _Piece(drawn(block), "pre")
        case Clauses(lines):
            return _Piece("\n".join(line for line, _ in lines))
    return _Piece("")  # what points to clauses: there are buttons for them


def _packed(pieces: Iterable[_Piece], limit: int) -> Iterator[str]:
    page, room = "", limit
    for piece in pieces:
        text = piece.text
        while text:
            gap = piece.gap if page else ""
            if units(gap) + units(text) <= room:
                head, text = text, ""
            elif page and (piece.tag == "pre" or room < _LEAST):
                yield page
                page, room = "", limit
                continue
            else:
                head, text = cut(text, room - units(gap))
            page += gap + _tagged(head, piece.tag)
            room -= units(gap) + units(head)
            if text:
                yield page
                page, room = "", limit
    if page:
        yield page


def _tagged(text: str, tag: str) -> str:
    return f"<{tag}>{escape(text)}</{tag.split(maxsplit=1)[0]}>" if tag else escape(text)


def units(text: str) -> int:
    """The length of a text as Telegram counts it: in UTF-16 code units.

    >>> units("学位👍")
    4
    """
    return len(text) + sum(c > "\uffff" for c in text)


def cut(text: str, room: int) -> tuple[str, str]:
    """The part of a text that fits into so many units, up to the end of a sentence where there is one, and the rest.

    >>> cut("新建九所。竣工七所。", 7)
    ('新建九所。', '竣工七所。')
    """
    used, end = 0, 0
    for end, char in enumerate(text):  # noqa: B007 — it is where the text no longer fits
        used += units(char)
        if used > room:
            break
    else:
        return text, ""
    for marks in ("。；！？\n", "，、：", ""):
        found = [m.end() for m in re.finditer(f"[{marks}]", text[:end])] if marks else [end]
        if found and found[-1] > end // 2:
            return text[: found[-1]], text[found[-1] :].lstrip("\n")
    return text[:end], text[end:]
