"""From a file to what stands on record."""
