"""/developers: the API's own description read for people. Every address, parameter, field and example on the page comes from it, so
that the page is as right as the description is; the example answers are what this server gives."""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, urlencode

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.types import ASGIApp, Message

from bot.web import api
from bot.web.site import HTML, Problem, Ready, Site, told
from knowledge.model import Answer

_TYPES = {"string": "文字", "integer": "整数", "number": "数", "boolean": "是或否", "object": "对象", "null": "空"}
# So many lines of an example answer are shown.
_LINES = 40
_Json = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Parameter:
    """What may be given: where it stands (path or query), what it may be in words, and what a form needs to know of it."""

    name: str
    where: str
    needed: bool
    told: str
    allowed: str
    example: str
    schema: _Json


@dataclass(frozen=True, slots=True)
class Operation:
    """One address: how it is asked for an example, and what it gives."""

    path: str
    name: str
    summary: str
    told: str
    parameters: tuple[Parameter, ...]
    gives: str
    troubles: tuple[tuple[str, str], ...]

    @property
    def given(self) -> dict[str, str]:
        """The parameters of the example."""
        return {p.name: p.example for p in self.parameters if p.where == "query" and p.example}

    @property
    def address(self) -> str:
        """The path of the example."""
        places = {p.name: p.example for p in self.parameters if p.where == "path"}
        return re.sub(r"{(\w+)}", lambda found: quote(places[found[1]]), self.path)


@dataclass(frozen=True, slots=True)
class Field:
    """A field of a record: its type in words, the record that it holds where it holds one."""

    name: str
    type: str
    record: str
    told: str


class _Uncounted(api.Tally):
    """Nobody asked the questions of the examples."""

    def add(self, answer: Answer) -> None:
        pass


def routes(site: Site) -> list[Route]:
    async def problem(request: Request, error: Exception) -> Response:
        return told(site, request.scope["path"], error if isinstance(error, Problem) else Problem(500))

    tally = _Uncounted(site.assistant, site.workers)
    inner = Starlette(routes=api.routes(site, tally), exception_handlers={Problem: problem})

    async def page(_request: Request) -> Response:
        address = ("/developers", b"")
        if (found := site.made.find(address)) is not None:
            return found
        document = api.description(site)
        some = list(operations(document))
        examples = {one.name: _shortened(await _asked(inner, one.address, one.given)) for one in some}

        def make() -> Ready:
            info, settings = document["info"], site.settings
            values = {"operations": some, "examples": examples, "records": records(document), "info": info}
            return Ready(site.render("developers.html", here="/developers", settings=settings, **values), HTML)

        return await site.workers.read(lambda: site.made.made(address, make))

    return [Route("/developers", page)]


# --- the description read


def operations(document: _Json) -> Iterator[Operation]:
    """Every address that is asked with GET, in the order of the description."""
    for path, methods in document["paths"].items():
        said = methods["get"]
        answers = {status: _resolved(document, answer) for status, answer in said["responses"].items()}
        [content] = answers["200"]["content"].values()
        yield Operation(
            path,
            said["operationId"],
            said["summary"],
            said.get("description", ""),
            tuple(_parameter(_resolved(document, p)) for p in said.get("parameters", ())),
            _record(content["schema"]),
            _troubles(answers),
        )


def _troubles(answers: Mapping[str, _Json]) -> tuple[tuple[str, str], ...]:
    """The statuses of what may go wrong, those that say the same together."""
    told: dict[str, list[str]] = {}
    for status, answer in answers.items():
        if status != "200":
            told.setdefault(answer["description"], []).append(status)
    return tuple(("、".join(statuses), what) for what, statuses in told.items())


def _parameter(said: _Json) -> Parameter:
    example = said.get("example", next((e["value"] for e in said.get("examples", {}).values()), ""))
    schema = said["schema"]
    return Parameter(
        said["name"],
        said["in"],
        bool(said.get("required")),
        said.get("description", ""),
        "，".join(_allowed(schema)),
        str(example),
        schema,
    )


def _allowed(schema: _Json) -> Iterator[str]:
    """What a value may be, in words.

    >>> list(_allowed({"type": "integer", "minimum": 1, "maximum": 20, "default": 5}))
    ['1 到 20 的整数', '不写就是 5']
    >>> list(_allowed({"type": "string", "minLength": 1, "maxLength": 300}))
    ['1 到 300 个字']
    """
    if schema["type"] == "integer":
        yield f"{schema['minimum']} 到 {schema['maximum']} 的整数"
    elif "maxLength" in schema:
        yield f"{schema.get('minLength', 0)} 到 {schema['maxLength']} 个字"
    elif "pattern" in schema:
        yield f"要符合 {schema['pattern']}"
    if "default" in schema:
        yield f"不写就是 {schema['default']}"


def records(document: _Json) -> dict[str, list[Field]]:
    """The fields of every record that an answer may hold, by its name."""
    schemas = document["components"]["schemas"]
    return {
        name: [_field(field, _spelt_out(said, schemas)) for field, said in properties.items()]
        for name, schema in schemas.items()
        if (properties := schema.get("properties"))
    }


def _field(name: str, said: _Json) -> Field:
    return Field(name, _type(said), _record(said), said.get("description", ""))


def _spelt_out(said: _Json, schemas: Mapping[str, _Json]) -> _Json:
    """The same with words in the place of what is no record but some words to choose from."""
    if "anyOf" in said:
        return {**said, "anyOf": [_spelt_out(one, schemas) for one in said["anyOf"]]}
    if "items" in said:
        return {**said, "items": _spelt_out(said["items"], schemas)}
    named = schemas[_record(said)] if "$ref" in said else {}
    return {**named, **{k: v for k, v in said.items() if k != "$ref"}} if "enum" in named else said


def _type(schema: _Json) -> str:
    """What a field holds, in words.

    >>> _type({"anyOf": [{"type": "integer"}, {"type": "null"}]}), _type({"type": "array", "items": {"type": "string"}})
    ('整数，或者空', '一列文字')
    """
    if "anyOf" in schema:
        return "，或者".join(_type(one) for one in schema["anyOf"])
    if "$ref" in schema:
        return _record(schema)
    if "enum" in schema or "const" in schema:
        return "、".join(str(value) for value in schema.get("enum", [schema.get("const")]))
    if schema.get("type") == "array":
        return f"一列{_type(schema['items'])}" if "items" in schema else "一列"
    kinds = schema.get("type", [])
    return "，或者".join(_TYPES[kind] for kind in ([kinds] if isinstance(kinds, str) else kinds))


def _record(schema: _Json) -> str:
    """The record that a schema holds, one or many; "" where it holds none."""
    for one in (schema, schema.get("items", {}), *schema.get("anyOf", ())):
        if "$ref" in one:
            return str(one["$ref"]).rpartition("/")[2]
    return ""


def _resolved(document: _Json, said: _Json) -> _Json:
    """What stands at #/components/… where that is referred to."""
    if "$ref" not in said:
        return said
    found: _Json = document
    for name in said["$ref"].removeprefix("#/").split("/"):
        found = found[name]
    return found


# --- example answers


async def _asked(app: ASGIApp, path: str, given: Mapping[str, str]) -> str:
    """What the application answers there, with whatever status."""
    body = bytearray()

    async def receive() -> Message:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: Message) -> None:
        body.extend(message.get("body", b""))

    scope = {
        "type": "http",
        "method": "GET",
        "path": path,
        "query_string": urlencode(given).encode(),
        "headers": [],
        "app": app,
    }
    await app(scope, receive, send)
    return body.decode()


def _shortened(answer: str) -> str:
    """The JSON in lines, the first of them where they are many."""
    try:
        lines = json.dumps(json.loads(answer), ensure_ascii=False, indent=2).split("\n")
    except ValueError:
        return answer
    return "\n".join(lines[:_LINES]) + ("\n……" if len(lines) > _LINES else "")
