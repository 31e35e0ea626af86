"""The page of the API for people says all that the description says, and what it shows as answers are answers."""

import json
import re
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from playwright.sync_api import Browser, expect
from web_browser import browsing, visit
from web_html import Parsed, seen
from web_server import application, serving

from bot.assistant import Assistant
from bot.library import Library
from bot.records import Records
from bot.settings import Web
from bot.web import api
from bot.web.app import create_app
from indexer.build import build
from indexer.document import read_document


@pytest.fixture(scope="module")
def visitor(shipped_db: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[httpx.Client]:
    with (
        serving(application(shipped_db, tmp_path_factory.mktemp("chats"), per_minute=77_000)) as address,
        httpx.Client(base_url=address, trust_env=False) as client,
    ):
        yield client


@pytest.fixture(scope="module")
def document(visitor: httpx.Client) -> dict[str, Any]:
    described: dict[str, Any] = visitor.get("/api/openapi.json").json()
    return described


@pytest.fixture(scope="module")
def page(visitor: httpx.Client) -> Parsed:
    return seen(visitor, "/developers")


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with browsing() as browser:
        yield browser


def text(page: Parsed) -> str:
    return "".join(words for _, words in page.words)


def resolved(document: dict[str, Any], said: dict[str, Any]) -> dict[str, Any]:
    """What is said there, or at the place that it refers to."""
    if "$ref" in said:
        *_, kind, name = said["$ref"].split("/")
        said = document["components"][kind][name]
    return said


def test_every_address_and_parameter_is_told(page: Parsed, document: dict[str, Any]) -> None:
    codes, told = page.texts("code"), text(page)
    for path, methods in document["paths"].items():
        said = methods["get"]
        assert path in codes
        assert said["summary"] in told
        assert said.get("description", "") in told
        for parameter in (resolved(document, p) for p in said.get("parameters", ())):
            assert parameter["name"] in codes
            assert parameter.get("description", "") in told
            for limit in ("maximum", "maxLength", "default"):
                assert str(parameter["schema"].get(limit, "")) in told


def test_every_field_of_every_record_is_told(page: Parsed, document: dict[str, Any]) -> None:
    anchors = {str(h.get("id")) for h in page.all("h3")}
    codes, told = page.texts("code"), text(page)
    for name, schema in document["components"]["schemas"].items():
        if "properties" in schema:
            assert f"record-{name}" in anchors
        for field, said in schema.get("properties", {}).items():
            assert field in codes
            assert said.get("description", "") in told
    links = {str(a["href"]) for a in page.all("a") if str(a["href"]).startswith("#record-")}
    assert {link.removeprefix("#") for link in links} <= anchors
    assert len(links) > 5


def test_what_the_description_gets_is_on_the_page(
    shipped_db: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    described = api.description

    def more(site: Any) -> dict[str, Any]:
        document = described(site)
        parameter = {
            "name": "colour",
            "in": "query",
            "description": "什么颜色",
            "schema": {"type": "string", "maxLength": 77},
        }
        said = document["paths"]["/api/plans"]["get"]
        document["paths"]["/api/birds"] = {
            "get": said | {"operationId": "birds", "summary": "有哪些鸟", "parameters": [parameter]}
        }
        return document

    monkeypatch.setattr(api, "description", more)
    with (
        serving(application(shipped_db, tmp_path)) as address,
        httpx.Client(base_url=address, trust_env=False) as visitor,
    ):
        told = text(seen(visitor, "/developers"))
    assert all(words in told for words in ("/api/birds", "有哪些鸟", "什么颜色", "0 到 77 个字"))


def test_the_examples_are_answered_so_when_they_are_asked(visitor: httpx.Client, page: Parsed) -> None:
    forms = [form for form in page.all("form") if form.get("class") == "try"]
    assert len(forms) == 6
    shown = re.findall(r'<pre class="answer".*?<code>(.*?)</code>', visitor.get("/developers").text, re.DOTALL)
    for form, answer in zip(forms, shown, strict=True):
        html = visitor.get("/developers").text
        inside = html[html.index(f'action="{form["action"]}"') :].partition("</form>")[0]
        given = {str(i["name"]): str(i["value"]) for i in Parsed(inside).all("input") if "disabled" not in i}
        response = visitor.get(str(form["action"]), params=given)
        assert response.status_code == 200
        lines = json.dumps(response.json(), ensure_ascii=False, indent=2).split("\n")
        plain = (
            answer.replace("&#34;", '"')
            .replace("&#39;", "'")
            .replace("&lt;", "<")
            .replace("&gt;", ">")
            .replace("&amp;", "&")
            .split("\n")
        )
        assert plain[:30] == lines[:30]
        assert plain == lines or plain[-1] == "……"


def test_nobody_asked_the_examples(shipped_db: Path, tmp_path: Path) -> None:
    records = Records(tmp_path / "chats.db")
    with serving(create_app(Web(), Assistant(Library(shipped_db), records))) as address:
        assert httpx.get(f"{address}/developers", trust_env=False).status_code == 200
        time.sleep(1.5)  # what programs ask is counted a moment later
    assert records.feedback.days() == []


def test_how_often_one_may_ask_is_what_is_set(page: Parsed) -> None:
    assert "每分钟最多 77000 次" in text(page)


def test_a_small_index_has_a_page_too(tmp_path: Path) -> None:
    build([], tmp_path / "empty.db")
    (tmp_path / "one.txt").write_text("小山市2031年教育工作计划\n一、建设一所学校。\n", encoding="utf8")
    build([read_document(tmp_path / "one.txt")], tmp_path / "one.db")
    for name in ("empty", "one"):
        with serving(application(tmp_path / f"{name}.db", tmp_path)) as address:
            page = httpx.get(f"{address}/developers", trust_env=False)
            assert (page.status_code, "没有这一条" in page.text) == (200, True)


def test_what_is_tried_is_answered_on_the_page(browser: Browser, visitor: httpx.Client) -> None:
    with visit(browser, f"{visitor.base_url}/developers", "404", "422") as page:
        page.add_init_script("delete URLSearchParams.prototype.size")  # browsers of before 2023 have none
        page.reload()
        ask, clause = (
            page.locator("section", has=page.locator("#ask")),
            page.locator("section", has=page.locator("#clause")),
        )
        expect(ask.locator("pre").first).to_contain_text(f"{str(visitor.base_url).rstrip('/')}/api/ask'")
        ask.get_by_label("q").fill("小学学位")
        ask.get_by_label("limit").fill("1")
        ask.get_by_role("button", name="试一试").click()
        expect(ask.locator(".answer")).to_contain_text('"raw": "7020个"')
        expect(ask.locator(".asked-for")).to_contain_text("/api/ask?q=小学学位&limit=1")
        clause.get_by_label("ref").fill("（三十）")
        clause.get_by_role("button", name="试一试").click()
        expect(clause.locator(".answer")).to_contain_text('"ref": "（三十）"')
        clause.get_by_label("ref").fill("9999")
        clause.get_by_role("button", name="试一试").click()
        expect(clause.locator(".asked-for")).to_contain_text("404")
        expect(clause.locator(".answer")).to_contain_text("没有这一条")
        assert page.url.endswith("/developers")


def test_it_is_tried_without_javascript_too(browser: Browser, visitor: httpx.Client) -> None:
    for name in ("ask", "clauses", "clause", "figures", "plans", "description"):
        with visit(browser, f"{visitor.base_url}/developers", java_script_enabled=False) as page:
            page.locator("section", has=page.locator(f"#{name}")).get_by_role("button").click()
            assert "/api/" in page.url
            answer = json.loads(page.locator("pre").inner_text())
            assert "status" not in answer or answer["status"] == "answered"
