"""The commands as Telegram lists them when somebody types a slash: for everybody, for groups, for administrators."""

import logging
from collections.abc import Iterable

from telegram import Bot, BotCommandScope, BotCommandScopeAllGroupChats, BotCommandScopeChat
from telegram.error import TelegramError

from bot.telegram import sentences as say

_IN_GROUPS = ("ask", "clause", "figures", "toc", "help")


async def set_menu(bot: Bot, admins: Iterable[int]) -> None:
    """Tell Telegram the commands. The bot does without where that fails."""
    groups = {name: say.COMMANDS[name] for name in _IN_GROUPS}
    menus: list[tuple[dict[str, str], BotCommandScope | None]] = [
        (say.COMMANDS, None),
        (groups, BotCommandScopeAllGroupChats()),
        *((say.COMMANDS | say.ADMIN_COMMANDS, BotCommandScopeChat(admin)) for admin in admins),
    ]
    for commands, scope in menus:
        for language in ("", "zh"):
            try:
                await bot.set_my_commands(list(commands.items()), scope, language)
            except TelegramError as error:  # an administrator who has never written to the bot
                logging.getLogger(__name__).warning("menu for %s: %s", scope.type if scope else "everybody", error)
    try:
        await bot.set_my_short_description(say.ABOUT)
    except TelegramError as error:
        logging.getLogger(__name__).warning("description: %s", error)
