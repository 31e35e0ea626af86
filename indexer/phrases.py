"""Noun phrases of official sentences: what is left of a stretch without the words that lead to it or from it."""

import re
from collections.abc import Sequence
from itertools import accumulate, takewhile

from indexer.grammar import Kind, Word, sure, words
from knowledge.model import Quantity

REACH = 60  # characters that a phrase may be away: longer stretches name nothing
EACH = re.compile(r"(?:(?<![生人户平年月日])均|各(?![级类种项])|每[地县区市])([\u4e00-\u9fff“”]{0,10})$")
# 一是…；二是…: an ordinal is no part of what it leads to.
BREAK = re.compile(r"(?:^|[。；;！？!?，,：:\n（）()])[一二三四五六七八九十]{1,2}是|[。；;！？!?，,：:\n（）()]")
# These count or measure a thing without saying which.
_GENERIC = re.compile(
    "(?:补助|收费|资助|奖励|奖补|补贴)?(?:标准|金额|数量|总数|规模|总量|比例|比重|占比|人数|数目|名额|时长|时间|面积|总额|总值|奖补|一次性奖补|其余|年度补助|补助|奖励|资助|收费|租金|经费|总体|整体|上限|下限|完成率|增速|增幅|降幅|涨幅|指标|率|利率|倍数|浓度)"
)
# 17个制造业增加值增长5%以上: the number counts what has them.
_OF_THEM = re.compile("增加值|产值|规模|浓度|总数|数量|面积|人数|费用|价格|收入|营收|占比|比例|覆盖率")
_CHANGED = "增加 增长 提高 提升 上升 扩大 扩展 扩充 减少 压减 压缩 降低 下降 调整 延长 加密 整合 转变 发展 缩减 缩短 稳定 上涨 控制 保持 维持 上调 下调"
# Compared with another number of the same thing: 比上年多, 与去年同期相比降低, 低于省控线.
_SINCE = r"(?:“[^“”]{1,8}”(?:时期|期间)?|上一?(?:学?年|年度|季度)?|去年|往年|前一年|20\d\d年)(?:度|末|底)?(?:同期)?"
_MOVED = "多|少|净增|增加|增长|减少|提高|提升|下降|降低|降|升|上升|新增|翻|回落|扩大|缩小|增"
COMPARED = re.compile(
    rf"(?:(?:比|较){_SINCE}(?:相比)?|[与同和]{_SINCE}(?:相比|比较|相比较)|同比|环比)再?(?:分别)?(?:{_MOVED})?(?:了|到)?$"
    r"|(?:低于|高于|超出|超过|优于)[\u4e00-\u9fff]{2,12}$"
)
CHANGE = re.compile(
    rf"(?:由|从)?(?:{'|'.join(_CHANGED.split())}|增|提|升|扩|减|压|降|调|延|达|转|变|稳|涨)?(?:到|至|为|成|在)?"
)
# Alone these say what was done, not with what (竣工7个 does say it: it is how plans count finished works).
_SAYS_IT = frozenset("竣工 投入 减负 招生 投资 就业".split())
_BARE = frozenset("使用 补助 奖励 资助 收费 培训 建设 发展 投放 改造 参训 奖补 补贴 创建 需 另 上浮 跟岗 上挂".split())
# Behind the name of a part these say what becomes of it.
_TRAILING = frozenset(
    f"{_CHANGED} 增至 降至 减至 升至 达到 增加到 提高到 安排 设立 创建 评选 评定 认定 开发 研发 挂牌 建成 新增 给予 惠及 涉及 力争 确保 增 减 升 降 提 建 设 为 有 是 派出 牵头 到岗".split()
)
# These say little alone: 教师全年交流 counts more than 交流.
_PLACES = frozenset("省市县区镇乡村校园")
_LITTLE = frozenset(
    "招生 占地 交流 轮岗 演练 实践 补助 收费 跟岗 抽检 开课 入住 上门 比例 计划 规划 行动 工程 方案".split()
)
# What is done with a thing tells it from the same thing planned: 项目竣工.
_DONE = frozenset("开工 撤并 停招 新开 交付 交付使用 投用 到位 办结 销号 选送 派出 关停 停办".split())
_NAMELIKE = frozenset("装备 公开 获奖 在建 续聘 新聘".split())
_PREPOSITIONS = frozenset("在 对 从 向 把 以 于 按 由 自 为 给 到".split())
_NOUNS = frozenset({Kind.NOUN, Kind.ADJECTIVE, Kind.GERUND, Kind.ACTION})


def opening(text: str, stated: Sequence[Quantity], place: int) -> int:
    """Where the words before a quantity begin: at the number or the mark before it.

    职教集团（联盟）1-2个 → 职教集团（联盟）
    """
    q = stated[place]
    start = max(stated[place - 1].end if place else 0, q.start - REACH)
    begins = max([start, *(m.end() for m in BREAK.finditer(text, start, q.start))])
    if begins > start and text[begins - 1] == "）":
        bracket = text.rfind("（", start, begins)
        begins = max([start, *(m.end() for m in BREAK.finditer(text, start, max(bracket, start)))])
    return begins


def noun(phrase: str) -> str:
    """The noun phrase that a stretch ends with, "" where it holds none.

    >>> noun("计划评选心理健康教育特色校"), noun("全市普惠托位总数达到"), noun("增加到")
    ('心理健康教育特色校', '普惠托位总数', '')
    """
    found = words(phrase[-REACH:])
    end = _end_of_subject(found)
    start = _start_of_nouns(found, end)
    if any(w.kind is Kind.SHARE for w in found[end:]):
        name = said(found[_start_of_share(found, end) : end])
        return f"{name}占比" if name else ""
    name = said(found[start:end])
    return "" if len(name) < 2 or _all(found[start:end], Kind.ADJECTIVE) else name


def done(label: str) -> str:
    """What a stretch says was done, where that tells a number from others of the same thing: 年内计划竣工 → 竣工"""
    found = words(label)
    return found[-1].text if found and found[-1].text in _DONE else ""


def noun_behind(stretch: str) -> str:
    """The noun phrase that a stretch begins with, "" where it begins with none.

    >>> noun_behind("劳动课程，覆盖"), noun_behind("的学校开展试点"), noun_behind("开展试点"), noun_behind("城市中")
    ('劳动课程', '学校', '', '城市')
    """
    found = words(stretch[:REACH])
    start = next((i for i, w in enumerate(found) if w.kind is not Kind.OF), len(found))
    if start < len(found) and found[start].text[0] == "（":
        return ""
    if start < len(found) and found[start].kind in {Kind.VERB, Kind.STOP, Kind.PLACE}:  # 覆盖每所学校的纪检队伍
        start = next((i + 1 for i, w in enumerate(found) if i > start and w.kind is Kind.OF), len(found))
    start = _behind_predicate(found, start)
    end = start + (start < len(found) and found[start].kind is Kind.ATTRIBUTE)
    while end < len(found) and _goes_on(found, start, end):
        end += 1
    if end - start > 1 and end < len(found) and _OF_THEM.fullmatch(found[end - 1].text):
        end -= 1
    while end - start > 1 and found[end - 1].kind in {Kind.GERUND, Kind.ADJECTIVE}:
        end -= 1
    name = said(found[start:end])
    empty = _all(found[start:end], Kind.ADJECTIVE, Kind.GERUND, Kind.ATTRIBUTE)
    return "" if empty or (len(name) < 2 and name not in _PLACES) else name


def _behind_predicate(found: Sequence[Word], start: int) -> int:
    """Where the noun begins that is said to have something: 学位富余的幼儿园 are 幼儿园"""
    of = next((i for i in range(start + 2, min(len(found) - 1, start + 4)) if found[i].kind is Kind.OF), None)
    if of is None or found[start].kind is not Kind.NOUN or found[of + 1].kind is not Kind.NOUN:
        return start
    return of + 1 if found[of - 1].kind is Kind.ADJECTIVE else start


def trimmed(name: str) -> str:
    """A name without the words that lead to it and from it; what stands between them stays, and what it does as well.

    >>> trimmed("其中支持农村小学新增"), trimmed("核心校达到"), trimmed("校园招聘"), trimmed("新建")
    ('农村小学', '核心校', '校园招聘', '新建')
    """
    found = words(name)
    start, end = 0, len(found)
    while end and (_leads(found[end - 1]) or found[end - 1].kind is Kind.PLACE or found[end - 1].text in _TRAILING):
        end -= 1
    while start < end and _leads(found[start]):
        start += 1
    governed = end - start > 1 and found[start].kind is Kind.VERB and found[start + 1].kind in _NOUNS
    return said(found[start + (governed and found[start].text not in _NAMELIKE) : end])


def _leads(word: Word) -> bool:
    return sure(word) and word.kind in {Kind.LEAD, Kind.STOP, Kind.OF, Kind.AND, Kind.SHARE}


def goes_on(label: str) -> bool:
    """Do words end with 、 or 和, so that they are those of the quantity before? 2项艺术技能、3项体育技能, but 惠及3人"""
    return label.endswith(("、", "和", "与", "及")) and words(label[-REACH:])[-1].kind is Kind.AND


def generic(name: str) -> bool:
    """Does a name say how a thing is counted rather than what? 标准, 补助标准, 人数"""
    return bool(_GENERIC.fullmatch(name))


def bare(name: str) -> bool:
    """Does a phrase say what was done alone, not with what?

    >>> bare("新建"), bare("交付使用"), bare("竣工"), bare("新建学校")
    (True, True, False, False)
    """
    if name in _SAYS_IT or not name:
        return False
    did = {Kind.VERB, Kind.ATTRIBUTE, Kind.GERUND}
    return name in _BARE or all(w.kind in did or (w.kind is Kind.LEAD and sure(w)) for w in words(name))


def led(label: str) -> bool:
    """Do the words before a quantity begin with a verb that governs what follows?"""
    found = [w for w in words(label) if w.kind is not Kind.LEAD]
    return len(found) > 1 and (found[0].kind is Kind.VERB or (found[0].kind is Kind.GERUND and found[1].kind in _NOUNS))


def begins_word(name: str, place: int) -> bool:
    """Does a word of a name begin at a place, rather than a part of one (通车 in 高速公路通车里程)?"""
    return place in accumulate(len(w.text) for w in words(name))


def governs(name: str) -> bool:
    """Does a verb or a preposition stand inside a name, so that it is none? 根据当地资源打造"""
    return any(w.kind in {Kind.VERB, Kind.STOP} and sure(w) for w in words(name)[:-1])


def said(found: Sequence[Word]) -> str:
    return "".join(w.text for w in found).strip()


def _end_of_nouns(found: Sequence[Word]) -> int:
    """Where the nouns of a stretch end; what was done with them (计划创建) stands behind them."""
    end = len(found)
    while end and (found[end - 1].kind not in _NOUNS or _is_done(found, end - 1)):
        end -= 1
    return end


def _end_of_subject(found: Sequence[Word]) -> int:
    """Where the noun phrase ends that a number is said of: 培训人次达到在校生规模的, “银龄学堂”向乡镇延伸"""
    end = _end_of_nouns(found)
    start = _start_of_nouns(found, end)
    subject = _end_of_nouns(found[:start])
    led = start > 0 and found[start - 1].kind is Kind.STOP and found[start - 1].text in _PREPOSITIONS
    beside = (found and found[-1].kind is Kind.OF) or (led and end < len(found) and found[-1].kind is not Kind.SHARE)
    return subject if beside and subject and _start_of_nouns(found, subject) < subject else end


def _is_done(found: Sequence[Word], place: int) -> bool:
    led = place > 1 and found[place - 1].kind in {Kind.LEAD, Kind.VERB}
    return (
        led and found[place].kind in {Kind.GERUND, Kind.ACTION} and any(w.kind is Kind.NOUN for w in found[: place - 1])
    )


def _start_of_nouns(found: Sequence[Word], end: int) -> int:
    start = end
    while start and _reaches(found, start, end):
        start -= 1
    while start < end and found[start].kind not in _NOUNS | {Kind.ATTRIBUTE}:
        start += 1
    return start


def _reaches(found: Sequence[Word], start: int, end: int) -> bool:
    """Does a noun phrase reach over the word before `start`?"""
    kind, name = found[start - 1].kind, said(found[start:end])
    before = found[start - 2].kind if start > 1 else Kind.STOP
    if start == end:
        return kind in _NOUNS
    first = found[start]
    if first.kind is Kind.ATTRIBUTE:
        return (
            (kind is Kind.NOUN and first.text == "新增")
            or kind is Kind.ATTRIBUTE
            or (kind is Kind.AND and before is Kind.ATTRIBUTE)
        )
    if kind in {Kind.NOUN, Kind.ADJECTIVE, Kind.ACTION, Kind.ATTRIBUTE}:
        return True
    if kind is Kind.AND:
        return before in _NOUNS and first.kind in _NOUNS
    if kind is Kind.GERUND:
        return before in _NOUNS | {Kind.VERB} or len(name) < 2 or generic(name)
    # 指标到校比例, 全国幼儿园的比例: what is not said by the last word alone is said by those before it.
    if generic(name) and kind in {Kind.VERB, Kind.LEAD} and before is Kind.STOP and start == 1:  # 发行利率
        return found[0].text not in _CHANGED and kind is Kind.VERB
    doing = first.kind in {Kind.VERB, Kind.LEAD} or _all(found[start:end], Kind.ACTION, Kind.GERUND)
    little = len(name) < 2 or generic(name) or name in _LITTLE or doing
    return (
        little
        and kind in {Kind.VERB, Kind.OF, Kind.LEAD}
        and before in _NOUNS | {Kind.LEAD, Kind.VERB}
        and (any(w.kind is Kind.NOUN for w in found[: start - 1]))
    )


def _start_of_share(found: Sequence[Word], end: int) -> int:
    """参训教师中女教师占: a share is that of a thing among others."""
    start = _start_of_nouns(found, end)
    if start > 1 and found[start - 1].text == "中" and found[start - 2].kind in _NOUNS:
        return _start_of_nouns(found, start - 1)
    return start


def _goes_on(found: Sequence[Word], start: int, end: int) -> bool:
    """Does a noun phrase that begins at `start` go on with the word at `end`?"""
    kind = found[end].kind
    after = found[end + 1].kind if end + 1 < len(found) else Kind.STOP
    if kind in {Kind.NOUN, Kind.ADJECTIVE}:
        return end == start or not found[end].text.isascii()
    if kind is Kind.ACTION:  # 集体备课, 现场答疑点 but 学校试用人工智能
        behind = list(takewhile(lambda w: w.kind in _NOUNS, found[end + 1 :]))
        if any(w.kind is Kind.ACTION for w in behind):
            return False
        short = len(behind) < 2 and all(len(w.text) < 3 for w in behind)
        return (short and (bool(behind) or len(found[end].text) < 4)) if end > start else after in _NOUNS
    if kind is Kind.ATTRIBUTE:
        return end > start and found[end - 1].kind is Kind.AND
    if kind is Kind.GERUND:
        return end > start or after in _NOUNS
    if kind is Kind.OF:
        return after in _NOUNS and _all(found[start:end], Kind.ADJECTIVE)
    return kind is Kind.AND and found[end].text != "等" and end > start and after in _NOUNS | {Kind.ATTRIBUTE}


def _all(found: Sequence[Word], *kinds: Kind) -> bool:
    return all(w.kind in kinds for w in found)
