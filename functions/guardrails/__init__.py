"""What is checked before a student reads a model's words."""
