"""Formats of annotated pages: the FUNSD layout and NAF."""
