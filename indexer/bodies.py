"""The names of bodies that issue documents: 某市人民政府办公室, 教育部、财政部, 某区教育局等六部门."""

import re

_LONGEST = 26  # characters of one body's name: 新疆维吾尔自治区人民代表大会常务委员会 has 19
_ENDS = re.compile(
    r"(?:政府|委员会|[省市县区工党教健革]委|局|厅|部|院|署|办|办公室|党组|党校|中心|领导小组|指挥部|协会|学会|公司|大学|中学|小学|学校|幼儿园|[一二三四五六七八九十]中)$"
)
_TOGETHER = re.compile(r"等\S{1,4}(?:部门|单位|机关)$")
# What stands behind the name of a body at the head of a title.
_GOES_ON = re.compile("关于|[印转批]发|公布|发布|(?:19|20)\\d\\d|1\\d\\d年度|二[〇○零]")
# A body of the government may stand right before what it does: 某县人民政府工作规则.
_GOVERNMENT = re.compile(r"[\u4e00-\u9fff]{1,20}?(?:政府|局|委员会|厅)(?:办公[厅室])?(?![门长属]|员会)")
_YEAR = re.compile(r"^(?:(?:19|20)\d\d|二[〇○零]..)年")


def is_body(name: str) -> bool:
    """Is this the name of one or several bodies and nothing else?

    >>> is_body("教育部、财政部"), is_body("某省教育厅等六部门"), is_body("某市教育局工作要点")
    (True, True, False)
    """
    names = re.split("[、 ]+", _TOGETHER.sub("", name.strip()))
    return all(1 < len(n) <= _LONGEST and re.fullmatch(r"[\u4e00-\u9fff（）]+", n) and _ENDS.search(n) for n in names)


def leading_body(title: str) -> str:
    """The body that a title begins with; "" where it begins with none.

    >>> leading_body("某市教育局关于印发《要点》的通知"), leading_body("2021年某县人民政府工作报告")
    ('某市教育局', '某县人民政府')
    """
    title = _YEAR.sub("", title)
    goes_on = _GOES_ON.search(title)
    if goes_on and is_body(title[: goes_on.start()]):
        return title[: goes_on.start()].strip()
    found = _GOVERNMENT.match(title)
    return found[0] if found and len(found[0]) > 2 and not title.startswith("关于") else ""


def first_bodies(text: str) -> str:
    """The bodies that a text begins with, else its first word."""
    words = text.split()
    count = next((n for n, word in enumerate(words) if not is_body(word)), len(words))
    return " ".join(words[: max(1, count)])
