"""From a text to its spans in one pass: everything that a question may hold, the longest match first.

What the table of phrases lists (how something is asked), what the index knows (its words and the parts of its splits),
what the lexicon knows (everyday expressions), numbers, references and the words of everyday Chinese all compete for the
same characters. The longest wins: 参加 and 增加 are longer than the 加 that adds, 哪个区最多 is no 最多.
"""

import re
import tomllib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from functools import cache
from math import log
from pathlib import Path

from knowledge.lexicon import Lexicon
from knowledge.model import Part, PartKind, Quantity, Ref, Term
from knowledge.numerals import UNITS, UNITS_SAID, number, quantities
from knowledge.spelling import stretches
from knowledge.store import Store
from knowledge.wording import HAN, substrings

_TABLE = Path(__file__).with_name("phrases.toml")
_PLACES = Path(__file__).with_name("places.txt")
_LONGEST = 8
# A character left over costs more than a span does; of spans that are as long, the kind that comes first here wins.
_ORPHAN = 1.5
_ORDER = ("ref", "number", "part", "phrase", "word", "place", "everyday", "rare")
# A word of everyday Chinese that is no more frequent than this is rather two words that touch: 点收 of 托管点收费.
_RARE, _UNLIKELY = 100, 0.4
_LATIN = re.compile(r"[a-z]+(?:[+\-][a-z0-9]+)*|\d+(?:\+[\da-z]+)+")
_DATE = re.compile(r"\d{1,2}月(?:\d{1,2}[日号]|底|初|中旬|上旬|下旬|份)?(?:之?前|以前)?")
_UNITS = "|".join(map(re.escape, [*UNITS, *UNITS_SAID]))
_COUNT = re.compile(rf"(?:几多?|多少)(?:{_UNITS})?")
# 一个月, 每名: for each one, no number of its own.
_EACH = re.compile("[一每](?:个|间|所|名|人|位|家|次|天|年|月|周|学期|顿|餐|套|门|回|趟|生|户|节|班)(?!级|制|贯|季|期)")
_SEVERAL = re.compile(r"(?:[两二三四五六七八九]|十[一二三四五六七八九]?|\d{1,2})个?(?:学段|辖市区|县市区|县市|区县|市区|区|县|镇街|镇|街道|地方)")
# What is asked for together with a number: 前三名, 第二少的, 哪两所.
_COUNTED = {
    "ops.top": re.compile(r"前(?:[一二两俩三四五六七八九十]|\d{1,2})(?:名|位|个|家|所)?"),
    "ops.bottom": re.compile(r"(?:倒数|末尾|最后)(?:[一二两俩三四五六七八九十]|\d{1,2})(?:名|位|个|家|所)"),
    "ops.rank": re.compile(r"(?:排名?(?:在)?)?第(?:[一二三四五六七八九十]|\d{1,2})(?:名|位|多|少|高|低|大|小)的?|排第(?:[一二三四五六七八九十]|\d{1,2})的?"),
    "ops.difference": re.compile(rf"(?:多|少|高|低|长|短|差)(?:出|了)?(?:几|多少)(?:{_UNITS})?"),
    "asks.roll": re.compile(r"哪(?:几|\d{1,2}|[两二三四五六七八九十]+)(?:所|家|位|人|名)"),
    "asks.names": re.compile(r"哪(?:几|\d{1,2}|[两二三四五六七八九十]+)(?:个|项|门|类|种|课|条|级|样)"),
}
_ASKING = re.compile("[几哪谁啥咋吗]|多少|怎么|怎样|什么|能不能|会不会|有没有|是不是|要不要")
_CODE = re.compile(r"[a-z]{3,}[a-z ./:;(){}=<>]{25,}")
# How near a misspelt word comes to the right one; where it is a word of its own that only sounds alike, the rest.
_RESPELT, _OWN_WORD = 0.9, 20
# How near the words that begin with a single character come to it.
_BEGUN = 0.7
# How near an expression has to come to what it means to be taken for the name of a part.
_SURE = 0.9
# From so many characters on a question is looked at for single lost characters.
_SHORT = 14


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of a folded question, [start, end), of one kind: ref, number, part, place, word (it carries meaning),
    unknown (no one knows it), or a line of the table of phrases (asks.figure, ops.sum …)."""

    start: int
    end: int
    text: str
    kind: str
    term: Term | None = None
    part: Part | None = None
    quantity: Quantity | None = None
    refs: tuple[Ref, ...] = ()


def tag(text: str, store: Store, lexicon: Lexicon) -> list[Span]:
    """The spans of a folded question in reading order; characters that nobody knows are left out.

    1. what may stand there  2. the fewest and longest of these  3. what is left over may be misspelt  4. how much each tells
    """
    text = _CODE.sub(lambda m: " " * len(m[0]), text) if re.search(f"[{HAN}]", text) else text
    pieces = substrings(text, 1, _LONGEST)
    ours = store.spread(pieces, "words")
    everyday = store.words(p for p in pieces if len(p) <= 4)
    expressions = list(_expressions(text, ours, store, lexicon))
    spans = _fewest(text, [*_candidates(text, pieces, ours, everyday, store), *expressions])  # 1 2
    spans += [replace(s, end=s.start) for s in expressions if "…" in s.text]  # 挂…骂 leaves what stands between
    taken = [False] * len(text)
    for span in spans:
        taken[span.start : span.end] = [True] * (span.end - span.start)
    spans = sorted([*spans, *_unknown(text, taken)], key=lambda s: s.start)
    spans = _respelt(text, spans, ours, everyday, store)  # 3
    return list(_weighed(_meant_parts(_verbs(spans, store), store), ours, everyday, store))  # 4


def _fewest(text: str, candidates: Iterable[Span]) -> list[Span]:
    """The spans that cover most of a text with the fewest, of equal covers the one of the stronger kinds.

    其中小学 is 其中 and 小学, since 中小学 would leave 其 over.
    """
    ending: dict[int, list[Span]] = {}
    for span in (s for s in candidates if "…" not in s.text):
        ending.setdefault(span.end, []).append(span)
    best: list[tuple[float, tuple[Span, ...]]] = [(0.0, ())]
    for end in range(1, len(text) + 1):
        left_over = _ORPHAN if re.match(f"[{HAN}a-z0-9]", text[end - 1]) else 0.0
        found = (best[end - 1][0] + left_over, best[end - 1][1])
        for span in ending.get(end, ()):
            cost, before = best[span.start]
            if cost + _cost(span) < found[0]:
                found = (cost + _cost(span), (*before, span))
        best.append(found)
    return list(best[-1][1])


def _cost(span: Span) -> float:
    if span.text == "、":
        return -0.01
    kind = "phrase" if "." in span.kind else span.kind
    return 1.0 + 0.02 * _ORDER.index(kind) - 0.05 * (span.end - span.start) + _UNLIKELY * (kind == "rare")


def _candidates(
    text: str, pieces: set[str], ours: dict[str, int], everyday: dict[str, int], store: Store
) -> Iterator[Span]:
    yield from references(text)
    yield from _numbers(text)
    yield from (Span(*m.span(), m[0], "by.stage" if "段" in m[0] else "by.area") for m in _SEVERAL.finditer(text))
    yield from (Span(*m.span(), m[0], "noise.each") for m in _EACH.finditer(text))
    yield from (Span(*m.span(), m[0], "joins.both") for m in re.finditer("、", text))
    yield from (Span(*m.span(), m[0], kind) for kind, pattern in _COUNTED.items() for m in pattern.finditer(text))
    phrases, parts, known = _phrases(), store.aliases(pieces), places()
    for piece in pieces:
        kinds: list[tuple[str, Part | None]] = []
        if piece in phrases:
            kinds.append((phrases[piece], None))
        if piece in parts or piece in _stages():
            kinds.append(("part", _part(piece, parts.get(piece, []))))
        if piece in known:
            kinds.append(("place", None))
        if piece in ours and len(piece) > 1:
            kinds.append(("word", None))
        elif piece in everyday and len(piece) > 1 and not _ASKING.search(piece) and not _cuts(piece, text):
            kinds.append(("everyday" if everyday[piece] > _RARE else "rare", None))
        for kind, part in kinds:
            for start in _places_of(piece, text):
                yield Span(start, start + len(piece), piece, kind, Term(piece, 0.0, known=piece in ours), part)
    for found in [*_LATIN.finditer(text), *_DATE.finditer(text)]:
        yield Span(*found.span(), found[0], "word", Term(found[0], 0.0, known=True))
    yield from (Span(*m.span(), m[0], "asks.figure") for m in _COUNT.finditer(text))


def _expressions(text: str, ours: Iterable[str], store: Store, lexicon: Lexicon) -> Iterator[Span]:
    """The everyday expressions of a text.

    One that would cut a word of the clauses or a question word in two is none: 新增学位 holds no 增学位. Nor is one that
    holds the name of a stage, or one that means nothing to the clauses but holds a word of theirs.
    """
    words = [(start, start + len(word)) for word in ours if len(word) > 1 for start in _places_of(word, text)]
    asked = [m.span() for m in _COUNT.finditer(text)]
    found = list(lexicon.find(text))
    meant = store.holding({word for _, _, entry in found for official, _ in entry.official for word in official.split()})
    for start, end, entry in found:
        said = text[start:end]
        cut = any(a < start < b < end or start < a < end < b for a, b in [*words, *asked])
        staged = said not in _stages() and any(stage in said for stage in _stages())
        held = any(all(word in meant for word in official.split()) for official, _ in entry.official)
        inside = any(start <= a and b <= end for a, b in words)
        if not (cut or staged or _ASKING.search(said) or (inside and not held)):
            yield Span(start, end, entry.everyday, "word", Term(entry.everyday, 0.0, known=True, others=entry.official))


def _places_of(piece: str, text: str) -> Iterator[int]:
    start = text.find(piece)
    while start >= 0:
        yield start
        start = text.find(piece, start + 1)


def _cuts(piece: str, text: str) -> bool:
    """Is it the end of a question word, as 大面积 of 多大面积, or does it begin with what is counted, as 支队 of 几支队?"""
    counted = piece[0] in UNITS and re.search(f"(?:几|多少){piece}", text)
    return bool(counted) or (piece[0] in "少大长高久" and f"多{piece}" in text) or piece.startswith("一个")


@cache
def _phrases() -> dict[str, str]:
    """Each phrase of the table → its table and line: 一共 → ops.sum."""
    tables = tomllib.loads(_TABLE.read_text(encoding="utf8"))
    for name in ("stages", "hints"):  # words of the subject as well
        tables.pop(name)
    return {
        phrase: f"{table}.{name}"
        for table, lines in tables.items()
        for name, phrases in lines.items()
        for phrase in phrases.split()
    }


@cache
def _stages() -> dict[str, tuple[str, ...]]:
    """Each name of a stage of schooling → all its names: 普高 → 高中, 普通高中, 普高."""
    lines = tomllib.loads(_TABLE.read_text(encoding="utf8"))["stages"]
    return {name: tuple(names.split()) for names in lines.values() for name in names.split()}


@cache
def _hints() -> dict[str, str]:
    lines = tomllib.loads(_TABLE.read_text(encoding="utf8"))["hints"]
    return {ending: line for line, endings in lines.items() for ending in endings.split()}


def hinted(word: str) -> str | None:
    """In what a number of this is stated: 保育费 → money, 近视率 → percent; None where nothing tells."""
    return next((line for ending, line in _hints().items() if word.endswith(ending)), None)


@cache
def places() -> frozenset[str]:
    """The places of the country that a question may name."""
    return frozenset(_PLACES.read_text(encoding="utf8").split())


def _part(name: str, parts: list[tuple[str, str]], said: str = "") -> Part:
    names = dict.fromkeys([name, *_stages().get(name, ()), *(other for other, _ in parts)])
    kind = PartKind.STAGE if name in _stages() else min((PartKind(kind) for _, kind in parts), default=None)
    return Part(said or name, kind, tuple(names))


# --- references: 第七条, （三十一）, 3和4条, 14至16条, 第五部分第二条, 上一条, 翻到36

_N = r"[零〇一二三四五六七八九十百两\d]{1,12}"
_ITEM = rf"(?:第\s?)?[(（]?\s?{_N}\s?[)）]?"
_TO, _AND = r"\s?(?:到|至|[-~—–～])\s?", r"\s?(?:、|,|，|和|跟|与|及|还有|\s)\s?"
_SERIES = rf"{_ITEM}(?:条?(?:{_TO}|{_AND}){_ITEM})*"
_CHAPTER_WORD = r"(?:大?部分|章节?|篇章?|大?板块|大块|大项|大点)"
_STEPS = {"上": -1, "前": -1, "下": 1, "后": 1}
_REFERENCES = [
    re.compile(rf"第\s?(?P<chapter>{_N})\s?{_CHAPTER_WORD}的?(?:里的?)?(?:(?P<tail>最[后末]|倒数)?[那第]?(?P<n>{_N})?\s?[条点])?"),
    re.compile(rf"(?P<lastchapter>最[后末](?:一个?)?{_CHAPTER_WORD})"),
    re.compile(rf"(?P<chapter>[一二三四五六七八九十]{{1,3}})、\s?[(（](?P<n>{_N})[)）]"),
    re.compile(r"(?P<step>再?往?[上下前后]|上上|下下)(?:面|边)?(?:的|那)?一?条"),
    re.compile(rf"倒数第?\s?(?P<back>{_N})\s?条|最[后末](?P<last>一|那)?条|(?P<end>末条)"),
    re.compile(rf"(?P<series>{_SERIES})\s?条款?(?!线|航|街|路|措施|意见|建议|红线|标准|船)"),
    re.compile(rf"第\s?(?P<series>{_N})\s?[点项款](?!目)"),
    re.compile(rf"(?P<series>[(（]\s?{_N}\s?[)）](?:{_AND}[(（]\s?{_N}\s?[)）])*)"),
    re.compile(rf"(?:翻到|跳到|翻回|回到|看看?|打开|把|/?clause|no\.?|条款)\s?(?:第\s?)?(?P<series>{_N})(?=\s?(?:[号念看]|$|\W))"),
    re.compile(rf"^\W*(?P<series>-?第?\s?[(（\[【]?\s?{_N}\s?[)）\]】]?)[\s、.。?!]*(?:条款?|号)?[\s。?!]*$"),
]
# What 29条 or 3条 is followed by where it names a clause and does not count: 29条原文, 3条里, 16条讲.
_BEHIND = re.compile(r"[\s,，。;；?？!！、]|$|[原全讲说写里中是的内标那关呢吧在怎具都看发贴给第和到至还跟有调拿找翻查读念]|条")


def references(text: str) -> Iterator[Span]:
    """The clauses that a folded question names by their place.

    >>> [s.refs for s in references("3和4条还有第五部分第二条")]
    [(Ref(number=3, to=None, chapter=None, step=0), Ref(number=4, to=None, chapter=None, step=0)), (Ref(number=2, to=None, chapter=5, step=0),)]
    """
    for pattern in _REFERENCES:
        for found in pattern.finditer(text):
            groups = {k: v for k, v in found.groupdict().items() if v}
            counts = found[0].endswith("条") and "第" not in found[0] and "series" in groups
            if counts and not _BEHIND.match(text, found.end()) and not re.search(rf"{_N}\D{{1,3}}{_N}", found[0]):
                continue
            if refs := tuple(_refs(groups, found[0])):
                yield Span(*found.span(), found[0], "ref", refs=refs)


def _refs(groups: dict[str, str], said: str) -> Iterator[Ref]:
    chapter = _whole(groups["chapter"]) if "chapter" in groups else -1 if "lastchapter" in groups else None
    if chapter is not None:
        n = _whole(groups.get("n", ""))
        tail = groups.get("tail")
        yield Ref(-(n or 1) if tail and said.endswith(("条", "点")) else n, chapter=chapter)
    elif "step" in groups:
        steps = 2 if groups["step"] in {"上上", "下下"} else 1
        yield Ref(step=steps * _STEPS[groups["step"][-1]])
    elif "back" in groups:
        yield Ref(-(_whole(groups["back"]) or 1))
    elif "series" in groups:
        yield from _series(groups["series"])
    else:
        yield Ref(-1)


def _series(said: str) -> Iterator[Ref]:
    """3和4, 14至16 → its references; none where the numbers cannot be read."""
    if said.startswith("-"):
        yield Ref(0)
        return
    for item in re.split(rf"{_AND}(?=[第(（\d零〇一二三四五六七八九十百两])", said):
        ends = [_whole(n) for n in re.findall(_N, item)]
        if not ends or None in ends:
            continue
        yield Ref(ends[0], ends[1] if len(ends) > 1 and re.search(_TO, item) else None)


def _whole(text: str) -> int | None:
    value = number(text)
    return None if value is None else int(min(value, 10**9))


# --- numbers

def _numbers(text: str) -> Iterator[Span]:
    """The numbers that a question states itself: 57个, 1.5亿, 16500, 三年. A bare small numeral is none."""
    for q in quantities(text):
        bare = not q.unit and re.fullmatch(r"\d[\d,.]*[十百千万亿]*|(?!.*[十百千万][十百千])(?=.*[一二三四五六七八九两])[一二三四五六七八九两十百千万亿零点]{3,}|[一二三四五六七八九两]万", q.raw)
        one = q.value == 1 and not any(c.isdigit() for c in q.raw)  # 一个月多少, 一套: for each, not one
        year = 1900 <= q.value <= 2100 and q.unit in {"年", ""} and len(q.raw) <= 5
        if one or year:
            continue
        small = not any(c.isdigit() for c in q.raw) and q.value < 10 and len(text) > _SHORT  # 这三家, 两样
        if small:
            continue
        if bare or (q.unit and (not q.label or any(c.isdigit() for c in q.raw))):
            yield Span(q.start, q.end, q.raw, "number", quantity=q)


# --- what is left over

def _unknown(text: str, taken: list[bool]) -> Iterator[Span]:
    """The stretches of Chinese that nobody knows."""
    for run in re.finditer(f"[{HAN}]+", text):
        start = run.start()
        for place in range(run.start(), run.end() + 1):
            if place == run.end() or taken[place]:
                if place > start:
                    said = text[start:place]
                    yield Span(start, place, said, "unknown", Term(said, 0.0, known=False))
                start = place + 1


def _respelt(
    text: str, spans: list[Span], ours: dict[str, int], everyday: dict[str, int], store: Store
) -> list[Span]:
    """The spans with words of the clauses in the place of what may be a misspelling of them."""
    lost = [s for s in spans if _is_lost(s, text, everyday)]
    if not lost:
        return spans
    edges = {e for s in spans for e in (s.start, s.end)} | {i for s in spans if s.kind == "unknown" for i in range(s.start, s.end)}
    known = [(s.start, s.end) for s in spans if s not in lost and (s.text in ours or "." in s.kind or s.kind in {"part", "ref"})]
    looked_up = stretches(text, known, edges)
    found = {
        stretch: word
        for form, words in store.spelt(looked_up).items()
        for stretch in looked_up[form]
        for word in words
        # a character too many or too few is looked for only where a whole word is lost
        if form[0] != "-" or any(len(s.text) > 1 and s.text in stretch for s in lost)
    }
    for stretch in sorted(found, key=len, reverse=True):
        start = text.find(stretch)
        inside = [s for s in spans if s.start < start + len(stretch) and s.end > start]
        if start < 0 or not any(s in lost for s in inside) or any(s.kind in {"ref", "number"} or "." in s.kind for s in inside):
            continue
        if everyday.get(stretch, 0) > _OWN_WORD and len(stretch) < 3:
            continue  # a word of its own that only sounds alike
        others = ((found[stretch], _RESPELT),)
        span = Span(start, start + len(stretch), stretch, "word", Term(stretch, 0.0, known=True, others=others))
        spans = sorted([*(s for s in spans if s not in inside), span], key=lambda s: s.start)
        lost = [s for s in lost if s in spans]
    return spans


def _is_lost(span: Span, text: str, everyday: dict[str, int]) -> bool:
    """Does nobody know it? A word of everyday Chinese may still be a misspelling where it is rare."""
    if span.kind == "unknown":
        return len(span.text) > 1 or len(text) <= _SHORT
    return span.kind in {"everyday", "rare"} or (span.kind == "word" and span.text.isascii())


def _verbs(spans: list[Span], store: Store) -> list[Span]:
    """The spans, single characters that nobody knows standing for the words of the clauses that begin with them: 招 for 招聘."""
    chars = {s.text for s in spans if s.kind == "unknown" and len(s.text) == 1}
    begun = store.beginning(chars) if chars else {}
    return [
        replace(s, term=Term(s.text, 0.0, known=False, others=tuple((w, _BEGUN) for w in begun[s.text]))) if begun.get(s.text) and s.kind == "unknown" else s
        for s in spans
    ]


def _meant_parts(spans: list[Span], store: Store) -> Iterator[Span]:
    """The spans, those that mean a part of a split by another word made one: 溧杨 for 溧阳市, 托儿所 for 幼儿园."""
    meant = {o for s in spans if s.kind == "word" and s.term for o, near in s.term.others if near >= _SURE}
    parts = store.aliases(meant) if meant else {}
    for span in spans:
        names = [o for o, near in span.term.others if near >= _SURE] if span.term and span.kind == "word" else []
        name = next((n for n in names if n in parts or n in _stages()), None)
        yield replace(span, kind="part", part=_part(name, parts.get(name, []), span.text)) if name else span


# --- how much a word tells

_COMMON = ((5000, 0.15), (1500, 0.3), (0, 0.5))


def _weighed(spans: Iterable[Span], ours: dict[str, int], everyday: dict[str, int], store: Store) -> Iterator[Span]:
    """The spans that carry meaning with their weights: by how few clauses hold them or, where none does, by how rare they
    are in everyday Chinese."""
    spans = list(spans)
    said = {word for s in spans if s.term for word in (s.text, *(w for official, _ in s.term.others for w in official.split()))}
    said |= {name for s in spans if s.part for name in s.part.names}
    held, total = store.holding(w for w in said if len(w) > 1), max(store.count(), 1)
    for span in spans:
        nominal = span.kind.startswith(("asks.figure", "asks.percent", "asks.contact", "by.")) and span.term is not None and span.term.known and not _ASKING.search(span.text) and span.text[0] not in "各每按分"
        if span.term is None or ("." in span.kind and not nominal):
            yield span
            continue
        others = tuple((n, 1.0) for n in span.part.names if n != span.text) if span.part else span.term.others
        meant = [min(held.get(w, 0) for w in official.split()) for official, _ in others]
        clauses = held.get(span.text, 0) or (max if span.part else min)((n for n in meant if n), default=0)
        if clauses:
            weight = rarity(clauses, total) * (0.5 if len(span.text) == 1 else 1.0)
        elif others:
            weight = 1.0
        else:
            weight = next(w for least, w in _COMMON if everyday.get(span.text, 0) >= least) * (0.3 if span.text.isascii() else 1.0)
        term = Term(span.text, weight, known=bool(clauses), others=others)
        kind = "word" if span.kind in {"everyday", "rare", "unknown"} else span.kind
        yield Span(span.start, span.end, span.text, kind, term, span.part)


def rarity(clauses: int, total: int) -> float:
    """How much a word tells: 1 where it stands in one clause of many, near 0 where it stands in all.

    >>> [round(rarity(n, 38), 2) for n in (1, 5, 19, 38)]
    [0.84, 0.5, 0.18, 0.0]
    """
    return min(1.0, log((total + 1) / (clauses + 0.5)) / log((total + 1) / 0.8))
