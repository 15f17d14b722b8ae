"""Forms of the shop floor that belong to no card."""
