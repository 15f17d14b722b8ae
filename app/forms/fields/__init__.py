"""Fields that read what people type, choose and scan."""
