"""Reasons to refuse, gates and bounds of the actions; what a wrong declaration says."""
