"""Pages of the archive: orders with their documents, and an auditor's lists."""
