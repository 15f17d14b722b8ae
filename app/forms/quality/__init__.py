"""Forms of inspection (clauses 5.1 to 5.3)."""
