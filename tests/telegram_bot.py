"""The bot as its operator runs it: a process of its own, with settings in a file and the token in the environment."""

import os
import signal
import socket
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import Self

from fake_telegram import FakeTelegram

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


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
