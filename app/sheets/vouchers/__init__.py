"""Files for the plant's bookkeeping, and its list of stock beside ours."""
