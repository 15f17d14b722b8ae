"""What people say of a spreadsheet that they bring."""
