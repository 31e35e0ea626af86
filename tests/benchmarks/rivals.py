"""The same texts, cut into the same pairs of characters, as other search engines hold them: from the pairs of a question each
gives the places of the ten texts that are nearest by BM25."""

import sqlite3
from collections.abc import Callable, Iterable, Sequence

Tokens = Sequence[str]
Rival = Callable[[Tokens], list[int]]
FOUND = 10


def _bm25s(texts: Sequence[Tokens]) -> Rival:
    from bm25s import BM25

    index = BM25()
    index.index([list(text) for text in texts], show_progress=False)
    known = {token for text in texts for token in text}

    def search(question: Tokens) -> list[int]:
        tokens = [token for token in question if token in known]
        if not tokens:
            return []
        found, _ = index.retrieve([tokens], k=min(FOUND, len(texts)), show_progress=False)
        return [int(place) for place in found[0]]

    return search


def _rank_bm25(texts: Sequence[Tokens]) -> Rival:
    from rank_bm25 import BM25Okapi

    index = BM25Okapi(texts)

    def search(question: Tokens) -> list[int]:
        return [int(place) for place in index.get_scores(question).argsort()[::-1][:FOUND]]

    return search


def _tantivy(texts: Sequence[Tokens]) -> Rival:
    from tantivy import Document, Index, Occur, Query, SchemaBuilder

    schema = (
        SchemaBuilder()
        .add_text_field("body", tokenizer_name="whitespace", index_option="freq")
        .add_unsigned_field("place", stored=True)
        .build()
    )
    index = Index(schema)
    writer = index.writer()
    for place, text in enumerate(texts):
        writer.add_document(Document(body=[" ".join(text)], place=place))
    writer.commit()
    index.reload()
    searcher = index.searcher()

    def search(question: Tokens) -> list[int]:
        terms = [(Occur.Should, Query.term_query(schema, "body", token)) for token in _once(question)]
        hits = searcher.search(Query.boolean_query(terms), FOUND).hits
        return [searcher.doc(address)["place"][0] for _, address in hits]

    return search


def _fts5(texts: Sequence[Tokens]) -> Rival:
    connection = sqlite3.connect(":memory:")
    connection.execute("CREATE VIRTUAL TABLE held USING fts5(body)")
    connection.executemany(
        "INSERT INTO held(rowid, body) VALUES (?, ?)", ((place, " ".join(text)) for place, text in enumerate(texts))
    )
    connection.execute("INSERT INTO held(held) VALUES ('optimize')")

    def search(question: Tokens) -> list[int]:
        asked = " OR ".join(f'"{token}"' for token in _once(question))
        query = "SELECT rowid FROM held WHERE held MATCH ? ORDER BY bm25(held) LIMIT ?"
        return [row[0] for row in connection.execute(query, [asked, FOUND])] if asked else []

    return search


def _once(tokens: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(tokens))


RIVALS: dict[str, Callable[[Sequence[Tokens]], Rival]] = {
    "bm25s": _bm25s,
    "tantivy": _tantivy,
    "rank-bm25": _rank_bm25,
    "FTS5": _fts5,
}
