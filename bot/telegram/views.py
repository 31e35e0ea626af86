"""What a message can show, and the buttons that lead from one view to the next. A button's data says all that it needs:

a:TOKEN:PAGE the answer · v:TOKEN:N one reading · r:TOKEN related clauses · f:TOKEN:N:PAGE a clause in full ·
u:TOKEN and d:TOKEN thumbs · t:PLAN:PAGE chapters · t:PLAN:CHAPTER:PAGE its clauses · k:PLAN:NUMBER:CHAPTER:PAGE a clause ·
l:PAGE plans · p:PLAN choose one (p:* all) · q:N ask an example
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

from bot.blocks import Reply, Say, shortened
from bot.replies import line, titled, whole
from bot.shown import Shown
from bot.telegram import sentences as say
from bot.telegram.markup import pages
from knowledge.model import Clause, Plan

_LABEL = 28
_ROWS = 12
_LINK = "https://t.me/{username}?start={token}"


@dataclass(frozen=True, slots=True)
class Button:
    """`data` comes back when it is pressed; with `url` it opens that instead."""

    label: str
    data: str = ""
    url: str = ""


Rows = tuple[tuple[Button, ...], ...]


@dataclass(frozen=True, slots=True)
class View:
    """Telegram HTML of one message with its buttons, row by row."""

    html: str
    rows: Rows = ()


def said(text: str, rows: Rows = ()) -> View:
    """Words of ours, as far as they fit into one message."""
    return View(pages(Reply((Say(text),)))[0], rows)


def answer_view(token: str, shown: Shown, page: int = 0, *, voted: str = "") -> View:
    """An answer in a private chat, with the buttons that fit it."""
    rows: list[tuple[Button, ...]] = [*_turning(f"a:{token}", page, len(shown.pages))]
    rows += [(Button(label, f"v:{token}:{i}"),) for i, label in enumerate(shown.labels[: len(shown.readings)])]
    if not shown.answering:
        rows += [(Button(label, f"f:{token}:{i}:0"),) for i, label in enumerate(shown.labels)]
        rows += [(Button(say.SEE_CONTENTS, f"t:{digest(shown.plan)}:0"),)] if shown.plan else []
    else:
        related = [Button(say.RELATED, f"r:{token}")] if len(shown.clauses) > shown.answering else []
        rows.append((*related, Button(say.WHOLE, f"f:{token}:0:0")))
    return View(shown.pages[page], (*rows, _thumbs(token, voted)) if shown.clauses or shown.plan else tuple(rows))


def group_view(token: str, shown: Shown, username: str) -> View:
    """An answer in a group: nothing in it changes when others press, and the rest is read in private."""
    private = Button(say.IN_PRIVATE, url=_LINK.format(username=username, token=token))
    rows = [(private,)] if shown.clauses or len(shown.pages) > 1 else []
    return View(shown.pages[0], (*rows, _thumbs(token)) if shown.answering else tuple(rows))


def reading_view(token: str, shown: Shown, place: int) -> View:
    return View(shown.readings[place], ((Button(say.WHOLE, f"f:{token}:{place}:0"), Button(say.BACK, f"a:{token}:0")),))


def related_view(token: str, shown: Shown) -> View:
    """The clauses that come next to those that answer."""
    rows = [(Button(label, f"f:{token}:{i}:0"),) for i, label in enumerate(shown.labels)][shown.answering :]
    return View(say.RELATED_TO.format(count=len(rows)), (*rows, (Button(say.BACK, f"a:{token}:0"),)))


def full_view(token: str, clause: Clause, place: int, page: int, *, traditional: bool) -> View:
    """A clause that an answer leads to."""
    return clause_view(clause, page, f"f:{token}:{place}", f"a:{token}:0", traditional=traditional)


def clause_view(clause: Clause, page: int, data: str, back: str, *, traditional: bool = False) -> View:
    told = pages(Reply(tuple(whole(clause)), traditional))
    page = min(page, len(told) - 1)
    return View(told[page], (*_turning(data, page, len(told)), (Button(say.BACK, back),)))


def contents_view(plan: Plan, clauses: Sequence[Clause], page: int = 0) -> View:
    """The chapters of a plan, or its clauses where it has no chapters."""
    if not plan.chapters:
        return chapter_view(plan, clauses, 0, page)
    data, name = f"t:{digest(plan.title)}", titled(plan.title, plan.edition)
    rows = [(Button(shortened(c, _LABEL), f"{data}:{i}:0"),) for i, c in enumerate(plan.chapters)]
    shown = rows[page * _ROWS : (page + 1) * _ROWS]
    head = say.CONTENTS.format(plan=name, chapters=len(plan.chapters), clauses=len(clauses))
    return said(head, (*shown, *_turning(data, page, -(-len(rows) // _ROWS))))


def chapter_view(plan: Plan, clauses: Sequence[Clause], chapter: int, page: int = 0) -> View:
    """The clauses of a chapter."""
    data = f"{digest(plan.title)}:{chapter}"
    title = plan.chapters[chapter] if plan.chapters else titled(plan.title, plan.edition)
    inside = [c for c in clauses if not plan.chapters or c.chapter == title]
    keys = [f"k:{digest(plan.title)}:{c.number}:{chapter}:0" for c in inside]
    rows = [(Button(shortened(line(c), _LABEL), key),) for c, key in zip(inside, keys, strict=True)]
    back = ((Button(say.BACK, f"t:{digest(plan.title)}:0"),),) if plan.chapters else ()
    head = say.CHAPTER.format(chapter=title, count=len(inside))
    shown = rows[page * _ROWS : (page + 1) * _ROWS]
    return said(head, (*shown, *_turning(f"t:{data}", page, -(-len(rows) // _ROWS)), *back))


def plans_view(titles: Sequence[str], chosen: str | None, page: int = 0) -> View:
    """The plans to choose from, the one in use marked."""
    rows = [(Button(("✓ " if t == chosen else "") + shortened(t, _LABEL), f"p:{digest(t)}"),) for t in titles]
    every = ((Button(("" if chosen else "✓ ") + say.ALL_PLANS, "p:*"),),) if len(titles) > 1 else ()
    now = f"《{chosen}》" if chosen in titles else say.ALL_PLANS
    head = say.PLANS.format(count=len(titles), chosen=now) if len(titles) > 1 else say.ONE_PLAN
    shown = rows[page * _ROWS : (page + 1) * _ROWS]
    return said(head, (*shown, *_turning("l", page, -(-len(rows) // _ROWS)), *every))


def welcome_view(plan: Plan | None, examples: Sequence[str]) -> View:
    name = titled(plan.title, plan.edition) if plan else say.NO_PLAN
    rows = tuple((Button(question, f"q:{i}"),) for i, question in enumerate(examples))
    return said(say.WELCOME.format(plan=name), rows)


def digest(title: str) -> str:
    """What stands for a plan in a button, where its title would be too long."""
    return hashlib.sha256(title.encode()).hexdigest()[:10]


def _turning(data: str, page: int, count: int) -> Rows:
    """Buttons to the page before and the page behind, where there are any."""
    before = [Button(say.EARLIER, f"{data}:{page - 1}")] if page > 0 else []
    behind = [Button(say.GO_ON.format(page=page + 2, count=count), f"{data}:{page + 1}")] if page + 1 < count else []
    return ((*before, *behind),) if before or behind else ()


def _thumbs(token: str, voted: str = "") -> tuple[Button, ...]:
    return tuple(
        Button(thumb + (" ✓" if voted == key else ""), f"{key}:{token}") for key, thumb in (("u", "👍"), ("d", "👎"))
    )
