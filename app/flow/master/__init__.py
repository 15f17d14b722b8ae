"""What master data goes through where it is no row to be changed, but a document to be signed."""
