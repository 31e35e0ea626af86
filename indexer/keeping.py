"""The databases that were there before, each under a name that tells which one was written in its place."""

import shutil
from pathlib import Path

_MOST = 10  # that can be brought back one after the other


def kept_before(db: Path, folder: Path) -> Path:
    """Where in the folder the database lies that was there before this one was written, if it was kept."""
    state = db.resolve().stat()
    return folder / f"{state.st_size}-{state.st_mtime_ns}.db"


def keep_before(db: Path, new: Path, folder: Path) -> None:
    """Keep the database as the one before `new`, with the time of its own that its own name is made of; the oldest go."""
    folder.mkdir(parents=True, exist_ok=True)
    place = kept_before(new, folder)
    place.unlink(missing_ok=True)
    try:
        place.hardlink_to(db)
    except OSError:  # a disk without such links
        shutil.copy2(db, place)
    files = sorted(folder.glob("*.db"), key=lambda file: file.stat().st_mtime_ns, reverse=True)
    for file in files[_MOST:]:
        file.unlink(missing_ok=True)
