"""What comes in: PDF files."""
