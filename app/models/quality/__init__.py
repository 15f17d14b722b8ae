"""What Quality tests (clauses 3.1 and 5.1 to 5.3)."""
