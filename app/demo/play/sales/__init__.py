"""What customers say in the play once they have got their goods."""
