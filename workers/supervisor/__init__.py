"""The supervisor of `prelabel up`: processes of one machine that are started, watched, logged and ended together."""
