"""Benchmark of stage extract: labels and links, one page at a time and batched."""
