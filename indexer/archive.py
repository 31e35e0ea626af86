"""Zip files: those that are one document in a coat, and archives of documents, never more than fits."""

import zipfile
import zlib
from collections.abc import Callable, Iterator
from functools import partial
from io import BytesIO

from indexer.formats import Unreadable

# What a file may hold, unpacked; both numbers are as the zip itself says, and no more than that is unpacked.
LARGEST = 256 * 1024 * 1024
_LARGEST_MEMBER = 64 * 1024 * 1024
_MOST = 1000
# The parts that tell which document a zip is.
_PARTS = {"word/": "docx", "ofd.xml": "ofd", "xl/": "xlsx", "ppt/": "pptx", "content.xml": "odt"}
_UTF8 = 0x800
_LOCKED = 0x1


def document(data: bytes) -> str | None:
    """Which document a zip is (docx, ofd, xlsx, pptx, odt); None where it is an archive, broken or no zip at all.

    Raises Unreadable where it would unpack to too much.
    """
    infos = _infos(data)
    names = [info.filename.lower() for info in infos or ()]
    kind = next((kind for part, kind in _PARTS.items() if any(name.startswith(part) for name in names)), None)
    if kind and sum(info.file_size for info in infos or ()) > LARGEST:
        raise Unreadable("解开以后太大，不像一份工作计划，请只取正文部分。")
    return kind


def is_archive(data: bytes) -> bool:
    return data.startswith(b"PK") and bool(_infos(data)) and document(data) is None


def members(data: bytes) -> Iterator[tuple[str, Callable[[], bytes]]]:
    """The name of every file in an archive and what gives its bytes. Raises Unreadable where there are too many."""
    infos = [info for info in _infos(data) or () if not info.is_dir() and not _is_hidden(info.filename)]
    if len(infos) > _MOST or sum(info.file_size for info in infos) > LARGEST:
        raise Unreadable(f"解开以后太大或文件太多（最多 {_MOST} 个），请分几次来。")
    for info in infos:
        yield _name(info), partial(_member, data, info)


def _infos(data: bytes) -> list[zipfile.ZipInfo] | None:
    try:
        with zipfile.ZipFile(BytesIO(data)) as opened:
            return opened.infolist()
    except (zipfile.BadZipFile, ValueError, NotImplementedError, OSError, EOFError):
        return None


def _member(data: bytes, info: zipfile.ZipInfo) -> bytes:
    if info.flag_bits & _LOCKED:
        raise Unreadable("有密码，请先解开，再把里面的文档给它。")
    if info.file_size > _LARGEST_MEMBER:
        raise Unreadable("超过 64 MB，不像一份工作计划，请只取正文部分。")
    try:
        with zipfile.ZipFile(BytesIO(data)) as opened, opened.open(info) as member:
            return member.read(_LARGEST_MEMBER + 1)
    except (zipfile.BadZipFile, zlib.error, RuntimeError, NotImplementedError, EOFError, OSError, ValueError):
        raise Unreadable("解不开，压缩包可能坏了，请重新压缩后再试。") from None


def _name(info: zipfile.ZipInfo) -> str:
    """As whoever packed it wrote it: without the mark for UTF-8, Chinese tools wrote GBK or UTF-8 all the same."""
    if info.flag_bits & _UTF8:
        return info.filename
    for encoding in ("utf-8", "gb18030"):
        try:
            return info.filename.encode("cp437").decode(encoding)
        except UnicodeError:
            continue
    return info.filename


def _is_hidden(name: str) -> bool:
    """What systems leave in folders: .DS_Store, __MACOSX/._a.docx, ~$a.docx."""
    return any(part.startswith((".", "~$", "__MACOSX")) for part in name.split("/") if part not in {".", ".."})
