"""Model files: folders of taggers and linkers, their digests and pins."""
