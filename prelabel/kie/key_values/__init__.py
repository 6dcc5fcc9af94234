"""Key-values: text pairs, tables and whole documents, made from entities and links."""
