"""Blocks of pages in both languages: fields, tables and text that is no field."""
