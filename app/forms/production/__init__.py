"""Forms of planning and execution (clauses 2.1 to 4.3)."""
