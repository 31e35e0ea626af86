"""From what a person typed to what they ask: which clause, which number, which words carry the meaning."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from math import log

from knowledge.errors import QuestionError
from knowledge.lexicon import CLOSENESS, Lexicon
from knowledge.model import Quantity, Question, Term, Wants
from knowledge.numerals import MONEY, UNITS, number, quantities
from knowledge.spelling import stretches
from knowledge.store import Store
from knowledge.wording import HAN, bigrams, cutter, fold, substrings

LONGEST = 1000
_NUM = r"[零〇一二三四五六七八九十百两\d]+"
_UNIT = "|".join(map(re.escape, UNITS))

_REFS = [
    re.compile(rf"(?<!倒数)第\s?(?P<n>{_NUM})\s?条"),
    re.compile(rf"(?P<back>倒数)第?\s?(?P<n>{_NUM})\s?条"),
    re.compile(r"(?P<last>最[后末]一?条|末条)"),
    re.compile(rf"^\W*(?:/?clause|/?条款?|no\.?|第)\s*(?P<n>-?{_NUM})\W*$"),
    re.compile(rf"^[\s(（\[【]*(?P<n>{_NUM})[\s)）\]】.、。?!]*(?:条款?)?[\s?。!]*$"),
    re.compile(r"(?:^|[^\d.])(?P<n>\d{1,3})条(?![\u4e00-\u9fff]{0,2}(?:措施|意见|建议))"),
]
_CHAPTER = re.compile(rf"第\s?(?P<n>{_NUM})\s?(?:大?部分|章|篇|大块|大项|大点|板块)|(?P<last>最后一(?:个?部分|章|篇))")

# What makes a question one about a number. 哪几所 and 好几年 do not ask for one.
_HOW_MANY = re.compile(
    rf"(?<![哪十])几(?!何|乎|号|点|月|年级|种说法|时候)(?:(?P<unit>{_UNIT})(?!级)|(?=[\u4e00-\u9fff]))|多少(?P<unit2>{_UNIT})?|百分之几|多大比例|(?:是|有|占|达到?)多[大高]|"
    r"数量|总数|人数|名额|个数|总量|规模多大|how many|how much"
)
_MONEY = re.compile(r"钱|资金|经费|预算|拨款|花费|投资|投入|花多少|砸")
_SHARE = re.compile(r"百分|比例|比率|率(?:是|降|提|达|能|有|多)|几成|占比")
_DATES = re.compile(r"什么时候|啥时候|何时|几时|几号|哪天|几月")
_MEANING = re.compile(
    r"[是为干做][啥谁]|是什么|[啥什么][意数]|指|哪[一]?条|哪里|在哪|出处|干什么|干嘛|做什么|说的|评的|提到|对应|怎么来的|来源|用来|用在|拿来|拿去"
)
_MOST = re.compile(r"最多|最大|最高|哪个[^，。]{0,8}多|谁[^，。]{0,6}多|哪[个家里区边头][^，。]{0,8}(?:多|大)")
_LEAST = re.compile(r"最少|最小|最低|哪[个家里区边头][^，。]{0,8}少|谁[^，。]{0,6}少")
_COMPARE = re.compile(r"多多少|少多少|多几|少几|差多少|差几|相差|差距|比[^，。]{1,10}(?:多|少)")
_SUM = re.compile(r"加起来|加上|相加|合计|合起来|加一起|(?<![参增附更施])加(?![大强快入以班油深])|之和|总和")
_LISTS = re.compile(
    r"有?哪些|都有?(?:啥|什么)|有(?:啥|什么)|包括|分别|列出|清单|都要?做|哪几|讲(?:了)?(?:些)?(?:什么|啥)|说(?:了)?(?:些)?(?:什么|啥)|内容|几条"
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
    最多 最少 最大 最小 最高 最低 更多 更少 学段 区里 哪个区 哪个学段
    出现 按 按照 什么流程 流程 推进 怎么推进 进行 开展 得到 需要 应该 应当 必须 希望 觉得 感觉 认为 以及 或是 那么 这么 这样 那样 一样 一般 一定 可能 大概 左右 大约
    what which who how many much the is are of in for a an to do does there this that year about please any and or not i my me we our you your it
    """.split()
)
_AREA_ENDS = ("区", "市", "县", "镇", "街道")
_WORDY = re.compile(f"[{HAN}]+|[a-z]+")
# How frequent a word counts when a question is cut: one of the lexicon always wins, one of the clauses usually.
# How near a misspelt word comes to the right one; a word of its own that only sounds alike is too weak to answer by.
_RESPELT, _HINT, _OWN_WORD = 0.9, 0.45, 20
_ALWAYS_CUT, _IN_CLAUSES, _FRAMING = 10**8, 5000, 2000
# Who and where: nearly every question names one, so it tells little of what is asked.
_ACTORS = frozenset(
    "学堂 幼儿园 小学 初中 高中 中学 普高 中职 职校 高职 大学 高校 大学生 小学生 初中生 高中生 中小学 中小学生 学生 教师 老师 学校 校长 家长 儿童 "
    "青少年 城区 农村 乡村 常州 全市 公办 民办".split()
)
_ACTOR = 0.3
# An unknown word says less than a known one: it is part of the story more often than of the question.
_UNKNOWN = 0.5
_UNKNOWN_LATIN = 0.15
# From so many characters on a question may begin with a story; what is told there counts less than what is asked.
_LONG, _STORY = 45, 0.3
_OPENING = re.compile("请问|想问|问问|问一[声下句]|想知道|想了解|想请教|弄清楚|弄明白|打听|就想")
# 一个 asks for nothing unless little else is said.
_FEW = 6


def understand(text: str, store: Store, lexicon: Lexicon) -> Question:
    """The question that a person typed, as far as words tell.

    Raises QuestionError where nothing is asked or more than LONGEST characters are.
    """
    plain = re.sub(rf"[^{HAN}a-z0-9.,，。、;；?？!！%‰()（）/+\- ]", " ", fold(text))
    plain = re.sub(" +", " ", plain).strip()
    if not re.search(rf"[{HAN}a-z0-9]", plain):
        raise QuestionError("请写一句想问的话，比如“今年新增多少学位？”")
    if len(plain) > LONGEST:
        raise QuestionError(f"问题太长了（{len(plain)} 个字），请用一两句话来问。")
    story, asked = _asked(plain)
    stated = tuple(_stated(asked))
    refs = tuple(_refs(plain, store))
    wants, units = _wants(asked, stated)
    parts, rest = _parts(_without(asked, stated), store)
    terms = tuple(_terms(rest, store, lexicon))
    if story:
        told = _terms(story, store, lexicon)
        terms += tuple(replace(t, weight=_STORY * t.weight) for t in told if t.text not in asked)
    parts = tuple(dict.fromkeys([*parts, *_meant_parts(terms, store)]))
    asks = tuple(p for p in re.split("[,，。;；?？!！]", asked) if _HOW_MANY.search(p))
    chapter = _chapter(plain, store)
    return Question(
        text,
        plain,
        wants,
        terms,
        parts,
        stated,
        units,
        refs,
        chapter,
        asks,
        _is_doubtful(asks),
        bool(_LISTS.search(plain)),
    )


def _is_doubtful(asks: Iterable[str]) -> bool:
    """May every 几 of these mean some? 好几年, 几个老师在说, 能抵几门课不."""
    some = re.compile(rf"好几|^\s?几(?:{_UNIT})[{HAN}]{{4}}|几(?:{_UNIT})[{HAN}]{{3,}}|几(?:{_UNIT})[{HAN}]{{1,3}}不$")
    return all(some.search(a) and not re.search("多少|百分之几|几倍|数量|总数", a) for a in asks)


def _asked(plain: str) -> tuple[str, str]:
    """What a long question tells first, and what it asks: from its 请问 on, else its last two parts."""
    breaks = [m.end() for m in re.finditer("[,，。;；!！ ]", plain)]
    if len(plain) < _LONG or len(breaks) < 3:
        return "", plain
    opening = [m.start() for m in _OPENING.finditer(plain)]
    start = (
        opening[-1]
        if opening and len(plain) - opening[-1] > _FEW
        else breaks[-2]
        if breaks[-1] < len(plain)
        else breaks[-3]
    )
    return plain[:start], plain[start:]


def _stated(plain: str) -> Iterator[Quantity]:
    """The numbers that the question itself names: 57个, 1.5亿, 16500. A year or 第三 is none."""
    for q in quantities(plain):
        bare = not q.unit and re.fullmatch(
            r"\d[\d,.]*[万亿]*|(?!.*[十百千][十百千])(?=.*[一二三四五六七八九两])[一二三四五六七八九十百千万亿零两]{3,}",
            q.raw.strip(),
        )
        ordinal = plain[: q.start].endswith(("第", "20", "-")) or re.match("年|月|号|条|章|部分", plain[q.end :])
        dated = q.unit in {"年", "日"} and q.value > 100
        counted = not q.raw[0].isdigit() and q.value < 10 and len(plain) - len(q.raw) > _FEW  # 坐一个班, 三班倒
        if ordinal or dated or counted or q.value == 0:
            continue
        if not q.label or (bare and (q.value >= 10 or "." in q.raw)) or (q.unit and q.raw[0].isdigit()):
            yield q


def _refs(plain: str, store: Store) -> Iterator[int]:
    plan = store.plan()
    last = store.last_ref(plan.title) if plan else 0
    for pattern in _REFS:
        for found in pattern.finditer(plain):
            groups = found.groupdict()
            if groups.get("last"):
                yield last
                continue
            value = -1 if groups["n"].startswith("-") else number(groups["n"])
            if value is not None:
                yield last + 1 - int(value) if groups.get("back") else int(value)
        if pattern.search(plain):
            return


def _chapter(plain: str, store: Store) -> int | None:
    found = _CHAPTER.search(plain)
    if not found:
        return None
    if found["last"]:
        plan = store.plan()
        return len(plan.chapters) if plan else None
    value = number(found["n"])
    return None if value is None else int(value)


def _wants(plain: str, stated: tuple[Quantity, ...]) -> tuple[Wants, tuple[str, ...]]:
    """What is asked for and, where it is a number, the units that the answer may have (empty: any)."""
    asked = list(_HOW_MANY.finditer(plain))
    units = tuple(u for m in asked if (u := m["unit"] or m["unit2"]))
    if _DATES.search(plain) and not asked:
        return Wants.CLAUSE, ()
    if asked and _MONEY.search(plain) and not set(units) - MONEY:
        units = tuple(sorted(MONEY))
    elif _SHARE.search(plain) and (asked or "率" in plain):
        units = ("%",)
    wants = Wants.FIGURE if asked or units else Wants.CLAUSE
    if _COMPARE.search(plain):
        wants = Wants.COMPARE
    elif _MOST.search(plain):
        wants = Wants.MOST
    elif _LEAST.search(plain):
        wants = Wants.LEAST
    elif _SUM.search(plain):
        wants = Wants.SUM
    elif stated and (not asked or _MEANING.search(plain)):
        wants = Wants.MEANING
    return wants, units


def _without(plain: str, stated: Iterable[Quantity]) -> str:
    for q in stated:
        plain = plain[: q.start] + " " * (q.end - q.start) + plain[q.end :]
    return plain


def _parts(body: str, store: Store) -> tuple[tuple[str, ...], str]:
    """The parts of splits that the question names (武进 → 武进区), and the question without them."""
    names = substrings(body)
    full = {n: n for n in names} | {n + end: n for n in names for end in _AREA_ENDS}
    kinds = store.parts(full)
    found: list[tuple[int, str]] = []
    for part in sorted(kinds, key=len, reverse=True):
        said = full[part]
        for place in re.finditer(re.escape(said), body):
            found.append((place.start(), part))
            if kinds[part] == "area":
                body = body[: place.start()] + " " * len(said) + body[place.end() :]
    inside = [p for _, p in sorted(found)]
    return tuple(dict.fromkeys(inside)), body


def _meant_parts(terms: Iterable[Term], store: Store) -> list[str]:
    """The parts of splits that a question means by other words: 溧杨 for 溧阳市, 托儿所 for 幼儿园."""
    names = [official for t in terms for official, near in t.others if near >= CLOSENESS["part"]]
    return list(store.parts([name + end for name in names for end in ("", *_AREA_ENDS)]))


def _terms(body: str, store: Store, lexicon: Lexicon) -> Iterator[Term]:
    """The words that carry the meaning, each weighed by how rare it is among the clauses."""
    ours = store.spread(substrings(body), "words")
    said = dict(_said(body, ours, lexicon))
    pieces = list(dict.fromkeys([*_pieces(_HOW_MANY.sub(" ", body), said, ours, store), *said]))
    spread = _spread([*pieces, *(official for meant in said.values() for official in meant)], store)
    lost = [p for p in pieces if not spread[p] and p not in said]
    said |= _respelt(body, lost, ours, store) if lost else {}
    spread |= _spread([official for meant in said.values() for official in meant], store)
    total, common = max(store.count(), 1), store.words(pieces)
    for piece in pieces:
        others = tuple(said.get(piece, {}).items())
        meant = [n for official, _ in others if (n := spread[official])]
        if spread[piece] or meant:
            weight = _rarity(spread[piece] or min(meant), total)
            if piece in lost and max(near for _, near in others) <= _HINT:
                weight = _unknown(piece, common.get(piece, 0))
            yield Term(piece, min(weight, _ACTOR) if piece in _ACTORS else weight, known=True, others=others)
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


def _respelt(body: str, lost: list[str], ours: Mapping[str, int], store: Store) -> dict[str, dict[str, float]]:
    """For words that no clause holds, the words of the clauses that they may be misspellings of."""
    known = [m.span() for word in ours for m in re.finditer(re.escape(word), body)]
    looked_up = stretches(body, known)
    found = {s: w for form, words in store.spelt(looked_up).items() for s in looked_up[form] for w in words}
    everyday = store.words(found)
    respelt: dict[str, dict[str, float]] = {}
    for stretch in sorted(found, key=len, reverse=True):
        for piece in lost:
            if piece not in respelt and (piece in stretch or stretch in piece):
                # 景点 is a word of its own: that 经典 sounds alike is a weak hint, and never enough.
                respelt[piece] = {found[stretch]: _HINT if everyday.get(stretch, 0) > _OWN_WORD else _RESPELT}
    return respelt


def _unknown(word: str, frequency: int) -> float:
    """The weight of a word that no clause holds: little where it is one of everyday talk (变化, 起来, 一起)."""
    if word.isascii():
        return _UNKNOWN_LATIN
    return 0.15 if frequency >= 5000 else 0.3 if frequency >= 1500 else _UNKNOWN * min(2.0, len(word) / 2)


def _pieces(body: str, said: Iterable[str], ours: Mapping[str, int], store: Store) -> Iterator[str]:
    """The question cut into words that the clauses use and, between them, what they do not know; frame words left out."""
    words = store.words(substrings(body, shortest=1, longest=4))
    for word, clauses in ours.items():
        words[word] = max(words.get(word, 0), _IN_CLAUSES * clauses)
    words |= {w: _ALWAYS_CUT for w in said if re.fullmatch(f"[{HAN}]+", w)}
    words |= {w: max(_FRAMING, words.get(w, 0)) for w in _FRAME if w in body and w not in said}
    pairs = store.spread(bigrams(body), "text")
    cut = cutter(words)
    for run in _WORDY.findall(body):
        pieces = [run] if run.isascii() else _joined(list(cut(run)), pairs)
        yield from (p for p in pieces if p not in _FRAME and (len(p) > 1 or p == body.strip()))


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
