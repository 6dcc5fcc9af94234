"""State of the periodic tasks: the projects that they look after, and their messages, each sent once."""
