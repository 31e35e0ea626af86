"""Replies that were shown, kept for a week: what their buttons need, and which reply belongs to which question."""

import secrets
from contextlib import suppress
from dataclasses import dataclass

import msgspec

from bot.records.database import Database
from bot.records.schema import SHOWN_DAYS


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
    are related. `unsure` that one of the clauses is to be chosen, `plan` is the one that was asked (empty: several), `earlier`
    what the chat was about before and after, `offers` are questions to go on with, `content` is what is kept for good where it
    is shared (bot/replies/shared; empty where it is not to be)."""

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
    offers: tuple[str, ...] = ()
    content: str = ""


class Replies:
    """The replies of a week by the token in their buttons, and by the message that they answer."""

    def __init__(self, database: Database, channel: str) -> None:
        """`channel` is a letter that the tokens begin with: what was rendered for one channel is not shown in another."""
        self._database, self._channel = database, channel

    def new_token(self) -> str:
        return self._channel + secrets.token_urlsafe(9)

    def keep(self, shown: Shown, chat: str, who: str, message: int | None = None, token: str | None = None) -> str:
        """The token under which the reply is found, a new one unless given."""
        token = token or self.new_token()
        content = msgspec.json.encode(shown)
        row = (token, self._database.digest(chat), self._database.digest(who), message, content, self._database.today())
        keep = (
            "INSERT INTO shown (token, chat, who, message, content, day) VALUES (?, ?, ?, ?, ?, ?)"
            " ON CONFLICT (token) DO UPDATE SET content = excluded.content"
        )
        self._database.change((keep, row))
        return token

    def sent(self, token: str, reply: int) -> None:
        """Note the message that the reply was sent as."""
        self._database.change(("UPDATE shown SET reply = ? WHERE token = ?", (reply, token)))

    def get(self, token: str) -> Shown | None:
        if not token.startswith(self._channel):
            return None
        since = self._database.first_day(SHOWN_DAYS)
        rows = self._database.rows("SELECT content FROM shown WHERE token = ? AND day >= ?", (token, since))
        try:
            return msgspec.json.decode(rows[0][0], type=Shown) if rows else None
        except msgspec.MsgspecError:  # kept by another version
            return None

    def questions(self, most: int = 500) -> list[str]:
        """What was asked of late, each once, the newest days first."""
        query = "SELECT content FROM shown WHERE substr(token, 1, 1) = ? AND day >= ? ORDER BY day DESC LIMIT ?"
        rows = self._database.rows(query, (self._channel, self._database.first_day(SHOWN_DAYS), most))
        asked = []
        for (content,) in rows:
            with suppress(msgspec.MsgspecError):  # kept by another version
                asked.append(msgspec.json.decode(content, type=Shown).question)
        return list(dict.fromkeys(asked))

    def reply_to(self, chat: str, message: int) -> tuple[str, int] | None:
        """The token of the reply to a question and the message that it was sent as."""
        query = "SELECT token, reply FROM shown WHERE chat = ? AND message = ? AND reply IS NOT NULL"
        rows = self._database.rows(query, (self._database.digest(chat), message))
        return (rows[0][0], rows[0][1]) if rows else None

    def sent_as(self, chat: str, reply: int) -> str | None:
        """The token of the reply that was sent as this message."""
        query = "SELECT token FROM shown WHERE chat = ? AND reply = ?"
        rows = self._database.rows(query, (self._database.digest(chat), reply))
        return rows[0][0] if rows else None
