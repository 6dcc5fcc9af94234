"""Training of the confidence of key-values: pages in good and bad pictures, examples, the model."""
