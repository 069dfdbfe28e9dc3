"""Households, children and their path into a movement."""
