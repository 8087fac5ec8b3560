"""LearnFlow's sandbox: run a learner's Python in a cell that is used once."""
