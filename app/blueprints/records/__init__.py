"""What every record's action passes on its way: once, what it asks besides, what comes back."""
