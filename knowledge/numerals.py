"""Numbers as people and documents write them: 16500个, 1.5亿元, 一万六千五, 2-3期, 10家以上, 百分之六.

`quantities` finds them in a text; a number that is a name, a date or an order comes back marked as a label, so that no
digit is passed over in silence.
"""

import re
from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal

from knowledge.model import Quantity

_DIGITS = {c: i for i, c in enumerate("零一二三四五六七八九")} | {"〇": 0, "两": 2, "俩": 2, "仨": 3}
_TENS = {"十": 10, "百": 100, "千": 1000}
_FORMAL = str.maketrans("壹贰叁肆伍陆柒捌玖拾佰仟", "一二三四五六七八九十百千")
_HALVES = {"个半月": "个月", "个半小时": "小时", "年半": "年", "倍半": "倍"}
_COUNTED_IN = frozenset("个小时 个学分 个课时 个学时".split())
_MYRIADS = {"万": 10**4, "亿": 10**8}
_MULTIPLES = _TENS | _MYRIADS

# Longest first, so that 个百分点 is not read as 个. 批, 方, 位一体 and the like count nothing in official language.
UNITS = sorted(
    "个 所 家 门 期 名 人 位 项 条 次 座 间 套 台 辆 处 支 类 种 份 本 册 部 块 片 栋 幢 层 户 件 场 轮 届 节 篇 首 张 只 艘 例 吨 斤 公斤 千克 kg 克 "
    "课时 学时 学分 周年 小时 分钟 秒 天 日 周 个月 年 岁 周岁 元 港元 港币 人民币 美元 欧元 平方米 ㎡ m2 平方公里 亩 公顷 公里 千米 米 厘米 毫米 升 "
    "毫克/升 mg/L 度 倍 倍半 成 % ‰ 个百分点 人次 户次 件次 家次 课次 例次 台次 场次 班次 人份 学期 学年 千瓦时 千瓦 度电 折 个半月 个半小时 年半 对 组 股 批 批次 班 级 校 点 分 块钱 元钱 毛 角 "
    "起 个小时 个学分 个课时 个学时 口 平方 架 架次 瓶 桶 头 尾 宗 单 辆次 盒 立方米 微克/立方米 兆瓦 毫米 /10万 /万 /亩 元/亩 项次 处次 千瓦/时 NTU 分贝 dB km kW kWh MW kV GB TB 工作日 个工作日 时 讲 节课 档 队 站 趟 岗 盏 棵 株 幅 枚 架 袋 箱 笔 款 餐 面 圈 课 ℃ °C 伏 兆 船次 人天 个百分点".split(),
    key=len,
    reverse=True,
)
CLOCK = "时"
# Measure words that people use for those of official language.
UNITS_SAID = {
    "个小时": "小时",
    "个学分": "学分",
    "个课时": "课时",
    "个学时": "学时",
    "个点": "个百分点",
    "个钟头": "小时",
    "回": "次",
    "趟": "次",
    "平": "平方米",
    "礼拜": "周",
    "星期": "周",
}
MONEY = frozenset({"元", "港元", "美元", "欧元", "块钱", "元钱", "毛", "角"})
PEOPLE = frozenset({"人", "名", "位"})
PLACES = frozenset("所 家 座 间 处 个".split())  # 几门 asks for no 家
TIME = frozenset("年 个月 周 天 日 小时 分钟 秒 岁 周岁 工作日 个工作日".split())
SHARES = frozenset({"%", "‰", "个百分点", "成"})
LESSONS = frozenset("节 课时 学时 节课 个课时 个学时".split())
MEASURES = frozenset("平方米 ㎡ m2 平方公里 亩 公顷 公里 千米 米 厘米 毫米 升 吨 斤 公斤 千克 克 ℃ °C 度".split())

_ARABIC = r"\d{1,3}(?:[,， ]\d{3})+(?!\d)(?:\.\d+)?|\d+(?:\.\d+)?"
_CHINESE = r"[壹贰叁肆伍陆柒捌玖][零壹贰叁肆伍陆柒捌玖拾佰仟万亿]+|[零〇一二三四五六七八九两十百千万亿]+(?:点[零〇一二三四五六七八九]+)?"
_NUMBER = rf"(?:(?:{_ARABIC}) ?[十百千]?[万亿]{{0,2}}|{_CHINESE})"
_UNIT = "|".join(re.escape(unit) + "(?![A-Za-z])" * unit.isalpha() * unit.isascii() for unit in UNITS)
_LEAST = "不(?:得|能|应|可|宜)?(?:少|低|小|短)于|至少|超过|多于|大于|高于|突破|超|逾"
_MOST = (
    "(?:最高|最长|最多)?不(?:得|能|应|可|宜)?(?:超过|高于|大于|多于|长于)|不足|不到|未满|低于|小于|少于|最多|至多|最高"
)
_BEFORE = rf"{_MOST}|{_LEAST}|不(?:得|能|应|可|宜)?(?:早|晚|迟)于|大约|约为|约|近|接近|将近|平均|年满|已满|满"
_AFTER = "(?:（含）|（含本数）|含)?(?:及|或)?(?:以上|以下|以内|左右|上下|之内|开外)"
# Said of a number a few words further on: 至少召开2次, 不低于学费收入的10%.
_AHEAD = re.compile(
    rf"(?:(至少|最多|至多|最[高低](?=给予|奖励|奖|补助|补贴|资助|支持|可|处|罚|达))[^，。；、：\d]{{1,8}}|({_MOST}|{_LEAST})(?<!超)[^，。；、：\d]{{1,12}}的)$"
)
_YEAR = "(?:19|20)\\d{2}"  # 3所到2028年投用 is no range
_BOUND = re.compile(rf"({_BEFORE})(?: ?(?:累计|法定|连续|合计|总计)|) ?$")
_LONGEST_BOUND = 12  # characters of the longest of these
_PATTERN = re.compile(
    rf"(?:(?<![\d:：])(?P<hour>[01]?\d|2[0-4])[:：](?P<past>[0-5]\d)(?![\d:：])"
    rf"(?:[-－—–~～至到]{{1,2}}(?P<tohour>[012]?\d)[:：](?P<topast>[0-5]\d)(?![\d:：]))?|"
    rf"(?P<percent>百分之|千分之|[二三四五六七八九十]{{1,3}}分之)(?P<share>{_NUMBER})|"
    rf"(?<![\d./])(?P<upper>\d{{1,2}})/(?P<lower>[1-9]\d?)(?![\d/.万亿])|"
    rf"(?P<low>{_NUMBER})(?P<odd>[多余几来])?(?P<scale>(?<=[多余])[万亿]+)?"
    rf"(?:(?P<lowunit>{_UNIT})? ?(?:[-－—–~～]{{1,2}}|至|到) ?(?(lowunit)(?!{_YEAR}年))(?P<high>{_NUMBER}))?"
    rf"(?P<odd2>[多余来])?\s?(?P<unit>{_UNIT})?)"
    rf"(?:(?<=时)(?P<minutes>\d{{1,2}})分(?!钟))?"
    rf"(?P<after>{_AFTER})?"
)

# 两三个, 七八所, 二三十个 name both ends of a range.
_NEIGHBOURS = re.compile("([一二两三四五六七八九])([二两三四五六七八九])([十百千万亿]*)")
_MONEY_BEFORE = re.compile("(?:投入|资金|投资|经费|补助|补贴|奖补|贷款|预算|拨款|安排|减负|减税|授信)[^，。；]{0,4}$")
_NEAR = 40  # characters to either side that may tell what a number is: a line of any length takes linear time
_LONGEST = 15  # no one counts further, and a database holds so many digits exactly
# What makes a number a name, a date or an order rather than a quantity.
_DATE = re.compile(r"(?:19|20|二[〇零○])[\d〇零○一二三四五六七八九]{2}")
_PLAN_NAME = re.compile(r"(?:期|年)?[^，。；、\d]{0,6}?(?:计划|规划|行动|方案|纲要|工程)")
_ONE_AS_ARTICLE = re.compile(r"[每任另这那某同哪首逐第各有一新]$")
_ORDER = re.compile(r"(?:第 ?|＋|\+|No\.|[A-Za-z0-9_]|第[一二三四五]、)$")
_DAWN = 5  # before that it is a ratio: 按1:10配备
_NO_TIME = re.compile("[日号比例率]$|[昨今明当]天$")
_HAN = re.compile("[\u4e00-\u9fff]")
_FIRST_OF = re.compile("(?<![学目当此以之])前$|第[一二]个$")  # 前三名, but 学前22个
_CLOCK_BEFORE = ("日", "昨天", "当天", "今天", "午", "晨", "晚", "号")
# Numbers in names, in what is no sentence, and in sayings that count nothing.
_QUOTED = "|".join(rf"{o}[^{o}{c}\n]{{0,200}}{c}" for o, c in ("“”", "‘’", "《》", "「」", "『』", "〔〕", "〈〉"))
_NAMED = re.compile(
    rf"{_QUOTED}"
    r"|(?:https?://|www\.)[!-~]{1,2000}|(?:%[0-9A-Fa-f]{2})+|[A-Za-z][\w.-]{0,60}@[\w.-]{1,60}|亿万|千家万户|万家灯火|千行百业|百花齐放|百家争鸣|千方百计|成千上万"
    r"|两个(?:市场|维护|确立|毫不动摇|不低于|只增不减|百年|务必|结合|大局)|四个(?:意识|自信|全面|服务)|三个(?:代表|服务|面向)|八项规定|两手抓|一带一路|一国两制"
    r"|(?:电话|传真|热线|手机|邮编|咨询|联系方式|QQ|微信)[^，。；\n\d]{0,6}\d[\d（）()\- ]{4,20}"
)
_CHINESE_COUNTS = frozenset(
    "个 所 家 门 期 名 人 项 座 间 套 台 辆 处 支 类 份 本 册 户 件 场 轮 例 课时 学时 小时 分钟 天 个月 年 岁 周岁 元 倍 个百分点 人次 公顷 亩 公里 平方米 平方公里 吨 公斤 米 幅 学分 次".split()
)
_ORDINALS = frozenset("一二三四五")  # 一期、二期 of a building
_DURATIONS = ("间", "期", "段", "代", "候", "刻", "常", "空", "速", "装", "评")
_ALL_OF_THEM = ("一", "不漏", "不落", "不少", "都", "也")  # 一人一档, 一个不漏
_NAMES_BEHIND = ("体", "子", "性", "化", "规定", "中国", "一贯制", "工程", "率")


def quantities(text: str) -> Iterator[Quantity]:
    """Yield every number of a simplified text with its unit, labels marked, in reading order.

    >>> [(q.raw, str(q.value), q.unit) for q in quantities("投入1.5亿元，创建10家以上，开展2-3期")]
    [('1.5亿元', '150000000', '元'), ('10家以上', '10', '家'), ('2-3期', '2', '期')]
    >>> [q.raw for q in quantities("第三条“三联三查”，2021年统一，一体化，50门") if not q.label]
    ['50门']
    """
    named = [found.span() for found in _NAMED.finditer(text)]
    place = 0
    for found in _PATTERN.finditer(text):
        quantity = _quantity(found, text)
        if quantity is not None:
            while place < len(named) and named[place][1] <= quantity.start:
                place += 1
            inside = place < len(named) and named[place][0] < quantity.end
            yield replace(quantity, label=True) if inside and not quantity.label else quantity


def number(text: str) -> Decimal | None:
    """The value of a number written in digits, in characters, or in both; None where it is none.

    >>> [str(number(t)) for t in ("16,500", "1.65万", "一万六千五", "两百零五", "二〇二一", "2.6万亿", "万", "统一")]
    ['16500', '16500', '16500', '205', '2021', '2600000000000', '10000', 'None']
    """
    text = re.sub(r"[,， ]", "", text).translate(_FORMAL)
    if not text[:1].isdigit() and len(text) > 2 * _LONGEST:
        return None
    mixed = re.fullmatch(r"(\d+(?:\.\d+)?)([十百千]?)([万亿]*)", text)
    if mixed:
        value = Decimal(mixed[1])
        if len(mixed[1]) > 2 * _LONGEST:  # it is a name, and to reckon with it would take more than linear time
            return value
        for mark in mixed[2] + mixed[3]:
            value *= _MULTIPLES[mark]
        return plain(value)
    whole, point, fraction = text.partition("点")
    if point and all(c in _DIGITS for c in fraction):
        base = _chinese(whole)
        return None if base is None else Decimal(f"{base}.{''.join(str(_DIGITS[c]) for c in fraction)}")
    base = _chinese(whole)
    return None if base is None or point else Decimal(base)


def _chinese(text: str) -> int | None:
    if not text or any(c not in _DIGITS and c not in _MULTIPLES for c in text):
        return None
    if len(text) > 1 and all(c in _DIGITS for c in text):
        return int("".join(str(_DIGITS[c]) for c in text))
    total, section, digit, last = 0, 0, None, 1
    for c in text:
        if c in _DIGITS:
            digit = _DIGITS[c]
            last = 1 if c in "零〇" else last
        elif c in _TENS:
            section += (1 if digit is None else digit) * _TENS[c]
            digit, last = None, _TENS[c]
        else:
            section += digit or 0
            base = total + section if c == "亿" else section
            total = (base or 1) * _MYRIADS[c] + (0 if c == "亿" else total)
            section, digit, last = 0, None, _MYRIADS[c]
    # 一万六千五 is 16500: a last digit without its unit counts the next lower one.
    return total + section + (digit or 0) * (last // 10 if digit and last >= 100 else 1)


def _quantity(found: re.Match[str], text: str) -> Quantity | None:
    if found["hour"]:
        return _time_of_day(found, text)
    if found["upper"] or (found["percent"] or "")[:1] in _DIGITS or (found["percent"] or "")[:1] == "十":
        return _fraction(found, text)
    written = found["share"] or found["low"]
    pair = _NEIGHBOURS.fullmatch(written)
    low = number(pair[1] + pair[3]) if pair and _DIGITS[pair[1]] < _DIGITS[pair[2]] else number(written)
    if low is None:
        return None
    high = number(found["high"]) if found["high"] else None
    if pair and _DIGITS[pair[1]] < _DIGITS[pair[2]]:
        high = number(pair[2] + pair[3])
    unit = {"百分之": "%", "千分之": "‰"}.get(found["percent"] or "", found["unit"] or found["lowunit"] or "")
    if found["high"] and found["lowunit"] and found["unit"] and found["lowunit"] != found["unit"]:
        high = None  # 从5家到10所 is no range, but the digits still stand in what is marked
    low, high = _scaled(found, low, high)
    if found["minutes"]:  # 20时30分
        low = plain(round(low + Decimal(found["minutes"]) / 60, 4))
    if unit in _COUNTED_IN:
        unit = unit.removeprefix("个")
    if unit in _HALVES:
        low, unit = low + Decimal("0.5"), _HALVES[unit]
    label = _is_label(found, text, unit, low) or (high is not None and high < low)
    if not unit and not label:
        unit = "元" if _MONEY_BEFORE.search(text[max(0, found.start() - _NEAR) : found.start()]) else ""
    start, before = _opened(found, text)
    odd = (found["odd"] or "") + (found["odd2"] or "")
    after = re.sub("^(?:（含）|（含本数）|含)?[及或]?", "", found["after"] or "") or (
        "余" if "余" in odd else "多" if odd else ""
    )
    end = found.start() + len(found[0].rstrip())
    ahead = None if before or after or label else _AHEAD.search(text[max(0, start - _NEAR) : start])
    qualifier = before or after or (ahead and (ahead[1] or ahead[2])) or None
    return Quantity(low, high, unit, qualifier, text[start:end], start, end, label)


def _opened(found: re.Match[str], text: str) -> tuple[int, str]:
    """Where a number begins with what bounds it from below or above, and that: 不少于, 约"""
    bound = _BOUND.search(text, max(0, found.start() - _LONGEST_BOUND), found.start())
    return (bound.start(), bound[1]) if bound else (found.start(), "")


def _fraction(found: re.Match[str], text: str) -> Quantity | None:
    """三分之二, 1/3: a share that has no unit, to six places."""
    upper = number(found["upper"] or found["share"])
    lower = number(found["lower"] or found["percent"].removesuffix("分之"))
    if not upper or not lower or upper >= lower:
        return None
    start, before = _opened(found, text)
    end = found.end()
    marked = text[max(0, start - 1) : start].isascii() and text[max(0, start - 1) : start].isalnum()
    value = Decimal(round(upper / lower, 6)).normalize()
    return Quantity(value, None, "", before or found["after"] or None, text[start:end], start, end, label=marked)


def _time_of_day(found: re.Match[str], text: str) -> Quantity:
    """不早于18:00, 下午4:30—6:00, in hours from midnight on; a name where it is the time of an event (3月5日9:30), stands in a list
    of such or is no time at all (比例6:40)."""
    start, before = _opened(found, text)
    said = text[max(0, start - 2) : start]
    noon = 12 if re.search("下午|晚上?$|傍晚", said) else 0
    low = _hours(found["hour"], found["past"], noon)
    high = _hours(found["tohour"], found["topast"], noon) if found["tohour"] else None
    label = not _HAN.match(said[-1:]) or bool(_NO_TIME.search(said)) or (high or low) < low or low < _DAWN
    return Quantity(low, high, CLOCK, before or found["after"], text[start : found.end()], start, found.end(), label)


def _hours(hour: str, minutes: str, noon: int) -> Decimal:
    hours = Decimal(hour) + Decimal(minutes) / 60
    return plain(round(hours + (noon if hours < noon else 0), 4))


def _scaled(found: re.Match[str], low: Decimal, high: Decimal | None) -> tuple[Decimal, Decimal | None]:
    """5至10万元 counts both ends in 万."""
    if high is not None and found["low"].isdigit() and re.search("[万亿]$", found["high"]) and low < 10**4:
        for c in re.sub("[^万亿]", "", found["high"]):
            low *= _MYRIADS[c]
    for c in found["scale"] or "":  # 1000多万
        low *= _MYRIADS[c]
    return low, high


def _is_label(found: re.Match[str], text: str, unit: str, value: Decimal) -> bool:
    start = found.start()
    before, after = text[max(0, start - _NEAR) : start], text[found.end() : found.end() + _NEAR]
    written = found["share"] or found["low"]
    arabic = bool(re.match(r"\d", written))
    if len(re.sub(r"\D", "", written)) > _LONGEST:
        return True
    if found["percent"]:
        return False
    if not unit and arabic and re.search("[万亿]$", written + (found["scale"] or "")):  # 551万农村人口
        return not re.match(r"[\u4e00-\u9fff，。；、）]|$", after) or after.startswith(("号", "级"))
    if not unit or _is_order(found, written, before, after, unit):
        return True
    if unit == CLOCK:
        odd = not arabic or value > 24 or "." in written
        return odd or after.startswith(_DURATIONS) or before.rstrip().endswith(_CLOCK_BEFORE)
    if unit in {"年", "周年"}:
        return unit == "周年" or _is_date(written, before, after, value)
    if unit in {"天", "小时", "分钟", "次", "个月", "岁", "周岁"} or (unit == "日" and written not in {"百", "千"}):
        return False if arabic or value > 1 else unit in {"天", "次", "日"}
    if arabic:
        bare = unit == "度" and not found["after"]  # 360度评价, but 25度以上的坡
        return bare or unit in {"级", "点", "校", "班", "方"} or after.startswith(("级", "号"))
    return _is_article(unit, value, before, after)


def _is_order(found: re.Match[str], written: str, before: str, after: str, unit: str) -> bool:
    """第三条, 前三名, 5月26日, 几十所, 每万人: a place in an order, a date, or no number at all."""
    return (
        bool(_ORDER.search(before))
        or (unit == "次" and after.startswith(("全会", "、十", "产业")))
        or (unit == "学年" and after.startswith("度"))
        or (unit in {"学年", "届"} and bool(_DATE.fullmatch(written.rstrip())))
        or (unit == "次" and before.endswith("届"))
        or (unit == "个月" and before.endswith(("年前", "份前", "，前")))
        or (before.endswith(("每", "（", "(", "：")) and written in _MULTIPLES)  # 每万人, 总量（万元）
        or found["lowunit"] in {"日", "号"}
        or (written in _MULTIPLES and before.endswith(("几", "数", "上", "成")))
        or (unit == "期" and written in _ORDINALS and not re.search("[办设展织训成]$", before))
        or (bool(_FIRST_OF.search(before)) and unit in {"名", "位", "个", "年", "所", "家"})
        or (unit == "日" and before.endswith(("截至", "截止", "本月", "当月", "上月")))
        or (unit in {"日", "周"} and bool(re.search(r"月 ?$|[一二三四五六日]$", before)))
    )


def _is_article(unit: str, value: Decimal, before: str, after: str) -> bool:
    """一体化, 每一个, 八项规定: a numeral in characters that counts nothing."""
    if unit not in _CHINESE_COUNTS or after.startswith((*_NAMES_BEHIND, "级")):
        return True
    return value == 1 and bool(
        _ONE_AS_ARTICLE.search(before)
        or after.startswith(_ALL_OF_THEM)
        or (unit == "家" and after.startswith("人"))
        or before.endswith("不落")
    )


def _is_date(written: str, before: str, after: str, value: Decimal) -> bool:
    if (
        _DATE.fullmatch(written)
        or (before.endswith("的") and not written[0].isdigit())
        or before.endswith(("学前", "这", "近", "民国", "前", "后", "过去", "未来", "今后"))
        or after.startswith(("级", "度", "来", "一贯制", "制"))
    ):
        return True
    return written in {"百", "千", "万", "一"} or value >= 100 or bool(_PLAN_NAME.match(after))


def plain(value: Decimal) -> Decimal:
    """1.50E+8 → 150000000."""
    return Decimal(int(value)) if value == value.to_integral_value() else value.normalize()
