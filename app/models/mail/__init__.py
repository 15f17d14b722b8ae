"""Mails that came in, and what became of each."""
