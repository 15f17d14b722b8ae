"""Forms of users, their roles, deputies and devices."""
