"""The indicators, counted, and the dashboard."""
