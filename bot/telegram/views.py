"""What a message can show, and the buttons that lead from one view to the next. A button's data says all that it needs:

a:TOKEN:PAGE the answer · v:TOKEN:N one reading · r:TOKEN related clauses · f:TOKEN:N:PAGE a clause in full ·
o:TOKEN:N go on asking · g:TOKEN its picture · u:TOKEN:PAGE and d:TOKEN:PAGE thumbs · t:PLAN:PAGE chapters · t:PLAN:CHAPTER:PAGE its clauses ·
k:PLAN:NUMBER:CHAPTER:PAGE a clause · l:PAGE plans · p:PLAN:PAGE choose one (p:*:PAGE all) · q:N ask an example
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

from bot.assistant import Turn
from bot.records.replies import Reading, Shown
from bot.replies.blocks import Chart, Reply, Say, shortened
from bot.replies.compose import compose
from bot.replies.naming import line, named, titled
from bot.replies.passages import whole
from bot.replies.related import readings, related
from bot.replies.shared import content_of
from bot.telegram import sentences as say
from bot.telegram.markup import pages
from knowledge.model import Clause, Plan, Status
from knowledge.store import Store
from knowledge.wording import is_traditional

_LABEL = 28
_ROWS = _READINGS = 12
_WHOLES = 4
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
    """Telegram HTML of one message with its buttons, row by row; `wants_reply` opens a field to answer it in."""

    html: str
    rows: Rows = ()
    wants_reply: bool = False


def said(text: str, rows: Rows = (), *, traditional: bool = False) -> View:
    """Words of ours, as far as they fit into one message."""
    return View(pages(Reply((Say(text),), traditional))[0], rows)


# --- what of an answer is kept for its buttons


def shown_of(turn: Turn, store: Store, onward: Sequence[str] = (), *, pictured: bool = False) -> Shown:
    """The answer as it is sent, with the clauses that its buttons lead to, what may be asked `onward`, and where it is to be
    `pictured` and has a chart, what is drawn."""
    answer, reply = turn.answer, turn.reply
    answering = [m.clause for m in answer.matches]
    clauses = [*answering, *related(answer, store)]
    return Shown(
        question=answer.text,
        pages=pages(reply),
        plan=turn.plan.title if turn.plan else "",
        readings=tuple(_readings(turn, answering)),
        clauses=tuple((c.plan, c.number) for c in clauses),
        answering=len(answering),
        labels=tuple(shortened(reply.written(line(c)), _LABEL) for c in clauses),
        refused=answer.status in {Status.NOT_COVERED, Status.UNSURE} and answer.reason != "talk",
        unsure=answer.status is Status.UNSURE,
        earlier=(turn.before, turn.after),
        offers=tuple(map(reply.written, onward)),
        content=content_of(reply, answer) if pictured and any(isinstance(b, Chart) for b in reply.blocks) else "",
    )


def words_of(text: str) -> Shown:
    """Words of ours as a reply, without buttons."""
    return Shown("", (said(text).html,))


def _readings(turn: Turn, answering: list[Clause]) -> list[Reading]:
    several = readings(turn.answer)[:_READINGS]
    labels = [f"{place}. {turn.reply.written(named(one.figures[0][1]))}" for place, one in enumerate(several, 1)]
    return [
        Reading(shortened(label, _LABEL), pages(compose(one, turn.plan))[0], answering.index(one.matches[0].clause))
        for label, one in zip(labels, several, strict=True)
    ]


# --- views of an answer


def answer_view(token: str, shown: Shown, page: int = 0, *, voted: bool | None = None) -> View:
    """An answer in a private chat, with the buttons that fit it."""
    rows: list[tuple[Button, ...]] = [*_turning(f"a:{token}", page, len(shown.pages))]
    rows += [(Button(r.label, f"v:{token}:{i}"),) for i, r in enumerate(shown.readings)]
    if shown.refused:
        rows += [(Button(label, f"f:{token}:{i}:0"),) for i, label in enumerate(shown.labels)]
        contents = Button(say.SEE_CONTENTS, f"t:{digest(shown.plan)}:0") if shown.plan else Button(say.SEE_PLANS, "l:0")
        rows.append((contents,))
    elif shown.answering:
        rows.append(tuple(Button(offer, f"o:{token}:{i}") for i, offer in enumerate(shown.offers)))
        rows += _wholes(token, shown)
        rows += [(Button(say.PICTURE, f"g:{token}"),)] if shown.content else []
    return View(shown.pages[page], (*filter(None, rows), *_thumbs(token, shown, page, voted)))


def _wholes(token: str, shown: Shown) -> Rows:
    """Buttons to all of the clauses that answer, each its own where they are a few, and to what is related."""
    further = (Button(say.RELATED, f"r:{token}"),) if len(shown.clauses) > shown.answering else ()
    labels = shown.labels[: shown.answering]
    if 1 < len(set(labels)) == len(labels) <= _WHOLES and not shown.readings:
        each = (Button(shortened(f"{say.WHOLE} {label}", _LABEL), f"f:{token}:{i}:0") for i, label in enumerate(labels))
        return (*((button,) for button in each), further)
    return ((*further, Button(say.WHOLE, f"f:{token}:0:0")),)


def group_view(token: str, shown: Shown, username: str) -> View:
    """An answer in a group: nothing in it changes when others press, and the rest is read in private."""
    more = shown.answering or len(shown.pages) > 1
    private = ((Button(say.IN_PRIVATE, url=_LINK.format(username=username, token=token)),),) if more else ()
    return View(shown.pages[0], (*private, *_thumbs(token, shown, 0)))


def reading_view(token: str, shown: Shown, number: int) -> View:
    reading = shown.readings[number]
    whole_of_it = Button(say.WHOLE, f"f:{token}:{reading.place}:0")
    return View(reading.page, ((whole_of_it, Button(say.BACK, f"a:{token}:0")),))


def related_view(token: str, shown: Shown) -> View:
    """The clauses that come next to those that answer."""
    rows = [(Button(label, f"f:{token}:{i}:0"),) for i, label in enumerate(shown.labels)][shown.answering :]
    back = (Button(say.BACK, f"a:{token}:0"),)
    return said(say.RELATED_TO.format(count=len(rows)), (*rows, back), traditional=is_traditional(shown.question))


def full_view(token: str, shown: Shown, clause: Clause, place: int, page: int) -> View:
    """A clause that an answer leads to, with the way back to where it was chosen."""
    beside = shown.answering and place >= shown.answering
    back = f"r:{token}" if beside else f"a:{token}:0"
    return clause_view(clause, page, f"f:{token}:{place}", back, traditional=is_traditional(shown.question))


def clause_view(clause: Clause, page: int, data: str, back: str, *, traditional: bool = False) -> View:
    told = pages(Reply(tuple(whole(clause)), traditional))
    page = min(page, len(told) - 1)
    return View(told[page], (*_turning(data, page, len(told)), (Button(say.BACK, back),)))


# --- views of the plans


def contents_view(plan: Plan, clauses: Sequence[Clause], page: int = 0) -> View:
    """The chapters of a plan, or its clauses where it has no chapters."""
    if not plan.chapters:
        return chapter_view(plan, clauses, 0, page)
    data, name = f"t:{digest(plan.title)}", titled(plan.title, plan.edition)
    rows = [(Button(shortened(c, _LABEL), f"{data}:{i}:0"),) for i, c in enumerate(plan.chapters)]
    head = say.CONTENTS.format(plan=name, chapters=len(plan.chapters), clauses=len(clauses))
    return said(head, _paged(rows, data, page))


def chapter_view(plan: Plan, clauses: Sequence[Clause], chapter: int, page: int = 0) -> View:
    """The clauses of a chapter."""
    name = digest(plan.title)
    title = plan.chapters[chapter] if plan.chapters else titled(plan.title, plan.edition)
    inside = [c for c in clauses if not plan.chapters or c.chapter == title]
    rows = [(Button(shortened(line(c), _LABEL), f"k:{name}:{c.number}:{chapter}:0"),) for c in inside]
    back = ((Button(say.BACK, f"t:{name}:0"),),) if plan.chapters else ()
    return said(
        say.CHAPTER.format(chapter=title, count=len(inside)), (*_paged(rows, f"t:{name}:{chapter}", page), *back)
    )


def plans_view(titles: Sequence[str], chosen: str | None, page: int = 0) -> View:
    """The plans to choose from, the one in use marked."""
    chosen = chosen if chosen in titles else None
    rows = [(Button(("✓ " if t == chosen else "") + shortened(t, _LABEL), f"p:{digest(t)}:{page}"),) for t in titles]
    every = ((Button(("" if chosen else "✓ ") + say.ALL_PLANS, f"p:*:{page}"),),) if len(titles) > 1 else ()
    now = f"《{chosen}》" if chosen else say.ALL_PLANS
    head = say.PLANS.format(count=len(titles), chosen=now) if len(titles) > 1 else say.ONE_PLAN
    return said(head + (say.FIND_PLAN if len(titles) > _ROWS else ""), (*_paged(rows, "l", page), *every))


def found_view(titles: Sequence[str], words: str) -> View:
    """The plans whose titles hold these words, as far as they fit."""
    rows = tuple((Button(shortened(t, _LABEL), f"p:{digest(t)}:0"),) for t in titles[:_ROWS])
    return said(say.FOUND_PLANS.format(words=words, count=len(titles)), rows)


def welcome_view(plan: Plan | None, plans: int, examples: Sequence[str]) -> View:
    """A greeting that names the plan, where there is but one, with questions to begin with."""
    name = titled(plan.title, plan.edition) if plan and plans == 1 else say.SEVERAL.format(count=plans)
    rows = tuple((Button(question, f"q:{i}"),) for i, question in enumerate(examples))
    return said(say.WELCOME.format(plan=name), rows)


def digest(title: str) -> str:
    """What stands for a plan in a button, where its title would be too long."""
    return hashlib.sha256(title.encode()).hexdigest()[:10]


def _paged(rows: Sequence[tuple[Button, ...]], data: str, page: int) -> Rows:
    """As many rows as a message shows well, with buttons to the others."""
    return (*rows[page * _ROWS : (page + 1) * _ROWS], *_turning(data, page, -(-len(rows) // _ROWS)))


def _turning(data: str, page: int, count: int) -> Rows:
    """Buttons to the page before and the page behind, where there are any."""
    before = [Button(say.EARLIER, f"{data}:{page - 1}")] if page > 0 else []
    behind = [Button(say.GO_ON.format(page=page + 2, count=count), f"{data}:{page + 1}")] if page + 1 < count else []
    return ((*before, *behind),) if before or behind else ()


def _thumbs(token: str, shown: Shown, page: int, voted: bool | None = None) -> Rows:
    """Thumbs for what was answered or refused, the one that was given marked."""
    if not (shown.answering or shown.refused):
        return ()
    up, down = ("👍 ✓" if voted is True else "👍"), ("👎 ✓" if voted is False else "👎")
    return ((Button(up, f"u:{token}:{page}"), Button(down, f"d:{token}:{page}")),)
