"""Check boxes of a page: found in its ink before it is read, and in its words; each becomes a word of its own."""
