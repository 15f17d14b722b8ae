"""What people say about a record, and who is named in it."""
