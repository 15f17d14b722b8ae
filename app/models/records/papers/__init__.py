"""Documents on file and files that people attached; the outbox of the worker."""
