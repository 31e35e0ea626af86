"""Questions to begin with: everyday ones that the plan at hand answers."""

from weakref import WeakKeyDictionary

from bot.shelf import Shelf
from knowledge.answer import ask
from knowledge.model import Status
from knowledge.store import Store

_SHOWN = 4
# The first that are answered are shown: a number, an everyday word, one part of a split, then what any plan speaks of.
_ASKED = (
    "今年新增多少学位？",
    "补习班谁来管？",
    "武进几个项目？",
    "老师的负担怎么减？",
    "投入多少钱？",
    "新建几所学校？",
    "近视怎么防？",
    "校园安全怎么管？",
)
_found: WeakKeyDictionary[Store, list[str]] = WeakKeyDictionary()


def examples(shelf: Shelf) -> list[str]:
    """Up to four questions that the present plan answers, looked up once for every index."""
    store = shelf.store
    if store not in _found:
        answered = (q for q in _ASKED if ask(q, store, shelf.lexicon, 1).status is Status.ANSWERED)
        _found[store] = [q for q, _ in zip(answered, range(_SHOWN), strict=False)]
    return _found[store]
