"""The archive and the auditor's lists (四)."""
