"""150 questions by people without the plan at hand, asked of the shipped edition. The floors only rise."""

from pathlib import Path

from bot.evaluate import evaluate, read_questions
from knowledge.answer import converse
from knowledge.lexicon import Lexicon
from knowledge.store import Store

FLOORS = {"clause_first": 0.93, "figures_exact": 0.98, "status_right": 0.96}


def test_everyday_questions_find_their_clause_their_figures_and_their_refusals(
    shipped: Store, shipped_words: Lexicon
) -> None:
    rows = read_questions(Path(__file__).with_name("questions.jsonl"))
    scores = evaluate(rows, lambda question, before: converse(question, before, shipped, shipped_words, 10))
    record = scores["全部"].record()
    assert {name: record[name] for name, floor in FLOORS.items() if record[name] < floor} == {}, record["missed"]
    assert scores["offtopic"].record()["refusals_right"] == 1.0
