"""The plant at a glance, and what waits for one person."""
