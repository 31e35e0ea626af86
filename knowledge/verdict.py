"""How near is a clause to a question, and how likely does it answer it? Two linear models over what a search finds, whose
weights only tests/fit_weights writes (weights.toml), fitted and cross-validated over the plans of several cities."""

import tomllib
from functools import cache
from math import exp, log
from pathlib import Path
from typing import NamedTuple

FILE = Path(__file__).with_name("weights.toml")
# Log odds beyond this tell no more; a weight of words beyond that neither.
_SURE, _MUCH = 6.0, 2.0
# A probability below the floor is as good as none.
_FLOOR = 0.005
_CERTAIN = log((1 + _FLOOR) / _FLOOR)
# What nearness is made of.
NEAR = "pairs characters words strength subject matter matter_mark named piece sentence".split()
_FAR = 50.0  # log odds that exp can take


class Signs(NamedTuple):
    """What tells how likely a clause answers a question; of a clause that was not compared less is known."""

    # Of the clause: the shares of the question's pairs and `words` that it holds and of its `characters` that one sentence
    # holds, and the weight of those words.
    pairs: float = 0.0
    characters: float = 0.0
    words: float = 0.0
    strength: float = 0.0
    # How likely it is the clause that speaks of the subject and the matter that the question is about, and how far both are
    # marked by the same matters.
    subject: float = 0.0
    matter: float = 0.0
    matter_mark: float = 0.0
    # The share of the words that tell plans from each other which the title of its plan holds.
    named: float = 0.0
    # How much nearer the nearest piece of it lies to the question in the embedding than those of the farthest that was
    # compared (a difference of cosines), and how far its sentence that is most so is marked by the same subjects, also as
    # a share of that of the one compared that is most so (`sentence`).
    piece: float = 0.0
    sentence: float = 0.0
    sentence_mark: float = 0.0
    # Of the question: the log odds that it asks for what plans may say of its subject, and that it is about subjects and
    # matters of the clauses here; how clearly it is about its subject, the weight of words that are
    # strange to the clauses, and whether it asks for a figure or another detail.
    sayable: float = 0.0
    here: float = 0.0
    here_matter: float = 0.0
    clear: float = 0.0
    strange: float = 0.0
    figure: bool = False
    detail: bool = False
    # Of what the question says and the clause does not (加班费 of 晨检老师有没有加班费): how clearly it is about anything, the log odds
    # that plans speak of that, how likely the clause speaks of it, and how far both are marked by the same. The last two
    # are 1 where nothing is left unsaid, 0 of a clause that was not compared.
    unsaid_clear: float = 0.0
    unsaid_planned: float = 0.0
    unsaid_speaks: float = 0.0
    unsaid_mark: float = 0.0


def nearness(signs: Signs) -> float:
    """How near a clause is to a question, a number in [0, 100]."""
    ranks, whole = _ranks()
    return 100 * sum([weight * sign for weight, sign in zip(ranks, near_signs(signs), strict=True)]) / whole


@cache
def _ranks() -> tuple[list[float], float]:
    """The weights of what nearness is made of, and their sum."""
    rank = weights()["rank"]
    return [rank.get(name, 0.0) for name in NEAR], sum(rank.values())


def read_anew() -> None:
    """Take the weights from their file once more, where it was written."""
    weights.cache_clear()
    _ranks.cache_clear()


def likelihood(signs: Signs, gap: float) -> float:
    """How likely a clause answers that is `gap` nearer than the next one (0–1)."""
    verdict = weights()["verdict"]
    odds = sum(verdict.get(name, 0.0) * value for name, value in features(signs, gap).items())
    return 1 / (1 + exp(-max(-_FAR, min(_FAR, odds))))


def answers(likely: float) -> bool:
    return likely >= weights()["bounds"]["answered"]


def may_answer(likely: float) -> bool:
    """Is it worth asking whether that is meant?"""
    return likely >= weights()["bounds"]["unsure"]


def near_signs(signs: Signs) -> tuple[float, ...]:
    """What nearness is made of, each between 0 and 1."""
    return (
        signs.pairs,
        signs.characters,
        min(signs.words, 1.0),
        min(signs.strength, _MUCH) / _MUCH,
        _evidence(signs.subject),
        _evidence(signs.matter),
        signs.matter_mark,
        signs.named,
        signs.piece,
        signs.sentence,
    )


def features(signs: Signs, gap: float) -> dict[str, float]:
    """What likelihood is made of: more of any of these signs of the clause never makes it less."""
    return {
        "constant": 1.0,
        "gap": gap / 100,
        "whole": min(signs.words, 1.0) * signs.pairs,
        "strength": min(signs.strength, _MUCH) / _MUCH,
        "sentence_mark": signs.sentence_mark,
        "sayable": _bounded(signs.sayable),
        "here": _bounded(signs.here),
        "here_matter": _bounded(signs.here_matter),
        "clear": signs.clear,
        "strange": min(signs.strange, _MUCH),
        "figure": float(signs.figure),
        "detail": float(signs.detail),
        "unsaid_clear": signs.unsaid_clear,
        "unsaid_planned": _bounded(signs.unsaid_planned),
        "unsaid_speaks": _evidence(signs.unsaid_speaks),
        "unsaid_mark": signs.unsaid_mark,
    }


def _bounded(odds: float) -> float:
    return max(-_SURE, min(_SURE, odds)) / _SURE


def _evidence(likely: float) -> float:
    """The logarithm of a probability, from 0 (next to none) to 1 (certain)."""
    return log((min(likely, 1.0) + _FLOOR) / _FLOOR) / _CERTAIN


@cache
def weights() -> dict[str, dict[str, float]]:
    """The tables of weights.toml: rank, verdict, bounds, and the figures that the fit came to."""
    return tomllib.loads(FILE.read_text(encoding="utf8"))
