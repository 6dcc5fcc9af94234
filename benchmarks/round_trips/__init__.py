"""Benchmark of round trips to Redis: how many a page, of which process and cause, and what added latency costs."""
