"""Telegram's HTML, read as strictly as Telegram reads it."""

import re
from dataclasses import dataclass, field
from typing import Any, NamedTuple

TAGS = {
    "b": "bold",
    "strong": "bold",
    "i": "italic",
    "em": "italic",
    "u": "underline",
    "ins": "underline",
    "s": "strikethrough",
    "strike": "strikethrough",
    "del": "strikethrough",
    "span": "spoiler",
    "tg-spoiler": "spoiler",
    "a": "text_link",
    "tg-emoji": "custom_emoji",
    "code": "code",
    "pre": "pre",
    "blockquote": "blockquote",
}
ATTRIBUTES = {"span": "class", "a": "href", "tg-emoji": "emoji-id", "code": "class", "blockquote": "expandable"}
NAMED = {"lt": "<", "gt": ">", "amp": "&", "quot": '"'}
_SPACE = " \t\r\n\0\v"
_BLANK = "\u200b\u200c\u200d\u200e\u200f\u2060\ufeff"
# Letters of any script bound a command or a mention: Telegram finds none in “/help学位” and “问@name”.
_DETECTED = re.compile(
    r"(?P<url>https?://[^\s<>，。；！？）】”]+)"
    r"|(?<![\w/<>])(?P<bot_command>/[A-Za-z0-9_]{1,64}(?:@[A-Za-z0-9_]{3,32})?)(?![\w/<>])"
    r"|(?<!\w)(?P<mention>@[A-Za-z0-9_]{3,32})(?!\w)"
    r"|(?<!\w)(?P<hashtag>#\w*[^\W\d]\w*)"
)


class HtmlError(ValueError):
    """What Telegram says after “can't parse entities: ”."""


@dataclass(frozen=True)
class Formatted:
    """A text, its entities in UTF-16 units, and notes on what Telegram swallows without showing it as meant."""

    text: str
    entities: list[dict[str, Any]] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


class _Open(NamedTuple):
    tag: str
    attributes: dict[str, str]
    offset: int  # in UTF-16 units of the text
    at: int  # in characters of the source


def parse_html(source: str) -> Formatted:
    """The text and entities of HTML; HtmlError where Telegram refuses it.

    >>> parse_html("新增<b>学位</b> &lt;9 个").entities
    [{'type': 'bold', 'offset': 2, 'length': 2}]
    >>> parse_html("人数<9")
    Traceback (most recent call last):
    telegram_html.HtmlError: Unclosed start tag at byte offset 6
    """
    return _Parser(source).parse()


def units(text: str) -> int:
    """The length as Telegram counts it, in UTF-16 code units.

    >>> units("学位🏫")
    4
    """
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def cut(text: str, offset: int, length: int) -> str:
    """The part of the text that an entity with this offset and length covers."""
    return text.encode("utf-16-le")[2 * offset : 2 * (offset + length)].decode("utf-16-le")


def is_blank(text: str) -> bool:
    return not re.sub(rf"[\s{_BLANK}]", "", text)


def trimmed(formatted: Formatted) -> Formatted:
    """The same without the white space around it, which Telegram takes off."""
    text = formatted.text.rstrip(_SPACE)
    lead = len(text) - len(text.lstrip(_SPACE))
    end = units(text)
    kept = []
    for entity in formatted.entities:
        start = max(entity["offset"], lead)
        length = min(entity["offset"] + entity["length"], end) - start
        if length > 0:
            kept.append(entity | {"offset": start - lead, "length": length})
    return Formatted(text[lead:], kept, formatted.notes)


def detected(formatted: Formatted) -> Formatted:
    """The same with the links, commands, mentions and hashtags that Telegram finds by itself."""
    found = []
    for match in _DETECTED.finditer(formatted.text):
        span = {"offset": units(formatted.text[: match.start()]), "length": units(match.group())}
        if match.lastgroup and not any(_hides(entity, span) for entity in formatted.entities):
            found.append({"type": match.lastgroup, **span})
    return Formatted(formatted.text, _ordered(formatted.entities + found), formatted.notes)


def _hides(entity: dict[str, Any], span: dict[str, int]) -> bool:
    plain = entity["type"] in {"code", "pre", "text_link", "url", "bot_command", "mention", "hashtag"}
    return (
        plain
        and entity["offset"] < span["offset"] + span["length"]
        and span["offset"] < (entity["offset"] + entity["length"])
    )


def _ordered(entities: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return sorted(entities, key=lambda e: (e["offset"], -e["length"]))


class _Parser:
    def __init__(self, source: str) -> None:
        self.source, self.at = source, 0
        self.text, self.length = "", 0
        self.open: list[_Open] = []
        self.entities: list[dict[str, Any]] = []
        self.notes: list[str] = []

    def parse(self) -> Formatted:
        while self.at < len(self.source):
            if self.source[self.at] != "<":
                self._character()
            elif self.source.startswith("</", self.at):
                self._end_tag()
            else:
                self._start_tag()
        if self.open:
            raise HtmlError(f'Can\'t find end tag corresponding to start tag "{self.open[-1].tag}"')
        return Formatted(self.text, _ordered(self.entities), self.notes)

    def _character(self) -> None:
        character, self.at = self._decoded(self.at)
        self.text += character
        self.length += units(character)

    def _decoded(self, at: int) -> tuple[str, int]:
        """The character that stands at a place, an entity being one, and the place after it."""
        if self.source[at] != "&":
            return self.source[at], at + 1
        match = re.compile(r"&(?:#(\d{1,7})|#[xX]([0-9A-Fa-f]{1,6})|(lt|gt|amp|quot));?").match(self.source, at)
        code = int(match[1]) if match and match[1] else int(match[2], 16) if match and match[2] else 0
        if not match or not (match[3] or 0 < code < 0x110000):
            self.notes.append(f"a & that Telegram shows as it stands, at {self.source[at : at + 12]!r}")
            return "&", at + 1
        if 0xD800 <= code < 0xE000:
            raise HtmlError(
                "Text contains invalid Unicode characters after decoding HTML entities, "
                "check for unmatched surrogate code units"
            )
        return NAMED[match[3]] if match[3] else chr(code), match.end()

    def _start_tag(self) -> None:
        begin = self.at
        name = self._until(_SPACE + ">", begin + 1)
        if self.at >= len(self.source):
            raise HtmlError(f"Unclosed start tag at byte offset {self._bytes(begin)}")
        tag = name.lower()
        if tag not in TAGS:
            raise HtmlError(f'Unsupported start tag "{tag}" at byte offset {self._bytes(begin)}')
        attributes = self._attributes(tag, begin)
        self.at += 1
        if tag == "span" and attributes.get("class") != "tg-spoiler":
            raise HtmlError(f'Tag "span" must have class "tg-spoiler" at byte offset {self._bytes(begin)}')
        if tag == "tg-emoji" and not attributes.get("emoji-id", "").isdecimal():
            raise HtmlError("Invalid custom emoji identifier specified")
        self._note_nesting(tag)
        self.open.append(_Open(tag, attributes, self.length, begin))

    def _attributes(self, tag: str, begin: int) -> dict[str, str]:
        found: dict[str, str] = {}
        while True:
            self._skip_space()
            if self.at >= len(self.source):
                raise HtmlError(f'Unclosed start tag "{tag}" at byte offset {self._bytes(begin)}')
            if self.source[self.at] == ">":
                return found
            name = self._until(_SPACE + "=>", self.at).lower()
            if not name:
                raise HtmlError(f'Empty attribute name in the tag "{tag}" at byte offset {self._bytes(begin)}')
            self._skip_space()
            found[name] = self._value(tag, begin) if self.source[self.at : self.at + 1] == "=" else ""
            if ATTRIBUTES.get(tag) != name:
                self.notes.append(f'the attribute "{name}" of the tag "{tag}", which Telegram ignores')

    def _value(self, tag: str, begin: int) -> str:
        self.at += 1
        self._skip_space()
        quote = self.source[self.at : self.at + 1]
        if not quote:
            raise HtmlError(f'Unclosed start tag "{tag}" at byte offset {self._bytes(begin)}')
        if quote not in "\"'":
            token = self.at
            value = re.compile(r"[A-Za-z0-9.-]*").match(self.source, token)
            self.at = value.end() if value else token
            if self.source[self.at : self.at + 1] not in set(_SPACE + ">"):
                raise HtmlError(f"Unexpected end of name token at byte offset {self._bytes(token)}")
            return self.source[token : self.at].lower()
        self.at += 1
        value_text = ""
        while self.at < len(self.source) and self.source[self.at] != quote:
            character, self.at = self._decoded(self.at)
            value_text += character
        if self.at >= len(self.source):
            raise HtmlError(f"Unclosed start tag at byte offset {self._bytes(begin)}")
        self.at += 1
        return value_text

    def _note_nesting(self, tag: str) -> None:
        around = [opened.tag for opened in self.open]
        if tag == "blockquote" and tag in around:
            self.notes.append("a blockquote in a blockquote, which Telegram does not nest")
        if {"pre", "code"} & set(around) and not (tag == "code" and around[-1] == "pre"):
            self.notes.append(f"a {tag} inside {around[-1]}, which Telegram does not nest")

    def _end_tag(self) -> None:
        begin = self.at
        if not self.open:
            raise HtmlError(f"Unexpected end tag at byte offset {self._bytes(begin)}")
        name = self._until(_SPACE + ">", begin + 2).lower()
        self._skip_space()
        if self.source[self.at : self.at + 1] != ">":
            raise HtmlError(f"Unclosed end tag at byte offset {self._bytes(begin)}")
        self.at += 1
        opened = self.open.pop()
        if name not in {"", opened.tag}:
            raise HtmlError(
                f'Unmatched end tag at byte offset {self._bytes(begin)}, expected "</{opened.tag}>", found "</{name}>"'
            )
        self._close(opened)

    def _close(self, opened: _Open) -> None:
        length = self.length - opened.offset
        entity: dict[str, Any] = {"type": TAGS[opened.tag], "offset": opened.offset, "length": length}
        content = cut(self.text, opened.offset, length)
        if opened.tag == "code" and self.open and self.open[-1].tag == "pre":
            language = opened.attributes.get("class", "")
            if language.startswith("language-"):
                self.open[-1].attributes["language"] = language.removeprefix("language-")
            return
        if opened.tag == "code" and opened.attributes:
            self.notes.append("a class of a code outside pre, which Telegram ignores")
        if opened.tag == "pre":
            entity |= opened.attributes
        elif opened.tag == "a":
            entity["url"] = opened.attributes.get("href") or content
            if not re.match(r"(https?|tg|mailto|tel|ton)://?\S|(mailto|tel):\S", entity["url"]):
                self.notes.append(f"a link to {entity['url']!r}, which Telegram leaves out")
                return
        elif opened.tag == "tg-emoji":
            entity["custom_emoji_id"] = opened.attributes["emoji-id"]
        elif "expandable" in opened.attributes:
            entity["type"] = "expandable_blockquote"
        if length and not is_blank(content):
            self.entities.append(entity)

    def _until(self, stops: str, start: int) -> str:
        self.at = start
        while self.at < len(self.source) and self.source[self.at] not in stops:
            self.at += 1
        return self.source[start : self.at]

    def _skip_space(self) -> None:
        while self.at < len(self.source) and self.source[self.at] in _SPACE:
            self.at += 1

    def _bytes(self, at: int) -> int:
        return len(self.source[:at].encode())
