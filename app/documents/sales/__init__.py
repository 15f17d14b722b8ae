"""Papers of an order: what Sales keep, and what they send."""
