"""Several processes at one address: one chat whichever of them answers, and none missed when one dies."""

import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest
from web_clerk import PASSWORD, stranger

from bot.web.desk import TOO_SHORT

ROOT = Path(__file__).parents[1]


@contextmanager
def many(db: Path, folder: Path, *options: str) -> Iterator["subprocess.Popen[str]"]:
    (folder / "config.toml").write_text("[web]\nper_minute = 0\n", encoding="utf8")
    command = [sys.executable, "-m", "bot", "web", "--db", str(db), "--config", str(folder / "config.toml"), *options]
    environment = os.environ | {"XDG_DATA_HOME": str(folder), "PYTHONPATH": str(ROOT)}
    pipe = subprocess.PIPE
    with subprocess.Popen(command, cwd=folder, env=environment, stdout=pipe, stderr=pipe, encoding="utf8") as process:
        try:
            yield process
        finally:
            process.kill()


def address_of(process: "subprocess.Popen[str]") -> str:
    assert process.stdout is not None
    found = re.search(r"http://[0-9.:]+/", process.stdout.readline())
    assert found
    wait_until(lambda: len(workers(process.pid)) == 2)
    return found[0]


def workers(parent: int) -> list[int]:
    told = subprocess.run(
        ["ps", "-ww", "--ppid", str(parent), "-o", "pid=", "-o", "args="],
        capture_output=True,
        encoding="utf8",
        check=False,
    )
    return [int(line.split()[0]) for line in told.stdout.splitlines() if "spawn_main" in line]


def wait_until(holds: object, seconds: float = 20) -> None:
    end = time.monotonic() + seconds
    while not holds():  # type: ignore[operator]
        assert time.monotonic() < end
        time.sleep(0.05)


def ask(address: str, question: str, chat: str) -> list[str]:
    """What is answered on a connection of its own, which any of the processes may take."""
    told = httpx.get(f"{address}api/ask", params={"q": question, "chat": chat}, trust_env=False, timeout=20).json()
    return [f["raw"] for f in told["figures"]]


def free_port() -> str:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        return str(taken.getsockname()[1])


def test_a_chat_goes_on_whichever_process_answers_and_when_one_of_them_dies(db: Path, tmp_path: Path) -> None:
    with many(db, tmp_path, "--port", free_port(), "--workers", "2") as process:
        address = address_of(process)
        for n in range(10):
            assert ask(address, "新增学位多少", f"chat{n}") == ["300个"]
            assert ask(address, "那小学呢", f"chat{n}") == ["100个"]
        dead = workers(process.pid)[0]
        os.kill(dead, signal.SIGKILL)
        wait_until(lambda: len(set(workers(process.pid)) - {dead}) == 2)
        for n in range(10):
            assert ask(address, "初中呢", f"chat{n}") == ["200个"]
        left, began = workers(process.pid), time.monotonic()
        for pid in (*left, process.pid):  # as who ends a service tells all of it
            os.kill(pid, signal.SIGTERM)
        rest, errors = process.communicate(timeout=10)
        assert (process.returncode, rest, errors, time.monotonic() - began < 4) == (0, "", "", True)
        assert [pid for pid in left if Path(f"/proc/{pid}").exists()] == []


def test_none_goes_on_when_the_one_that_keeps_them_is_gone(db: Path, tmp_path: Path) -> None:
    with many(db, tmp_path, "--port", free_port(), "--workers", "2") as process:
        address = address_of(process)
        assert ask(address, "新增学位多少", "a") == ["300个"]
        left = workers(process.pid)
        process.kill()
        wait_until(lambda: not [pid for pid in left if Path(f"/proc/{pid}").exists()], 10)


def test_a_clerk_is_at_the_desk_of_every_process_and_leaves_all_of_them(
    db: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("YAODIAN_DESK_PASSWORD", PASSWORD)
    with many(db, tmp_path, "--port", free_port(), "--workers", "2") as process:
        address = address_of(process)
        with stranger(address) as one:
            one.client.headers["connection"] = "close"  # any of them may take the next one
            assert one.log_in().status_code == 303
            assert all("退出" in one.get("/desk").text for _ in range(12))
            cookies = dict(one.client.cookies)
            assert one.post("/desk/logout").status_code == 303
            assert not any(
                "退出" in httpx.get(f"{address}desk", cookies=cookies, trust_env=False).text for _ in range(12)
            )


def test_a_password_of_the_desk_that_will_not_do_is_told_once(
    db: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("YAODIAN_DESK_PASSWORD", "1234")
    for options in (["--workers", "2"], []):
        with many(db, tmp_path, "--port", free_port(), *options) as process:
            printed, error = process.communicate(timeout=30)
        assert (process.returncode, printed, error) == (2, "", f"{TOO_SHORT}\n")


@pytest.mark.parametrize(
    ("options", "words"), [(["--workers", "2", "--telegram"], "机器人只能有一个"), (["--workers", "0"], "1 到 64")]
)
def test_what_cannot_be_run_so_is_told_in_one_sentence(
    db: Path, tmp_path: Path, options: list[str], words: str
) -> None:
    with many(db, tmp_path, *options) as process:
        printed, error = process.communicate(timeout=20)
    assert (process.returncode, printed, error.count("\n"), words in error) == (2, "", 1, True)
