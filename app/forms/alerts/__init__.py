"""Forms of the group robots."""
