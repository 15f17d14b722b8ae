"""Forms of what an administrator sets: tables of master data, stages, gates."""
