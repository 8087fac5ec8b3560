"""Exercises that teachers write: what they consist of, and what of it cannot be right."""
