"""The kernel: a record, its chain of events, what may be done with it. It knows no feature."""
