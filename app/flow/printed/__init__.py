"""The procedure told from its declaration, for people to read."""
