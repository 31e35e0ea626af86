"""What a report or a speech says before its first heading: a clause of its own where it states figures."""

import re

from indexer.lines import CONTENTS
from knowledge.model import Clause
from knowledge.numerals import quantities

REF = "引言"
# A paragraph, not a title, a body's name or a field: these are as short as a heading, or hold no full stop.
_PARAGRAPH = re.compile(r"^(?=.*。).{30,}", re.MULTILINE)
_OWN = frozenset({"条"})  # 提出30条意见 counts the clauses that follow


def introduction(opening: str) -> tuple[str, list[Clause]]:
    r"""What stands before the first heading without its introduction, and that as clause 0; none where it states no number in
    digits: then it says what all such documents say.

    >>> said = "2021年，全校师生团结奋进，主要目标是：毕业率95%以上，社团增至12个，各项工作再上台阶。"
    >>> before, found = introduction("工作要点\n" + said)
    >>> before, [(c.number, c.ref, c.text == said) for c in found]
    ('工作要点', [(0, '引言', True)])
    """
    begins = _PARAGRAPH.search(opening)
    if begins is None:
        return opening, []
    contents = CONTENTS.search(opening, begins.end())
    end = contents.start() if contents else len(opening)
    told = opening[begins.start() : end].strip()
    if not any(re.search(r"\d", q.raw) and q.unit not in _OWN for q in quantities(told) if not q.label):
        return opening, []
    before = "\n".join(filter(None, (opening[: begins.start()].strip(), opening[end:].strip())))
    return before, [Clause(0, REF, "", "", told)]
