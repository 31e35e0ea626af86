"""The only door to knowledge: a message of a chat becomes an answer, what the chat is about is kept, what was refused is noted."""

import logging
import re
import threading
from collections import OrderedDict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from traceback import extract_tb

import msgspec

from bot.examples import examples
from bot.library import Library
from bot.records import Records
from bot.records.replies import Replies, Shown
from bot.replies.blocks import Reply, shortened
from bot.replies.compose import compose
from bot.replies.naming import source
from bot.replies.refusals import is_talk
from bot.replies.related import SINCE, follow_ups, is_one_number
from knowledge.answer import converse, of_years, typed
from knowledge.errors import QuestionError, StoreError, YaodianError
from knowledge.frames import read
from knowledge.lexicon import Lexicon
from knowledge.lookup import Entry, figures_about, printed
from knowledge.model import Answer, Asks, Clause, Finding, Frame, Listed, Plan, Status
from knowledge.scope import bureaus
from knowledge.store import Store
from knowledge.tagging import tag
from knowledge.thread import Memory, Topic, chosen
from knowledge.wording import HAN, fold

NEAREST = 5
SORRY = "对不起，这句话我没能答上来，请换个说法再问。"
REFUSED = {Status.NOT_COVERED, Status.NO_FIGURE, Status.NO_DETAIL, Status.UNSURE}
# Answers to questions outside of chats that are kept ready: some megabytes.
_READY = 1_000
_log = logging.getLogger(__name__)


class AnswerFailed(QuestionError):  # noqa: N818 — it is the answer that failed
    """A question that ought to have been answered and was not, through a fault of ours: told to the person as it stands."""


@dataclass(frozen=True)
class Turn:
    """A question answered: the plan that it was looked for in (None: several), and what the chat was about before and
    after it."""

    answer: Answer
    plan: Plan | None
    before: str = ""
    after: str = ""

    @cached_property
    def reply(self) -> Reply:
        return compose(self.answer, self.plan)

    @cached_property
    def about(self) -> str:
        """What a chat is about that goes on from this answer alone: whoever is given it learns nothing said before it."""
        memory = _memory(self.after)
        if memory is None or not (self.answer.matches or memory.offered):
            return ""
        return _kept(_newest(memory) if self.answer.matches else Memory(offered=memory.offered, asked=memory.asked))


class Assistant:
    """Answers the messages of any number of chats, each with its own memory, for any number of threads."""

    def __init__(self, library: Library, records: Records) -> None:
        self.library, self.records = library, records
        # What index and bank keep at hand is filled for one question at a time: of two at once, one would take for nothing what
        # the other is looking up.
        self._one = threading.Lock()
        self._ready: OrderedDict[tuple[int, str, int, str], Turn] = OrderedDict()

    def answer(
        self,
        chat: str,
        text: str,
        who: str | None = None,
        earlier: tuple[str, str] | None = None,
        limit: int = NEAREST,
    ) -> Turn:
        """The answer to what was typed in this chat by `who` (one and the same unless given), with its `limit` nearest clauses.

        `earlier` is what the chat was about before and after the question that this one was edited from: it is then answered
        as it would have been, and what was said since stays. Raises QuestionError where nothing is asked, StoreError where
        the index cannot be read.
        """
        kept = self.records.memories.recall(chat)
        before = earlier[0] if earlier else kept
        remembered = _memory(before)
        store = (self._of_two_years(remembered) if text.strip() == SINCE else None) or self.store(chat)
        answer, memory = self.converse(text, remembered, store, limit)
        after = _kept(memory)
        if after and (earlier is None or kept == earlier[1]):
            self.records.memories.remember(chat, after, who)
        if remembered and remembered.asked and chosen(typed(text), remembered):
            self.picked(remembered.asked[0], answer.matches[0].clause)
            self.records.feedback.count(who or chat, answer.status)
        else:
            self.note(answer, who or chat)
        return Turn(answer, _only_plan(store), before, after)

    def alone(self, text: str, who: str = "", limit: int = NEAREST) -> Turn:
        """The answer to a question that belongs to no chat: noted where it is refused, and counted where `who` asks."""
        turn = self.look(text, limit)
        self.note(turn.answer, who)
        return turn

    def note(self, answer: Answer, who: str = "", times: int = 1) -> None:
        """Note an answer that was given so many times where it is a refusal, and count it where `who` asked."""
        if is_unanswered(answer):
            self.records.unanswered.note(answer.text, times)
        if who:
            self.records.feedback.count(who, answer.status, times)

    def look(self, text: str, limit: int = NEAREST, plan: str = "") -> Turn:
        """The same with nothing kept, made once for all who ask the same as long as the plans are the same: a link that is
        passed on, a question of which every letter is asked anew. It is asked of the plan of that title, where there is one."""
        key = (self.library.edition, text, limit, plan)
        if (turn := self._ready.get(key)) is None:
            store = self.library.store_of(plan)
            answer, memory = self.converse(text, None, store, limit)
            turn = Turn(answer, _only_plan(store), after=_kept(memory))
            self._ready[key] = turn
            while len(self._ready) > _READY:
                self._ready.popitem(last=False)
        return turn

    def onward(self, turn: Turn) -> tuple[str, ...]:
        """What may be asked next and is answered with something new."""
        asked, memory = follow_ups(turn.answer), _memory(turn.after)
        if is_one_number(turn.answer) and (store := self._of_two_years(memory)):
            compared, _ = self.converse(SINCE, memory, store)
            asked += [SINCE] if compared.derived and {*turn.answer.figures} < {*compared.figures} else []
        return tuple(asked)

    def years_of(self, title: str) -> Sequence[Listed]:
        """The plans of the bureau that issued the plan of this title, none where it has but one year's."""
        several = bureaus(self.library.store.listed())
        return next((some for some in several if any(p.title == title for p in some)), ())

    def _of_two_years(self, before: Memory | None) -> Store | None:
        """The plan that a chat is about and those of its bureau of the year before, whichever plan was chosen; None where there
        are none."""
        title = before.topics[-1].plan if before and before.topics else ""
        years = self.years_of(title)
        here = [p for p in years if p.title == title]
        past = [p for p in years if p.year and here[0].year == p.year + 1]
        return self.library.store.narrowed([*here, *past]) if past else None

    def resume(self, chat: str, about: str) -> None:
        """Let a chat go on from an answer, by what that is about, where it does not stand there already."""
        before = _memory(self.records.memories.recall(chat))
        if about and (before is None or _kept(_newest(before)) != about):
            self.records.memories.remember(chat, about)

    def told(self, answer: Answer) -> Turn:
        """An answer looked for in all that there is."""
        return Turn(answer, _only_plan(self.library.store))

    def converse(
        self,
        text: str,
        before: Memory | None,
        store: Store | None = None,
        limit: int = NEAREST,
        lexicon: Lexicon | None = None,
    ) -> tuple[Answer, Memory | None]:
        """The answer to what was typed after what is remembered, and what to remember now; nothing is kept. `lexicon` is one
        to try in the place of ours. A fault of ours is logged without what was asked and raised as AnswerFailed."""
        try:
            with self._one:
                return converse(text, before, store or self.library.store, lexicon or self.library.lexicon, limit)
        except YaodianError:
            raise
        except Exception as error:  # noqa: BLE001 — whatever it was, the person is told and everything goes on
            last = extract_tb(error.__traceback__)[-1]
            where = f"{Path(last.filename).name}:{last.lineno}"
            _log.error("%s in %s; a question like: %s", type(error).__name__, where, _shape(text))
            raise AnswerFailed(SORRY) from None

    def compare(self, item: str, plans: Sequence[Listed]) -> Finding:
        """What these plans of several years say of one item, side by side. Raises QuestionError where none is named."""
        with self._one:
            return of_years(item, plans, self.library.store, self.library.lexicon)

    def meet(self, *people: str) -> None:
        """Work out what stands for these chats and people in the records, which is slow on purpose, before they are needed."""
        for person in people:
            self.records.database.digest(person)

    def opened(self, chat: str, clause: Clause) -> None:
        """A clause was opened in this chat: what is asked next may be about it."""
        before = _memory(self.records.memories.recall(chat))
        if before and before.asked and (clause.plan, clause.number) in before.offered:
            self.picked(before.asked[0], clause)
        said, store = fold(clause.title or shortened(clause.text)), self.store(chat)
        with self._one:
            frames = read(said, tag(said, store, self.library.lexicon))
        frame = Frame(said, tuple(t for f in frames for t in f.about), asks=Asks.CLAUSE)
        self.records.memories.remember(chat, _kept(Memory((Topic(frame, clause.plan, clause.number),), (clause.key,))))

    def picked(self, question: str, clause: Clause) -> None:
        """A clause was opened of those offered to a question: which words that question needs shows from this."""
        self.records.unanswered.picked(question, source(clause))

    def vote(self, replies: Replies, token: str, who: str, *, up: bool) -> Shown | None:
        """Keep a person's thumb on a reply, which comes back; None where the reply is not kept any more."""
        shown = replies.get(token)
        if shown is not None:
            clause = self.library.store.clause(*shown.clauses[0]) if shown.answering else None
            self.records.feedback.vote(token, who, shown.question, source(clause) if clause else "", up=up)
        return shown

    def healthy(self) -> bool:
        """Can questions be answered?"""
        try:
            self.library.store.count()
        except StoreError:
            return False
        return True

    def store(self, chat: str) -> Store:
        """The plan that the chat has chosen, else all plans."""
        return self.library.store_of(self.records.memories.chosen(chat))

    def examples(self, chat: str = "", plan: str = "") -> tuple[str, ...]:
        """Questions to begin with that are answered here, in a chat or from the plan of that title."""
        store = self.store(chat) if chat else self.library.store_of(plan)
        with self._one:
            return examples(store, self.library.lexicon)

    def writes_of(self, words: str) -> bool:
        """Does any plan write of these words, which blanks part?"""
        with self._one:
            return bool(self.library.store.holding(words.split()))

    def clauses(self, ref: str, plan: str) -> list[Clause]:
        """The clauses of a plan that are printed under a number, in any way of writing it: 7, （七）, 第七条."""
        return printed(ref, plan, self.library.store)

    def figures(self, words: Sequence[str], plans: Sequence[str]) -> Iterator[Entry]:
        """The figures of these plans that go with all of the words, or every figure: see `figures_about`."""
        store = self.library.store
        return figures_about(lambda: map(store.clauses_of, plans), words)


def _only_plan(store: Store) -> Plan | None:
    return store.plan() if store.count_plans() == 1 else None


def is_unanswered(answer: Answer) -> bool:
    """Was anything asked that the plan does not answer?"""
    return any(f.status in REFUSED and not is_talk(f) for f in answer.findings)


def _kept(memory: Memory | None) -> str:
    """A memory as it is kept."""
    return msgspec.json.encode(memory).decode() if memory is not None else ""


def _newest(memory: Memory) -> Memory:
    return replace(memory, topics=memory.topics[-1:])


def _memory(kept: str) -> Memory | None:
    """What was kept, unless another version of the program kept it."""
    try:
        return msgspec.json.decode(kept, type=Memory) if kept else None
    except (msgspec.MsgspecError, UnicodeError):
        return None


def _shape(text: str) -> str:
    """What a text is made of, and none of its words: who reads the log does not read along.

    >>> _shape("武进3个项目?"), _shape("a" * 3)
    ('汉×2 9 汉×3 ?', 'a×3')
    """
    folded = re.sub(r"[^\W\d_a-zA-Z]", lambda m: "汉" if re.match(f"[{HAN}]", m[0]) else "字", text[:1000])
    folded = re.sub(r"\d", "9", re.sub("[a-zA-Z]", "a", folded))
    runs = (m[0] for m in re.finditer(r"(.)\1*", folded, re.DOTALL))
    return _harmless(" ".join(run[0] if len(run) == 1 else f"{run[0]}×{len(run)}" for run in runs))[:200]


def _harmless(text: str) -> str:
    """Nothing in a line of the log plays tricks in the terminal of who reads it."""
    return "".join(c if c.isprintable() else f"U+{ord(c):04X}" for c in text)
