"""What the demo plant's store does beside the orders."""
