"""Labels in the web admin."""
