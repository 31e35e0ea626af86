"""Bytes of a text, whatever its encoding."""

import codecs
import re

_BOMS = [
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
]
# gb18030 holds every other gb*, so it is tried in their place.
_CANDIDATES = ["gb18030", "big5hkscs", "utf_16_le", "utf_16_be"]
_ENOUGH = 100_000
_CONTROL = re.compile("[\0-\x08\x0e-\x1f]")
_BAD = 0.01  # the share of a text that may be no characters


def decode(data: bytes, said: str = "") -> str | None:
    """The text in UTF-8, UTF-16, GB18030 or Big5, or in the encoding that it is said to have; None where it is none.

    >>> decode("新增学位300个，办好教育。".encode("gbk"))
    '新增学位300个，办好教育。'
    """
    for bom, encoding in _BOMS:
        if data.startswith(bom):
            return _strict(data, encoding) or (_mended(data) if encoding == "utf-8-sig" else None)
    text = _strict(data, "utf-8")
    if text is not None:
        return None if "\0" in text else text
    # gb2312 is said where gbk or gb18030 is meant.
    text = _strict(data, "gb18030" if said.lower().startswith("gb") else said) if said else None
    return (text if text and _is_text(text) else None) or _mended(data) or _guessed(data)


def _strict(data: bytes, encoding: str) -> str | None:
    try:
        return data.decode(encoding)
    except (UnicodeError, LookupError):
        return None


def _mended(data: bytes) -> str | None:
    """Chinese in UTF-8 with a bad byte here and there, which is marked; None where it is something else."""
    text = data.decode("utf-8-sig", errors="replace")
    if not _is_text(text):
        return None
    seen = [c for c in text if not c.isspace()]
    bad, chinese = seen.count("\ufffd"), sum("\u3000" <= c <= "\u9fff" or "\uff00" <= c <= "\uffef" for c in seen)
    return text if bad < _BAD * len(text) and chinese > len(seen) / 2 else None


def _guessed(data: bytes) -> str | None:
    from charset_normalizer import from_bytes

    texts = {encoding: text for encoding in _CANDIDATES if (text := _strict(data, encoding)) and _is_text(text)}
    best = from_bytes(_head(data), cp_isolation=list(texts)).best() if texts else None
    return None if best is None else texts.get(best.encoding)


def _head(data: bytes) -> bytes:
    """Whole lines from the beginning, enough to tell an encoding by."""
    end = data.rfind(b"\n", 0, _ENOUGH) + 1
    return data[: end + end % 2 if b"\0" in data[:_ENOUGH] else end] if end and len(data) > _ENOUGH else data


def _is_text(text: str) -> bool:
    return not _CONTROL.search(text)
