"""What a document says of itself: its title, who issued it, of which year it is."""

import re

_LONGEST_TITLE = 40
_TITLE_ENDS = re.compile("要点|计划|意见|方案|规定|办法|措施|报告|法|条例|通知|指引|纲要|规划")


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


def title_of(preamble: str) -> str:
    """The first short line before the clauses that names a kind of document."""
    for line in preamble.split("\n"):
        name = re.sub(r"^(?:信息名称|标题|内容概述)[：:]\s?", "", line).strip().strip("《》")
        if len(name) <= _LONGEST_TITLE and "。" not in name and _TITLE_ENDS.search(name):
            return name
    return ""


def issuer_of(preamble: str) -> str:
    found = re.search(r"(?:发布机构|发文机关|发布单位)[：:]\s?(\S+)", preamble)
    return found[1] if found else ""


def number_of_year(text: str) -> int | None:
    """The first year that a text names: 2021年 → 2021, 民国103年 → 2014."""
    found = re.search(r"民国(\d{2,3})年|(?<!\d)(1\d\d)年度|(20\d\d)", text)
    return None if found is None else int(found[3]) if found[3] else int(found[1] or found[2]) + 1911
