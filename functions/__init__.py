"""The functions of LearnFlow."""
