"""The plan to read and the ledger."""

from starlette.routing import Route

from bot.web.desk import Desk


def routes(_desk: Desk) -> list[Route]:
    return []
