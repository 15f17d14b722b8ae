"""From what stands on record to a file."""
