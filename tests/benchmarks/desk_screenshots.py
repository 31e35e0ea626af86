"""Pictures of the desk: `uv run python tests/benchmarks/desk_screenshots.py` writes them into docs/."""

import sys
from pathlib import Path
from tempfile import TemporaryDirectory

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT / "tests"))

from web_browser import browsing, visit  # noqa: E402 — they stand with the tests
from web_clerk import PASSWORD, application  # noqa: E402
from web_server import serving  # noqa: E402

from bot.records import Records  # noqa: E402
from indexer.build import build  # noqa: E402
from indexer.document import read_document  # noqa: E402

_PHONE = {"viewport": {"width": 390, "height": 780}, "device_scale_factor": 1.5, "is_mobile": True, "has_touch": True}
_ASKED = {"暑托班什么时候报名": 9, "暑托班几号报名呀": 2, "学区怎么划分": 5, "校服多少钱一套": 3}
_SHOTS = {
    "desk-overview": "/desk",
    "desk-words": "/desk/words?everyday=暑托班&official=校外培训&question=暑托班什么时候报名",
}


def main() -> None:
    with TemporaryDirectory() as folder, browsing() as browser:
        db = Path(folder) / "plan.db"
        build([read_document(ROOT / "knowledge" / "plans" / "changzhou-2021.md")], db)
        records = Records(Path(folder) / "chats.db")
        for question, times in _ASKED.items():
            records.unanswered.note(question, times)
        records.close()
        with (
            serving(application(db, Path(folder))) as address,
            visit(browser, f"{address}/desk", color_scheme="light", **_PHONE) as page,
        ):
            page.fill("#who", "王老师")
            page.fill("#password", PASSWORD)
            page.click("main button")
            for name, path in _SHOTS.items():
                page.goto(address + path)
                page.screenshot(path=ROOT / "docs" / f"{name}.png")


if __name__ == "__main__":
    main()
