"""The bot: in this process, its calls answered by a fake Telegram without a network between them, and as its operator runs it:
a process of its own, with settings in a file and the token in the environment."""

import asyncio
import logging
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import Any, Self

from fake_telegram import FakeTelegram
from telegram.request import BaseRequest, RequestData

from bot.assistant import Assistant
from bot.library import Library
from bot.pictures.png import Painter
from bot.records import Records
from bot.settings import Telegram
from bot.telegram.app import build, running
from bot.telegram.incoming import UPDATES, Inbox

ROOT = Path(__file__).parents[1]


class Bot:
    """`yaodian telegram` against a fake Telegram; what it prints is in `said`."""

    def __init__(
        self,
        fake: FakeTelegram,
        folder: Path,
        db: Path,
        token: str = "",
        command: tuple[str, ...] = ("telegram",),
        **settings: str,
    ) -> None:
        self.folder, self.said, self._token = folder, "", token or fake.token
        self._command = command
        self._process: subprocess.Popen[str] | None = None
        folder.mkdir(exist_ok=True)
        (folder / "words.toml").touch()
        lines = {"api_url": f'"{fake.url}"', "per_minute": "1000"} | settings
        table = "\n".join(f"{key} = {value}" for key, value in lines.items())
        head = f'db = "{db}"\nlexicon = "words.toml"\nchats = "chats.db"\n'
        (folder / "config.toml").write_text(f"{head}[telegram]\n{table}\n", encoding="utf8")

    def __enter__(self) -> Self:
        return self if self._process else self.starts()

    def starts(self) -> Self:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "bot", *self._command, "--config", str(self.folder / "config.toml")],
            cwd=ROOT,
            env=os.environ | {"YAODIAN_TELEGRAM_TOKEN": self._token},
            stderr=subprocess.PIPE,
            text=True,
            encoding="utf8",
        )
        self._reader = threading.Thread(target=self._read)
        self._reader.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def _read(self) -> None:
        assert self._process is not None
        assert self._process.stderr is not None
        for line in self._process.stderr:
            self.said += line

    def waits(self) -> Self:
        """Until it takes updates, started if it was not."""
        self.__enter__()
        self.says("按 Ctrl-C 停止", timeout=20)
        return self

    def says(self, words: str, timeout: float = 10) -> None:
        """Until it has printed these words."""
        until = time.monotonic() + timeout
        while words not in self.said:
            assert time.monotonic() < until, f"not said: {words}\n{self.said}"
            assert self._process is not None
            assert self._process.poll() is None or words in self.said, self.said
            time.sleep(0.02)

    def stop(self, how: signal.Signals = signal.SIGTERM) -> int:
        """Its exit status after a signal."""
        assert self._process is not None
        if self._process.poll() is None:
            self._process.send_signal(how)
        return self.ends()

    def ends(self) -> int:
        """Its exit status once it has ended by itself."""
        assert self._process is not None
        status = self._process.wait(timeout=30)
        self._reader.join()
        return status


class Inside(logging.Handler):
    """The same handlers in this process, which has every update as soon as it is there; what is logged is in `said`."""

    def __init__(
        self, fake: FakeTelegram, folder: Path, db: Path, painter: Painter | None = None, **settings: Any
    ) -> None:
        super().__init__()
        self.painter = painter
        self.fake, self.said = fake, ""
        folder.mkdir(exist_ok=True)
        self.chats, self.words = folder / "chats.db", folder / "words.toml"
        self.words.touch()
        self.assistant = Assistant(Library(db, [self.words]), Records(self.chats))
        self.settings = Telegram(**{"api_url": fake.url, "per_minute": 1000} | settings)

    def emit(self, record: logging.LogRecord) -> None:
        self.said += self.format(record) + "\n"

    def __enter__(self) -> Self:
        os.environ["YAODIAN_TELEGRAM_TOKEN"] = self.fake.token
        self._thread = threading.Thread(target=lambda: asyncio.run(self._run()))
        self._ready = threading.Event()
        self._thread.start()
        assert self._ready.wait(10)
        return self

    def __exit__(self, *_: object) -> None:
        self.fake.world.on_update = lambda: None
        self.loop.call_soon_threadsafe(self._end.set)
        self._thread.join(20)
        self.assistant.records.close()
        del os.environ["YAODIAN_TELEGRAM_TOKEN"]

    async def _run(self) -> None:
        self.loop, self._end = asyncio.get_running_loop(), asyncio.Event()
        request = _Direct(self.fake)
        bot, self.shared = build(self.settings, self.assistant, self.words, 90, request, painter=self.painter)
        logging.getLogger().addHandler(self)
        async with running(bot, self.shared):
            self._inbox = Inbox(bot)
            self.fake.world.allowed = UPDATES
            self.fake.world.on_update = lambda: self.loop.call_soon_threadsafe(self._fetch)
            self._fetch()
            self._ready.set()
            await self._end.wait()

    def _fetch(self) -> None:
        with self.fake.world.changed:
            updates, self.fake.world.updates = self.fake.world.updates, []
        self._taking = [asyncio.ensure_future(self._inbox.take(update)) for update in updates]


class _Direct(BaseRequest):
    """Calls that a fake Telegram answers in this process."""

    read_timeout = None

    def __init__(self, fake: FakeTelegram) -> None:
        self._fake = fake

    async def initialize(self) -> None:
        pass

    async def shutdown(self) -> None:
        pass

    async def do_request(
        self, url: str, method: str, request_data: RequestData | None = None, *_: object, **__: object
    ) -> tuple[int, bytes]:
        assert method == "POST"
        sent: dict[str, Any] = dict(request_data.json_parameters) if request_data else {}
        for name, (file, content, _) in (request_data.multipart_data or {} if request_data else {}).items():
            sent[name] = file
            self._fake.files.append(content)
        return await self._fake.call(url.rsplit("/", 1)[1], sent)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
