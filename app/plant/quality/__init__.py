"""Readings against limits, and the verdict over a lot."""
