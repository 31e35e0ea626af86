"""Does a question tell of a person in danger? It is better to give help once too often than once too seldom."""

import re

# Whom a blow can hit. The blows were tried on the 56,000 questions of the bank: some 120 more bring help, 3 of them without need.
_PERSON = "人|孩子|小孩|学生|同学|同桌|老师|幼儿|娃|我|他|她|女儿|儿子|闺女|小朋友|自己|老人|妻子|老婆|老公|[爸妈]"
# After 打 and a person: 打我电话, 打他账上, 打人才牌, 打人盯人 hit nobody.
_ELSEWHERE = (
    "[^，。？]{0,4}(?:电话|手机|视频|小报告|招呼|针|疫苗|分|号|证|卡|账|钱)|盯|[才数员文物民口均力防工生类事机]|[那这]"
)
_BLOWS = (
    f"(?<![拨主单双攻])打[了过着]?(?:{_PERSON})(?!{_ELSEWHERE})",
    "打(?:伤|残|哭|肿)|打骂|揍(?!性)|掌掴|[扇抽打甩].{0,8}(?:耳光|巴掌)",
    f"(?:(?<![风电吊])扇|踢|踹|掐|推倒)[了过着]?(?:{_PERSON})(?![的们]?[群球凳椅])",
)
# What is done to a person and what a person suffers, whoever says it; who asks for the rule is shown the lines too.
_HARMS = "体罚|罚跪|辱骂|抑郁|焦虑症|厌世|绝望"

_SIGNS = re.compile(
    "自杀|轻生|寻死|寻短见|想死(?!你)|想去死|不想活|活够了|活不下去|不如死|死了算|死了一了|一了百了|结束生命|了结自己|离开(?:这个)?世界|不想(?:再)?(?:待|留)在(?:这个)?世上|"
    "跳楼|跳河|跳桥|上吊|割腕|割手|割脉|手腕.{0,4}(?:划|割|刀|伤)|划(?:自己|手臂|胳膊)|自残|自伤|伤害自己|拿刀|喝农药|吃安眠药|吞药|遗书|"
    "性侵|强奸|强暴|猥亵|性骚扰|乱摸|摸(?:我|她|他|孩子|女儿|儿子)?(?:胸|下面|下身|屁股|身子|身体|大腿|私处|隐私)|脱(?:我|她|他|孩子)?(?:衣服|裤子)|裸照|动手动脚|"
    "家暴|虐待|往死里打|打得.{0,6}(?:伤|肿|血|青|紫|骨)|被.{0,6}(?:打(?!分|听|印|卡|开|造|断|败|动|扫|乱|磨|通|包|车)|揍|踹|围殴|扇|捅|殴)|挨(?:打|揍)|殴打|围殴|打群架|"
    "霸凌|校园欺凌|欺凌|勒索|关(?:小黑屋|厕所)|威胁(?:我|他|她|孩子|要)|绑架|拐(?:走|卖)|失踪|走丢|离家出走|救命|救救"
)
_HARM = re.compile("|".join((*_BLOWS, _HARMS)))


def in_danger(text: str) -> bool:
    """Does a folded question speak of harm to a person, done or feared?

    >>> in_danger("孩子说活着没意思不想活了"), in_danger("老师打人"), in_danger("体罚")
    (True, True, True)
    >>> in_danger("作业多得烦死了"), in_danger("被打分的标准"), in_danger("篮球打人盯人")
    (False, False, False)
    """
    return bool(_SIGNS.search(text) or _HARM.search(text))
