"""Those who drive the bot in a test: people, groups and channels."""

import html
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar, cast

from telegram_html import Formatted, detected
from telegram_world import Chat, Json, Post, Press, World

T = TypeVar("T")
_FILE = {"file_id": "AgACAgUAAxkBAAM", "file_unique_id": "AQADAgAT"}
_ANONYMOUS = {"id": 1087968824, "is_bot": True, "first_name": "Group", "username": "GroupAnonymousBot"}
_CAPTIONED = {"photo", "voice", "document", "video", "audio", "animation"}
MEDIA: dict[str, Any] = {
    "sticker": _FILE
    | {"type": "regular", "width": 512, "height": 512, "is_animated": False, "is_video": False, "emoji": "👍"},
    "photo": [_FILE | {"width": 90, "height": 67}, _FILE | {"width": 1280, "height": 960}],
    "voice": _FILE | {"duration": 3, "mime_type": "audio/ogg"},
    "video": _FILE | {"width": 640, "height": 480, "duration": 5},
    "audio": _FILE | {"duration": 60},
    "animation": _FILE | {"width": 320, "height": 240, "duration": 2},
    "video_note": _FILE | {"length": 240, "duration": 4},
    "document": _FILE | {"file_name": "通知.pdf", "mime_type": "application/pdf"},
    "location": {"longitude": 119.97, "latitude": 31.81},
    "contact": {"phone_number": "13800138000", "first_name": "王老师"},
    "dice": {"emoji": "🎲", "value": 4},
    "poll": {
        "id": "5300000000000000001",
        "question": "去哪个学校？",
        "options": [{"persistent_id": name, "text": name, "voter_count": 0} for name in ("一小", "二小")],
        "total_voter_count": 0,
        "is_closed": False,
        "is_anonymous": True,
        "type": "regular",
        "allows_multiple_answers": False,
        "allows_revoting": True,
        "members_only": False,
    },
}


@dataclass(frozen=True)
class Seen:
    """A message as a person sees it at one moment."""

    chat: int
    id: int
    who: str
    text: str
    html: str
    entities: list[Json]
    markup: Json | None
    thread: int | None
    reply_to: int | None
    edited: bool
    deleted: bool
    json: Json

    @property
    def buttons(self) -> list[list[str]]:
        """The labels, row by row."""
        return [[button["text"] for button in row] for row in (self.markup or {}).get("inline_keyboard", [])]

    def button(self, label: str) -> Json:
        """The button with this label, or the only one that has these words in its label."""
        all_buttons = [button for row in (self.markup or {}).get("inline_keyboard", []) for button in row]
        exact = [button for button in all_buttons if button["text"] == label]
        found = exact or [button for button in all_buttons if label in button["text"]]
        assert len(found) == 1, f"{len(found)} buttons say {label!r}; the message has {self.buttons}"
        return dict(found[0])


def seen(post: Post) -> Seen:
    message = post.json
    return Seen(
        chat=message["chat"]["id"],
        id=message["message_id"],
        who=name_of(message),
        text=message.get("text") or message.get("caption") or "",
        html=post.html,
        entities=list(message.get("entities", [])),
        markup=message.get("reply_markup"),
        thread=message.get("message_thread_id"),
        reply_to=(message.get("reply_to_message") or {}).get("message_id"),
        edited="edit_date" in message,
        deleted=post.deleted,
        json=message,
    )


def name_of(message: Json) -> str:
    sender = message.get("sender_chat") or message.get("from") or message["chat"]
    return str(sender.get("title") or sender["first_name"])


class _Listener:
    """What has a chat in which the bot may be heard."""

    def __init__(self, world: World, chat: Chat) -> None:
        self.world, self.chat, self.id = world, chat, chat.id

    def hears(self, count: int = 1, timeout: float = 10) -> list[Seen]:
        """The next messages of the bot here that were not heard before, as they now stand."""

        def new() -> list[Post] | None:
            with self.world.changed:
                posts = [post for post in self.chat.posts.values() if self._is_news(post)]
            return posts[:count] if len(posts) >= count else None

        posts = self._wait(new, timeout)
        self.chat.heard |= {post.json["message_id"] for post in posts}
        return [seen(post) for post in posts]

    def hears_nothing(self, within: float = 0.3) -> None:
        """Listen for a while; AssertionError if the bot says anything."""
        until = time.monotonic() + within
        while time.monotonic() < until:
            with self.world.changed:
                said = [post.json.get("text") for post in self.chat.posts.values() if self._is_news(post)]
            assert not said, f"the bot said {said}"
            time.sleep(0.02)

    def sees(self, message: Seen | int) -> Seen:
        """The message as it now stands."""
        with self.world.changed:
            return seen(self.world.chats[_chat_of(message, self.id)].posts[_id_of(message)])

    def sees_edited(self, message: Seen, timeout: float = 10) -> Seen:
        """The message once its text or buttons are no longer those of the given one."""

        def other() -> Seen | None:
            now = self.sees(message)
            return (
                now
                if (now.text, now.entities, now.markup) != (message.text, message.entities, message.markup)
                else None
            )

        return self._wait(other, timeout)

    def _is_news(self, post: Post) -> bool:
        ours = post.json.get("from", {}).get("id") == self.world.bot["id"] and "via_bot" not in post.json
        return ours and not post.deleted and post.json["message_id"] not in self.chat.heard

    def _wait(self, predicate: Callable[[], T | None], timeout: float) -> T:
        try:
            return cast("T", self.world.wait_for(predicate, timeout))
        except AssertionError:
            said = [f"{name_of(post.json)}：{post.json.get('text', '')}" for post in self.chat.posts.values()]
            raise AssertionError(f"waited {timeout} s in vain; the chat so far: {said}") from None


class Group(_Listener):
    """A supergroup, perhaps with topics, in which the bot is a member."""

    def topic(self, name: str, by: "Person | None" = None) -> int:
        """The thread id of a new topic."""
        creator = by.user if by else _ANONYMOUS
        content = {"from": creator, "forum_topic_created": {"name": name, "icon_color": 7322096}}
        post = self.world.post(self.chat, content)
        thread = int(post.json["message_id"])
        post.json |= {"message_thread_id": thread, "is_topic_message": True}
        self.chat.topics[thread] = post
        announce(self.world, self.chat, post)
        return thread

    def deletes_topic(self, thread: int) -> None:
        with self.world.changed:
            del self.chat.topics[thread]
            for post in self.chat.posts.values():
                post.deleted |= post.json.get("message_thread_id") == thread

    def says_anonymously(self, text: str, *, thread: int = 0, reply_to: Seen | int | None = None) -> Seen:
        """A message of an administrator who signs as the group."""
        content = {"from": _ANONYMOUS, "sender_chat": self.chat.json} | written(text)
        return speak(self.world, self.chat, content, thread=thread, reply_to=reply_to)

    def makes_admin(self, person: "Person | None" = None) -> None:
        """Make the person an administrator; without one, the bot."""
        if person is None:
            self._moves_bot("administrator", _ANONYMOUS)
            return
        self.chat.members[person.id] = person.user
        self.chat.admins.add(person.id)

    def adds_bot(self, by: "Person") -> None:
        self._moves_bot("member", by.user)
        content = {"from": by.user, "new_chat_members": [self.world.bot]}
        announce(self.world, self.chat, self.world.post(self.chat, content))

    def kicks_bot(self, by: "Person | None" = None) -> None:
        self._moves_bot("kicked", by.user if by else _ANONYMOUS)

    def _moves_bot(self, standing: str, by: Json) -> None:
        move_bot(self.world, self.chat, standing, by)


class Channel(_Listener):
    """A channel that the bot reads."""

    def posts(self, text: str) -> Seen:
        return speak(self.world, self.chat, {"sender_chat": self.chat.json} | written(text))

    def forwards_into(self, group: Group, text: str) -> Seen:
        """The copy of a post that Telegram puts into the discussion group by itself."""
        sender = {"id": 777000, "is_bot": False, "first_name": "Telegram"}
        content = {"from": sender, "sender_chat": self.chat.json, "is_automatic_forward": True} | written(text)
        return speak(self.world, group.chat, content)


class Person(_Listener):
    """Somebody with a private chat with the bot, who also writes in groups."""

    def __init__(self, world: World, chat: Chat, language: str | None) -> None:
        super().__init__(world, chat)
        self.name = str(chat.json["first_name"])
        names: Json = {k: chat.json[k] for k in ("first_name", "username") if k in chat.json}
        self.user: Json = {"id": chat.id, "is_bot": False, **names}
        if language:
            self.user["language_code"] = language

    def says(
        self,
        text: str,
        *,
        chat: Group | None = None,
        thread: int = 0,
        reply_to: Seen | int | None = None,
        entities: list[Json] | None = None,
    ) -> Seen:
        """A text message, to the bot or in a group."""
        return self._speak(written(text, entities), chat, thread, reply_to)

    def asks(self, text: str, timeout: float = 10) -> Seen:
        """Say it to the bot and hear its next message."""
        self.says(text)
        return self.hears(timeout=timeout)[0]

    def sends(self, kind: str, caption: str | None = None, *, chat: Group | None = None, thread: int = 0) -> Seen:
        """A message that is no text."""
        content: Json = {kind: MEDIA[kind]}
        if caption is not None:
            assert kind in _CAPTIONED, f"a {kind} has no caption"
            content |= {"caption": caption}
        return self._speak(content, chat, thread, None)

    def forwards(self, text: str, *, chat: Group | None = None) -> Seen:
        origin = {"type": "hidden_user", "date": int(time.time()) - 3600, "sender_user_name": "李阿姨"}
        return self._speak(written(text) | {"forward_origin": origin}, chat, 0, None)

    def edits(self, message: Seen, text: str) -> Seen:
        with self.world.changed:
            chat = self.world.chats[message.chat]
            post = chat.posts[message.id]
            change(post, html.escape(text), written(text) | {"edit_date": int(time.time())})
        if allows(chat):
            self.world.push("edited_message", dict(post.json))
        return seen(post)

    def deletes(self, message: Seen | int) -> None:
        """Take the message away; the bot is not told."""
        with self.world.changed:
            self.world.chats[_chat_of(message, self.id)].posts[_id_of(message)].deleted = True

    def presses(self, message: Seen | int, label: str) -> str:
        """Press the button that says this; the id of the query."""
        now = self.sees(message)
        button = now.button(label)
        assert "callback_data" in button, f"the button {label!r} asks the bot for nothing: {button}"
        return self.presses_data(now, button["callback_data"], label=button["text"])

    def presses_data(self, message: Seen | int, data: str, *, label: str = "", inaccessible: bool = False) -> str:
        """Send the data as a button of the message would, also one that is no longer there."""
        chat = self.world.chats[_chat_of(message, self.id)]
        post = chat.posts.get(_id_of(message))
        query: Json = {"from": self.user, "chat_instance": str(chat.id * 7), "data": data}
        if inaccessible or post is None:
            query["message"] = {"chat": chat.json, "message_id": _id_of(message), "date": 0}
        elif post.inline_id:
            query["inline_message_id"] = post.inline_id
        else:
            query["message"] = dict(post.json)
        press = Press(self.world.new_id(), self.name, label or data)
        with self.world.changed:
            self.world.presses[press.id] = press
            chat.log.append(press)
        self.world.push("callback_query", {"id": press.id, **query})
        return press.id

    def reacts(self, message: Seen, emoji: str = "", *, before: str = "") -> None:
        """Put a reaction on a message, in the place of the one before, or take that away."""
        old, new = ([{"type": "emoji", "emoji": e}] if e else [] for e in (before, emoji))
        chat = self.world.chats[message.chat]
        reaction = {"chat": chat.json, "message_id": message.id, "user": self.user, "date": int(time.time())}
        self.world.push("message_reaction", reaction | {"old_reaction": old, "new_reaction": new})

    def asks_inline(self, words: str, offset: str = "", chat_type: str = "sender") -> str:
        """Type @bot and the words in some chat; the id of the query."""
        question = Press(self.world.new_id(), self.name, words)
        with self.world.changed:
            self.world.questions[question.id] = question
        query = {"id": question.id, "from": self.user, "query": words, "offset": offset, "chat_type": chat_type}
        self.world.push("inline_query", query)
        return question.id

    def chooses(self, query: str, index: int = 0, *, chat: Group | None = None) -> Seen:
        """Send one of the results of an answered inline query into a chat."""
        question = self.world.questions[query]
        assert question.answer, "the bot has not answered this query"
        result = question.answer["results"][index]
        content: Json = written(result["text"], result["entities"]) | {"via_bot": self.world.bot}
        chosen = {"result_id": result["id"], "from": self.user, "query": question.what}
        if result.get("reply_markup"):
            chosen["inline_message_id"] = self.world.new_id()
            content["reply_markup"] = result["reply_markup"]
        message = self._speak(content, chat, 0, None)
        post = self.world.chats[message.chat].posts[message.id]
        if inline_id := chosen.get("inline_message_id"):
            post.inline_id = inline_id
            self.world.through_bot[inline_id] = post
        self.world.push("chosen_inline_result", chosen)
        return message

    def blocks(self) -> None:
        move_bot(self.world, self.chat, "kicked", self.user)

    def unblocks(self) -> None:
        move_bot(self.world, self.chat, "member", self.user)

    def _speak(self, content: Json, chat: Group | None, thread: int, reply_to: Seen | int | None) -> Seen:
        if chat:
            chat.chat.members[self.id] = self.user
        else:
            self.chat.reachable = True
        where = chat.chat if chat else self.chat
        return speak(self.world, where, {"from": self.user} | content, thread=thread, reply_to=reply_to)


def written(text: str, entities: list[Json] | None = None) -> Json:
    """The text and the entities that Telegram finds in it, beside those that were given."""
    found = detected(Formatted(text, list(entities or []))).entities
    return {"text": text, **({"entities": found} if found else {})}


def speak(
    world: World,
    chat: Chat,
    content: Json,
    *,
    thread: int = 0,
    reply_to: Seen | int | None = None,
) -> Seen:
    reply = chat.posts[_id_of(reply_to)] if reply_to is not None else None
    post = world.post(chat, content, html=html.escape(content.get("text", "")), reply=reply, thread=thread)
    announce(world, chat, post)
    return seen(post)


def announce(world: World, chat: Chat, post: Post) -> None:
    """Tell the bot of a message, if it is one that reaches it."""
    kind = "channel_post" if chat.json["type"] == "channel" else "message"
    if allows(chat) and (chat.json["type"] != "supergroup" or not world.privacy or _is_meant(world, post.json)):
        world.push(kind, dict(post.json))


def allows(chat: Chat) -> bool:
    """Whether the bot is there to be told."""
    return chat.standing in {"member", "administrator"}


def _is_meant(world: World, message: Json) -> bool:
    """Whether a bot in privacy mode gets this message of a group."""
    text, mine = message.get("text", ""), f"@{world.bot['username']}".lower()
    to_bot = message.get("reply_to_message", {}).get("from", {}).get("id") == world.bot["id"]
    service = not {"text", "caption", *MEDIA} & set(message)
    return (
        to_bot
        or service
        or "via_bot" in message
        or mine in text.lower()
        or (text.startswith("/") and "@" not in text.split()[0])
    )


def move_bot(world: World, chat: Chat, standing: str, by: Json) -> None:
    """Change the bot's standing in the chat and tell it so."""
    with world.changed:
        old, chat.standing = chat.standing, standing
    world.push(
        "my_chat_member",
        {
            "chat": chat.json,
            "from": by,
            "date": int(time.time()),
            "old_chat_member": member(world.bot, old),
            "new_chat_member": member(world.bot, standing),
        },
    )


_RIGHTS = (
    "can_be_edited is_anonymous can_manage_chat can_delete_messages can_manage_video_chats can_restrict_members "
    "can_promote_members can_change_info can_invite_users can_post_stories can_edit_stories can_delete_stories"
)


def member(user: Json, standing: str) -> Json:
    """A ChatMember."""
    rights: Json = {"until_date": 0} if standing == "kicked" else {}
    if standing == "administrator":
        rights = {right: right not in {"is_anonymous", "can_be_edited"} for right in _RIGHTS.split()}
    return {"user": user, "status": standing, **rights}


def change(post: Post, source: str, content: Json) -> None:
    """Give the message another text, entities and keyboard; what the content leaves out goes."""
    post.earlier.append(post.json.get("text", ""))
    kept = {k: v for k, v in post.json.items() if k not in {"text", "entities", "reply_markup"}}
    post.json, post.html = kept | content, source


def _id_of(message: Seen | int) -> int:
    return message if isinstance(message, int) else message.id


def _chat_of(message: Seen | int, default: int) -> int:
    return default if isinstance(message, int) else message.chat
