"""Mechanisms that every app uses; imports no app."""
