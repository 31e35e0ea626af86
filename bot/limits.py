"""How fast somebody may ask: so many at once, then as many a minute at an even pace."""

import time
from collections.abc import Callable, Hashable
from math import ceil
from typing import NamedTuple

_MINUTE = 60.0
# From so many on those that have been quiet for a minute are forgotten.
_MANY = 10_000


class TooFast(NamedTuple):
    """Who asks too fast is heard again in so many seconds (1 and up); `first` that it has not been told so yet."""

    seconds: int
    first: bool


class Limiter:
    """Counts what everybody sends; 0 a minute: there is no limit."""

    def __init__(self, per_minute: int, clock: Callable[[], float] = time.monotonic) -> None:
        self._interval = _MINUTE / per_minute if per_minute else 0.0
        self._clock = clock
        # When each would have used up what it sent, had it sent at an even pace.
        self._due: dict[Hashable, float] = {}
        self._told: set[Hashable] = set()

    def too_fast(self, who: Hashable) -> TooFast | None:
        """None where one more is heard now, and counted."""
        if not self._interval:
            return None
        now = self._clock()
        if len(self._due) > _MANY:
            self._due = {w: due for w, due in self._due.items() if due > now}
            self._told &= self._due.keys()
        due = max(self._due.get(who, now), now) + self._interval
        if (early := due - now - _MINUTE) > 1e-6:
            first = who not in self._told
            self._told.add(who)
            return TooFast(ceil(early), first)
        self._due[who] = due
        self._told.discard(who)
        return None
