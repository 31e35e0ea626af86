"""Words are taught: first it is shown what would be answered otherwise, then they are kept, and can be taken back."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from starlette.requests import Request
from starlette.responses import Response

from bot.assistant import Assistant
from bot.replies.naming import line, named
from bot.teaching import fitted, forget, taught, teach
from bot.web.desk.gate import Desk, Fields, text_of, to
from bot.web.site import DESK, Problem
from knowledge.answer import typed
from knowledge.errors import QuestionError, SettingsError
from knowledge.lexicon import Lexicon
from knowledge.model import Answer, Status

WORDS = f"{DESK}/words"
# Questions of school and daily life that no plan answers, some of each such subject of the bank.
OFF_TOPIC = Path(__file__).with_name("off_topic.txt")
NOT_WRITTEN = "请把口语和官方说法两格都写上。"
# So many questions of either kind are answered to see what a word changes: two answers each, a hundredth of a second an answer.
_MOST = 150
LABELS = {
    Status.ANSWERED: "答得上",
    Status.AMBIGUOUS: "有几种读法，都列出来",
    Status.UNSURE: "拿不准，列出几条给人选",
    Status.NO_FIGURE: "说到了，没写这个数",
    Status.NO_DETAIL: "说到了，没写这么细",
    Status.NOT_COVERED: "说没有写",
}


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a question is answered: a few words for it, the clause, the figures."""

    status: Status
    clause: str = ""
    figures: str = ""

    @property
    def label(self) -> str:
        return LABELS[self.status]


@dataclass(frozen=True, slots=True)
class Changed:
    question: str
    was: Outcome
    becomes: Outcome


@dataclass(frozen=True, slots=True)
class Preview:
    """What a word would change: of the questions that people asked `asked` hold it, of those that are off topic `strange`,
    and `astray` are the ones of them that would be answered otherwise, and not with that no plan says so. `known` that a plan
    writes of the official words at all; `more` that not all that hold the word were tried."""

    everyday: str
    official: str
    known: bool
    asked: int
    changed: tuple[Changed, ...]
    strange: int
    astray: tuple[Changed, ...]
    more: bool


# --- what a word changes


def preview(assistant: Assistant, everyday: str, official: str, asked: Iterable[str]) -> Preview:
    """Raises SettingsError where a word does not fit."""
    everyday, official = fitted(everyday, official)
    alone = Lexicon().also(everyday, official)
    holding, strange = (list(_holding(some, alone)) for some in (asked, _off_topic()))
    lexicon = assistant.library.lexicon.also(everyday, official)
    changed, otherwise = (tuple(_changed(assistant, some[:_MOST], lexicon)) for some in (holding, strange))
    return Preview(
        everyday,
        official,
        assistant.writes_of(official),
        len(holding),
        changed,
        len(strange),
        tuple(c for c in otherwise if c.becomes.status is not Status.NOT_COVERED),
        max(len(holding), len(strange)) > _MOST,
    )


@cache
def _off_topic() -> tuple[str, ...]:
    return tuple(OFF_TOPIC.read_text(encoding="utf8").splitlines())


def _holding(questions: Iterable[str], word: Lexicon) -> Iterator[str]:
    """Those in which the word would be found: no others are answered otherwise."""
    for question in questions:
        try:
            if next(word.find(typed(question)), None):
                yield question
        except QuestionError:
            continue


def _changed(assistant: Assistant, questions: Iterable[str], lexicon: Lexicon) -> Iterator[Changed]:
    for question in questions:
        try:
            was, becomes = (_outcome(assistant.converse(question, None, lexicon=of)[0]) for of in (None, lexicon))
        except QuestionError:
            continue
        if was != becomes:
            yield Changed(question, was, becomes)


def _outcome(answer: Answer) -> Outcome:
    clauses = [m.clause for f in answer.findings for m in (*f.matches, *f.offered)]
    return Outcome(
        answer.status, line(clauses[0]) if clauses else "", "；".join(named(f) for _, f in answer.figures[:3])
    )


# --- the page


async def page(desk: Desk, request: Request) -> Response:
    """What is taught, a form for more, and what a word would change where one is given."""
    given = {name: request.query_params.get(name, "").strip() for name in ("everyday", "official", "question", "done")}
    return await desk.do(lambda: _page(desk, request, given))


def _page(desk: Desk, request: Request, given: dict[str, str], told: str = "") -> Response:
    everyday, official, shown, words = given["everyday"], given["official"], None, None
    if bool(everyday) != bool(official):
        told = told or NOT_WRITTEN
    try:
        words = taught(_file(desk))
        if everyday and not given["done"] and not told:
            shown = preview(desk.site.assistant, everyday, official, _asked(desk))
    except SettingsError as error:
        told = told or str(error)
    return desk.page(
        request,
        "desk_words.html",
        422 if told else 200,
        words=words,
        told=told,
        preview=shown,
        **given,
        off_topic=len(_off_topic()),
        most=_MOST,
    )


def _asked(desk: Desk) -> list[str]:
    """What people asked, as far as it is kept: what was not answered, and the questions of the last days."""
    unanswered = [wording for group in desk.records.unanswered.groups() for wording in group.wordings]
    return list(dict.fromkeys([*unanswered, *desk.site.replies.questions()]))


def _file(desk: Desk) -> Path:
    """Where words are kept that are taught. Raises Problem where the bot was started without such a place."""
    words = desk.site.assistant.library.words
    if not words:
        raise Problem(404)
    return words[0]


async def learn(desk: Desk, request: Request) -> Response:
    return await desk.do(lambda: _written(desk, request, "taught"))


async def unlearn(desk: Desk, request: Request) -> Response:
    return await desk.do(lambda: _written(desk, request, "forgotten"))


def _written(desk: Desk, request: Request, done: str) -> Response:
    """The word written down or taken out, noted, and told."""
    fields: Fields = request.state.fields
    everyday, official = (text_of(fields, name).strip() for name in ("everyday", "official"))
    file, who = _file(desk), request.state.session.who
    try:
        if done == "taught":
            everyday, official = fitted(everyday, official)
            teach(file, everyday, official)
            desk.records.changes.note(who, "教了一个词", "", f"{everyday} → {official}")
        else:
            forget(file, everyday, official)
            desk.records.changes.note(who, "忘掉一个词", f"{everyday} → {official}", "")
    except SettingsError as error:
        return _page(
            desk, request, {"everyday": everyday, "official": official, "question": "", "done": ""}, str(error)
        )
    return to(WORDS, everyday=everyday, official=official, done=done)
