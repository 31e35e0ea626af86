"""What Telegram knows: chats, messages, queries, and the updates that the bot has not confirmed."""

import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import count
from typing import Any, TypeVar

Json = dict[str, Any]
T = TypeVar("T")
# Telegram sends these only to a bot that names them.
_ONLY_ON_REQUEST = {"chat_member", "message_reaction", "message_reaction_count"}
_BOT_ID = 123456


@dataclass
class Post:
    """A message as Telegram shows it now, and what it was before."""

    json: Json
    html: str
    earlier: list[str] = field(default_factory=list)
    deleted: bool = False
    inline_id: str = ""  # of a message that a person sent through the bot


@dataclass
class Press:
    """A button that a person pressed, or a result that a person asked for; it is answered once."""

    id: str
    who: str
    what: str
    answer: Json | None = None
    expired: bool = False


@dataclass
class Chat:
    """A chat as the bot sees it."""

    json: Json
    standing: str = "member"  # of the bot: member, administrator, left or kicked
    reachable: bool = True  # a person has written first
    posts: dict[int, Post] = field(default_factory=dict)
    log: list[Post | Press] = field(default_factory=list)
    topics: dict[int, Post] = field(default_factory=dict)
    members: dict[int, Json] = field(default_factory=dict)
    admins: set[int] = field(default_factory=set)
    heard: set[int] = field(default_factory=set)
    message_ids: Iterator[int] = field(default_factory=count)

    @property
    def id(self) -> int:
        return int(self.json["id"])

    @property
    def private(self) -> bool:
        return bool(self.json["type"] == "private")


class World:
    """All of it, behind one lock; `changed` is told whenever something moved."""

    def __init__(self, username: str) -> None:
        self.changed = threading.Condition()
        self.bot: Json = {
            "id": _BOT_ID,
            "is_bot": True,
            "first_name": "要点",
            "username": username,
        }
        self.privacy = False
        self.chats: dict[int, Chat] = {}
        self.presses: dict[str, Press] = {}
        self.questions: dict[str, Press] = {}
        self.through_bot: dict[str, Post] = {}
        self.updates: list[Json] = []
        self.allowed: list[str] = []
        self.on_update: Callable[[], None] = lambda: None
        self._update_ids = count(700_000_001)
        self._people = count(5_000_000_001)
        self._groups = count(1_000_000_001)
        self._queries = count(4_000_000_000_000_000_001)

    def open_chat(self, kind: str, **names: Any) -> Chat:
        number = next(self._people) if kind == "private" else int(f"-100{next(self._groups)}")
        # Each chat counts its own messages: an id alone names none.
        first = 11 if kind == "private" else 501
        chat = Chat({"id": number, "type": kind, **names}, message_ids=count(first + 100 * len(self.chats)))
        with self.changed:
            self.chats[number] = chat
        return chat

    def new_id(self) -> str:
        return str(next(self._queries))

    def post(self, chat: Chat, content: Json, *, html: str = "", reply: Post | None = None, thread: int = 0) -> Post:
        """A new message in the chat; the content says whose it is."""
        with self.changed:
            message = {
                "message_id": next(chat.message_ids),
                "date": int(time.time()),
                "chat": chat.json,
                **self._placed(chat, reply, thread),
                **content,
            }
            post = Post(message, html or message.get("text") or "")
            chat.posts[message["message_id"]] = post
            chat.log.append(post)
            self.changed.notify_all()
            return post

    @staticmethod
    def _placed(chat: Chat, reply: Post | None, thread: int) -> Json:
        placed: Json = {}
        above = reply.json if reply else {}
        if chat.json.get("is_forum"):
            thread = thread or above.get("message_thread_id", 0)
            if thread:
                placed = {"message_thread_id": thread, "is_topic_message": True}
                # A message in a topic that answers nothing answers the topic's first line.
                reply = reply or chat.topics.get(thread)
        elif reply and chat.json["type"] == "supergroup":
            placed = {"message_thread_id": above.get("message_thread_id", above["message_id"])}
        if reply:
            placed["reply_to_message"] = {k: v for k, v in reply.json.items() if k != "reply_to_message"}
        return placed

    def push(self, kind: str, payload: Json) -> None:
        """Put an update into the queue if the bot wants this kind."""
        with self.changed:
            if kind in self.allowed or (not self.allowed and kind not in _ONLY_ON_REQUEST):
                self.updates.append({"update_id": next(self._update_ids), kind: payload})
            self.changed.notify_all()
        self.on_update()

    def confirm(self, offset: int) -> None:
        """Forget the updates below the offset; a negative one keeps that many of the last."""
        with self.changed:
            if offset < 0:
                self.updates = self.updates[offset:]
            elif offset:
                self.updates = [update for update in self.updates if update["update_id"] >= offset]
            self.changed.notify_all()

    def wait_for(self, predicate: Callable[[], T], timeout: float = 10) -> T:
        """What the predicate gives once it is true; AssertionError when it takes too long."""
        until = time.monotonic() + timeout
        # Not behind the lock: a predicate may itself ask the server, which needs it.
        while not (found := predicate()):
            if time.monotonic() > until:
                raise AssertionError(f"nothing came of it within {timeout} s")
            with self.changed:
                self.changed.wait(0.02)
        return found
