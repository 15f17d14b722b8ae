"""A department's board: its columns, filters and cards, kept as they were drawn."""
