"""Copies of the index that servers answer from, each in a folder of its process: what is done to the file does not touch them."""

import shutil
import tempfile
from contextlib import suppress
from pathlib import Path
from tempfile import TemporaryDirectory

from filelock import FileLock, Timeout

# Names that nobody else gives: an environment of uv has a file .lock too.
_NAMED, _LOCK = "yaodian-index-", "read-by-a-server.lock"


class Copies:
    """A folder that is gone when its process ends; those of processes that were killed are cleared by the next one."""

    def __init__(self) -> None:
        _clear()
        self._kept = TemporaryDirectory(prefix=_NAMED)
        self.folder = Path(self._kept.name)
        self._held = FileLock(self.folder / _LOCK)
        self._held.acquire()

    def copy(self, file: Path, edition: int) -> Path:
        """A copy of the file, kept beside the one before, which may still be read. Raises OSError where it cannot be made."""
        copy = self.folder / f"{edition}.db"
        try:
            shutil.copyfile(file, copy)
        except OSError:
            copy.unlink(missing_ok=True)
            raise
        copy.with_name(f"{edition - 2}.db").unlink(missing_ok=True)
        return copy


def _clear() -> None:
    for folder in Path(tempfile.gettempdir()).glob(f"{_NAMED}*"):
        with suppress(OSError, Timeout):
            if (folder / _LOCK).is_file() and not folder.is_symlink():
                with FileLock(folder / _LOCK, timeout=0):
                    shutil.rmtree(folder)
