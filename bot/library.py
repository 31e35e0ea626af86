"""The index and the lexicon as their files are now: a file that was replaced is opened anew, without a restart."""

import logging
import threading
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path

from bot.copies import Copies
from bot.replies.naming import plan_called
from knowledge import lexicon
from knowledge.errors import YaodianError
from knowledge.lexicon import Lexicon
from knowledge.seal import is_sealed
from knowledge.store import Store, check, damaged

_log = logging.getLogger(__name__)
_Signs = tuple[tuple[int, int, int] | None, ...]


class Library:
    """What questions are answered from. A file that cannot be read now leaves what was read of it before."""

    def __init__(
        self,
        db: Path,
        words: Sequence[Path] = (),
        elsewhere: Mapping[str, str] | None = None,
        plan: str = "",
        *,
        steady: bool = False,
    ) -> None:
        """`words` are an operator's lexicons, later ones adding to earlier ones; one that is not there yet is waited for.
        `elsewhere` says for subjects whom to ask; `plan` names the only plan to answer from. A `steady` library answers from
        a copy of its own that was found sound: whatever is done to the file, the last good one goes on answering."""
        self.db, self.words, self._elsewhere, self._plan = db, tuple(words), elsewhere, plan
        self._lexicon = Lexicon({}, elsewhere)
        self._lock, self._opening = threading.Lock(), threading.Lock()
        self._store: Store
        self._seen: _Signs = ()
        self._read: _Signs = ()
        self._edition = 0
        self._copies = Copies() if steady else None
        self.refresh()

    @property
    def store(self) -> Store:
        return self.store_of(None)

    @property
    def edition(self) -> int:
        """Another number whenever index or words are others."""
        self._look()
        return self._edition

    @property
    def lexicon(self) -> Lexicon:
        self._look()
        return self._lexicon

    def store_of(self, plan: str | None) -> Store:
        """The plan of this title alone; all plans where it is None or where there is none of that title."""
        self._look()
        with self._lock:
            chosen = [p for p in self._store.listed() if p.title == plan]
            return self._store.narrowed(chosen) if chosen else self._store

    def refresh(self) -> None:
        """Open the files anew. Raises StoreError or SettingsError where one cannot be read or has no such plan; the old ones
        then stay."""
        with self._opening:
            self._open()

    def _open(self) -> None:
        seen = _signs((self.db, *self.words))  # first: a file that is replaced meanwhile is opened again
        store = self._opened()
        if self._plan:
            current = [p for p in store.plans() if p["current"]]
            title = plan_called(self._plan, current)["title"]
            store = store.narrowed([p for p in store.listed() if p.title == title])
        if self._read != (signs := _signs(self.words)):
            self._lexicon = lexicon.load(*(w for w in self.words if w.exists()), elsewhere=self._elsewhere)
            self._read = signs
        with self._lock:
            self._store = store  # the old one is closed when the last question that reads it is answered
            self._seen = seen
            self._edition += 1

    def _opened(self) -> Store:
        """The index as it lies there now, or a copy of it, as it was written."""
        check(self.db)
        file = self.db
        if self._copies:
            with suppress(OSError):  # not there, which Store tells; or no room for a copy
                file = self._copies.copy(self.db, self._edition)
        if file.exists() and file.stat().st_size and not is_sealed(file):
            raise damaged(self.db)
        return Store(file)

    def _look(self) -> None:
        """Open what has changed, unless another thread does; a file that is no good is told in the log, once, and not tried at
        every question."""
        if (signs := _signs((self.db, *self.words))) == self._seen or not self._opening.acquire(blocking=False):
            return
        try:
            self._open()
        except YaodianError as error:
            self._seen = signs
            _log.error("%s在换好之前，用原来的回答。", error)
        finally:
            self._opening.release()


def _signs(files: Sequence[Path]) -> _Signs:
    return tuple(_sign(file) for file in files)


def _sign(file: Path) -> tuple[int, int, int] | None:
    try:
        found = file.stat()
    except OSError:
        return None
    return found.st_ino, found.st_mtime_ns, found.st_size
