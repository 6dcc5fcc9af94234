"""`prelabel read`: the command, and its output for people, as JSON and as pictures."""
