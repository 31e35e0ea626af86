"""The picture of an answer on Telegram: a button where there is a chart and a font to write with, and what it sends."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from fake_telegram import FakeTelegram, Person
from telegram_bot import Inside

from bot.pictures.png import Painter
from bot.telegram import sentences as say
from knowledge.store import Store

NOTHING = b"\x89PNG nothing"


class Still(Painter):
    """Draws nothing, and remembers what it was to draw; it fails where it is told to."""

    can, family = True, "x"  # type: ignore[assignment]

    def __init__(self) -> None:
        super().__init__()
        self.drawn: list[str] = []
        self.fails = False

    async def png(self, svg: str) -> bytes | None:
        self.drawn.append(svg)
        return None if self.fails else NOTHING


@pytest.fixture
def fake() -> Iterator[FakeTelegram]:
    with FakeTelegram() as fake:
        yield fake
        assert (fake.violations, fake.unanswered) == ([], [])


@pytest.fixture
def painter() -> Still:
    return Still()


@pytest.fixture
def anna(fake: FakeTelegram, small: Store, small_file: Path, tmp_path: Path, painter: Still) -> Iterator[Person]:  # noqa: ARG001
    with Inside(fake, tmp_path / "bot", small_file.with_suffix(".db"), painter):
        yield fake.person("安娜")


def has_picture(person: Person, question: str) -> bool:
    return [say.PICTURE] in person.asks(question).buttons


def test_a_chart_is_sent_as_a_picture_in_reply_to_its_answer(anna: Person, fake: FakeTelegram, painter: Still) -> None:
    answer = anna.asks("小学新增学位多少")
    query = anna.presses(answer, say.PICTURE)
    fake.wait_for(lambda: fake.calls_to("sendPhoto"))
    assert fake.callback_answer(query) == ""
    assert fake.files == [NOTHING]
    [svg] = painter.drawn
    assert all(words in svg for words in ("新增学位 · 小学", "初中", "200个", "第（一）条 扩大学位供给"))
    picture = fake.wait_for(lambda: [line for line in fake.transcript(anna) if line.get("text") == "[photo]"])[0]
    assert picture["reply_to"] == answer.id
    assert anna.sees(answer).text == answer.text


def test_only_an_answer_with_a_chart_has_a_picture(anna: Person) -> None:
    assert has_picture(anna, "新增学位多少")
    assert not has_picture(anna, "校外培训")
    assert not has_picture(anna, "高考分数线")


def test_a_picture_that_cannot_be_drawn_is_told_in_a_sentence(anna: Person, fake: FakeTelegram, painter: Still) -> None:
    painter.fails = True
    answer = anna.asks("小学新增学位多少")
    anna.presses(answer, say.PICTURE)
    fake.wait_for(lambda: [line for line in fake.transcript(anna) if line.get("text") == say.NO_PICTURE])


def test_a_button_of_a_reply_that_is_gone_says_so(anna: Person, fake: FakeTelegram) -> None:
    answer = anna.asks("小学新增学位多少")
    for data in ("g:tnone", "g:", "g"):
        assert fake.callback_answer(anna.presses_data(answer, data)) == say.TOO_OLD


def test_without_a_chinese_font_there_is_no_button(
    fake: FakeTelegram,
    small_file: Path,
    small: Store,  # noqa: ARG001 — it is the index that is asked
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("bot.pictures.png._draws", lambda *_: False)
    with Inside(fake, tmp_path / "bot", small_file.with_suffix(".db"), Painter()):
        assert not has_picture(fake.person("本"), "小学新增学位多少")


@pytest.mark.skipif(not Painter().can, reason="no Chinese font is installed")
def test_what_is_sent_is_a_png(fake: FakeTelegram, small: Store, small_file: Path, tmp_path: Path) -> None:  # noqa: ARG001
    with Inside(fake, tmp_path / "bot", small_file.with_suffix(".db"), Painter()):
        anna = fake.person("安娜")
        anna.presses(anna.asks("小学新增学位多少"), say.PICTURE)
        fake.wait_for(lambda: fake.calls_to("sendPhoto"))
    assert fake.files[0][:8] == b"\x89PNG\r\n\x1a\n"
