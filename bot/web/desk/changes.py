"""Who changed what."""

from starlette.requests import Request
from starlette.responses import Response

from bot.web.desk.gate import Desk


async def page(desk: Desk, request: Request) -> Response:
    changes = await desk.do(desk.records.changes.newest)
    return desk.page(request, "desk_changes.html", changes=changes)
