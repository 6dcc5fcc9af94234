"""Benchmarks of speed, cost and accuracy, each beside its rivals in the same run. Not part of the package."""
