"""Documents on their way into the index: what came, what was corrected, what was read, in a folder each beside the index."""

import json
import logging
import os
import re
import secrets
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, nullcontext, suppress
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any, BinaryIO

from bot import apart
from bot.records.database import one_line

READ, PUBLISH = "read", "publish"
BROKEN = "这份文档没有读成，可能坏了，或者太大、太复杂；请用 Word 或 WPS 另存一份，只取正文再试。"
# Seconds that a document may take; from then on nobody is at work on it any more.
_SECONDS = 180.0
_OVER = 2 * _SECONDS
_MOST = 30  # drafts that are kept
_LONGEST_NAME = 80
_ID = re.compile(r"[A-Za-z0-9_-]{12}")
_ROOT = Path(__file__).resolve().parents[1]
_Around = Callable[[], AbstractContextManager[None]]
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Draft:
    """A document that came at a time (seconds since 1970), and where its files lie."""

    id: str
    folder: Path
    name: str
    at: float

    @property
    def working(self) -> bool:
        """Is somebody reading or publishing it?"""
        try:
            return time.time() - self._work.stat().st_mtime < _OVER
        except OSError:
            return False

    @property
    def read(self) -> dict[str, Any] | None:
        """What came of reading it; `error` alone where it cannot be read; None where nothing came of it yet."""
        return self._kept(READ)

    @property
    def published(self) -> dict[str, Any] | None:
        return self._kept(PUBLISH)

    @property
    def corrected(self) -> dict[str, Any] | None:
        """What was typed in the place of what came: `text`, and what is SAID of it; None where nothing was."""
        return self._kept("corrected")

    @property
    def title(self) -> str:
        read = self.read
        return str(read["report"]["plan"]) if read and "report" in read else self.name

    def correct(self, typed: Mapping[str, str]) -> None:
        """Keep a corrected `text` beside what came, with what is SAID of it, which goes before what it says of itself. Raises
        OSError."""
        said = {key: one_line(typed.get(key, "")) for key in apart.SAID}
        apart.write(self.folder / "corrected.json", {**said, "text": typed["text"]})

    def begin(self, task: str) -> bool:
        """False where somebody is at work on it already."""
        if self.working:
            return False
        for outcome in {task, PUBLISH}:  # another text is not published yet
            (self.folder / f"{outcome}.json").unlink(missing_ok=True)
        self.touch()
        return True

    def touch(self) -> None:
        self._work.touch()

    def end(self, task: str) -> None:
        """Nobody is at work on it any more; where nothing came of that, it could not be done."""
        with suppress(FileNotFoundError):  # the draft was thrown away meanwhile
            if self._kept(task) is None:
                apart.write(self.folder / f"{task}.json", {"error": BROKEN})
            self._work.unlink(missing_ok=True)

    @property
    def _work(self) -> Path:
        return self.folder / "working"

    def _kept(self, name: str) -> dict[str, Any] | None:
        try:
            found: dict[str, Any] = json.loads((self.folder / f"{name}.json").read_text(encoding="utf8"))
        except (OSError, ValueError):
            return None
        return found


class Drafts:
    """The drafts beside an index."""

    def __init__(self, db: Path) -> None:
        self.db = db.resolve()
        folder = self.db.with_name(f"{self.db.stem}.desk")
        self.before, self._folder = folder / "before", folder / "drafts"
        self._one = threading.Lock()  # documents are read one after the other

    def add(self, name: str, document: BinaryIO) -> Draft:
        """Keep a document that came; the oldest drafts go. Raises OSError, and then keeps nothing."""
        key = secrets.token_urlsafe(9)
        draft = Draft(key, self._folder / key, _named(name), time.time())
        draft.folder.mkdir(parents=True, mode=0o700)
        try:
            with (draft.folder / "document").open("wb") as file:
                shutil.copyfileobj(document, file)
            apart.write(draft.folder / "about.json", {"name": draft.name, "at": draft.at})
        except OSError:
            shutil.rmtree(draft.folder, ignore_errors=True)
            raise
        for old in self.all()[_MOST:]:
            self.drop(old)
        return draft

    def get(self, name: str) -> Draft | None:
        folder = self._folder / name
        if not _ID.fullmatch(name):
            return None
        try:
            about = json.loads((folder / "about.json").read_text(encoding="utf8"))
            return Draft(name, folder, about["name"], about["at"])
        except (OSError, ValueError, KeyError):
            return None

    def all(self) -> list[Draft]:
        """The newest first."""
        return sorted(self._all(), key=lambda draft: draft.at, reverse=True)

    def _all(self) -> Iterator[Draft]:
        with suppress(OSError):
            for folder in self._folder.iterdir():
                if (draft := self.get(folder.name)) is not None:
                    yield draft

    def drop(self, draft: Draft) -> bool:
        """False where somebody is at work on it: then it stays."""
        if draft.working:
            return False
        shutil.rmtree(draft.folder, ignore_errors=True)
        return True

    def work(self, draft: Draft, task: str, around: _Around = nullcontext) -> None:
        """Begin to read or to publish a draft, unless somebody is at it, within what `around` makes. What comes of it stands
        in the draft."""
        if draft.begin(task):
            threading.Thread(target=self._work, args=(draft, task, around), daemon=True).start()

    def _work(self, draft: Draft, task: str, around: _Around) -> None:
        with self._one:
            try:
                draft.touch()
                with around():
                    _run(task, draft.folder, self.db)
            except Exception:  # noqa: BLE001 — whatever it was, the clerk is told and the operator fully
                _log.exception("%s %s", task, draft.id)
            finally:
                draft.end(task)


def _run(task: str, folder: Path, db: Path) -> None:
    """Do it in a process of its own, which is ended with all that it started where it takes too long."""
    command = [sys.executable, "-m", "bot.apart", task, str(folder), str(db)]
    ours = {name: value for name, value in os.environ.items() if not name.startswith("YAODIAN_")}  # no secrets
    paths = [str(_ROOT), *filter(None, [ours.get("PYTHONPATH")])]
    with subprocess.Popen(  # noqa: S603 — none of these words is a stranger's
        command,
        env=ours | {"PYTHONPATH": os.pathsep.join(paths)},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        start_new_session=True,
    ) as process:
        try:
            _, errors = process.communicate(timeout=_SECONDS)
        except subprocess.TimeoutExpired:
            errors = b"it took too long"
            _end(process)
    if process.returncode:
        _log.error("%s %s: %s", task, folder.name, errors.decode(errors="replace")[-500:])


def _end(process: "subprocess.Popen[bytes]") -> None:
    with suppress(ProcessLookupError, PermissionError):
        if hasattr(os, "killpg"):
            os.killpg(process.pid, signal.SIGKILL)
        else:
            process.kill()


def _named(name: str) -> str:
    """The name of a file as a browser tells it, without folders and what cannot be seen."""
    plain = one_line(PurePosixPath(name.replace("\\", "/")).name).lstrip(".")
    path = PurePosixPath(plain or "文档")
    return path.stem[:_LONGEST_NAME] + path.suffix[:10]
