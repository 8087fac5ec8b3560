"""Quiz questions, and a quiz made of them."""
