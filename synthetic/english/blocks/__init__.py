"""Blocks of English business papers. Each block prints one part of a page."""
