"""Confidence of key-values: the calibrated probability that key and value are right."""
