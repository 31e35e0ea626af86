from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indexer.read import read as read_file
from indexer.sources import File, file_at
from knowledge.errors import DocumentError


def read(path: Path) -> str:
    return read_file(file_at(path)).body


TEXT = "一、工作要点\n（一）增加学位。今年新增学位300个，办好人民满意的教育。\n"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "gbk", "utf-16", "utf-16-le", "utf-16-be"])
def test_a_text_reads_the_same_in_every_encoding(encoding: str, tmp_path: Path) -> None:
    file = tmp_path / "plan.txt"
    file.write_bytes(TEXT.replace("\n", "\r\n").encode(encoding))
    assert read(file) == TEXT


def test_a_traditional_text_in_big5_reads_as_it_was_written(tmp_path: Path) -> None:
    file = tmp_path / "plan.txt"
    text = "一、工作要點\n（一）增加學位。今年新增學位300個，辦好人民滿意的教育。\n"
    file.write_bytes(text.encode("big5"))
    assert read(file) == text


def test_a_bad_byte_in_a_long_text_is_marked(tmp_path: Path) -> None:
    file = tmp_path / "plan.txt"
    file.write_bytes((TEXT * 4).encode() + b"\xe4\xb8" + "一、\n".encode())
    assert read(file) == TEXT * 4 + "\ufffd一、\n"


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "空"),
        (b" \n\t ", "空"),
        (bytes(range(256)), "不是文本"),
        (b"<!DOCTYPE html><nav>x</nav>", "网页"),
    ],
)
def test_what_is_no_text_is_refused_in_a_sentence_that_says_why(content: bytes, says: str, tmp_path: Path) -> None:
    file = tmp_path / "x"
    file.write_bytes(content)
    with pytest.raises(DocumentError, match=says):
        read(file)


def test_a_missing_file_and_a_folder_are_named(tmp_path: Path) -> None:
    with pytest.raises(DocumentError, match="没有找到"):
        read(tmp_path / "none.txt")
    with pytest.raises(DocumentError, match="文件夹"):
        read(tmp_path)


@given(st.lists(st.sampled_from("\u0301\u0327\u0591\u05b0"), min_size=31, max_size=400).map("".join))
def test_no_more_marks_are_piled_on_a_character_than_can_be_put_in_order_in_no_time(marks: str) -> None:
    text = read_file(File("a.txt", "a.txt", f"要点{marks}，{marks[:30]}".encode())).body
    assert text == f"要点{marks[:30]}，{marks[:30]}"
