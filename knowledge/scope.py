"""Which plans a question is asked of: those that it names by year, place or title, in a chat those it was about before, else
the newest of each bureau. What no plan at hand is about is told by its name."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from knowledge.mentions import is_yearly, place_of, series, without_years
from knowledge.model import Asks, Frame, Listed, Op, Term, Year
from knowledge.store import Store
from knowledge.table import places
from knowledge.weighing import reweighed
from knowledge.wording import bigrams

# A bare phrase that names another year asks for a number of it: 去年小学学位.
_SHORT = 12
_PIECE = re.compile(r"[^\s,，。;；?？!！]+")
# Who a story is about, and how it says where: 我们从云南过来, 爹妈都在广东进厂, 户口江西的; 浙江的幼儿园 is what is asked about.
_SOMEBODY = re.compile("[我咱俺爹妈爸爷奶娃孙侄]|儿子|女儿|儿媳|闺女|老公|媳妇|老板|户口|户籍|老家|两口子")
_THERE = "(?:[在从到去回]|来自|老家|户口|户籍)(?:是|在)?"
# What is done with the figures of several years rather than with those of each.
_OVER = frozenset({Op.SUM, Op.DIFFERENCE, Op.RATIO, Op.AVERAGE, Op.MOST, Op.LEAST})


@dataclass(frozen=True, slots=True)
class Step:
    """A question as it is asked of some plans, and these; `kin` as it is asked of all years' plans of the same bureau, where
    they write words of it that these do not."""

    frame: Frame
    store: Store
    kin: "Step | None" = None

    def lost(self) -> list[Term]:
        """The words of the question that only other years' plans write."""
        said = zip(self.kin.frame.about, self.frame.about, strict=True) if self.kin else ()
        return [there for there, here in said if there.known and not here.known]


@dataclass(frozen=True, slots=True)
class Scope:
    """Where a question is asked: of the plans of the first step, where these do not answer of those of the next or, where they
    are asked `together`, of all: one year each, the newest first. `newest` are the titles of plans that lead older ones or stand
    beside those of other bureaus, since neither year nor place was named."""

    steps: tuple[Step, ...]
    together: bool = False
    newest: frozenset[str] = frozenset()


def scope(frame: Frame, plain: str, store: Store, last: Frame | None = None, at_hand: str = "") -> Scope:
    """Where a frame of the folded message `plain` is asked. Where it goes on with a chat, `last` is the frame before it and
    `at_hand` the title of the plan that answered that.

    1. what it leaves unsaid of years and plans is what was said before  2. the plans that it names  3. of these the years
    that it names  4. else the plan at hand, else the newest of each bureau, and those behind it
    """
    plans = store.listed()
    if not plans:
        return Scope((Step(frame, store),))
    newest = max((p.year for p in plans if p.year), default=None)
    if last is not None:
        frame = _going_on(frame, last, newest)  # 1
    chosen = [p for p in plans if p.title in frame.named] or plans  # 2
    years = _years(frame, plain, chosen, store)
    missing = [year for year in years if year not in {p.year for p in chosen}]
    foreign = tuple(p for p in _foreign(frame, store) if not _is_told(p, frame, plain))
    lost = [*(f"{year}年" for year in missing if len(missing) == len(years)), *foreign]
    past = missing or [y.number for y in frame.years if y.number and y.number not in {p.year for p in chosen}]
    if len({*past}) == 1 and len(frame.years) == 1 and not foreign:
        frame = replace(frame, past=past[0])
    if lost:
        frame = replace(frame, elsewhere=tuple(dict.fromkeys(lost)))
        return _unnamed(frame, chosen, at_hand, store) if frame.past else Scope((Step(frame, store),))
    yearly = _of_one_bureau([p for p in chosen if is_yearly(p)], years)
    told_apart = yearly if len({p.year for p in yearly}) > 1 else []
    of_years = {year: some for year in years if (some := [p for p in told_apart if p.year == year])}
    if of_years or (years and frame.named):
        frame = replace(frame, text=without_years(frame.text), told=without_years(frame.told))
    if of_years:  # 3
        frame = each(frame) if len(of_years) > 1 else frame
        steps = (asked_of(frame, of_years[year], store) for year in sorted(of_years, reverse=True))
        return Scope(tuple(steps), together=len(of_years) > 1)
    return _unnamed(frame, chosen, at_hand if chosen is plans else "", store)  # 4


def bureaus(plans: Iterable[Listed]) -> list[list[Listed]]:
    """The plans of each bureau that has those of several years, as they are listed."""
    found: dict[str, list[Listed]] = {}
    for plan in plans:
        if is_yearly(plan):
            found.setdefault(series(plan), []).append(plan)
    return [some for some in found.values() if len({p.year for p in some}) > 1]


def _of_one_bureau(yearly: list[Listed], years: Sequence[int]) -> list[Listed]:
    """Of several years the plans of the bureau that has most of them: a city's year is not set beside a district's."""

    def held(some: list[Listed]) -> int:
        return len({p.year for p in some} & {*years})

    most = max(bureaus(yearly), key=held, default=[])
    return most if held(most) > 1 else yearly


def _unnamed(frame: Frame, chosen: Sequence[Listed], at_hand: str, store: Store) -> Scope:
    """The newest plan of each bureau, the plan at hand or that of the place named first, and the older ones behind them."""
    leading = list({series(p): p for p in reversed(chosen)}.values())
    names = {name for part in frame.parts for name in part.names}
    own = [p for p in leading if names and place_of(p) in names]
    if 0 < len(own) < len(leading) and not at_hand:
        rest = [p for p in leading if p.key not in {o.key for o in own}]
        return Scope((asked_of(_without_parts(frame, own), own, store), asked_of(frame, rest, store)))
    first = [p for p in chosen if p.title == at_hand] or leading
    keys = {p.key for p in first}
    others = [p for p in leading if p.key not in keys]
    keys |= {p.key for p in others}
    behind = [p for p in chosen if p.key not in keys]
    older, bureaus = {series(p) for p in behind}, {series(p) for p in first if is_yearly(p)}
    one_of = bureaus if len(bureaus) > 1 else older
    newest = frozenset(p.title for p in first if series(p) in one_of and not at_hand)
    return Scope(tuple(asked_of(frame, some, store) for some in (first, others, behind) if some), newest=newest)


def asked_of(frame: Frame, plans: Sequence[Listed], store: Store) -> Step:
    """The frame as it is asked of some plans, where each word tells as much as it does in these."""
    some = store.narrowed(plans)
    if some is store:
        return Step(frame, store)
    here, bureaus = reweighed(frame, store, some), {series(p) for p in plans}
    kin = store.narrowed([p for p in store.listed() if series(p) in bureaus])
    step = Step(here, some, Step(reweighed(frame, store, kin), kin)) if kin is not some else Step(here, some)
    return step if step.lost() else Step(here, some)


def each(frame: Frame) -> Frame:
    """The question that is asked of each year where several are set side by side, with what is done with all of them."""
    whole = frame.by is None and len(frame.parts) < 2
    moved = frame.op in {Op.DIFFERENCE, Op.RATIO} or (frame.op in _OVER and whole)
    grows = frame.grows and (frame.moves or frame.op is Op.DIFFERENCE)
    counts = frame.asks is Asks.CLAUSE and (frame.moves or moved or frame.over is not None)
    return replace(
        frame,
        op=None if moved else frame.op,
        over=Op.GROWTH if grows else frame.op if moved else frame.over,
        asks=Asks.FIGURE if counts else frame.asks,
        units=() if grows else frame.units,
        each=frame.each and frame.by is not None,
        doubtful=False,
    )


def _going_on(frame: Frame, last: Frame, newest: int | None) -> Frame:
    """那小学呢 asks of the years and plans that were asked before; 去年呢 counts from the year that was named there."""
    named = next((y.number for y in last.years if y.number), None) if len(last.years) == 1 else None
    if named is not None and named != newest and len(frame.years) == 1:
        frame = replace(
            frame, years=tuple(Year(named + y.from_now) if not y.number and y.from_now else y for y in frame.years)
        )
    several = last.span or len(last.years) > 1
    counts = frame.by or (frame.asks in {Asks.CLAUSE, Asks.FIGURE} and not frame.refs)
    if frame.years or frame.span or (several and not counts):
        return replace(frame, named=frame.named or last.named)
    if last.past:  # where nothing is said of that year it is asked of any
        return replace(frame, past=last.past, named=frame.named or last.named)
    over = last.over if frame.op is None else None
    return replace(frame, years=last.years, span=last.span, over=over, named=frame.named or last.named)


# --- years and places


def _years(frame: Frame, plain: str, plans: Sequence[Listed], store: Store) -> list[int]:
    """The years that a question names, by their numbers or as they count from the newest plan; a story may speak of any."""
    known = sorted({p.year for p in plans if p.year}, reverse=True)
    if (frame.span or frame.moves) and not frame.years:
        return _several(plans)[: frame.span or 2]
    return [year for y in frame.years for year in _year(y, frame, plain, known, store)]


def _several(plans: Iterable[Listed]) -> list[int]:
    """The years of the first bureau that has plans of more than one, the newest first."""
    return next((sorted({p.year for p in some if p.year}, reverse=True) for some in bureaus(plans)), [])


def _year(year: Year, frame: Frame, plain: str, known: Sequence[int], store: Store) -> Iterator[int]:
    if year.number is not None:
        if year.number in known or not store.spread([str(year.number)], "text"):
            yield year.number
        return
    meant = known[0] + year.from_now if known else None
    numbers = frame.asks in {Asks.FIGURE, Asks.SPLIT} and (frame.op is not None or not frame.doubtful)
    asked = numbers or (frame.asks is Asks.CLAUSE and len(plain) <= _SHORT)
    against = frame.op in {Op.DIFFERENCE, Op.RATIO} and len(frame.years) > 1  # 比去年多几个
    if meant is not None and (meant in known or (asked and not against)):
        yield meant


def _foreign(frame: Frame, store: Store) -> Iterable[str]:
    """The places that a question names and that no plan speaks of by themselves: 南京航空航天大学 is not 南京."""
    named = [t.text for t in frame.about if t.text in places()]
    words = store.spread(named, "words") if named else {}
    titles = store.spread({b for p in named for b in bigrams(p)}, "plan") if named else {}
    return (p for p in named if p not in words and not titles.keys() >= set(bigrams(p)))


def _is_told(place: str, frame: Frame, plain: str) -> bool:
    """Is a place where somebody is or comes from, in a story that asks for no number: 我们在浙江，娃跟奶奶过，能不能视频?"""
    pieces = _PIECE.findall(plain)
    there = re.compile(_THERE + re.escape(place))
    of_somebody = any(there.search(piece) and _SOMEBODY.search(piece) for piece in pieces)
    return of_somebody and len(pieces) > 1 and (frame.asks is not Asks.FIGURE or frame.doubtful)


def _without_parts(frame: Frame, plans: Sequence[Listed]) -> Frame:
    """The frame without the places that these plans are for."""
    own = {place_of(p) for p in plans}
    parts = tuple(p for p in frame.parts if not own & {*p.names})
    gone = {p.text for p in frame.parts if p not in parts}
    return replace(frame, parts=parts, about=tuple(t for t in frame.about if t.text not in gone))
