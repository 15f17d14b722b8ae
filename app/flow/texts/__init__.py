"""The words of the declaration: lazy texts, clauses, terms, labels of events' fields."""
