"""From a document to one SQLite file of clauses and figures."""
