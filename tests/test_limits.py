"""How fast somebody may ask, by a clock that is moved."""

from bot.limits import Limiter


class Clock:
    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


def test_so_many_are_heard_at_once_then_as_many_a_minute() -> None:
    clock = Clock()
    limiter = Limiter(6, clock)
    assert [limiter.too_fast("anna") is None for _ in range(8)] == [True] * 6 + [False] * 2
    assert limiter.too_fast("ben") is None
    clock.now += 10
    assert [limiter.too_fast("anna") is None for _ in range(2)] == [True, False]
    clock.now += 60
    assert [limiter.too_fast("anna") is None for _ in range(7)] == [True] * 6 + [False]


def test_who_is_too_fast_is_told_once_and_anew_after_being_heard_again() -> None:
    clock = Clock()
    limiter = Limiter(2, clock)
    told = [limiter.too_fast("anna") for _ in range(4)]
    assert told == [None, None, (30, True), (30, False)]
    clock.now += 29.5
    assert limiter.too_fast("anna") == (1, False)
    clock.now += 0.5
    assert limiter.too_fast("anna") is None
    assert limiter.too_fast("anna") == (30, True)


def test_none_a_minute_is_no_limit() -> None:
    limiter = Limiter(0, Clock())
    assert [limiter.too_fast("anna") for _ in range(1000)] == [None] * 1000


def test_of_many_who_were_quiet_nothing_is_kept() -> None:
    clock = Clock()
    limiter = Limiter(1, clock)
    for place in range(10_001):
        limiter.too_fast(place)
    clock.now += 120
    limiter.too_fast("anna")
    limiter.too_fast("ben")
    assert len(limiter._due) <= 2  # noqa: SLF001 — it is memory that is meant
