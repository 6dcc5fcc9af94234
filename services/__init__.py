"""HTTP processes. `uploader` is the only one so far; what it is made of lies beside it."""
