"""Forms of orders and who places them (clauses 1.1 to 1.3)."""
