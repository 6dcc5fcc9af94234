"""What prelabel costs and how fast it is, each figure beside its rivals' in the same run. Not part of the package."""
