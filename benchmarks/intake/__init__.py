"""Benchmark of intake: from PDF files to pages in a bucket, against pdf2image."""
