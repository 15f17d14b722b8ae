"""What records may be looked up by, and how it is found: by any part of it, the newest first."""
