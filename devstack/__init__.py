"""The local stack: a private Redis, a real Label Studio and the workers, for the demo, the tests and the benchmarks.

Not part of the installed package. Each server listens on a free port and keeps its files in its own folder. A server
ends when its context manager ends, or when the process that started it dies.
"""
