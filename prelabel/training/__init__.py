"""Training of taggers, of grouper and linker, and of the small OCR models."""
