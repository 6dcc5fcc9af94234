"""Sight of a PDF page: the words that a person sees on it. The order of the steps is in `page_sight`."""
