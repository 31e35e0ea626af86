"""From what a person names to files: documents, folders of them, archives of them and addresses on the web."""

import os
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path, PurePosixPath

from indexer import archive
from indexer.formats import Unreadable
from knowledge.errors import DocumentError

_LARGEST = 64 * 1024 * 1024
_MOST = 10_000  # files in a folder
_ADDRESS = re.compile(r"([a-z][a-z0-9+.-]{1,20})://?", re.IGNORECASE)
_HIDDEN = (".", "~$", "__MACOSX")


@dataclass(frozen=True, slots=True)
class File:
    """A document's bytes. `where` it was found is what a person is told, `name` what it is kept under; `charset` is the
    encoding that a server said it has."""

    where: str
    name: str
    data: bytes
    charset: str = ""

    @property
    def stem(self) -> str:
        return PurePosixPath(self.name).stem

    @property
    def suffix(self) -> str:
        return PurePosixPath(self.name).suffix.lower()


@dataclass(frozen=True, slots=True)
class Source:
    """A document that was named, not opened yet. `open` raises DocumentError where it cannot be."""

    where: str
    open: Callable[[], File]


def find(named: Sequence[str], *, intranet: bool = False) -> Iterator[Source]:
    """Every document that is named: those of a folder or an archive one by one, in the order of their names.

    What cannot be read is among them and says so when it is opened. With `intranet`, addresses of a local network too.
    """
    for word in named:
        scheme = _ADDRESS.match(word)
        if scheme and not Path(word).exists():
            yield Source(word, partial(_fetched, word, intranet))
        else:
            yield from _under(word)


def file_at(path: Path) -> File:
    """The file at a path. Raises DocumentError where there is none that can be read."""
    return File(str(path), path.name, _bytes(path))


def _fetched(address: str, intranet: bool) -> File:
    from indexer.fetch import fetch

    page = fetch(address, intranet=intranet)
    return File(address, address, page.data, page.charset)


def _under(word: str) -> Iterator[Source]:
    path = Path(word)
    try:
        if not word.strip() or not path.is_dir():
            yield from _unpacked(word or "（空的文件名）", partial(_named, word))
            return
        files = list(_walk(path))
    except (OSError, ValueError):
        yield _bad(word, "读不出来，请检查文件名和权限。")
        return
    if not files:
        yield _bad(word, "这个文件夹里没有文档，请换一个文件夹。")
    elif len(files) > _MOST:
        yield _bad(word, f"这个文件夹里的文件超过 {_MOST} 个，请分几次来。")
    else:
        for file in files:
            yield from _unpacked(str(file), partial(file_at, file))


def _named(word: str) -> File:
    if not word.strip():
        raise DocumentError("文件名是空的，请写明要索引的文档。")
    path = Path(word)
    try:
        return file_at(path)
    except DocumentError:
        if re.match(r"www\.|[\w-]+(?:\.[\w-]+)+/", word) and not path.exists():
            raise DocumentError(f"没有找到 {word}；如果是网址，请从 https:// 写起。") from None
        raise


def _walk(folder: Path) -> Iterator[Path]:
    """The files in a folder and in those in it, without what systems leave there."""
    for top, folders, names in os.walk(folder):
        folders[:] = sorted(name for name in folders if not name.startswith(_HIDDEN))
        yield from (Path(top) / name for name in sorted(names) if not name.startswith(_HIDDEN))


def _unpacked(where: str, opened: Callable[[], File]) -> Iterator[Source]:
    """A file, or what is in it where it is an archive."""
    if not where.lower().endswith(".zip"):
        yield Source(where, opened)
        return
    try:
        file = opened()
        if not archive.is_archive(file.data):
            yield Source(where, lambda: file)
            return
        packed = list(archive.members(file.data))
    except Unreadable as why:
        yield _bad(where, str(why))
        return
    except DocumentError:
        yield Source(where, opened)
        return
    if not packed:
        yield _bad(where, "里面没有文档，请换一个。")
    for name, read in packed:
        yield Source(f"{where}/{name}", partial(_member, f"{where}/{name}", name, read))


def _member(where: str, name: str, read: Callable[[], bytes]) -> File:
    try:
        return File(where, PurePosixPath(name).name, read())
    except Unreadable as why:
        raise DocumentError(f"{where} {why}") from None


def _bad(where: str, why: str) -> Source:
    def opened() -> File:
        raise DocumentError(f"{where} {why}")

    return Source(where, opened)


def _bytes(path: Path) -> bytes:
    try:
        if path.is_dir():
            raise DocumentError(f"{path} 是文件夹，请指明里面的一份文档。")
        if path.exists() and not path.is_file():
            raise DocumentError(f"{path} 不是普通文件，请换一份文档。")
        if path.stat().st_size > _LARGEST:
            raise DocumentError(f"{path} 超过 64 MB，不像一份工作计划，请只取正文部分。")
        return path.read_bytes()
    except FileNotFoundError:
        raise DocumentError(f"没有找到 {path}，请检查文件名和所在的文件夹。") from None
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or "路径不对"
        raise DocumentError(f"{path} 读不出来（{reason}），请检查文件名和权限。") from None
