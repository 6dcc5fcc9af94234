"""Normalised values beside the raw text: dates, times, numbers, money, phone and business numbers, check marks."""
