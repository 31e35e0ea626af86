"""How much is asked: by day, by how it was answered, by the hour."""

from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import Response

from bot.records.feedback import Day
from bot.web.desk.gate import Desk
from bot.web.desk.words import LABELS
from bot.web.reading import sheet
from bot.web.site import download
from knowledge.model import Status

_DAYS = 28


@dataclass(frozen=True, slots=True)
class Bar:
    """A row of a chart: its name, how many, which part of the longest that is (0–100), and a word to it."""

    name: str
    count: int
    width: float
    note: str = ""


async def page(desk: Desk, request: Request) -> Response:
    feedback = desk.records.feedback
    days, hours = await desk.do(lambda: (feedback.days(_DAYS), feedback.hours(_DAYS)))
    statuses = {status: sum(day.statuses.get(status, 0) for day in days) for status in Status}
    asked = sum(statuses.values())
    kinds = [(LABELS[s], n, f"{n / asked:.0%}") for s, n in statuses.items() if n]
    return desk.page(
        request,
        "desk_counts.html",
        asked=asked,
        answered=statuses[Status.ANSWERED] + statuses[Status.AMBIGUOUS],
        days=_bars([(day.day, sum(day.statuses.values()), str(day.people)) for day in days]),
        kinds=_bars(sorted(kinds, key=lambda kind: -kind[1])),
        hours=_bars(_busy(hours)),
        kept=min(_DAYS, desk.records.database.keep_days),
    )


def _busy(hours: list[int]) -> list[tuple[str, int, str]]:
    """The hours from the first to the last in which anybody asked."""
    asked = [hour for hour, count in enumerate(hours) if count]
    return [(f"{hour} 点", hours[hour], "") for hour in range(asked[0], asked[-1] + 1)] if asked else []


def _bars(rows: list[tuple[str, int, str]]) -> list[Bar]:
    most = max((count for _, count, _ in rows), default=0) or 1
    return [Bar(name, count, round(100 * count / most, 1), note) for name, count, note in rows]


async def as_csv(desk: Desk, _request: Request) -> Response:
    """Every day that is kept, in a row."""
    days = await desk.do(lambda: desk.records.feedback.days(10**6))
    return download(sheet(("日期", "人数", "问题", *LABELS.values()), map(_row, days)), "每天的提问.csv")


def _row(day: Day) -> list[str]:
    counts = [day.statuses.get(status, 0) for status in LABELS]
    return [day.day, *map(str, (day.people, sum(counts), *counts))]
