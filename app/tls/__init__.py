"""HTTPS inside the plant: its names, its own certificate authority, the files of both."""
