"""The reader: a line recogniser for Korean and Latin print, of this project's own training."""
