"""Master data as its pages show it."""
