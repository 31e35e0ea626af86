"""From a file's bytes to what it says: told by its bytes what it is, read by its format's reader, and mended."""

import re
import unicodedata
from dataclasses import replace
from email import message_from_bytes

from indexer import archive
from indexer.formats import Text, Unreadable, docx, html, ofd, office, pdf, scan
from indexer.formats.plain import decode
from indexer.sources import File
from knowledge.errors import DocumentError

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_PICTURES = (b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"BM", b"II*\0", b"MM\0*")
_PACKED = (b"PK\3\4", b"Rar!", b"7z\xbc\xaf", b"\x1f\x8b", b"BZh", b"\xfd7zXZ")
_SHEET = "是{}，请把正文另存为 .docx 再试。"
# Characters of a font's own, which show as nothing elsewhere; U+E5E5 is a blank of old editors.
_PRIVATE = re.compile("[\ue000-\uf8ff\U000f0000-\U0010fffd]+")
_UNKNOWN = 0.1  # the share of a text that may be such characters
# Radicals that PDF fonts put for the characters that look the same; Unicode's own folding leaves these out.
_RADICALS = str.maketrans(
    "⺠⻁⻄⻅⻆⻉⻋⻑⻓⻔⻘⻙⻚⻛⻜⻝⻢⻣⻤⻥⻦⻧⻨⻩⻪⻬⻮⻰",
    "民虎西见角贝车長长门青韦页风飞食马骨鬼鱼鸟卤麦黄黾齐齿龙",
)
# Marks above and below one character, which Unicode's stream-safe text has as well; they are no letters.
_MARKS = 30
_PILED = re.compile(rf"[^\w\s]{{{_MARKS},}}")
# Chinese doubles at most four characters in a row: 认认真真踏踏实实.
_FEWEST_DOUBLED = 5
_DOUBLED = re.compile(r"(?:(\S)\1){5,}")


def read(file: File) -> Text:
    r"""The text of a file, lines ended by \n.

    Raises DocumentError, with what to do, where there is none.
    """
    if not file.data.strip():
        raise DocumentError(f"{file.where} 是空的，请换一份有内容的文档。")
    try:
        text = _read(file)
    except Unreadable as why:
        raise DocumentError(f"{file.where} {why}") from None
    except Exception:  # noqa: BLE001 — a reader that stumbles over a broken file may raise anything
        raise DocumentError(
            f"{file.where} 打不开，可能坏了或没有下载完整；请重新下载，或用 Word、WPS 另存一份再试。"
        ) from None
    body = _mended(text.body.replace("\r\n", "\n").replace("\r", "\n"))
    if not body.replace("\0", "").replace("\ufeff", "").strip():
        raise DocumentError(f"{file.where} 里没有文字，请换一份有内容的文档。")
    if body.count("\ufffd") > _UNKNOWN * len(body):
        raise DocumentError(f"{file.where} 用了自带的字体，文字取不出来，请找一份 .docx 或网页版本。")
    return replace(text, body=body, title=_mended(text.title))


def _read(file: File) -> Text:
    data = file.data
    if kind := archive.document(data):
        return _unzipped(kind, data)
    if b"%PDF-" in data[:1024]:
        return pdf.read(data)
    if data.startswith(_OLE):
        return office.read(data, file.suffix if file.suffix in {".wps", ".doc"} else ".doc")
    if data.lstrip().startswith(b"{\\rtf"):
        return office.read(data, ".rtf")
    if data.startswith(_PICTURES) or (data[:4] == b"RIFF" and data[8:12] == b"WEBP"):
        return scan.read(data)
    if data.startswith(_PACKED):
        raise Unreadable("是压缩包，请先解开，再把里面的文档给它。")
    return _of_text(data, file)


def _unzipped(kind: str, data: bytes) -> Text:
    if kind == "docx":
        return docx.read(data)
    if kind == "ofd":
        return ofd.read(data)
    if kind == "odt":
        return office.read(data, ".odt")
    raise Unreadable(_SHEET.format("电子表格" if kind == "xlsx" else "演示文稿"))


def _of_text(data: bytes, file: File) -> Text:
    page = _page_of_mail(data)
    data = data if page is None else page
    text = decode(data, file.charset or html.charset(data))
    if text is None:
        raise Unreadable("不是文本文件，也不是认得的文档；请用 Word 或 WPS 打开，另存为 .docx 再试。")
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    return html.read(text) if html.is_html(text) else Text(text)


def _page_of_mail(data: bytes) -> bytes | None:
    """The page in a .mht, which is what browsers and Word save a page as in one file; None where it is something else."""
    if not data.lstrip()[:2000].lower().startswith((b"mime-version:", b"from:", b"subject:")):
        return None
    message = message_from_bytes(data.lstrip())
    pages = (part.get_payload(decode=True) for part in message.walk() if part.get_content_type() == "text/html")
    return next((page for page in pages if isinstance(page, bytes)), None)


def _mended(text: str) -> str:
    text = _PILED.sub(_unpiled, text)
    text = _PRIVATE.sub(lambda found: " " if set(found[0]) == {"\ue5e5"} else "\ufffd", text.translate(_RADICALS))
    return _DOUBLED.sub(_once, text)


def _unpiled(found: re.Match[str]) -> str:
    """Without the marks that are piled on a character beyond what any script has: to put them in order takes a time that
    grows with their square."""
    kept, marks = [], 0
    for char in found[0]:
        marks = marks + 1 if unicodedata.combining(char) else 0
        kept += [char] if marks <= _MARKS else []
    return "".join(kept)


def _once(found: re.Match[str]) -> str:
    """Characters that stand twice each, as bold type does that is drawn twice, once; digits only where they must be such.

    >>> _DOUBLED.sub(_once, "22002211年年教教育育工工作作计计划划（一）1100所")
    '2021年教育工作计划（一）1100所'
    >>> _DOUBLED.sub(_once, "认认真真踏踏实实，新增学学位位1100个")
    '认认真真踏踏实实，新增学学位位1100个'
    """
    run, text = found[0], found.string
    while run[-1:].isdecimal() and text[found.start() + len(run) : found.start() + len(run) + 1].strip():
        run = run[:-2]
    lead = 0
    while run[lead : lead + 1].isdecimal() and text[max(0, found.start() - 1) : found.start()].strip():
        lead += 2
    words = run[lead:][::2]
    if len({char for char in words if char >= "\u4e00"}) < _FEWEST_DOUBLED:
        return found[0]
    return found[0][:lead] + words + found[0][len(run) :]
