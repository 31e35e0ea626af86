"""The index opens in Datasette as it is."""

import asyncio
from pathlib import Path

import pytest
from conftest import LAKE

from indexer.build import build
from indexer.document import read_document


def test_every_table_opens_is_searched_and_counted_by_its_values(tmp_path: Path) -> None:
    datasette = pytest.importorskip("datasette.app")
    (tmp_path / "青湖.txt").write_text(LAKE, encoding="utf8")
    build([read_document(tmp_path / "青湖.txt")], tmp_path / "lake.db")

    async def visited() -> dict[str, int]:
        served = datasette.Datasette([str(tmp_path / "lake.db")])
        await served.invoke_startup()
        tables = (await served.client.get("/lake.json")).json()["tables"]
        paths = ["/", "/lake", *(f"/lake/{table['name']}" for table in tables), "/lake/clauses/1", "/lake/plans/1"]
        statuses = {path: (await served.client.get(path)).status_code for path in paths}
        facets = await served.client.get("/lake/figures.json?_facet=unit&_facet=part_kind&_labels=on&unit__exact=所")
        rows = facets.json()
        assert {row["clause_id"]["label"] for row in rows["rows"]} == {"守护心理健康"}
        assert {f["value"] for f in rows["facet_results"]["unit"]["results"]} == {"所"}
        search = "select rowid from clause_search where clause_search match '\"学位\"'"
        found = await served.client.get("/lake.json", params={"sql": search, "_shape": "array"})
        assert found.json() == [{"rowid": 1}]
        return statuses

    statuses = asyncio.run(visited())
    assert {"/lake/plans", "/lake/clauses", "/lake/figures", "/lake/damage", "/lake/clause_search"} <= set(statuses)
    assert set(statuses.values()) == {200}
