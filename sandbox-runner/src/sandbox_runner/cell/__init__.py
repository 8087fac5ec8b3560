"""What runs inside the zygote and its cells: standard library only, Python 3.11 to 3.13."""
