"""The shared tablets: a name, a PIN, one step."""
