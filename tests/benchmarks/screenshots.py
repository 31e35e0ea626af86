"""Pictures of the page for the README: `uv run python tests/benchmarks/screenshots.py` writes them into docs/."""

import sys
from pathlib import Path
from tempfile import TemporaryDirectory

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT / "tests"))

from web_browser import ask, browsing, visit  # noqa: E402 — they stand with the tests
from web_server import application, serving  # noqa: E402

from indexer.build import build  # noqa: E402
from indexer.document import read_document  # noqa: E402

_SHOTS = {
    "web-phone": (
        "/",
        {"viewport": {"width": 390, "height": 780}, "device_scale_factor": 1.5, "is_mobile": True, "has_touch": True},
        ["小学学位"],
    ),
    "web-desktop": ("/", {"viewport": {"width": 1100, "height": 820}}, ["武进和新北加起来几个"]),
    "web-ledger": ("/figures?unit=个&sort=-value", {"viewport": {"width": 1100, "height": 820}}, []),
}


def main() -> None:
    with TemporaryDirectory() as folder, browsing() as browser:
        db = Path(folder) / "plan.db"
        build([read_document(ROOT / "knowledge" / "plans" / "changzhou-2021.md")], db)
        with serving(application(db, Path(folder))) as address:
            for name, (path, settings, questions) in _SHOTS.items():
                with visit(
                    browser, address + path, reduced_motion="reduce", color_scheme="light", locale="zh-CN", **settings
                ) as page:
                    for question in questions:
                        ask(page, question)
                    page.evaluate("document.activeElement.blur()")
                    page.screenshot(path=ROOT / "docs" / f"{name}.png")


if __name__ == "__main__":
    main()
