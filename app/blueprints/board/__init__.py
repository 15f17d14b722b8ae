"""What people keep of a board: views under a name, columns folded away."""
