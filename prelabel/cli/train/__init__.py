"""`prelabel train ...`: one command for word taggers and one for linkers."""
