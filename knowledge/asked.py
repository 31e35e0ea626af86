"""What kind of answer a stretch of a question wants: a number in some unit, a date, one of several … Pure."""

import re
from itertools import takewhile

from knowledge.model import Asks, Term
from knowledge.numerals import CLOCK, LESSONS, MONEY, PEOPLE, SHARES, TIME, UNITS, UNITS_SAID
from knowledge.spans import CARRIES, Span, Stretch
from knowledge.table import hinted

# What a line of the table of phrases asks for, the first that a question holds.
ASKS = {
    "split": Asks.SPLIT, "contact": Asks.CONTACT, "figure": Asks.FIGURE, "money": Asks.FIGURE, "percent": Asks.FIGURE,
    "duration": Asks.FIGURE, "clock": Asks.FIGURE, "age": Asks.FIGURE, "date": Asks.DATE, "place": Asks.PLACE,
    "roll": Asks.ROLL, "names": Asks.NAMES, "office": Asks.OFFICE, "body": Asks.BODY, "which": Asks.WHICH,
    "reason": Asks.REASON, "contents": Asks.CHAPTER, "source": Asks.SOURCE, "others": Asks.OTHERS, "detail": Asks.DETAIL,
    "meaning": Asks.MEANING,
}  # fmt: skip
_FIXED_UNITS = {
    "money": tuple(sorted(MONEY)), "percent": tuple(sorted(SHARES)), "clock": (CLOCK,), "age": ("岁", "周岁"),
}  # fmt: skip
_DURATION = tuple(sorted(TIME | LESSONS))
_UNIT = re.compile("|".join(map(re.escape, sorted([*UNITS, *UNITS_SAID], key=len, reverse=True))))
# Whom a question counts, whatever the measure word.
_PERSONS = re.compile(
    r"\s?[万亿]?[个位名]?(?:这样的|那样的|这种|这类|[大中小]班|贫困|困难|残疾)?(?:娃|孩子|学生|老师|教师|人|师生|校长|老人|督学|工作者|学徒|家长|学员|考生|新生|儿童(?![之活乐友读游医福保节])|幼儿(?!园))"
)
_IN_ALL = re.compile("总数|总量|累计|现有|保有|共有|[到达至](?:几|多少)|后(?:是|有|为|一共|总共)?(?:几|多少)")
_ADDED, _NOW = (
    re.compile("新(?!能源|生|高考|课[程标]|教师|入学|校区|时代)|[增加添]|多出"),
    re.compile("现在|目前|如今|[总一拢]共[会能可将要]?(?:有|多少|几)"),
)
_QUESTION = re.compile("[哪几多啥什谁何]")
_IS = frozenset({"是", "属于", "属"})
_WHERE = frozenset({"在哪", "去哪"})
_INSIDE = frozenset("里 里头 里面 里边 当中 之中 其中".split())
_HOW_OFTEN = re.compile("(?:多久|多长时间|隔几[天周月年]|几个?[天周月年]).{0,4}一[次回趟]")
_ONE = re.compile("[每一][个所间家名位校座支]?")
_MYRIADS = re.compile(r"个?(?:万?亿(?![个名位人次户平亩册所件本套])|万[元块])")
_NAMES_ALL = re.compile(
    "总(?:面积|人数|数|量|额|金额|投资|里程)[呢啊是]*$|[率例](?:今年)?的?目标值?$"
)  # 加固改造总面积
# 啥时候能躺着睡 wishes for what a plan may have in hand; 啥时候能建好 asks for a date.
_WISH = re.compile(
    "(?:什么时候|啥时候?|几时|何时|多会儿)(?:[也才就再都]|我们)?(?:能|轮到|[给有](?=.)|可以)"
    "(?!.{0,6}(?:完|竣|封顶|投入|投用|启用|交付|打通|招生|报|考|开[学园工放通]|[建修办]好|建成|改造|搬|举办|公布|出来|发|到账|结果|消息))"
)
# Behind a 几 that asks for a number little more is said than so many characters.
_TALE = 5


def asks_of(stretch: Stretch) -> tuple[Asks, tuple[str, ...]]:
    """The kind of answer and, for a figure, its units (empty: any)."""
    lines = {s.kind[5:] for s in stretch.of("asks") if not _in_passing(stretch, s)}
    asks = next((asks for line, asks in ASKS.items() if line in lines), None)
    if asks is None and not stretch.content() and any("谁" in s.text for s in stretch.of("asks.way")):
        return Asks.BODY, ()  # 归谁管, behind what it is about
    if asks is None and _NAMES_ALL.search(stretch.said):
        return Asks.FIGURE, ()
    if asks is None:
        counted = next(iter(stretch.of("ops.difference")), None)
        units = _inside(counted.text) if counted else ()
        return (Asks.WHICH if stretch.which() and not lines else Asks.CLAUSE), units
    if asks is Asks.MEANING and which_kind(stretch):
        return Asks.NAMES, ()
    if asks is not Asks.FIGURE:
        return asks, ()
    named = {units for s in stretch.of("asks") if ASKS.get(s.kind[5:]) is asks and (units := _units(stretch, s))}
    if len(named) == 1:
        return asks, named.pop()
    told = (hinted(s.text) for s in reversed(stretch.spans) if s.kind in CARRIES)
    line = next(filter(None, told), "")  # 保育费多少, 学费一学期多少 are asked in money
    return asks, () if named or stretch.of("joins.both") else _FIXED_UNITS.get(line, ())


def _in_passing(stretch: Stretch, span: Span) -> bool:
    """Is a telephone only mentioned: 老板电话打不通? 打哪个电话 asks, whatever is said behind it."""
    behind = any(s.kind == "word" for s in stretch.spans if s.start >= span.end)
    asked = _QUESTION.search(stretch.text, max(0, span.start - 2), span.end)  # 哪个电话
    return behind and span.kind == "asks.contact" and not asked


def which_kind(stretch: Stretch) -> bool:
    """Is the kind asked for rather than the meaning: 都是什么专业?"""
    pairs = zip(stretch.spans, stretch.spans[1:], strict=False)
    asked = (b for a, b in pairs if a.kind == "asks.meaning" and a.text in {"是什么", "是啥"} and b.start == a.end)
    return any(b.kind == "word" for b in asked)


def which(stretch: Stretch) -> Term | None:
    """What one is wanted of: 医院 in 哪家医院."""
    pairs = zip(stretch.spans, stretch.spans[1:], strict=False)
    behind = (
        b
        for a, b in pairs
        if a.kind.startswith("asks.") and re.match("[在去]?哪", a.text) and a.text not in _WHERE and b.start == a.end
    )
    return next((b.term for b in behind if b.kind == "word" and b.term), None)


def counted(stretch: Stretch) -> Term | None:
    """What is counted by its own word: 学位 of 多少学位, of 新增学位多少, of 学位总数是多少; a measure word needs none (几所)."""
    spans = stretch.spans
    place = next((i for i, s in enumerate(spans) if s.kind in {"asks.figure", "ops.difference"}), len(spans))
    beside = list(spans[place + 1 : place + 2])
    done = place < len(spans) and stretch.text[: spans[place].start].endswith(("了", "过"))  # 资助了多少 counts no 资助
    if place < len(spans) and spans[place].kind == "asks.figure" and not _inside(spans[place].text) and not done:
        beside += [s for s in reversed(spans[:place]) if not s.kind.startswith("noise.")][:1]
    return next((s.term for s in beside if s.kind == "word"), None)


def stock(said: str) -> bool | None:
    """Does it ask how many there are in all (总数到几个了), how many are added (新增几个), or neither?"""
    if _IN_ALL.search(said):
        return True
    return False if _ADDED.search(said) else True if _NOW.search(said) else None


def among(stretch: Stretch) -> tuple[Term, ...]:
    """What of a thing is asked for: 男 of 招的老师里男的几个, 校服 of 举报里有多少件是校服问题; empty where all of it is."""
    spans = stretch.spans
    inside = next((i for i, s in enumerate(spans) if i and s.text in _INSIDE), len(spans))
    number = next((i for i, s in enumerate(spans) if i > inside and s.kind == "asks.figure"), len(spans))
    start = number if any(s.text in _IS for s in spans[number + 1 : number + 2]) else inside
    behind = takewhile(lambda s: s.kind in {"word", "noise.filler", "noise.people"}, spans[start + 1 :])
    return tuple(s.term for s in behind if s.term is not None and s.kind == "word")


def per(stretch: Stretch) -> str:
    """The thing of each of which a number is asked: 集团 in 每个集团带几所; none where nothing is asked of each."""
    one = next((i for i, s in enumerate(stretch.spans) if _ONE.fullmatch(s.text)), len(stretch.spans))
    return "".join(s.text for s in takewhile(lambda s: s.kind == "word", stretch.spans[one + 1 :]))


def _units(stretch: Stretch, span: Span) -> tuple[str, ...]:
    text, line = stretch.text, span.kind[5:]
    if line == "duration":
        found = _UNIT.search(span.text.lstrip("几多少"))
        unit = UNITS_SAID.get(found[0], found[0]) if found else ""
        return (unit,) if unit in TIME else (*_DURATION, "次") if how_often(stretch.said) else _DURATION
    persons = _PERSONS.match(text, span.end) or _PERSONS.match(text, span.end - 1)
    counted_in_money = line in _FIXED_UNITS and re.search("[钱元块价费岁点]", span.text)
    measured = _inside(span.text)  # 多少套教师公寓 counts no persons
    persons = persons if not measured or measured[0] in {*PEOPLE, "个"} else None
    if (persons and not counted_in_money) or span.text.endswith("人数"):  # 收多少学员
        return tuple(sorted(PEOPLE | {"人次"}))
    behind = next((s.text for s in stretch.spans if s.kind == "word" and s.start == span.end), "钱")
    counted = span.text.endswith("多少") and behind != "钱" and hinted(behind) != "money"
    if _MYRIADS.match(text, span.end) and not persons:  # 多少个亿
        return _FIXED_UNITS["money"]
    if line in _FIXED_UNITS:
        return () if counted else _FIXED_UNITS[line]  # 补多少学位
    return _inside(span.text)


def _inside(said: str) -> tuple[str, ...]:
    """The measure word in 几所, 多少名, 多几个."""
    found = re.search("(?:几多?|多少)(.+)", said)
    unit = _UNIT.match(found[1].lstrip("十百千万亿")) if found else None
    return (UNITS_SAID.get(unit[0], unit[0]),) if unit else ()


def how_often(said: str) -> bool:
    """Does it ask how often something is done: 多久来一次?"""
    return bool(_HOW_OFTEN.search(said))


def wishes(stretch: Stretch) -> bool:
    """Does it ask when something will be had rather than for a date: 啥时候能躺着睡, 几时轮到我们?"""
    return bool(_WISH.search(stretch.said))


def doubtful(stretch: Stretch) -> bool:
    """May every 几 mean some: 好几年, 几个老校长要退了, 会不会隔几年换个学校; or the number be the subject: 数量会通报吗?"""
    if how_often(stretch.said):  # 每学期一次 answers as well as 每90天
        return True
    asked = [s for s in stretch.of("asks") if ASKS.get(s.kind[5:]) is Asks.FIGURE]
    if stretch.of("asks.yesno") and not any("多" in s.text for s in asked):
        return True
    text, end = stretch.text, stretch.spans[-1].end if stretch.spans else 0
    return bool(asked) and all(
        s.text[0] == "几" and (text[: s.start].endswith("好") or end - s.end >= _TALE or text[end - 1] == "不")
        for s in asked
    )
