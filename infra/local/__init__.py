"""LearnFlow on one machine: the tools, the servers and the supervisor that keeps them running."""
