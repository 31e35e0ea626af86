"""What each method of the Bot API does to the world, and when it refuses."""

import re
import time
from collections import deque
from typing import Any

import telegram_rules as rules
from telegram_html import Formatted
from telegram_people import change, member, move_bot
from telegram_rules import RefusedError, refuse
from telegram_world import Chat, Json, Post, World

_NOT_MODIFIED = (
    "message is not modified: specified new message content and reply markup are exactly the same as a current "
    "content and reply markup of the message"
)
_BOT_GONE = {"left": "bot is not a member of the {type} chat", "kicked": "bot was kicked from the {type} chat"}


class Methods:
    """The methods that answer at once; those about updates are the server's own."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.flood = False
        self.closed: dict[int, int] = {}  # chats that are held back, each with the seconds that are told
        self.notes: list[str] = []
        self.texts: dict[str, str] = {}
        self.commands: dict[tuple[str, str], list[Json]] = {}
        self._sent: deque[tuple[float, int]] = deque(maxlen=1000)

    def call(self, method: str, parameters: Json) -> Any:
        """The result; RefusedError where Telegram answers with an error."""
        name = re.sub(r"([A-Z])", lambda m: "_" + m[1].lower(), method)
        with self.world.changed:
            result = getattr(self, name)(parameters)
            self.world.changed.notify_all()
            return result

    def get_me(self, _: Json) -> Json:
        return self.world.bot | {
            "can_join_groups": True,
            "can_read_all_group_messages": not self.world.privacy,
            "supports_inline_queries": True,
            "can_connect_to_business": False,
            "has_main_web_app": False,
        }

    def send_message(self, parameters: Json) -> Json:
        text = self._text(parameters)
        self.notes += rules.check_markup(parameters.get("reply_markup"))
        chat = self._chat(parameters)
        thread = self._thread(chat, parameters)
        reply = self._reply(chat, parameters)
        self._count(chat)
        content = {"from": self.world.bot} if chat.json["type"] != "channel" else {"sender_chat": chat.json}
        content |= _shown(text, parameters)
        return self.world.post(chat, content, html=parameters["text"], reply=reply, thread=thread).json

    def send_photo(self, parameters: Json) -> Json:
        chat = self._chat(parameters)
        thread = self._thread(chat, parameters)
        reply = self._reply(chat, parameters)
        self._count(chat)
        size = {"file_id": parameters["photo"], "file_unique_id": parameters["photo"], "width": 900, "height": 1200}
        content = {"from": self.world.bot, "photo": [size]}
        return self.world.post(chat, content, reply=reply, thread=thread).json

    def edit_message_text(self, parameters: Json) -> Json | bool:
        text = self._text(parameters)
        self.notes += rules.check_markup(parameters.get("reply_markup"), inline_only=True)
        post = self._to_edit(parameters)
        return self._edit(post, parameters, parameters["text"], _shown(text, parameters))

    def edit_message_reply_markup(self, parameters: Json) -> Json | bool:
        self.notes += rules.check_markup(parameters.get("reply_markup"), inline_only=True)
        post = self._to_edit(parameters)
        same = {k: post.json[k] for k in ("text", "entities") if k in post.json}
        return self._edit(post, parameters, post.html, same | _keyboard(parameters))

    def delete_message(self, parameters: Json) -> bool:
        chat = self._chat(parameters)
        post = chat.posts.get(parameters["message_id"])
        if post is None or post.deleted:
            refuse("message to delete not found")
        if not (self._is_ours(post) or chat.private or chat.standing == "administrator"):
            refuse("message can't be deleted")
        post.deleted = True
        return True

    def send_chat_action(self, parameters: Json) -> bool:
        rules.check_action(parameters["action"])
        self._thread(self._chat(parameters), parameters)
        return True

    def answer_callback_query(self, parameters: Json) -> bool:
        if len(parameters.get("text") or "") > 200:
            refuse("MESSAGE_TOO_LONG")
        press = self.world.presses.get(parameters["callback_query_id"])
        if press is None or press.answer is not None or press.expired:
            refuse(rules.QUERY_GONE)
        press.answer = parameters
        return True

    def answer_inline_query(self, parameters: Json) -> bool:
        self.notes += rules.check_inline_answer(parameters)
        question = self.world.questions.get(parameters["inline_query_id"])
        if question is None or question.answer is not None or question.expired:
            refuse(rules.QUERY_GONE)
        question.answer = parameters | {"results": [_readable(result) for result in parameters["results"]]}
        return True

    def set_my_commands(self, parameters: Json) -> bool:
        rules.check_commands(parameters["commands"])
        key = rules.check_scope(parameters.get("scope"), parameters.get("language_code"))
        self.commands[key] = parameters["commands"]
        return True

    def delete_my_commands(self, parameters: Json) -> bool:
        self.commands.pop(rules.check_scope(parameters.get("scope"), parameters.get("language_code")), None)
        return True

    def get_my_commands(self, parameters: Json) -> list[Json]:
        return self.commands.get(rules.check_scope(parameters.get("scope"), parameters.get("language_code")), [])

    def set_my_description(self, parameters: Json) -> bool:
        return self._describe("description", parameters, 512, "DESCRIPTION_TOO_LONG")

    def set_my_short_description(self, parameters: Json) -> bool:
        return self._describe("short_description", parameters, 120, "ABOUT_TOO_LONG")

    def get_chat(self, parameters: Json) -> Json:
        chat = self._chat(parameters)
        gifts = "unlimited_gifts limited_gifts unique_gifts premium_subscription gifts_from_channels".split()
        return chat.json | {
            "accent_color_id": 3,
            "max_reaction_count": 11,
            "accepted_gift_types": dict.fromkeys(gifts, False),
        }

    def get_chat_member(self, parameters: Json) -> Json:
        chat, user = self._chat(parameters), parameters["user_id"]
        if user == self.world.bot["id"]:
            return member(self.world.bot, chat.standing)
        if user not in chat.members:
            refuse("member not found" if user in self.world.chats else "user not found")
        return member(chat.members[user], "administrator" if user in chat.admins else "member")

    def leave_chat(self, parameters: Json) -> bool:
        chat = self._chat(parameters)
        if chat.private:
            refuse("chat member status can't be changed in private chats")
        move_bot(self.world, chat, "left", self.world.bot)
        return True

    def log_out(self, _: Json) -> bool:
        self.notes.append("logOut, after which a bot cannot come back for ten minutes")
        return True

    def close(self, _: Json) -> bool:
        return True

    def _text(self, parameters: Json) -> Formatted:
        text = rules.read_text(parameters)
        self.notes += text.notes
        return text

    def _chat(self, parameters: Json) -> Chat:
        wanted = parameters["chat_id"]
        named = [c for c in self.world.chats.values() if wanted in (c.id, "@" + c.json.get("username", ""))]
        if not named:
            refuse("chat not found")
        chat = named[0]
        if wait := self.closed.get(chat.id):
            raise RefusedError(f"Too Many Requests: retry after {wait}", 429, retry_after=wait)
        if chat.private and chat.standing == "kicked":
            raise RefusedError("Forbidden: bot was blocked by the user", 403)
        if not chat.reachable:
            raise RefusedError("Forbidden: bot can't initiate conversation with a user", 403)
        if chat.standing in _BOT_GONE:
            raise RefusedError("Forbidden: " + _BOT_GONE[chat.standing].format(type=chat.json["type"]), 403)
        return chat

    @staticmethod
    def _thread(chat: Chat, parameters: Json) -> int:
        thread = parameters.get("message_thread_id") or 0
        if thread and thread not in chat.topics:
            refuse("message thread not found")
        return int(thread)

    def _reply(self, chat: Chat, parameters: Json) -> Post | None:
        wanted = parameters.get("reply_parameters") or {
            "message_id": int(parameters.get("reply_to_message_id") or 0),
            "allow_sending_without_reply": parameters.get("allow_sending_without_reply"),
        }
        if not wanted.get("message_id"):
            return None
        where = self._chat(wanted) if wanted.get("chat_id") else chat
        post = where.posts.get(int(wanted["message_id"]))
        if post and not post.deleted:
            if wanted.get("quote", "") not in post.json.get("text", ""):
                refuse("QUOTE_TEXT_INVALID")
            return post
        if not wanted.get("allow_sending_without_reply"):
            refuse("message to be replied not found")
        return None

    def _count(self, chat: Chat) -> None:
        """Hold back a flood: 30 messages a second, 3 in 3 seconds to a chat, 20 a minute to a group."""
        now = time.monotonic()
        limits = [(1, 30, False), (3, 3, True)] + ([] if chat.private else [(60, 20, True)])
        for seconds, most, here in limits:
            recent = [at for at, where in self._sent if at > now - seconds and (where == chat.id or not here)]
            if self.flood and len(recent) >= most:
                wait = int(recent[-most] + seconds - now) + 1
                raise RefusedError(f"Too Many Requests: retry after {wait}", 429, retry_after=wait)
        self._sent.append((now, chat.id))

    def _to_edit(self, parameters: Json) -> Post:
        if inline_id := parameters.get("inline_message_id"):
            if inline_id not in self.world.through_bot:
                refuse("MESSAGE_ID_INVALID")
            return self.world.through_bot[inline_id]
        if "chat_id" not in parameters:
            refuse("chat_id is empty")
        if not parameters.get("message_id"):
            refuse("message identifier is not specified")
        post = self._chat(parameters).posts.get(parameters["message_id"])
        if post is None or post.deleted:
            refuse("message to edit not found")
        if not self._is_ours(post) or "text" not in post.json:
            refuse("message can't be edited")
        return post

    def _edit(self, post: Post, parameters: Json, source: str, content: Json) -> Json | bool:
        shown = ("text", "entities", "reply_markup")
        if {k: post.json[k] for k in shown if k in post.json} == content:
            refuse(_NOT_MODIFIED)
        rewritten = {"edit_date": int(time.time())} if "text" in parameters else {}
        change(post, source, content | rewritten)
        return True if parameters.get("inline_message_id") else post.json

    def _is_ours(self, post: Post) -> bool:
        sender = post.json.get("from") or {}
        return bool(sender.get("id") == self.world.bot["id"] or post.json["chat"]["type"] == "channel")

    def _describe(self, name: str, parameters: Json, longest: int, error: str) -> bool:
        rules.check_scope(None, parameters.get("language_code"))
        if len(parameters.get(name) or "") > longest:
            refuse(error)
        self.texts[name] = parameters.get(name) or ""
        return True


def _shown(text: Formatted, parameters: Json) -> Json:
    """The parts of a message that a text and a keyboard make."""
    return {"text": text.text, **({"entities": text.entities} if text.entities else {}), **_keyboard(parameters)}


def _keyboard(parameters: Json) -> Json:
    markup = parameters.get("reply_markup") or {}
    return {"reply_markup": markup} if markup.get("inline_keyboard") else {}


def _readable(result: Json) -> Json:
    """The result with the text and entities that its message will have."""
    content = result.get("input_message_content", {})
    if "message_text" not in content:
        return result | {"text": "", "entities": []}
    text = rules.read_text(content, "message_text")
    return result | {"text": text.text, "entities": text.entities}
