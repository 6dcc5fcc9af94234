"""The start of processes: names that clash, and checks before the first message."""
