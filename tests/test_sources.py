"""What is named on the command line: files, folders, archives and addresses, and what is wrong with some of them."""

import json
import socket
import threading
import time
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import documents
import pytest
from conftest import SMALL

from bot.cli import main
from indexer import archive, fetch
from indexer.sources import find
from knowledge.errors import DocumentError

CLAUSE = "（一）增加学位。新增学位300个。"


def opened(*named: str, intranet: bool = False) -> dict[str, str]:
    """What each document that is named holds, or what is wrong with it."""
    found = {}
    for source in find(named, intranet=intranet):
        try:
            found[source.where] = source.open().data.decode(errors="replace")
        except DocumentError as error:
            found[source.where] = f"error: {error}"
    return found


def test_a_folder_is_its_documents_in_the_order_of_their_names(tmp_path: Path) -> None:
    for name in ("b.txt", "a/c.txt", ".DS_Store", "~$b.docx", ".git/x"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(name)
    assert opened(str(tmp_path)) == {f"{tmp_path}/b.txt": "b.txt", f"{tmp_path}/a/c.txt": "a/c.txt"}
    (tmp_path / "none").mkdir()
    assert "没有文档" in opened(str(tmp_path / "none"))[f"{tmp_path}/none"]


def test_an_archive_is_its_documents_and_one_in_it_stays_closed(tmp_path: Path) -> None:
    inner = documents.zipped({"x.txt": "x"})
    file = tmp_path / "a.zip"
    file.write_bytes(documents.zipped({"要点.txt": "好", "../../b.txt": "b", "__MACOSX/._b.txt": "", "in.zip": inner}))
    assert list(opened(str(file))) == [f"{file}/要点.txt", f"{file}/../../b.txt", f"{file}/in.zip"]
    with pytest.raises(SystemExit):
        main(["index", str(file), "--db", str(tmp_path / "a.db")])
    assert sorted(p.name for p in tmp_path.parent.parent.glob("b.txt")) == []


def test_a_name_that_was_packed_in_gbk_is_read() -> None:
    packed = documents.zipped({"abcd.txt": "x"}).replace(b"abcd", "要点".encode("gbk"))
    assert [name for name, _ in archive.members(packed)] == ["要点.txt"]


def test_an_archive_that_would_unpack_to_too_much_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archive, "LARGEST", 1000)
    (tmp_path / "a.zip").write_bytes(documents.zipped({"a.txt": "0" * 1001}))
    assert "太大" in opened(str(tmp_path / "a.zip"))[f"{tmp_path}/a.zip"]
    (tmp_path / "a.docx").write_bytes(documents.word(CLAUSE))
    with pytest.raises(SystemExit):
        main(["index", str(tmp_path / "a.docx"), "--db", str(tmp_path / "a.db")])


class Site(BaseHTTPRequestHandler):
    """A site that answers by the path asked for."""

    def do_GET(self) -> None:
        answers: dict[str, Callable[[], None]] = {"/slow": self._slow, "/round": lambda: self._moved("/round")}
        if self.path.startswith("/to/"):
            self._moved("http://" + self.path.removeprefix("/to/"))
        elif self.path in answers:
            answers[self.path]()
        elif self.path == "/none":
            self.send_error(404)
        else:
            self._said(f"<p>{CLAUSE}</p>".encode("gbk"))

    def _said(self, body: bytes) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "text/html; charset=gbk")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def _moved(self, where: str) -> None:
        self.send_response(302)
        self.send_header("Location", where)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def _slow(self) -> None:
        self.send_response(200)
        self.end_headers()
        for _ in range(40):
            self.wfile.write(b"x")
            time.sleep(0.1)

    def log_message(self, *_said: object) -> None:
        pass


@pytest.fixture
def site() -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Site)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


def error_of(address: str, *, intranet: bool = True) -> str:
    with pytest.raises(DocumentError) as told:
        fetch.fetch(address, intranet=intranet)
    assert str(told.value).startswith(address)
    return str(told.value)


def test_an_address_is_read_in_the_encoding_that_its_server_says(site: str) -> None:
    page = fetch.fetch(f"{site}/计划.html?年=2030", intranet=True)
    assert (page.charset, page.data.decode("gbk")) == ("gbk", f"<p>{CLAUSE}</p>")


def test_what_an_address_does_wrong_is_told(site: str, monkeypatch: pytest.MonkeyPatch) -> None:
    assert "404" in error_of(f"{site}/none")
    assert "转来转去" in error_of(f"{site}/round")
    assert "连不上" in error_of("http://127.0.0.1:9/")
    assert "不是能读的网址" in error_of("ftp://example.org/a")
    assert "不是能读的网址" in error_of("http://")
    monkeypatch.setattr(fetch, "_LARGEST", 10)
    assert "64 MB" in error_of(f"{site}/a")


def test_an_address_that_drips_is_given_up_when_the_time_is_over(site: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fetch, "_SECONDS", 0.5)
    begun = time.monotonic()
    assert "太久" in error_of(f"{site}/slow")
    assert time.monotonic() - begun < 2


def test_addresses_of_a_local_network_are_refused_by_any_name_and_behind_a_redirect(
    site: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert "内网" in error_of(f"{site}/a", intranet=False)
    assert "内网" in error_of("http://localhost/", intranet=False)
    assert "内网" in error_of("http://[::1]/", intranet=False)
    known = fetch.is_public
    monkeypatch.setattr(fetch, "is_public", lambda place: place == "127.0.0.1" or known(place))
    assert fetch.fetch(f"{site}/a").charset == "gbk"
    assert "内网" in error_of(f"{site}/to/127.0.0.2:80/", intranet=False)
    assert "内网" in error_of(f"{site}/to/169.254.169.254/latest", intranet=False)


def test_a_name_is_looked_up_once_and_the_address_that_was_looked_at_is_the_one_that_is_asked(
    site: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    port = int(site.rsplit(":", 1)[1])
    looked, answers = [], iter(["127.0.0.1", "10.0.0.1"])

    def lookup(host: str, *rest: object, **more: object) -> list[tuple[object, ...]]:
        if host != "rebind.example":
            return real(host, *rest, **more)  # type: ignore[arg-type]
        looked.append(host)
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (next(answers), port))]

    real = socket.getaddrinfo
    monkeypatch.setattr(socket, "getaddrinfo", lookup)
    monkeypatch.setattr(fetch, "is_public", lambda place: place == "127.0.0.1")
    assert fetch.fetch(f"http://rebind.example:{port}/a").charset == "gbk"
    assert looked == ["rebind.example"]


FILES = {
    "plan.docx": lambda: documents.word(*SMALL.strip().split("\n")),
    "plan.pdf": lambda: documents.pdf(*documents.printed(SMALL.strip())),
    "plan.ofd": lambda: documents.ofd(*((20, 30 + 8 * n, line) for n, line in enumerate(SMALL.strip().split("\n")))),
    "plan.html": lambda: "".join(f"<p>{line}</p>" for line in SMALL.split("\n")).encode(),
    "plan.md": lambda: SMALL.replace("一、", "## 一、").encode(),
    "plan.txt": lambda: SMALL.encode("gbk"),
    "plan.zip": lambda: documents.zipped({"plan.docx": documents.word(*SMALL.strip().split("\n"))}),
}


@pytest.mark.parametrize("name", FILES)
def test_a_plan_in_any_format_gives_the_same_clauses_and_figures(
    name: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / name
    file.write_bytes(FILES[name]())
    main(["index", str(file), "--json", "--db", str(tmp_path / "a.db")])
    report = json.loads(capsys.readouterr().out)
    assert [report[key] for key in ("plan", "year", "chapters", "clauses", "figures", "damage", "digits_lost")] == [
        "东湖市2030年教育工作要点", 2030, 2, 3, 13, [], 0,
    ]  # fmt: skip


def test_a_bad_document_is_told_and_the_rest_goes_on(
    tmp_path: Path, site: str, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "a.docx").write_bytes(documents.word("（一）甲。办3件事。"))
    (tmp_path / "b.pdf").write_bytes(b"%PDF-1.7\nbroken")
    (tmp_path / "config.toml").write_text("intranet = true")
    words = ["index", str(tmp_path / "b.pdf"), str(tmp_path / "a.docx"), "none.txt", f"{site}/plan.html"]
    words += ["--db", str(tmp_path / "a.db"), "--config", str(tmp_path / "config.toml")]
    with pytest.raises(SystemExit) as ended:
        main([*words, "--json"])
    told = capsys.readouterr()
    bad, good, missing, page = json.loads(told.out)
    assert (ended.value.code, bad["source"], missing["source"]) == (2, str(tmp_path / "b.pdf"), "none.txt")
    assert told.err.splitlines() == [bad["error"], missing["error"]]
    assert (good["clauses"], page["source"], page["figures"]) == (1, f"{site}/plan.html", 1)
    with pytest.raises(SystemExit):
        main(words)
    assert "《a》" in capsys.readouterr().out


def test_where_nothing_can_be_read_no_index_is_made(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["index", "none.txt", "--json", "--db", str(tmp_path / "a.db")])
    assert json.loads(capsys.readouterr().out)["source"] == "none.txt"
    assert not (tmp_path / "a.db").exists()


@pytest.mark.parametrize(
    ("named", "says"), [("www.example.org/a.html", "https://"), ("", "文件名是空的"), ("a\0b", "a\0b")]
)
def test_a_name_that_is_none_is_told(named: str, says: str) -> None:
    (told,) = opened(named).values()
    assert says in told
