"""The demo plant: its data, moved to today, and the player that works part of it forward."""
