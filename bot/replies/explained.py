"""What was understood of a message, for a person to read: a line for each question in it."""

from collections.abc import Iterator

from knowledge.frames import subject
from knowledge.model import Answer, Asks, Finding, Frame, Op, PartKind, Ref, Term, Year

_ASKS = {
    Asks.CLAUSE: "内容",
    Asks.FIGURE: "数",
    Asks.SPLIT: "怎么分",
    Asks.DATE: "时间",
    Asks.PLACE: "地点",
    Asks.NAMES: "有哪些",
    Asks.ROLL: "名单",
    Asks.WHICH: "哪一个",
    Asks.BODY: "谁负责",
    Asks.OFFICE: "哪个处室",
    Asks.CONTACT: "电话或网址",
    Asks.REASON: "原因",
    Asks.MEANING: "这个数是什么",
    Asks.CHAPTER: "目录",
    Asks.SOURCE: "出处",
    Asks.DETAIL: "全文",
    Asks.OTHERS: "别的条款",
}
_OPS = {
    Op.SUM: "合计",
    Op.DIFFERENCE: "相差",
    Op.RATIO: "几倍",
    Op.SHARE: "占比",
    Op.GROWTH: "增减几成",
    Op.AVERAGE: "平均",
    Op.EXCEPT: "除去这些",
    Op.REST: "剩下",
    Op.NOT: "不是的",
    Op.WORTH: "折合",
    Op.MOST: "最多",
    Op.LEAST: "最少",
    Op.RANK: "第{n}名",
    Op.TOP: "前{n}名",
    Op.BOTTOM: "后{n}名",
    Op.DOWN: "从多到少",
    Op.UP: "从少到多",
    Op.ABOVE: "多于{n}",
    Op.BELOW: "少于{n}",
}
_BY = {PartKind.AREA: "各地区", PartKind.STAGE: "各学段", PartKind.OTHER: "各项"}
_FROM_NOW = {0: "今年", -1: "去年", -2: "前年", 1: "明年"}
TALK, NOTHING = "打招呼，不是问题", "没听出问什么"


def explained(answer: Answer) -> str:
    """问的是：新增学位 · 小学 · 数"""
    return "\n".join(f"问的是：{_told(finding)}" for finding in answer.findings)


def _told(finding: Finding) -> str:
    if finding.reason == "talk":
        return TALK
    frame = finding.frame
    slots = list(dict.fromkeys(_slots(frame)))
    of_clause, of_figure = frame.asks is Asks.CLAUSE, frame.asks is Asks.FIGURE
    says_itself = (of_clause and (frame.by or frame.refs)) or (frame.op and (of_clause or of_figure))
    return " · ".join([*slots, *([] if says_itself else [_ASKS[frame.asks]])]) if slots else NOTHING


def _slots(frame: Frame) -> Iterator[str]:
    yield from (f"《{title}》" for title in frame.named)
    yield from map(_year, frame.years)
    yield from frame.elsewhere
    yield from _subject(frame)
    yield from (p.text for p in frame.parts)
    yield from (q.raw for q in frame.stated)
    yield from map(_ref, frame.refs)
    if frame.by is not None:
        yield _BY[frame.by]
    if frame.each:
        yield "每一个"
    bound = "平均" if frame.value is None else f"{abs(frame.value).normalize():f}"
    yield from (_OPS[op].format(n=bound) for op in (*frame.first, frame.op) if op)


def _subject(frame: Frame) -> Iterator[str]:
    """The words of the subject, those that touch each other in the question as one, everyday ones with what they mean."""
    words = ""
    for term in subject(frame):
        if _meaning(term):
            yield from [words] if words else []
            yield f"{term.text}（{_meaning(term)}）"
            words = ""
        elif words and words + term.text not in frame.text:
            yield words
            words = term.text
        else:
            words += term.text
    if words:
        yield words


def _meaning(term: Term) -> str:
    """The official words that an everyday one stands for, empty where it stands for itself."""
    return "" if term.known else max(term.others, key=lambda other: other[1], default=("", 0.0))[0]


def _ref(ref: Ref) -> str:
    """第7条, 第3到5条, 最后一条, 第5部分第2条, 下一条"""
    if ref.step:
        return "下一条" if ref.step > 0 else "上一条"
    chapter = "" if ref.chapter is None else "最后一部分" if ref.chapter < 0 else f"第{ref.chapter}部分"
    if ref.number is None:
        return chapter
    if ref.number < 0:
        return chapter + ("最后一条" if ref.number == -1 else f"倒数第{-ref.number}条")
    return f"{chapter}第{ref.number}{f'到{ref.to}' if ref.to else ''}条"


def _year(year: Year) -> str:
    """2022年, 去年"""
    return f"{year.number}年" if year.number else _FROM_NOW.get(year.from_now, "")
