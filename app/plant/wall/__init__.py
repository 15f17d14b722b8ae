"""What can be read on a wall."""
