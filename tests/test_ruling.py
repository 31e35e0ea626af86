"""Numbers that answer no question, however near they stand: of both sexes, of each, a share of what is counted, of another kind."""

import pytest
from conftest import Index, Talk

PLAN = """白荷市2035年教育工作计划
一、办好学校
（一）建强队伍。全系统在职党员9860名；受理信访举报217件，其中收费类38件。
（二）开好校车。校车635辆，每辆校车配照管员1名。
（三）推进公平。随迁子女公办学位比例达到82%；积分入学提供公办学位21000个。
（四）开设实验班。实验班女生320人。
"""


@pytest.mark.parametrize(
    ("question", "figures"),
    [
        ("全系统在职的女党员有多少名", []),
        ("在职党员有多少名", ["9860名"]),
        ("子女是在职党员的有多少名", ["9860名"]),
        ("实验班女生多少人", ["320人"]),
        ("实验班男生多少人", []),
        ("信访举报里有多少件是校服问题", []),
        ("信访举报里有多少件是收费的", ["38件"]),
        ("信访举报有多少件", ["217件"]),
        ("全市校车照管员有多少名", []),
        ("每辆校车配几名照管员", ["1名"]),
        ("校车照管员配几名", ["1名"]),
        ("积分入学给多少公办学位", ["21000个"]),
        ("随迁子女公办学位比例多少", ["82%"]),
    ],
)
def test_a_number_of_more_or_of_others_does_not_answer(
    question: str, figures: list[str], index: Index, talk: Talk
) -> None:
    assert [f.raw for _, f in talk(index(PLAN), question)[0].figures] == figures
