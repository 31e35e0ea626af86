"""Does a text state the kind of thing that a question asks for: a date, a place, names, a body, a number to call?"""

import re
import tomllib
from functools import cache
from pathlib import Path
from typing import NamedTuple

from knowledge.model import Asks

_SIGNS = {
    Asks.DATE: r"\d{1,2}(?:月|日|号)|[一二三四五六七八九十]月|(?:[年季月周期]|学期)[底初末前内]|学期|[春夏秋冬]季|寒假|暑假|寒暑假|假期|每[年月周季天]|周[一二三四五六日]|定期|开学|节前后|分[批期步]",
    Asks.PLACE: r"在[^，。；]{0,10}(?:区|县|镇|街道|校|园|站|中心|平台|基地|馆|室|村|路|号|湖|校门口|海滩)|(?:区|县|市)[^，。；]{0,6}(?:举办|建|设)|校区",
    Asks.BODY: r"部门|联动|牵头|负责|主管|核心|责任|[局处科委办厅会院](?=[、，。；负牵联与和]|$)|教研|督学|督导|工会|中心|专班|公安|街道|村居|协同|统筹|审计|纪检|团队|专家",
    Asks.OFFICE: r"科室|[一-龥]{2}[科处](?=[、，。；）负牵]|$)|责任单位",
    Asks.REASON: "由于|因为|因此|为此|为了|为[^，。；]{2,20}，|鉴于|旨在|以便|以[^，。；]{2,12}为|防止|避免|针对|免得|不让",
    Asks.CONTACT: r"\d{5,}|https?:|www\.",
    Asks.NAMES: r"“[^”]{2,}”[^“]*“[^”]{2,}”|[一-龥]{2,}(?:、[一-龥（）“”]{2,})+|[一-龥]{2,}(?:和|与|及)[一-龥]{2,}",
    Asks.ROLL: r"[一-龥]{2,10}(?:大学|(?<!科)学院|中学|一中|二中|附小|附中|公司)(?![\d生位所个的与])|[^全各]市[一-龥]{2,6}(?:学校|小学|幼儿园)(?![\d生所个的])",
    Asks.WHICH: r"[一-龥]{2,10}(?:大学|学院|中学|学校|公司)(?![\d生位])|[一-龥]{1,4}[区县镇](?![域内各间级中])|[^全各本我][^全各本我]市(?![本级属委政场直])|“[^”]{2,}”",
}


def states(asks: Asks, text: str) -> bool:
    """Does it say anything of that kind? True for kinds that any text can answer.

    >>> states(Asks.DATE, "6月底前授牌"), states(Asks.CONTACT, "开通热线"), states(Asks.MEANING, "开通热线")
    (True, False, True)
    """
    signs = _SIGNS.get(asks)
    return signs is None or bool(re.search(signs, text))


class Detail(NamedTuple):
    """What is asked of a thing besides (`name` in details.toml): how it is asked, the words that a clause states it by,
    and what is then missing."""

    name: str
    ask: tuple[str, ...]
    stated: tuple[str, ...]
    missing: str


@cache
def details() -> tuple[Detail, ...]:
    """The table of details."""
    table = tomllib.loads(Path(__file__).with_name("details.toml").read_text(encoding="utf8"))
    return tuple(
        Detail(name, tuple(d["ask"].split()), tuple(d["stated"].split()), d["missing"]) for name, d in table.items()
    )


def unstated(asked: str, text: str) -> Detail | None:
    """The first detail that a folded question asks for and a folded text does not state.

    >>> unstated("少年科学院怎么报名", "设立少年科学院。").missing, unstated("怎么报名", "网上登记。")
    ('怎么报名', None)
    """
    wanted = (d for d in details() if any(phrase in asked for phrase in d.ask))
    return next((d for d in wanted if not any(word in text for word in d.stated)), None)
