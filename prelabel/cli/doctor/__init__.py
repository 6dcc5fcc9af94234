"""`prelabel doctor`: the command, and one module for each subject that it checks."""
