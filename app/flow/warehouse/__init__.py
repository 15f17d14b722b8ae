"""What the store does beside the procedure's orders."""
