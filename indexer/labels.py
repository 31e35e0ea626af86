"""The words before a quantity of a list: the name of a part, what leads to it and what follows it, and its kind."""

import re

from indexer.phrases import CHANGE, COMPARED, EACH, bare, begins_word, noun, trimmed
from knowledge.model import PartKind
from knowledge.numerals import PEOPLE

_STAGES = "幼儿园|学前|小学|初中|高中|普高|中专|中职|中等职业|职高|高职|中学|高校|大学|本科|专科|硕士|博士|研究生|义务教育|特殊教育|特教|中小学|技工"
_STAGE = re.compile(
    f"(?:普通|公办|民办|[一二三四五六七八九]至?[一二三四五六七八九]?年级)?(?:{_STAGES})(?:教育|阶段|学校|生|段|部)?"
)
_LEVELS = "中央|省级|市级|县级|区县级|区级|镇级|省|市|县|区"
PERIODS = "[春秋]季学期|[春秋]季|[一二三四]季度|[上下]半年|[寒暑]假|[首次二三]批|第?[一二三四]期"
PLACES = "市区|县域|城区|城镇|乡镇|农村|乡村|城市|县城|老城区|主城区"
_AREA = re.compile(r".*(?:市|区|县|镇|乡|街道|本级|新城|旗|州|省|村|新区|园区|县域|农村|城镇|群岛)$")
SUMMED = re.compile(r"(?:全[市县区省校]|各地|[两三四]项)?(?:合计|共计|总计|一共|总共|共(?![建同享青产识性]))")
AND = re.compile("[、和及与]")
_FAMILIES = (PEOPLE, frozenset("个 所 座 项 处 家 间 类".split()))
PER = re.compile(r"(?:每(?:学期|学年|季度|半年|人次|[\u4e00-\u9fff]))+")
_NAME = re.compile(r"[\u4e00-\u9fff“”+0-9A-Za-z·《》]{1,14}")
_NEWLY = re.compile("新[建增设开]|[改扩迁]建|增设")
_COUNTED = re.compile(
    "(?<=..)(?:等?[两二三四五六七八九十]+[个大门类种级科档所项层批]|特色|示范|等(?!级)|占比|比例|各占).*|每.*"
)
_LED = re.compile(
    r"^(?:上|去|今|本|当|全)年度?(?!级)|.*[按以为由将]|.*[“‘](?![^“‘]*[”’])|.*(?:组建|新增|实施|建设|开展)"
)
_SHORT_AREA = re.compile(
    rf"(?:{PLACES}|[\u4e00-\u9fff]{{1,5}}?(?:街道|本级|新城|开发区|[市区县镇乡旗州]))(?!级|域|直|属)"
)
_HALF_A_GRADE = re.compile("[一二三四五六七八九]年?$")
_SIDES = frozenset("内外上下前后左右东西南北中")
_SHORT = 4  # longer names are things of their own: 森林覆盖率45%、林草覆盖率50%
_LEVEL = re.compile(_LEVELS)


def alike(one: str, other: str) -> bool:
    """May what is counted in one unit be a part of what is counted in the other? 57个 and 5所, 30名 and 12人."""
    return one == other or any({one, other} <= family for family in _FAMILIES)


def named(label: str) -> tuple[tuple[str, ...], str, int]:
    """The names before a quantity, what stands between them and it, and how many things it is said of.

    >>> named("白鹭县、北岸区各"), named("小学每生每年"), named("经开区安排")
    ((('白鹭县', '北岸区'), '', 2), (('小学',), '', 1), (('经开区',), '', 1))
    """
    if SUMMED.match(label) or COMPARED.search(label):
        return (), "", 1
    if each := EACH.search(label):
        stretch = label[: each.start()]
        if group := re.fullmatch("[\u4e00-\u9fff]{0,3}?([两三四五六七八九])个[\u4e00-\u9fff]{1,3}", stretch):
            return (), each[1], "两三四五六七八九".index(group[1]) + 2
        names = [trimmed(PER.sub("", n)) for n in AND.split(stretch)]
        return (
            (tuple(names), each[1], len(names)) if len(names) > 1 and all(map(_NAME.fullmatch, names)) else ((), "", 1)
        )
    per = PER.search(label)
    core, tail = (label[: per.start()], label[per.end() :]) if per else (label, "")
    if _STAGE.fullmatch(tail) or _SHORT_AREA.fullmatch(tail):  # 每学年小学, 收费每生每学期城区
        core, tail = core + tail, ""
    if not per:
        core = re.sub("占$", "", core)
    core = "" if CHANGE.fullmatch(core) else trimmed(core) or core
    known = re.match(PERIODS, label) or _LEVEL.match(core) or _SHORT_AREA.match(core) or _STAGE.match(core)
    if known and known.string == label:
        core = label
    if known and (bare(core[known.end() :]) or _NEWLY.match(core, known.end())):
        core, tail = known[0], core[known.end() :]
    return ((core,), tail, 1) if _NAME.fullmatch(core) or 0 < len(core) <= 24 else ((), "", 1)


def parted(name: str, tail: str, following: str) -> tuple[str, str, str]:
    """What a list splits, the name of its first part, and what stands behind the name, told by the next name.

    普通高中招生公办, 民办 → 普通高中招生 | 公办; 小学生年人均阅读图书, 初中生 → 小学生 | 年人均阅读图书
    """
    if not following:
        return "", name, tail
    if _STAGE.fullmatch(following):
        found = [m for m in _STAGE.finditer(name) if m.end() == len(name)]
        if found and found[-1].start() >= 2:
            return name[: found[-1].start()], found[-1][0], tail
        if (m := _STAGE.match(name)) and not _STAGE.fullmatch(name) and following[-1:] != name[-1:]:
            return "", m[0], name[m.end() :] + tail
    place = re.search(f"(?:{PLACES})$", name) if re.fullmatch(PLACES, following) else None
    if place and place.start() >= 2:
        return name[: place.start()], place[0], tail
    size = len(following)
    alike_named = name[-1] == following[-1] or name[-size:][:1] == following[0]
    if len(name) > size + 1 and 1 < size < 5 and alike_named and begins_word(name, len(name) - size):
        return name[:-size], name[-size:], tail
    return "", name, tail


def cleaned(names: list[str]) -> tuple[list[str], str]:
    """The names of a list without the words that lead to the first and follow the last, and what follows."""
    first = _LED.sub("", names[0]) or names[0]
    last, rest = names[-1], ""
    if "”" in last:
        last = last[: last.index("”")]
    elif (m := _STAGE.match(last)) and kind(names[-2]) is PartKind.STAGE:
        last, rest = m[0], last[m.end() :]
    elif counted := _COUNTED.search(last):
        last = last[: counted.start()]
    shared = names[0][-1:]
    if len(names) > 2 and all(n.endswith(shared) for n in names[:-1]) and shared in last[:-1]:
        last = last[: last.rindex(shared) + 1]
    cleaned = [trimmed(first) or first, *names[1:-1], trimmed(last) or last]
    return [n.strip("“”") for n in cleaned], "" if bare(rest) else noun(rest)


def shared(names: list[tuple[int, str]]) -> tuple[list[tuple[int, str]], str]:
    """Names without what all of them end with, and that: 小学学位, 初中学位 → 小学, 初中 | 学位"""
    first = names[0][1]
    for size in range(len(first) - 2, 1, -1):
        common = first[-size:]
        if len(names) > 1 and all(n.endswith(common) and _is_name(n[:-size]) for _, n in names):
            return [(place, n[:-size]) for place, n in names], common
    return names, ""


def _is_name(name: str) -> bool:
    """Is it the whole name of an area or a stage, rather than 小学一 of 小学一年级?"""
    return kind(name) is not PartKind.OTHER and not _HALF_A_GRADE.search(name)


def contrast(one: str, other: str) -> bool:
    return kind(one) == kind(other) != PartKind.OTHER or similar(one, other)


def similar(one: str, other: str) -> bool:
    """公办 and 民办, 省内 and 省外, 本科生 and 硕士生: names made alike; 考点 and 考场 are things of their own."""
    if len(one) != len(other) or len(one) > _SHORT:
        return False
    return one[-1] == other[-1] or (one[0] == other[0] and {one[-1], other[-1]} <= _SIDES)


def kind(name: str) -> PartKind:
    if re.search(f"^(?:{_STAGES})", name) or re.search(f"(?:{_STAGES})$", name):
        return PartKind.STAGE
    return PartKind.AREA if _AREA.match(name) or re.fullmatch(PLACES, name) else PartKind.OTHER


def begins_stage(name: str) -> bool:
    """Is it the name of a stage or of what lies in one: 公办高中, 高中生源, but not 实验高中?"""
    return bool(_STAGE.match(name))
