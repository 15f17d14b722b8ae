"""What the worker does after the commit: documents, messages, auditor's lists; and its leases."""
