"""What reaches people's phones: group robots, and what they are to tell."""
