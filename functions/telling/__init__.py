"""Answers in a model's own words: what it is given, how its reply is read, and what of it is shown."""
