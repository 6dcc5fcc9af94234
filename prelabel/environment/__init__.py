"""Environment variables and `.env`: the names of settings, the file's encodings and lines, and what they give."""
