"""The spans of a question, and stretches of them that belong together."""

from collections.abc import Sequence
from dataclasses import dataclass

from knowledge.model import Part, Quantity, Ref, Term, Year

# Spans that carry what a question is about.
CARRIES = frozenset({"word", "part", "place"})


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of a folded question, [start, end), of one kind: ref, number, part, place, word (it carries meaning),
    unknown (no one knows it), a line of the table of phrases (asks.figure, ops.sum …), or what names years or plans
    (time.year, scope.place …)."""

    start: int
    end: int
    text: str
    kind: str
    term: Term | None = None
    part: Part | None = None
    quantity: Quantity | None = None
    refs: tuple[Ref, ...] = ()
    years: tuple[Year, ...] = ()
    span: int = 0
    titles: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Stretch:
    """Some spans of a message that belong together."""

    text: str
    spans: tuple[Span, ...]

    def of(self, *kinds: str) -> list[Span]:
        """The spans of these kinds; asks means every asks.… ."""
        return [s for s in self.spans if s.kind in kinds or s.kind.split(".")[0] in kinds]

    @property
    def said(self) -> str:
        """Its own part of the message."""
        return self.text[self.spans[0].start : self.spans[-1].end] if self.spans else ""

    def says(self, *words: str) -> bool:
        return any(s.text in words for s in self.spans)

    def which(self) -> bool:
        """Is one of several asked for: 哪个区?"""
        return any(s.text[0] == "哪" for s in self.of("by"))

    def content(self) -> bool:
        return bool(self.of("word", "part", "place", "ref", "number"))

    def asks(self) -> bool:
        """Does it ask? 除了高中 and 多出来 alone do not."""
        doing = {s.kind for s in self.of("ops")} - _NO_QUESTION
        compared = self.of("ops.more", "ops.fewer") and (self.of("joins.than", "time.which") or self.says("还是"))
        return bool(doing or compared or self.which() or self.of("asks", "ref"))


_NO_QUESTION = frozenset(
    f"ops.{line}" for line in "except changed more fewer others only above below".split()
)  # what is done to a list that something else asks for


def joined(stretches: Sequence[Stretch]) -> Stretch:
    return Stretch(stretches[0].text, tuple(s for stretch in stretches for s in stretch.spans))
