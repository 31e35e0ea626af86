"""Documents of every format, made from paragraphs: what a bureau's own programs would write."""

import io
import re
import zipfile
from collections.abc import Iterator, Sequence
from typing import Any
from xml.sax.saxutils import escape

import docx
from docx.oxml import parse_xml

_W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
# 一、（一）1. as Word keeps them: a level each, a style for the first.
_LEVELS = [
    ("chineseCountingThousand", "%1、"),
    ("chineseCountingThousand", "（%2）"),
    ("decimal", "%3."),
    ("bullet", "\uf0b7"),
]


def word(*content: Any) -> bytes:
    """A Word document. A text is a paragraph, (text, level) one that Word numbers, a list of rows a table; XML is put in
    as it stands."""
    document = docx.Document()
    numbered(document)
    for said in content:
        if isinstance(said, list):
            table = document.add_table(0, len(said[0]))
            for row in said:
                for cell, text in zip(table.add_row().cells, row, strict=True):
                    cell.text = text
        elif isinstance(said, tuple):
            put_number(document.add_paragraph(said[0]), said[1])
        elif said.startswith("<"):
            document.element.body.insert(-1, parse_xml(said.replace(">", f" {_W}>", 1)))
        else:
            document.add_paragraph(said)
    return saved(document)


def numbered(document: Any, start: int = 1) -> None:
    """Give a document its list, number 77, and a second one of it that begins again, 78."""
    levels = "".join(
        f'<w:lvl w:ilvl="{n}"><w:start w:val="{start}"/><w:numFmt w:val="{style}"/><w:lvlText w:val="{text}"/></w:lvl>'
        for n, (style, text) in enumerate(_LEVELS)
    )
    root = document.part.numbering_part.element
    root.insert(0, parse_xml(f'<w:abstractNum {_W} w:abstractNumId="77">{levels}</w:abstractNum>'))
    root.append(parse_xml(f'<w:num {_W} w:numId="77"><w:abstractNumId w:val="77"/></w:num>'))
    again = '<w:lvlOverride w:ilvl="1"><w:startOverride w:val="1"/></w:lvlOverride>'
    root.append(parse_xml(f'<w:num {_W} w:numId="78"><w:abstractNumId w:val="77"/>{again}</w:num>'))


def put_number(paragraph: Any, level: int, list_number: int = 77) -> None:
    numbers = f'<w:numPr {_W}><w:ilvl w:val="{level}"/><w:numId w:val="{list_number}"/></w:numPr>'
    paragraph._p.get_or_add_pPr().append(parse_xml(numbers))  # noqa: SLF001 — python-docx has no way of its own


def saved(document: Any) -> bytes:
    file = io.BytesIO()
    document.save(file)
    return file.getvalue()


def pdf(*pages: Sequence[tuple[float, float, str]], more: str = "", rotate: int = 0) -> bytes:
    """A PDF of A4 pages: texts of 16 points where they lie, from the left and the top; `more` is drawn on each page."""
    objects = [
        "<< /Type /Catalog /Pages 2 0 R >>",
        f"<< /Type /Pages /Count {len(pages)} /Kids [{' '.join(f'{5 + 2 * n} 0 R' for n in range(len(pages)))}] >>",
        "<< /Type /Font /Subtype /Type0 /BaseFont /STSong-Light /Encoding /UniGB-UCS2-H /DescendantFonts [4 0 R] >>",
        (
            "<< /Type /Font /Subtype /CIDFontType0 /BaseFont /STSong-Light /DW 1000 /W [1 95 500] "
            "/CIDSystemInfo << /Registry (Adobe) /Ordering (GB1) /Supplement 2 >> /FontDescriptor << /Type /FontDescriptor "
            "/FontName /STSong-Light /Flags 6 /Ascent 880 /Descent -120 /CapHeight 880 /StemV 90 /ItalicAngle 0 "
            "/FontBBox [0 -120 1000 880] >> >>"
        ),
    ]
    for n, page in enumerate(pages):
        drawn = more + "".join(
            f"BT /F 16 Tf 1 0 0 1 {x} {842 - y} Tm <{text.encode('utf-16-be').hex()}> Tj ET\n" for x, y, text in page
        )
        objects += [
            (
                f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Rotate {rotate} /Contents {6 + 2 * n} 0 R "
                "/Resources << /Font << /F 3 0 R >> >> >>"
            ),
            f"<< /Length {len(drawn)} >>\nstream\n{drawn}\nendstream",
        ]
    return _numbered_objects(objects)


def _numbered_objects(objects: Sequence[str]) -> bytes:
    file, places = b"%PDF-1.7\n", []
    for n, text in enumerate(objects, 1):
        places.append(len(file))
        file += f"{n} 0 obj\n{text}\nendobj\n".encode()
    table = "".join(f"{place:010} 00000 n \n" for place in places)
    end = f"trailer << /Size {len(objects) + 1} /Root 1 0 R >>\nstartxref\n{len(file)}\n%%EOF"
    return file + f"xref\n0 {len(objects) + 1}\n0000000000 65535 f \n{table}{end}".encode()


def printed(text: str, width: int = 28, lines: int = 30) -> list[list[tuple[float, float, str]]]:
    """Paragraphs as a page of `width` characters a line and `lines` lines shows them: indented by two, broken where the
    line is full, numbered at the foot."""
    rows = [row for paragraph in text.split("\n") for row in _broken("　　" + paragraph, width)]
    pages = [rows[i : i + lines] for i in range(0, len(rows), lines)]
    return [
        [*((72.0, 80.0 + 24 * n, row) for n, row in enumerate(page)), (270.0, 810.0, f"— {number} —")]
        for number, page in enumerate(pages, 1)
    ]


def _broken(paragraph: str, width: int) -> Iterator[str]:
    """A paragraph in lines: a number stays whole, and stands half as wide."""
    row, filled = "", 0.0
    for word in re.findall(r"[!-~]+|.", paragraph):
        wide = len(word) / 2 if word.isascii() else 1
        if filled + wide > width:
            yield row
            row, filled = "", 0.0
        row, filled = row + word, filled + wide
    yield row


def ofd(*lines: tuple[float, float, str]) -> bytes:
    """An OFD of one A4 page: texts of 5 mm where they lie, in mm from the left and the top."""
    name = 'xmlns:ofd="http://www.ofdspec.org/2016"'
    texts = "".join(
        f'<ofd:TextObject ID="{n}" Boundary="{x} {y} 200 6" Font="1" Size="5"><ofd:TextCode X="0" Y="5">{escape(text)}'
        "</ofd:TextCode></ofd:TextObject>"
        for n, (x, y, text) in enumerate(lines, 10)
    )
    return zipped(
        {
            "OFD.xml": f"<ofd:OFD {name}><ofd:DocBody><ofd:DocRoot>Doc_0/Document.xml</ofd:DocRoot></ofd:DocBody></ofd:OFD>",
            "Doc_0/Document.xml": (
                f"<ofd:Document {name}><ofd:CommonData><ofd:PageArea><ofd:PhysicalBox>0 0 210 297"
                "</ofd:PhysicalBox></ofd:PageArea></ofd:CommonData><ofd:Pages><ofd:Page ID='1' BaseLoc='Pages/0.xml'/>"
                "</ofd:Pages></ofd:Document>"
            ),
            "Doc_0/Pages/0.xml": f"<ofd:Page {name}><ofd:Content><ofd:Layer>{texts}</ofd:Layer></ofd:Content></ofd:Page>",
        }
    )


def zipped(files: dict[str, str | bytes]) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return file.getvalue()
