"""What a document says of itself: its title, who issued it, of which year and day it is, its number."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from itertools import pairwise

from indexer.bodies import first_bodies, is_body, leading_body

# What a title names: it ends with one of these.
_KINDS = re.compile(
    r"(?:要点|计[划画]|意见|方案|规定|办法|措施|报告|法|条例|通知|指[引南]|纲要|规划|清单|安排|分工|[细守准规]则|公[告报]|通告|决定|重点|目标|任务|"
    r"总结|说明|解读|政策|章程|预案|标准|制度|[表书]|项目|实事|工程|情况|发布会|讲话|[批答]复|要求|建议|思路|行动)"
    r"(?:（[^（）]{1,14}）)?$"
)
# 关于印发《…》的通知: what is forwarded is the plan, and who forwards it issues it.
_FORWARDS = re.compile(r"(?:关于)?(?:印发|转发|下发|下达|公布|发布|批转)(?P<plan>.+)的?(?:通知|函|公告|决定)$")
_LONGEST_TITLE, _SHORTEST_TITLE = 90, 4
_LINES, _LONGEST_LINE = 120, 2000  # looked at of what stands before the first clause
_FIELDS = {
    "title": "标题 信息名称 公文名称 文件名称 文件标题 法规名称 名称",
    "issuer": "发文单位 发文机关 发文机构 发布机构 发布单位 发布机关 制定机关 制发单位 公开单位 公开机构 发文部门 责任部门 信息来源 文章来源 资料来源 来源",
    "number": "发文字号 发文文号 文件编号 文件号 文号",
    "written": "成文日期 发文日期 印发日期 签发日期 成文时间 发文时间 制发日期",
    "published": "发布日期 公布日期 生成日期 公开日期 发布时间 公开时间 更新日期 更新时间 日期 时间",
}
_LABEL_OF = {label: field for field, labels in _FIELDS.items() for label in labels.split()}
_LABEL = re.compile(
    r"(?:^|(?<=[\s【•|]))(?P<label>"
    + "|".join(" ?".join(label) for label in sorted(_LABEL_OF, key=len, reverse=True))
    + r")"
    r"(?: ?[：】] ?| (?=\S)|$)"
)
_DAY = r"(?P<y>(?:19|20)\d\d|[一二][九〇○零][\d一二三四五六七八九〇○零]{2}|(?:民国)?1\d\d)\s?[年./-]\s?(?P<m>[\d一二三四五六七八九十]{1,2})\s?[月./-]\s?(?P<d>[\d一二三四五六七八九十]{1,3})(?:\s?日|(?!\d))"
_DATE = re.compile(_DAY)
# （2019年2月20日教育部令第45号公布）, 2024年11月8日 全国人民代表大会常务委员会第十二次会议通过
_ENACTED = re.compile(
    rf"^（?{_DAY}\s?(?:第[^第届]{{1,5}}届)?(?P<body>[^\d，。；：]{{2,60}}?)(?:令?第[^第\s]{{1,6}}[次号]|公布|发布|通过|批准)"
)
_NUMBER = re.compile(
    r"(?P<who>[\u4e00-\u9fff]{1,12})\s?[〔\[（【](?P<y>(?:19|20)\d\d)[〕\]）】]\s?第?(?P<n>\d{1,5})\s?号"
)
_DIGITS = str.maketrans("一二三四五六七八九〇○零", "123456789000")
# A line of a page around the text: where one is on a site, what can be clicked.
_PAGE = re.compile(r">|首页|位置[：:]|浏览|点击|字体|字号|打印|分享|下载|搜索|登录|跳到|ICP|https?:|www\.|引证码|【")


@dataclass(frozen=True, slots=True)
class Metadata:
    """`date` is the day it was written, else published, as 2021-03-05; "" and None stand for what it does not say."""

    title: str = ""
    issuer: str = ""
    year: int | None = None
    date: str = ""
    number: str = ""


def described(text: str, head: str, known: Mapping[str, str]) -> Metadata:
    """What a clean text says of itself, most of it in its `head` before the first clause; what is `known` goes before that.

    1. the fields of a table or a list  2. title  3. issuer  4. number and day  5. year
    """
    lines, end = _cells(head), [line for line in text[-_LONGEST_LINE:].split("\n") if line.strip()][-12:]
    fields = _fields(lines)  # 1
    heading = fields.get("title") or _heading(lines, text)  # 2
    title = known.get("title") or own_title(_trimmed(heading))
    issuer = known.get("issuer") or _issuer(heading, fields, lines, end)  # 3
    number = known.get("number") or _number(lines, fields)  # 4
    day = known.get("date") or _day(fields, lines, end)
    said = known.get("year", "")
    year = int(said) if re.fullmatch(r"\d{4}", said) else None  # 5
    year = year or next((y for t in (said, title, heading, number, day) if (y := number_of_year(t))), None)
    return Metadata(title, issuer, year or _year_of_text(head), day, number)


def own_title(heading: str) -> str:
    """The title of the plan that a heading forwards, else the heading itself.

    >>> own_title("某市教育局关于印发《2021年教育工作要点》的通知"), own_title("关于实施《教育法》的意见")
    ('2021年教育工作要点', '关于实施《教育法》的意见')
    """
    forwards = _FORWARDS.search(heading)
    plan = forwards["plan"].strip().removesuffix("的") if forwards else ""
    quoted = re.fullmatch(r"[《〈]([^《》]+)[》〉]", plan)
    if quoted:
        return own_title(quoted[1])
    return heading if len(plan) < _SHORTEST_TITLE or plan.startswith("《") else plan


def number_of_year(text: str) -> int | None:
    """The first year that a text names: 2021年, 二〇二一年 → 2021, 民国103年, 103年度 → 2014; 2035年远景目标 names none of its own."""
    found = re.search(
        r"民国(?P<roc>\d{2,3})年|(?<!\d)(?P<term>1\d\d)(?:学年|年度)|(?<!\d)(?P<year>(?:19|20)\d\d)(?!\d| ?年远景)|(?P<han>二[〇○零][一二三四五六七八九〇○零]{2})年(?!远景)",
        text,
    )
    if found is None:
        return None
    if roc := found["roc"] or found["term"]:
        return int(roc) + 1911
    return int(found["year"] or found["han"].translate(_DIGITS))


def front_matter(text: str) -> tuple[dict[str, str], str]:
    r"""What a document says of itself between two lines of --- at its top, and the text below.

    >>> front_matter("---\ntitle: 要点\n---\n正文")
    ({'title': '要点'}, '正文')
    """
    found = re.match(r"\ufeff?---\n((?:[a-z]+[:：][^\n]*\n)+)---\n", text)
    if not found:
        return {}, text
    lines = (re.split("[:：]", line, maxsplit=1) for line in found[1].splitlines())
    return {key: value.strip() for key, value in lines}, text[found.end() :]


def title_of_file(stem: str) -> str:
    """What a file's name says in Chinese, without ids and underscores; where it says nothing, the name as it is.

    >>> title_of_file("01_2021年工作要点(1)"), title_of_file("t20210305_88")
    ('2021年工作要点', 't20210305 88')
    """
    plain = re.sub(r"[(（【\[][\x00-\x7f]{0,40}[)）\]】]", " ", stem)
    words = [w for w in re.split(r"[_\s]+", plain) if re.search(r"[\u4e00-\u9fff]{2}", w)]
    said = re.sub(r"^(?:\d{1,3}|附件\s?\d{0,2})\s?[、.：:—-]\s?", "", " ".join(words))
    return said or " ".join(stem.replace("_", " ").split()) or stem


def _cells(head: str) -> list[str]:
    """The lines of a head, the cells of its tables as lines of their own; what stands on one line is parted at its blanks."""
    lines = re.split(r"[\n|｜]", head[: _LINES * _LONGEST_LINE])
    parted = (part for line in lines for part in _parted(line[:_LONGEST_LINE]))
    cells = (part.strip().strip("•·*# ") for part in parted)
    return [cell for cell in cells if cell and not re.fullmatch(r"[-—:\s]+", cell)][:_LINES]


def _parted(line: str) -> list[str]:
    """A line at its blanks where it holds more than a title; 时 间 is one word."""
    return re.split(r"(?<=\S\S) (?=\S\S)", line) if len(line) > _LONGEST_TITLE or "。" in line else [line]


def _fields(lines: list[str]) -> dict[str, str]:
    """What stands behind 标题：, 发布机构：, 文号 and the like, in the same cell or in the next."""
    found: dict[str, str] = {}
    for line, below in pairwise([*lines, ""]):
        for label, value in _labelled(line, below):
            field = _LABEL_OF[label.replace(" ", "")]
            if value and field not in found and _fits(field, value):
                found[field] = first_bodies(value) if field == "issuer" else value.strip()
    return found


def _labelled(line: str, below: str) -> Iterator[tuple[str, str]]:
    """The labels in a line, each with what stands behind it up to the next label."""
    marks = list(_LABEL.finditer(line))
    if marks and not re.search("[。；]", line[: marks[0].start()]):
        for mark, end in zip(marks, [*(m.start() for m in marks[1:]), len(line)], strict=True):
            value = line[mark.end() : end].strip()
            yield mark["label"], value or ("" if end < len(line) or _LABEL.match(below) else below)


def _fits(field: str, value: str) -> bool:
    if field == "title":
        return _SHORTEST_TITLE <= len(value) <= _LONGEST_TITLE and _KINDS.search(_trimmed(value)) is not None
    if field == "issuer":
        return (
            re.fullmatch(r"[\u4e00-\u9fff、（）]{2,40}", first_bodies(value).replace(" ", "")) is not None
            and "网" not in value
        )
    return (_NUMBER if field == "number" else _DATE).search(value) is not None


def _heading(lines: list[str], text: str) -> str:
    """The title right above the first sentence, for what stands above it is a web page's; in a notice that comes before its
    plan the first one below; where no line names a kind of document, Markdown's own heading or the first short line."""
    first = next((place for place, line in enumerate(lines) if "。" in line), len(lines))
    above, below = _titles(lines[:first]), _titles(lines[first:])
    if found := [*above][-1:] or [*below][:1]:
        return found[0]
    if top := re.search(r"^# ?(\S.*)$", text, re.MULTILINE):
        return _trimmed(top[1])
    names = map(_trimmed, lines[: min(first, 15)])
    return next(
        (
            n
            for n in names
            if len(n) > _SHORTEST_TITLE and _is_short(n) and not (is_body(n) or _DATE.search(n) or _NUMBER.search(n))
        ),
        "",
    )


def _titles(lines: list[str]) -> Iterator[str]:
    """The lines that name a kind of document, each with the lines above that it goes on from."""
    for place, line in enumerate(lines):
        name = _trimmed(line)
        if _KINDS.search(name) and _is_short(name) and not _runs_on(lines, place):
            whole = _joined_above(lines, place, name)
            if len(whole) >= _SHORTEST_TITLE and not is_body(whole):
                yield whole


def _trimmed(line: str) -> str:
    """A line without what stands around a title in it: 附件1：, its number, 《》, .docx, blanks between digits and characters."""
    name = re.sub(r"^(?:附件\s?[\d一二三四五六]{0,2}\s?[：.、]?\s?(?:\d{1,2}[.、]\s?)?|[—\-=*#]+\s?)", "", line)
    name = re.sub(r"^" + _NUMBER.pattern + r"\s?(?=\S)", "", name)
    name = re.sub(
        r"(?:\.(?:docx?|pdf|wps|txt|html?)|（[^（）]{0,12}" + _NUMBER.pattern.replace("(?P<", "(?P<_") + r"）)$",
        "",
        name,
    )
    whole = re.fullmatch(r"《([^《》]+)》", name)
    name = whole[1] if whole else name
    return re.sub(r"(?<=[\u4e00-\u9fff\d”》]) (?=[\u4e00-\u9fff\d“《])", "", name.split("_")[0]).strip()


def _is_short(name: str) -> bool:
    return (
        len(name) <= _LONGEST_TITLE
        and not re.search("[。；？！]|[：，]$|^[（(]", name)
        and name.count("，") < 2
        and not (
            _PAGE.search(name)
            or _LABEL.match(name)
            or re.match("现将|附件|为|根据|按照|[各全](?!国)[^，]{0,12}[：:]", name)
        )
    )


def _runs_on(lines: list[str], place: int) -> bool:
    """Is a line the end of a paragraph that was broken at the width of the page?"""
    above = lines[place - 1] if place else ""
    return (
        len(above) > 24
        and not re.search(r"[。；：！？）\d]$", above)
        and not _opens(_trimmed(above))
        and not _KINDS.search(_trimmed(above))
    )


def _opens(name: str) -> bool:
    """Does a line begin a title that the next line goes on with?"""
    return (
        _is_short(name)
        and not _KINDS.search(name)
        and bool(re.search("关于|[印转]发|(?:[年的和与及、]|年度)$", name) or name.count("《") > name.count("》"))
    )


def _joined_above(lines: list[str], place: int, name: str) -> str:
    """A title with the lines above that it goes on from: 某市人民政府 / 关于印发某方案的 / 通知"""
    for above in reversed(lines[max(0, place - 4) : place]):
        opening = _trimmed(above)
        leans = name.startswith("关于") or re.fullmatch(r"(?:20\d\d年度?)?(?:工作)?.{2}", name)
        together = opening.startswith("中共") and leading_body(name)  # the party and the government as one
        if not (_opens(opening) or ((leans or together) and is_body(opening))) or len(opening + name) > _LONGEST_TITLE:
            return name
        name = opening + name
    return name


def _issuer(heading: str, fields: Mapping[str, str], lines: list[str], end: list[str]) -> str:
    """Who issued it: by the title, by a field, by the law's own words, by the signature, by a line that is nothing else; in
    full where another place gives the name in full (区教育局 → 某市某区教育局)."""
    enacted = (m["body"].strip() for line in lines if (m := _ENACTED.match(line)))
    alone = (line for line in lines if is_body(line))
    said = [leading_body(heading), fields.get("issuer", ""), *enacted, *_signatures([*lines, *end]), *alone]
    names = [name for name in said if name]
    return max((n for n in names if n.endswith(names[0])), key=len) if names else ""


def _signatures(lines: list[str]) -> Iterator[str]:
    """The bodies that stand in a line before a date."""
    for above, line in pairwise(["", *lines]):
        day = _DATE.search(line)
        if day and day.end() >= len(line.strip()):
            name = line[: day.start()].strip() or above.strip()
            if is_body(name):
                yield name


def _number(lines: list[str], fields: Mapping[str, str]) -> str:
    """苏教〔2021〕5号 of a field, of a line that holds nothing else, or above the first sentence and not of another document."""
    alone = (line for line in lines if re.fullmatch(rf"[（(]?(?:{_NUMBER.pattern})[）)]?", line.strip()))
    above = (line for line in lines if _NUMBER.match(line) or (is_body(line.split(" ")[0]) and _NUMBER.search(line)))
    behind = (line for line in lines if _KINDS.search(_trimmed(line.split("（")[0])) and _NUMBER.search(line))
    said = next((t for t in (fields.get("number", ""), *alone, *above, *behind) if t), "")
    found = _NUMBER.search(said)
    return f"{found['who']}〔{found['y']}〕{found['n']}号" if found else ""


def _day(fields: Mapping[str, str], lines: list[str], end: list[str]) -> str:
    """The day it was written, signed or passed, else published."""
    signed = (line for line in [*lines, *end] if _is_signed(line) or _ENACTED.match(line))
    dated = (line for line in lines if _DATE.match(line))
    said = (fields.get("written", ""), *signed, fields.get("published", ""), *dated)
    return next((day for text in said if (day := _iso(text))), "")


def _is_signed(line: str) -> bool:
    """Does a line hold a date and at most a body before it?"""
    day = _DATE.search(line)
    before = line[: day.start()].strip(" （") if day else ""
    return day is not None and not line[day.end() :].strip(" ）") and (not before or is_body(before))


def _iso(text: str) -> str:
    """2021年3月5日, 二〇二一年三月五日, 民国110年3月5日, 2021-03-05 → 2021-03-05; "" where there is no such day."""
    found = _DATE.search(text)
    if not found:
        return ""
    from knowledge.numerals import number

    year = int(found["y"].removeprefix("民国").translate(_DIGITS))
    month, day = (int(number(found[part]) or 0) for part in "md")
    try:
        return date(year + 1911 if year < 1000 else year, month, day).isoformat()
    except ValueError:
        return ""


def _year_of_text(head: str) -> int | None:
    """The first year in what stands before the first clause that no span of years ends with, nor a far aim (2035年远景目标)."""
    said = r"(?<![\d—~～至到-])20\d\d ?年(?! ?远景)|民国\d{2,3}年|(?<![至到])二[〇○零][^\s年]{2}年(?!远景)"
    found = re.search(said, head[:_LONGEST_LINE])
    return number_of_year(found[0]) if found else None
