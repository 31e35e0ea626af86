"""The plan to read, the list of plans: as a browser without JavaScript gets them, then with it."""

import os
import re
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest
from conftest import Run
from playwright.sync_api import Browser, Page
from web_browser import browsing, visit
from web_html import Parsed, seen
from web_server import visiting, visiting_clauses

from indexer.build import build
from indexer.document import read_document
from knowledge.store import Store

PLAN = "东湖市2030年教育工作要点"
OTHER = "西山市2031年教育工作要点"


@pytest.fixture(scope="module")
def visitor(db: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[httpx.Client]:
    with visiting(db, tmp_path_factory.mktemp("web")) as client:
        yield client


@pytest.fixture(scope="module")
def crowded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[httpx.Client]:
    """A visitor of 120 plans of two clauses each."""
    rows = [
        {"id": f"{n}#{k}", "plan": f"第{n}号通知", "text": f"办好{n}所学校，第{k}批{k}个。"}
        for n in range(1, 121)
        for k in (1, 2)
    ]
    with visiting_clauses(rows, tmp_path_factory.mktemp("crowd")) as client:
        yield client


def clauses(page: Parsed) -> dict[str, bool]:
    """The anchors of the clauses, and whether each is shown."""
    return {str(s["id"]): "hidden" not in s for s in page.all("section") if s.get("class") == "clause"}


def test_a_plan_is_read_by_chapter_and_clause(visitor: httpx.Client) -> None:
    page = seen(visitor, "/plan")
    assert page.texts("h1") == [PLAN]
    assert page.texts("h2") == ["一、增加学位，办好学校", "二、关心教师成长"]
    assert page.texts("h3") == ["（一）扩大学位供给", "（二）管好培训机构", "（三）减轻教师负担"]
    assert clauses(page) == {"clause-1": True, "clause-2": True, "clause-3": True}
    assert [a["href"] for a in page.all("a") if str(a["href"]).startswith("#clause")][:3] == [
        "#clause-1", "#clause-2", "#clause-3",
    ]  # fmt: skip


def test_every_figure_of_a_plan_is_marked_and_nothing_else(visitor: httpx.Client, small: Store) -> None:
    marked = re.findall(r'<mark class="figure">(.*?)</mark>', visitor.get("/plan").text)
    assert marked == [f.raw for c in small.clauses_of(PLAN) for f in sorted(c.figures, key=lambda f: f.start)]


def test_a_page_loses_no_word_of_a_clause(visitor: httpx.Client, small: Store) -> None:
    text = "".join(text for _, text in seen(visitor, "/plan?search=学位").words)
    for clause in small.clauses_of(PLAN):
        assert clause.text[len(clause.title) :].lstrip("。\n ") in text


@pytest.mark.parametrize("search", ["学位", "學位", " 学位　小学 ", "１.5億"])
def test_what_is_looked_for_is_found_without_javascript(visitor: httpx.Client, search: str) -> None:
    page = visitor.get("/plan", params={"search": search}).text
    shown = [anchor for anchor, is_shown in clauses(Parsed(page)).items() if is_shown]
    assert shown == (["clause-2"] if "億" in search else ["clause-1"])
    assert "有 1 条写到" in page


def test_the_words_looked_for_are_marked_within_figures_too(visitor: httpx.Client) -> None:
    page = visitor.get("/plan?search=300").text
    assert '<mark class="figure found">300</mark><mark class="figure">个</mark>' in page


def test_what_is_in_no_clause_is_told_so(visitor: httpx.Client) -> None:
    page = visitor.get("/plan?search=食堂").text
    assert "没有写到这个词" in page
    assert not any(clauses(Parsed(page)).values())


@pytest.mark.parametrize(
    "path", ["/plan?plan=无", "/figures?plan=无", "/figures.csv?plan=无", "/plans?page=9", "/plans?page=" + "9" * 5000]
)
def test_a_plan_that_is_not_there_is_told_kindly(visitor: httpx.Client, path: str) -> None:
    response = visitor.get(path)
    assert response.status_code == 404
    assert Parsed(response.text).texts("h1") == ["没有找到"]


def test_every_page_has_its_landmarks_and_one_first_heading(visitor: httpx.Client) -> None:
    for path in ("/plan", "/plans", "/figures"):
        page = seen(visitor, path)
        assert [len(page.all(tag)) for tag in ("main", "header", "h1", "title")] == [1, 1, 1, 1]
        assert page.all("html") == [{"lang": "zh-Hans"}]
        assert [f["role"] for f in page.all("form") if "role" in f] == ["search"]
        labels = {label.get("for") for label in page.all("label")}
        assert {f["id"] for f in (*page.all("input"), *page.all("select")) if f.get("type") != "hidden"} <= labels
        assert [a["aria-current"] for a in page.all("a") if "aria-current" in a] == ["page"]


def test_of_several_plans_one_is_read_and_the_others_are_offered(tmp_path: Path) -> None:
    rows = [{"id": str(n), "plan": title, "text": f"建设{n}所学校。"} for n, title in enumerate((OTHER, PLAN), 5)]
    with visiting_clauses(rows, tmp_path) as visitor:
        first, second = seen(visitor, "/plan"), seen(visitor, f"/plan?plan={PLAN}")
        picks = [[b for b in page.all("button") if b.get("name") == "plan"] for page in (first, second)]
        assert [[b["value"] for b in some] for some in picks] == [[OTHER, PLAN]] * 2
        assert [[b["aria-pressed"] for b in some] for some in picks] == [["true", "false"], ["false", "true"]]
        assert second.texts("h1")[0].startswith(PLAN)


def test_many_plans_are_listed_in_pages_and_read_one_at_a_time(crowded: httpx.Client) -> None:
    assert [a["href"] for a in seen(crowded, "/plan").all("a") if a["href"] == "/plans"] == ["/plans"]
    assert len(clauses(seen(crowded, "/plan?plan=第7号通知"))) == 2
    found: list[str] = []
    address: str | None = "/plans"
    while address:
        page = seen(crowded, address)
        found += [str(a["href"]) for a in page.all("a") if str(a["href"]).startswith("/plan?")]
        address = next((a["href"] for a in page.all("a") if a.get("rel") == "next"), None)
    assert len(set(found)) == len(found) == 120
    assert crowded.get(found[-1]).status_code == 200
    assert "共 1 份" in crowded.get("/plans?search=77号").text


def test_a_plan_without_parts_and_headings_skips_no_level(crowded: httpx.Client) -> None:
    page = seen(crowded, "/plan?plan=第7号通知")
    assert (len(page.all("h2")), page.all("h3")) == (2, [])


def test_an_index_that_is_built_anew_is_shown_without_a_restart(small_file: Path, tmp_path: Path) -> None:
    db = tmp_path / "plan.db"
    build([read_document(small_file)], db)
    with visiting(db, tmp_path) as visitor:
        assert "新增学位" in visitor.get("/plan").text
        renewed = tmp_path / small_file.name
        renewed.write_text(small_file.read_text(encoding="utf8").replace("学位300个", "学位400个"), encoding="utf8")
        build([read_document(renewed)], db)
        assert '<mark class="figure">400个</mark>' in visitor.get("/plan").text
        assert "400个" in visitor.get("/figures").text
        assert visitor.get("/api/ask?q=新增学位多少").json()["figures"][0]["raw"] == "400个"


def test_an_index_without_a_plan_is_told_kindly(tmp_path: Path) -> None:
    build([], tmp_path / "empty.db")
    with visiting(tmp_path / "empty.db", tmp_path) as visitor:
        for path in ("/plan", "/figures"):
            assert visitor.get(path).status_code == 404
            assert "还没有计划" in visitor.get(path).text
        assert visitor.get("/api/figures").json() == visitor.get("/api/plans").json() == []
        assert visitor.get("/api/ask?q=学位").json()["status"] == "not_covered"


def test_a_file_of_the_page_is_kept_until_it_changes(visitor: httpx.Client) -> None:
    page = seen(visitor, "/plan")
    kept = [str(link["href"]) for link in page.all("link") if "pages.css" in str(link["href"])]
    assert "immutable" in visitor.get(kept[0]).headers["cache-control"]
    assert visitor.get("/static/pages.css").headers["cache-control"] == "no-cache"


@pytest.fixture
def command(db: Path, tmp_path: Path) -> list[str]:
    (tmp_path / "config.toml").write_text("[web]\nport = 1\n", encoding="utf8")
    return [sys.executable, "-m", "bot", "web", "--db", str(db), "--config", str(tmp_path / "config.toml")]


@contextmanager
def started(command: list[str], folder: Path) -> Iterator["subprocess.Popen[str]"]:
    """The command as a process, which ends with the test at the latest."""
    environment = os.environ | {"XDG_DATA_HOME": str(folder), "PYTHONPATH": str(Path(__file__).parents[1])}
    pipe = subprocess.PIPE
    with subprocess.Popen(command, cwd=folder, env=environment, stdout=pipe, stderr=pipe, encoding="utf8") as process:
        try:
            yield process
        finally:
            process.kill()


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        return int(taken.getsockname()[1])


@pytest.mark.parametrize("sign", [signal.SIGINT, signal.SIGTERM])
def test_the_command_serves_until_it_is_stopped(command: list[str], tmp_path: Path, sign: int) -> None:
    port = free_port()
    with started([*command, "--port", str(port)], tmp_path) as process:
        assert process.stdout is not None
        line = process.stdout.readline()
        assert f"http://127.0.0.1:{port}/" in line
        assert httpx.get(f"http://127.0.0.1:{port}/plan?search=学位", trust_env=False).status_code == 200
        process.send_signal(sign)
        rest, errors = process.communicate(timeout=10)
    assert (process.returncode, rest, errors) == (0, "", "")


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (["--port", "70000"], "70000"),
        (["--host", "no.such.host.invalid", "--port", "8000"], "no.such.host.invalid"),
        (["--host", "203.0.113.1", "--port", "8000"], "203.0.113.1"),
        (["--port", "0"], "--port"),
    ],
)
def test_an_address_that_cannot_be_had_is_told_in_one_sentence(
    command: list[str], tmp_path: Path, options: list[str], words: str
) -> None:
    with started([*command, *options], tmp_path) as process:
        printed, error = process.communicate(timeout=20)
    assert (process.returncode, printed, error.count("\n")) == (2, "", 1)
    assert words in error


def test_a_port_that_is_taken_is_told_in_one_sentence(command: list[str], tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with started([*command, "--port", str(port)], tmp_path) as process:
            _, error = process.communicate(timeout=20)
    assert (process.returncode, error.count("\n")) == (2, 1)
    assert f"{port} 端口用不了" in error


@pytest.mark.parametrize(
    "line",
    ['origins = ["https://a.example.org; script-src *"]', 'origins = ["*"]', 'origins = "https://a.example.org"',
     'origins = ["https://a.example.org/path"]', 'trusted_proxies = ["proxy"]', "per_minute = -1", "port = 0",
     "prot = 80"],
)  # fmt: skip
def test_a_setting_that_does_not_fit_is_named(run: Run, tmp_path: Path, line: str) -> None:
    (tmp_path / "config.toml").write_text(f"[web]\n{line}\n", encoding="utf8")
    done = run("web", "--config", "config.toml", "--host", "203.0.113.1")  # where nothing is served in any case
    assert (done.returncode, done.stderr.count("\n")) == (2, 1)
    assert f"web.{line.split(maxsplit=1)[0]}" in done.stderr


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with browsing() as browser:
        yield browser


@pytest.fixture
def phone(browser: Browser, visitor: httpx.Client) -> Iterator[Page]:
    """A narrow phone; what its console complains of fails the test."""
    with visit(browser, str(visitor.base_url), viewport={"width": 320, "height": 640}) as page:
        yield page


def test_a_plan_is_searched_while_one_types(phone: Page, visitor: httpx.Client) -> None:
    phone.goto(f"{visitor.base_url}/plan")
    phone.fill("#search", "教师")
    phone.wait_for_function("() => document.querySelectorAll('.clause:not([hidden])').length === 1")
    assert phone.inner_text("#found").startswith("有 1 条")
    assert phone.url.endswith("?search=%E6%95%99%E5%B8%88")
    phone.fill("#search", "")
    phone.wait_for_function("() => document.querySelectorAll('.clause:not([hidden])').length === 3")


@pytest.mark.parametrize("path", ["/plan", "/plan?search=学位", "/plans", "/figures", "/no"])
def test_a_page_is_no_wider_than_a_narrow_phone(browser: Browser, visitor: httpx.Client, path: str) -> None:
    page = browser.new_page(viewport={"width": 320, "height": 640}, base_url=str(visitor.base_url))
    page.goto(path)
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
    page.close()


def test_the_pages_work_without_javascript(browser: Browser, visitor: httpx.Client) -> None:
    context = browser.new_context(java_script_enabled=False, base_url=str(visitor.base_url))
    page = context.new_page()
    page.goto("/plan")
    page.fill("#search", "学位")
    page.press("#search", "Enter")
    assert page.locator(".clause:visible").count() == 1
    context.close()
