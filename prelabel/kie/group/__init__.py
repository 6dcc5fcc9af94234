"""Grouping: words with tag probabilities -> entities, by a learned grouper or by rule."""
