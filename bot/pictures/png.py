"""An SVG made PNG, in a process of its own: the library draws for a fifth of a second and lets nothing else run meanwhile."""

import asyncio
import logging
import sys
from functools import cached_property
from html import escape
from pathlib import Path

from bot.pictures import rendering

# Chinese fonts by the names that systems know them under, the likeliest first; behind them fonts that others stand in for.
_FAMILIES = (
    "Noto Sans CJK SC",
    "Noto Sans SC",
    "Source Han Sans SC",
    "Source Han Sans CN",
    "PingFang SC",
    "Microsoft YaHei",
    "HarmonyOS Sans SC",
    "Hiragino Sans GB",
    "WenQuanYi Micro Hei",
    "WenQuanYi Zen Hei",
    "Droid Sans Fallback",
    "SimHei",
    "Noto Serif CJK SC",
    "Source Han Serif SC",
    "SimSun",
    "AR PL UMing CN",
    "AR PL UKai CN",
    "DejaVu Sans",
    "Liberation Sans",
    "Arial",
)
# What an SVG is written with where whoever looks at it has the font and we have not.
_ANY = ", ".join(f"'{name}'" for name in _FAMILIES[:11]) + ", sans-serif"
# Of two characters that look different where they are drawn at all.
_TRIED = "国", "学"
_BOX = '<svg xmlns="http://www.w3.org/2000/svg" width="36" height="36">'
# Seconds that a picture may take.
_PATIENCE = 15.0
_log = logging.getLogger(__name__)


class Painter:
    """Makes PNG of SVG, one at a time, and keeps none, with the font of this file, else those of the system."""

    def __init__(self, font: Path | None = None) -> None:
        self._font, self._one = font, asyncio.Lock()
        self._drawing: dict[str, asyncio.Future[bytes | None]] = {}

    @cached_property
    def family(self) -> str:
        """The fonts to write with, that which has Chinese here first."""
        return f"'{self._found}', {_ANY}" if self._found else _ANY

    @property
    def can(self) -> bool:
        """Is there a Chinese font to make PNG with?"""
        return bool(self._found)

    @cached_property
    def _found(self) -> str:
        """The Chinese font that is here, by its name; empty where there is none."""
        if self._font:
            name = family_of(self._font)
            if name and _draws(name, self._font):
                return name
            _log.warning("字体 %s 读不出来，或者里面没有汉字，图片改用系统的字体。", self._font)
            self._font = None
        return next((name for name in _FAMILIES if _draws(name)), "")

    async def png(self, svg: str) -> bytes | None:
        """The PNG, None where it cannot be drawn; who asks while it is drawn waits for the same one."""
        if (drawing := self._drawing.get(svg)) is None:
            drawing = self._drawing[svg] = asyncio.ensure_future(self._in_turn(svg))
            drawing.add_done_callback(lambda _: self._drawing.pop(svg))
        return await asyncio.shield(drawing)

    async def _in_turn(self, svg: str) -> bytes | None:
        async with self._one:
            return await _drawn(svg, self._font) if self.can else None


async def _drawn(svg: str, font: Path | None) -> bytes | None:
    words = [sys.executable, "-P", rendering.__file__, str(font or "")]
    pipe = asyncio.subprocess.PIPE
    try:
        process = await asyncio.create_subprocess_exec(*words, stdin=pipe, stdout=pipe, stderr=pipe)
    except OSError as error:  # no memory, too many processes
        _log.error("a picture could not be drawn: %s", error)
        return None
    try:
        png, told = await asyncio.wait_for(process.communicate(svg.encode(errors="replace")), _PATIENCE)
    except TimeoutError:
        _log.error("a picture took longer than %s seconds", _PATIENCE)
        return None
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
    if process.returncode:
        _log.error("a picture could not be drawn: %s", told.decode(errors="replace").strip()[-200:])
        return None
    return png


def _draws(family: str, font: Path | None = None) -> bool:
    """Has this family Chinese characters here? What it has not is drawn as nothing, or all as the same box."""
    tried = (f'{_BOX}<text y="30" font-size="30" font-family="{escape(family)}">{c}</text></svg>' for c in _TRIED)
    return len({rendering.rendered(svg, str(font or "")) for svg in tried}) > 1


def family_of(font: Path) -> str:
    """The name of a font in its own file (TrueType, OpenType, a collection of them), empty where it is none."""
    try:
        with font.open("rb") as file:
            head = file.read(16)
            start = int.from_bytes(head[12:16]) if head[:4] == b"ttcf" else 0
            file.seek(start)
            tables = file.read(12 + 16 * 64)
            count = int.from_bytes(tables[4:6])
            rows = (tables[12 + 16 * n : 28 + 16 * n] for n in range(count))
            row = next((r for r in rows if r[:4] == b"name"), b"")
            file.seek(int.from_bytes(row[8:12]))
            return _first_name(file.read(min(int.from_bytes(row[12:16]), 1 << 20)))
    except OSError:
        return ""


def _first_name(table: bytes) -> str:
    """The family name (16, else 1) of a name table, in English where it has that, as programs know fonts by."""
    count, strings = int.from_bytes(table[2:4]), int.from_bytes(table[4:6])
    found: dict[tuple[int, bool], str] = {}
    for n in range(count):
        row = table[6 + 12 * n : 18 + 12 * n]
        platform, _, language, kind, length, offset = (int.from_bytes(row[i : i + 2]) for i in range(0, 12, 2))
        if platform in {0, 3} and kind in {1, 16}:
            name = table[strings + offset : strings + offset + length].decode("utf-16-be", "replace")
            found.setdefault((kind, language in {0, 0x409}), name)
    # Those of kind 1 come first: it is what is asked for together with regular and bold.
    return next((found[key] for key in ((1, True), (16, True), (1, False), (16, False)) if key in found), "")
