"""What must last: the files, the tables, backups, and the witness in a second place."""
