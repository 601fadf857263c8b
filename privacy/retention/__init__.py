"""How long each class of data is kept, and the sweep that ends it (rules 4.1)."""
