"""The plan that comes with yaodian, indexed where nobody names another index."""

import sys
from itertools import count
from pathlib import Path

from knowledge.errors import OtherVersion
from knowledge.store import Store, check, digest

SHIPPED = Path(__file__).resolve().parents[1] / "knowledge" / "plans" / "changzhou-2021.md"
BUILDING = "第一次使用，正在整理内置的计划，请稍等……"


def build_shipped(db: Path) -> None:
    """Index the shipped plan unless the index holds it as it is today or a person has taken it out. An index of another
    version is set aside."""
    try:
        check(db)
    except OtherVersion:
        aside = next(file for n in count(1) if not (file := db.with_name(f"{db.stem}.old{n}{db.suffix}")).exists())
        db.rename(aside)
        print(f"索引换了格式，原来的留在 {aside}；自己加的文档请再运行一次 yaodian index。", file=sys.stderr)
    if db.exists() and db.stat().st_size:
        store = Store(db)
        try:
            held = store.digests()
            if SHIPPED.name not in held.values() or digest(SHIPPED.read_bytes()) in held:
                return
        finally:
            store.close()
    from indexer.build import build
    from indexer.document import read_document

    print(BUILDING, file=sys.stderr)
    build([read_document(SHIPPED)], db)
