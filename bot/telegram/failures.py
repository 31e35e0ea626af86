"""What goes wrong is logged with what was going on, and told to the person in one sentence."""

import logging
from contextlib import suppress

from telegram import Update
from telegram.error import BadRequest, Conflict, Forbidden, NetworkError, TelegramError
from telegram.ext import ContextTypes

from bot.telegram import sentences as say
from bot.telegram.desk import asker, send
from bot.telegram.views import said
from knowledge.errors import StoreError

_log = logging.getLogger(__name__)


async def failed(update: object, context: ContextTypes.DEFAULT_TYPE) -> None:
    """An update that could not be handled: logged without what the person wrote or who it is."""
    error = context.error
    if not isinstance(update, Update):
        _log.error("failed outside an update", exc_info=error)
        return
    kind = next((k for k in ("callback_query", "inline_query", "edited_message", "message") if getattr(update, k)), "?")
    where = "private" if asker(update).private else "group"
    if isinstance(error, Forbidden):
        _log.info("update %s, %s in %s: %s", update.update_id, kind, where, error)
        return
    expected = isinstance(error, TelegramError | StoreError)
    _log.error("update %s, %s in %s: %s", update.update_id, kind, where, error, exc_info=None if expected else error)
    if isinstance(error, BadRequest) or not isinstance(error, NetworkError):
        await _tell(update, say.NOT_NOW if isinstance(error, StoreError) else say.SORRY)


async def _tell(update: Update, sentence: str) -> None:
    query, message = update.callback_query, update.effective_message
    if query is not None:
        with suppress(TelegramError):
            await query.answer(sentence)
            return  # else the press was answered before it failed
    with suppress(TelegramError):
        if message is not None:
            await send(message, said(sentence), quote=not asker(update).private)


def lost(error: TelegramError) -> None:
    """Polling that failed and will be tried again."""
    if isinstance(error, Conflict):
        _log.error("another process answers for the same bot: %s", error)
    else:
        _log.warning("no updates for the moment: %s", error)
