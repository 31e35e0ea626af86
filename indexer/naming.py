"""What a quantity counts: the noun phrase behind it or before it, else what its sentence or its heading speaks of."""

import re
from collections.abc import Mapping, Sequence

from indexer.labels import alike
from indexer.phrases import BREAK, COMPARED, EACH, REACH, bare, done, generic, goes_on, noun, noun_behind, opening
from indexer.splits import Split
from knowledge.model import Quantity
from knowledge.numerals import CLOCK, MONEY, PEOPLE, SHARES, TIME

_SENTENCE = "。！？!?\n"
# Said of one number alone: its phrase stands before it rather than behind it.
_MEASURES = MONEY | SHARES | TIME | {CLOCK, "倍", "分", "", "斤", "平方米", "亩", "℃", "度", "批次", "人次"}
_ASIDES = str.maketrans("（）", "\1\2")  # a bracket ends no phrase: 市（县、区）
_EVERYWHERE = re.compile("(?:各|每个?)(?:区县|县区|县市区?|市县|乡镇|镇街|街道|[市区县镇乡地校园])(?:各|均)?$")
_THAN = re.compile("(?:比|较)[\u4e00-\u9fff]{1,8}的$")  # 比规划的28300个增加5790个
_GENERIC_END = re.compile("(?:结束|开始)?(?:时长|时间|总数|标准|占比|比例|数量|人数|参与率|覆盖率)$")
_GRADE = re.compile("[一二三四五六七八九]年级")
_UNDONE = frozenset({"撤并", "停招", "新开", "撤销"})
_BESIDE = frozenset({"", "以上", "以下", "的"})  # between two numbers of one thing: 207户673名, 5万元以上50万元以下


class Names:
    """What each of a clause's quantities counts, told in reading order; the parts of a split count what it splits.

    >>> from knowledge.numerals import quantities
    >>> text = "海岛教师岛居补贴提高到每人每月1200元，比上年多300元，惠及480名教师。"
    >>> Names(text, "", [q for q in quantities(text) if not q.label], [], {}).all()
    [('海岛教师岛居补贴', None), ('海岛教师岛居补贴', '比上年多'), ('教师', None)]
    """

    def __init__(
        self, text: str, title: str, stated: Sequence[Quantity], splits: Sequence[Split], again: Mapping[int, int]
    ) -> None:
        self._text, self._title, self._stated, self._again = text, title, stated, again
        self._split_of = {part.place: split for split in splits for part in split.parts}
        self._behind_parts = {s.total: s for s in splits if s.total is not None and s.total > s.parts[0].place}
        self._found: list[tuple[str, str | None]] = []

    def all(self) -> list[tuple[str, str | None]]:
        """The thing and what qualifies its number (比上年多), of each quantity."""
        for place in range(len(self._stated)):
            split = self._split_of.get(place) or self._behind_parts.get(place)
            if place in self._again:
                self._found.append(self._found[self._again[place]])
            else:
                self._found.append((self._split(split), None) if split else self._one(place))
        return self._found

    def _split(self, split: Split) -> str:
        """What a split counts: what its total says, its own words, or what its sentence speaks of."""
        first = split.parts[0].place
        if split.added is not None:
            return "新增" + self._found[split.added][0].removeprefix("新增")
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
        label = self._label(place)
        if compared := COMPARED.search(label):
            return noun(label[: compared.start()]) or self.topic(place), compared[0]
        if _THAN.search(label):
            return self.topic(place), None
        own = "" if goes_on(label) else _EVERYWHERE.sub("", label)
        each = EACH.search(own)
        before = noun(each[1] if each else own)
        if each and not before and each[0].startswith("均"):
            before = noun(own[: each.start()])
        behind = self._behind(place)
        if behind and (not before or bare(before) or not self._is_measure(place)):
            return behind, None
        before = "" if _GRADE.fullmatch(before) else before  # 三至六年级不超过60分钟 counts no classes
        if before and not bare(before) and not generic(before):
            return before, None
        return self._completed(place, before, label), None

    def _is_measure(self, place: int) -> bool:
        """Is a quantity such as measures what stands before it, rather than counts what stands behind it?"""
        q = self._stated[place]
        end = self._stated[self._last(place)].end
        bound = q.raw.endswith(("以上", "以下", "左右", "以内"))
        return (q.unit in _MEASURES or bound) and not (self._text.startswith("的", end) and q.unit not in TIME)

    def _completed(self, place: int, before: str, label: str) -> str:
        """What the sentence speaks of, with what stands before the quantity where that says too little alone."""
        topic = (before and bare(before) and self._alike_before(place)) or self.topic(place)
        if not before:
            topic += done(label)
        if not before or before in topic:
            return _GENERIC_END.sub("", topic) if label.startswith("每") else topic
        if generic(before):
            topic = _GENERIC_END.sub("", topic)
        elif before in _UNDONE:
            topic = re.sub("新[增设建]|增设|停招", "", topic)
        return topic + before

    def _alike_before(self, place: int) -> str:
        """新建学校9个。计划竣工5个: what is done is done with what the last sentence counts, not with the heading."""
        earlier = (i for i in range(place - 1, max(-1, place - REACH), -1) if i not in self._split_of)
        same = next((i for i in earlier if alike(self._stated[i].unit, self._stated[place].unit)), None)
        return self.topic(place, own=True) or ("" if same is None else self._found[same][0])

    def topic(self, place: int, *, own: bool = False) -> str:
        """What the words before a quantity's own speak of: 发放入学路费，省内600元 → 入学路费

        Where its sentence says nothing (and not its `own` words alone are wanted) it is what the heading speaks of, else
        what was last counted.
        """
        end = opening(self._text, self._stated, place)
        start = max(0, end - 2 * REACH)
        start = max(start, *(self._text.rfind(mark, start, end) + 1 for mark in _SENTENCE))
        inside = [i for i in range(max(0, place - REACH), place) if self._stated[i].start >= start]
        for segment in reversed(list(re.finditer(r"[^，,；;：:]+", self._text[start:end]))):
            within = [i for i in inside if segment.start() <= self._stated[i].start - start < segment.end()]
            if within and within[-1] < len(self._found):
                return self._found[within[-1]][0]
            name = noun(segment[0])
            if not within and name and not bare(name):
                return name
        if own:
            return ""
        return noun(self._title) or (self._found[-1][0] if self._found else "") or _counted(self._stated[place].unit)

    def _label(self, place: int) -> str:
        return self._text[opening(self._text, self._stated, place) : self._stated[place].start]

    def _behind(self, place: int) -> str:
        """What stands behind a quantity, of several in a row behind the last."""
        last = self._last(place)
        end = self._stated[last].end
        following = self._stated[last + 1].start if last + 1 < len(self._stated) else len(self._text)
        after = self._text[end : min(end + REACH, max(following, end))]
        stop = BREAK.search(after.translate(_ASIDES))
        return noun_behind(after[: stop.start()] if stop else after)

    def _last(self, place: int) -> int:
        """The last of quantities in a row that are said of one thing: 5万元以上50万元以下的罚款"""
        last = place
        while last + 1 < min(place + 3, len(self._stated)):
            if self._text[self._stated[last].end : self._stated[last + 1].start][:3] not in _BESIDE:
                break
            last += 1
        return last


def _counted(unit: str) -> str:
    """What is counted where no word says it."""
    kinds = ((MONEY, "金额"), (SHARES, "比例"), (TIME | {CLOCK}, "时间"), (PEOPLE, "人数"))
    return next((name for units, name in kinds if unit in units), "数量")
