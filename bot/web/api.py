"""Answers, clauses and figures for programs."""

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from bot.web.desk import Desk


def routes(_desk: Desk) -> list[Route]:
    return [Route("/healthz", _healthy)]


async def _healthy(_request: Request) -> Response:
    return PlainTextResponse("ok")
