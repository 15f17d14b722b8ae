"""A customer's order, from the first message on (clauses 1.1 to 1.3)."""
