"""150 questions by people without the plan at hand, asked of the shipped edition. The floors only rise."""

from pathlib import Path

from bot.evaluate import evaluate, read_questions
from knowledge.answer import converse
from knowledge.lexicon import Lexicon
from knowledge.model import Status
from knowledge.store import Store

FLOORS = {"clause_first": 0.77, "figures_exact": 0.94, "status_right": 0.85}


def test_everyday_questions_find_their_clause_their_figures_and_their_refusals(
    shipped: Store, shipped_words: Lexicon
) -> None:
    rows = read_questions(Path(__file__).with_name("questions.jsonl"))
    scores = evaluate(rows, lambda question, before: converse(question, before, shipped, shipped_words, 10))
    record = scores["全部"].record()
    assert {name: record[name] for name, floor in FLOORS.items() if record[name] < floor} == {}, record["missed"]
    assert (scores["offtopic"].record()["refusals_right"] or 0) >= 0.83


def test_every_question_that_the_readme_shows_is_answered(shipped: Store, shipped_words: Lexicon) -> None:
    readme = (Path(__file__).parents[1] / "README.md").read_text(encoding="utf8")
    table = readme.split("## 怎么问")[1].split("\n\n打错字")[0]
    rows = [line.split("|") for line in table.splitlines() if line.startswith("| ")][1:]
    refused = []
    for _, name, examples, _ in rows:
        memory = converse("今年新增多少学位", None, shipped, shipped_words)[1] if "接着问" in name else None
        for question in examples.strip().split("　"):
            answer, _ = converse(question, memory, shipped, shipped_words)
            told = {Status.ANSWERED, Status.AMBIGUOUS} | ({Status.NO_DETAIL} if "名单" in name else set())
            refused += [] if answer.status in told else [question]
    assert refused == []
