"""The ledger: every quantity that a clause states, what it counts, and the splits that must add up to their totals."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from decimal import Decimal

from knowledge.model import Clause, Figure, PartKind, Quantity
from knowledge.numerals import quantities

# Ends of the stretch that can say what a number counts.
_BREAK = re.compile(r"[。；;！？!?，,：:\n（）()]")
_OF_WHICH = re.compile(r"[，,；;（(]?\s?(?:其中|分别(?:是|为)|包括|含)[：:，,]?\s?(?:包括|有)?")
_NEXT_PART = re.compile(r"[、，,]?\s?(?:以及|和|及)|[、，,]\s?")
# A lone part is a name; with a verb or a preposition in it, it is the beginning of another statement.
_NAME = re.compile("(?!.*[完应对按用在由])[\u4e00-\u9fff“”]{2,12}")
_STAGES = (
    "幼儿园|学前|小学|初中|高中|普高|中职|职高|高职|中学|高校|大学|本科|专科|研究生|义务教育|特殊教育|特教|中小学|技工"
)
_AREA = re.compile(r".*(?:市|区|县|镇|乡|街道|本级|新城|旗|州|省|村|园区)$")
# Words that announce a number without saying what it counts.
_LEAD = re.compile(
    r"^(?:到|至|自|从)?(?:20\d\d年)?(?:年底|底)?(?:其中|[，,的和及与并且其再将要拟可能]|全年|年内|本年|今年|当年|每年|计划|预计|力争|确保|争取|努力|"
    r"继续|持续|进一步|加快|积极|大力|同时|实现|同比|共计|一共|总计|共|各(?![级类地校区])|每(?![天年月人所个校]))+"
)
_VERB = re.compile(
    r"^(?:推动建成|逐步建成|实施|推进|推动|建设|创建|开展|形成|开发开设|开发|研发|研制|建立|组建|建成|打造|评选|评定|认定|挂牌|表彰|完善|培育|培养|举办|成立|"
    r"引进|配备|改造|提供|发放|支持|助力|安排|组织|编写|出台|制定|设立|开设|拥有|支付)(?=..)"
)
_REACH = re.compile(
    r"(?:占比|比例|总数|数量|规模|人数|总量)?(?:"
    r"(?:达到|增至|增加到|提高到|提升到|提高至|降至|降低到|下降到|延长至|控制在|保持在|稳定在|不低于|不少于|不超过|超过)[^，。；]{0,16}"
    r"|(?:达|为|到|至|是|有|按)[^，。；]{0,2})$"
)
_TAIL = re.compile(
    r"(?<=..)(?:新增|创建|评选|评定|开发|研发|挂牌|建成|计划|要|将|有|等|的|左右|以上|以下|以内|和|及|与|以及|达|为|共)$"
)
_AFTER_STOP = re.compile(
    r"进入|纳入|跨[越过]|完成|参加|[、和及与并或]\s?(?=\d|[一二三四五六七八九十百千万两]+[个所家门名项])|[、]|及(?!格|时)|的(?=.{0,1}$)"
)
_OPEN, _CLOSED = str.maketrans("（）", "\1\2"), str.maketrans("\1\2", "（）")
_FIRST_LOT = re.compile("首批|第一批")


@dataclass(frozen=True, slots=True)
class Sum:
    """A total and its parts: `ok` where they add up; where they fall short the split may not be meant to be whole."""

    clause: int
    what: str
    total: Decimal
    parts: Decimal
    unit: str
    count: int

    @property
    def ok(self) -> bool:
        return self.total == self.parts

    @property
    def verdict(self) -> str:
        return "ok" if self.ok else "short" if self.parts < self.total else "over"


def find_figures(clause: Clause) -> tuple[Figure, ...]:
    """The figures of a clause in reading order.

    >>> text = "学位。新建学校57个，其中市本级5个、溧阳市52个；投入1.5亿元，打造一门课程。"
    >>> for f in find_figures(Clause(7, "（七）", "", "学位", text)):
    ...     print(f.what, f.part, f.part_kind, f.value, f.unit, f.total)
    新建学校 None None 57 个 None
    新建学校 市本级 area 5 个 0
    新建学校 溧阳市 area 52 个 0
    投入 None None 150000000 元 None
    课程 None None 1 门 None
    """
    stated = [q for q in quantities(clause.text) if not q.label]
    figures = [_single(clause, q, stated) for q in stated]
    for start, parts in _splits(clause.text, stated):
        total = _total(figures, start, parts, clause.text)
        if total is None:
            continue
        for place, name in parts:
            figures[place] = replace(
                figures[place], what=figures[total].what, part=name, part_kind=_kind(name), total=total
            )
    return tuple(figures)


def check_sums(figures: tuple[Figure, ...]) -> list[Sum]:
    """Every split of a clause with what its parts add up to."""
    sums = []
    for place, total in enumerate(figures):
        parts = [f.value for f in figures if f.total == place and f.unit == total.unit]
        if parts:
            sums.append(Sum(total.clause, total.what, total.value, sum(parts, Decimal(0)), total.unit, len(parts)))
    return sums


def _single(clause: Clause, q: Quantity, stated: list[Quantity]) -> Figure:
    what = _what(clause.text, q, stated)
    qualifier = q.qualifier or ("首批" if _FIRST_LOT.search(what) else None)
    return Figure(clause.number, what, None, None, q.value, q.value_max, q.unit, qualifier, q.raw, q.start, q.end, None)


def _what(text: str, q: Quantity, stated: list[Quantity]) -> str:
    """What a quantity counts: 50门劳动教育课程 says it behind the number, 学校60所 before it."""
    after = re.sub(r"（[^（）]{1,6}）(?=\w)", lambda m: m[0].translate(_OPEN), text[q.end :])
    stop = _BREAK.search(after)
    later = [s.start - q.end for s in stated if s.start >= q.end]
    after = after[: min([stop.start() if stop else len(after), *later])]
    after = after[: m.start()] if (m := _AFTER_STOP.search(after)) else after
    after = after.translate(_CLOSED)
    behind = _trimmed(re.sub(r"^(?:的|以上|左右|以内|以下)+", "", after))
    if len(behind) >= 2 and not re.match(
        r"[、，和及与并或]|其中|进行|给予|予以|以上|为|是|由|在|至|到|前|后|内|者", after
    ):
        return behind
    return _before(text, q, stated) or behind or q.unit


def _before(text: str, q: Quantity, stated: list[Quantity]) -> str:
    earlier = [s.end for s in stated if s.end <= q.start]
    opening = max([0, *earlier, *(m.end() for m in _BREAK.finditer(text, 0, q.start))])
    stretch = text[opening : q.start]
    if opening > 0 and text[opening - 1] == "）":  # 职教集团（联盟）1-2个
        bracket = text.rfind("（", 0, opening)
        opening = max([0, *(m.end() for m in _BREAK.finditer(text, 0, max(bracket, 0)))])
        stretch = text[opening : q.start]
    name = _trimmed(stretch)
    if q.unit in {"倍", "%", "‰", "个百分点", "元", "年", "岁", "斤", ""} or len(name) > 24:
        name = _trimmed(_REACH.sub("", name)) or name
    return name


def _trimmed(name: str) -> str:
    """计划评选心理健康教育特色校 → 心理健康教育特色校"""
    previous = None
    while previous != name:
        previous = name
        name = name.strip(" 、，的“") if name.count("“") > name.count("”") else name.strip(" 、，的")
        name = _VERB.sub("", _LEAD.sub("", name) or name)
        name = _TAIL.sub("", name)
    return name


def _splits(text: str, stated: list[Quantity]) -> Iterator[tuple[int, list[tuple[int, str]]]]:
    """Each 其中 with the places of the quantities in its list and the names before them."""
    for opening in _OF_WHICH.finditer(text):
        parts = _listed(text, stated, opening.end())
        if len(parts) > 1 or (parts and _NAME.fullmatch(parts[0][1])):
            yield opening.start(), parts
    for q in stated:  # 24所（小学6所、初中18所）
        parts = _listed(text, stated, q.end + 1) if text[q.end : q.end + 1] == "（" else []
        if len(parts) > 1:
            yield q.end, parts


def _listed(text: str, stated: list[Quantity], cursor: int) -> list[tuple[int, str]]:
    """A list of names with quantities of one unit from here on: the quantities' places with the names before them."""
    parts: list[tuple[int, str]] = []
    opening = cursor
    for place, q in enumerate(stated):
        if q.start < opening:
            continue
        name = text[cursor : q.start].strip()
        other = parts and q.unit != stated[parts[0][0]].unit
        if re.search(r"[。；;，,、：:（]", name) or not 1 <= len(name) <= 20 or other:
            break
        parts.append((place, name))
        following = _NEXT_PART.match(text, q.end)
        if not following:
            break
        cursor = following.end()
    return parts


def _total(figures: list[Figure], opening: int, parts: list[tuple[int, str]], text: str) -> int | None:
    """The figure that a 其中 divides: in its sentence the nearest before it, or the nearest that the parts add up to."""
    # 其中 may open a sentence of its own: then its total stands in the one before.
    end = len(text[:opening].rstrip("。\n "))
    sentence = max(text.rfind(mark, 0, end) for mark in "。\n")
    unit = figures[parts[0][0]].unit
    before = [
        i for i, f in enumerate(figures) if sentence < f.start < opening and f.part is None and _same_unit(f.unit, unit)
    ]
    added = sum(figures[i].value for i, _ in parts)
    exact = [i for i in before if figures[i].value == added]
    candidates = exact or before
    return candidates[-1] if candidates else None


def _same_unit(one: str, other: str) -> bool:
    return one == other or {one, other} <= {"个", "所", "人", "名", "座", "项"}


def _kind(name: str) -> PartKind:
    if re.search(f"^(?:{_STAGES})", name) or re.search(f"(?:{_STAGES})$", name):
        return PartKind.STAGE
    return PartKind.AREA if _AREA.match(name) else PartKind.OTHER
