"""Parts of printed pages: filled-in forms, running text and tables."""
