"""The splits of a clause: lists of names with quantities, in every way that bureaus put them, and the total of each."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from itertools import accumulate, takewhile

from indexer.items import NEAR, Item, read_items
from indexer.labels import AND, PER, alike, begins_stage, cleaned, contrast, kind, parted, shared
from indexer.phrases import CHANGE, COMPARED, bare, governs, led, noun, opening
from knowledge.model import PartKind, Quantity
from knowledge.numerals import SHARES

_TWICE = re.compile(r"分别|依次")
_NO_PART = re.compile("前者|后者|即|共|[每各]|计划$|.*(?:比上年|同比|较上年)")
_UNSAYABLE = re.compile(
    r"前者|后者|.*(?:[完应对用由将按在]|提供|不足|平均|比上年|同比|较上年|分别|一年|项目$)|[每各]|计划|共"
)
_RANGE = re.compile("([一二三四五六])至([二三四五六七八九])([\u4e00-\u9fff]{1,3})")
_DONE = re.compile("收费|资助|撤并|停招|销号|撤销|裁撤")
_LED_TO = re.compile("^([\u4e00-\u9fff]{2,8}(?<![作成称列定评]))为(?=[\u4e00-\u9fff]{2,})")  # 流向为城区到乡镇
_NEW_ONES = re.compile("^(?:新增|增加|净增)(?:部分|的)?")
_ADDED = re.compile("^[，；](?:其中)?(?:新增|增加|净增)")
_NEAREST = 8  # figures before a list among which its total is looked for
_SPLIT_AGAIN = 3  # parts of a part: two that add up to another number may do so by chance
_LONG_NAME = 10  # characters of a name in a list that no total holds together
_OWN = 3  # characters of a name beyond which it names a thing of its own


@dataclass(frozen=True, slots=True)
class Part:
    place: int
    name: str
    kind: PartKind


@dataclass(frozen=True, slots=True)
class Split:
    """A list: its parts, the place of its total where that is stated, and what it counts where its own words say so."""

    parts: tuple[Part, ...]
    total: int | None
    what: str
    done: str = ""

    lists: bool = False  # its names are things of their own (机电产品、农产品出口分别增长8%、5%), parts of nothing
    # The place of the number that its parts were added to: 由14200张增至16800张，新增的安排为甲镇900张…
    added: int | None = None


def find_splits(text: str, stated: Sequence[Quantity]) -> list[Split]:
    """The splits of a clause in reading order.

    1. pairs: A、B、C分别为1所、2所、3所; 2. lists with a total before or behind them; 3. lists without a total.
    """
    return _Finder(text, stated).splits()


class _Finder:
    def __init__(self, text: str, stated: Sequence[Quantity]) -> None:
        self._text, self._stated = text, stated
        self._parts: set[int] = set()
        self._items = read_items(text, stated)

    def splits(self) -> list[Split]:
        pairs = self._pairs()
        self._parts.update(p.place for split in pairs for p in split.parts)
        runs = self._runs()
        found = [self._going_on(split, runs) for split in pairs]
        for run in runs:
            rest = [i for i in run if i.place not in self._parts] if run[0].place in self._parts else run
            while rest and (split := self._list(rest)):
                found.append(split)
                self._parts.update(p.place for p in split.parts)
                rest = [i for i in rest if i.place > split.parts[-1].place]
        return sorted(found, key=lambda s: s.parts[0].place)

    def _going_on(self, pairs: Split, runs: Sequence[list[Item]]) -> Split:
        """甲、乙分别为21个、18个，丙10个: pairs with the list right behind them, where both add up to a total."""
        last = pairs.parts[-1].place
        run = next((r for r in runs if r[0].place == last + 1), [])
        added = sum(self._stated[p.place].value for p in pairs.parts)
        first = self._items[pairs.parts[0].place]
        for total in self._totals([first], marked=True) if run and pairs.total is None else ():
            behind = list(accumulate((i.value * i.times for i in run), initial=added))
            if self._stated[total].value in behind[1:]:
                items = run[: behind.index(self._stated[total].value)]
                parts = tuple(Part(i.place, n, kind(n)) for i in items for n in i.names)
                self._parts.update(p.place for p in parts)
                return replace(pairs, parts=(*pairs.parts, *parts), total=total)
        return pairs

    def _runs(self) -> list[list[Item]]:
        """Stretches of items that follow one another with nothing but a comma between, of one family of units; what
        stands in the bracket behind a quantity is a stretch of its own, and so are the second numbers of its items."""
        runs: list[list[Item]] = [[]]
        last: dict[tuple[int | None, int], list[Item]] = {}
        for item in self._items:
            run = last.get((item.host, item.column), [])
            fits = bool(run) and item.joined and self._alike(run[-1].place, item.place) and len(run) < NEAR
            nameless = not item.names and item.times == 1
            if item.summed or item.place in self._parts or nameless or any(map(_NO_PART.match, item.names)):
                run = []
            elif fits:
                run.append(item)
            else:
                run = [item]
                runs.append(run)
            last[item.host, item.column] = run
        return [run for run in runs if run]

    def _list(self, run: list[Item]) -> Split | None:
        marked = run[0].marked
        for first in range(1 if marked else min(len(run), 3)):
            items = run[first:]
            doubtful = not marked and led(self._label(items[0])) and not self._headed(items)
            if split := self._added(items):
                return split
            for total in self._totals(items, marked):
                parts = self._adding_up(items, self._stated[total].value)
                again = total in self._parts and not marked  # a part may be split in its turn
                if (doubtful or again) and (parts != items or (again and len(parts) < _SPLIT_AGAIN)):
                    continue  # 12.7亿元，用于学前1.9亿元、高中10.8亿元 is all of it
                if parts and (marked or self._leads(total, items[0]) or total > parts[-1].place):
                    return self._made(parts, total)
        if any(item.becomes for item in run):
            return None
        if split := self._short(run) if marked else self._announced(run):
            return split
        return None if marked and len(run) < 2 else self._open(run)

    def _added(self, items: list[Item]) -> Split | None:
        """A list of what is new that adds up to how much the number right before it grew."""
        to = items[0].place - 1
        if to < 1 or not _ADDED.search(self._text[self._stated[to].end : self._stated[items[0].place].start]):
            return None
        change = self._text[self._stated[to - 1].end : self._stated[to].start]
        grown = self._stated[to].value - self._stated[to - 1].value
        fits = self._alike(to - 1, to) and self._alike(to, items[0].place) and CHANGE.fullmatch(change)
        if not fits or len(items) < 2 or grown != sum(i.value * i.times for i in items):
            return None
        head, *others = self._made(items, None).parts
        named = replace(head, name=_NEW_ONES.sub("", head.name) or head.name)
        return Split((named, *others), None, "", added=to)

    def _totals(self, items: list[Item], marked: bool) -> list[int]:
        """The places where the total of a list may stand: before it, the nearest first, or behind it."""
        first = items[0].place
        if (host := items[0].host) is not None:
            return [host] if self._alike(host, first) else []
        near = max(0, items[0].begin - 4 * NEAR)
        here = max(self._text.rfind(mark, near, items[0].begin) for mark in "。\n")
        before_it = max(self._text.rfind(mark, near, max(here, near)) for mark in "。\n")
        fit = [
            i
            for i in range(first - 1, max(-1, first - 1 - NEAR), -1)
            if self._stated[i].start > before_it
            and self._alike(i, first)
            and not COMPARED.search(self._label(self._items[i]))
        ]
        before = [i for i in fit if i not in self._parts]
        behind = [i.place for i in self._items[first + 1 : first + NEAR] if i.summed and self._alike(i.place, first)]
        if marked:
            return before[:_NEAREST] + behind[:1]
        return before[:2] + behind[:1] + [i for i in fit if i in self._parts][:_NEAREST]

    def _adding_up(self, items: list[Item], total: Decimal) -> list[Item]:
        """The longest list from the first item on that adds up to the total."""
        added, found = Decimal(0), 0
        for count, item in enumerate(items, 1):
            added += item.value * item.times
            found = count if added == total and (count > 1 or len(item.names) > 1) else found
        return items[:found]

    def _short(self, run: list[Item]) -> Split | None:
        """其中 with a list that does not add up: a part of the nearest total; a lone part must be a plain name."""
        totals = self._totals(run, True)
        added = sum(i.value * i.times for i in run)
        before = [t for t in totals if t < run[0].place]  # the nearest first, before them those that are large enough
        before.sort(key=lambda t: self._stated[t].value < added)
        unit = self._stated[run[0].place].unit
        per = bool(PER.search(self._label(run[0])))
        if not before or unit in SHARES or self._exceeds(run, before[0]) or (per and len(run) == 1):
            return None
        if len(run) == 1 and (
            len(run[0].names) != 1
            or not 2 <= len(run[0].names[0]) <= 12
            or (self._is_said(run[0].names[0]) and not self._of_the_last(run[0], before[0]))
        ):
            return None
        return self._made(run, before[0])

    def _is_said(self, name: str) -> bool:
        """Is it no name but what is said of a thing: 根据当地资源打造?"""
        return bool(_UNSAYABLE.match(name)) or governs(name)

    def _of_the_last(self, item: Item, total: int) -> bool:
        """Is a number behind 其中 in the unit of the last one alike before it, and less: 420个，其中利用闲置校舍设立130个?"""
        one, other = self._stated[item.place], self._stated[total]
        last = not any(self._alike(place, total) for place in range(total + 1, item.place))
        return last and one.unit == other.unit and one.value < other.value and item.host is None

    def _exceeds(self, run: list[Item], total: int) -> bool:
        """Is what stands in a bracket more than what it stands behind, so that it is no part of it?"""
        return run[0].host == total and sum(i.value * i.times for i in run) > self._stated[total].value

    def _announced(self, run: list[Item]) -> Split | None:
        """甲区3所、乙县4所，全市共16所: a list that is not the whole, with its total right behind it."""
        behind = run[-1].place + 1
        total = self._items[behind] if behind < len(self._items) else None
        added = sum(i.value * i.times for i in run)
        names = [n for i in run for n in i.names]
        if total is None or not total.summed or not self._alike(run[0].place, behind) or added > total.value:
            return None
        same = len(names) > 1 and all(contrast(names[0], n) for n in names[1:])
        return self._made(run, behind) if same and self._text[total.start - 1 : total.start] != "。" else None

    def _open(self, run: list[Item]) -> Split | None:
        """小学每生每年880元、初中每生每年1080元: a list of names in contrast, with no total."""
        unit = self._stated[run[0].place].unit
        items = []
        for item in run:
            if self._stated[item.place].unit != unit:
                break
            items.append(item)
        if len(items) == 1:
            return self._made(items, None) if items[0].times > 1 and items[0].names else None
        names = [n for i in items[1:] for n in i.names]
        if not names or any(len(n) > _LONG_NAME or bare(n) or _UNSAYABLE.match(n) for n in names):
            return None
        head, first, _ = parted(items[0].names[0], items[0].tail, names[0])
        per = any(PER.search(self._label(i)) for i in items)
        if (bare(head) and not per) or any(led(self._label(i)) for i in items[1:]):
            return None
        shares = unit in SHARES and all("占" in self._label(i) for i in items)
        alike_named = contrast(first, names[0])
        if alike_named and not shares:
            items = [items[0], *takewhile(lambda i: all(contrast(names[0], n) for n in i.names), items[1:])]
        return self._made(items, None) if alike_named or shares or (per and all(len(n) < 9 for n in names)) else None

    def _made(self, items: list[Item], total: int | None) -> Split:
        names = [(i.place, n) for i in items for n in i.names]
        head, first, tail = parted(items[0].names[0], items[0].tail, names[1][1] if len(names) > 1 else "")
        if led_to := _LED_TO.match(first):
            head, first = head + led_to[1], first[led_to.end() :]
        names[0] = (names[0][0], first)
        named_by_total = total is not None and total < items[0].place
        names, common = (names, "") if named_by_total else shared(names)
        what = next((w for w in (noun(head + common), noun(head), noun(tail)) if len(w) > 1 and not bare(w)), "")
        parts = _of_one_kind([Part(p, n, kind(n)) for p, n in names])
        done = next((w for w in (head, tail) if _DONE.fullmatch(w)), "")
        return Split(parts, total, what, done, self._lists(parts, total, what))

    def _lists(self, parts: tuple[Part, ...], total: int | None, what: str) -> bool:
        if total is not None or what or any(p.kind is not PartKind.OTHER for p in parts):
            return False
        first = parts[0].place
        shares = self._stated[first].unit in SHARES and "占" not in self._label(self._items[first])
        return shares and any(len(p.name) > _OWN for p in parts)

    def _headed(self, items: list[Item]) -> bool:
        """新增公办学位市区3900个，县域2340个: a verb leads to what is split, not to a name."""
        names = [n for i in items for n in i.names]
        return len(names) > 1 and (
            bool(parted(items[0].names[0], items[0].tail, names[1])[0]) or len(items[0].names) > 1
        )

    def _pairs(self) -> list[Split]:
        found, place = [], 0
        while place < len(self._stated):
            item = self._items[place]
            label = self._text[opening(self._text, self._stated, place) : self._stated[place].start]
            said = _TWICE.search(label)
            places = self._bare_from(place) if said else []
            paired = self._names_for(place, label[: said.start()], len(places)) if said and len(places) > 1 else None
            if said and paired:
                names, what = paired
                values = [self._stated[p].value for p in places]
                totals = [t for t in self._totals([item], True) if t < place or t == places[-1] + 1]
                exact = [t for t in totals if self._stated[t].value == sum(values)]
                parts = tuple(Part(p, n, kind(n)) for p, n in zip(places, names, strict=True))
                tail = noun(label[said.end() :])
                what = what or (tail if len(tail) > 1 and not bare(tail) else "")
                total = exact[0] if exact else None
                found.append(Split(parts, total, what, lists=self._lists(parts, total, what)))
            place = max(place + 1, *(p + 1 for p in places)) if places else place + 1
        return found

    def _bare_from(self, place: int) -> list[int]:
        """The places of 8所、6所、7所, from the first of them on."""
        places = [place]
        for later in range(place + 1, min(len(self._stated), place + NEAR)):
            gap = self._text[self._stated[later - 1].end : self._stated[later].start]
            if gap.strip() not in {"、", "，", "和", "及", "、和", "以及"} or not self._alike(place, later):
                break
            places.append(later)
        return places

    def _names_for(self, place: int, label: str, count: int) -> tuple[list[str], str] | None:
        """As many names as there are quantities, from the words before 分别 or the part of the sentence before them."""
        begins = opening(self._text, self._stated, place)
        near = max(0, begins - 2 * NEAR)
        sentence = max(near, *(self._text.rfind(mark, near, begins) + 1 for mark in "。；\n"))
        for segment in [label, *reversed(re.split("[，：:]", self._text[sentence:begins]))]:
            if expanded := _RANGE.search(segment):
                numerals = "一二三四五六七八九"
                ends_at = numerals.index(expanded[1]), numerals.index(expanded[2])
                names = [n + expanded[3] for n in numerals[ends_at[0] : ends_at[1] + 1]]
                if len(names) == count:
                    return names, noun(segment[: expanded.start()])
            names = AND.split(segment.rstrip("，"))
            if len(names) == count:
                return cleaned(names)
        return None

    def _leads(self, total: int, first: Item) -> bool:
        """Does nothing but parts of the same total stand between a total and a list? 名师60名、班主任40名、校长20名 has none.
        A list of two numbers each has two totals before it."""
        listed = first.place == total + 1 and self._text.startswith("、", self._stated[total].end)
        two = first.place + 1 < len(self._items) and self._items[first.place + 1].column == 1
        return not listed and all(place in self._parts for place in range(total + 1 + two, first.place))

    def _label(self, item: Item) -> str:
        return self._text[item.start : self._stated[item.place].start].lstrip("、，及和与")

    def _alike(self, one: int, other: int) -> bool:
        return alike(self._stated[one].unit, self._stated[other].unit)


def _of_one_kind(parts: Sequence[Part]) -> tuple[Part, ...]:
    """The parts, what only ends like a stage beside names of another kind one of those: 一中, 二中, 实验高中."""
    if all(p.kind is PartKind.STAGE for p in parts):
        return tuple(parts)
    return tuple(
        replace(p, kind=PartKind.OTHER) if p.kind is PartKind.STAGE and not begins_stage(p.name) else p for p in parts
    )
