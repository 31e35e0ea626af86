"""The seal of an index: SQLite reads it as before, and whatever changes in the file shows."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge.seal import is_sealed, seal, unseal


@pytest.fixture(scope="module")
def sealed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("seal") / "a.db"
    with closing(sqlite3.connect(file)) as connection, connection:
        connection.execute("CREATE TABLE figures (value)")
        connection.executemany("INSERT INTO figures VALUES (?)", ((n,) for n in range(3000)))
    seal(file)
    return file


def test_a_sealed_file_is_read_and_written_as_before(sealed: Path, tmp_path: Path) -> None:
    copy = tmp_path / "copy.db"
    copy.write_bytes(sealed.read_bytes())
    assert is_sealed(copy)
    unseal(copy)
    assert (is_sealed(copy), sealed.read_bytes().startswith(copy.read_bytes())) == (False, True)
    unseal(copy)  # nothing is taken off that is not there
    for file in (sealed, copy):
        with closing(sqlite3.connect(f"{file.as_uri()}?mode=ro", uri=True)) as connection:
            assert connection.execute("SELECT sum(value) FROM figures").fetchone() == (4498500,)
            assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)


@given(place=st.floats(0, 1, exclude_max=True), bit=st.integers(0, 7))
def test_any_bit_that_flips_shows(sealed: Path, place: float, bit: int) -> None:
    whole = bytearray(sealed.read_bytes())
    whole[int(place * len(whole))] ^= 1 << bit
    other = sealed.with_name("other.db")
    other.write_bytes(whole)
    assert not is_sealed(other)


@given(data=st.binary(max_size=200))
def test_what_was_never_sealed_is_not(sealed: Path, data: bytes) -> None:
    other = sealed.with_name("never.db")
    other.write_bytes(data)
    assert not is_sealed(other)
    unseal(other)
    assert other.read_bytes() == data
