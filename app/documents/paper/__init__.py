"""What stands on a document: blocks, heading, history, figures, in both languages."""
