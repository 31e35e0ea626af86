"""What a person or a group may send in a minute: who sends more is told once, so that nobody else has to wait."""

from collections.abc import Callable, Coroutine
from contextlib import suppress
from typing import Any

from telegram import Update
from telegram.error import TelegramError
from telegram.ext import ContextTypes

from bot.telegram import sentences as say
from bot.telegram.desk import Asker, asker, send
from bot.telegram.throttle import Pace, Throttle
from bot.telegram.views import said

Handler = Callable[[Update, ContextTypes.DEFAULT_TYPE], Coroutine[Any, Any, None]]
# Telegram takes twenty messages a minute for a group; buttons are pressed faster than questions are written.
_IN_GROUP, _PRESSES = 15, 40


class Gate:
    def __init__(self, per_minute: int) -> None:
        self._people, self._groups, self._presses = Throttle(per_minute), Throttle(_IN_GROUP), Throttle(_PRESSES)

    async def admits(self, update: Update) -> bool:
        """May this be answered? Who is over the limit is told so, once."""
        who = asker(update)
        if update.callback_query is not None:
            return await self._admits_press(update, who)
        pace, sentence = self._people.pace(who.id), say.TOO_FAST
        if pace is Pace.FINE and not who.private:
            pace, sentence = self._groups.pace(who.place), say.TOO_FAST_HERE
        if pace is Pace.TOO_FAST and update.effective_message is not None:
            await send(update.effective_message, said(sentence), quote=not who.private)
        return pace is Pace.FINE

    async def _admits_press(self, update: Update, who: Asker) -> bool:
        if self._presses.pace(who.id) is Pace.FINE or update.callback_query is None:
            return True
        with suppress(TelegramError):
            await update.callback_query.answer(say.TOO_FAST)
        return False

    def guarded(self, handler: Handler) -> Handler:
        """The handler, for those who may be answered."""

        async def handle(update: Update, context: ContextTypes.DEFAULT_TYPE) -> None:
            if await self.admits(update):
                await handler(update, context)

        return handle
