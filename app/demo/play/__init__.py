"""The player: people of the demo plant at work, day after day."""
