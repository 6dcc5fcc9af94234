"""Check boxes of a page bound to their options, and options to their question, by layout."""
