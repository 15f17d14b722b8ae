"""Pages of the group robots that tell people's phones."""
