"""Reliability of confidences: measured, printed and drawn."""
