"""What is done with a document that a stranger may have made: in a process of its own, which has only so much time and memory.

`python -m bot.apart TASK FOLDER INDEX` reads about.json and the document in the folder of a draft and writes TASK.json there.
"""

import json
import sys
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

# What somebody who corrects a document may say of it, beside its text.
SAID = ("title", "issuer", "year", "date", "number", "edition")
# Bytes of addresses, and seconds of the processor: a Word plan of 300 clauses takes 0.24 GB, LibreOffice for a .doc less
# than 1 GB, both some seconds.
_MEMORY, _SECONDS = 2 * 1024**3, 240
TOO_LARGE = "这份文档读起来要的内存太多，可能坏了，或者不是一份工作计划；请用 Word 或 WPS 另存一份，只取正文再试。"


def main(task: str, folder: Path, db: Path) -> None:
    _limit()
    carry_out(task, folder, db)


def carry_out(task: str, folder: Path, db: Path) -> None:
    """Write what comes of reading or publishing the document beside it, an `error` where it cannot be done."""
    try:
        outcome = _done(task, folder, db)
    except MemoryError:
        outcome = {"error": TOO_LARGE}
    write(folder / f"{task}.json", outcome)


def _limit() -> None:
    with suppress(ImportError, ValueError, OSError):  # Windows has none; a smaller limit than ours stays
        import resource

        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        resource.setrlimit(resource.RLIMIT_CPU, (_SECONDS, _SECONDS))
        resource.setrlimit(resource.RLIMIT_AS, (_MEMORY, _MEMORY))


def _done(task: str, folder: Path, db: Path) -> dict[str, Any]:
    from bot.indexing import publish, read_alone
    from knowledge.errors import YaodianError

    name, data = document_of(folder)
    try:
        if task == "read":
            return read_alone(name, data, db)
        return publish(name, data, db, folder.parents[1] / "before")
    except YaodianError as error:
        return {"error": str(error)}


def document_of(folder: Path) -> tuple[str, bytes]:
    """The document of a draft under the name that it came with: as it was corrected, else as it came."""
    name = json.loads((folder / "about.json").read_text(encoding="utf8"))["name"]
    corrected = folder / "corrected.json"
    if corrected.is_file():
        text = _text_of(json.loads(corrected.read_text(encoding="utf8")))
        return str(Path(name).with_suffix(".txt")), text.encode(errors="replace")
    return name, (folder / "document").read_bytes()


def _text_of(typed: Mapping[str, str]) -> str:
    """A corrected text, with what was typed in the other fields at its top, where it goes before what the text says."""
    lines = [f"{key}: {value}" for key in SAID if (value := typed[key])]
    head = ["---", *lines, "---"] if lines else []
    return "\n".join([*head, typed["text"].replace("\r\n", "\n").replace("\r", "\n")])


def write(file: Path, content: object) -> None:
    """Write JSON at once: who reads it meanwhile finds all of it or none."""
    from bot.replies.contract import as_json

    scratch = file.with_name(f".{file.name}.new")
    scratch.write_text(as_json(content), encoding="utf8", errors="replace")
    scratch.replace(file)


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]), Path(sys.argv[3]))
