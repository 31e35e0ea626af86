"""What a quantity counts: the noun phrase behind it or before it, else what its sentence or its heading speaks of."""

import re
from collections.abc import Sequence

from indexer.labels import alike
from indexer.phrases import BARE, BREAK, EACH, NO_NAME, REACH, noun, opening
from indexer.splits import Split
from knowledge.model import Quantity
from knowledge.numerals import MONEY, SHARES, TIME

_SENTENCE = "。！？!?\n"
# Said of one number alone: its phrase stands before it rather than behind it.
_MEASURES = MONEY | SHARES | TIME | {"倍", "分", "", "斤", "平方米", "亩", "℃", "度", "批次", "人次"}
# With one of these behind it, a name has ended and its sentence goes on.
_GOES_ON = re.compile(
    r"(?<=..)(?:开展|开设|建立|颁发|更换|试用|配备|设置|设立|发放|纳入|加装|进入|外出|驻校|进校|参加|全部|签订|列入|实现|完成|通过|获得|接受|达到|(?<!自|理)由|在(?![校园职岗编地线])|(?<!行|作)为|以(?![上下内及])|于)(?=..)"
)
_MORE = "比上年 较上年 比去年 较去年 比上一年 较上一年 比往年 同比 比上学年".split()
_COMPARED = re.compile(
    rf"(?:{'|'.join(_MORE)})(?:再?(?:多|少|净增|增加|增长|减少|提高|提升|下降|降低|降|升|上升|新增|翻))?(?:了|到)?$"
)
_GENERIC = re.compile(
    r"(?:补助|收费|资助|奖励|奖补)?(?:标准|金额|数量|总数|规模|总量|比例|占比|人数|名额|时长|面积|总额|总值|奖补|一次性奖补|其余|年度补助|补助|奖励|资助|收费|租金|经费|总体|整体)"
)
_NOT_BEHIND = re.compile(
    r"[、，和及与并或]|其中|进行|给予|予以|以[上下内]|为|是|由|在|至|到|前|后|内|者|于|比|较|支持|用于|且|改|纳|增|减|升|调|压|扩|提前|评|赴|转|并入|留待|动|抢|不得|能|须|驻校|进校|[\d“]?$"
)
_STOP = re.compile(
    r"进入|纳入|跨[越过]|完成|参加|[、和及与并或]\s?(?=\d|[一二三四五六七八九十百千万两]+[个所家门名项])|[、]|及(?!格|时)|的(?=.?$)"
)
_ASIDE = re.compile(r"（[^（）]{1,6}）(?=\w)")
_OPEN, _CLOSED = str.maketrans("（）", "\1\2"), str.maketrans("\1\2", "（）")
_EVERYWHERE = re.compile("(?:各|每个?)(?:区县|县区|县市区?|市县|乡镇|镇街|街道|[市区县镇乡地校园])(?:各|均)?")
_OF_THEM = ("中，", "里，", "当中", "之中")
_GENERIC_END = re.compile("(?:结束|开始)?(?:时长|时间|总数|标准|占比|比例|数量|人数|参与率|覆盖率)$")
_UNDONE = frozenset({"撤并", "停招", "新开", "撤销"})


class Names:
    """What each of a clause's quantities counts, told in reading order; the parts of a split count what it splits.

    >>> from knowledge.numerals import quantities
    >>> text = "海岛教师岛居补贴提高到每人每月1200元，比上年多300元，惠及480名教师。"
    >>> Names(text, "", [q for q in quantities(text) if not q.label], []).all()
    [('海岛教师岛居补贴', None), ('海岛教师岛居补贴', '比上年多'), ('教师', None)]
    """

    def __init__(self, text: str, title: str, stated: Sequence[Quantity], splits: Sequence[Split]) -> None:
        self._text, self._title, self._stated = text, title, stated
        self._split_of = {part.place: split for split in splits for part in split.parts}
        self._behind_parts = {s.total: s for s in splits if s.total is not None and s.total > s.parts[0].place}
        self._found: list[tuple[str, str | None]] = []

    def all(self) -> list[tuple[str, str | None]]:
        """The thing and what qualifies its number (比上年多), of each quantity."""
        for place in range(len(self._stated)):
            split = self._split_of.get(place) or self._behind_parts.get(place)
            what, said = (self._split(split), None) if split else self._one(place)
            self._found.append((what.removeprefix("的"), said))  # 能提供的新增学位, cut behind its verb
        return self._found

    def _split(self, split: Split) -> str:
        """What a split counts: what its total says, its own words, or what its sentence speaks of."""
        first = split.parts[0].place
        if split.total is not None and split.total < first:
            return self._found[split.total][0]
        if split.total is not None and not self._silent(split.total):
            return self._one(split.total)[0]
        return (
            split.what or self._behind(first) or self._behind(split.parts[-1].place) or self.topic(first) + split.done
        )

    def _silent(self, place: int) -> bool:
        """Does nothing but 全市共 or 合计 stand before a quantity?"""
        return not self._behind(place) and not re.sub("全?[市县区省校]?|[合共总]计|一?共|为", "", self._label(place))

    def _one(self, place: int) -> tuple[str, str | None]:
        q, label, behind = self._stated[place], self._label(place), self._behind(place)
        if compared := _COMPARED.search(label):
            return noun(label[: compared.start()]) or self.topic(place), compared[0]
        if each := EACH.search(label):
            label = each[1]
        before = "" if _EVERYWHERE.fullmatch(self._label(place)) else noun(label)
        if not label and self._text.startswith(_OF_THEM, q.end):
            return self._stated_before(place) or self.topic(place), None
        measure = q.unit in _MEASURES or q.raw.endswith(("以上", "以下", "左右", "以内"))
        if behind and (
            not measure
            or not before
            or BARE.fullmatch(before)
            or (self._text[q.end : q.end + 1] == "的" and q.unit not in TIME)
        ):
            return behind, None
        if before and not BARE.fullmatch(before) and not _GENERIC.fullmatch(before):
            return before, None
        topic = (before and BARE.fullmatch(before) and self._alike_before(place)) or self.topic(place)
        if not before or before in topic:
            return _GENERIC_END.sub("", topic) if label.startswith("每") else topic, None
        if _GENERIC.fullmatch(before):
            topic = _GENERIC_END.sub("", topic)
        elif before in _UNDONE:
            topic = re.sub("新[增设建]|增设|停招", "", topic)
        return topic + before, None

    def _stated_before(self, place: int) -> str:
        """新建学校21个。21个中，14个……: what the number counted where it was first stated."""
        q = self._stated[place]
        earlier = range(place - 1, max(-1, place - REACH), -1)
        same = (i for i in earlier if (self._stated[i].value, self._stated[i].unit) == (q.value, q.unit))
        return next((self._found[i][0] for i in same), "")

    def _alike_before(self, place: int) -> str:
        """新建学校9个。计划竣工5个: what is done is done with what the last sentence counts, not with the heading."""
        earlier = (i for i in range(place - 1, max(-1, place - REACH), -1) if i not in self._split_of)
        same = next((i for i in earlier if alike(self._stated[i].unit, self._stated[place].unit)), None)
        return self.topic(place, own=True) or ("" if same is None else self._found[same][0])

    def topic(self, place: int, *, own: bool = False) -> str:
        """What the words before a quantity's own speak of: 发放入学路费，省内600元 → 入学路费

        Where its sentence says nothing (and not its `own` words alone are wanted) it is what the heading speaks of.
        """
        end = opening(self._text, self._stated, place)
        start = max(0, end - 2 * REACH)
        start = max(start, *(self._text.rfind(mark, start, end) + 1 for mark in _SENTENCE))
        inside = [i for i in range(max(0, place - REACH), place) if self._stated[i].start >= start]
        for segment in reversed(list(re.finditer(r"[^，,；;：:（）]+", self._text[start:end]))):
            within = [i for i in inside if segment.start() <= self._stated[i].start - start < segment.end()]
            if within and within[-1] < len(self._found):
                return self._found[within[-1]][0]
            name = noun(segment[0], whole=True)
            if not within and len(name) > 1 and not BARE.fullmatch(name) and not NO_NAME.match(name):
                return name
        return "" if own else noun(self._title[:REACH], whole=True) or self._stated[place].unit

    def _label(self, place: int) -> str:
        return self._text[opening(self._text, self._stated, place) : self._stated[place].start]

    def _behind(self, place: int) -> str:
        q = self._stated[place]
        end = min(
            len(self._text), q.end + REACH, *(s.start for s in self._stated[place + 1 : place + 2] if s.start >= q.end)
        )
        after = _ASIDE.sub(lambda m: m[0].translate(_OPEN), self._text[q.end : end])
        for stop in (BREAK, _STOP, _GOES_ON):
            after = after[: m.start()] if (m := stop.search(after)) else after
        after = after.translate(_CLOSED)
        behind = noun(re.sub(r"^(?:的|以上|左右|以内|以下)+", "", after))
        if len(behind) < 2 or _NOT_BEHIND.match(after) or BARE.fullmatch(behind):
            return ""
        return behind
