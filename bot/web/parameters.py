"""The parameters of a request, read strictly for programs: what is misspelt is told, not passed over."""

import re
from typing import Final

from starlette.requests import Request

from bot.web.problems import Problem
from bot.web.sentences import BAD_COUNT, BAD_LENGTH, MISSING, TWICE, UNKNOWN, UNREADABLE, WRONG

# What comes of bytes that are no text, and what no text holds.
_UNREADABLE: Final = ("\0", "\ufffd")


class Parameters:
    """The parameters by name. Raises Problem for one that is unknown, given twice, unreadable or out of range."""

    def __init__(self, request: Request, *known: str) -> None:
        pairs = request.query_params.multi_items()
        names = [name for name, _ in pairs]
        self._values = dict(pairs)
        for name, value in pairs:
            if name not in known:
                raise Problem(422, UNKNOWN.format(name=name[:40], known="、".join(known) or "（没有）"))
            if names.count(name) > 1:
                raise Problem(422, TWICE.format(name=name))
            if any(mark in value for mark in _UNREADABLE):
                raise Problem(422, UNREADABLE.format(name=name))

    def text(self, name: str, most: int, *, needed: bool = False) -> str:
        """A text of up to `most` characters, empty where it is not given."""
        value = self._values.get(name)
        if value is None and needed:
            raise Problem(422, MISSING.format(name=name))
        if value is not None and not 1 <= len(value) <= most:
            raise Problem(422, BAD_LENGTH.format(name=name, most=most))
        return value or ""

    def like(self, name: str, pattern: str, example: str) -> str:
        """A text in the form of the pattern, empty where it is not given."""
        value = self._values.get(name)
        if value is not None and not re.fullmatch(pattern, value):
            raise Problem(422, WRONG.format(name=name, example=example))
        return value or ""

    def count(self, name: str, least: int, most: int, otherwise: int) -> int:
        """A whole number between `least` and `most`."""
        value = self._values.get(name, str(otherwise))
        if not re.fullmatch(r"[0-9]{1,9}", value) or not least <= int(value) <= most:
            raise Problem(422, BAD_COUNT.format(name=name, least=least, most=most))
        return int(value)
