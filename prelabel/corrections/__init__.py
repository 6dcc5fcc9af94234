"""Corrections: what people submitted in Label Studio, fetched and kept as versions of a data set."""
