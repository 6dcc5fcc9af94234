"""Tagging: tag probabilities of words, by the compact tagger or LayoutLM v1."""
