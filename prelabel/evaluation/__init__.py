"""Evaluation against a truth: OCR, and key-values T1 to T8; pictures of the errors."""
