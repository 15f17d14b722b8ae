"""A shortage on its way (clause 2.2)."""
