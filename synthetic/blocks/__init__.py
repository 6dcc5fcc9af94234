"""Blocks of pages in both languages: fields, tables, and text outside of fields."""
