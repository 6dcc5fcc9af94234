"""Vocabulary, values and sentences that fill pages of both languages."""
