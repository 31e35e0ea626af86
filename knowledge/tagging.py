"""From a text to its spans in one pass: everything that a question may hold, the longest match first.

What the table of phrases lists (how something is asked), what the index knows (its words and the parts of its splits),
what the lexicon knows (everyday expressions), numbers, references and the words of everyday Chinese all compete for the
same characters. The fewest and longest win: 参加 and 增加 are longer than the 加 that adds, 哪个区最多 is no 最多.
"""

import re
from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

from knowledge.bank import MEANT, shipped
from knowledge.lexicon import Entry, Lexicon, splits_word
from knowledge.mentions import mentions
from knowledge.model import Part, PartKind, Term
from knowledge.numerals import UNITS, UNITS_SAID, quantities
from knowledge.references import references
from knowledge.spans import Span
from knowledge.spelling import RESPELT, misspelt
from knowledge.store import Store
from knowledge.table import grades, levels, phrases, places, stages
from knowledge.weighing import ASKING, weighed
from knowledge.wording import HAN, bigrams, substrings

_LONGEST = 8
# A character left over costs more than a span does; of spans that are as long, the kind that comes first here wins.
_ORPHAN, _PER_KIND, _PER_CHARACTER = 1.5, 0.02, 0.05
_ORDER = ("ref", "year", "number", "part", "phrase", "word", "place", "everyday")
# Whether or not: 停不停课, 免不免钱, 来没来.
_EITHER = re.compile("([一-龥])[不没]\\1")
# What is not of a kind, where its number is asked: 没被集团覆盖的有几所.
_NOT = re.compile(rf"(?:没有?|尚未|不是|不属于)[被得]?(?=[{HAN}]{{2,8}}的[{HAN}]{{0,4}}(?:几|多少))")
# 几个点 asks for places (托管点) unless something moves by them: 降几个点.
_POINTS = "个点"
_UNITS = "|".join(map(re.escape, sorted({*UNITS, *UNITS_SAID} - {_POINTS}, key=len, reverse=True)))
_FEW = "(?:[一二两俩三四五六七八九十]|\\d{1,2})"
_SOME = "(?:几|\\d{1,2}|[两二三四五六七八九十]+)"
# A number that bounds: 过两千的, 六百以上的.
_BOUND = "[零一二两三四五六七八九十百千万亿\\d]{2,}"
_BOUNDED = re.compile(rf"(?:过|上|满|到|于|足){_BOUND}|{_BOUND}(?:以上|以下|往上|往下)")
_OVER = re.compile(rf"(?<![{HAN}])[过上满](?={_BOUND})")
_COUNT = re.compile(
    rf"(?:(?<![好没头那这])几(?!十)多?|多少|(?<=有)好多|好多(?=[呢啊哦嘛的]*(?:[,，。?？!！ ]|$)))(?:[十百千万亿]*(?!位[子置]|名[额单]|家长)(?:{_UNITS}))?(?:了(?![{HAN}]))?"
)
# What is asked for together with a number: 前三名, 第二少的, 哪两所, 四个县.
_COUNTED = {
    "asks.figure": _COUNT,
    "asks.percent": re.compile(rf"(?<=[降升提涨跌高低])了?(?:几|多少){_POINTS}"),
    "ops.top": re.compile(rf"前{_FEW}[名位个家所]?"),
    "ops.bottom": re.compile(rf"(?:倒数|末尾|最后){_FEW}[名位个家所]"),
    "ops.rank": re.compile(
        rf"第[二三四五](?=[呢嘞咧哩？?]*$)|排名?在?第{_FEW}[名位]?的?|第{_FEW}[名位多少高低大小]的?"
    ),
    # 另外两类, 剩下几个: parts that were not shown.
    "ops.rest": re.compile(
        "(?:另外|其[他它余]|[剩余]下|剩余|别的)的?(?:[两二三四五六七八九]|几)(?:[个类种块项样家所处场名条座间组县区市片镇]|(?=加|一共))"
    ),
    "ops.sum": re.compile("一起(?=[有是]?(?:几|多少))"),
    "ops.most": re.compile("最(?:[多高大长贵足密宽厚猛凶旺狠强重满阔富挤热]|集中|吃香|紧俏)的?"),
    "ops.least": re.compile("最(?:[少低小短薄窄慢弱稀轻浅松]|便宜|冷清)的?"),
    "ops.difference": re.compile(
        rf"(?:[多少高低长短差][出了]?|(?<![至最])[多少][招派建开给加收办设配投拿分])(?:几|多少)[十百千万亿]*(?:{_UNITS})?"
    ),
    "asks.roll": re.compile(rf"哪{_SOME}[所家位人名]|是谁(?=[呢啊呀]?(?:[,，。?？!！ ]|$))"),
    "asks.names": re.compile(rf"哪{_SOME}[个项门类种课条级样]"),
    "by.area": re.compile(rf"哪?(?!一){_FEW}个?(?:辖市区|县市区|县市|区县|市区|区|县|镇街|镇|街道|地方)"),
    "by.stage": re.compile(rf"(?!一){_FEW}个?学段"),
    "joins.both": re.compile("、"),
}
# Latin words, codes like 7+1, dates: words of the subject, to be found as they stand.
_VERBATIM = re.compile(
    r"[a-z]+(?:[+\-][a-z0-9]+)*|\d+(?:\+[\da-z]+)+|\d{1,2}:\d\d|\d{1,2}月(?:\d{1,2}[日号]|底|初|中旬|上旬|下旬|份)?(?:之?前|以前)?"
)
# 初中占多少所 asks for a number, and for no share.
_MAKES_UP = re.compile("占了?(?:多少|几)(?:[所人名位家间处套辆台场门项座]|个(?!百分|点))")
_WHICH = re.compile("[哪各每]个?[区县镇乡校园]")
_GRADE = re.compile("[一二三四五六七八九]年级")
_SPOKEN = re.compile(f"[{HAN}a-z0-9、]")
_CODE = re.compile(r"[a-z]{3,}[a-z ./:;(){}=<>]{25,}")
_BARE = re.compile(
    r"\d[\d,.]*[十百千万亿]*|[一二三四五六七八九两]万|(?=.*[一二三四五六七八九两])(?:[一二三四五六七八九两零]|[十百千万亿点](?![十百千])){3,}"
)
# How near an expression has to come to what it means to be taken for the name of a part.
_SURE = 0.9
# In a question of no more characters a small numeral is what is asked about, and a lone character may be a lost word.
_SHORT = 14


def tag(text: str, store: Store, lexicon: Lexicon, *, scoped: bool = True) -> list[Span]:
    """The spans of a folded question in reading order; characters that nobody knows are left out. Where it is not `scoped`
    the names of plans are words like any other.

    1. what may stand there  2. the fewest and longest of these  3. what is left over may be misspelt  4. how much each tells
    """
    text = _CODE.sub(lambda m: " " * len(m[0]), text) if re.search(f"[{HAN}]", text) else text
    pieces = substrings(text, 1, _LONGEST)
    ours = store.spread(substrings(written(text, store), 1, _LONGEST), "words")
    everyday = store.words(p for p in pieces if len(p) <= 4)
    expressions = list(_expressions(text, pieces, ours, store, lexicon))  # 1
    named = [m for m in mentions(text, store.listed()) if scoped or not m.titles]
    fixed = [
        Span(m.start, m.end, text[m.start : m.end], m.kind, years=m.years, span=m.span, titles=m.titles) for m in named
    ]
    may_stand = [*expressions, *_candidates(text, pieces, ours, everyday, store), *fixed]
    spans = _fewest(text, [s for s in may_stand if not (s.text[-1] in "生师" and text.startswith("均", s.end))])  # 2
    spans += [replace(s, end=s.start) for s in expressions if "…" in s.text]  # 挂…骂 leaves what stands between
    spans = _respelt(text, [*spans, *_unknown(text, spans)], ours, everyday, store)  # 3
    spans = list(_negated(_meant_parts(spans, store)))
    return list(weighed(text, spans, everyday, store))  # 4


def written(text: str, store: Store) -> str:
    """The text cut between any two characters that stand beside each other in no clause: no word of the clauses lies over it."""
    held = store.spread(bigrams(text), "text")
    pairs = zip(text, f"{text[1:]} ", strict=False)
    return "".join(c if c.isascii() or c + behind in held else f"{c} " for c, behind in pairs)


def _fewest(text: str, candidates: Iterable[Span]) -> list[Span]:
    """The spans that cover most of a text with the fewest, of equal covers the one of the stronger kinds.

    其中小学 is 其中 and 小学, since 中小学 would leave 其 over.
    """
    ending: dict[int, list[Span]] = {}
    for span in (s for s in candidates if "…" not in s.text):
        ending.setdefault(span.end, []).append(span)
    cost, last = (
        [0.0],
        list[Span | None](),
    )  # of the text up to each character: the least cost, and the span it ends with
    for end in range(1, len(text) + 1):
        least, chosen = cost[end - 1] + (_ORPHAN if _SPOKEN.match(text[end - 1]) else 0.0), None
        for span in ending.get(end, ()):
            if (costs := cost[span.start] + _cost(span)) < least:
                least, chosen = costs, span
        cost.append(least)
        last.append(chosen)
    spans, end = [], len(text)
    while end > 0:
        before = last[end - 1]
        if before is not None:
            spans.append(before)
        end = end - 1 if before is None else before.start
    return spans[::-1]


def _cost(span: Span) -> float:
    kind = "year" if span.years or span.span else "phrase" if "." in span.kind else span.kind
    return 1.0 + _PER_KIND * _ORDER.index(kind) - _PER_CHARACTER * (span.end - span.start)


# --- what may stand there


def _candidates(
    text: str, pieces: Sequence[str], ours: Mapping[str, int], everyday: Mapping[str, int], store: Store
) -> Iterator[Span]:
    yield from (Span(*m.span(), m[0], "ops.above") for m in _OVER.finditer(text))
    yield from (Span(a, b, text[a:b], "ref", refs=refs) for a, b, refs in references(text))
    yield from _numbers(text)
    yield from (Span(*m.span(), m[0], "word", Term(m[0], 0.0, known=True)) for m in _VERBATIM.finditer(text))
    yield from (Span(*m.span(), m[0], "ops.not") for m in _NOT.finditer(text))
    yield from (Span(*m.span(), m[0], "asks.figure") for m in _MAKES_UP.finditer(text))
    yield from (Span(*m.span(), m[0], "asks.yesno") for m in _EITHER.finditer(text))
    for piece in _averages(pieces, ours, store):
        term = Term(piece, 0.0, known=True)
        yield from (Span(a, a + len(piece), piece, "word", term) for a in _places_of(piece, text))
    parts, split_levels, graded = store.parts, store.levels(), _graded(text)
    which = [m.span() for m in _WHICH.finditer(text)]
    for piece in pieces:
        kinds = [phrases().get(piece), "place" if piece in places() else None]
        level = piece not in phrases() and not split_levels.isdisjoint(levels().get(piece, ()))
        kinds += ["part" if level or piece in parts or piece in stages() else None]
        if len(piece) > 1 and (piece in ours or (piece in everyday and not _is_cut(piece, text))):
            kinds.append("word" if piece in ours else "everyday")
        for kind in filter(None, kinds):
            part = _part(piece, parts.get(piece, [])) if kind == "part" else None
            term = Term(piece, 0.0, known=piece in ours)
            kept = graded if piece in everyday else [*graded, *which]  # 镇减, cut out of 甲镇减4个
            starts = (a for a in _places_of(piece, text) if not _cuts(a, a + len(piece), kept))
            starts = (a for a in starts if len(piece) > 1 or kind != "part" or _is_listed(a, text))
            yield from (Span(a, a + len(piece), piece, kind, term, part) for a in starts)
    yield from (Span(*m.span(), m[0], kind) for kind, pattern in _COUNTED.items() for m in pattern.finditer(text))


def _averages(pieces: Iterable[str], ours: Mapping[str, int], store: Store) -> Iterable[str]:
    """The averages that a clause states itself, which nothing is to be computed for: 平均班额."""
    said = [p for p in pieces if p.startswith("平均") and len(p) > 3 and p[2:] in ours]
    return store.holding(said) if said else ()


def _graded(text: str) -> list[tuple[int, int]]:
    """Where grades are named, which no other word is cut across: 级新生 of 七年级新生."""
    return [m.span() for m in _GRADE.finditer(text)]


def _cuts(start: int, end: int, stretches: Iterable[tuple[int, int]]) -> bool:
    """Does it hold a part of one of these and stand out of it?"""
    return any(a < start < b < end or start < a < end < b for a, b in stretches)


def _is_listed(place: int, text: str) -> bool:
    """Does a lone character stand in a list: 中央、省、市各出多少?"""
    return bool({text[place - 1 : place], text[place + 1 : place + 2]} & set("、和与跟及"))


def _is_cut(piece: str, text: str) -> bool:
    """Does it ask, or is it cut out of what does: 大面积 of 多大面积, 支队 of 几支队, 一个班 of 一个 班?"""
    counted = piece[0] in UNITS and re.search(f"(?:几|多少){piece}", text)
    asked = piece[0] in "少大长高久" and f"多{piece}" in text
    numeral = piece[-1] in "一两" and re.search(f"{piece}个?(?:学期|学年|年|月|天|次|趟|节|所)", text)  # 坐一学期
    return bool(ASKING.search(piece) or counted or asked or numeral or piece.startswith("一个"))


def _expressions(
    text: str, pieces: Iterable[str], ours: Iterable[str], store: Store, lexicon: Lexicon
) -> Iterator[Span]:
    """The everyday expressions of a text.

    One that would cut a word of the clauses or a question word in two is none: 新增学位 holds no 增学位. Nor is one that
    holds the name of a stage, or one that means nothing to the clauses but holds a word of theirs.
    """
    graded = _graded(text)
    words = [(start, start + len(word)) for word in ours if len(word) > 1 for start in _places_of(word, text)]
    words = [(a, b) for a, b in words if not _cuts(a, b, graded)]
    asked = [m.span() for m in _COUNT.finditer(text)]
    known = shipped().expressions
    told = {p: known[p] for p in pieces if p in known}
    same = {p: [name for name in grades()[p] if name != p] for p in pieces if p in grades()}
    ours_too = store.holding({name for names in same.values() for name in names}) if same else {}
    told |= {p: (*filter(ours_too.get, names), *told.get(p, ())) for p, names in same.items()}
    found = [
        *lexicon.find(text),
        *(
            (a, a + len(e), Entry(e, tuple((w, 1.0 if w in grades() else MEANT) for w in official)))
            for e, official in told.items()
            for a in _places_of(e, text)
            if not splits_word(text, a, a + len(e))
        ),
    ]
    meant = store.holding({w for *_, entry in found for official, _ in entry.official for w in official.split()})
    for start, end, entry in found:
        said = text[start:end]
        cut = _cuts(start, end, [*words, *asked])
        staged = said not in stages() and any(stage in said for stage in stages())
        held = any(all(word in meant for word in official.split()) for official, _ in entry.official)
        inside = any(start <= a and b <= end for a, b in words)
        if not (cut or staged or ASKING.search(said) or (inside and not held)):
            yield Span(start, end, entry.everyday, "word", Term(entry.everyday, 0.0, known=True, others=entry.official))


def _places_of(piece: str, text: str) -> Iterator[int]:
    start = text.find(piece)
    while start >= 0:
        yield start
        start = text.find(piece, start + 1)


def _part(name: str, parts: list[tuple[str, str]], said: str = "") -> Part:
    alike = stages().get(name) or (() if parts else levels().get(name, ()))
    names = dict.fromkeys([name, *filter(None, [said]), *alike, *(other for other, _ in parts)])
    kind = PartKind.STAGE if name in stages() else min((PartKind(kind) for _, kind in parts), default=None)
    kind = kind or (PartKind.LEVEL if alike else None)
    if kind is PartKind.STAGE and len(short := name.removesuffix("学校")) > 1:
        names[short] = None  # 义务教育 of 义务教育学校
    return Part(said or name, kind, tuple(names))


def _numbers(text: str) -> Iterator[Span]:
    """The numbers that a question states itself: 57个, 1.5亿, 16500. A year is none, nor a small numeral in passing."""
    for q in quantities(text):
        digits = any(c.isdigit() for c in q.raw)
        year = 1900 <= q.value <= 2100 and q.unit in {"年", ""}
        passing = not digits and (q.value == 1 or (q.value < 10 and len(text) > _SHORT))  # 一个月多少, 这三家
        stated = (q.unit and (digits or not q.label)) or (not q.unit and _BARE.fullmatch(q.raw))
        passing = passing or (not digits and text[q.end : q.end + 1] == "了")  # 我教了十年了
        bounds = bool(_BOUNDED.search(text[max(0, q.start - 1) : q.end]))
        clock = ":" in text[max(0, q.start - 1) : q.end + 1]
        passing = passing or text[max(0, q.start - 1) : q.start] == "第"  # 第38页
        if (bounds or (stated and not year)) and not passing and not clock:
            yield Span(q.start, q.end, q.raw, "number", quantity=q)


# --- what is left over


def _unknown(text: str, spans: Iterable[Span]) -> Iterator[Span]:
    """The stretches of Chinese that nobody knows."""
    rest = list(text)
    for span in spans:
        rest[span.start : span.end] = " " * (span.end - span.start)
    for run in re.finditer(f"[{HAN}]+", "".join(rest)):
        yield Span(*run.span(), run[0], "unknown", Term(run[0], 0.0, known=False))


def _respelt(
    text: str, spans: list[Span], ours: Mapping[str, int], everyday: Mapping[str, int], store: Store
) -> list[Span]:
    """The spans with words of the clauses in the place of what may be a misspelling of them."""
    lost = {id(s): s for s in spans if _is_lost(s, text)}  # by their places in memory: a long message has hundreds
    halves = {id(s) for s in _halves(sorted(spans, key=lambda s: s.start), lost)}
    fixed = {id(s): s for s in spans if not (id(s) in lost or id(s) in halves) and (s.text in ours or _is_sure(s))}
    unknown = (i for s in spans if s.kind == "unknown" for i in range(s.start, s.end))
    edges = {e for s in spans for e in (s.start, s.end)} | set(unknown)
    found = (
        misspelt(text, [(s.start, s.end) for s in fixed.values()], edges, [s.text for s in lost.values()], store.spelt)
        if lost
        else {}
    )
    for stretch, word in found.items():
        start = text.find(stretch)
        inside = [s for s in spans if s.start < start + len(stretch) and s.end > start]
        own = len(stretch) < 3 and everyday.get(stretch, 0) > 20  # a word of its own that only sounds alike
        right = any(id(s) in fixed and s.text not in ours for s in inside)
        if not own and not right and any(id(s) in lost for s in inside):
            term = Term(stretch, 0.0, known=True, others=((word, RESPELT),))
            spans = [*(s for s in spans if s not in inside), Span(start, start + len(stretch), stretch, "word", term)]
    return sorted(spans, key=lambda s: s.start)


def _is_lost(span: Span, text: str) -> bool:
    """Does nobody know it? A word of everyday Chinese may still be a misspelling."""
    if span.kind == "unknown":
        return len(span.text) > 1 or len(text) <= _SHORT
    return span.kind == "everyday" or (span.kind == "word" and span.text.isascii())


def _halves(spans: Sequence[Span], lost: Container[int]) -> Iterator[Span]:
    """The filling characters that may be half of a misspelt word, where the question ends or asks behind them: 多少学为."""
    behind = [*spans[1:], None]
    for before, span, after in zip([None, *spans], spans, behind, strict=False):
        if span.kind == "noise.filler" and (after is None or after.kind.startswith("asks.")) and id(before) in lost:
            yield span


def _is_sure(span: Span) -> bool:
    """Is it right as it stands?"""
    return "." in span.kind or span.kind in {"part", "ref", "number"}


def _negated(spans: Iterable[Span]) -> Iterator[Span]:
    """The spans, a word joined with the 非 before it: 非学科类 is not 学科类."""
    before: Span | None = None
    for span in spans:
        if (
            before is not None
            and before.text == "非"
            and span.kind in {"word", "everyday"}
            and span.start == before.end
        ):
            text = f"非{span.text}"
            before = Span(before.start, span.end, text, span.kind, Term(text, 0.0, known=True))
            continue
        if before is not None:
            yield before
        before = span
    if before is not None:
        yield before


def _meant_parts(spans: list[Span], store: Store) -> Iterator[Span]:
    """The spans, those that mean a part of a split by another word made one: 溧杨 for 溧阳市, 幼稚园 for 幼儿园."""
    sure = {s: [o for o, near in s.term.others if near >= _SURE] for s in spans if s.kind == "word" and s.term}
    for span in spans:
        name = next((n for n in sure.get(span, ()) if n in store.parts or n in stages()), None)
        yield replace(span, kind="part", part=_part(name, store.parts.get(name, []), span.text)) if name else span
