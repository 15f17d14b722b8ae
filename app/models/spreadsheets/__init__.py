"""What is kept of spreadsheets: what was imported when by whom, and how columns were named."""
