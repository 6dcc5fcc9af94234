"""Vocabulary, values and sentences for pages of both languages."""
