"""The API: what `yaodian ask --json` says over HTTP, and exactly what its description promises."""

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from benchmarks.web_load import measure
from jsonschema_rs import validator_for
from web_server import visiting

from bot.records import Records
from bot.replies.compose import reply
from bot.replies.contract import answer_record, as_json, figure_record, whole_record
from bot.web.api import LIMITS
from knowledge.answer import LONGEST, ask
from knowledge.lexicon import Lexicon
from knowledge.model import Status
from knowledge.store import Store

ORIGIN = "https://school.example.org"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("web")


@pytest.fixture(scope="module")
def visitor(db: Path, folder: Path) -> Iterator[httpx.Client]:
    with visiting(db, folder, origins=(ORIGIN,)) as client:
        yield client


def asked(visitor: httpx.Client, **parameters: Any) -> dict[str, Any]:
    response = visitor.get("/api/ask", params=parameters)
    assert (response.status_code, response.headers["content-type"]) == (200, "application/json")
    return dict(response.json())


def figures(answer: dict[str, Any]) -> list[str]:
    return [f["raw"] for f in answer["figures"]]


def refusal(response: httpx.Response) -> tuple[int, str]:
    """The status and the sentence of a problem, the whole of it as RFC 9457 has it."""
    problem = response.json()
    assert response.headers["content-type"] == "application/problem+json"
    assert list(problem) == ["type", "title", "status", "detail", "instance"]
    assert problem["status"] == response.status_code
    return response.status_code, problem["detail"]


def test_an_answer_is_the_object_that_the_command_prints(
    visitor: httpx.Client, small: Store, shipped_words: Lexicon
) -> None:
    for question in ("小学新增学位", "第二条", "今天天气怎么样", "小學學位"):
        answer = ask(question, small, shipped_words)
        assert asked(visitor, q=question) == json.loads(as_json(answer_record(answer, reply(answer, small.plan()))))


def test_questions_of_one_chat_follow_each_other_and_others_do_not(visitor: httpx.Client) -> None:
    asked(visitor, q="新增学位多少", chat="one")
    assert figures(asked(visitor, q="那小学呢", chat="one")) == ["100个"]
    assert figures(asked(visitor, q="那小学呢", chat="two")) != ["100个"]
    assert figures(asked(visitor, q="那小学呢")) != ["100个"]


def test_a_program_cannot_go_on_with_a_chat_of_the_page(visitor: httpx.Client) -> None:
    visitor.post("/ask", data={"q": "新增学位多少"})
    kept = visitor.cookies["yaodian"]
    assert figures(asked(visitor, q="那小学呢", chat=kept)) != ["100个"]


def test_as_many_clauses_are_near_as_were_asked_for(visitor: httpx.Client) -> None:
    for chat in ({}, {"chat": "near"}):
        assert [len(asked(visitor, q="新增学位和培训机构、教师", limit=n, **chat)["nearest"]) for n in (1, 2, 20)] == [
            1,
            2,
            3,
        ]


def test_refused_questions_are_noted_and_all_are_counted(db: Path, tmp_path: Path) -> None:
    with visiting(db, tmp_path) as visitor:
        asked(visitor, q="校服多少钱一套")
        asked(visitor, q="校服多少钱一套", chat="one")
        asked(visitor, q="新增学位多少")
    records = Records(tmp_path / "chats.db", forgiving=False)
    assert [(g.question, g.count) for g in records.unanswered.groups()] == [("校服多少钱一套", 2)]
    assert records.feedback.days()[0].statuses[Status.ANSWERED] == 1


def test_what_asks_nothing_is_told_how_to_ask(visitor: httpx.Client) -> None:
    told = asked(visitor, q="？？")
    assert (told["status"], told["clauses"]) == ("not_covered", [])
    assert "今年新增多少学位" in told["reply"]


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ("", "q"),
        ("q=", "1 到"),
        ("q=" + "学" * (LONGEST + 1), "1 到"),
        ("q=%00", "读不出来"),
        ("q=%ED%A0%80", "读不出来"),
        ("q=%FF%FE", "读不出来"),
        ("q=a&q=b", "一次"),
        ("q=a&question=b", "question"),
        ("q=a&limit=0", "limit"),
        ("q=a&limit=21", "limit"),
        ("q=a&limit=%EF%BC%95", "limit"),
        ("q=a&limit=1e3", "limit"),
        ("q=a&chat=", "chat"),
        ("q=a&chat=web:1", "chat"),
        ("q=a&chat=" + "a" * 65, "chat"),
    ],
)
def test_a_parameter_that_does_not_fit_is_named_in_one_sentence(visitor: httpx.Client, query: str, words: str) -> None:
    status, detail = refusal(visitor.get(f"/api/ask?{query}"))
    assert status == 422
    assert words in detail
    assert detail.count("。") == 1


@pytest.mark.parametrize("ref", ["1", "一", "（一）", "第一条", "第1条", "１", "一、"])
def test_a_clause_is_found_by_its_number_however_it_is_written(visitor: httpx.Client, small: Store, ref: str) -> None:
    clause = small.clause_by_ref("东湖市2030年教育工作要点", 1)[0]
    assert visitor.get(f"/api/clauses/{ref}").json() == json.loads(as_json([whole_record(clause)]))


@pytest.mark.parametrize(
    "path", ["/api/clauses/99", "/api/clauses/abc", "/api/clauses/7?plan=无", "/api/figures?plan=无", "/api/no"]
)
def test_what_is_not_there_is_a_problem(visitor: httpx.Client, path: str) -> None:
    assert refusal(visitor.get(path))[0] == 404


def test_figures_are_the_ledger_of_the_command(visitor: httpx.Client, small: Store) -> None:
    every = [figure_record(c, f) for c in small.clauses_of("东湖市2030年教育工作要点") for f in c.figures]
    assert visitor.get("/api/figures").json() == json.loads(as_json(every))
    assert {f["what"] for f in visitor.get("/api/figures?words=学位 小学").json()} == {"新增学位"}
    assert {f["clause"] for f in visitor.get("/api/figures?words=减轻").json()} == {3}


def test_long_lists_come_in_pages_that_lead_to_the_next(visitor: httpx.Client) -> None:
    every, address, pages = visitor.get("/api/figures?words=个").json(), "/api/figures?words=个&limit=3", []
    while address:
        page = visitor.get(address)
        pages.append(page.json())
        following = page.links.get("next")
        address = f"/api/figures{following['url']}" if following else ""
    assert [figure for page in pages for figure in page] == every
    assert {len(page) for page in pages[:-1]} == {3}


def test_a_plan_is_listed_without_the_file_it_came_from(visitor: httpx.Client, small_file: Path) -> None:
    response = visitor.get("/api/plans")
    assert [p["title"] for p in response.json()] == ["东湖市2030年教育工作要点"]
    assert small_file.name not in response.text


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH", "OPTIONS"])
def test_an_unsupported_method_names_those_that_are_supported(visitor: httpx.Client, method: str) -> None:
    response = visitor.request(method, "/api/ask?q=学位")
    assert refusal(response)[0] == 405
    assert set(response.headers["allow"].split(", ")) == {"GET", "HEAD"}


def test_only_the_sites_of_the_settings_may_read_the_api_from_a_browser(visitor: httpx.Client) -> None:
    theirs, others = ({"origin": o} for o in (ORIGIN, "https://other.example.org"))
    preflight = {"access-control-request-method": "GET"}
    allowed = visitor.options("/api/ask", headers=theirs | preflight)
    assert (allowed.status_code, allowed.headers["access-control-allow-methods"]) == (200, "GET")
    assert visitor.get("/api/ask?q=学位", headers=theirs).headers["access-control-allow-origin"] == ORIGIN
    assert visitor.options("/api/ask", headers=others | preflight).status_code == 400
    refused = visitor.get("/api/ask?q=学位", headers=others)
    assert ("access-control-allow-origin" in refused.headers, "Origin" in refused.headers["vary"]) == (False, True)
    assert "access-control-allow-origin" not in visitor.get("/plan", headers=theirs).headers
    assert "access-control-allow-credentials" not in allowed.headers


def test_the_api_gives_nobody_a_cookie(visitor: httpx.Client) -> None:
    visitor.cookies.clear()
    assert "set-cookie" not in visitor.get("/api/ask?q=学位").headers


def test_the_state_of_the_service_is_told(visitor: httpx.Client) -> None:
    assert visitor.get("/healthz").text == "ok\n"


def test_an_answer_has_the_described_names_and_no_others(visitor: httpx.Client) -> None:
    description = visitor.get("/api/openapi.json").json()
    schemas = description["components"]["schemas"]
    closed = {"unevaluatedProperties": False, "components": {"schemas": schemas}}
    answers = [asked(visitor, q=q) for q in (
        "新增学位", "小学和初中新增学位哪个多", "天气", "学位占比", "小学新增学位占几成", "新建学校几个？培训机构电话多少？",
        "超过10个的", "各区新建学校从多到少", "第三条", "最后一条", "第一部分", "2019年新增学位", "300个是啥", "???",
    )]  # fmt: skip
    for name, values in {
        "Answer": answers,
        "Frame": [f for a in answers for f in a["frames"]],
        "Match": [m for a in answers for m in a["nearest"]],
        "Figure": [f for a in answers for f in a["figures"]],
        "Derived": [a["derived"] for a in answers if a["derived"]],
        "WholeClause": visitor.get("/api/clauses").json(),
        "Plan": visitor.get("/api/plans").json(),
        "Problem": [visitor.get("/api/ask").json()],
    }.items():
        validator = validator_for(closed | {"$ref": f"#/components/schemas/{name}"})
        assert values
        assert [str(e) for value in values for e in validator.iter_errors(value)] == []


def test_the_description_names_every_path_and_the_limits_that_hold(visitor: httpx.Client) -> None:
    description = visitor.get("/api/openapi.json").json()
    assert set(description["paths"]) == {
        "/api/ask", "/api/clauses", "/api/clauses/{ref}", "/api/figures", "/api/plans", "/api/openapi.json",
    }  # fmt: skip
    assert (
        description["paths"]["/api/ask"]["get"]["parameters"][0]["schema"]["maxLength"] == LIMITS["question"] == LONGEST
    )


def test_many_questions_at_once_are_all_answered(db: Path) -> None:
    loads = measure(seconds=2, at_once=200, db=db)
    assert {name: load.errors for name, load in loads.items()} == {"ask": 0, "bare": 0}
    assert loads["ask"].requests >= 200


def test_whatever_is_sent_is_answered_as_the_description_says(visitor: httpx.Client, tmp_path: Path) -> None:
    """Schemathesis sends what fits the description and what does not, by every method, and runs all of its checks."""
    command = [Path(sys.executable).with_name("schemathesis"), "run", str(visitor.base_url.join("/api/openapi.json"))]
    bounds = ["--checks=all", "--max-examples=40", "--seed=7", "--generation-deterministic", "--no-color"]
    done = subprocess.run([*command, *bounds], cwd=tmp_path, capture_output=True, encoding="utf8", check=False)
    assert done.returncode == 0, done.stdout
