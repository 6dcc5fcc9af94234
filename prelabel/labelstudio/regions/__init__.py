"""Regions of a prediction or an annotation, read back as a page. The order of the steps is in `reading`."""
