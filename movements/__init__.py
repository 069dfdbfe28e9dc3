"""Federations, movements and the people who lead them."""
