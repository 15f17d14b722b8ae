"""A plant's own data from spreadsheets, and back into them."""
