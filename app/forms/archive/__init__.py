"""Forms of the archive."""
