"""What stands on paper on the day on which a plant begins with Washline (期初)."""
