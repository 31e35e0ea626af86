"""The index and the lexicon as their files are now: a file that was replaced is opened anew, without a restart."""

import threading
from collections.abc import Mapping, Sequence
from pathlib import Path

from bot.replies.naming import plan_called
from knowledge import lexicon
from knowledge.errors import YaodianError
from knowledge.lexicon import Lexicon
from knowledge.store import Store

_Signs = tuple[tuple[int, int, int] | None, ...]


class Library:
    """What questions are answered from. A file that cannot be read now leaves what was read of it before."""

    def __init__(
        self, db: Path, words: Sequence[Path] = (), elsewhere: Mapping[str, str] | None = None, plan: str = ""
    ) -> None:
        """`words` are an operator's lexicons, later ones adding to earlier ones; one that is not there yet is waited for.
        `elsewhere` says for subjects whom to ask; `plan` names the only plan to answer from."""
        self._db, self._words, self._elsewhere, self._plan = db, tuple(words), elsewhere, plan
        self._lexicon = Lexicon({}, elsewhere)
        self._lock = threading.Lock()
        self._store: Store
        self._seen: _Signs = ()
        self._read: _Signs = ()
        self._edition = 0
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
        seen = _signs((self._db, *self._words))  # first: a file that is replaced meanwhile is opened again
        store = Store(self._db)
        if self._plan:
            current = [p for p in store.plans() if p["current"]]
            title = plan_called(self._plan, current)["title"]
            store = store.narrowed([p for p in store.listed() if p.title == title])
        if self._read != (signs := _signs(self._words)):
            self._lexicon = lexicon.load(*(w for w in self._words if w.exists()), elsewhere=self._elsewhere)
            self._read = signs
        with self._lock:
            self._store = store  # the old one is closed when the last question that reads it is answered
            self._seen = seen
            self._edition += 1

    def _look(self) -> None:
        if (signs := _signs((self._db, *self._words))) != self._seen:
            try:
                self.refresh()
            except YaodianError:
                self._seen = signs  # told when somebody asks for it; not at every question


def _signs(files: Sequence[Path]) -> _Signs:
    return tuple(_sign(file) for file in files)


def _sign(file: Path) -> tuple[int, int, int] | None:
    try:
        found = file.stat()
    except OSError:
        return None
    return found.st_ino, found.st_mtime_ns, found.st_size
