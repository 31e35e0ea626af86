"""A browser for tests: the system's Chromium, every page watched for errors, dialogs and requests to other hosts."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

_FLAGS = (
    "--headless --no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking"
    " --disable-component-update --disable-sync"
    # In the place of Playwright's own list, which takes from frames the storage that browsers give them.
    " --disable-features=HttpsUpgrades,MediaRouter,OptimizationHints,PaintHolding"
)
_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
# Milliseconds that a page may take where other tests keep the machine busy.
_PATIENCE = 20_000
expect.set_options(timeout=_PATIENCE)
_HOME = {"127.0.0.1", "localhost"}
FAULTS = Path(__file__).with_name("web_faults.js").read_text(encoding="utf8")


@contextmanager
def browsing() -> Iterator[Browser]:
    """The system's Chromium; the test is skipped where there is none."""
    found = next((path for name in _NAMES if (path := shutil.which(name))), None)
    if found is None:
        pytest.skip("no Chromium is installed: apt-get install chromium fonts-noto-cjk lets these tests run")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=found, args=_FLAGS.split())
        yield browser
        browser.close()


@contextmanager
def visit(browser: Browser, address: str, *expected: str, **settings: Any) -> Iterator[Page]:
    """A page as a person sees it (a phone unless the settings say otherwise). Fails where it threw, where it complained
    of anything but what is `expected`, where a dialog opened or anything was asked of another host."""
    troubles: list[str] = []
    context = browser.new_context(**{"viewport": {"width": 390, "height": 844}, "locale": "zh-CN"} | settings)
    context.set_default_timeout(_PATIENCE)
    context.on("request", lambda r: _is_home(r.url) or troubles.append(f"asked of {r.url}"))
    context.on("console", lambda m: m.type in {"error", "warning"} and troubles.append(m.text))
    context.on("weberror", lambda e: troubles.append(str(e.error)))
    context.on("dialog", lambda d: (troubles.append(f"a dialog: {d.message}"), d.dismiss()))
    page = context.new_page()
    page.goto(address)
    yield page
    context.close()
    if wrong := [t for t in troubles if not any(words in t for words in expected)]:
        pytest.fail("; ".join(wrong))


def _is_home(url: str) -> bool:
    return urlsplit(url).hostname in _HOME or url.startswith(("data:", "about:", "blob:"))


def ask(page: Page, question: str) -> None:
    """Type a question, send it with Enter and wait for its card."""
    page.fill("#question", question)
    page.press("#question", "Enter")
    # The newest turn, since earlier ones of the tab may come back above it meanwhile.
    page.locator(".turn:last-child .card:not(.waiting)").wait_for()


def faults(page: Page) -> list[str]:
    found: list[str] = page.evaluate(FAULTS)
    return found


def enlarged(page: Page, percent: int) -> None:
    """The text of the page so many percent as large."""
    page.evaluate("(percent) => { document.documentElement.style.fontSize = `${percent}%`; }", percent)


def number_in_view(page: Page) -> bool:
    """Is the number of the newest answer in the window, above the line that one writes in and below the heading?"""
    seen: bool = page.evaluate("""() => {
      const number = document.querySelector(".turn:last-child .number").getBoundingClientRect();
      const top = document.querySelector(".top"), line = document.querySelector(".composer").getBoundingClientRect().top;
      const head = getComputedStyle(top).position === "sticky" ? top.getBoundingClientRect().bottom : 0;
      return number.top >= head && number.bottom <= line;
    }""")
    return seen
