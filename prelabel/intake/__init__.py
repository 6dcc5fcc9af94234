"""Intake of documents: accepted files, their pages as images, and the import of pages into Label Studio."""
