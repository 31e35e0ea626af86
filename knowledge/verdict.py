"""How near is a clause to a question, and how likely does it answer it? Two linear models over what a search finds, whose
weights only tests/fit_weights writes (weights.toml), fitted and cross-validated over the plans of several cities."""

import tomllib
from functools import cache
from math import exp, log
from pathlib import Path
from typing import NamedTuple

FILE = Path(__file__).with_name("weights.toml")
# Log odds beyond this tell no more; a weight of words beyond that neither.
_SURE, _MUCH = 5.0, 2.0
# A BM25 of so much is half of all there could be; a probability below the floor is as good as none.
_PLENTY, _FLOOR = 8.0, 0.005
_FAR = 50.0  # log odds that exp can take


class Signs(NamedTuple):
    """What tells how likely a clause answers a question.

    Of the clause: its BM25 as such and beside the best (`rank`), the shares of the question's pairs and `words` that it
    holds, that of the pairs which one `sentence` holds, the weight of those words (`strength`), and how likely it speaks of
    a `subject` or an official `word` that the question is about. Of the question: the log odds that it is about what plans
    speak of (`planned` by topics, `odds` by characters) and about what the clauses `here` do, how much it is `like` a topic
    of theirs and `unlike` them, the weight of what they are `silent` on and of words that are `strange` to them, and
    whether it asks for a `figure` or another `detail`.
    """

    bm25: float = 0.0
    rank: float = 0.0
    pairs: float = 0.0
    sentence: float = 0.0
    words: float = 0.0
    strength: float = 0.0
    subject: float = 0.0
    word: float = 0.0
    planned: float = 0.0
    odds: float = 0.0
    here: float = 0.0
    like: float = 0.0
    unlike: float = 0.0
    silent: float = 0.0
    strange: float = 0.0
    figure: bool = False
    detail: bool = False


def nearness(signs: Signs) -> float:
    """How near a clause is to a question, a number in [0, 100]."""
    rank, near = weights()["rank"], _near(signs)
    return 100 * sum(weight * near[name] for name, weight in rank.items()) / sum(rank.values())


def likelihood(signs: Signs, score: float, gap: float) -> float:
    """How likely a clause of that nearness answers, `gap` nearer than the next one (0–1)."""
    seen = features(signs, score, gap)
    odds = sum(weight * seen[name] for name, weight in weights()["verdict"].items())
    return 1 / (1 + exp(-max(-_FAR, min(_FAR, odds))))


def answers(likely: float) -> bool:
    return likely >= weights()["bounds"]["answered"]


def may_answer(likely: float) -> bool:
    """Is it worth asking whether that is meant?"""
    return likely >= weights()["bounds"]["unsure"]


def _near(signs: Signs) -> dict[str, float]:
    """What nearness is made of, each between 0 and 1."""
    bm25 = signs.bm25 / (signs.bm25 + _PLENTY)
    return {
        "bm25": bm25,
        "first": signs.rank * bm25,
        "pairs": signs.pairs,
        "sentence": signs.sentence,
        "words": min(signs.words, 1.0),
        "strength": min(signs.strength, _MUCH) / _MUCH,
        "subject": _evidence(signs.subject),
        "word": _evidence(signs.word),
    }


def features(signs: Signs, score: float, gap: float) -> dict[str, float]:
    """What likelihood is made of."""
    near = _near(signs)
    planned, here = (max(-_SURE, min(_SURE, odds)) / _SURE for odds in (signs.planned, signs.here))
    return near | {
        "constant": 1.0,
        "strong": near["strength"] ** 2,
        "planned": planned,
        "here": here,
        "planned_unheld": planned * (1 - near["words"]),
        "here_unheld": here * (1 - near["words"]),
        "planned_not": min(planned, 0.0),
        "odds": max(-3.0, min(3.0, signs.odds / _SURE)),
        "like": signs.like,
        "unlike": signs.unlike,
        "silent": signs.silent,
        "strange": min(signs.strange, _MUCH),
        "figure": float(signs.figure),
        "detail": float(signs.detail),
        "score": score / 100,
        "gap": max(-0.3, min(0.3, gap / 100)),
    }


def _evidence(likely: float) -> float:
    """The logarithm of a probability, from 0 (next to none) to 1 (certain)."""
    return log((min(likely, 1.0) + _FLOOR) / _FLOOR) / log((1 + _FLOOR) / _FLOOR)


@cache
def weights() -> dict[str, dict[str, float]]:
    """The tables of weights.toml: rank, verdict, bounds, and the figures that the fit came to."""
    return tomllib.loads(FILE.read_text(encoding="utf8"))
