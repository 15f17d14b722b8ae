"""The page of a thing: a product, a customer, a material, a line, with all that hangs on it."""
