"""A production order that stood between its plan and its lot at the cut-over (期初)."""
