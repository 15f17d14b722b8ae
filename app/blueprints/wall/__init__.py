"""What a wall display sees."""
