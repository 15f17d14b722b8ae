"""What customers say of what they got."""
