"""Benchmark of key-values: trained and shipped models, against published figures."""
