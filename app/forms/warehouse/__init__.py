"""Forms of materials, deliveries and returns (clauses 3.1 to 3.3, 6.1 to 6.3)."""
