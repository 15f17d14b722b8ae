"""Counts of stock: the sheet of a zone, and what was found of each lot on it."""
