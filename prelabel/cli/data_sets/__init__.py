"""`prelabel export` and `prelabel dataset`: corrections as versions of a data set."""
