"""`prelabel evaluate ...`: a command for OCR and one for key-values, each with its report."""
