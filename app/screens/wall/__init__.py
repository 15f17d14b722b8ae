"""What wall displays show: facts of the whole plant, without a customer's name."""
