"""Mails of customers: read, made proposals of, taken in, fetched. Nothing in them is trusted."""
