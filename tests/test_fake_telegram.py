"""The fake refuses what Telegram refuses, and a real library takes it for Telegram."""

import asyncio
import json
import threading
import time
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any
from urllib.error import HTTPError
from urllib.request import ProxyHandler, Request, build_opener

import pytest
from fake_telegram import FakeTelegram, Seen

telegram = pytest.importorskip("telegram")
ext = pytest.importorskip("telegram.ext")


@pytest.fixture
def fake() -> Iterator[FakeTelegram]:
    with FakeTelegram() as fake:
        yield fake


@pytest.fixture(scope="module")
def strict() -> Iterator[FakeTelegram]:
    """One for all the tests that only ask for a refusal."""
    with FakeTelegram() as fake:
        yield fake


def call(fake: FakeTelegram, method: str, token: str = FakeTelegram.token, **parameters: Any) -> Any:
    """The result, or the description of the error."""
    body, headers = json.dumps(parameters).encode(), {"Content-Type": "application/json"}
    request = Request(f"{fake.url}/bot{token}/{method}", body, headers)
    try:
        with build_opener(ProxyHandler({})).open(request, timeout=5) as response:
            return json.load(response)["result"]
    except HTTPError as error:
        return json.load(error)["description"]


def send(fake: FakeTelegram, text: str = "好", **parameters: Any) -> Any:
    person = fake.person("安娜")
    person.says("/start")
    return call(fake, "sendMessage", chat_id=person.id, text=text, **parameters)


@pytest.mark.parametrize(
    ("html", "reason"),
    [
        ("人数<9", "Unclosed start tag at byte offset 6"),
        ("<h1>学位</h1>", 'Unsupported start tag "h1" at byte offset 0'),
        ("<b>学位", 'Can\'t find end tag corresponding to start tag "b"'),
        ("<b><i>学位</b></i>", 'Unmatched end tag at byte offset 12, expected "</i>", found "</b>"'),
        ("学位</b>", "Unexpected end tag at byte offset 6"),
        ("<span>学位</span>", 'Tag "span" must have class "tg-spoiler" at byte offset 0'),
        ("<a href=x/y>学位</a>", "Unexpected end of name token at byte offset 8"),
    ],
)
def test_html_that_telegram_cannot_read_is_refused_in_its_words(strict: FakeTelegram, html: str, reason: str) -> None:
    assert send(strict, html, parse_mode="HTML") == f"Bad Request: can't parse entities: {reason}"
    assert f"sendMessage: Bad Request: can't parse entities: {reason}" in strict.violations


def test_html_becomes_text_and_entities_in_utf16_units(fake: FakeTelegram) -> None:
    html = (
        '🏫<b>学位 <i>&lt;9</i></b>\n<blockquote expandable>全文 &#x1F600;</blockquote><a href="https://a.cn">源</a> '
    )
    message = send(fake, html, parse_mode="HTML")
    assert message["text"] == "🏫学位 <9\n全文 😀源"
    assert [(e["type"], e["offset"], e["length"]) for e in message["entities"]] == [
        ("bold", 2, 5),
        ("italic", 5, 2),
        ("expandable_blockquote", 8, 5),
        ("text_link", 13, 1),
    ]
    assert fake.violations == []


@pytest.mark.parametrize("html", ["教育&科技", "<pre><b>表</b></pre>", '<b class="x">学位</b>'])
def test_html_that_telegram_swallows_but_does_not_show_as_meant_is_noted(strict: FakeTelegram, html: str) -> None:
    before = len(strict.violations)
    assert send(strict, html, parse_mode="HTML")["message_id"]
    assert len(strict.violations) == before + 1


def keyboard(**button: Any) -> dict[str, Any]:
    return {"inline_keyboard": [[button]]}


@pytest.mark.parametrize(
    ("parameters", "reason"),
    [
        ({"text": " \n"}, "message text is empty"),
        ({"text": "学" * 4097}, "message is too long"),
        ({"text": "🏫" * 2049}, "message is too long"),
        ({"reply_markup": keyboard(text="全文", callback_data="")}, "BUTTON_DATA_INVALID"),
        ({"reply_markup": keyboard(text="全文", callback_data="学" * 22)}, "BUTTON_DATA_INVALID"),
        ({"reply_markup": keyboard(text="源", url="javascript:1")}, "BUTTON_URL_INVALID"),
        ({"reply_markup": {"inline_keyboard": [[{"text": "一", "callback_data": "1"}] * 9]}}, "REPLY_MARKUP_TOO_LONG"),
        ({"reply_parameters": {"message_id": 9}}, "message to be replied not found"),
        ({"message_thread_id": 9}, "message thread not found"),
        ({"parse_mode": "HTM"}, "unsupported parse_mode"),
    ],
)
def test_messages_that_telegram_refuses_are_refused(
    strict: FakeTelegram, parameters: dict[str, Any], reason: str
) -> None:
    assert send(strict, **parameters) == f"Bad Request: {reason}"


def test_strangers_blockers_and_those_who_threw_the_bot_out_are_not_written_to(fake: FakeTelegram) -> None:
    anna, group = fake.person("安娜"), fake.group("家长群")

    def write(chat: int) -> Any:
        return call(fake, "sendMessage", chat_id=chat, text="好")

    assert write(1) == "Bad Request: chat not found"
    assert write(anna.id) == "Forbidden: bot can't initiate conversation with a user"
    anna.says("/start")
    anna.blocks()
    assert write(anna.id) == "Forbidden: bot was blocked by the user"
    group.kicks_bot()
    assert write(group.id) == "Forbidden: bot was kicked from the supergroup chat"


def test_an_edit_must_change_a_message_of_the_bot(fake: FakeTelegram) -> None:
    anna = fake.person("安娜")
    question = anna.says("学位")
    call(fake, "sendMessage", chat_id=anna.id, text="好", reply_markup=keyboard(text="全文", callback_data="1"))
    [answer] = anna.hears()

    def edit(message: Seen, **parameters: Any) -> Any:
        return call(fake, "editMessageText", chat_id=anna.id, message_id=message.id, **parameters)

    assert edit(question, text="不") == "Bad Request: message can't be edited"
    assert "message is not modified" in edit(answer, text="好", reply_markup=answer.markup)
    assert edit(answer, text="更好")["text"] == "更好"
    assert (anna.sees(answer).buttons, anna.sees(answer).edited) == ([], True)
    anna.deletes(answer)
    assert edit(answer, text="最好") == "Bad Request: message to edit not found"
    assert fake.violations == ["editMessageText: Bad Request: message can't be edited"]


def test_a_press_is_answered_once_and_in_time(fake: FakeTelegram) -> None:
    anna = fake.person("安娜")
    first, second = (anna.presses_data(anna.says("学位"), data) for data in "ab")
    fake.expire(second)
    assert (
        call(fake, "answerCallbackQuery", callback_query_id=first, text="学" * 201) == "Bad Request: MESSAGE_TOO_LONG"
    )
    assert fake.unanswered == ["a"]
    assert call(fake, "answerCallbackQuery", callback_query_id=first, text="好") is True
    assert (fake.callback_answer(first), fake.unanswered) == ("好", [])
    for query in (first, second, "1"):
        assert call(fake, "answerCallbackQuery", callback_query_id=query).startswith("Bad Request: query is too old")


def article(**parts: Any) -> dict[str, Any]:
    return {"type": "article", "id": "1", "title": "条", "input_message_content": {"message_text": "好"}} | parts


@pytest.mark.parametrize(
    ("parameters", "reason"),
    [
        ({"results": [article(id=str(i)) for i in range(51)]}, "too many inline query results specified"),
        ({"results": [article(), article()]}, "RESULT_ID_DUPLICATE"),
        ({"results": [article(id="学" * 22)]}, "RESULT_ID_INVALID"),
        ({"results": [article(input_message_content={"message_text": ""})]}, "message text is empty"),
        ({"results": [], "next_offset": "1" * 65}, "NEXT_OFFSET_INVALID"),
        ({"results": [], "button": {"text": "问", "start_parameter": "学位"}}, "START_PARAM_INVALID"),
    ],
)
def test_inline_answers_that_telegram_refuses_are_refused(
    strict: FakeTelegram, parameters: dict[str, Any], reason: str
) -> None:
    query = strict.person("安娜").asks_inline("学位")
    assert call(strict, "answerInlineQuery", inline_query_id=query, **parameters) == f"Bad Request: {reason}"


def test_tokens_methods_and_parameters_are_known_by_name(fake: FakeTelegram) -> None:
    assert call(fake, "GETME")["username"] == fake.username
    assert call(fake, "getMe", token="123456:" + "A" * 35) == "Unauthorized"
    assert call(fake, "getMe", token="wrong") == "Not Found"
    assert call(fake, "sendMesage") == "Not Found: method not found"
    send(fake, reply_to="1")
    assert fake.violations == [
        "sendMesage: Not Found: method not found",
        "sendMessage has no parameter 'reply_to'",
    ]


@pytest.mark.parametrize(
    ("method", "parameters", "reason"),
    [
        ("setMyCommands", {"commands": [{"command": "条", "description": "看"}]}, "BOT_COMMAND_INVALID"),
        ("setMyCommands", {"commands": [{"command": "a", "description": ""}]}, "BOT_COMMAND_DESCRIPTION_INVALID"),
        ("setMyCommands", {"commands": [], "language_code": "zh-hans"}, "invalid language code specified"),
        ("setWebhook", {"url": "http://a.cn"}, "bad webhook: An HTTPS URL must be provided for webhook"),
        ("setWebhook", {"url": "https://a.cn", "secret_token": "密"}, "secret token contains unallowed characters"),
    ],
)
def test_settings_that_telegram_refuses_are_refused(
    strict: FakeTelegram, method: str, parameters: dict[str, Any], reason: str
) -> None:
    assert call(strict, method, **parameters) == f"Bad Request: {reason}"


PART = '--b\r\nContent-Disposition: form-data; name="%s"\r\n\r\n%s\r\n'


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        ("application/json", '{"chat_id": %d, "text": "好", "reply_markup": {"inline_keyboard": []}}'),
        ("application/x-www-form-urlencoded", "chat_id=%d&text=%%E5%%A5%%BD&reply_markup=%%7B%%7D"),
        (
            "multipart/form-data; boundary=b",
            PART % ("chat_id", "%d") + PART % ("text", "好") + "--b--\r\n",
        ),
    ],
)
def test_parameters_come_in_every_form_that_telegram_takes(strict: FakeTelegram, kind: str, body: str) -> None:
    anna = strict.person("安娜")
    anna.says("/start")
    request = Request(f"{strict.url}/bot{strict.token}/sendMessage", (body % anna.id).encode(), {"Content-Type": kind})
    with build_opener(ProxyHandler({})).open(request, timeout=5) as response:
        assert json.load(response)["result"]["text"] == "好"


def test_updates_come_again_until_they_are_confirmed(fake: FakeTelegram) -> None:
    anna = fake.person("安娜")
    anna.says("一")
    anna.says("二")
    first, second = call(fake, "getUpdates", timeout=5)
    assert call(fake, "getUpdates", limit=1) == [first]
    assert call(fake, "getUpdates", offset=second["update_id"]) == [second]
    assert call(fake, "getUpdates", offset=second["update_id"] + 1) == []
    call(fake, "getUpdates", allowed_updates=["callback_query"])
    anna.says("三")
    assert call(fake, "getUpdates") == []


def test_of_two_that_poll_the_earlier_one_ends(fake: FakeTelegram) -> None:
    ended: list[Any] = []
    earlier = threading.Thread(target=lambda: ended.append(call(fake, "getUpdates", timeout=50)))
    earlier.start()
    fake.wait_for(lambda: fake.polling)
    assert call(fake, "getUpdates") == []
    earlier.join(5)
    assert ended[0].startswith("Conflict: terminated by other getUpdates request")


def test_a_flood_is_held_back() -> None:
    with FakeTelegram(flood=True) as fake:
        anna = fake.person("安娜")
        anna.says("/start")
        said = [call(fake, "sendMessage", chat_id=anna.id, text=str(i)) for i in range(4)]
    assert said[3].startswith("Too Many Requests: retry after ")


def test_a_group_with_topics_marks_threads_mentions_and_who_is_anonymous(fake: FakeTelegram) -> None:
    anna, group = fake.person("安娜"), fake.group("家长群", forum=True)
    thread = group.topic("教育")
    asked = anna.says(f"@{fake.username} 学位", chat=group, thread=thread)
    signed = group.says_anonymously("学位")
    assert asked.entities == [{"type": "mention", "offset": 0, "length": 17}]
    assert (asked.thread, asked.json["is_topic_message"], asked.reply_to) == (thread, True, thread)
    assert (signed.who, signed.json["from"]["id"], signed.thread) == ("家长群", 1087968824, None)
    call(fake, "sendMessage", chat_id=group.id, text="好", reply_parameters={"message_id": asked.id})
    assert group.hears()[0].thread == thread


def test_a_webhook_gets_each_update_in_order_and_again_after_an_error(fake: FakeTelegram) -> None:
    got: list[tuple[str, str]] = []

    class Receiver(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            update = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            got.append((self.headers["X-Telegram-Bot-Api-Secret-Token"], update["message"]["text"]))
            self.send_response(500 if len(got) == 1 else 200)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    with HTTPServer(("127.0.0.1", 0), Receiver) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        url = f"http://127.0.0.1:{server.server_port}/hook"
        assert call(fake, "setWebhook", url=url, secret_token="secret-1") is True
        assert call(fake, "getUpdates").startswith("Conflict: can't use getUpdates method while webhook is active")
        anna = fake.person("安娜")
        anna.says("一")
        anna.says("二")
        fake.wait_for(lambda: call(fake, "getWebhookInfo")["pending_update_count"] == 0)
        server.shutdown()
    assert got == [("secret-1", "一"), ("secret-1", "一"), ("secret-1", "二")]


def test_it_ends_at_once_with_an_open_poll(fake: FakeTelegram) -> None:
    def poll() -> None:
        with suppress(OSError):
            call(fake, "getUpdates", timeout=50)

    polling = threading.Thread(target=poll)
    polling.start()
    fake.wait_for(lambda: fake.polling)
    start = time.monotonic()
    fake.__exit__()
    polling.join(2)
    assert time.monotonic() - start < 1
    assert not polling.is_alive()


# With a real library


async def _echo(update: Any, _: Any) -> None:
    button = telegram.InlineKeyboardButton("全文", callback_data="all")
    markup = telegram.InlineKeyboardMarkup([[button]])
    await update.effective_message.reply_text(
        f"<b>{update.effective_message.text}</b>", parse_mode="HTML", reply_markup=markup, do_quote=True
    )


async def _pressed(update: Any, _: Any) -> None:
    await update.callback_query.answer("好")
    await update.callback_query.edit_message_text("全文如下")


async def _typed(update: Any, _: Any) -> None:
    content = telegram.InputTextMessageContent("<i>学位</i>", parse_mode="HTML")
    article = telegram.InlineQueryResultArticle("1", "学位", content)
    await update.inline_query.answer([article], cache_time=0, next_offset="1")


@contextmanager
def echo_bot(fake: FakeTelegram) -> Iterator[None]:
    """An application of python-telegram-bot that polls in a thread of its own."""
    stop, loop = asyncio.Event(), asyncio.new_event_loop()

    async def run() -> None:
        app = ext.ApplicationBuilder().token(fake.token).base_url(f"{fake.url}/bot")
        app = app.rate_limiter(ext.AIORateLimiter(max_retries=2)).build()
        app.add_handler(ext.MessageHandler(ext.filters.TEXT, _echo))
        app.add_handler(ext.CallbackQueryHandler(_pressed))
        app.add_handler(ext.InlineQueryHandler(_typed))
        async with app:
            await app.start()
            await app.updater.start_polling(poll_interval=0)
            await stop.wait()
            await app.updater.stop()
            await app.stop()

    thread = threading.Thread(target=lambda: loop.run_until_complete(run()), daemon=True)
    thread.start()
    try:
        yield
    finally:
        loop.call_soon_threadsafe(stop.set)
        thread.join(5)


def with_bot(fake: FakeTelegram, use: Callable[[Any], Awaitable[Any]]) -> Any:
    """What comes of using one Bot of the library."""

    async def run() -> Any:
        async with telegram.Bot(fake.token, base_url=f"{fake.url}/bot") as bot:
            return await use(bot)

    return asyncio.run(run())


def test_a_library_converses_polls_and_comes_back_after_a_restart(fake: FakeTelegram) -> None:
    anna = fake.person("安娜")
    with echo_bot(fake):
        answer = anna.asks("小学学位")
        assert (answer.text, answer.html, answer.buttons) == ("小学学位", "<b>小学学位</b>", [["全文"]])
        assert fake.callback_answer(anna.presses(answer, "全")) == "好"
        assert anna.sees_edited(answer).text == "全文如下"
        query = anna.asks_inline("学位")
        assert [(r["title"], r["text"]) for r in fake.inline_answer(query).results] == [("学位", "学位")]
    anna.says("还在吗")
    with echo_bot(fake):
        [again] = anna.hears()
    assert [line.get("text") or line["presses"] for line in fake.transcript(anna)] == [
        "小学学位", "全文如下", "全文", "还在吗", "还在吗",
    ]  # fmt: skip
    assert (again.text, fake.violations, fake.unanswered) == ("还在吗", [], [])


def test_a_library_gets_through_a_flood_limit_a_bad_gateway_and_an_outage(fake: FakeTelegram) -> None:
    anna = fake.person("安娜")
    with echo_bot(fake):
        fake.fail_next("sendMessage", status=429, retry_after=1)
        assert anna.asks("一").text == "一"
        fake.fail_next("getUpdates", status=502)
        fake.drop_next("getUpdates")
        assert anna.asks("二").text == "二"
        with fake.outage():
            anna.says("三")
            anna.hears_nothing()
        assert anna.hears()[0].text == "三"
    assert [call.status for call in fake.calls_to("sendMessage")] == [429, 200, 200, 200]


def test_a_library_sees_each_fault_as_what_it_is(fake: FakeTelegram) -> None:
    anna = fake.person("安娜")
    anna.says("/start")
    error = telegram.error

    def say(text: str) -> Any:
        return with_bot(fake, lambda bot: bot.send_message(anna.id, text, read_timeout=0.5))

    fake.fail_next("sendMessage", status=502)
    fake.drop_next("sendMessage")
    fake.drop_next("sendMessage", after=True)
    fake.slow_next("sendMessage", 0.7)
    fake.fail_next("sendMessage", status=403)
    for text, expected in [
        ("一", error.NetworkError),
        ("二", error.NetworkError),
        ("三", error.NetworkError),
        ("四", error.TimedOut),
        ("五", error.Forbidden),
    ]:
        with pytest.raises(expected):
            say(text)
    assert say("六").text == "六"
    # A message whose answer was lost or late has been sent all the same.
    assert {message.text for message in anna.hears(3)} == {"三", "四", "六"}
    assert fake.violations == []


def test_a_library_reads_what_it_is_told_about_chats_and_members(fake: FakeTelegram) -> None:
    anna, group = fake.person("安娜", username="anna"), fake.group("家长群")
    anna.says("在吗", chat=group)
    group.makes_admin(anna)

    async def look(bot: Any) -> Any:
        chat, member = await bot.get_chat(group.id), await bot.get_chat_member(group.id, anna.id)
        await bot.set_my_commands([("help", "怎么问")], scope=telegram.BotCommandScopeAllPrivateChats())
        return chat.title, member.status, await bot.get_my_commands(telegram.BotCommandScopeAllPrivateChats())

    title, status, commands = with_bot(fake, look)
    assert (title, status, commands[0].command) == ("家长群", "administrator", "help")
    for kind in ("sticker", "photo", "voice", "poll", "document", "location", "contact", "video_note", "dice"):
        anna.sends(kind)
    anna.sends("photo", "这是什么")
    anna.forwards("听说要摇号")
    group.adds_bot(anna)
    anna.presses_data(1, "old", inaccessible=True)
    anna.blocks()
    updates = with_bot(fake, lambda bot: bot.get_updates(limit=100))
    assert len(updates) == 16
    assert updates[-2].callback_query.message.is_accessible is False
    assert fake.violations == []
