"""Which plan a question names, and which questions are about another year or place than the plans at hand."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace

from knowledge.model import Asks, Frame, Op
from knowledge.store import Store
from knowledge.table import places
from knowledge.wording import bigrams, fold

_YEAR = re.compile(r"(?<!\d)(20\d\d)(?!\d)(?=年|学年|年度|$|的|[^\d])")
# A bare phrase that names another year asks for a number of it: 去年小学学位.
_SHORT = 12
# From so many characters on the end of a title names a plan.
_NAME = 4


def placed(frame: Frame, plain: str, store: Store) -> Frame:
    """The frame with the plan that it names by its title, and the years and places that no plan at hand is about; `plain` is
    the whole message."""
    if frame.refs and (plan := _named(plain, store)):
        frame = replace(frame, plan=plan)
    elsewhere = tuple(dict.fromkeys([*_years(frame, plain, store), *_foreign(frame, store)]))
    return replace(frame, elsewhere=elsewhere) if elsewhere else frame


def _years(frame: Frame, plain: str, store: Store) -> Iterator[str]:
    """The years that a question names or counts to (去年) and that no plan is about; a story may speak of any year."""
    years = store.years()
    for year in dict.fromkeys(_YEAR.findall(plain)):
        if int(year) not in years and not store.spread([year], "text"):
            yield f"{year}年"
    asked = frame.asks in {Asks.FIGURE, Asks.SPLIT} or (frame.asks is Asks.CLAUSE and len(plain) <= _SHORT)
    if frame.year and asked and frame.op not in {Op.DIFFERENCE, Op.RATIO} and years and "今年" not in plain:
        year = max(years) + frame.year
        if year not in years:
            yield f"{year}年"


def _foreign(frame: Frame, store: Store) -> Iterable[str]:
    """The places that a question names and that no plan speaks of by themselves: 南京航空航天大学 is not 南京."""
    named = [t.text for t in frame.about if t.text in places()]
    words = store.spread(named, "words") if named else {}
    titles = store.spread({b for p in named for b in bigrams(p)}, "plan") if named else {}
    return (p for p in named if p not in words and not titles.keys() >= set(bigrams(p)))


def _named(plain: str, store: Store) -> str:
    """The plan whose title ends as the message says, with four characters or more: 学前教育法第五十三条."""
    titles = store.titles()
    said = {t: next((n for n in range(len(t), _NAME - 1, -1) if fold(t)[-n:] in plain), 0) for t in titles}
    longest = max(said.values(), default=0)
    named = [t for t in titles if said[t] == longest > 0]
    return named[0] if len(named) == 1 else ""
