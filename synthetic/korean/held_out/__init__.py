"""Families of Korean documents for evaluation only; no training draws them."""
