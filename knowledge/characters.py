"""How much of a question's characters does one sentence of a clause hold? Where people say 狮头 or 扒龙船 a plan says 醒狮 and
龙舟: no word is the same and no pair, but one rare character tells."""

import re
from collections.abc import Sequence
from functools import lru_cache
from math import log

from knowledge.bank import shipped
from knowledge.model import Clause
from knowledge.wording import HAN, fold

# A character no rarer than that (in tenths) among the bank's lines says nothing: 我, 的, 学. One that no line holds is so rare.
_COMMON, _RAREST = 20, 90
# As if the question said so much more that no clause holds: what one character tells is little.
_BESIDES = 100.0
_READ = 512  # clauses in hand: those of the plan that is asked about
_HAN = re.compile(f"[{HAN}]")


def shares(asked: str, clauses: Sequence[Clause]) -> list[float]:
    """Of each clause the share of the weight of a folded question's characters that its heading or one sentence holds (0–1).
    A character weighs as much as it is rare among the bank's lines and among these clauses."""
    sentences = [_sentences(clause.title, clause.text) for clause in clauses]
    weights: dict[str, float] = {}
    for char in dict.fromkeys(_HAN.findall(asked)):
        known = shipped().grams([char])
        rarity = (known[0].rarity if known else _RAREST) - _COMMON
        spread = sum([char in some for some, _ in sentences]) if rarity > 0 else 0
        if spread:
            weights[char] = rarity * log((len(clauses) + 1) / (spread + 0.5))
    whole, telling = sum(weights.values()) + _BESIDES, weights.keys()
    most = [max([sum(map(weights.__getitem__, telling & said)) for said in apart]) for _, apart in sentences]
    return [one / whole for one in most]


@lru_cache(_READ)
def _sentences(title: str, text: str) -> tuple[frozenset[str], tuple[frozenset[str], ...]]:
    """The characters of a heading and all sentences, and of each of them."""
    said = (fold(title), *re.split("[。;；]", fold(text)))
    return frozenset("".join(said)), tuple(map(frozenset, said))
