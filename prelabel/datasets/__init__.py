"""Annotated pages in the formats that others read and write; the table is `formats`."""
