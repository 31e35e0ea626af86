"""A channel in sixty lines: what the house gives it, and that it needs no more."""

from pathlib import Path

import pytest
from letters import TOO_FAST, Letters

from bot.assistant import SORRY, Assistant
from bot.records import Records


def test_a_letter_is_answered_and_the_next_one_goes_on_from_it(assistant: Assistant) -> None:
    letters = Letters(assistant)
    first = letters.answer("anna", "新增学位多少").split("\n")
    assert (first[0], first[1]) == ("【300个】新增学位", "新增学位 300个：初中200个，小学100个")
    assert first[-1].startswith("出处：《东湖市2030年教育工作要点》")
    assert letters.answer("anna", "那小学呢").startswith("【100个】新增学位 · 小学")
    assert letters.answer("ben", "那小学呢") != letters.answer("anna", "那小学呢")


def test_a_letter_in_traditional_script_is_answered_in_it(assistant: Assistant) -> None:
    assert "新增學位" in Letters(assistant).answer("anna", "新增學位多少個")


def test_what_goes_wrong_is_a_sentence(assistant: Assistant, records: Records, monkeypatch: pytest.MonkeyPatch) -> None:
    letters = Letters(assistant, per_minute=3)
    assert letters.answer("anna", "？？").startswith("请写一句想问的话")
    assert "没有写这件事" in letters.answer("anna", "明天下雨吗")
    assert [g.question for g in records.unanswered.groups()] == ["明天下雨吗"]
    monkeypatch.setattr("bot.assistant.converse", lambda *_: 1 / 0)
    assert letters.answer("anna", "新增学位多少") == SORRY
    assert letters.answer("anna", "新增学位多少") == TOO_FAST.format(seconds=20)


def test_it_is_as_short_as_it_is_said_to_be() -> None:
    assert len(Path(__file__).with_name("letters.py").read_text(encoding="utf8").splitlines()) < 60
