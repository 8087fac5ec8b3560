"""Reading learners' programs within bounds."""
