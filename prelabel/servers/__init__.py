"""The Label Studio servers that share one Redis, and the spellings of their addresses."""
