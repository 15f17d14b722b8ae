"""What a filling run needs, on which line and when, and what came out of it."""
