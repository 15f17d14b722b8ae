"""Which lots to draw, and how a lot's genealogy is drawn."""
