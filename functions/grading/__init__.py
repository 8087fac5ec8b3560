"""Grading: run the tests of an exercise on a program, compare outside of it, and word what came out."""
