"""What a correct system says about an order line at review (clause 1.2)."""
