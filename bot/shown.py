"""Replies that were shown, kept for a week: what their buttons need, and which reply belongs to which question."""

import secrets
from dataclasses import dataclass

import msgspec

from bot.chats import Chats


@dataclass(frozen=True, slots=True)
class Reading:
    """One reading of an ambiguous answer: the label of its button, its page, and the place of its clause."""

    label: str
    page: str
    place: int


@dataclass(frozen=True, slots=True)
class Shown:
    """One reply: the question, its pages as they were sent, its readings where it has several, and the clauses that its
    buttons lead to, by plan and number with the label of the button: the first `answering` of them answer, the others
    are related. `unsure` that one of the clauses is to be chosen, `plan` is the one that was asked (empty: several), `earlier` what the chat was about before and after."""

    question: str
    pages: tuple[str, ...]
    plan: str = ""
    readings: tuple[Reading, ...] = ()
    clauses: tuple[tuple[str, int], ...] = ()
    answering: int = 0
    labels: tuple[str, ...] = ()
    refused: bool = False
    unsure: bool = False
    earlier: tuple[str, str] | None = None


class ShownReplies:
    """The replies of a week by the token in their buttons, and by the message that they answer."""

    def __init__(self, chats: Chats, channel: str) -> None:
        """`channel` is a letter that the tokens begin with: what was rendered for one channel is not shown in another."""
        self._chats, self._channel = chats, channel

    def new_token(self) -> str:
        return self._channel + secrets.token_urlsafe(9)

    def keep(self, shown: Shown, chat: str, who: str, message: int | None = None, token: str | None = None) -> str:
        """The token under which the reply is found, a new one unless given."""
        token = token or self.new_token()
        content = msgspec.json.encode(shown)
        row = (token, self._chats.digest(chat), self._chats.digest(who), message, content, self._chats.today())
        with self._chats.writing() as connection:
            connection.execute(
                "INSERT INTO shown (token, chat, who, message, content, day) VALUES (?, ?, ?, ?, ?, ?)"
                " ON CONFLICT (token) DO UPDATE SET content = excluded.content",
                row,
            )
        return token

    def sent(self, token: str, reply: int) -> None:
        """Note the message that the reply was sent as."""
        with self._chats.writing() as connection:
            connection.execute("UPDATE shown SET reply = ? WHERE token = ?", (reply, token))

    def get(self, token: str) -> Shown | None:
        if not token.startswith(self._channel):
            return None
        day = self._chats.first_day_shown()
        with self._chats.reading() as connection:
            row = connection.execute("SELECT content FROM shown WHERE token = ? AND day >= ?", (token, day)).fetchone()
        try:
            return msgspec.json.decode(row[0], type=Shown) if row else None
        except msgspec.MsgspecError:  # kept by another version
            return None

    def reply_to(self, chat: str, message: int) -> tuple[str, int] | None:
        """The token of the reply to a question and the message that it was sent as."""
        with self._chats.reading() as connection:
            row = connection.execute(
                "SELECT token, reply FROM shown WHERE chat = ? AND message = ? AND reply IS NOT NULL",
                (self._chats.digest(chat), message),
            ).fetchone()
        return (row[0], row[1]) if row else None
