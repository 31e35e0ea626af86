"""From a file to its text, whatever its encoding."""

import codecs
from pathlib import Path

from knowledge.errors import DocumentError

_BOMS = [
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
]
# gb18030 holds every other gb*, so it is tried in their place.
_CANDIDATES = ["gb18030", "big5hkscs", "utf-16-le", "utf-16-be"]
# The characters that make up about a fifth of any Chinese text, in both scripts, and its punctuation.
_FREQUENT = frozenset(
    "的是在和一不人有为為中国國了学學生教育大工作以要业業发發展年市区區建设設管理实實施家校，。、：；"
)
_LARGEST = 64 * 1024 * 1024
_BAD = 0.01  # the share of a text that may be no characters


def read(path: Path) -> str:
    r"""The text of a file in UTF-8, UTF-16, GB18030 or Big5, lines ended by \n.

    Raises DocumentError, with what to do, where there is no such text.
    """
    data = _bytes(path)
    if not data.strip():
        raise DocumentError(f"{path} 是空的，请换一份有内容的文档。")
    text = _decode(data)
    if text is None:
        raise DocumentError(f"{path} 不是文本文件，请先把它另存为 .txt 或 .md 再试。")
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    if text.lstrip()[:200].lower().startswith(("<!doctype html", "<html")):
        raise DocumentError(f"{path} 是网页，请在浏览器里把正文复制出来，存成 .txt 再试。")
    if not text.strip("\n \t\0\ufeff"):
        raise DocumentError(f"{path} 里没有文字，请换一份有内容的文档。")
    return text


def _bytes(path: Path) -> bytes:
    try:
        if path.is_dir():
            raise DocumentError(f"{path} 是文件夹，请指明里面的一份文档。")
        if path.exists() and not path.is_file():
            raise DocumentError(f"{path} 不是普通文件，请换一份文档。")
        if path.stat().st_size > _LARGEST:
            raise DocumentError(f"{path} 超过 64 MB，不像一份工作计划，请只取正文部分。")
        return path.read_bytes()
    except FileNotFoundError:
        raise DocumentError(f"没有找到 {path}，请检查文件名和所在的文件夹。") from None
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or "路径不对"
        raise DocumentError(f"{path} 读不出来（{reason}），请检查文件名和权限。") from None


def _decode(data: bytes) -> str | None:
    for bom, encoding in _BOMS:
        if data.startswith(bom):
            return _strict(data, encoding) or (_mended(data) if encoding == "utf-8-sig" else None)
    text = _strict(data, "utf-8")
    if text is not None:
        return None if "\0" in text else text
    mended = _mended(data)
    if mended is not None:
        return mended
    texts = [t for e in _CANDIDATES if (t := _strict(data, e)) is not None and _is_text(t)]
    best = max(texts, key=_likeness, default=None)
    return best if best is not None and _likeness(best) > 0 else None


def _strict(data: bytes, encoding: str) -> str | None:
    try:
        return data.decode(encoding)
    except UnicodeDecodeError:
        return None


def _mended(data: bytes) -> str | None:
    """Chinese in UTF-8 with a bad byte here and there, which is marked; None where it is something else."""
    text = data.decode("utf-8-sig", errors="replace")
    seen = [c for c in text if not c.isspace()]
    bad, chinese = seen.count("\ufffd"), sum("\u3000" <= c <= "\u9fff" or "\uff00" <= c <= "\uffef" for c in seen)
    return text if bad < _BAD * len(text) and chinese > len(seen) / 2 and _is_text(text) else None


def _is_text(text: str) -> bool:
    return not any(c < " " and c not in "\n\r\t\f\v" for c in text)


def _likeness(text: str) -> float:
    """How Chinese a decoding looks: the share of its most frequent characters."""
    return sum(c in _FREQUENT for c in text) / len(text)
