"""What people asked and were not answered, and what they think of the answers that they got."""

from starlette.requests import Request
from starlette.responses import Response

from bot.records.feedback import Vote
from bot.web.desk.gate import Desk
from bot.web.reading import sheet
from bot.web.site import download, page_number

_GROUPS_A_PAGE = 30
_UNANSWERED = ("问题", "次数", "最近", "还这样问过", "大家选了")
_FEEDBACK = ("哪种", "内容", "条款", "赞", "踩", "最近")


async def page(desk: Desk, request: Request) -> Response:
    """The first page of the desk, or the way in."""
    if not request.state.session.who:
        return desk.page(request, "desk_login.html")
    number = page_number(request)
    first = (number - 1) * _GROUPS_A_PAGE
    groups = await desk.do(desk.records.unanswered.groups)
    votes, notes = await desk.do(lambda: (_down(desk), desk.records.feedback.notes()))
    return desk.page(
        request,
        "desk_overview.html",
        groups=groups[first : first + _GROUPS_A_PAGE],
        found=len(groups),
        times=sum(g.count for g in groups),
        votes=votes,
        notes=notes,
        number=number,
        more=len(groups) > first + _GROUPS_A_PAGE,
    )


def _down(desk: Desk) -> list[Vote]:
    """The answers that somebody did not like, those that most did not first."""
    return [vote for vote in desk.records.feedback.votes() if vote.down]


async def unanswered_csv(desk: Desk, _request: Request) -> Response:
    groups = await desk.do(desk.records.unanswered.groups)
    rows = (
        (g.question, str(g.count), g.last, "；".join(g.wordings[1:]), "；".join(f"{c}（{n} 次）" for c, n in g.picked))
        for g in groups
    )
    return download(sheet(_UNANSWERED, rows), "没答上的问题.csv")


async def feedback_csv(desk: Desk, _request: Request) -> Response:
    feedback = desk.records.feedback
    votes, notes = await desk.do(lambda: (feedback.votes(), feedback.notes()))
    rows = [("评价", v.question, v.clause, str(v.up), str(v.down), v.last) for v in votes]
    return download(sheet(_FEEDBACK, [*rows, *(("意见", n.note, "", "", "", n.day) for n in notes)]), "评价和意见.csv")
