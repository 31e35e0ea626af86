"""From what a person typed to what they ask: which clause, which number, which words carry the meaning."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from functools import cache
from pathlib import Path

from knowledge.danger import in_danger
from knowledge.errors import QuestionError
from knowledge.lexicon import CLOSENESS, Lexicon
from knowledge.model import Quantity, Question, Term, Wants
from knowledge.numerals import MONEY, UNITS, number, quantities
from knowledge.store import Store
from knowledge.terms import HOW_MANY, find_terms
from knowledge.wording import HAN, bigrams, fold, substrings

LONGEST = 1000
_NUM = r"[零〇一二三四五六七八九十百两\d]+"
_UNIT = "|".join(map(re.escape, UNITS))

_REFS = [
    re.compile(rf"(?<!倒数)第\s?(?P<n>{_NUM})\s?条"),
    re.compile(rf"(?P<back>倒数)第?\s?(?P<n>{_NUM})\s?条"),
    re.compile(r"(?P<last>最[后末]一?条|末条)"),
    re.compile(rf"^\W*(?:/?clause|/?条款?|no\.?|第)\s*(?P<n>-?{_NUM})\W*$"),
    re.compile(rf"^[\s(（\[【]*(?P<n>-?{_NUM})[\s)）\]】.、。?!]*(?:条款?)?[\s?。!]*$"),
    re.compile(r"(?:^|[^\d.])(?P<n>\d{1,3})条(?![\u4e00-\u9fff]{0,2}(?:措施|意见|建议))"),
]
_CHAPTER = re.compile(rf"第\s?(?P<n>{_NUM})\s?(?:大?部分|章|篇|大块|大项|大点|板块)|(?P<last>最后一(?:个?部分|章|篇))")

# What the answer is to be.
_MONEY = re.compile(r"钱|资金|经费|预算|拨款|花费|投资|投入|花多少|砸")
_WITHOUT = re.compile(r"除(?:了|去|掉)?[^，。]{1,8}?(?:以外|之外|外)|不[算含包][^，。]{1,8}|去掉|扣掉|扣除|减去|刨去")
_PORTION = re.compile(
    r"占比|占[^，。]{0,8}(?:比例|百分|几成|多大|比重|几分之)|(?:比例|比重|百分比)是?(?:多少|多大|几)|百分之几|几成"
)
_YEAR = re.compile(r"(?<!\d)(20\d\d)(?!\d)(?=年|学年|年度|$|的)")
_RATE = re.compile(r"百分|比例|比率|率(?:是|降|提|达|能|有|多)|几成|占比")
_DATES = re.compile(r"什么时候|啥时候|何时|几时|几号|哪天|几月")
_MEANING = re.compile(
    r"[是为干做][啥谁]|是什么|[啥什么][意数]|指|哪[一]?条|哪里|在哪|出处|干什么|干嘛|做什么|说的|评的|提到|对应|怎么来的|来源|用来|用在|拿来|拿去"
)
_MOST = re.compile(r"最多|最大|最高|哪个[^，。]{0,8}多|谁[^，。]{0,6}多|哪[个家里区边头][^，。]{0,8}(?:多|大)")
_LEAST = re.compile(r"最少|最小|最低|哪[个家里区边头][^，。]{0,8}少|谁[^，。]{0,6}少")
_COMPARE = re.compile(r"多多少|少多少|多几|少几|差多少|差几|相差|差距|比[^，。]{1,10}(?:多|少)")
_SUM = re.compile(r"加起来|加上|相加|合计|合起来|加一起|(?<![参增附更施])加(?![大强快入以班油深])|之和|总和")
# The first that fits: what is left of a total, a share of it, a difference, the most, the least, a sum.
_COMPUTED = [
    (_WITHOUT, Wants.WITHOUT),
    (_PORTION, Wants.SHARE),
    (_COMPARE, Wants.COMPARE),
    (_MOST, Wants.MOST),
    (_LEAST, Wants.LEAST),
    (_SUM, Wants.SUM),
]
_LISTS = re.compile(
    r"有?哪些|都有?(?:啥|什么)|有(?:啥|什么)|包括|分别|列出|清单|都要?做|哪几|讲(?:了)?(?:些)?(?:什么|啥)|说(?:了)?(?:些)?(?:什么|啥)|内容|几条"
)

_AREA_ENDS = ("区", "市", "县", "镇", "街道")
# From so many characters on a question may begin with a story; what is told there counts less than what is asked.
_LONG, _STORY = 45, 0.3
_OPENING = re.compile("请问|想问|问问|问一[声下句]|想知道|想了解|想请教|弄清楚|弄明白|打听|就想")
# 一个 asks for nothing unless little else is said.
_FEW = 6
_SHORT = 10


def understand(text: str, store: Store, lexicon: Lexicon) -> Question:
    """The question that a person typed, as far as words tell.

    Raises QuestionError where nothing is asked or more than LONGEST characters are.
    """
    plain = re.sub(rf"[^{HAN}a-z0-9.,，。、;；?？!！%‰()（）/+\- ]", " ", fold(text))
    plain = re.sub(" +", " ", plain).strip()
    if not re.search(rf"[{HAN}a-z0-9]", plain):
        if any(c.isalpha() for c in text):
            raise QuestionError("请用中文来问，比如“今年新增多少学位？”")
        raise QuestionError("请写一句想问的话，比如“今年新增多少学位？”")
    if len(plain) > LONGEST:
        raise QuestionError(f"问题太长了（{len(plain)} 个字），请用一两句话来问。")
    story, asked = _asked(plain)
    stated = tuple(_stated(asked))
    refs = tuple(_refs(plain, store))
    wants, units = _wants(asked, stated)
    parts, rest = _parts(_without(asked, stated), store)
    terms = tuple(find_terms(rest, store, lexicon))
    if story:
        told = find_terms(story, store, lexicon)
        terms += tuple(replace(t, weight=_STORY * t.weight) for t in told if t.text not in asked)
    parts = tuple(dict.fromkeys([*parts, *_meant_parts(terms, store)]))
    if wants is Wants.WITHOUT and not parts:
        wants = Wants.FIGURE if HOW_MANY.search(asked) else Wants.CLAUSE
    asks = tuple(p for p in re.split("[,，。;；?？!！]", asked) if HOW_MANY.search(p))
    chapter = _chapter(plain, store)
    return Question(
        text=text,
        plain=plain,
        wants=wants,
        terms=terms,
        parts=parts,
        stated=stated,
        units=units,
        refs=refs,
        chapter=chapter,
        asks=asks,
        doubtful=len(asked) > _SHORT and bool(asks) and _is_doubtful(asks),
        danger=in_danger(plain),
        elsewhere=tuple(_elsewhere(asked, store)),
        lists=bool(_LISTS.search(plain)),
    )


def _elsewhere(asked: str, store: Store) -> Iterator[str]:
    """The years and places that a question names and that no plan at hand is about or mentions."""
    years = {str(year) for year in store.years()}
    for year in dict.fromkeys(_YEAR.findall(asked)):
        if year not in years and not store.spread([year], "text"):
            yield f"{year}年"
    named = [p for p in _places() if p in asked]
    pairs = [b for p in named for b in bigrams(p)]
    held = store.spread(pairs, "text").keys() | store.spread(pairs, "plan").keys()
    yield from (p for p in named if not held.issuperset(bigrams(p)))


@cache
def _places() -> tuple[str, ...]:
    return tuple(Path(__file__).with_name("places.txt").read_text(encoding="utf8").split())


def _is_doubtful(asks: Iterable[str]) -> bool:
    """May every 几 of these mean some? 好几年, 几个老师在说, 能抵几门课不."""
    some = re.compile(rf"好几|^\s?几(?:{_UNIT})[{HAN}]{{4}}|几(?:{_UNIT})[{HAN}]{{3,}}|几(?:{_UNIT})[{HAN}]{{1,3}}不$")
    return all(some.search(a) and not re.search("多少|百分之几|几倍|数量|总数", a) for a in asks)


def _asked(plain: str) -> tuple[str, str]:
    """What a long question tells first, and what it asks: from its 请问 on, else its last two parts."""
    breaks = [m.end() for m in re.finditer("[,，。;；!！ ]", plain)]
    if len(plain) < _LONG or len(breaks) < 3:
        return "", plain
    opening = [m.start() for m in _OPENING.finditer(plain)]
    start = (
        opening[-1]
        if opening and len(plain) - opening[-1] > _FEW
        else breaks[-2]
        if breaks[-1] < len(plain)
        else breaks[-3]
    )
    return plain[:start], plain[start:]


def _stated(plain: str) -> Iterator[Quantity]:
    """The numbers that the question itself names: 57个, 1.5亿, 16500. A year or 第三 is none."""
    for q in quantities(plain):
        bare = not q.unit and re.fullmatch(
            r"\d[\d,.]*[万亿]*|(?!.*[十百千][十百千])(?=.*[一二三四五六七八九两])[一二三四五六七八九十百千万亿零两]{3,}",
            q.raw.strip(),
        )
        ordinal = plain[: q.start].endswith(("第", "20", "-")) or re.match("年|月|号|条|章|部分", plain[q.end :])
        dated = q.unit in {"年", "日"} and q.value > 100
        counted = not q.raw[0].isdigit() and q.value < 10 and len(plain) - len(q.raw) > _FEW  # 坐一个班, 三班倒
        if ordinal or dated or counted or q.value == 0:
            continue
        if not q.label or (bare and (q.value >= 10 or "." in q.raw)) or (q.unit and q.raw[0].isdigit()):
            yield q


def _refs(plain: str, store: Store) -> Iterator[int]:
    plan = store.plan()
    last = store.last_ref(plan.title) if plan else 0
    for pattern in _REFS:
        for found in pattern.finditer(plain):
            groups = found.groupdict()
            if groups.get("last"):
                yield last
                continue
            value = -1 if groups["n"].startswith("-") else number(groups["n"])
            if value is not None:
                yield last + 1 - int(value) if groups.get("back") else int(value)
        if pattern.search(plain):
            return


def _chapter(plain: str, store: Store) -> int | None:
    found = _CHAPTER.search(plain)
    if not found:
        return None
    if found["last"]:
        plan = store.plan()
        return len(plan.chapters) if plan else None
    value = number(found["n"])
    return None if value is None else int(value)


def _wants(plain: str, stated: tuple[Quantity, ...]) -> tuple[Wants, tuple[str, ...]]:
    """What is asked for and, where it is a number, the units that the answer may have (empty: any)."""
    asked = list(HOW_MANY.finditer(plain))
    for pattern, wants in _COMPUTED:
        if pattern.search(plain):
            return wants, _units(plain, asked) if wants is not Wants.SHARE else ()
    if stated and (not asked or _MEANING.search(plain)):
        return Wants.MEANING, ()
    units = _units(plain, asked)
    return (Wants.FIGURE if asked or units else Wants.CLAUSE), units


def _units(plain: str, asked: list[re.Match[str]]) -> tuple[str, ...]:
    units = tuple(u for m in asked if (u := m["unit"] or m["unit2"]))
    if asked and _MONEY.search(plain) and not set(units) - MONEY:
        return tuple(sorted(MONEY))
    if _RATE.search(plain) and (asked or "率" in plain) and not _DATES.search(plain):
        return ("%",)
    return units


def _without(plain: str, stated: Iterable[Quantity]) -> str:
    for q in stated:
        plain = plain[: q.start] + " " * (q.end - q.start) + plain[q.end :]
    return plain


def _parts(body: str, store: Store) -> tuple[tuple[str, ...], str]:
    """The parts of splits that the question names (武进 → 武进区), and the question without them."""
    names = substrings(body)
    full = {n: n for n in names} | {n + end: n for n in names for end in _AREA_ENDS}
    kinds = store.parts(full)
    found: list[tuple[int, str]] = []
    for part in sorted(kinds, key=len, reverse=True):
        said = full[part]
        for place in re.finditer(re.escape(said), body):
            found.append((place.start(), part))
            if kinds[part] == "area":
                body = body[: place.start()] + " " * len(said) + body[place.end() :]
    inside = [p for _, p in sorted(found)]
    return tuple(dict.fromkeys(inside)), body


def _meant_parts(terms: Iterable[Term], store: Store) -> list[str]:
    """The parts of splits that a question means by other words: 溧杨 for 溧阳市, 托儿所 for 幼儿园."""
    names = [official for t in terms for official, near in t.others if near >= CLOSENESS["part"]]
    return list(store.parts([name + end for name in names for end in ("", *_AREA_ENDS)]))
