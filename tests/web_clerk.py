"""A clerk at the desk of a server of their own."""

import re
import time
from collections.abc import Iterator
from contextlib import contextmanager
from html import unescape
from pathlib import Path
from typing import Any

import httpx
from starlette.applications import Starlette
from web_server import serving

from bot.assistant import Assistant
from bot.library import Library
from bot.records import Records
from bot.settings import Web
from bot.web.app import create_app

PASSWORD = "correct horse battery"
COOKIE = "yaodian-desk"


def application(db: Path, folder: Path, password: str = PASSWORD, *, keep_days: int = 90, **settings: Any) -> Starlette:
    """The application with a desk; records and lexicon lie in the folder."""
    (folder / "password.txt").write_text(password, encoding="utf8")
    assistant = Assistant(Library(db, [folder / "words.toml"]), Records(folder / "chats.db", keep_days))
    settings = {"per_minute": 0, "desk_password_file": folder / "password.txt"} | settings
    return create_app(Web(**settings), assistant)


class Clerk:
    """Somebody with a browser, who follows no redirect."""

    def __init__(self, client: httpx.Client) -> None:
        self.client = client

    def get(self, path: str) -> httpx.Response:
        return self.client.get(path)

    def token(self, path: str = "/desk") -> str:
        """What the forms of a page carry."""
        found = re.search(r'name="token" value="([^"]*)"', self.get(path).text)
        assert found
        return unescape(found[1])

    def post(self, path: str, *, page: str = "/desk", files: Any = None, **fields: str) -> httpx.Response:
        """A form of a page filled in and sent."""
        return self.client.post(path, data={"token": self.token(page)} | fields, files=files)

    def log_in(self, password: str = PASSWORD, who: str = "王老师") -> httpx.Response:
        return self.post("/desk", who=who, password=password)


@contextmanager
def stranger(address: str) -> Iterator[Clerk]:
    with httpx.Client(base_url=address, trust_env=False, timeout=60) as client:
        yield Clerk(client)


@contextmanager
def clerk(db: Path, folder: Path, **settings: Any) -> Iterator[Clerk]:
    """A clerk who has logged in."""
    with serving(application(db, folder, **settings)) as address, stranger(address) as one:
        assert one.log_in().status_code == 303
        yield one


# --- what a clerk does, and sees


def words(text: str) -> str:
    return " ".join(unescape(re.sub("<[^>]*>", " ", text)).split())


def raws(one: Clerk, question: str) -> list[str]:
    told = one.client.get("/api/ask", params={"q": question}).json()
    return [f["raw"] for f in told["figures"]] if told["status"] == "answered" else []


def upload(one: Clerk, content: bytes, name: str = "要点.txt") -> str:
    """The page of a document that was uploaded and read."""
    sent = one.post("/desk/plans", files={"file": (name, content, "application/octet-stream")})
    assert sent.status_code == 303, sent.text
    return settled(one, sent.headers["location"])


def settled(one: Clerk, path: str) -> str:
    end = time.monotonic() + 90
    while "refresh" in one.get(path).headers:
        assert time.monotonic() < end
        time.sleep(0.2)
    return path


def do(one: Clerk, path: str, **fields: str) -> None:
    assert one.post(path, page="/desk/plans", **fields).status_code == 303


def publish(one: Clerk, content: str, name: str = "要点.txt") -> str:
    """The page of a document that was uploaded, read and published."""
    path = upload(one, content.encode(), name)
    do(one, f"{path}/publish")
    return settled(one, path)
