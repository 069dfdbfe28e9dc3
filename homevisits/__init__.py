"""Visits to families at home."""
