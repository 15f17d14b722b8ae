"""Pages of the stock: by material or lot by lot, and a lot with its genealogy."""
