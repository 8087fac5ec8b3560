"""Faults of programs: what they are, how they are found and fixed, and what is said about them."""
