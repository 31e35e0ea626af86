"""A document on its way into the index: nothing that is typed is lost, and what a stranger made breaks nothing."""

import errno
import io
import os
import re
import shutil
import socket
import subprocess
import threading
import time
import zipfile
import zlib
from collections.abc import Iterator
from html import unescape
from pathlib import Path
from typing import Any

import documents
import pytest
from conftest import LAKE, PLANS, SMALL
from msgspec import structs
from web_clerk import COOKIE, Clerk, clerk, do, publish, raws, settled, upload, words

from bot import apart, drafts
from bot.apart import SAID, document_of
from bot.drafts import BROKEN, Drafts
from bot.indexing import read_alone
from bot.shipped import SHIPPED

MENDED = SMALL.replace("评选名教师20名", "评选名教师30名")


@pytest.fixture
def one(own_db: Path, tmp_path: Path) -> Iterator[Clerk]:
    with clerk(own_db, tmp_path) as one:
        yield one


def typed(page: str) -> tuple[str, str]:
    """The title and the text that stand in the fields of a page."""
    title, text = (
        re.search(pattern, page, re.DOTALL)
        for pattern in (r'<input id="title"[^>]*value="([^"]*)"', r'<textarea id="text"[^>]*>\n(.*?)</textarea>')
    )
    return unescape(title[1] if title else ""), unescape(text[1] if text else "")


def folder_of(own_db: Path) -> Path:
    """Where the only draft lies."""
    (folder,) = own_db.with_name("plan.desk").glob("drafts/*")
    return folder


# --- what somebody types is not lost


@pytest.mark.usefixtures("read_here")
def test_a_corrected_text_that_cannot_be_read_is_there_to_be_corrected_again(one: Clerk) -> None:
    path = upload(one, SMALL.encode())
    do(one, path, text="还没有写完\r\n& 第二行", title="我的标题")
    page = one.get(settled(one, path)).text
    assert ("没有找到条款" in page, typed(page)) == (True, ("我的标题", "还没有写完\r\n& 第二行"))
    do(one, path, text=MENDED, title="我的标题")
    page = one.get(settled(one, path)).text
    assert ("读到 2 个部分、3 条" in page, typed(page)[0]) == (True, "我的标题")


@pytest.mark.usefixtures("read_here")
def test_what_is_typed_while_somebody_is_at_work_on_the_document_is_there_to_be_sent_again(
    one: Clerk, own_db: Path
) -> None:
    path = upload(one, SMALL.encode())
    (folder_of(own_db) / "working").touch()
    told = one.post(path, page="/desk/plans", text=MENDED, title="我的标题")
    assert (told.status_code, typed(told.text)) == (409, ("我的标题", MENDED))
    assert ("您改的还没有存" in told.text, "refresh" in told.headers, f"{path}/publish" in told.text) == (
        True,
        False,
        False,
    )
    (folder_of(own_db) / "working").unlink()
    assert typed(one.get(path).text)[0] == "东湖市2030年教育工作要点"


@pytest.mark.usefixtures("read_here")
def test_what_is_typed_beside_an_empty_text_stays(one: Clerk) -> None:
    path = upload(one, SMALL.encode())
    told = one.post(path, text=" ", title="我的标题")
    assert (told.status_code, typed(told.text)) == (422, ("我的标题", " "))


@pytest.mark.usefixtures("read_here")
def test_what_is_typed_of_a_document_that_was_thrown_away_meanwhile_is_there_to_be_read_anew(one: Clerk) -> None:
    path = upload(one, SMALL.encode())
    do(one, f"{path}/drop")
    told = one.post(path, text=MENDED)
    assert (told.status_code, typed(told.text)[1]) == (404, MENDED)


def test_what_is_typed_is_there_when_it_cannot_be_written(one: Clerk, monkeypatch: pytest.MonkeyPatch) -> None:
    path = upload(one, SMALL.encode())

    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(apart, "write", full)
    told = one.post(path, text=MENDED)
    assert (told.status_code, "文档存不下来" in told.text, typed(told.text)[1]) == (500, True, MENDED)
    told = one.post("/desk/plans", text=MENDED)
    assert (told.status_code, "文档存不下来" in told.text, typed(told.text)[1]) == (500, True, MENDED)


def test_a_document_and_a_text_at_once_are_not_taken_for_one_of_them(one: Clerk, own_db: Path) -> None:
    told = one.post("/desk/plans", files={"file": ("要点.txt", SMALL.encode(), "text/plain")}, text=LAKE)
    assert (told.status_code, typed(told.text)[1].replace("\r\n", "\n")) == (422, LAKE)
    assert not own_db.with_name("plan.desk").exists()


@pytest.mark.usefixtures("read_here")
def test_a_long_text_is_taken_and_a_longer_one_told_in_the_words_of_a_document(one: Clerk) -> None:
    def paste(text: str) -> tuple[int, bool]:
        fields = {name: (None, value) for name, value in {"token": one.token(), "text": text}.items()}
        told = one.client.post("/desk/plans", files=fields)
        return told.status_code, "超过 20 MB" in told.text

    assert paste(" " * 6_000_000 + LAKE) == (303, False)
    assert paste(" " * 21_000_000 + LAKE) == (413, True)


@pytest.mark.parametrize("plan", [*PLANS, SHIPPED], ids=lambda file: file.stem)
def test_a_text_that_is_kept_as_it_was_shown_is_read_as_before(plan: Path, tmp_path: Path) -> None:
    draft = Drafts(tmp_path / "plan.db").add(plan.name, io.BytesIO(plan.read_bytes()))
    shown = read_alone(*document_of(draft.folder), tmp_path / "plan.db")
    said = structs.asdict(shown["report"])
    fields = {name: str(said[name] or "") for name in SAID if name != "title"}
    draft.correct({**fields, "title": said["plan"], "text": shown["text"].replace("\n", "\r\n")})
    again = read_alone(*document_of(draft.folder), tmp_path / "plan.db")
    same = (
        "plan",
        "issuer",
        "year",
        "date",
        "number",
        "edition",
        "chapters",
        "clauses",
        "figures",
        "sums",
        "numbering",
    )
    assert [getattr(again["report"], name) for name in same] == [getattr(shown["report"], name) for name in same]
    assert again["figures"] == shown["figures"]
    assert again["text"] == shown["text"]


# --- what is done with a document ends, whatever happens


@pytest.mark.usefixtures("read_here")
def test_text_is_pasted_where_there_is_no_document(one: Clerk) -> None:
    sent = one.post("/desk/plans", text=LAKE)
    assert "青湖市2031年教育工作计划" in one.get(settled(one, sent.headers["location"])).text
    for nothing in ({"text": " "}, {}):
        told = one.post("/desk/plans", **nothing)
        assert (told.status_code, "请选一份文档" in told.text) == (422, True)


def test_what_was_begun_before_a_restart_is_told_so(one: Clerk, own_db: Path) -> None:
    path = upload(one, SMALL.encode())
    folder = folder_of(own_db)
    (folder / "read.json").unlink()
    (folder / "working").touch()
    assert "正在办" in one.get(path).text
    os.utime(folder / "working", (0, time.time() - 3600))
    assert "上次没有读完" in one.get(path).text


def test_a_fault_in_the_middle_is_told_and_ends_the_work(one: Clerk, monkeypatch: pytest.MonkeyPatch) -> None:
    def fault(*_: object) -> None:
        raise RuntimeError

    monkeypatch.setattr(drafts, "_run", fault)
    assert BROKEN in words(one.get(upload(one, SMALL.encode())).text)


def test_a_document_is_not_thrown_away_while_somebody_is_at_work_on_it(one: Clerk, own_db: Path) -> None:
    path = upload(one, SMALL.encode())
    (folder_of(own_db) / "working").touch()
    told = one.post(f"{path}/drop", page="/desk/plans")
    assert (told.status_code, "等办完了再丢" in told.text) == (409, True)
    for n in range(35):
        Drafts(own_db).add(f"{n}.txt", io.BytesIO(b"x"))
    assert one.get(path).status_code == 200


def test_work_on_a_draft_that_is_gone_ends_and_brings_nothing_of_it_back(tmp_path: Path) -> None:
    kept = Drafts(tmp_path / "plan.db")
    draft = kept.add("a.txt", io.BytesIO(b"x"))
    shutil.rmtree(draft.folder)
    draft.end("read")
    assert (draft.working, draft.folder.exists()) == (False, False)


@pytest.mark.usefixtures("read_here")
def test_only_some_documents_are_kept_and_they_can_be_thrown_away(one: Clerk, tmp_path: Path) -> None:
    path = upload(one, SMALL.encode())
    do(one, f"{path}/drop")
    assert one.get(path).status_code == 404
    kept = Drafts(tmp_path / "plan.db")
    for n in range(35):
        kept.add(f"{n}.txt", io.BytesIO(b"x"))
    assert [d.name for d in kept.all()] == [f"{n}.txt" for n in range(34, 4, -1)]


def test_a_place_that_cannot_be_written_is_told_in_a_sentence(one: Clerk, own_db: Path) -> None:
    own_db.with_name("plan.desk").touch()
    told = one.post("/desk/plans", text=LAKE)
    assert (told.status_code, "文档存不下来" in told.text) == (500, True)
    assert one.get("/desk/plans").status_code == 200


@pytest.mark.usefixtures("read_here")
def test_no_file_of_a_document_is_looked_at_where_all_requests_are_taken(
    one: Clerk, monkeypatch: pytest.MonkeyPatch
) -> None:
    readers: set[str] = set()

    def look(name: str) -> None:
        real = getattr(Path, name)

        def looked(path: Path, *given: Any, **more: Any) -> Any:
            if "plan.desk" in path.parts:
                readers.add(threading.current_thread().name)
            return real(path, *given, **more)

        monkeypatch.setattr(Path, name, looked)

    for name in ("open", "stat", "read_text", "read_bytes", "iterdir"):
        look(name)
    path = publish(one, MENDED)
    do(one, path, text=MENDED)
    do(one, f"{settled(one, path)}/drop")
    assert {name for name in readers if "_work" not in name} == {"desk_0"}


# --- what a stranger made


@pytest.mark.parametrize(
    ("content", "says"),
    [(b"\x00\x01" * 500, "另存为 .docx"), (b" \n", "是空的"),
     (documents.zipped({"a.txt": SMALL}), "是压缩包")],
)  # fmt: skip
def test_what_cannot_be_read_is_told_in_a_sentence_and_not_published(one: Clerk, content: bytes, says: str) -> None:
    path = upload(one, content, "怪文件.bin")
    page = one.get(path).text
    assert says in words(page)
    assert "怪文件.bin" in page
    assert "/tmp" not in page
    assert one.post(f"{path}/publish").status_code == 422


def bomb_of_word() -> bytes:
    """A Word document of a megabyte that unpacks to 250."""
    made, real = io.BytesIO(), zipfile.ZipFile(io.BytesIO(documents.word("要点")))
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as packed:
        for name in real.namelist():
            if name != "word/document.xml":
                packed.writestr(name, real.read(name))
        with packed.open("word/document.xml", "w") as file:
            head = b'<w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:body>'
            file.write(head)
            for _ in range(60):
                file.write(b"<w:p><w:r><w:t>abc</w:t></w:r></w:p>" * 110_000)
            file.write(b"</w:body></w:document>")
    return made.getvalue()


def bomb_of_pdf() -> bytes:
    """A PDF of a megabyte whose only page holds five million letters."""
    page = documents.pdf([(50, 50, "a")])
    packed = zlib.compress(b"BT /F1 16 Tf 1 0 0 1 10 10 Tm <0061> Tj ET\n" * 5_000_000, 6)
    start, end = page.index(b"stream\n") + 7, page.index(b"endstream")
    head = re.sub(
        rb"/Length \d+ (?=[^/]*>>\s*$)|/Length \d+", b"/Length %d /Filter /FlateDecode" % len(packed), page[: start - 7]
    )
    return head + b"stream\n" + packed + b"\n" + page[end:]


@pytest.mark.parametrize("bomb", [bomb_of_word, bomb_of_pdf])
def test_a_bomb_costs_the_server_nothing_but_a_sentence(one: Clerk, bomb: Any) -> None:
    content = bomb()
    assert len(content) < 4_000_000
    sent = one.post("/desk/plans", files={"file": ("要点.docx", content, "application/octet-stream")})
    assert sent.status_code == 303
    assert raws(one, "新增学位多少") == ["300个"]  # while it is read
    path = settled(one, sent.headers["location"])
    assert re.search("打不开|没有读成|内存太多|字数太多", words(one.get(path).text))
    assert one.get("/healthz").status_code == 200


def test_a_document_that_takes_too_long_is_given_up(one: Clerk, own_db: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(drafts, "_SECONDS", 0.05)
    path = upload(one, SMALL.encode())
    assert BROKEN in words(one.get(path).text)
    assert not list(own_db.with_name("plan.desk").glob("drafts/*/working"))


def test_what_a_reader_has_started_ends_with_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    real = subprocess.Popen

    def popen(_command: list[str], **more: Any) -> "subprocess.Popen[bytes]":
        return real(["sh", "-c", "sleep 60 & echo $! > started; wait"], cwd=tmp_path, **more)

    monkeypatch.setattr(subprocess, "Popen", popen)
    monkeypatch.setattr(drafts, "_SECONDS", 0.5)
    drafts._run("read", tmp_path, tmp_path / "plan.db")  # noqa: SLF001 — what it starts is looked at
    stat, end = Path("/proc", (tmp_path / "started").read_text().strip(), "stat"), time.monotonic() + 10
    while stat.exists() and ") Z " not in stat.read_text():
        assert time.monotonic() < end
        time.sleep(0.05)


def test_who_reads_a_document_is_told_no_secret(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("YAODIAN_DESK_PASSWORD", "a secret of ours")
    monkeypatch.setenv("YAODIAN_TELEGRAM_TOKEN", "another one")
    given: dict[str, Any] = {}
    real = subprocess.Popen

    def popen(_command: list[str], **more: Any) -> "subprocess.Popen[bytes]":
        given.update(more["env"])
        return real(["true"], stderr=subprocess.PIPE)

    monkeypatch.setattr(subprocess, "Popen", popen)
    drafts._run("read", tmp_path, tmp_path / "plan.db")  # noqa: SLF001 — what it starts is looked at
    assert given
    assert not [value for name, value in given.items() if name.startswith("YAODIAN_") or "a secret of ours" in value]


def test_one_of_50_mb_is_refused_before_it_is_taken(one: Clerk, own_db: Path) -> None:
    token, taken = one.token("/desk/plans"), 0

    def parts() -> Iterator[bytes]:
        nonlocal taken
        yield f'--x\r\nContent-Disposition: form-data; name="token"\r\n\r\n{token}\r\n'.encode()
        yield b'--x\r\nContent-Disposition: form-data; name="file"; filename="a.txt"\r\n\r\n'
        for _ in range(500):
            taken += 100_000
            yield b"a" * 100_000
        yield b"\r\n--x--\r\n"

    kind = {"content-type": "multipart/form-data; boundary=x"}
    try:
        told = one.client.post("/desk/plans", content=parts(), headers=kind)
        assert (told.status_code, "超过 20 MB" in told.text) == (413, True)
    except Exception as error:  # noqa: BLE001 — the server has hung up on it
        assert "Write" in type(error).__name__  # noqa: PT017
    cookie = f"{COOKIE}={one.client.cookies[COOKIE]}"
    said = raw(one, f"POST /desk/plans HTTP/1.1\r\nHost: a\r\nCookie: {cookie}\r\nContent-Length: 50000000\r\n\r\n")
    assert (said.startswith("HTTP/1.1 413 "), "超过 20 MB" in said) == (True, True)
    assert not list(own_db.with_name("plan.desk").glob("drafts/*"))
    assert one.client.post("/ask", content=b"a" * 20_000).status_code == 413  # elsewhere nobody sends so much


def test_nothing_large_is_taken_of_a_stranger(own_db: Path, tmp_path: Path) -> None:
    with clerk(own_db, tmp_path) as one:
        one.client.cookies.clear()
        told = one.client.post("/desk/plans", files={"file": ("a.txt", b"a" * 1_000_000, "text/plain")})
        assert told.status_code == 403
        assert not own_db.with_name("plan.desk").exists()


def raw(one: Clerk, request: str) -> str:
    """What comes back for the head of a request alone."""
    address = (one.client.base_url.host, one.client.base_url.port or 80)
    with socket.create_connection(address, timeout=10) as connection:
        connection.sendall(request.encode())
        connection.shutdown(socket.SHUT_WR)
        return b"".join(iter(lambda: connection.recv(65536), b"")).decode(errors="replace")


NAMES = ["../../etc/passwd.txt", "..\\..\\boot.ini", "/etc/passwd", "a\x1b[31m\n.txt", "名" * 300 + ".docx", "", ".", "..",
         ".txt", "<script>alert(1)</script>.txt", "a.txt/", "CON"]  # fmt: skip


@pytest.mark.parametrize("name", NAMES, ids=range(len(NAMES)))
def test_a_name_of_a_file_is_only_a_name(tmp_path: Path, name: str) -> None:
    made = Drafts(tmp_path / "plan.db").add(name, io.BytesIO(b"x"))
    assert made.name
    assert not re.search(r"[/\\\x00-\x1f]", made.name)
    assert not made.name.startswith(".")
    assert len(made.name) <= 90
    files = {str(f.relative_to(tmp_path)) for f in tmp_path.rglob("*") if f.is_file()}
    assert files == {f"plan.desk/drafts/{made.id}/{file}" for file in ("document", "about.json")}


def test_no_draft_is_found_by_a_path(one: Clerk) -> None:
    upload(one, b" ")
    for name in ("..", ".", "%2e%2e", "..%2f..%2fplan", "x" * 12, "drafts", "a/b"):
        assert one.get(f"/desk/plans/{name}").status_code in {200, 404}
        assert one.post(f"/desk/plans/{name}/drop").status_code in {404, 405}


def test_nothing_beside_the_drafts_is_taken_for_one(tmp_path: Path) -> None:
    made = Drafts(tmp_path / "plan.db")
    inside = made.add("a.txt", io.BytesIO(b"x"))
    for outside in (tmp_path / "plan.desk" / "abc", tmp_path / "elsewhere123"):
        outside.mkdir()
        shutil.copy(inside.folder / "about.json", outside)
    assert made.get(inside.id) == inside
    for name in ("../abc", "../../elsewhere123", f"../drafts/{inside.id}", str(inside.folder), "", "."):
        assert made.get(name) is None
