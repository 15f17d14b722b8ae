"""What the form of every action has: lock, key, reasons, a second signature."""
