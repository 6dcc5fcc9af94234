"""Benchmark of reading pages: accuracy and CPU seconds, against common alternatives."""
