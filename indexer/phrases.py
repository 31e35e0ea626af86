"""Noun phrases of official sentences: what is left of a stretch without the words that lead to it or from it."""

import re
from collections.abc import Sequence

from knowledge.model import Quantity

REACH = 60  # characters that a phrase may be away: longer stretches name nothing
EACH = re.compile(r"(?:(?<![生人户平])均|各(?![级类种项])|每[地县区市])([\u4e00-\u9fff“”]{0,10})$")
BREAK = re.compile(r"[。；;！？!?，,：:\n（）()]")
_LEAD = re.compile(
    r"^(?:其中|[\s、，和及与并且再还另由将要拟仅即则]|为此|我们|全[市县区]有|此(?=今年|次)|眼下|去年|合起来|其(?!他|余)|(?:在|为|对|从|向|与)(?![地校编职岗线园教业])|[春秋]季(?:学期)?(?:开学)?(?:起|前|内|后)|[春秋]季学期|内(?![地容涵部])|以及|并且|到?20\d\d年(?:年?底)?|(?:到|至)?年底前?|截至|"
    r"\d{1,2}月(?:\d{1,2}日|[上中下]旬|底|初|份)?(?:前|起)?|[上下]半年|学年|全年|年内|年度|本年度?|今年|当年|每年|平均|计划|预计|力争|确保|争取|努力|继续|持续|"
    r"进一步|加快|积极|大力|同时|实现|同比|至少|共计|一共|总共|合计|总计|累计|全[市县区省校](?=共|计划)|全部|共(?=[计有\d]|$|[^同建享青产性识])|首批在?|"
    r"(?:每(?:学期|学年|季度|半年|人次|[\u4e00-\u9fff度]))+(?=..)|优先照顾|各(?![级类地校区]))"
)
VERB = re.compile(
    r"^(?:推动建成|逐步建成|实施|推进|推动|建设|创建|开展|形成|开发开设|开发|研发|研制|建立|组建|建成|打造|评选|评定|认定|挂牌|表彰|完善|培育|培养|举办|成立|"
    r"引进|配备|改造|提供|发放|支持|助力|安排|组织|编写|出台|制定|设立|设置|开设|拥有|支付|提高|提升|发展|保障|健全|推行|更新|保证|拨付|选送|排查出?|新立项|签约|遴选|扶持|开通|保留|"
    r"完成|编印|发布|列出|改建|深化|优化|规范|扩充|增加|补充|加强|落实|办好|做好|抓好|统筹|覆盖(?!率|面|每)|结对|做优|拓展|丰富|吸纳|购买|引入|聘任?|建(?![档设筑成立制材言议])|设(?!备|施|计|置))(?=..)"
)
# Between two things: what is counted stands behind it.
_MIDDLE = re.compile(
    r".*[^新增](?:开设|建立|颁发|更换|试用|配备|设置|设立|引进|发放|招收|选派|吸纳|邀请|提供|遴选|评选|举办|聘任|聘请|加装|添置|确定|推荐|签订|减免|不留|支付|建成|开展|联合排查|表彰|一次性给|(?:新建|设|建|办)(?=“)|(?<=[校园班市县区])(?:设(?![备施计置立])|建(?![设筑成制立])))(?=..)"
)
_VERBS_OF_CHANGE = "增加|增|提高|提升|提|上升|升|扩大|扩展|扩充|扩|减少|减|压减|压缩|压|降低|下降|降|调整|调|延长|延|加密|达|整合|转变|转|变|发展|缩减|缩短|稳定|稳|上涨|控制|保持|维持|上调|下调|涨"
_HEADING = re.compile("^[\u4e00-\u9fff][好大优足住牢稳暖活细实](?=..)")
_BY = re.compile("(?<=...)按.*|分[一二两三四五六七八九十]+[档批类](?:进行|实施)?$|[一两二]次$")
CHANGE = re.compile(rf"(?:由|从)?(?:{_VERBS_OF_CHANGE})?(?:到|至|为|成|在)?")
_UNTIL = re.compile("(?<=..)(?:[于在][^“”]{0,8}[前后内]|向[^“”]{0,8})$")
_END = re.compile(
    rf"(?<!^)(?:[\s、，的和及与等由从自到至达为是有按计仅可要将了超约近满再均共在需分减占须已只则每]|以上|以下|以内|左右|计划(?:创建|评选|评定|开发|研发|挂牌|建成|新增)|今年|全天|一般|给予|以及|惠及|涉及|总共|全部|安排|(?<=[校园班个人])中|共计|合计|力争|预计|确保|至少|提前|延至|分别|依次|全年|新增|"
    rf"创建|评选|评定|开发|研发|挂牌|建成|(?:{_VERBS_OF_CHANGE})(?:到|至|为|成|在)?|(?:每[\u4e00-\u9fff度]学?[期年]?)+)$"
)
_EVERY = re.compile(r"(?:每个[\u4e00-\u9fff]{1,2}|每(?:学期|学年|季度|半年|人次|[\u4e00-\u9fff度]))+$")
_SHARE = re.compile(r"(.*[^抢])占(?![比地])[\u4e00-\u9fff]{0,14}$|(.*)占比$")
_OF_WHAT = re.compile(r"(?:达到|增至|为|是|相当于|按|占)[\u4e00-\u9fff、]{0,16}的$")
# Alone these say what was done, not with what (竣工7个 does say it: it is how plans count finished works).
BARE = re.compile(
    r"(?:交付使用|交付|使用|安排|到位|撤并|开工|投用|覆盖|销号|回应|办结|响应|到岗|选送|派出|招收|承担|提供|配备|投放|新建|改建|扩建|新增|新开|新设|建成|完成|选拔|控制|分|减少|培训|资助|吸纳|发布|参训|查处|整改|"
    r"办理|建设|开展|实施|惠及|奖励|补助|资助|收费|选派|下派|上挂|评出|认定|立项|聘请|聘任|招聘|开放|提高|下降|增加|增长|达标|发放|拨付|建|设|需|办|拟|订|每[\u4e00-\u9fff]{1,3}|上浮|跟岗|另)+"
)
NO_NAME = re.compile(
    r"[按分从].{0,8}[分看算计]$|其中|以上|以下|.{0,3}[前后内]$|面向[^的]*$|分别|依次|[一两二三]次|(?:[由为被给较]|把(?!关)|按(?!时)|比(?![例赛重])|因(?!材)|经(?![费典济验营])).*|随着.*|翻一番|\d+"
)


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


def noun(phrase: str, *, whole: bool = False) -> str:
    """The noun phrase of a stretch: 计划评选心理健康教育特色校 → 心理健康教育特色校; "" where it holds none."""
    name = ends(_HEADING.sub("", phrase.strip()) if whole else phrase.strip(), whole)
    if share := _SHARE.fullmatch(name):
        name = f"{ends(share[1] or share[2] or '', whole)}占比"
        return "" if name == "占比" else name
    return "" if len(name) < 2 or NO_NAME.fullmatch(name) or CHANGE.fullmatch(name) else name


def ends(name: str, whole: bool) -> str:
    """The name without what leads to it or from it."""
    if not _SHARE.fullmatch(name.rstrip("的")):
        name = _OF_WHAT.sub("", name)
    previous = None
    while previous != name:
        previous = name
        name = name.strip(" 、，的“") if name.count("“") > name.count("”") else name.strip(" 、，的")
        name = _LEAD.sub("", name)
        name = _UNTIL.sub("", VERB.sub("", name))
        if _SHARE.fullmatch(name):
            break
        name = _END.sub("", _EVERY.sub("", name))
    middle = _MIDDLE.match(name)
    name = name[middle.end() :].strip("的") if middle and "“" not in name[: middle.end()] else name
    return _BY.sub("", name) if whole else name
