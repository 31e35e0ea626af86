"""What went wrong, told in one kind sentence: problem JSON (RFC 9457) to a program, a page to a person."""

from collections.abc import Mapping
from urllib.parse import quote

from starlette.responses import JSONResponse, Response

from bot.web.desk import Desk
from bot.web.sentences import TROUBLES

_API = "/api/"


class Problem(Exception):  # noqa: N818 — named as RFC 9457 does
    """A request that cannot be met: its status and the sentence that says why, where it is not the usual one."""

    def __init__(self, status: int, detail: str = "", headers: Mapping[str, str] | None = None) -> None:
        super().__init__(detail)
        self.status, self.detail, self.headers = status, detail, headers


def told(desk: Desk, path: str, problem: Problem) -> Response:
    """The problem in the way that whoever asked for this path understands."""
    title, usual = TROUBLES.get(problem.status, TROUBLES[500 if problem.status >= 500 else 400])
    detail = problem.detail or usual
    if not path.startswith(_API):
        values = {"heading": title, "detail": detail}
        return desk.render("trouble.html", problem.status, problem.headers, **values)
    content = {
        "type": "about:blank",
        "title": title,
        "status": problem.status,
        "detail": detail,
        "instance": quote(path, safe="/", errors="replace"),
    }
    return JSONResponse(content, problem.status, problem.headers, "application/problem+json")
