"""What goes out to the plant's bookkeeping: movements of stock as the lines of vouchers."""
