"""The page on which anybody asks, the plan to read, the ledger, and the API."""
