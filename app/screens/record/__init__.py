"""A record's page: its path, what it waits for, what it tells, its history."""
