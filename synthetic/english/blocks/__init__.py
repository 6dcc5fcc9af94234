"""Blocks of English business papers; each block prints one part of a page."""
