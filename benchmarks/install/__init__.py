"""Benchmark of an installation on a bare Debian: time, disk, and what takes them."""
