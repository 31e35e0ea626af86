"""An SVG drawn as PNG. Run as a program this file is given the path of a font, or an empty word for those of the system, and an SVG
to read, and hands back what it has drawn; it imports next to nothing, since it is started for every picture."""

import sys

import resvg_py

# How many times as large as its own measure an SVG is drawn: 900 pixels wide.
_ZOOM = 1.25


def rendered(svg: str, font: str = "", zoom: float = 1) -> bytes:
    """With the font of a file alone, since the fonts of the system take longer to look through. Raises ValueError for what is no
    SVG."""
    files = [font] if font else None
    png: bytes = resvg_py.svg_to_bytes(svg_string=svg, font_files=files, skip_system_fonts=bool(font), zoom=zoom)
    return png


if __name__ == "__main__":
    sys.stdout.buffer.write(rendered(sys.stdin.buffer.read().decode(), sys.argv[1], _ZOOM))
