"""What an event seals: every row it wrote; and the words about people that can be erased."""
