"""Is a clause about a question, rather than only near it? The one place where it is decided what is not covered."""

from knowledge.model import Frame
from knowledge.search import Found

# A clause answers where it covers nearly all of the question; or it holds this much of it (one rare word counts 0.8, a
# plain one 0.3) and the question names nothing that the plan is silent on; or it holds more than what it is silent on.
_COVERED, _STRENGTH, _STRENGTH_AGAINST = 0.75, 0.4, 0.7


def answers(frame: Frame, found: Found) -> bool:
    silent = sum(t.weight * max(near for _, near in t.others) for t in frame.about if t.others and not t.known)
    if not silent:
        return found.covered >= _COVERED or found.strength >= _STRENGTH
    return found.strength >= max(_STRENGTH_AGAINST, 0.8 * silent)
