"""The words of a stretch of an official sentence with what each may be in a noun phrase: a noun, a verb, what leads to one."""

import re
from enum import StrEnum
from functools import lru_cache
from typing import NamedTuple

from indexer.words import default_cutter, parts_of_speech


class Kind(StrEnum):
    """What a word may be. ATTRIBUTE is a verb that begins a name (新增学位), GERUND a verb that is a noun behind a noun
    (学校建设), VERB one that governs what follows, ACTION any other (达标学校), STOP what no phrase goes beyond."""

    NOUN = "noun"
    ADJECTIVE = "adjective"
    ATTRIBUTE = "attribute"
    GERUND = "gerund"
    ACTION = "action"
    VERB = "verb"
    LEAD = "lead"
    OF = "的"
    AND = "and"
    SHARE = "占"
    PLACE = "place"
    STOP = "stop"


class Word(NamedTuple):
    text: str
    kind: Kind


# What jieba's dictionary says of a word is learnt from newspapers; these mean another thing in plans.
_KINDS: dict[Kind, str] = {
    Kind.ATTRIBUTE: "新增 新建 改建 扩建 改扩建 新改扩建 迁建 续建 新设 新招 净增 加装 在建 招聘 招收 招录 选聘 招募 征集 资助 撤并 停招 新开",
    Kind.GERUND: "生产 销售 绿化 硬化 美化 布局 研发 建设 发展 改造 升级 创建 管理 治理 创新 培育 研究 保护 防治 振兴 应用 开发 集聚 修复 开放 配置 排放 协调 执法 制造 扩容 "
    "转化 处置 防御 共享 对接 指挥 转移 帮扶 共建 申请 支撑 化解 处理 支付 扩能 验证 回收 承载 防范 审批 响应 "
    "传承 集成 加固 照护 登记 采购 攻关 担保 整改 整治 认证 认定 互助 安装 救治 孵化 种植 养殖 "
    "检验 运用 移动 实施 使用 补充 保洁 接送 租用 营造 更新 合作 结算 推介 引智 更换",
    Kind.LEAD: "实质 其中 应当 必须 原则 全省 连续 各地 已有 且 出 其 今年 明年 去年 全年 年内 当年 目前 现有 已 已经 将 拟 预计 力争 确保 争取 努力 继续 持续 进一步 加快 积极 大力 同时 "
    "至少 最多 共 共计 共有 合计 总计 累计 一共 总共 平均 分别 依次 首次 约 约为 近 超 逾 达 仅 只 各 均 也 都 则 还 再 另 另有 并 并且 以及 "
    "每年 全部 现 此外 全市 全区 全县 本市 我市 我区 我县 我省 我校 我局 上半年 下半年 眼下 年均 同比 同期 年度内 为此 我们 合起来 截至 分批 即 "
    "了 着 过 所 不 未 无 已 曾 又 更 最 很 较 比 尽快 逐步 全面 扎实 按 截止 优先 统一 现已 至今 累计达 原则上 只有 仅有 一般性 正在",
    # Before a number or at the head of a sentence in the reports of 29 provinces (850,000 characters) more often than
    # between two nouns, and what school plans add to them.
    Kind.VERB: "截获 雇用 接回 驰援 赶赴 迈上 跃上 增长 推动 推进 加强 提升 达到 强化 完善 促进 支持 提高 超过 打造 开展 建成 完成 下降 扩大 增强 构建 增至 发挥 统筹 建立 加大 聚焦 增加 做好 鼓励 办好 形成 拓展 "
    "保持 引导 小于 抓好 包括 探索 围绕 巩固 激发 深入 满足 突出 出台 提出 低于 维护 开工 制定 发生 高于 接受 改善 延长 确定 带动 推广 注重 推出 举办 夯实 筹措 吸引 争创 成立 组建 "
    "编制 推荐 存在 降低 符合 补齐 释放 整合 降至 做到 采用 推行 在于 倡导 打通 创造 赋予 恢复 承办 减少 安排 牵头 压减 采取 衔接 配备 具备 跨越 划定 引入 需要 领取 筹建 树立 守护 增进 "
    "跨过 退出 构成 少于 维持 开通 选择 制订 稳住 破除 涉及 惠及 帮助 分为 安置 提交 撬动 改进 增设 减轻 搭建 缩小 办结 优化 启动 盘活 突破 实现 取得 入选 参与 进行 提供 成为 纳入 作为 "
    "融入 具有 进入 解决 用于 获评 参加 获得 获批 得到 组织 设立 设置 引进 拥有 发放 给予 下达 发行 发布 承接 上报 延伸 控制 收集 受理 报销 负责 列入 受到 遴选 享受 输出 执行 贯穿 跻身 覆盖 "
    "落户 装备 聘任 聘请 编印 结对 免收 开办 减至 升至 投用 申报 审查 代理 派驻 配齐 表彰 扶持 选派 选送 摸排 排查 增配 增聘 停开 新引进 开设 开办 购置 购买 修建 兴建 兴办 翻修 "
    "培养 评选 评定 命名 授予 挂牌 公布 印发 编写 开放 落实 保证 保留 拨付 筹集 投放 吸纳 选拔 收到 查处 查办 清理 取缔 处罚 关停 关闭 撤销 裁撤 销号 拆除 新签 签约 签订 "
    "组织 出动 走访 慰问 救助 供养 服务于 占地 扩建成 调解 发现 审核 核定 核发 颁发 颁布 通过 奖励 运送 接回 飞行 运输 派出 承担 交付 交付使用 回应 到岗 到位 下派 上挂 增 减 升 降 提 扩 压 调 涨 获 派 设 建 办 需 聘 购 订 评 "
    "分 计 添 居 创 逾 列 有 是 为 使 让 给 可 能 要 应 须 翻 缩 延 延至 加密 缩短 稳 稳定 转变 丰富 做优 健全 保障 深化 规范 落地 调整 上调 下调 上涨 上升 开始 结束 位居 位列 迈入 稳居 约占 建有 设有 辖 共建有 分设 增开 落成 下拨 核减 累计达 提前 推选 "
    "兼任 满 年满 未满 来自 毕业于 含 包含 不含 报考 录取 认购 带领 完善 考取 荣获 勇夺 夺得 斩获 赢得 获奖 获 预留 召开 印制 办理 提升至 增至 减到 减少到 提高到 增加到 达成 挽回 续聘 新聘",
    Kind.NOUN: "竣工 收入 支出 演出 试点 应急 约束 进出口 便利化 联防 联运 托管 停车 安居 健身 休闲 创意 达标 培训 学习 实践 诊疗 防洪 供热 排水 排涝 导航 设防 出行 直达 节能 居住 租赁 考察 运行 联动 避难 增收 少年 老年 中年 成年 暑期 假期 学期 清单 实习 实训 观摩 研讨 展演 展示 汇报 竞赛 大赛 早教 晨跑 本级 预期 占比 就业 再就业 招生 见习 入学 入园 住宿 藏书 参保 代开 率 校 园 班 生 用地 收费 补助 投入 投资 补贴 普通 示范 学前 投诉 举报 罚款 储备 各类 各级 其他 其余 部分 "
    "非农 装机 用 青年 总 学校 招聘会 报名 生均 人均 年人均 户均 校均 就读 随班 寄宿 走读 到校 学位 床 位 师 员 点 站 室 所 院 馆 课 团 队 岗 车 表 期 级 科 项 类 年 数 量 费 金 额 值 度 区 县 市 省 镇 乡 村 厂 企 "
    "本科 专科 在校 在园 在岗 在编 在职 在库 贷款 存款 捐赠 拨款 节假日 年度 季度 秋季 春季 寒假 暑假 周末 晨 夜 午 日间 课后 课间 课外 校内 校外 线上 线下 室内 室外 户外 城乡 县域 岛内 岛外 省内 省外 市区 郊区 城区 高中 初中 "
    "教学点 保教费 托位 托育 覆盖率 服务 教育 保障 训练 比赛 考核 评价 监测 检查 检测 体检 咨询 交流 宣讲 研修 轮训 轮岗 培训 演练 巡查 督导 出资",
    Kind.ADJECTIVE: "首批 第一批 首期 自然 本地 主要 重要 全国 国家级 优秀 大型 中型 小型 新型 现代 高层次 基本 额外 所有 各种 一切 有关 相关 新 大 小 高 老",
    Kind.OF: "的 之",
    Kind.AND: "和 与 及 或 以及 等 、",
    Kind.SHARE: "占",
    Kind.PLACE: "中 内 外 里 前 后 上 下 以上 以下 以内 左右 之中 之内 期间 以来 间 起 方面",
    Kind.STOP: "在 对 由 从 自 到 至 把 被 向 以 于 因 随 随着 通过 根据 依托 针对 围绕 面向 每 该 本 此 这 那 某 将 跟 同 经 较 为了",
}
_KNOWN = {word: kind for kind, words in _KINDS.items() for word in words.split()}
_TAGS = {
    "v": Kind.ACTION, "d": Kind.LEAD, "p": Kind.STOP, "c": Kind.LEAD, "u": Kind.LEAD, "r": Kind.LEAD, "m": Kind.LEAD,
    "i": Kind.ACTION, "t": Kind.LEAD, "y": Kind.LEAD, "e": Kind.LEAD, "b": Kind.ADJECTIVE, "z": Kind.ADJECTIVE, "a": Kind.ADJECTIVE,
}  # fmt: skip
_NEVER_NAMED = frozenset("有对在由为至到建设办添满各共达于从向已有可将与的了")
_DOING = frozenset({Kind.VERB, Kind.ACTION, Kind.GERUND, Kind.ATTRIBUTE})
_PIECES = re.compile(
    r"(?P<whole>[省市县镇地区]级及?以上|\d+强|可再生能源|可支配收入|中职校?|中高职|中专|普高|职高|[三五六九]年一贯制|(?:小学|初中|高中)?[一二三四五六七八九]年级|(?:再|非农)就业|占比|规模以上|生均|“[^“”]{1,30}”(?:[＋+]“[^“”]{1,30}”)*|《[^《》]{1,40}》|（[^（）]{1,12}）|[A-Za-z][A-Za-z0-9.+-]*)"
    r"|(?P<done>(?:到岗|到位|跟岗|翻一?番)|(?<![\u4e00-\u9fff])[做办抓建扩补兜守稳织筑育擦打压用管配讲健念练推][好大优强足住牢稳暖活细实密])"
    r"|(?P<being>在[校园岗编职库建用册读训站])"
    r"|(?P<every>每(?:个?学期|学年|季度|半年|人次|班次|[十百千万]+(?:常住)?人?口?|两?[个名所家项年月周天日人生校班级县区市镇村师户学位间套件度台季])(?:每[\u4e00-\u9fff度]学?[期年]?)*)"
    r"|(?P<time>(?:到|截至|至|自|从|由)?(?:20|19)\d\d年?(?:[底末初]|年[底末初])?(?:以?[前后来起])?|\d{1,2}月(?:\d{1,2}日|[上中下]旬|底|初|份|末)?(?:前|起)?|年[底末初]前?)"
    r"|(?P<han>[\u4e00-\u9fff](?:(?!每|[省市县镇地区]级及?以上|可再生能源|可支配收入|中职|中高职|中专|翻一?番|到岗|到位|跟岗|在[校园岗编职库建用册读训站]|再就业|非农就业|[三五六九]年一贯制|[一二三四五六七八九]年级|占比|规模以上|生均)[\u4e00-\u9fff])*)|(?P<other>.)",
    re.DOTALL,
)


@lru_cache(8192)
def words(text: str) -> tuple[Word, ...]:
    """The words of a short text in their order; together they are the text.

    >>> [(w.text, w.kind.value) for w in words("发放培训补贴")]
    [('发放', 'verb'), ('培训', 'noun'), ('补贴', 'noun')]
    """
    found: list[Word] = []
    for piece in _PIECES.finditer(text):
        if piece["han"]:
            found += (Word(word, _kind(word)) for cut in default_cutter()(piece["han"]) for word in _parted(cut))
        elif piece["done"]:
            found.append(Word(piece[0], Kind.VERB))
        elif piece["whole"]:
            found.append(Word(piece[0], Kind.NOUN))
        elif piece["being"]:
            found.append(Word(piece[0], Kind.ADJECTIVE))
        elif piece["every"] or piece["time"]:
            found.append(Word(piece[0], Kind.LEAD))
        else:
            found.append(Word(piece[0], _KNOWN.get(piece[0], Kind.STOP)))
    return tuple(_planned(found, place) for place in range(len(found)))


def _planned(found: list[Word], place: int) -> Word:
    """健康学校计划创建 is what is planned, 营养改善计划 is a plan."""
    word = found[place]
    if word.text not in {"计划", "规划"} or place + 1 == len(found):
        return word
    before = found[place - 1] if place else Word("", Kind.STOP)
    acting = before.kind in {Kind.GERUND, Kind.ACTION} or (before.kind is Kind.VERB and place > 1)
    named = acting or before.text.endswith("”")
    done = found[place + 1].kind in _DOING or found[place + 1].text in {"投入", "投资", "招生", "安排"}
    return Word(word.text, Kind.LEAD) if done and not named else word


def sure(word: Word) -> bool:
    """Is a word known for what it is here, not by the dictionary alone?"""
    return word.text in _KNOWN or not "\u4e00" <= word.text[0] <= "\u9fff" or word.text[0] == "每"


def _parted(word: str) -> list[str]:
    """A word that jieba guessed in its parts: in two that are words (持续保持), or in its characters where one of them is
    none of a name (班办, 对县)."""
    if len(word) < 2 or word in _KNOWN or word in parts_of_speech():
        return [word]
    if len(word) == 4 and all(half in _KNOWN or half in parts_of_speech() for half in (word[:2], word[2:])):
        return [word[:2], word[2:]]
    apart = word[0] in _NEVER_NAMED or word[0] == "中" or word[-1] in _NEVER_NAMED
    return list(word) if len(word) < 4 and apart else [word]


def _kind(word: str) -> Kind:
    if known := _KNOWN.get(word):
        return known
    tag = parts_of_speech().get(word, "x")
    if tag[0] in "vx" and len(word) > 1 and word[-1] in "到至为成于达出满足齐在入进回":
        return Kind.VERB
    return Kind.NOUN if tag in {"vn", "an"} else _TAGS.get(tag[0], Kind.NOUN)
