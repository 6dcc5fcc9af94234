"""HTTP processes, each in a package of its own: so far only `uploader`."""
