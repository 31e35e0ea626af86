"""A clerk publishes a plan: looks at what was read, corrects it, takes it back. What a stranger made breaks nothing."""

import io
import json
import os
import re
import shutil
import socket
import subprocess
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
from web_clerk import COOKIE, Clerk, clerk

from bot import drafts
from bot.apart import document_of
from bot.drafts import BROKEN, Drafts
from bot.indexing import read_alone
from bot.shipped import SHIPPED
from indexer.build import build
from indexer.document import read_clauses
from knowledge.store import Store

ODD = SMALL.replace("城西区5个", "城西区4个").replace("（三）减轻", "（四）减轻")


@pytest.fixture
def db(small: Store, small_file: Path, tmp_path: Path) -> Path:  # noqa: ARG001 — it is the index that is asked
    return Path(shutil.copy(small_file.with_suffix(".db"), tmp_path / "plan.db"))


@pytest.fixture
def one(db: Path, tmp_path: Path) -> Iterator[Clerk]:
    with clerk(db, tmp_path) as one:
        yield one


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


def test_a_document_is_read_looked_at_published_and_taken_back(one: Clerk) -> None:
    path = upload(one, LAKE.encode(), "青湖.txt")
    page = words(one.get(path).text)
    assert "青湖市2031年教育工作计划" in page
    assert "读到 2 个部分、5 条、" in page
    assert "第 3 条“招聘教师”200名，分成 1 项，各部分加起来不到总数（80名）" in page
    assert "和现在的计划放在一起" in page
    assert raws(one, "改造食堂几个") == []  # nobody is told before it is published
    do(one, f"{path}/publish")
    settled(one, path)
    assert "发布了：大家现在问到的《青湖市2031年教育工作计划》就是这一份" in words(one.get(path).text)
    assert raws(one, "改造食堂几个") == ["30个"]
    assert "会拿掉： 《青湖市2031年教育工作计划》" in words(one.get("/desk/plans").text)
    do(one, "/desk/plans/back")
    assert raws(one, "改造食堂几个") == []
    assert raws(one, "新增学位多少") == ["300个"]
    assert "会拿掉" not in one.get("/desk/plans").text
    assert one.post("/desk/plans/back").status_code == 422
    log = words(one.get("/desk/changes").text)
    assert log.index("退回了上一版 王老师") < log.index("发布了计划 王老师")
    assert re.search(r"退回了上一版 王老师，\s?\S+ \S+ 原来：《青湖市2031年教育工作计划》", log)
    assert re.search(r"发布了计划 王老师，\s?\S+ \S+ 现在：《青湖市2031年教育工作计划》：5 条", log)


def test_what_does_not_add_up_is_told_and_corrected_beside_what_came(one: Clerk, db: Path) -> None:
    path = upload(one, ODD.encode())
    page = one.get(path).text
    assert re.search("第 1 条“新建学校”9个，分成 [23] 项，各部分加起来", words(page))
    assert "编号有疑问" in words(page)
    assert "顶替现在的《东湖市2030年教育工作要点》" in words(page)
    found = re.search(r'<textarea id="text"[^>]*>\n(.*?)</textarea>', page, re.DOTALL)
    assert found
    text = unescape(found[1])
    mended = text.replace("城西区4个", "城西区5个").replace("（四）减轻", "（三）减轻").replace("\n", "\r\n")
    do(
        one,
        path,
        text=mended,
        title="东湖市2030年教育工作要点（改）",
        year="2030",
        edition="通俗版",
        issuer="a\nyear: 1999",
    )
    settled(one, path)
    told = words(one.get(path).text)
    assert ("没有发现问题" in told, "东湖市2030年教育工作要点（改）" in told, "用的是您改过的文字" in told) == (
        True,
    ) * 3
    assert 'value="通俗版"' in one.get(path).text
    assert 'value="2030"' in one.get(path).text
    (kept,) = db.with_name("plan.desk").glob("drafts/*/document")
    assert kept.read_bytes() == ODD.encode()
    assert one.post(path, text=" ").status_code == 422


def test_the_version_before_comes_back_step_by_step(one: Clerk) -> None:
    for number in ("400", "500"):
        changed = SMALL.replace("新增学位300个", f"新增学位{number}个").replace(
            "初中200个", f"初中{int(number) - 100}个"
        )
        path = upload(one, changed.encode())
        do(one, f"{path}/publish")
        settled(one, path)
    assert raws(one, "新增学位多少") == ["500个"]
    do(one, "/desk/plans/back")
    assert raws(one, "新增学位多少") == ["400个"]
    do(one, "/desk/plans/back")
    assert raws(one, "新增学位多少") == ["300个"]
    do(one, "/desk/plans/remove", title="东湖市2030年教育工作要点", edition="")
    assert "一份也没有" in one.get("/desk/plans").text
    assert one.post("/desk/plans/remove", title="东湖市2030年教育工作要点", edition="").status_code == 422
    do(one, "/desk/plans/back")
    assert raws(one, "新增学位多少") == ["300个"]


def test_an_index_that_somebody_else_wrote_is_not_undone(one: Clerk, db: Path) -> None:
    path = upload(one, LAKE.encode())
    do(one, f"{path}/publish")
    settled(one, path)
    other = db.with_suffix(".other")
    shutil.copyfile(db, other)
    other.replace(db)
    assert "会拿掉" not in one.get("/desk/plans").text
    assert one.post("/desk/plans/back").status_code == 422
    assert raws(one, "改造食堂几个") == ["30个"]


def test_text_is_pasted_where_there_is_no_document(one: Clerk) -> None:
    sent = one.post("/desk/plans", text=LAKE)
    assert "青湖市2031年教育工作计划" in one.get(settled(one, sent.headers["location"])).text
    for nothing in ({"text": " "}, {}):
        told = one.post("/desk/plans", **nothing)
        assert (told.status_code, "请选一份文档" in told.text) == (422, True)


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


# --- what a stranger made


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


def test_a_document_that_takes_too_long_is_given_up(one: Clerk, db: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(drafts, "_SECONDS", 0.05)
    path = upload(one, SMALL.encode())
    assert BROKEN in words(one.get(path).text)
    assert not list(db.with_name("plan.desk").glob("drafts/*/working"))


def test_one_of_50_mb_is_refused_before_it_is_taken(one: Clerk, db: Path) -> None:
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
    assert not list(db.with_name("plan.desk").glob("drafts/*"))
    assert one.client.post("/ask", content=b"a" * 20_000).status_code == 413  # elsewhere nobody sends so much


def test_nothing_large_is_taken_of_a_stranger(db: Path, tmp_path: Path) -> None:
    with clerk(db, tmp_path) as one:
        one.client.cookies.clear()
        told = one.client.post("/desk/plans", files={"file": ("a.txt", b"a" * 1_000_000, "text/plain")})
        assert told.status_code == 403
        assert not db.with_name("plan.desk").exists()


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


def test_a_place_that_cannot_be_written_is_told_in_a_sentence(one: Clerk, db: Path) -> None:
    db.with_name("plan.desk").touch()
    told = one.post("/desk/plans", text=LAKE)
    assert (told.status_code, "文档存不下来" in told.text) == (500, True)
    assert one.get("/desk/plans").status_code == 200


def test_of_many_plans_some_are_shown_and_the_others_found(one: Clerk, db: Path, tmp_path: Path) -> None:
    rows = ({"id": "1", "plan": f"第{n}号计划", "text": "新增学位"} for n in range(60))
    (tmp_path / "list.jsonl").write_text("\n".join(json.dumps(row) for row in rows), encoding="utf8")
    build(read_clauses(tmp_path / "list.jsonl"), db)
    page = one.get("/desk/plans").text
    assert (page.count("<summary>去掉这一份"), "共 61 份，先列 50 份" in page) == (50, True)
    page = one.get("/desk/plans?search=57 號").text
    assert (page.count("<summary>去掉这一份"), "共 1 份。" in page) == (1, True)
    assert "没有这样的标题" in one.get("/desk/plans?search=<b>").text


def test_nothing_beside_the_drafts_is_taken_for_one(tmp_path: Path) -> None:
    made = Drafts(tmp_path / "plan.db")
    inside = made.add("a.txt", io.BytesIO(b"x"))
    for outside in (tmp_path / "plan.desk" / "abc", tmp_path / "elsewhere123"):
        outside.mkdir()
        shutil.copy(inside.folder / "about.json", outside)
    assert made.get(inside.id) == inside
    for name in ("../abc", "../../elsewhere123", f"../drafts/{inside.id}", str(inside.folder), "", "."):
        assert made.get(name) is None


@pytest.mark.parametrize("plan", [*PLANS, SHIPPED], ids=lambda file: file.stem)
def test_a_text_that_is_kept_as_it_was_shown_is_read_as_before(plan: Path, tmp_path: Path) -> None:
    draft = Drafts(tmp_path / "plan.db").add(plan.name, io.BytesIO(plan.read_bytes()))
    shown = read_alone(*document_of(draft.folder), tmp_path / "plan.db")
    said = structs.asdict(shown["report"])
    draft.correct(shown["text"].replace("\n", "\r\n"), {**said, "title": said["plan"], "year": str(said["year"] or "")})
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


def test_what_was_begun_before_a_restart_is_told_so(one: Clerk, db: Path) -> None:
    path = upload(one, SMALL.encode())
    (folder,) = db.with_name("plan.desk").glob("drafts/*")
    (folder / "read.json").unlink()
    (folder / "working").touch()
    assert "正在办" in one.get(path).text
    os.utime(folder / "working", (0, time.time() - 3600))
    assert "上次没有读完" in one.get(path).text


def test_only_some_documents_are_kept_and_they_can_be_thrown_away(one: Clerk, tmp_path: Path) -> None:
    path = upload(one, SMALL.encode())
    do(one, f"{path}/drop")
    assert one.get(path).status_code == 404
    kept = Drafts(tmp_path / "plan.db")
    for n in range(35):
        kept.add(f"{n}.txt", io.BytesIO(b"x"))
    assert [d.name for d in kept.all()] == [f"{n}.txt" for n in range(34, 4, -1)]


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
