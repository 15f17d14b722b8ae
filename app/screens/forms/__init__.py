"""What forms offer to choose from, and what is said beside them."""
