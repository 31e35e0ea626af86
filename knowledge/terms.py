"""The words of a question that carry its meaning, each with how much it tells and what it may stand for."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from math import log

from knowledge.lexicon import Lexicon
from knowledge.model import Term
from knowledge.numerals import UNITS
from knowledge.spelling import stretches
from knowledge.store import Store
from knowledge.wording import HAN, bigrams, cutter, substrings

_UNIT = "|".join(map(re.escape, UNITS))
# What makes a question one about a number. 哪几所 and 好几年 do not ask for one.
HOW_MANY = re.compile(
    rf"(?<![哪十])几(?!何|乎|号|点|月|年级|种说法|时候)(?:(?P<unit>{_UNIT})(?!级)|(?=[\u4e00-\u9fff]))|多少(?P<unit2>{_UNIT})?|百分之几|多大比例|(?:是|有|占|达到?)多[大高]|"
    r"数量|总数|人数|名额|个数|总量|规模多大|how many|how much"
)
# Words that frame a question without saying what it is about.
_FRAME = frozenset(
    """
    请问 请问一下 请教 请教一下 麻烦 谢谢 谢了 您好 你好 哈喽 在吗 想问 想问问 想问一下 问 问一下 问问 打听 了解 了解一下 查 查一下 查询 帮我 告诉 告诉我 知道 想知道 听说 据说 看到 到底 究竟 具体
    目前 现在 当前 如今 今年 本年 年内 年底 年底前 全年 这年 一年 明年 去年 今天 明天 昨天 最近 以后 以前 之后 之前 后来 已经 正在 刚刚 马上 赶紧 一直 老是 老 总是 经常 天天 每天 整天 特别 非常 真的 真 很 太 挺 蛮 好好 更 最 都 也
    有没有 有没 是不是 会不会 能不能 可不可以 可以 要不要 是否 能否 行不行 怎么样 怎样 怎么 怎么办 怎办 咋办 咋样 咋 如何 为什么 为啥 什么样 什么时候 啥时候 何时 什么 啥 哪些 哪几 哪个 哪里 哪儿 哪家 哪位 哪 谁 几 多少 多
    一共 总共 合计 共计 加起来 分别 各 各有 各是 计划 打算 准备 预计 有关 关于 相关 方面 情况 问题 内容 事情 事 事儿 东西 动作 新动作 办法 招 安排 措施 规定 政策 说法 要求 介绍 解释 意思 是指 指 指的是 叫
    我们 我家 我 咱们 咱 你们 你 您 他们 他 她们 她 它们 它 大家 人家 自己 这个 这些 这 那个 那些 那 这里 那里 一个 一下 一些 一点 有点 还有 没有 没 不是 不会 不能 不要 不了 不行 不到 不 别 无 人
    还 还是 就 就是 才 又 再 只 只有 但是 但 可是 因为 所以 如果 要是 而且 或者 然后 里面 里头 里 中间 其中 下面 上面 外面 当中 上 下 中 内 外 前 后
    吗 呢 吧 啊 呀 哦 噢 嘛 么 啦 哈 哎 唉 喂 嗯 呗 的 了 着 过 得 地 是 有 在 和 与 跟 同 及 或 把 被 让 给 对 向 从 到 用 为 于 以 之 所 等 要 会 能 想 做 搞 弄 去 来 说 看 讲 提 占 比 建 做些 做哪些 哪条 条 款 处 个
    孩子 小孩 小孩子 儿子 女儿 闺女 娃 娃娃 宝宝 宝贝 家里 家长 家里人 老婆 老公 先生 女士 朋友 同事 邻居 亲戚 领导 听 急 急死 求助 在线等 市里 我市 本市 咱市 全市 上面 说说 讲讲 聊聊 看看
    差 相差 差距 差别 最多 最少 最大 最小 最高 最低 更多 更少 学段 区里 哪个区 哪个学段
    推荐 影响 主任 办公 公布 告知 出来 起来 读书 读 念
    以上 以下 之一 之类 之内 全部 所有 任何 各种 各类 一切 其他 其它 另外 此外 达到 结果 普通 简单 主要 基本 不断 进一步 充分 积极 切实 持续 继续
    出现 按 按照 什么流程 流程 推进 怎么推进 进行 开展 得到 需要 应该 应当 必须 希望 觉得 感觉 认为 以及 或是 那么 这么 这样 那样 一样 一般 一定 可能 大概 左右 大约
    what which who how many much the is are of in for a an to do does there this that year about please any and or not i my me we our you your it
    """.split()
)
_WORDY = re.compile(f"[{HAN}]+|[a-z]+")
# How frequent a word counts when a question is cut: one of the lexicon always wins, one of the clauses usually.
# How near a misspelt word comes to the right one; a word of its own that only sounds alike is too weak to answer by.
_RESPELT, _HINT, _OWN_WORD = 0.9, 0.45, 20
_ALWAYS_CUT, _IN_CLAUSES, _FRAMING = 10**8, 5000, 2000
# Who and where: nearly every question names one, so it tells little of what is asked.
_ACTORS = frozenset(
    "学堂 义务教育 学前教育 幼儿园 小学 初中 高中 中学 普高 中职 职校 高职 大学 高校 大学生 小学生 初中生 高中生 中小学 中小学生 学生 教师 老师 学校 校长 家长 儿童 "
    "青少年 城区 农村 乡村 常州 全市 公办 民办".split()
)
_ACTOR = 0.3
# An unknown word says less than a known one: it is part of the story more often than of the question.
_UNKNOWN = 0.5
_UNKNOWN_LATIN = 0.15
# More foreign words than this in a Chinese question are code or an address.
_FEW_LATIN = 3
_SHORT = 14

Cut = Callable[[str], list[str]]


def find_terms(body: str, store: Store, lexicon: Lexicon) -> Iterator[Term]:
    """The words that carry the meaning, each weighed by how rare it is among the clauses."""
    if len(re.findall("[a-z]+", body)) > _FEW_LATIN and re.search(f"[{HAN}]", body):
        body = re.sub("[a-z]+", " ", body)
    ours = store.spread(substrings(body), "words")
    said = dict(_said(body, ours, lexicon))
    meant = _spread([official for meanings in said.values() for official in meanings], store)
    # Of an expression that means nothing to the clauses, the words that they do use still count: 投入 of 投入多少钱.
    said = {s: m for s, m in said.items() if any(meant[o] for o in m) or not any(word in s for word in ours)}
    cut = _cutting(body, said, ours, store)
    pieces = list(dict.fromkeys([*_pieces(HOW_MANY.sub(" ", body), cut, store), *said]))
    spread = _spread([*pieces, *(official for meant in said.values() for official in meant)], store)
    lost = [p for p in pieces if not spread[p] and p not in said] + _loose(body, cut)
    said |= _respelt(body, lost, _edges(body, cut), ours, store) if lost else {}
    pieces = list(dict.fromkeys([*pieces, *said]))
    spread |= _spread([*pieces, *(official for meant in said.values() for official in meant)], store)
    total, common = max(store.count(), 1), store.words(pieces)
    for piece in pieces:
        others = tuple(said.get(piece, {}).items())
        held = [n for official, _ in others if (n := spread[official])]
        if spread[piece] or held:
            weight = _rarity(spread[piece] or min(held), total)
            if piece in lost and max(near for _, near in others) <= _HINT:
                weight = _unknown(piece, common.get(piece, 0))
            names = {piece} if spread[piece] else {official for official, _ in others if spread[official]}
            yield Term(piece, min(weight, _ACTOR) if names <= _ACTORS else weight, known=True, others=others)
        elif others:  # it means something, but nothing that the clauses speak of
            yield Term(piece, 1.0, known=False, others=others)
        else:
            yield Term(piece, _unknown(piece, common.get(piece, 0)), known=False)


def _said(body: str, ours: Mapping[str, int], lexicon: Lexicon) -> Iterator[tuple[str, dict[str, float]]]:
    """The everyday expressions of a question with what they mean."""
    spans = [m.span() for word in ours for m in re.finditer(re.escape(word), body)]
    for start, end, entry in lexicon.find(body):
        # 新增学位 holds no 增学位: an expression that would cut a word of the clauses in two is none.
        if not any(a < start < b < end or start < a < end < b for a, b in spans):
            yield body[start:end].strip(), dict(entry.official)


def _loose(body: str, cut: Cut) -> list[str]:
    """The single characters of a short question that belong to no word: 学 of 学为, where 为 is none either."""
    if len(body) > _SHORT:
        return []
    return [
        p
        for run in re.findall(f"[{HAN}]+", HOW_MANY.sub(" ", body))
        for p in cut(run)
        if len(p) == 1 and p not in _FRAME
    ]


def _respelt(
    body: str, lost: list[str], edges: set[int], ours: Mapping[str, int], store: Store
) -> dict[str, dict[str, float]]:
    """For words that no clause holds, the words of the clauses that they may be misspellings of."""
    known = [m.span() for word in ours for m in re.finditer(re.escape(word), body)]
    looked_up = stretches(body, known, edges)
    found = {s: w for form, words in store.spelt(looked_up).items() for s in looked_up[form] for w in words}
    everyday = store.words(found)
    respelt: dict[str, dict[str, float]] = {}
    for stretch in sorted(found, key=len, reverse=True):
        for piece in lost:
            if len(piece) == 1 and piece in stretch and not any(stretch in s or s in stretch for s in respelt):
                respelt[stretch] = {found[stretch]: _HINT if everyday.get(stretch, 0) > _OWN_WORD else _RESPELT}
            elif len(piece) > 1 and piece not in respelt and (piece in stretch or stretch in piece):
                # 景点 is a word of its own: that 经典 sounds alike is a weak hint, and never enough.
                respelt[piece] = {found[stretch]: _HINT if everyday.get(stretch, 0) > _OWN_WORD else _RESPELT}
    return respelt


def _unknown(word: str, frequency: int) -> float:
    """The weight of a word that no clause holds: little where it is one of everyday talk (变化, 起来, 一起)."""
    if word.isascii():
        return _UNKNOWN_LATIN
    return 0.15 if frequency >= 5000 else 0.3 if frequency >= 1500 else _UNKNOWN * min(2.0, len(word) / 2)


def _pieces(body: str, cut: Cut, store: Store) -> Iterator[str]:
    """The words that the clauses use and, between them, what they do not know; frame words left out."""
    pairs = store.spread(bigrams(body), "text")
    for run in _WORDY.findall(body):
        pieces = [run] if run.isascii() else _joined(cut(run), pairs)
        yield from (p for p in pieces if p not in _FRAME and (len(p) > 1 or p == body.strip()))


def _cutting(body: str, said: Iterable[str], ours: Mapping[str, int], store: Store) -> Cut:
    """A function that cuts the question into words: everyday ones, those of the clauses and of the lexicon."""
    words = store.words(substrings(body, shortest=1, longest=4))
    for word, clauses in ours.items():
        words[word] = max(words.get(word, 0), _IN_CLAUSES * clauses)
    words |= {w: _ALWAYS_CUT for w in said if re.fullmatch(f"[{HAN}]+", w)}
    words |= {w: max(_FRAMING, words.get(w, 0)) for w in _FRAME if w in body and w not in said}
    return cutter(words)


def _edges(body: str, cut: Cut) -> set[int]:
    """The places between the words of a question."""
    edges: set[int] = set()
    for run in re.finditer(f"[{HAN}]+", body):
        place = run.start()
        edges.add(place)
        for piece in cut(run[0]):
            place += len(piece)
            edges.add(place)
    return edges


def _joined(pieces: list[str], pairs: dict[str, int]) -> list[str]:
    """Single characters joined: to the word before where the clauses write them together (晨午 检), else to each other."""
    joined: list[str] = []
    loose = False
    for piece in pieces:
        single = len(piece) == 1 and piece not in _FRAME
        if single and joined and (loose or (joined[-1] not in _FRAME and joined[-1][-1] + piece in pairs)):
            joined[-1] += piece
        else:
            joined.append(piece)
            loose = single
    return joined


def _spread(names: list[str], store: Store) -> dict[str, int]:
    """In how many clauses each of these stands at the most: its rarest pair of characters tells."""
    pairs = store.spread([b for name in names for b in bigrams(name)], "text")
    return {name: min((pairs.get(b, 0) for b in bigrams(name)), default=0) for name in names}


def _rarity(clauses: int, total: int) -> float:
    """How much a word tells: 1 where it stands in one clause of many, near 0 where it stands in all.

    >>> [round(_rarity(n, 38), 2) for n in (0, 1, 5, 19, 38)]
    [1.0, 0.84, 0.5, 0.18, 0.0]
    """
    return min(1.0, log((total + 1) / (clauses + 0.5)) / log((total + 1) / 0.8)) if clauses else 1.0
