"""What the tutor knows without a model."""
