"""Teachers' own exercises: proven as those of the bank are."""
