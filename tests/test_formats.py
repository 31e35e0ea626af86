"""Every format from a file of its own kind to the text that it shows."""

import io
import re
import shutil
import subprocess
from pathlib import Path

import documents
import docx
import pypdfium2
import pytest
from conftest import LAKE, SMALL
from docx.oxml import parse_xml
from hypothesis import given
from hypothesis import strategies as st

from indexer.formats import scan
from indexer.formats.layout import Piece, lines_of
from indexer.read import read
from indexer.sources import File
from knowledge.errors import DocumentError

W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'


def text_of(data: bytes, name: str = "plan") -> str:
    return read(File(name, name, data)).body


def refusal(data: bytes, name: str = "plan") -> str:
    with pytest.raises(DocumentError) as told:
        read(File(name, name, data))
    return str(told.value)


# Word


def test_the_numbers_that_word_prints_stand_before_their_paragraphs() -> None:
    plan = documents.word(
        "要点",
        ("办学", 0),
        ("增加学位。", 1),
        ("新增300个", 2),
        ("点", 3),
        ("管好机构。", 1),
        ("教师", 0),
        ("减负。", 1),
    )
    assert text_of(plan).split("\n") == [
        "要点", "一、办学", "（一）增加学位。", "1. 新增300个", "• 点", "（二）管好机构。", "二、教师", "（一）减负。",
    ]  # fmt: skip


def test_a_list_that_begins_again_counts_from_where_it_is_told_to() -> None:
    document = docx.Document()
    documents.numbered(document, start=3)
    for text, level, number in [("甲", 0, 77), ("乙", 1, 77), ("丙", 1, 77), ("丁", 1, 78), ("戊", 1, 78)]:
        documents.put_number(document.add_paragraph(text), level, number)
    assert text_of(documents.saved(document)).split("\n") == ["三、甲", "（三）乙", "（四）丙", "（一）丁", "（二）戊"]


def test_a_style_numbers_its_paragraphs_and_a_paragraph_may_be_without() -> None:
    document = docx.Document()
    documents.numbered(document)
    style = document.styles["Heading 1"].element.get_or_add_pPr()
    style.append(parse_xml(f'<w:numPr {W}><w:numId w:val="77"/></w:numPr>'))
    document.add_paragraph("办学", "Heading 1")
    documents.put_number(document.add_paragraph("序", "Heading 1"), 0, 0)
    document.add_paragraph("教师", "Heading 1")
    assert text_of(documents.saved(document)) == "一、办学\n序\n二、教师"


def test_what_was_put_in_counts_and_what_was_taken_out_does_not() -> None:
    changed = (
        "<w:p><w:r><w:t>新增学位</w:t></w:r><w:del><w:r><w:delText>200</w:delText></w:r></w:del>"
        "<w:ins><w:r><w:t>300</w:t></w:r></w:ins><w:moveFrom><w:r><w:t>多</w:t></w:r></w:moveFrom>"
        "<w:r><w:rPr><w:vanish/></w:rPr><w:t>9</w:t></w:r><w:r><w:t>个。</w:t></w:r></w:p>"
    )
    parted = "<w:p><w:pPr><w:rPr><w:del/></w:rPr></w:pPr><w:r><w:t>投入</w:t></w:r></w:p>"
    assert text_of(documents.word(changed, parted, "1.5亿元。")) == "新增学位300个。\n投入1.5亿元。"


def test_footnotes_heads_feet_and_the_table_of_contents_are_left_out() -> None:
    document = docx.Document()
    document.sections[0].header.paragraphs[0].text = "页眉1"
    document.sections[0].footer.paragraphs[0].text = "第1页"
    document.styles.add_style("toc 1", 1)
    document.add_paragraph("一、办学\t3", "toc 1")
    document.add_paragraph("一、办学")
    assert text_of(documents.saved(document)) == "一、办学"


def test_a_text_box_is_read_once_behind_its_paragraph() -> None:
    box = "<w:txbxContent><w:p><w:r><w:t>框里3条</w:t></w:r></w:p></w:txbxContent>"
    compatible = 'xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006"'
    paragraph = (
        f"<w:p><w:r><w:t>前</w:t><mc:AlternateContent {compatible}><mc:Choice Requires='w'>{box}</mc:Choice>"
        f"<mc:Fallback>{box}</mc:Fallback></mc:AlternateContent></w:r><w:r><w:t>后</w:t></w:r></w:p>"
    )
    assert text_of(documents.word(paragraph)) == "前后\n框里3条"


def test_a_table_is_a_row_a_line_with_merged_cells_repeated_and_inner_tables_flat() -> None:
    document = docx.Document()
    table = document.add_table(3, 3)
    for row, texts in zip(table.rows, [("区", "学位", ""), ("东", "小学", "100个"), ("", "初|中", "")], strict=True):
        for cell, text in zip(row.cells, texts, strict=True):
            cell.text = text
    table.cell(0, 1).merge(table.cell(0, 2))
    table.cell(1, 0).merge(table.cell(2, 0))
    inner = table.cell(2, 2).add_table(1, 2)
    inner.cell(0, 0).text, inner.cell(0, 1).text = "50个", "新"
    document.add_table(1, 1).cell(0, 0).text = "（一）框里的一条。"
    assert text_of(documents.saved(document)).split("\n") == [
        "| 区 | 学位 | 学位 |", "| 东 | 小学 | 100个 |", "| 东 | 初／中 | 50个／新 |", "（一）框里的一条。",
    ]  # fmt: skip


# PDF


@pytest.mark.parametrize("plan", [SMALL, LAKE], ids=["small", "lake"])
@pytest.mark.parametrize(("width", "lines"), [(28, 30), (24, 8), (33, 5)])
def test_lines_that_a_page_broke_are_paragraphs_again(plan: str, width: int, lines: int) -> None:
    assert text_of(documents.pdf(*documents.printed(plan.strip(), width, lines))) == plan.strip()


def test_page_numbers_and_the_heads_of_pages_are_dropped_and_other_numbers_are_not() -> None:
    pages = [
        [(72, 40, "东湖市教育局文件"), (72, 80, text), (72, 100 + n, "300"), (280, 810, str(n))]
        for n, text in enumerate(["（一）学位。", "（二）教师。", "（三）食堂。"], 4)
    ]
    assert text_of(documents.pdf(*pages)).split("\n") == [
        "（一）学位。",
        "300",
        "（二）教师。",
        "300",
        "（三）食堂。",
        "300",
    ]


def test_bold_type_that_is_drawn_twice_is_read_once() -> None:
    page = [(72, 80, "2030年学位11个"), (72.4, 80, "2030年学位11个")]
    assert text_of(documents.pdf(page)) == "2030年学位11个"


def test_digits_apart_from_chinese_are_together_and_columns_stay_apart() -> None:
    page = [(72, 80, "新增"), (108, 80, "16500"), (152, 80, "个"), (240, 80, "局长")]
    assert text_of(documents.pdf(page)) == "新增16500个 局长"


def test_a_table_with_rules_is_a_row_a_line() -> None:
    rules = "".join(f"72 {y} m 372 {y} l S " for y in (742, 702, 662)) + "".join(
        f"{x} 662 m {x} 742 l S " for x in (72, 172, 372)
    )
    page = [
        (80, 60, "（一）学位。"),
        (80, 130, "小学"),
        (180, 120, "新增学位"),
        (180, 138, "100个"),
        (80, 170, "初中"),
        (180, 170, "200个"),
    ]
    assert text_of(documents.pdf(page, more=rules)) == "（一）学位。\n| 小学 | 新增学位100个 |\n| 初中 | 200个 |"


def test_a_page_that_is_turned_is_read_as_it_is_shown() -> None:
    first, second = (
        f"0 1 -1 0 {x} 100 Tm <{t.encode('utf-16-be').hex()}> Tj" for x, t in ((80, "（一）学位"), (110, "300个。"))
    )
    turned = f"BT /F 16 Tf {first} ET BT /F 16 Tf {second} ET "
    assert text_of(documents.pdf([], more=turned, rotate=90)) == "（一）学位\n300个。"


def test_a_scan_says_how_it_can_be_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(scan, "is_installed", lambda: False)
    picture = "q 100 0 0 100 0 0 cm BI /W 1 /H 1 /CS /G /BPC 8 ID \0 EI Q "
    assert "yaodian[ocr]" in refusal(documents.pdf([], more=picture))
    assert "yaodian[ocr]" in refusal(b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR")
    mixed = read(File("a", "a", documents.pdf([(72, 80, "（一）学位3个。")], [], more=picture)))
    assert mixed.body == "（一）学位3个。"


def test_radicals_are_the_characters_that_they_look_like_and_private_ones_are_marked() -> None:
    assert text_of("⻓期⻔类⺠办".encode()) == "长期门类民办"
    assert text_of(f"教育{'好' * 20}\ue000局\ue5e5长".encode()) == f"教育{'好' * 20}\ufffd局 长"
    assert "字体" in refusal("\ue000\ue001\ue002教".encode())


@given(st.lists(st.tuples(st.integers(0, 500), st.integers(0, 700)), max_size=40))
def test_no_piece_of_a_page_is_lost_whatever_lies_where(places: list[tuple[int, int]]) -> None:
    pieces = [Piece(chr(0x4E00 + n), x, x + 10, y, 10) for n, (x, y) in enumerate(places)]
    read_back = "".join(line.text for line in lines_of(pieces)).replace(" ", "")
    assert sorted(read_back) == sorted(p.text for p in pieces)


# OFD, pages, the rest


def test_an_ofd_is_read_in_the_order_of_its_page() -> None:
    plan = documents.ofd(
        (30, 40, "（二）教师。评选20名。"), (70, 30, "300个。"), (30, 30, "（一）学位。新增"), (95, 280, "— 1 —")
    )
    assert text_of(plan) == "（一）学位。新增300个。\n（二）教师。评选20名。"
    assert "\ue000" not in text_of(documents.ofd((30, 30, "好" * 30 + "\ue000")))


PAGE = """<!DOCTYPE html><html><head><title>东湖市2030年要点_东湖市教育局</title><script>var a = "，。3";</script></head><body>
<div class="a"><ul><li><a href="/">首页</a></li><li><a href="/xw">新闻动态，通知公告。</a></li></ul></div>
<div><div class="b"><span>分享到：</span><a href="#">微信</a></div><h2>东湖市2030年要点</h2>
<div><p>为办好教育，制定本要点。</p><p>&emsp;&emsp;一、办学</p><p>（一）增加学位。今年新增学位
300个，<b>其中</b>小学<i>1</i>00个。</p>
<table><tr><td rowspan="2">学段</td><td colspan="2">学位</td></tr><tr><td>新增</td><td>合计</td></tr></table>
<p>（二）管好机构。投入1.5亿元，首批10家。<br>第二段。</p><p><a href="/b.docx">附件：名单.docx</a></p></div></div>
<div class="c"><a href="/1">上一篇：通知，关于放假</a><a href="/2">下一篇：通知，关于开学</a></div>
<footer>主办：东湖市教育局，电话12345。</footer></body></html>"""


def test_a_page_is_its_text_without_menus_buttons_and_feet() -> None:
    page = read(File("a", "a", PAGE.encode()))
    assert page.body.split("\n") == [
        "东湖市2030年要点", "为办好教育，制定本要点。", "一、办学", "（一）增加学位。今年新增学位300个，其中小学100个。",
        "| 学段 | 学位 | 学位 |", "| 学段 | 新增 | 合计 |", "（二）管好机构。投入1.5亿元，首批10家。", "第二段。",
    ]  # fmt: skip
    assert page.title == "东湖市2030年要点"
    assert "附件：名单.docx" in page.notes[0]


@pytest.mark.parametrize("encoding", ["gb2312", "utf-8"])
def test_a_page_is_read_in_the_encoding_that_it_says(encoding: str) -> None:
    page = f'<html><meta http-equiv="Content-Type" content="text/html; charset={encoding}"><p>（一）学位。新增3个。</p></html>'
    assert text_of(page.encode(encoding)) == "（一）学位。新增3个。"


def test_a_piece_of_a_page_and_a_page_in_one_file_are_read() -> None:
    assert text_of("<p>（一）学位。</p><p>（二）教师。</p>".encode()) == "（一）学位。\n（二）教师。"
    mail = 'MIME-Version: 1.0\nContent-Type: multipart/related; boundary="x"\n\n--x\nContent-Type: text/html; charset="utf-8"\n'
    assert text_of(f"{mail}\n<html><p>（一）学位。</p></html>\n--x--\n".encode()) == "（一）学位。"


def test_a_short_text_beside_long_lists_of_other_pages_is_found_whole() -> None:
    others = "".join(f"<li><a href='/{n}'>关于做好第{n}项工作的通知，请各单位照办</a></li>" for n in range(30))
    text = "<p>（一）学位。新增300个。</p><p>（二）教师。评选20名。</p>"
    summary = "<div><h3><a href='/s'>局长访谈</a></h3><p>局长说，今年要办好三件事。</p><ul><li><a href='/m'>更多内容，请点这里</a></li></ul></div>"
    for page in (f"<div>{text}<ul>{others}</ul></div>", f"<div>{text}</div>{summary}<ul>{others}</ul>"):
        assert (
            text_of(f"<html><body>{page}</body></html>".encode()) == "（一）学位。新增300个。\n（二）教师。评选20名。"
        )


def test_a_page_laid_out_in_tables_is_paragraphs() -> None:
    article = "<table><tr><td><p>（一）学位。</p><p>（二）教师。</p></td></tr></table>"
    assert (
        text_of(f"<html><table><tr><td>菜单</td><td>{article}</td></tr></table></html>".encode())
        == "（一）学位。\n（二）教师。"
    )


def test_what_a_file_is_is_told_by_its_bytes_not_by_its_name() -> None:
    assert text_of(documents.word("（一）学位。"), "plan.doc") == "（一）学位。"
    assert text_of(PAGE.encode(), "plan.doc").startswith("东湖市2030年要点")
    assert text_of("（一）学位。".encode("utf-16"), "plan.txt") == "（一）学位。"
    assert text_of("（一）学位。".encode(), "plan.docx") == "（一）学位。"


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (documents.zipped({"xl/workbook.xml": ""}), "电子表格"),
        (documents.zipped({"ppt/presentation.xml": ""}), "演示文稿"),
        (b"Rar!\x1a\x07\x00", "压缩包"),
        (documents.word("（一）学位。")[:-400], "压缩包|打不开"),
        (documents.zipped({"word/document.xml": "<x"}), "打不开"),
        (b"%PDF-1.7\nbroken", "打不开"),
        (b"{\\rtf1 a}", "另存为 .docx"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(512), "另存为 .docx"),
        ("<html><nav>首页</nav></html>".encode(), "没有正文"),
    ],
)
def test_what_cannot_be_read_says_why_and_what_to_do(data: bytes, says: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("shutil.which", lambda _program: None)
    assert re.search(says, refusal(data))


@pytest.mark.parametrize("deep", ["<div>", "<b>", "<table><tr><td>", "<ul><li>"])
def test_a_page_whose_elements_have_no_bottom_is_refused_at_once(deep: str) -> None:
    assert "写得太乱" in refusal(f"<html>{deep * 50_000}（一）学位，3个。".encode())
    assert text_of(f"<html>{deep * 200}（一）学位，3个。".encode()).strip("| ") == "（一）学位，3个。"


WHOLE = [
    documents.word("要点", ("办学", 0), [["a", "b"], ["c", "d"]]),
    documents.pdf([(72, 80, "（一）学位3个。")]),
    documents.ofd((30, 30, "（一）学位。")),
    PAGE.encode(),
    documents.zipped({"a.txt": "（一）学位。"}),
    b"{\\rtf1 a}",
    b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(512),
]
SUFFIXES = ["", ".txt", ".doc", ".docx", ".pdf", ".ofd", ".html", ".zip", ".md"]


@given(
    st.one_of(
        st.binary(max_size=400),
        st.builds(
            lambda whole, at, cut, other: whole[: at % len(whole)] + other + whole[at % len(whole) + cut :],
            st.sampled_from(WHOLE), st.integers(0, 10**6), st.integers(0, 50), st.binary(max_size=20),
        ),
        st.builds(lambda text, code: text.encode(code, "replace"), st.text(max_size=200), st.sampled_from(["utf-8", "gbk", "utf-16"])),
    ),
    st.sampled_from(SUFFIXES),
)  # fmt: skip
def test_any_bytes_under_any_name_are_a_text_or_one_sentence(data: bytes, suffix: str) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("shutil.which", lambda _program: None)
        patch.setattr(scan, "is_installed", lambda: False)
        try:
            said, told = read(File("plan" + suffix, "plan" + suffix, data)).body, ""
        except DocumentError as error:
            said, told = "", str(error)
    assert bool(said.strip()) != bool(told)
    assert not re.search("[\ue000-\uf8ff]", said)
    assert not told or re.fullmatch("plan.+。", told)


@pytest.mark.skipif(not shutil.which("soffice"), reason="LibreOffice is not installed")
def test_an_old_word_document_keeps_the_numbers_of_its_lists(tmp_path: Path) -> None:
    (tmp_path / "a.docx").write_bytes(documents.word("要点", ("办学", 0), ("学位。", 1)))
    profile = f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}"
    subprocess.run(
        ["soffice", profile, "--headless", "--convert-to", "doc", "a.docx"],
        cwd=tmp_path,
        check=True,
        capture_output=True,
    )
    assert text_of((tmp_path / "a.doc").read_bytes(), "a.wps") == "要点\n一、办学\n（一）学位。"


@pytest.mark.skipif(not scan.is_installed(), reason="yaodian[ocr] is not installed")
def test_a_scan_is_read_and_its_figures_are_to_be_checked() -> None:
    page = pypdfium2.PdfDocument(documents.pdf(*documents.printed(SMALL.strip())))[0]
    file = io.BytesIO()
    page.render(scale=2).to_pil().save(file, "PNG")
    text = read(File("a", "a", file.getvalue()))
    assert "300个" in text.body
    assert "核对数字" in text.notes[0]
