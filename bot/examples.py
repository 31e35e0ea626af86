"""Questions to begin with: everyday ones that the plan at hand really answers."""

from collections.abc import Iterator
from itertools import islice
from weakref import WeakKeyDictionary

from knowledge.answer import ask
from knowledge.lexicon import Lexicon
from knowledge.model import Status
from knowledge.store import Store

_EVERYDAY = (
    "今年新增多少学位？",
    "补习班谁来管？",
    "武进几个项目？",
    "哪个区项目最多？",
    "老师的负担怎么减？",
    "今年要新建多少所学校？",
    "投入多少钱？",
)
_COUNT = 3
_known: WeakKeyDictionary[Store, tuple[str, ...]] = WeakKeyDictionary()


def examples(store: Store, lexicon: Lexicon) -> tuple[str, ...]:
    """Three questions that the index answers; fewer where it holds less."""
    if store not in _known:
        answered = (q for q in _candidates(store) if _is_answered(q, store, lexicon))
        _known[store] = tuple(islice(answered, _COUNT))
    return _known[store]


def _candidates(store: Store) -> Iterator[str]:
    """Everyday questions, then what the newest plan itself is about."""
    yield from _EVERYDAY
    plan = store.plan()
    for clause in store.clauses_of(plan.title)[:20] if plan else []:
        yield from (f"{f.what}有多少？" for f in clause.figures if f.part is None)
        if clause.title:
            yield clause.title


def _is_answered(question: str, store: Store, lexicon: Lexicon) -> bool:
    """Is it answered by a clause that speaks of every word in it?"""
    answer = ask(question, store, lexicon)
    terms = {t.text for frame in answer.frames for t in frame.about}
    return answer.status is Status.ANSWERED and terms <= set(answer.matches[0].why)
