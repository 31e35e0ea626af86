"""The seal of an index: a digest of all its bytes behind them, where SQLite does not look. SQLite itself does not see a bit that
flipped in a number."""

import hashlib
import os
from pathlib import Path

_MARK = b"yaodian sealed "
_SIZE = len(_MARK) + hashlib.sha256().digest_size


def seal(file: Path) -> None:
    """Close the file with the digest of what it holds."""
    with file.open("rb") as opened:
        told = hashlib.file_digest(opened, "sha256").digest()
    with file.open("ab") as opened:
        opened.write(_MARK + told)


def unseal(file: Path) -> None:
    """Take the seal off, before something is written."""
    if _told(file):
        os.truncate(file, file.stat().st_size - _SIZE)


def is_sealed(file: Path) -> bool:
    """Does it hold just what it held when it was sealed?"""
    with file.open("rb") as opened:
        digest, left = hashlib.sha256(), file.stat().st_size - _SIZE
        while left > 0 and (some := opened.read(min(left, 1 << 20))):
            digest.update(some)
            left -= len(some)
    return _told(file) == digest.digest()


def _told(file: Path) -> bytes:
    """The digest in the seal, empty where there is none."""
    with file.open("rb") as opened:
        opened.seek(max(0, file.stat().st_size - _SIZE))
        mark, told = opened.read(len(_MARK)), opened.read()
    return told if mark == _MARK else b""
