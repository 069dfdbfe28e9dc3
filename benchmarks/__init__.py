"""Ratios of our own work against the bare tool, side by side in one run."""
