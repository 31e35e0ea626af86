"""A Telegram of our own: the Bot API over real HTTP, as strict as the real one, with people who talk to the bot."""

import asyncio
import json
import re
import socket
import threading
import time
from collections import defaultdict, deque
from collections.abc import Callable
from contextlib import AbstractContextManager, ExitStack, nullcontext, suppress
from dataclasses import dataclass
from email import message_from_bytes
from email.policy import HTTP
from http import HTTPStatus
from typing import Self, TypeVar
from urllib.error import URLError
from urllib.parse import parse_qsl
from urllib.request import ProxyHandler, Request, build_opener

import telegram_rules as rules
import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request as Asked
from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.routing import Route
from starlette.types import Receive, Scope, Send
from telegram_methods import Methods
from telegram_people import MEDIA, Channel, Group, Person, Seen, name_of
from telegram_rules import RefusedError
from telegram_world import Json, Post, Press, World

__all__ = ["Call", "Channel", "FakeTelegram", "Group", "InlineAnswer", "Person", "Seen"]

T = TypeVar("T")
# Refusals that no bot can rule out: people delete messages, and answers cross on their way.
_BLAMELESS = (
    "message is not modified",
    "query is too old",
    "message to edit not found",
    "message to delete not found",
    "message to be replied not found",
)
_DESCRIPTIONS = {
    400: "Bad Request: refused for the test",
    401: "Unauthorized",
    403: "Forbidden: bot was blocked by the user",
    409: "Conflict: terminated by other getUpdates request; make sure that only one bot instance is running",
    500: "Internal Server Error",
}
_WEBHOOK_SET = (
    "Conflict: can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first"
)


@dataclass(frozen=True)
class Call:
    """A call of the bot; `at` is on the clock of time.monotonic, and status 0 says that no answer was sent."""

    method: str
    parameters: Json
    at: float
    status: int
    error: str = ""
    provoked: bool = False  # by a fault that the test asked for


@dataclass(frozen=True)
class InlineAnswer:
    """The answer to an inline query; each result has beside its own parts the text and entities of its message."""

    results: list[Json]
    next_offset: str
    cache_time: int
    is_personal: bool
    button: Json | None


@dataclass(frozen=True)
class _Fault:
    status: int = 0
    retry_after: int = 0
    description: str = ""
    seconds: float = 0
    after: bool = False  # the call is carried out, and only its answer is lost


@dataclass
class _Poll:
    """A getUpdates that waits."""

    woken: asyncio.Event
    ended: str = ""  # the 409 that ends it


class FakeTelegram:
    """Runs while the `with` block does; bots may come and go meanwhile."""

    token = "123456:AAFakeTelegramForTheTestsOfYaodian0"

    def __init__(self, *, username: str = "yaodian_test_bot", privacy: bool = False, flood: bool = False) -> None:
        self.username = username
        self.world = World(username)
        self.world.privacy = privacy
        self.world.on_update = self._wake
        self.methods = Methods(self.world)
        self.methods.flood = flood
        self.calls: list[Call] = []
        self.files: list[bytes] = []  # that were sent along, where no network is between
        self.webhook_pause = 0.2  # seconds before a webhook that failed is tried again
        self._expected: list[str] = []
        self._faults: dict[str, deque[_Fault]] = defaultdict(deque)
        self._webhook: Json = {}
        self._webhook_error: Json = {}
        self._poll: _Poll | None = None
        self._down_until = 0.0
        self._closing = threading.Event()

    def __enter__(self) -> Self:
        listener = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{listener.getsockname()[1]}"
        methods = ["GET", "POST"]
        app = Starlette(routes=[Route("/bot{token}/{method}", self._answer, methods=methods)])
        app.add_exception_handler(404, _not_found)
        config = uvicorn.Config(app, log_level="critical", lifespan="off", ws="none", timeout_graceful_shutdown=1)
        self._server = uvicorn.Server(config)
        started = threading.Event()

        async def serve() -> None:
            self._loop = asyncio.get_running_loop()
            started.set()
            await self._server.serve(sockets=[listener])

        self._threads = [
            threading.Thread(target=lambda: asyncio.run(serve()), daemon=True, name="telegram"),
            threading.Thread(target=self._deliver, daemon=True, name="telegram-webhook"),
        ]
        for thread in self._threads:
            thread.start()
        started.wait(5)
        return self

    def __exit__(self, *_: object) -> None:
        self._closing.set()
        self._server.should_exit = True
        self._wake()
        with suppress(RuntimeError):  # the loop has ended already
            self._loop.call_soon_threadsafe(self._hang_up, None)
        with self.world.changed:
            self.world.changed.notify_all()
        for thread in self._threads:
            thread.join(3)

    # People

    def person(self, name: str, language: str | None = "zh-hans", *, username: str = "") -> Person:
        names = {"first_name": name} | ({"username": username} if username else {})
        chat = self.world.open_chat("private", **names)
        chat.reachable = False
        return Person(self.world, chat, language)

    def group(self, title: str, *, forum: bool = False) -> Group:
        return Group(
            self.world, self.world.open_chat("supergroup", title=title, **({"is_forum": True} if forum else {}))
        )

    def channel(self, title: str) -> Channel:
        chat = self.world.open_chat("channel", title=title)
        chat.standing = "administrator"
        return Channel(self.world, chat)

    # What came of it

    def wait_for(self, predicate: Callable[[], T], timeout: float = 10) -> T:
        """What the predicate gives once it is true; AssertionError when it takes too long."""
        return self.world.wait_for(predicate, timeout)

    @property
    def polling(self) -> bool:
        """Whether a getUpdates waits for updates."""
        return self._poll is not None

    def calls_to(self, method: str) -> list[Call]:
        return [call for call in list(self.calls) if call.method == method]

    def callback_answer(self, query: str, timeout: float = 10) -> str:
        """The words that a press of a button brought up for a moment, "" for none."""
        return str(self._answered(self.world.presses[query], timeout).get("text") or "")

    def inline_answer(self, query: str, timeout: float = 10) -> InlineAnswer:
        answer = self._answered(self.world.questions[query], timeout)
        return InlineAnswer(
            results=answer["results"],
            next_offset=answer.get("next_offset") or "",
            cache_time=answer.get("cache_time", 300),
            is_personal=answer.get("is_personal", False),
            button=answer.get("button"),
        )

    def expire(self, query: str) -> None:
        """Make the query too old to be answered."""
        (self.world.presses.get(query) or self.world.questions[query]).expired = True

    @property
    def unanswered(self) -> list[str]:
        """What was pressed and asked inline that the bot has not answered."""
        asked = [*self.world.presses.values(), *self.world.questions.values()]
        return [press.what for press in asked if press.answer is None and not press.expired]

    @property
    def violations(self) -> list[str]:
        """What the bot sent that Telegram refuses or does not show as meant."""
        refused = [
            f"{call.method}: {call.error}"
            for call in list(self.calls)
            if call.status in {400, 404} and not call.provoked and not any(w in call.error for w in _BLAMELESS)
        ]
        return [said for said in refused + self.methods.notes if not any(words in said for words in self._expected)]

    def expects(self, words: str) -> None:
        """Take refusals and notes with these words out of the violations: the test means them."""
        self._expected.append(words)

    def transcript(self, chat: Person | Group | Channel | int) -> list[Json]:
        """The conversation in its order, to print."""
        with self.world.changed:
            return [_line(entry) for entry in self.world.chats[chat if isinstance(chat, int) else chat.id].log]

    def _answered(self, press: Press, timeout: float) -> Json:
        try:
            return self.wait_for(lambda: press.answer, timeout) or {}
        except AssertionError:
            raise AssertionError(f"{press.what!r} was not answered within {timeout} s") from None

    # Faults

    def fail_next(
        self, method: str, *, status: int = 429, retry_after: int = 1, description: str = "", times: int = 1
    ) -> None:
        """Answer the next call of the method with an error and do not carry it out."""
        wait = retry_after if status == 429 else 0
        self._break(method, _Fault(status=status, retry_after=wait, description=description), times)

    def drop_next(self, method: str, *, after: bool = False, times: int = 1) -> None:
        """Close the connection of the next call without an answer: before, or after carrying it out."""
        self._break(method, _Fault(after=after), times)

    def slow_next(self, method: str, seconds: float, *, times: int = 1) -> None:
        """Let the next call wait before it is carried out."""
        self._break(method, _Fault(seconds=seconds), times)

    def outage(self, seconds: float = 3600) -> ExitStack:
        """Drop every connection from now on, for so long or to the end of a `with` block."""
        self._down_until = time.monotonic() + seconds
        self._wake()
        self._loop.call_soon_threadsafe(self._hang_up, None)
        end = ExitStack()
        end.callback(self.comes_back)
        return end

    def comes_back(self) -> None:
        self._down_until = 0.0

    def _break(self, method: str, fault: _Fault, times: int) -> None:
        assert method in rules.METHODS, f"there is no method {method}"
        self._faults[method].extend([fault] * times)
        self._wake()

    @property
    def _down(self) -> bool:
        return time.monotonic() < self._down_until

    # The server

    async def _answer(self, asked: Asked) -> Response:
        sent = await _parameters(asked)
        at = time.monotonic()
        if self._down:
            return _Dropped(self)
        token, name = asked.path_params["token"], asked.path_params["method"]
        if token != self.token:
            return _error(401, "Unauthorized") if re.fullmatch(r"\d+:[\w-]{35}", token) else _error(404, "Not Found")
        method = rules.known_method(name)
        if method is None:
            self._record(Call(name, sent, at, 404, "Not Found: method not found"))
            return _error(404, "Not Found: method not found")
        return await self._answer_call(asked, method, sent, at)

    async def _answer_call(self, asked: Asked, method: str, sent: Json, at: float) -> Response:
        """The call as the next fault of its method has it."""
        fault = self._faults[method].popleft() if self._faults[method] else None
        if fault and fault.seconds:
            await asyncio.sleep(fault.seconds)
            fault = None
        if fault and not fault.after:
            self._record(Call(method, sent, at, fault.status, fault.description, provoked=True))
            return _failure(fault) if fault.status else _Dropped(self)
        with self._at_once(method):
            status, body, parameters = await self._carry_out(asked, method, sent)
            if status == 0 and self._faults[method] and not (self._down or await asked.is_disconnected()):
                return await self._answer_call(asked, method, sent, at)
            if fault or self._down:
                status = 0
            self._record(Call(method, parameters, at, status, body.get("description", ""), provoked=fault is not None))
        return JSONResponse(body, status) if status else _Dropped(self)

    async def call(self, name: str, sent: Json) -> tuple[int, bytes]:
        """The same without HTTP: status and body. Raises ConnectionError where no answer comes."""
        at, method = time.monotonic(), rules.known_method(name)
        assert method is not None
        fault = self._faults[method].popleft() if self._faults[method] else None
        if fault and fault.seconds:
            await asyncio.sleep(fault.seconds)
            fault = None
        if self._down or (fault and not (fault.after or fault.status)):
            raise ConnectionError
        if fault and not fault.after:
            self._record(Call(method, sent, at, fault.status, fault.description, provoked=True))
            return fault.status, bytes(_failure(fault).body)
        with self._at_once(method):
            status, body, parameters = await self._carry_out(None, method, sent)
            self._record(Call(method, parameters, at, status, body.get("description", ""), provoked=fault is not None))
        if fault:
            raise ConnectionError
        return status, json.dumps(body).encode()

    def _at_once(self, method: str) -> AbstractContextManager[object]:
        """A message is heard no sooner than its call is on record: only getUpdates waits while it is carried out."""
        return nullcontext() if method == "getUpdates" else self.world.changed

    async def _carry_out(self, asked: Asked | None, method: str, sent: Json) -> tuple[int, Json, Json]:
        """The status, the body and the parameters as they were understood; status 0 for no answer."""
        parameters = sent
        try:
            parameters, notes = rules.read_parameters(method, sent)
            self.methods.notes += notes
            if method == "getUpdates" and asked:
                updates = await self._get_updates(asked, parameters)
                return (0, {}, parameters) if updates is None else (200, {"ok": True, "result": updates}, parameters)
            if "ebhook" in method:
                return 200, {"ok": True, **self._hook(method, parameters)}, parameters
            return 200, {"ok": True, "result": self.methods.call(method, parameters)}, parameters
        except RefusedError as error:
            return error.code, _error_body(error.code, error.description, error.parameters), parameters
        except (ArithmeticError, AttributeError, LookupError, TypeError, ValueError) as error:
            # Something of another shape than the method takes; Telegram has a sentence for each.
            return 400, _error_body(400, f"Bad Request: can't parse parameters: {error!r}"), parameters

    def _record(self, call: Call) -> None:
        with self.world.changed:
            self.calls.append(call)
            self.world.changed.notify_all()

    def _hang_up(self, client: tuple[str, int] | None) -> None:
        """Close the connection of this client, or of all, at once."""
        for connection in list(self._server.server_state.connections):
            transport = getattr(connection, "transport", None)
            if transport and client in {None, getattr(connection, "client", None)}:
                transport.abort()

    # Updates

    async def _get_updates(self, asked: Asked, parameters: Json) -> list[Json] | None:
        """The updates to hand out, waiting for one if need be; None if the wait was broken off without an answer."""
        if self._webhook:
            raise RefusedError(_WEBHOOK_SET, 409)
        self._end_poll(_DESCRIPTIONS[409])
        if parameters.get("allowed_updates") is not None:
            self.world.allowed = parameters["allowed_updates"]
        self.world.confirm(parameters.get("offset", 0))
        until = time.monotonic() + min(max(parameters.get("timeout", 0), 0), 50)
        self._poll = poll = _Poll(asyncio.Event())
        while not (self.world.updates or poll.ended or self._is_broken_off() or time.monotonic() >= until):
            poll.woken.clear()
            try:
                await asyncio.wait_for(poll.woken.wait(), until - time.monotonic())
            except TimeoutError:
                break
        if self._poll is poll:
            self._poll = None
        if self._is_broken_off() or await asked.is_disconnected():
            return None
        if poll.ended:
            raise RefusedError(poll.ended, 409)
        limit = parameters.get("limit", 100)
        return self.world.updates[: limit if 1 <= limit <= 100 else 100]

    def _is_broken_off(self) -> bool:
        return self._down or self._closing.is_set() or bool(self._faults["getUpdates"])

    def _end_poll(self, description: str) -> None:
        if self._poll:
            self._poll.ended = description
            self._poll.woken.set()

    def _wake(self) -> None:
        """Let a waiting getUpdates look again; any thread may call this."""
        poll = self._poll
        if poll:
            self._loop.call_soon_threadsafe(poll.woken.set)

    def _hook(self, method: str, parameters: Json) -> Json:
        """The answer to the three methods about webhooks."""
        if method == "getWebhookInfo":
            return {"result": self._webhook_info()}
        if method == "setWebhook" and parameters.get("url"):
            rules.check_webhook(parameters)
        url = parameters.get("url") if method == "setWebhook" else ""
        same = url == self._webhook.get("url", "")
        with self.world.changed:
            if parameters.get("drop_pending_updates"):
                self.world.updates.clear()
            if parameters.get("allowed_updates") is not None:
                self.world.allowed = parameters["allowed_updates"]
            self._webhook = parameters if url else {}
            self._webhook_error = {}
            self.world.changed.notify_all()
        if url:
            self._end_poll("Conflict: terminated by setWebhook request")
            return {"result": True, "description": "Webhook is already set" if same else "Webhook was set"}
        return {"result": True, "description": "Webhook is already deleted" if same else "Webhook was deleted"}

    def _webhook_info(self) -> Json:
        info = {
            "url": self._webhook.get("url", ""),
            "has_custom_certificate": "certificate" in self._webhook,
            "pending_update_count": len(self.world.updates),
        }
        if self._webhook:
            info |= {"max_connections": self._webhook.get("max_connections", 40), "ip_address": "127.0.0.1"}
        if self.world.allowed:
            info |= {"allowed_updates": self.world.allowed}
        return info | self._webhook_error

    def _deliver(self) -> None:
        """Send the updates one by one to the webhook while there is one."""
        while not self._closing.is_set():
            with self.world.changed:
                if not (self._webhook and self.world.updates and not self._down):
                    self.world.changed.wait(0.1)
                    continue
                update, hook = self.world.updates[0], self._webhook
            problem = _post(hook, update)
            with self.world.changed:
                if not problem:
                    self.world.updates = [u for u in self.world.updates if u is not update]
                    self.world.changed.notify_all()
                    continue
                self._webhook_error = {"last_error_date": int(time.time()), "last_error_message": problem}
                self.world.changed.notify_all()
            self._closing.wait(self.webhook_pause)


def _post(hook: Json, update: Json) -> str:
    """What went wrong when the update was sent to the webhook, "" for nothing."""
    headers = {"Content-Type": "application/json"}
    if hook.get("secret_token"):
        headers["X-Telegram-Bot-Api-Secret-Token"] = hook["secret_token"]
    request = Request(hook["url"], json.dumps(update).encode(), headers, method="POST")
    try:
        # No proxy: whatever the machine uses, the bot is next door.
        with build_opener(ProxyHandler({})).open(request, timeout=10) as response:
            response.read()
    except URLError as error:
        code = getattr(error, "code", None)
        return f"Wrong response from the webhook: {code} {error.reason}" if code else "Connection refused"
    except (OSError, ValueError):
        return "Webhook connection closed"
    return ""


class _Dropped(Response):
    """No answer: the connection is closed."""

    def __init__(self, fake: FakeTelegram) -> None:
        super().__init__()
        self.fake = fake

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:  # noqa: ARG002
        self.fake._hang_up(scope["client"])  # noqa: SLF001
        # Until it knows of the end, uvicorn would answer 500 for an app that says nothing.
        while (await receive())["type"] != "http.disconnect":
            pass


async def _parameters(asked: Asked) -> Json:
    """The parameters of the query string and the body, which may be a form, parts or JSON."""
    body, kind = await asked.body(), asked.headers.get("content-type", "")
    found: Json = dict(asked.query_params)
    if kind.startswith("application/json"):
        return found | (json.loads(body) if body else {})
    if kind.startswith("multipart/form-data"):
        return found | _parts(body, kind)
    return found | dict(parse_qsl(body.decode(), keep_blank_values=True))


def _parts(body: bytes, kind: str) -> Json:
    message = message_from_bytes(b"Content-Type: " + kind.encode() + b"\r\n\r\n" + body, policy=HTTP)
    found: Json = {}
    for part in message.iter_parts():
        name = part.get_param("name", header="content-disposition")
        content = part.get_payload(decode=True)
        found[str(name)] = part.get_filename() or (content.decode() if isinstance(content, bytes) else "")
    return found


def _error_body(code: int, description: str, parameters: Json | None = None) -> Json:
    body: Json = {"ok": False, "error_code": code, "description": description}
    return body | ({"parameters": parameters} if parameters else {})


def _error(code: int, description: str) -> Response:
    return JSONResponse(_error_body(code, description), code)


async def _not_found(_: Asked, __: Exception) -> Response:
    return _error(404, "Not Found")


def _failure(fault: _Fault) -> Response:
    """The answer of a Telegram, or of the proxy before it, that cannot."""
    if fault.status > 500:
        words = HTTPStatus(fault.status).phrase
        return HTMLResponse(f"<html>{fault.status} {words}</html>", fault.status)
    if fault.status == 429:
        description = fault.description or f"Too Many Requests: retry after {fault.retry_after}"
        return JSONResponse(_error_body(429, description, {"retry_after": fault.retry_after}), 429)
    return _error(fault.status, fault.description or _DESCRIPTIONS.get(fault.status, "Error"))


def _line(entry: Post | Press) -> Json:
    if isinstance(entry, Press):
        answer = entry.answer or {}
        return {"who": entry.who, "presses": entry.what, "toast": answer.get("text") or ""}
    message = entry.json
    media = [kind for kind in message if kind in MEDIA]
    keyboard = (message.get("reply_markup") or {}).get("inline_keyboard", [])
    return {
        "who": name_of(message),
        "id": message["message_id"],
        "text": message.get("text") or message.get("caption") or "".join(f"[{kind}]" for kind in media),
        "buttons": [[button["text"] for button in row] for row in keyboard],
        "edited": bool(entry.earlier),
        "earlier": list(entry.earlier),
        "deleted": entry.deleted,
        "thread": message.get("message_thread_id"),
        "reply_to": (message.get("reply_to_message") or {}).get("message_id"),
    }
