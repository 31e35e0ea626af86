"""Who asks too fast is told once, then heard again after a while."""

import time
from collections import deque
from collections.abc import Callable, Hashable
from enum import Enum

_MINUTE = 60.0
_MANY = 10_000


class Pace(Enum):
    FINE = "fine"
    TOO_FAST = "too fast"  # the first one over the limit: to be told
    STILL_TOO_FAST = "still too fast"


class Throttle:
    """Counts what everybody sends in the last minute."""

    def __init__(self, per_minute: int, clock: Callable[[], float] = time.monotonic) -> None:
        self._per_minute, self._clock = per_minute, clock
        self._sent: dict[Hashable, deque[float]] = {}
        self._told: set[Hashable] = set()

    def pace(self, who: Hashable) -> Pace:
        """How fast a person or a group is with one message more; those over the limit do not count."""
        now = self._clock()
        if len(self._sent) > _MANY:
            self._sent = {w: times for w, times in self._sent.items() if times[-1] > now - _MINUTE}
            self._told &= self._sent.keys()
        times = self._sent.setdefault(who, deque())
        while times and times[0] <= now - _MINUTE:
            times.popleft()
        if len(times) < self._per_minute:
            times.append(now)
            self._told.discard(who)
            return Pace.FINE
        if who in self._told:
            return Pace.STILL_TOO_FAST
        self._told.add(who)
        return Pace.TOO_FAST
