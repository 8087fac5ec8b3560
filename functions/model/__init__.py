"""The one door to a model, with the grounded tutor behind it."""
