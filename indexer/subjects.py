"""Of which topics of the bank does a clause speak?"""

import re
from functools import cache

from knowledge.bank import PLANS, WORD, shipped
from knowledge.concepts import concepts
from knowledge.model import Clause
from knowledge.wording import fold

# A sentence that is less likely than this about a subject does not speak of it.
_LEAST = 0.01
# One mention of an official word is as likely as not in passing.
_IN_PASSING = 0.5


def spoken(clause: Clause) -> dict[str, float]:
    """The topics that a clause speaks of, with how likely it is about each (0–1): a subject by its heading or one of its
    sentences, an official word by standing there."""
    subjects, words = _spoken_of()
    degrees: dict[str, float] = {}
    title, text = fold(clause.title), fold(clause.text)
    for sentence in (title, *re.split("[。;；]", text)):
        for topic, likely in concepts(sentence, shipped()).subjects:
            if topic in subjects:
                degrees[topic] = max(likely, degrees.get(topic, 0.0))
    for word, pieces in words.items():
        if times := min(text.count(piece) for piece in pieces):
            degrees[word] = 1.0 if all(piece in title for piece in pieces) else 1 - _IN_PASSING**times
    return {topic: likely for topic, likely in degrees.items() if likely >= _LEAST}


@cache
def _spoken_of() -> tuple[frozenset[str], dict[str, list[str]]]:
    """The subjects that a plan may speak of, and the official words, in pieces that must all stand there."""
    topics = shipped().topics
    return frozenset(t.name for t in topics if t.kind == PLANS), {
        t.name: t.name.split() for t in topics if t.kind == WORD
    }
