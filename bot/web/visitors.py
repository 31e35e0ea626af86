"""Who is asking: the address behind proxies that are trusted, how fast it asks, and the chat that its cookie names."""

import re
import secrets
import time
from collections.abc import Callable, Iterable
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from math import ceil

from starlette.datastructures import Headers
from starlette.requests import cookie_parser
from starlette.types import Scope

COOKIE = "yaodian"
_ID = re.compile(r"[A-Za-z0-9_-]{43}")
_MINUTE = 60.0
# From so many addresses on those that have been quiet for a minute are forgotten.
_MANY = 10_000


class Throttle:
    """How long an address has to wait: it may ask `per_minute` times at once, then as often as that a minute; 0: any."""

    def __init__(self, per_minute: int, clock: Callable[[], float] = time.monotonic) -> None:
        self._interval = _MINUTE / per_minute if per_minute else 0.0
        self._clock = clock
        # When an address would have used up what it asked for, had it asked at an even pace.
        self._due: dict[str, float] = {}

    def wait(self, who: str) -> int:
        """Seconds (1 and up) until one more request is heard; 0 where it is heard now, and counted."""
        if not self._interval:
            return 0
        now = self._clock()
        if len(self._due) > _MANY:
            self._due = {w: due for w, due in self._due.items() if due > now}
        due = max(self._due.get(who, now), now) + self._interval
        if (early := due - now - _MINUTE) > 1e-6:
            return ceil(early)
        self._due[who] = due
        return 0


class Proxies:
    """The proxies whose word on who asks is believed."""

    def __init__(self, trusted: Iterable[str]) -> None:
        self._networks = [ip_network(t, strict=False) for t in trusted]

    def correct(self, scope: Scope) -> None:
        """Put the visitor's own address and scheme into the scope where a trusted proxy tells them."""
        client = scope.get("client")
        if client is None or not self._trusts(client[0]):
            return
        headers = Headers(scope=scope)
        told = [t.strip() for line in headers.getlist("x-forwarded-for") for t in line.split(",")]
        # Every proxy adds whom it heard at the end: the last one that is no proxy of ours is the visitor.
        visitor = next((t for t in reversed(told) if not self._trusts(t)), None)
        if visitor and _address(visitor):
            scope["client"] = (visitor, 0)
        if headers.get("x-forwarded-proto", "").strip().lower() in {"http", "https"}:
            scope["scheme"] = headers["x-forwarded-proto"].strip().lower()

    def _trusts(self, text: str) -> bool:
        address = _address(text)
        return address is not None and any(address in network for network in self._networks)


def who(scope: Scope) -> str:
    """The address that requests are counted under: an IPv6 visitor has a whole /64 to ask from."""
    address = _address(scope["client"][0]) if scope.get("client") else None
    if isinstance(address, IPv6Address):
        return str(ip_network((address, 64), strict=False))
    return str(address)


def chat_of(scope: Scope) -> str | None:
    """The chat in the cookie; None where there is none or one that was not made here."""
    cookies = cookie_parser(Headers(scope=scope).get("cookie", ""))
    kept = cookies.get(COOKIE, "")
    return kept if _ID.fullmatch(kept) else None


def new_chat() -> str:
    """32 random bytes, which nobody guesses, in 43 characters."""
    return secrets.token_urlsafe(32)


def cookie(chat: str, *, secure: bool) -> str:
    """The cookie for one visit: closing the browser ends it."""
    return f"{COOKIE}={chat}; Path=/; HttpOnly; SameSite=Lax{'; Secure' if secure else ''}"


def _address(text: str) -> IPv4Address | IPv6Address | None:
    """::ffff:1.2.3.4 and 1.2.3.4 are one address."""
    try:
        address = ip_address(text)
    except ValueError:
        return None
    return (address.ipv4_mapped or address) if isinstance(address, IPv6Address) else address
