"""Normalised values of texts: dates, times, numbers, money, phone and business numbers, check marks."""
