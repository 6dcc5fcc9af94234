"""Versions of a project's models in the bucket: records, aliases with their history, and copies on this machine."""
