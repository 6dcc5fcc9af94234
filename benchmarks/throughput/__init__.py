"""Benchmark of the whole stack: pages a second and CPU seconds a page, against bare OCR and plain scripts."""
