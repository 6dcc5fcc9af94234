"""Corrections made in a browser, recorded: see `__main__`."""
