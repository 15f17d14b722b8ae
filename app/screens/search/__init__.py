"""From what people type or scan to what they mean."""
