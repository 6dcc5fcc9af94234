"""What an installation costs on a bare Debian: time, disk, and what takes them."""
