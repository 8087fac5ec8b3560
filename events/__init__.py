"""The events: schemas, and what is made from them."""
