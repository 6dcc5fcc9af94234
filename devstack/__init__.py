"""The local stack: a private Redis, a real Label Studio and the workers, for the demo, the tests and the benchmarks.

Not part of the installed package. Everything here is started on free ports, in a folder of its own, and is gone when
its context manager ends or its process dies.
"""
