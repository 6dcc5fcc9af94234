"""Key information extraction: words with boxes -> labels, entities, links, key-values. `extract` is the order."""
