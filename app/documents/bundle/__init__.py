"""What an auditor's bundle holds: folders and an index."""
