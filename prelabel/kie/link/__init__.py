"""Linking: links between entities, by a learned linker or by the alignment rule."""
