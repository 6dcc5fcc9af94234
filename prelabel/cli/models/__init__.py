"""`prelabel models`: the models in use, and the versions of a project's models."""
