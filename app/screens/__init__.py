"""What only reads, to fill a page; with its caches. A model knows none of it."""
