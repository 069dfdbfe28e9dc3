"""Storytellers, their consents and their stories."""
